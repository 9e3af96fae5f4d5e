// Layers with biases as affine maps y = A x + b, composed into one matrix and one offset.
//
// The numbers are small integers (and halves and quarters of them), so all sums are exact. Exits
// with 1 if the ways to the result differ.

#include <toeplix/toeplix.hpp>

#include <iostream>
#include <numeric>
#include <vector>

int main() {
  // conv (3 channels to 4, with bias) -> average pool -> conv (4 channels to 2, with bias)
  const toeplix::Convolution conv1("input=8,8 kernel=3,3 in=3 out=4 padding=1");
  const toeplix::AveragePool pool{.input = {8, 8}, .kernel = {2, 2}, .channels = 4, .stride = 2};
  const toeplix::Convolution conv2("input=4,4 kernel=3,3 in=4 out=2 boundary=reflect padding=1");
  std::vector<float> w1(static_cast<std::size_t>(conv1.weight_count()));
  std::vector<float> w2(static_cast<std::size_t>(conv2.weight_count()));
  for (std::size_t i = 0; i < w1.size(); ++i) w1[i] = static_cast<float>(i % 7) - 3;
  for (std::size_t i = 0; i < w2.size(); ++i) w2[i] = static_cast<float>(i % 5) - 2;
  const std::vector<float> b1 = {1, 2, 3, 4};
  const std::vector<float> b2 = {-1, 5};

  const auto first = toeplix::affine_map(conv1, w1, b1, {.name = "conv1"});
  const auto middle = toeplix::affine_map<float>(pool, {.name = "pool"});
  const auto last = toeplix::affine_map(conv2, w2, b2, {.name = "conv2"});

  std::vector<float> x(static_cast<std::size_t>(conv1.cols()));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 9);

  // A list of factors, applied one after another; and all of it as one matrix and one offset.
  const auto net = toeplix::chain<float>({first, middle, last});
  const auto whole = net.compile({.name = "network"});
  const Eigen::VectorXf y = net.apply(x);
  const Eigen::VectorXf z = whole.matrix() * Eigen::VectorXf::Map(x.data(), net.cols());

  std::cout << net.nnz() << " entries in " << net.factors().size() << " factors, " << whole.nnz()
            << " in one matrix, associated as " << net.association() << '\n';
  return y == toeplix::apply(whole, x) && y == z + whole.offset() ? 0 : 1;
}
