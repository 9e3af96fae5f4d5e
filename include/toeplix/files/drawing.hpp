#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/spec.hpp>

#include <Eigen/SparseCore>

#include <complex>
#include <concepts>
#include <functional>
#include <type_traits>
#include <vector>

namespace toeplix {

/// What can be drawn: a convolution of either kind, or the spec of one.
template <class T>
concept DrawnConvolution = PatternArgument<T> && !std::same_as<T, Pattern>;

/// Weights that can be drawn: any contiguous range of real numbers, in C order, of the shape that
/// the convolution expects. An empty one is as good as no weights.
template <class T>
concept DrawnWeights = VectorArgument<T> && std::is_arithmetic_v<ScalarOf<T>>;

namespace detail {

inline const Convolution& as_convolution(const Convolution& convolution) {
  return convolution;
}
inline const TransposedConvolution& as_convolution(const TransposedConvolution& convolution) {
  return convolution;
}
inline Convolution as_convolution(const ConvolutionSpec& spec) {
  return Convolution(spec);
}
inline TransposedConvolution as_convolution(const TransposedConvolutionSpec& spec) {
  return TransposedConvolution(spec);
}

/// Is told the row, the column and the value of an entry.
using EntryVisitor = std::function<void(Index row, Index column, double value)>;

/// The entries of a sparse matrix of any type, as they are drawn. The matrix must outlive it.
struct SparseEntries {
  Index rows;
  Index columns;
  Index count;
  bool are_magnitudes;  ///< of complex numbers
  /// Calls a visitor for every entry.
  std::function<void(const EntryVisitor&)> for_each;
};

template <class Scalar, int Order, class StorageIndex>
SparseEntries entries_of(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix) {
  constexpr bool is_real = std::is_arithmetic_v<Scalar>;
  const auto for_each = [&matrix](const EntryVisitor& visit) {
    for (Index line = 0; line < Index{matrix.outerSize()}; ++line) {
      using Entries = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;
      for (typename Entries::InnerIterator entry(matrix, line); entry; ++entry) {
        if constexpr (is_real) {
          visit(entry.row(), entry.col(), static_cast<double>(entry.value()));
        } else {
          visit(entry.row(), entry.col(), std::abs(entry.value()));
        }
      }
    }
  };
  return {matrix.rows(), matrix.cols(), matrix.nonZeros(), !is_real, for_each};
}

template <DrawnWeights Weights>
std::vector<double> copied_as_doubles(const Weights& weights) {
  const auto span = as_span(weights);
  return {span.begin(), span.end()};
}

}  // namespace detail

}  // namespace toeplix
