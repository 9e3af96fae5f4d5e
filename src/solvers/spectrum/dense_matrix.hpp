#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/Core>

#include <span>

namespace toeplix::detail {

/// Throws CapacityError unless a dense matrix of this size may be decomposed: by `limit` on rows or
/// columns, whichever are fewer, and by the memory budget, with `copies` of it.
/// `instead` says what else there is.
void check_dense(const Pattern& pattern, Index limit, Index copies, const Resources& resources,
                 const char* instead);

/// The matrix with all its zeros.
Eigen::MatrixXd dense_matrix(const Pattern& pattern, std::span<const double> weights,
                             const Resources& resources);

}  // namespace toeplix::detail
