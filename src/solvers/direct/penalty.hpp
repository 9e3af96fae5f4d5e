#pragma once

#include <toeplix/resources.hpp>
#include <toeplix/solvers/regularizer.hpp>

#include <Eigen/SparseCore>

namespace toeplix::detail {

/// The upper triangle of L^T L for an A with `columns` columns. Throws as `Tikhonov`.
template <class StorageIndex>
Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> penalty_of(
    const Regularizer& regularizer, Index columns, const Resources& resources);

}  // namespace toeplix::detail
