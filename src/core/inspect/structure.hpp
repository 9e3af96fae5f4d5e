#pragma once

#include <toeplix/inspect.hpp>

namespace toeplix::detail {

/// A matrix as structure is looked for in it: rows with ascending columns.
template <class Scalar>
using Rows = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, Index>;

enum class Stochastic { checked, left_out };

/// Structure of a matrix. `epsilon` is the unit of rounding of its values; a claim that needs more
/// than `most_work` steps is not decided. Scalars: double, std::complex<double>.
template <class Scalar>
MatrixStructure find_structure(const Rows<Scalar>& matrix, std::span<const MatrixLevel> levels,
                               double epsilon, Index most_work, Stochastic stochastic);

/// Structure that the matrix of a convolution has with every kernel; it is not built.
template <AnyConvolution Conv>
MatrixStructure find_structure(const Conv& convolution, Index most_work);

/// Structure that the matrix of a convolution has with these weights, likewise.
template <AnyConvolution Conv>
MatrixStructure find_structure(const Conv& convolution, const InspectedWeights& weights,
                               Index most_work);

/// Of weights of shape (out, in / groups, kernel...).
Separability find_separability(const Extents& shape, const InspectedWeights& weights,
                               Index most_work);

/// Of a matrix that consists of blocks of the size that `block` has, whose values have `epsilon` as
/// the unit of rounding. Scalars: double, std::complex<double>.
template <class Scalar>
Separability find_separability(const Rows<Scalar>& matrix, const MatrixLevel& block, double epsilon,
                               Index most_work);

}  // namespace toeplix::detail
