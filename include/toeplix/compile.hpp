#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

namespace toeplix {

/// How to compile.
///
///     toeplix::compile(conv, weights, {.prune_zero_weights = true, .resources = {.threads = 2}});
struct CompileOptions {
  /// Leaves out entries whose value is exactly zero. Otherwise the structure depends on the
  /// geometry alone.
  bool prune_zero_weights = false;
  Resources resources = {};  ///< threads, and the memory that the matrix may take
};

/// Compiles a convolution into `matrix`, whose memory is reused where it is large enough.
///
/// `weights` has the shape `convolution.weights_shape()`, C order. The matrix becomes
/// convolution.rows() x convolution.cols(), compressed, its columns (rows, for a column-major
/// matrix) ascending and without duplicates.
///
/// Throws GeometryError for weights of the wrong length, CapacityError where the entries exceed
/// the index type or the memory budget; `matrix` is then unchanged. Should the system have no
/// memory after all, std::bad_alloc, and `matrix` has no entries.
/// Cost: writing the result once; no temporary of the result's size. So that large arrays fit huge
/// pages, their ends may take up to 9 MiB of memory more where the budget has room for it, and
/// `matrix.data().allocatedSize()` may exceed the entries.
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
                  std::span<const std::type_identity_t<Scalar>> weights,
                  const CompileOptions& options = {});

/// As above, of rows [first, last) alone: (last - first) x cols, row pointers starting at 0.
/// Throws GeometryError for a range that is not within the matrix.
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Pattern& pattern,
                       std::span<const std::type_identity_t<Scalar>> weights, Index first,
                       Index last, const CompileOptions& options = {});

/// Compiles a convolution, or a transposed one, into `matrix`: see the first overload.
///
///     Eigen::SparseMatrix<float, Eigen::RowMajor> W;
///     toeplix::compile_into(W, conv, kernel);
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex, PatternArgument Conv,
          VectorArgument Weights>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Conv& convolution,
                  const Weights& weights, const CompileOptions& options = {}) {
  compile_into(matrix, Pattern(convolution), detail::span_of<Scalar>(weights), options);
}

/// Compiles a convolution, or a transposed one, into its sparse matrix: y = compile(...) * x.
///
/// `compile<std::int64_t>(...)` has 64-bit indices; `compile<int, Eigen::ColMajor>(...)` is
/// column-major, filled directly. Errors and cost as for `compile_into`.
///
///     auto W = toeplix::compile(conv, kernel);
///     auto V = toeplix::compile(toeplix::ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}},
///     kernel);
template <MatrixIndex StorageIndex = int, int Order = Eigen::RowMajor, PatternArgument Conv,
          WeightsArgument Weights>
[[nodiscard]] Eigen::SparseMatrix<ScalarOf<Weights>, Order, StorageIndex> compile(
    const Conv& convolution, const Weights& weights, const CompileOptions& options = {}) {
  Eigen::SparseMatrix<ScalarOf<Weights>, Order, StorageIndex> matrix;
  compile_into(matrix, convolution, weights, options);
  return matrix;
}

/// Compiles into a matrix of that type, whose scalar is that of the weights.
///
///     using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;
///     auto A = toeplix::compile_as<Matrix>(conv, weights);
template <class Matrix, PatternArgument Conv, VectorArgument Weights>
[[nodiscard]] Matrix compile_as(const Conv& convolution, const Weights& weights,
                                const CompileOptions& options = {}) {
  Matrix matrix;
  compile_into(matrix, convolution, weights, options);
  return matrix;
}

/// Rows [first, last) of the matrix, into `matrix`: see the first overload.
template <MatrixScalar Scalar, MatrixIndex StorageIndex, PatternArgument Conv,
          VectorArgument Weights>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Conv& convolution, const Weights& weights, Index first, Index last,
                       const CompileOptions& options = {}) {
  compile_rows_into(matrix, Pattern(convolution), detail::span_of<Scalar>(weights), first, last,
                    options);
}

/// Rows [first, last) of the matrix, all columns: what a distributed matrix wants of each process.
///
///     auto upper_half = toeplix::compile_rows(conv, weights, 0, conv.rows() / 2);
template <MatrixIndex StorageIndex = int, PatternArgument Conv, WeightsArgument Weights>
[[nodiscard]] Eigen::SparseMatrix<ScalarOf<Weights>, Eigen::RowMajor, StorageIndex> compile_rows(
    const Conv& convolution, const Weights& weights, Index first, Index last,
    const CompileOptions& options = {}) {
  Eigen::SparseMatrix<ScalarOf<Weights>, Eigen::RowMajor, StorageIndex> matrix;
  compile_rows_into(matrix, convolution, weights, first, last, options);
  return matrix;
}

/// Refreshes the values of a matrix that was compiled from the same geometry (not pruned), in
/// place. Throws GeometryError for a matrix of another structure, as far as its sizes, the row
/// pointers of 32 rows and the columns of 8 rows tell. Cost: writing the values once.
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
               std::span<const std::type_identity_t<Scalar>> weights,
               const Resources& resources = {});

/// Refreshes the values of a compiled matrix in place: see the first overload.
///
///     toeplix::recompile(W, conv, other_kernel);
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex, PatternArgument Conv,
          VectorArgument Weights>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Conv& convolution,
               const Weights& weights, const Resources& resources = {}) {
  recompile(matrix, Pattern(convolution), detail::span_of<Scalar>(weights), resources);
}

}  // namespace toeplix
