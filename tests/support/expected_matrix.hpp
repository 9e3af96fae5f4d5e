#pragma once

#include "core/verify/direct_loops.hpp"

#include <concepts>
#include <vector>

namespace toeplix::test {

/// A matrix with all its zeros, row by row.
template <class Scalar>
struct DenseMatrix {
  Index rows;
  Index cols;
  std::vector<Scalar> entries;

  const Scalar& at(Index row, Index column) const {
    return entries[static_cast<std::size_t>(row * cols + column)];
  }
  Scalar& at(Index row, Index column) {
    return entries[static_cast<std::size_t>(row * cols + column)];
  }
  /// Rows [first, last).
  DenseMatrix slice(Index first, Index last) const {
    return {last - first, cols, {entries.begin() + first * cols, entries.begin() + last * cols}};
  }

  friend bool operator==(const DenseMatrix&, const DenseMatrix&) = default;
};

template <class Scalar>
DenseMatrix<Scalar> zero_matrix(Index rows, Index cols) {
  return {rows, cols, std::vector<Scalar>(static_cast<std::size_t>(rows * cols))};
}

/// The product with the matrix of a spec, by the oracle.
template <class Spec, class Scalar, class Weights>
std::vector<Scalar> oracle_apply(const Spec& spec, const Weights& weights,
                                 const std::vector<Scalar>& x) {
  return toeplix::detail::direct_product(spec, weights, std::span<const Scalar>(x));
}

/// The product with its transpose.
template <class Spec, class Scalar, class Weights>
std::vector<Scalar> oracle_apply_transpose(const Spec& spec, const Weights& weights,
                                           const std::vector<Scalar>& y) {
  return toeplix::detail::direct_transposed_product(spec, weights, std::span<const Scalar>(y));
}

/// The matrix of a spec as the oracle has it, with weights of either kind: what becomes of every
/// unit vector.
///
/// With positive weights an entry is not zero exactly if the kernel connects its row to its column,
/// so that the zeros of the result tell which entries a compiled matrix must not store.
template <class Spec, EitherWeights Weights>
DenseMatrix<WeightOf<Weights>> probe(const Spec& spec, const Weights& weights) {
  using Scalar = WeightOf<Weights>;
  Index rows = spec.out_channels;
  Index cols = spec.in_channels;
  for (const Index extent : reference::output_extents(spec)) rows *= extent;
  for (const Index extent : spec.input) cols *= extent;
  DenseMatrix<Scalar> matrix = zero_matrix<Scalar>(rows, cols);
  std::vector<Scalar> unit(static_cast<std::size_t>(cols));
  for (Index column = 0; column < cols; ++column) {
    unit[static_cast<std::size_t>(column)] = Scalar(1);
    const std::vector<Scalar> y = oracle_apply(spec, weights, unit);
    for (Index row = 0; row < rows; ++row) {
      matrix.at(row, column) = y[static_cast<std::size_t>(row)];
    }
    unit[static_cast<std::size_t>(column)] = Scalar(0);
  }
  return matrix;
}

}  // namespace toeplix::test
