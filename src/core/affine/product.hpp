#pragma once

#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include "core/compile/allocate.hpp"

#include <Eigen/SparseCore>

/// Products of sparse matrices whose entries are counted before any is formed. (Eigen's product
/// keeps the same entries, but guesses their number and grows, on one thread, and does not notice
/// if they exceed the index type.)
namespace toeplix::detail {

template <class Scalar, class StorageIndex>
using RowMatrix = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>;

/// A B: an entry wherever a row of A meets a row of B, whatever the sum; columns ascending. Sums
/// are taken in the order of A's columns. Throws CapacityError. Preconditions: compressed, and
/// a.cols() == b.rows().
template <class Scalar, class StorageIndex>
RowMatrix<Scalar, StorageIndex> product_of(const RowMatrix<Scalar, StorageIndex>& a,
                                           const RowMatrix<Scalar, StorageIndex>& b,
                                           const Resources& resources, const RoomAdvice& advice);

/// A + B: an entry wherever either has one. Precondition: compressed, of the same sizes.
template <class Scalar, class StorageIndex>
RowMatrix<Scalar, StorageIndex> sum_of(const RowMatrix<Scalar, StorageIndex>& a,
                                       const RowMatrix<Scalar, StorageIndex>& b,
                                       const Resources& resources, const RoomAdvice& advice);

}  // namespace toeplix::detail
