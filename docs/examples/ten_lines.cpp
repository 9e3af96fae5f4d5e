#include <toeplix/toeplix.hpp>

#include <iostream>

int main() {
  const toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  const std::vector<float> kernel = {0, 1, 2, 3};
  const Eigen::SparseMatrix<float, Eigen::RowMajor> W = toeplix::compile(conv, kernel);
  const Eigen::VectorXf x = Eigen::VectorXf::LinSpaced(9, 0, 8);
  const Eigen::VectorXf y = W * x;              // the convolution
  const Eigen::VectorXf z = W.transpose() * y;  // the transposed convolution
  std::cout << W.toDense() << "\n\ny = " << y.transpose() << "\nz = " << z.transpose() << '\n';
}
