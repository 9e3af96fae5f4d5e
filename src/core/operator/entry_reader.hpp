#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <span>
#include <vector>

namespace toeplix::detail {

/// Single entries of a matrix, with the bits that compiling gives them.
template <class Scalar>
class EntryReader {
 public:
  /// Precondition: `weights` has the length that the pattern expects. Both outlive this object.
  EntryReader(const Pattern& pattern, std::span<const Scalar> weights)
      : pattern_(pattern), weights_(weights) {}

  /// The entry; 0 if there is none. Preconditions: 0 <= row < rows, 0 <= column < columns. Cost: a
  /// search along every axis, and the weights that are folded onto the entry.
  Scalar at(Index row, Index column);

 private:
  /// Continues every offset by the kernel positions of one axis. False if there are none.
  bool add_axis(const Pattern::Axis& axis, Index row, Index column);

  const Pattern& pattern_;
  std::span<const Scalar> weights_;
  std::vector<Index> offsets_;  // of the weights, by the axes so far
  std::vector<Index> previous_;
};

/// The entries of a row. Precondition: 0 <= row < rows. Cost: the row's length.
template <class Scalar>
Eigen::SparseVector<Scalar, Eigen::RowMajor, Index> row_of(const Pattern& pattern,
                                                           std::span<const Scalar> weights,
                                                           Index row);

/// The entries (i, i). Rows in the middle that repeat others one step further down the diagonal
/// cost one step, and others a search. Throws CapacityError for a result that `resources` have no
/// room for.
template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> diagonal_of(const Pattern& pattern,
                                                     std::span<const Scalar> weights,
                                                     const Resources& resources);

}  // namespace toeplix::detail
