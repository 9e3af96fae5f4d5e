#pragma once

#include <toeplix/index.hpp>

#include <Eigen/SparseCore>

#include <cstddef>
#include <span>

namespace toeplix::detail {

/// A sparse matrix that is written, compressed or not: its lines, which are rows or columns. What
/// writes one is compiled for each scalar and index type, and not for each order.
template <class Scalar, class StorageIndex>
class SparseLines {
 public:
  template <int Order>
  explicit SparseLines(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix)
      : rows(matrix.rows()),
        cols(matrix.cols()),
        entries(matrix.nonZeros()),
        by_rows(Order == Eigen::RowMajor),
        begins_(matrix.outerIndexPtr()),
        lengths_(matrix.innerNonZeroPtr()),
        indices_(matrix.innerIndexPtr()),
        values_(matrix.valuePtr()) {}

  Index count() const { return by_rows ? rows : cols; }
  Index begin(Index line) const { return begins_[line]; }
  Index length(Index line) const {
    return lengths_ != nullptr ? Index{lengths_[line]}
                               : Index{begins_[line + 1]} - Index{begins_[line]};
  }
  Index end(Index line) const { return begin(line) + length(line); }
  /// Whether the entries of all lines lie together.
  bool is_compressed() const { return lengths_ == nullptr; }

  /// `length` column indices (row indices of columns) or values from the entry `begin` on.
  std::span<const StorageIndex> indices(Index begin, Index length) const {
    return {indices_ + begin, static_cast<std::size_t>(length)};
  }
  std::span<const Scalar> values(Index begin, Index length) const {
    return {values_ + begin, static_cast<std::size_t>(length)};
  }
  Index index(Index entry) const { return indices_[entry]; }
  const Scalar& value(Index entry) const { return values_[entry]; }

  const Index rows;
  const Index cols;
  const Index entries;
  const bool by_rows;

 private:
  const StorageIndex* begins_;
  const StorageIndex* lengths_;  ///< null if the matrix is compressed
  const StorageIndex* indices_;
  const Scalar* values_;
};

}  // namespace toeplix::detail
