#pragma once

#include <toeplix/index.hpp>

#include <Eigen/Core>

namespace toeplix::detail {

/// The rank of a matrix that is not empty, as numpy.linalg.matrix_rank counts: singular values
/// above max(rows, cols) * epsilon * the largest.
Index numerical_rank(const Eigen::MatrixXd& matrix, double epsilon);
/// Of the complex matrix real + i imaginary, likewise.
Index numerical_rank(const Eigen::MatrixXd& real, const Eigen::MatrixXd& imaginary, double epsilon);

/// Whether the ranks of `count` matrices of so many rows and columns are found with that much work.
bool is_rank_affordable(Index rows, Index cols, Index count, Index most_work);

}  // namespace toeplix::detail
