#pragma once

#include <toeplix/affine_map.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <span>
#include <vector>

namespace toeplix {

/// One axis of the output of a contraction, or one that is summed over: its extent, and how far
/// apart neighbours along it lie in the input and in the weights. 0 reads the same element again
/// (broadcasting), and a negative step goes backwards.
///
///     toeplix::ContractionAxis rows{.extent = 2, .input_step = 3};  // of a matrix of 2 x 3
struct ContractionAxis {
  Index extent = 1;       ///< coordinates along it
  Index input_step = 0;   ///< from an element of the input to the next
  Index weight_step = 0;  ///< likewise of the weights

  friend bool operator==(const ContractionAxis&, const ContractionAxis&) = default;
};

/// A contraction as the caller writes it. Plain data; `Contraction` checks it.
///
/// Element `o` of the output is the sum, over every coordinate of the `summed` axes, of an element
/// of the input times a weight. Both are found by adding up steps: the input's element is
/// `input_start` plus the coordinates of `o` and of the sum times their `input_step`, and the
/// weight likewise.
///
///     // (batch, 2, 3) times a matrix of (3, 4): numpy.matmul
///     toeplix::ContractionSpec matmul{.input = {8, 2, 3},
///                                     .output = {{8, 6, 0}, {2, 3, 0}, {4, 0, 1}},
///                                     .summed = {{3, 1, 4}},
///                                     .weights = 12};
struct ContractionSpec {
  Extents input;                             ///< the shape of x
  std::vector<ContractionAxis> output = {};  ///< axes of y, the slowest first
  std::vector<ContractionAxis> summed = {};  ///< none: every element of y has one term
  Index weights = 1;                         ///< how many there are
  Index input_start = 0;                     ///< the element of x where all coordinates are 0
  Index weight_start = 0;                    ///< likewise the weight

  friend bool operator==(const ContractionSpec&, const ContractionSpec&) = default;
};

/// A checked, immutable contraction of a tensor with a constant one, as numpy.einsum: products with
/// dense matrices, scaling along some axes, sums over axes; and, with one weight of 1, whatever
/// selects, permutes or repeats elements in even steps (numpy.transpose, basic slices,
/// numpy.broadcast_to, depth to space).
///
///     toeplix::Contraction reversed({.input = {5}, .output = {{5, -1}}, .input_start = 4});
///     auto map = toeplix::affine_map(reversed, std::vector<double>{1});  // x[4], x[3], ... x[0]
class Contraction {
 public:
  /// Throws GeometryError for an extent below 1, for a coordinate that leads outside the input or
  /// the weights, and unless the summed axes are in the order of the input's memory: so that the
  /// terms of every sum have different elements, ascending. CapacityError beyond 64 bits. Cost: one
  /// step per axis.
  Contraction(ContractionSpec spec);

  /// The spec as it was given.
  [[nodiscard]] const ContractionSpec& spec() const { return spec_; }
  /// The shape of y.
  [[nodiscard]] Extents output() const;
  /// Elements of y.
  [[nodiscard]] Index rows() const { return rows_; }
  /// Elements of x.
  [[nodiscard]] Index cols() const { return cols_; }
  /// Terms of every element of y: the entries of a row.
  [[nodiscard]] Index terms() const { return terms_; }
  /// Entries of the matrix.
  [[nodiscard]] Index nnz() const { return rows_ * terms_; }

 private:
  ContractionSpec spec_;
  Index rows_;
  Index cols_;
  Index terms_;
};

namespace detail {

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> contraction_rows(
    const Contraction& contraction, std::span<const Scalar> weights, Index first, Index last,
    const Resources& resources);
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> affine_of(const Contraction& contraction,
                                          std::span<const Scalar> weights,
                                          const AffineOptions& options);

}  // namespace detail

/// Rows [first, last) of a contraction's matrix, all columns. Weights of zero are entries.
///
/// Throws GeometryError for a range that is not within the matrix and for another number of
/// weights than the spec says; CapacityError if the entries exceed the index type or the memory
/// budget. Cost: writing the rows once.
///
///     auto part = toeplix::compile_rows(contraction, weights, 2, 6);
template <MatrixIndex StorageIndex = int, WeightsArgument Weights>
[[nodiscard]] Eigen::SparseMatrix<ScalarOf<Weights>, Eigen::RowMajor, StorageIndex> compile_rows(
    const Contraction& contraction, const Weights& weights, Index first, Index last,
    const Resources& resources = {}) {
  return detail::contraction_rows<ScalarOf<Weights>, StorageIndex>(contraction, as_span(weights),
                                                                   first, last, resources);
}

/// A contraction as an affine map without an offset. Its shapes are `spec().input` and `output()`.
/// Errors and cost as for `compile_rows`.
///
///     auto map = toeplix::affine_map(contraction, weights, {.name = "matmul"});
template <MatrixIndex StorageIndex = int, WeightsArgument Weights>
[[nodiscard]] AffineMap<ScalarOf<Weights>, StorageIndex> affine_map(
    const Contraction& contraction, const Weights& weights, const AffineOptions& options = {}) {
  return detail::affine_of<ScalarOf<Weights>, StorageIndex>(contraction, as_span(weights), options);
}

}  // namespace toeplix
