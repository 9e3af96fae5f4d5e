#pragma once

#include <toeplix/pattern.hpp>

#include <Eigen/SparseCore>

#include <complex>

namespace toeplix {

/// The scalars that a matrix can be compiled for.
template <class T>
concept MatrixScalar = std::same_as<T, float> || std::same_as<T, double> ||
    std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;

/// The index types that a matrix can be compiled with.
template <class T>
concept MatrixIndex = std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t>;

/// A contiguous range of float, double or their complex types. Integers are refused rather than
/// converted: say which precision is meant.
template <class T>
concept WeightsArgument = VectorArgument<T> && MatrixScalar<ScalarOf<T>>;

struct CompileOptions {
  int threads = 0;  ///< 0: as many as OpenMP offers. The result is the same, bit by bit.
  /// Leaves out entries whose value is exactly zero. Otherwise the structure depends on the
  /// geometry alone.
  bool prune_zero_weights = false;
  Index memory_budget = 0;  ///< bytes that may be allocated; 0: what the machine has free
};

/// Compiles a convolution into `matrix`, whose memory is reused where it is large enough.
///
/// `weights` has the shape `convolution.weights()`, C order. The matrix becomes
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

/// Refreshes the values of a matrix that was compiled from the same geometry (not pruned), in
/// place. Throws GeometryError for a matrix of another structure, as far as its sizes, the row
/// pointers of 32 rows and the columns of 8 rows tell. Cost: writing the values once.
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
               std::span<const std::type_identity_t<Scalar>> weights,
               const CompileOptions& options = {});

/// Either kind of convolution.
template <class T>
concept AnyConvolution = std::same_as<T, Convolution> || std::same_as<T, TransposedConvolution>;

/// Compiles a convolution, or a transposed one, into its sparse matrix. See the first overload.
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex, AnyConvolution Conv,
          WeightsArgument Weights>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Conv& convolution,
                  const Weights& weights, const CompileOptions& options = {}) {
  compile_into(matrix, Pattern(convolution), std::span<const Scalar>(as_span(weights)), options);
}

/// Compiles a convolution, or a transposed one, into its sparse matrix: y = compile(...) * x.
///
/// `compile<std::int64_t>(...)` has 64-bit indices; `compile<int, Eigen::ColMajor>(...)` is
/// column-major, filled directly. Errors and cost as for `compile_into`.
template <MatrixIndex StorageIndex = int, int Order = Eigen::RowMajor, AnyConvolution Conv,
          WeightsArgument Weights>
Eigen::SparseMatrix<ScalarOf<Weights>, Order, StorageIndex> compile(
    const Conv& convolution, const Weights& weights, const CompileOptions& options = {}) {
  Eigen::SparseMatrix<ScalarOf<Weights>, Order, StorageIndex> matrix;
  compile_into(matrix, convolution, weights, options);
  return matrix;
}

/// Rows [first, last) of the matrix, all columns: what a distributed matrix wants of each process.
template <MatrixIndex StorageIndex = int, AnyConvolution Conv, WeightsArgument Weights>
Eigen::SparseMatrix<ScalarOf<Weights>, Eigen::RowMajor, StorageIndex> compile_rows(
    const Conv& convolution, const Weights& weights, Index first, Index last,
    const CompileOptions& options = {}) {
  Eigen::SparseMatrix<ScalarOf<Weights>, Eigen::RowMajor, StorageIndex> matrix;
  compile_rows_into(matrix, Pattern(convolution), as_span(weights), first, last, options);
  return matrix;
}

/// Refreshes the values of a compiled matrix in place. See the first overload.
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex, AnyConvolution Conv,
          WeightsArgument Weights>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Conv& convolution,
               const Weights& weights, const CompileOptions& options = {}) {
  recompile(matrix, Pattern(convolution), std::span<const Scalar>(as_span(weights)), options);
}

/// The gradient of <A(w) x, r> with respect to w: the adjoint of the linear map w -> A(w) x,
/// applied to r. g[w] is the sum of conj(x[column]) * r[row] over the entries that weight w adds
/// to. `x` has convolution.cols() elements, `r` has rows(); the result has the shape of the
/// weights. Throws GeometryError for other lengths. Cost: one pass over the entries, none stored.
template <MatrixScalar Scalar>
std::vector<Scalar> weight_gradient(const Pattern& pattern, std::span<const Scalar> x,
                                    std::span<const std::type_identity_t<Scalar>> r,
                                    const CompileOptions& options = {});

/// As above.
template <AnyConvolution Conv, WeightsArgument X, WeightsArgument R>
std::vector<ScalarOf<X>> weight_gradient(const Conv& convolution, const X& x, const R& r,
                                         const CompileOptions& options = {}) {
  return weight_gradient<ScalarOf<X>>(Pattern(convolution), as_span(x), as_span(r), options);
}

}  // namespace toeplix
