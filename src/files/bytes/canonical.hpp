#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <Eigen/SparseCore>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::detail {

/// Whether the indices of every line of a compressed matrix ascend without duplicates.
template <class Scalar, int Order, class StorageIndex>
bool is_canonical(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix) {
  const StorageIndex* indices = matrix.innerIndexPtr();
  for (Eigen::Index outer = 0; outer < matrix.outerSize(); ++outer) {
    const StorageIndex* begin = indices + matrix.outerIndexPtr()[outer];
    const StorageIndex* end = indices + matrix.outerIndexPtr()[outer + 1];
    if (std::adjacent_find(begin, end, std::greater_equal<>()) != end) return false;
  }
  return true;
}

/// Sorts every line of a compressed matrix by its indices and adds duplicates, in the order they
/// came in.
template <class Scalar, int Order, class StorageIndex>
void make_canonical(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix) {
  std::vector<std::pair<StorageIndex, Scalar>> line;
  StorageIndex* indices = matrix.innerIndexPtr();
  Scalar* values = matrix.valuePtr();
  StorageIndex* pointers = matrix.outerIndexPtr();
  StorageIndex begin = 0;
  StorageIndex out = 0;
  for (Eigen::Index outer = 0; outer < matrix.outerSize(); ++outer) {
    const StorageIndex end = pointers[outer + 1];
    line.clear();
    for (StorageIndex i = begin; i < end; ++i) line.emplace_back(indices[i], values[i]);
    const auto by_index = [](const auto& a, const auto& b) { return a.first < b.first; };
    if (!std::is_sorted(line.begin(), line.end(), by_index)) {
      std::stable_sort(line.begin(), line.end(), by_index);
    }
    const StorageIndex line_begin = out;
    for (const auto& [index, value] : line) {
      if (out > line_begin && indices[out - 1] == index) {
        values[out - 1] += value;
      } else {
        indices[out] = index;
        values[out++] = value;
      }
    }
    begin = end;
    pointers[outer + 1] = out;
  }
  matrix.resizeNonZeros(out);
}

/// Refuses line pointers that do not ascend from 0 to `entries`. Messages call them `name`.
template <class StorageIndex>
void check_pointers(std::span<const StorageIndex> pointers, Index entries,
                    const std::string& name) {
  const auto fail = [&](std::size_t at, Index expected, const char* relation) {
    throw FormatError(name + '[' + std::to_string(at) + "]: expected " + relation +
                      std::to_string(expected) + ", got " + std::to_string(pointers[at]));
  };
  if (pointers.front() != 0) fail(0, 0, "");
  for (std::size_t i = 1; i < pointers.size(); ++i) {
    if (pointers[i] < pointers[i - 1]) fail(i, pointers[i - 1], "at least ");
  }
  if (pointers.back() != entries) fail(pointers.size() - 1, entries, "");
}

/// Refuses indices that are not in [0, extent). Messages call them `name`.
template <class StorageIndex>
void check_indices(std::span<const StorageIndex> indices, Index extent, const std::string& name) {
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= 0 && indices[i] < extent) continue;
    throw FormatError(name + '[' + std::to_string(i) + "]: expected an index from 0 to " +
                      std::to_string(extent - 1) + ", got " + std::to_string(indices[i]));
  }
}

}  // namespace toeplix::detail
