#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <concepts>
#include <span>

namespace toeplix {

/// The upper triangle of A^T A, diagonal included, A being the matrix of `pattern` and `weights`.
///
/// Compressed, column-major, rows ascending without duplicates; read as row-major it is the lower
/// triangle. An entry is stored for every pair of columns that some row of A connects, whatever
/// its value. No product of sparse matrices is formed: along one axis the composition of the
/// transposed tap table with the tap table is a table again, and a column of A^T A is the product
/// of these.
///
/// `weights` has pattern.weight_count() elements. Throws GeometryError for weights of the wrong
/// length and a pattern with a kernel for every pixel, Error for negative resources, CapacityError
/// if the entries exceed the index type or the memory budget, and for more than 2^30 pairs of
/// kernel positions along one axis that meet in A^T A. Sums are taken in an order that does not
/// depend on the number of threads. Cost: writing the result once, and for every combination of
/// border classes the number of pairs of kernel positions; memory beyond the result: the square of
/// the number of kernel positions for every pair of channels of a group, and at its ends as for
/// `compile_into`.
template <MatrixIndex StorageIndex = int>
[[nodiscard]] Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> normal_equations(
    const Pattern& pattern, std::span<const double> weights, const Resources& resources = {});

/// The upper triangle of A^T A for any convolution, or the spec of one, and contiguous weights of
/// type double: see the first overload.
///
///     auto N = toeplix::normal_equations(conv, kernel);
///     Eigen::SimplicialLLT<Eigen::SparseMatrix<double>, Eigen::Upper> factor(N);
///     Eigen::VectorXd x = factor.solve(A.transpose() * b);  // least squares: A x = b
template <MatrixIndex StorageIndex = int, PatternArgument Conv, WeightsArgument Weights>
[[nodiscard]] Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> normal_equations(
    const Conv& convolution, const Weights& weights, const Resources& resources = {}) {
  static_assert(std::same_as<ScalarOf<Weights>, double>,
                "Toeplix: normal_equations computes in double; convert the weights, e.g. "
                "std::vector<double>(w.begin(), w.end())");
  return normal_equations<StorageIndex>(Pattern(convolution), as_span(weights), resources);
}

/// The rows of A^T A that one process has, in the two parts of `diagonal_part` and
/// `off_diagonal_part`: both triangles, rows and columns by the bands of A's columns.
///
///     toeplix::NormalParts<int> parts;
template <MatrixIndex StorageIndex>
struct NormalParts {
  /// A part's type.
  using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, StorageIndex>;
  Matrix diagonal;      ///< columns that the process has, numbered from 0 on
  Matrix off_diagonal;  ///< the others, those of the tensor without the lines of the process
};

/// Emits the rows of A^T A that belong to `process`, `bands` being those of A's columns.
///
/// Throws GeometryError for bands of another number of lines than `column_lines` and a process that
/// has none; otherwise as `normal_equations`, whose cost it has per entry. An entry next to lines
/// of others takes a few divisions.
///
///     toeplix::NormalParts<int> parts;
///     toeplix::normal_equations_parts(parts, pattern, weights, bands, process);
template <MatrixIndex StorageIndex>
void normal_equations_parts(NormalParts<StorageIndex>& parts, const Pattern& pattern,
                            std::span<const double> weights, const Bands& bands, Index process,
                            const Resources& resources = {});

/// How many products and sums of weights `normal_equations` takes, besides writing its result: for
/// every pair of channels of a group the products of all pairs of kernel positions, and the sums of
/// these over one axis after the other for every combination of border classes. (If the result has
/// one triangle of channels alone, somewhat less.) A core does some 10^8 to 10^9 in a second.
///
/// Known from the geometry, for any image at once. Throws CapacityError for products of weights
/// that exceed the memory budget, and for more than 2^30 pairs of kernel positions along one axis
/// that meet in A^T A; Error for negative resources. Cost: these pairs.
[[nodiscard]] double normal_equations_operations(const Pattern& pattern,
                                                 const Resources& resources = {});

/// The same for any convolution, or the spec of one.
///
///     if (toeplix::normal_equations_operations(conv) > 1e10) std::cerr << "a minute or so\n";
template <PatternArgument Conv>
[[nodiscard]] double normal_equations_operations(const Conv& convolution,
                                                 const Resources& resources = {}) {
  return normal_equations_operations(Pattern(convolution), resources);
}

}  // namespace toeplix
