#include <toeplix/solvers/deblur.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

// How much memory deblurring takes at its peak, as the system counts it. A program of its own,
// because it counts what everybody in it takes.

BOOST_AUTO_TEST_SUITE(peak_of_deblurring)

namespace {

using toeplix::Boundary;
using toeplix::DeblurOptions;
using toeplix::Index;

/// A line of /proc/self/status, in bytes.
double memory(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    double kilobytes = 0;
    if (word == name + ":" && file >> kilobytes) return 1024 * kilobytes;
  }
  BOOST_FAIL("no " << name);
  return 0;
}

/// From here on VmHWM is the most that is taken.
void forget_the_peak() {
  std::ofstream("/proc/self/clear_refs") << 5;
}

/// A kernel of 15 x 15: a triangle, or its own mirror image.
std::vector<double> kernel_values(bool is_symmetric) {
  std::vector<double> values;
  for (Index y = -7; y <= 7; ++y) {
    for (Index x = -7; x <= 7; ++x) {
      const auto squares = static_cast<double>(x * x + y * y);
      const double triangle = x <= y ? 1 : 0;
      values.push_back(is_symmetric ? std::exp(-squares / 12) : triangle);
    }
  }
  return values;
}

/// Large enough that every vector is given back to the system.
constexpr Index side = 2100;

Eigen::MatrixXd picture() {
  Eigen::MatrixXd pixels(side * side, 2);
  for (Index i = 0; i < pixels.rows(); ++i) {
    const auto where = static_cast<double>(i);
    pixels(i, 0) = 0.5 + 0.3 * std::sin(0.1 * where);
    pixels(i, 1) = 0.5 + 0.3 * std::cos(0.2 * where);
  }
  return pixels;
}

/// Doubles per pixel at the peak beyond the picture and what there is without any.
double doubles_per_pixel(bool is_symmetric, const DeblurOptions& options) {
  Eigen::MatrixXd pixels = picture();
  forget_the_peak();
  const double before = memory("VmRSS");
  (void)deblur(std::move(pixels), {side, side}, {{15, 15}, kernel_values(is_symmetric)}, options);
  constexpr double of_any_picture = 24e6;  // plans, tables, stacks
  return (memory("VmHWM") - before - of_any_picture) / (8.0 * side * side);
}

DeblurOptions few_iterations(const toeplix::DeblurModel& model) {
  DeblurOptions options{.boundary = Boundary::replicate, .model = model, .max_iterations = 3};
  if (std::holds_alternative<toeplix::DeblurByTikhonov>(model)) options.lambda = 1e-3;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_CASE(iterations_take_at_most_12_doubles_for_a_pixel_of_a_channel) {
  const DeblurOptions options = few_iterations(toeplix::DeblurByTikhonov{});
  BOOST_TEST(doubles_per_pixel(true, options) <= 12);
  // The circle is larger than the image, by 30 pixels.
  const double surroundings = std::pow(1 + 30.0 / side, 2);
  BOOST_TEST(doubles_per_pixel(false, options) <= 12 * surroundings);
}

BOOST_AUTO_TEST_CASE(other_problems_and_transforms_take_no_more) {
  DeblurOptions circular{.boundary = Boundary::circular, .lambda = 1e-3};
  BOOST_TEST(doubles_per_pixel(false, circular) <= 12);
  DeblurOptions nonnegative = few_iterations(toeplix::DeblurNonnegative{});
  nonnegative.lambda = 1e-3;
  BOOST_TEST(doubles_per_pixel(false, nonnegative) <= 12);
  BOOST_TEST(doubles_per_pixel(false, few_iterations(toeplix::DeblurByTotalVariation{1e-3})) <= 12);
  DeblurOptions photons{.boundary = Boundary::replicate,
                        .model = toeplix::DeblurByRichardsonLucy{3}};
  BOOST_TEST(doubles_per_pixel(false, photons) <= 12);
}

BOOST_AUTO_TEST_SUITE_END()
