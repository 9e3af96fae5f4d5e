#pragma once

#include <Eigen/Core>

namespace toeplix::detail {

/// The singular values of a small complex matrix, descending, min(rows, cols) of them.
///
/// By a decomposition of the matrix itself: eigenvalues of its Gram matrix would have half the
/// digits. Cost: some 4 rows cols min(rows, cols) complex operations.
Eigen::VectorXd block_values(const Eigen::Ref<const Eigen::MatrixXcd>& block);

/// The same of a real matrix.
Eigen::VectorXd dense_values(const Eigen::Ref<const Eigen::MatrixXd>& matrix);

/// The singular values of a real matrix with its singular vectors, as many as it has values.
struct DenseSvd {
  Eigen::VectorXd values;
  Eigen::MatrixXd u;
  Eigen::MatrixXd v;
};
DenseSvd dense_svd(const Eigen::Ref<const Eigen::MatrixXd>& matrix);

/// The right singular vector of the largest singular value, to a few digits.
Eigen::VectorXcd top_right_vector(const Eigen::Ref<const Eigen::MatrixXcd>& block);

/// The largest singular value, to a few digits: a start for what proves something.
double top_value(const Eigen::Ref<const Eigen::MatrixXcd>& block);

}  // namespace toeplix::detail
