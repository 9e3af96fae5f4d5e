#pragma once

#include <toeplix/compile.hpp>

namespace toeplix {

/// The upper triangle of A^T A, diagonal included, A being the matrix of `pattern` and `weights`.
///
/// Compressed, column-major, rows ascending without duplicates; read as row-major it is the lower
/// triangle. An entry is stored for every pair of columns that some row of A connects, whatever
/// its value. No product of sparse matrices is formed: along one axis the composition of the
/// transposed tap table with the tap table is a table again, and a column of A^T A is the product
/// of these.
///
/// Throws GeometryError for weights of the wrong length, CapacityError where the entries exceed the
/// index type or the memory budget. Sums are taken in an order that does not depend on the number
/// of threads. Cost: writing the result once, and for every combination of border classes the
/// number of pairs of kernel positions; memory beyond the result: the square of the number of
/// kernel positions for every pair of channels of a group, and at its ends as for `compile_into`.
template <MatrixIndex StorageIndex = int>
Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> normal_equations(
    const Pattern& pattern, std::span<const double> weights, const Resources& resources = {});

/// As above, of a convolution or a transposed one.
template <MatrixIndex StorageIndex = int, AnyConvolution Conv, WeightsArgument Weights>
Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> normal_equations(
    const Conv& convolution, const Weights& weights, const Resources& resources = {}) {
  return normal_equations<StorageIndex>(Pattern(convolution),
                                        std::span<const double>(as_span(weights)), resources);
}

}  // namespace toeplix
