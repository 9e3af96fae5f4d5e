#pragma once

#include "cli/apply_matrix.hpp"
#include "cli/arguments.hpp"
#include "cli/rows.hpp"
#include "cli/tensor_files.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/matrix_levels.hpp>
#include <toeplix/separable.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What the commands pool, pad, resize and im2col have in common.
namespace toeplix::cli {

/// Windows as columns, or columns laid back over an image: a convolution whose weights are ones and
/// zeros.
struct Unfolding {
  AnyConv convolution;
  std::vector<double> weights;
};

/// An operator on images that has no weights of its own, and what is added to its result.
struct LinearOperator {
  std::variant<Separable, Unfolding> map;
  Tensor input;                     ///< what a file of vectors looks like that it takes
  Tensor output;                    ///< and of those that it makes
  std::vector<MatrixLevel> levels;  ///< of its matrix
  std::optional<Pad> frame = {};    ///< whose constant is added to the result, if there is one

  [[nodiscard]] Index rows() const;
  [[nodiscard]] Index cols() const;
  /// Entries of some rows; of an unfolding, which has one for a row or for a column, at most.
  [[nodiscard]] Index most_entries(Rows rows) const;
};

/// What is added to some rows of the result. Throws TooLarge beyond the budget.
std::vector<double> offset_of(const LinearOperator& op, Rows rows, const Resources& resources);

/// A separable operator, forward or transposed; the sides and levels are those of the forward one.
LinearOperator separable_operator(const Separable& separable, const Tensor& input,
                                  const Tensor& output, std::vector<MatrixLevel> levels,
                                  Direction direction);

/// The same if every axis is one of the files, as there are no channels among them.
LinearOperator operator_of_axes(const Separable& separable, Direction direction);

/// Compiles the matrix, without zeros.
template <class Matrix>
Matrix compile_operator(const LinearOperator& op, const Resources& resources) {
  using Scalar = typename Matrix::Scalar;
  constexpr int order = Matrix::IsRowMajor ? Eigen::RowMajor : Eigen::ColMajor;
  if (const auto* separable = std::get_if<Separable>(&op.map)) {
    return compile_as<Matrix>(*separable, resources);
  }
  const Unfolding& unfolding = std::get<Unfolding>(op.map);
  const std::vector<Scalar> weights(unfolding.weights.begin(), unfolding.weights.end());
  return std::visit(
      [&](const auto& conv) -> Matrix {
        return toeplix::compile<typename Matrix::StorageIndex, order>(
            conv, weights, {.prune_zero_weights = true, .resources = resources});
      },
      unfolding.convolution);
}

/// Compiles some of its rows, likewise.
template <class Matrix>
Matrix compile_operator_rows(const LinearOperator& op, Rows rows, Resources resources) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  if (!Matrix::IsRowMajor) resources = resources_to_turn(resources);
  if (const auto* separable = std::get_if<Separable>(&op.map)) {
    Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> matrix;
    compile_rows_into(matrix, *separable, rows.first, rows.last, resources);
    return matrix;
  }
  const Unfolding& unfolding = std::get<Unfolding>(op.map);
  const std::vector<Scalar> weights(unfolding.weights.begin(), unfolding.weights.end());
  return std::visit(
      [&](const auto& conv) -> Matrix {
        return toeplix::compile_rows<StorageIndex>(
            conv, weights, rows.first, rows.last,
            {.prune_zero_weights = true, .resources = resources});
      },
      unfolding.convolution);
}

/// What `apply_to_all` and writing its result take, the batch included.
double bytes_to_apply(const LinearOperator& op, const Batch& input);

/// The results for all vectors of a batch. Throws CapacityError for a matrix of an unfolding beyond
/// the budget of `resources`; those of the others are not made.
Batch apply_to_all(const LinearOperator& op, const Batch& input, const Resources& resources);

}  // namespace toeplix::cli
