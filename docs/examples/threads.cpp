// One object, many threads: const functions may be called at the same time.
//
// Each thread of this program multiplies one image. A product takes as many threads as there are
// cores unless `Resources::threads` says otherwise, so here it says 1. Exits with 1 if a product
// differs from the one that is taken alone.

#include <toeplix/toeplix.hpp>

#include <iostream>
#include <thread>
#include <vector>

int main() {
  toeplix::Convolution conv("input=32,32 kernel=5,5 padding=2 boundary=circular");
  const std::vector<double> kernel(25, 1.0);
  const toeplix::Operator<double> shared(conv, kernel, {.threads = 1});

  const int images = 8;
  std::vector<Eigen::VectorXd> results(images);
  std::vector<std::thread> threads;
  for (int image = 0; image < images; ++image) {
    threads.emplace_back([&, image] {
      const Eigen::VectorXd x = Eigen::VectorXd::Constant(shared.cols(), image);
      results[static_cast<std::size_t>(image)] = shared * x;
    });
  }
  for (std::thread& thread : threads) thread.join();

  for (int image = 0; image < images; ++image) {
    const Eigen::VectorXd alone = shared * Eigen::VectorXd::Constant(shared.cols(), image);
    if (results[static_cast<std::size_t>(image)] != alone) return 1;
  }
  std::cout << images << " products, the same bits as one by one\n";
}
