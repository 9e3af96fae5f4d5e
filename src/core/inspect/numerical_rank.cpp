#include "core/inspect/numerical_rank.hpp"

#include <Eigen/SVD>

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

namespace {

/// Singular values above `limit` times the largest.
Index count_above(const Eigen::MatrixXd& matrix, double limit) {
  // By a power of two, as they may exceed the largest number where no entry does.
  const double largest = matrix.cwiseAbs().maxCoeff();
  const int exponent = largest > 0 && std::isfinite(largest) ? std::ilogb(largest) : 0;
  const Eigen::MatrixXd scaled =
      matrix.unaryExpr([&](double entry) { return std::scalbn(entry, -exponent); });
  const Eigen::VectorXd singular = Eigen::JacobiSVD<Eigen::MatrixXd>(scaled).singularValues();
  return (singular.array() > limit * singular[0]).count();
}

double relative_limit(const Eigen::MatrixXd& matrix, double epsilon) {
  return static_cast<double>(std::max(matrix.rows(), matrix.cols())) * epsilon;
}

}  // namespace

Index numerical_rank(const Eigen::MatrixXd& matrix, double epsilon) {
  return count_above(matrix, relative_limit(matrix, epsilon));
}

Index numerical_rank(const Eigen::MatrixXd& real, const Eigen::MatrixXd& imaginary,
                     double epsilon) {
  // This matrix has every singular value of the complex one twice.
  Eigen::MatrixXd both(2 * real.rows(), 2 * real.cols());
  both << real, -imaginary, imaginary, real;
  return (count_above(both, relative_limit(real, epsilon)) + 1) / 2;
}

bool is_rank_affordable(Index rows, Index cols, Index count, Index most_work) {
  const double sweeps = 10;
  const double work = sweeps * static_cast<double>(std::min(rows, cols)) *
                      static_cast<double>(rows) * static_cast<double>(cols) *
                      static_cast<double>(count);
  return work <= static_cast<double>(most_work) / 4;
}

}  // namespace toeplix::detail
