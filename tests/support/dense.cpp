#include "support/dense.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

#include <cmath>

namespace toeplix::test {

Eigen::Index DenseSvd::rank(double threshold) const {
  if (values.size() == 0) return 0;
  return (values.array() > threshold * values[0]).count();
}

Eigen::VectorXd DenseSvd::solve(const Eigen::VectorXd& b, double threshold) const {
  const Eigen::Index kept = rank(threshold);
  const Eigen::VectorXd scaled =
      (u.leftCols(kept).transpose() * b).cwiseQuotient(values.head(kept));
  return v.leftCols(kept) * scaled;
}

DenseSvd dense_svd(const Eigen::MatrixXd& a) {
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

Eigen::VectorXd dense_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  return a.colPivHouseholderQr().solve(b);
}

std::optional<Eigen::VectorXd> dense_solve(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
  if (!lu.isInvertible()) return {};
  return lu.solve(b);
}

Eigen::VectorXd dense_tikhonov(const Eigen::MatrixXd& a, const Eigen::MatrixXd& l, double lambda,
                               const Eigen::VectorXd& b) {
  Eigen::MatrixXd stacked(a.rows() + l.rows(), a.cols());
  stacked << a, std::sqrt(lambda) * l;
  Eigen::VectorXd right = Eigen::VectorXd::Zero(stacked.rows());
  right.head(b.size()) = b;
  return dense_least_squares(stacked, right);
}

Eigen::MatrixXd dense_inverse(const Eigen::MatrixXd& a) {
  return a.inverse();
}

}  // namespace toeplix::test
