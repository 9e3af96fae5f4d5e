// Adds white Gaussian noise to a picture, the same every time:
//
//     add_noise IN.png OUT.png SIGMA
//
// SIGMA is in samples of the file: 2 means two grey levels of 256. Without arguments it tries
// itself on a picture of its own.
#include <toeplix/files/png.hpp>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <numbers>
#include <random>

namespace {

/// Standard normal numbers by Box and Muller's method: those of std::normal_distribution differ
/// between libraries.
class Normal {
 public:
  double next() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  /// From 0 to 1, 1 excluded.
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  std::mt19937_64 random_{1};
};

void add_noise(toeplix::Image& image, double sigma) {
  Normal normal;
  for (double& sample : image.samples) sample += sigma * normal.next();
}

/// Standard deviation of a grey picture after noise of 2 was added, written and read.
double measured() {
  toeplix::Image grey{.height = 200, .width = 200, .samples = std::vector<double>(40'000, 128.0)};
  add_noise(grey, 2);
  grey = toeplix::parse_png(toeplix::format_png(grey).bytes, "grey");
  double sum = 0;
  for (const double sample : grey.samples) sum += (sample - 128) * (sample - 128);
  return std::sqrt(sum / 40'000);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count == 1) {
      // Rounding adds a twelfth to the variance.
      const double deviation = measured();
      std::cout << "asked for 2, rounded to integers: " << deviation << '\n';
      return std::abs(deviation - std::sqrt(4 + 1.0 / 12)) < 0.03 ? 0 : 1;
    }
    if (count != 4) {
      std::cerr << "usage: add_noise IN.png OUT.png SIGMA\n";
      return 2;
    }
    toeplix::Image image = toeplix::read_png(arguments[1]);
    add_noise(image, std::atof(arguments[3]));
    toeplix::write_png(arguments[2], image);
  } catch (const toeplix::Error& error) {
    std::cerr << "add_noise: " << error.what() << '\n';
    return 1;
  }
}
