// What a program outside the project may rely on: these names and this meaning.
// The numbers are those of Dive into Deep Learning, sections 7.2 and 14.10.

#include <toeplix/toeplix.hpp>

#include <Eigen/SparseCore>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <type_traits>
#include <vector>

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "wrong: " << what << '\n';
  std::exit(1);
}

}  // namespace

int main() {
  toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  std::vector<float> kernel = {0, 1, 2, 3};
  Eigen::VectorXf x = Eigen::VectorXf::LinSpaced(9, 0, 8);
  Eigen::SparseMatrix<float, Eigen::RowMajor> W = toeplix::compile(conv, kernel);
  Eigen::VectorXf y = W * x;
  Eigen::VectorXf z = W.transpose() * y;
  require(W.rows() == 4 && W.cols() == 9 && W.nonZeros() == 16, "W is 4 x 9 with 16 entries");
  require(y == Eigen::Vector4f(19, 25, 37, 43), "y = W x");
  const std::vector<float> expected_z = {0, 19, 25, 38, 144, 118, 74, 197, 129};
  require(std::equal(z.begin(), z.end(), expected_z.begin(), expected_z.end()), "z = W^T y");

  toeplix::TransposedConvolution up({.input = {2, 2}, .kernel = {2, 2}, .stride = 2});
  auto T = toeplix::compile(up, kernel);
  const Eigen::VectorXf upsampled = T * Eigen::Vector4f(1, 2, 3, 4);
  const std::vector<float> expected_up = {0, 1, 0, 2, 2, 3, 4, 6, 0, 3, 0, 4, 6, 9, 8, 12};
  require(std::equal(upsampled.begin(), upsampled.end(), expected_up.begin(), expected_up.end()),
          "T x");
  const Eigen::MatrixXf adjoint = toeplix::compile(up.adjoint(), kernel).toDense().transpose();
  require(T.toDense() == adjoint, "T is the transpose of its adjoint convolution");

  auto big = toeplix::compile<std::int64_t>(conv, kernel);
  static_assert(std::is_same_v<decltype(big)::StorageIndex, std::int64_t>);
  require(big.toDense() == W.toDense(), "64-bit indices, same matrix");

  auto rows = toeplix::compile_rows(conv, kernel, 1, 3);
  require(rows.toDense() == W.toDense().middleRows(1, 2), "rows 1 and 2");

  toeplix::Operator<float> op(conv, kernel);
  const Eigen::VectorXf op_y = op * x;
  const Eigen::VectorXf op_z = op.transpose() * y;
  require(op_y == y, "operator times x");
  require(op_z == z, "transposed operator times y");

  auto yr = toeplix::reference::convolve(conv.spec(), kernel, x);
  require(std::equal(yr.begin(), yr.end(), y.begin(), y.end()), "the oracle agrees");
  auto zr = toeplix::reference::convolve_transposed(up.spec(), kernel, y);
  const Eigen::VectorXf up_y = T * y;
  require(std::equal(zr.begin(), zr.end(), up_y.begin(), up_y.end()),
          "the transposed oracle agrees");

  try {
    toeplix::Convolution impossible({.input = {3, 3}, .kernel = {4, 2}});
    require(false, "a kernel larger than its input is refused");
  } catch (const toeplix::GeometryError&) {
  }

  std::cout << "toeplix " << toeplix::version_string << ": all as promised\n";
}
