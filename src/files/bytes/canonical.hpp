#pragma once

#include <toeplix/index.hpp>

#include <Eigen/SparseCore>

#include <cstddef>
#include <span>
#include <string>

namespace toeplix::detail {

/// The arrays of a compressed matrix: line `i` (a row or a column) has the entries from
/// `pointers[i]` to `pointers[i + 1]`.
template <class Scalar, class StorageIndex>
struct CompressedLines {
  std::span<StorageIndex> pointers;
  StorageIndex* indices;
  Scalar* values;
};

/// Whether the indices of every line ascend without duplicates.
template <class Scalar, class StorageIndex>
bool is_canonical(const CompressedLines<Scalar, StorageIndex>& matrix);

/// Sorts every line by its indices and adds duplicates, in the order they came in. Returns how many
/// entries are left; the pointers say so too.
template <class Scalar, class StorageIndex>
StorageIndex sort_and_add_duplicates(const CompressedLines<Scalar, StorageIndex>& matrix);

template <class Scalar, int Order, class StorageIndex>
CompressedLines<Scalar, StorageIndex> lines_of(
    Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix) {
  return {{matrix.outerIndexPtr(), static_cast<std::size_t>(matrix.outerSize() + 1)},
          matrix.innerIndexPtr(),
          matrix.valuePtr()};
}

/// Makes the indices of every line of a compressed matrix ascend without duplicates.
template <class Scalar, int Order, class StorageIndex>
void make_canonical(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix) {
  const CompressedLines<Scalar, StorageIndex> lines = lines_of(matrix);
  if (!is_canonical(lines)) matrix.resizeNonZeros(sort_and_add_duplicates(lines));
}

/// Refuses line pointers that do not ascend from 0 to `entries`. Messages call them `name`.
template <class StorageIndex>
void check_pointers(std::span<const StorageIndex> pointers, Index entries, const std::string& name);

/// Refuses indices that are not in [0, extent). Messages call them `name`.
template <class StorageIndex>
void check_indices(std::span<const StorageIndex> indices, Index extent, const std::string& name);

}  // namespace toeplix::detail
