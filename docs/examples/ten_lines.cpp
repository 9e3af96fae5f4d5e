#include <toeplix/toeplix.hpp>

#include <iostream>

int main() {
  toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  std::vector<float> kernel = {0, 1, 2, 3};
  auto W = toeplix::compile(conv, kernel);  // Eigen::SparseMatrix<float, Eigen::RowMajor>, 4 x 9
  Eigen::VectorXf x = Eigen::VectorXf::LinSpaced(9, 0, 8);  // the image, row by row
  Eigen::VectorXf y = W * x;                                // the convolution
  Eigen::VectorXf z = W.transpose() * y;                    // the transposed convolution
  std::cout << W.toDense() << "\n\n" << y.transpose() << "\n\n" << z.transpose() << '\n';
}
