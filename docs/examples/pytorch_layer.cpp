// A layer of PyTorch as a matrix, and back.
//
// In Python, for `layer = torch.nn.Conv2d(3, 8, 3, stride=2, padding=1)`:
//
//     numpy.save("weight.npy", layer.weight.detach().numpy())
//     numpy.save("bias.npy", layer.bias.detach().numpy())
//
// This program makes weights of its own, so that it can be tried without PyTorch. Exits with 1 if
// the way there and back changes anything.

#include <toeplix/files/npy.hpp>
#include <toeplix/toeplix.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <vector>

namespace {

using Matrix = Eigen::SparseMatrix<float, Eigen::RowMajor>;

/// y = W x + b: PyTorch adds a bias to every pixel of an output channel.
Eigen::VectorXf apply_layer(const Matrix& W, const std::vector<float>& bias,
                            const Eigen::VectorXf& x) {
  Eigen::VectorXf y = W * x;
  const auto channels = static_cast<Eigen::Index>(bias.size());
  y.reshaped(y.size() / channels, channels).rowwise() +=
      Eigen::RowVectorXf::Map(bias.data(), channels);
  return y;
}

/// The weights of a matrix, in PyTorch's layout. Every entry is one weight if the boundary is zero.
std::vector<float> weights_of(const Matrix& W, const toeplix::Convolution& conv) {
  const toeplix::Pattern pattern(conv);
  std::vector<float> weights(static_cast<std::size_t>(conv.weight_count()));
  const float* value = W.valuePtr();
  for (toeplix::Index row = 0; row < pattern.rows(); ++row) {
    for (const auto& entry : pattern.row(row)) {
      weights[static_cast<std::size_t>(entry.weights.front())] = *value++;
    }
  }
  return weights;
}

}  // namespace

int main() {
  const std::filesystem::path folder = "pytorch_layer_files";
  std::filesystem::create_directories(folder);

  // What Conv2d(3, 8, 3, stride=2, padding=1) does to a picture of 32 x 32 pixels.
  toeplix::Convolution conv({.input = {32, 32},
                             .kernel = {3, 3},
                             .in_channels = 3,
                             .out_channels = 8,
                             .stride = 2,
                             .padding = 1});

  // There: PyTorch's file has the shape that the convolution expects.
  std::vector<float> made(static_cast<std::size_t>(conv.weight_count()));
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = 0.1f * static_cast<float>(i % 7) - 0.3f;
  toeplix::write_npy(folder / "weight.npy", conv.weights_shape(), made);
  const auto weight = toeplix::read_npy<float>(folder / "weight.npy");
  if (weight.shape != conv.weights_shape()) return 1;
  const Matrix W = toeplix::compile(conv, weight.values);  // 2048 x 3072
  const std::vector<float> bias(8, 0.5f);
  const Eigen::VectorXf y = apply_layer(W, bias, Eigen::VectorXf::Ones(W.cols()));

  // Back: torch.from_numpy(numpy.load("halved.npy")) is the weight of a layer whose matrix is half
  // of W.
  const Matrix halved = 0.5f * W;
  const std::vector<float> back = weights_of(halved, conv);
  toeplix::write_npy(folder / "halved.npy", conv.weights_shape(), back);

  std::cout << "matrix " << W.rows() << " x " << W.cols() << ", " << W.nonZeros() << " entries\n"
            << "y[0] = " << y[0] << '\n';
  std::filesystem::remove_all(folder);
  return std::equal(made.begin(), made.end(), back.begin(), back.end(),
                    [](float whole, float half) { return half == 0.5f * whole; })
             ? 0
             : 1;
}
