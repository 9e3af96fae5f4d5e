#pragma once

#include "python/arrays.hpp"

#include <toeplix/error.hpp>

#include <Eigen/SparseCore>

#include <limits>
#include <string>

namespace toeplix::python {

/// A compressed matrix of SciPy's, as the package hands it over: `(data, indices, indptr, rows,
/// cols)`, by rows or by columns.
using SparseArgument = pybind11::tuple;

/// The lines of a compressed matrix: where each begins, and the numbers in it.
template <class StorageIndex>
struct CompressedLines {
  std::span<const StorageIndex> indices;
  std::span<const StorageIndex> pointers;
  Index lines;
  Index line_length;

  /// Entries of all lines. Throws GeometryError unless they ascend in every line, without
  /// duplicates, and all of it is within the arrays: whoever made them may have changed them.
  Index checked_entries(std::size_t values) const {
    const auto check = [](bool holds) {
      if (!holds) {
        throw GeometryError(
            "the matrix has indptr or indices that are not those of a matrix; "
            "its method check_format says more");
      }
    };
    check(std::ssize(pointers) == lines + 1 && pointers.front() == 0);
    const auto most = static_cast<Index>(std::min(values, indices.size()));
    for (Index line = 0; line < lines; ++line) {
      const Index first = pointers[static_cast<std::size_t>(line)];
      const Index last = pointers[static_cast<std::size_t>(line) + 1];
      check(first <= last && last <= most);
      Index before = -1;
      for (Index at = first; at < last; ++at) {
        const Index index = indices[static_cast<std::size_t>(at)];
        check(before < index && index < line_length);
        before = index;
      }
    }
    return pointers.back();
  }
};

template <class Matrix, class StorageIndex>
void copy_lines(Matrix& matrix, std::span<const typename Matrix::Scalar> values,
                const CompressedLines<StorageIndex>& lines) {
  using Wanted = typename Matrix::StorageIndex;
  const Index entries = lines.checked_entries(values.size());
  if (entries > Index{std::numeric_limits<Wanted>::max()}) {
    throw CapacityError(
        "the matrix has " + std::to_string(entries) + " entries, more than 32 bits can number",
        CapacityCause::index_type, entries);
  }
  matrix.resizeNonZeros(entries);
  std::copy_n(values.data(), entries, matrix.valuePtr());
  std::copy_n(lines.indices.data(), entries, matrix.innerIndexPtr());
  std::copy(lines.pointers.begin(), lines.pointers.end(), matrix.outerIndexPtr());
}

/// A copy of a matrix of SciPy's, in the order of its lines.
template <class Scalar, int Order, class StorageIndex = std::int64_t>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> to_eigen(const SparseArgument& argument) {
  namespace py = pybind11;
  const py::array indices = argument[1];
  const py::array pointers = argument[2];
  const auto values = numbers<Scalar>(argument[0]);
  Eigen::SparseMatrix<Scalar, Order, StorageIndex> matrix(argument[3].cast<Index>(),
                                                          argument[4].cast<Index>());
  const auto copy = [&]<class Given>(Given) {
    const CompressedLines<Given> lines = {numbers<Given>(indices), numbers<Given>(pointers),
                                          matrix.outerSize(), matrix.innerSize()};
    copy_lines(matrix, values, lines);
  };
  py::isinstance<py::array_t<std::int64_t>>(pointers) ? copy(std::int64_t()) : copy(std::int32_t());
  return matrix;
}

}  // namespace toeplix::python
