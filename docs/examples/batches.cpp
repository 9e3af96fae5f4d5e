// Batches: the images of a batch are the columns of a matrix, and a product takes all of them.
//
// A batch that lies in memory as N,C,H,W is a column-major matrix with one column per image, so it
// needs no copy. Exits with 1 if the ways to the result differ.

#include <toeplix/toeplix.hpp>

#include <iostream>
#include <numeric>
#include <vector>

int main() {
  const Eigen::Index images = 4;
  toeplix::Convolution conv("input=8,8 kernel=3,3 in=2 out=3 padding=1");
  std::vector<float> weights(static_cast<std::size_t>(conv.weight_count()));
  std::iota(weights.begin(), weights.end(), 1.0f);

  // N,C,H,W as PyTorch has it: 4 x 2 x 8 x 8 numbers.
  std::vector<float> batch(static_cast<std::size_t>(images * conv.cols()));
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i] = static_cast<float>(i % 5);
  const auto X = Eigen::MatrixXf::Map(batch.data(), conv.cols(), images);

  // With the matrix: a product of a sparse and a dense matrix.
  const auto W = toeplix::compile(conv, weights);
  const Eigen::MatrixXf Y = W * X;  // its memory is N,C,H,W again: 4 x 3 x 8 x 8

  // Without the matrix: the same call.
  const toeplix::Operator<float> op(conv, weights);
  const Eigen::MatrixXf Z = op * X;

  // The gradient by the weights of a loss over the batch is the sum over its images.
  std::vector<float> gradient(weights.size());
  for (Eigen::Index image = 0; image < images; ++image) {
    const Eigen::VectorXf x = X.col(image);
    const Eigen::VectorXf r = Y.col(image);  // the derivative of |y|^2 / 2 by y
    const auto of_image = toeplix::weight_gradient(conv, x, r);
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += of_image[i];
  }

  std::cout << Y.rows() << " x " << Y.cols() << ", gradient[0] = " << gradient[0] << '\n';
  return Y == Z ? 0 : 1;
}
