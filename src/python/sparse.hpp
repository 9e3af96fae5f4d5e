#pragma once

#include "python/arrays.hpp"

#include <Eigen/SparseCore>

#include <type_traits>

namespace toeplix::python {

/// The arrays `(data, indices, indptr)` of a compressed matrix, which they share and keep alive.
template <class Matrix>
pybind11::tuple arrays_of(const Matrix& matrix, const pybind11::handle& owner) {
  const Index entries = matrix.nonZeros();
  return pybind11::make_tuple(view_of(matrix.valuePtr(), entries, owner),
                              view_of(matrix.innerIndexPtr(), entries, owner),
                              view_of(matrix.outerIndexPtr(), matrix.outerSize() + 1, owner));
}

/// The same of a matrix that nobody else needs. It is swapped, not moved: Eigen 3.4 would copy it.
template <class Matrix>
requires(!std::is_reference_v<Matrix>) pybind11::tuple to_arrays(Matrix&& matrix) {
  auto owned = std::make_unique<Matrix>();
  owned->swap(matrix);
  const Matrix& kept = *owned;
  return arrays_of(kept, owner_of(std::move(owned)));
}

}  // namespace toeplix::python
