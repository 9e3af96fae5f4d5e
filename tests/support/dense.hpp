#pragma once

#include <Eigen/Core>

#include <optional>

/// \file
/// Dense decompositions to hold solvers against. They take long to compile, so dense.cpp has them
/// all.

namespace toeplix::test {

/// A = U S V^T, singular values descending.
struct DenseSvd {
  Eigen::MatrixXd u;
  Eigen::VectorXd values;
  Eigen::MatrixXd v;

  /// Singular values above `threshold` times the largest.
  Eigen::Index rank(double threshold) const;
  /// The shortest x of least |A x - b|; singular values up to the threshold count as zero.
  Eigen::VectorXd solve(const Eigen::VectorXd& b, double threshold) const;
};

DenseSvd dense_svd(const Eigen::MatrixXd& a);

/// The x of least |A x - b| for an A whose columns are independent, by QR.
Eigen::VectorXd dense_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

/// The x with A x = b by LU with full pivoting; nothing if A is singular to rounding.
std::optional<Eigen::VectorXd> dense_solve(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

/// min |A x - b|^2 + lambda |L x|^2, by QR of [A; sqrt(lambda) L].
Eigen::VectorXd dense_tikhonov(const Eigen::MatrixXd& a, const Eigen::MatrixXd& l, double lambda,
                               const Eigen::VectorXd& b);

Eigen::MatrixXd dense_inverse(const Eigen::MatrixXd& a);

}  // namespace toeplix::test
