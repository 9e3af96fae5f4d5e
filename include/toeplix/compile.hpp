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
  /// Threads that write the matrix, and bytes that its arrays may take. Arrays of up to 16 MiB are
  /// not weighed against what the machine has free, larger ones are.
  Resources resources = {};
};

/// Compiles a convolution into `matrix`, whose memory is reused if it suffices.
///
/// `weights` has the shape `convolution.weights_shape()`, C order. The matrix becomes
/// convolution.rows() x convolution.cols(), compressed, its columns (rows, for a column-major
/// matrix) ascending and without duplicates.
///
/// Throws GeometryError for weights of the wrong length or that lie in the matrix itself, Error for
/// negative resources, CapacityError if the entries exceed the index type or the memory budget;
/// `matrix` is then unchanged. If the system then has no
/// memory, throws std::bad_alloc and leaves `matrix` without entries. Cost: writing the result
/// once. Memory: the result, of which the budget counts what `matrix` does not have yet, and a few
/// rows per thread; to prune, also 8 bytes per row, which the budget counts by themselves.
///
///     Eigen::SparseMatrix<float, Eigen::RowMajor> W;
///     toeplix::compile_into(W, toeplix::Pattern(conv), std::span<const float>(kernel));
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
                  std::span<const std::type_identity_t<Scalar>> weights,
                  const CompileOptions& options = {});

/// Compiles rows [first, last) alone: (last - first) x cols, row pointers starting at 0. Everything
/// else as for `compile_into`; also throws GeometryError for a range that is not within the matrix.
///
///     toeplix::compile_rows_into(W, pattern, std::span<const float>(kernel), 0, 10);
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Pattern& pattern,
                       std::span<const std::type_identity_t<Scalar>> weights, Index first,
                       Index last, const CompileOptions& options = {});

/// Compiles a convolution, or a transposed one, into `matrix`: see the first overload. `weights`
/// may be `PerPixelWeights`; every row is then built by itself, which takes some ten times as long.
///
///     Eigen::SparseMatrix<float, Eigen::RowMajor> W;
///     toeplix::compile_into(W, conv, kernel);
///     toeplix::compile_into(W, conv, toeplix::PerPixelWeights(kernels));
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex, PatternArgument Conv,
          EitherWeights Weights>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Conv& convolution,
                  const Weights& weights, const CompileOptions& options = {}) {
  compile_into(matrix, detail::pattern_for(convolution, weights),
               detail::weights_span_of<Scalar>(weights), options);
}

/// Compiles a convolution, or a transposed one, into its sparse matrix: y = compile(...) * x.
///
/// `compile<std::int64_t>(...)` has 64-bit indices; `compile<int, Eigen::ColMajor>(...)` is
/// column-major, filled directly. Errors and cost as for `compile_into`.
///
///     auto W = toeplix::compile(conv, kernel);
///     auto V = toeplix::compile(toeplix::ConvolutionSpec{.input = {9}, .kernel = {4}}, kernel);
///     auto P = toeplix::compile(conv, toeplix::PerPixelWeights(kernels));  // one for each pixel
template <MatrixIndex StorageIndex = int, int Order = Eigen::RowMajor, PatternArgument Conv,
          EitherWeightsArgument Weights>
[[nodiscard]] Eigen::SparseMatrix<WeightOf<Weights>, Order, StorageIndex> compile(
    const Conv& convolution, const Weights& weights, const CompileOptions& options = {}) {
  Eigen::SparseMatrix<WeightOf<Weights>, Order, StorageIndex> matrix;
  compile_into(matrix, convolution, weights, options);
  return matrix;
}

/// Compiles into a matrix of that type, whose scalar is that of the weights.
///
///     using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;
///     auto A = toeplix::compile_as<Matrix>(conv, weights);
template <class Matrix, PatternArgument Conv, EitherWeights Weights>
[[nodiscard]] Matrix compile_as(const Conv& convolution, const Weights& weights,
                                const CompileOptions& options = {}) {
  Matrix matrix;
  compile_into(matrix, convolution, weights, options);
  return matrix;
}

/// Rows [first, last) of the matrix, into `matrix`: see the first overload.
///
///     toeplix::compile_rows_into(W, conv, kernel, 0, 10);
template <MatrixScalar Scalar, MatrixIndex StorageIndex, PatternArgument Conv,
          EitherWeights Weights>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Conv& convolution, const Weights& weights, Index first, Index last,
                       const CompileOptions& options = {}) {
  compile_rows_into(matrix, detail::pattern_for(convolution, weights),
                    detail::weights_span_of<Scalar>(weights), first, last, options);
}

/// Rows [first, last) of the matrix, all columns: what a distributed matrix wants of each process.
///
///     auto upper_half = toeplix::compile_rows(conv, weights, 0, conv.rows() / 2);
template <MatrixIndex StorageIndex = int, PatternArgument Conv, EitherWeightsArgument Weights>
[[nodiscard]] Eigen::SparseMatrix<WeightOf<Weights>, Eigen::RowMajor, StorageIndex> compile_rows(
    const Conv& convolution, const Weights& weights, Index first, Index last,
    const CompileOptions& options = {}) {
  Eigen::SparseMatrix<WeightOf<Weights>, Eigen::RowMajor, StorageIndex> matrix;
  compile_rows_into(matrix, convolution, weights, first, last, options);
  return matrix;
}

/// Writes new values into a matrix that was compiled from the same geometry (not pruned), in place.
///
/// Throws GeometryError for weights of the wrong length or that lie in the matrix itself, Error for
/// negative resources, and GeometryError for a matrix of another structure, as
/// far as its sizes, the pointers of 32 rows and the columns of 8 rows tell, evenly spaced from the
/// first to the last (columns, for a column-major matrix); `matrix` is then unchanged. Cost:
/// writing the values once. Memory: a few rows per thread; the budget does not apply.
///
///     toeplix::recompile(W, toeplix::Pattern(conv), std::span<const float>(other_kernel));
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
               std::span<const std::type_identity_t<Scalar>> weights,
               const Resources& resources = {});

/// Writes new values into arrays of somebody else that are such a matrix: see the first overload.
/// Threads, errors and cost are the same.
///
///     Eigen::Map<Eigen::SparseMatrix<double, Eigen::RowMajor>> view(
///         rows, cols, entries, pointers, columns, values);
///     toeplix::recompile(view, toeplix::Pattern(conv), std::span<const double>(other_kernel));
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void recompile(Eigen::Map<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>& matrix,
               const Pattern& pattern, std::span<const std::type_identity_t<Scalar>> weights,
               const Resources& resources = {});

/// Refreshes the values of a compiled matrix in place: see the first overload. One kernel for all
/// pixels and `PerPixelWeights` may take turns, because they have the same entries.
///
///     toeplix::recompile(W, conv, other_kernel);
///     toeplix::recompile(W, conv, toeplix::PerPixelWeights(kernels));
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex, PatternArgument Conv,
          EitherWeights Weights>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Conv& convolution,
               const Weights& weights, const Resources& resources = {}) {
  recompile(matrix, detail::pattern_for(convolution, weights),
            detail::weights_span_of<Scalar>(weights), resources);
}

}  // namespace toeplix
