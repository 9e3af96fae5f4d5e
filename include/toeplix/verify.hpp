#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>
#include <string>

namespace toeplix {

/// What `verify` found.
struct VerifyReport {
  bool passed = false;
  /// One line: what was compared and how closely, or the first mismatch: where, what was expected,
  /// what came, and the taps that meet there.
  std::string message;
  Index rows = 0;
  Index cols = 0;
  Index nnz = 0;
  /// True where every sum was of integers small enough to be exact, so equality was demanded.
  bool exact = false;
  double largest_error = 0;  ///< largest |got - expected|, forward and transposed
};

/// Compiles a convolution and holds matrix and operator against the direct loops of `reference`.
///
/// Checks the structure (row pointers, ascending columns without duplicates, the closed form of
/// nnz), A x for the given x, and A^T y for y = the expected A x. Sums of small integers must be
/// equal; others must agree within the rounding bound of a sum, 2 n eps sum |w x| for n terms
/// (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
/// `x` has convolution.cols() elements. Throws GeometryError for wrong lengths, CapacityError as
/// `compile`. Cost: four passes of the direct loops.
template <AnyConvolution Conv, MatrixScalar Scalar>
VerifyReport verify(const Conv& convolution, std::span<const Scalar> weights,
                    std::span<const Scalar> x, const Resources& resources = {});

/// As above.
template <AnyConvolution Conv, WeightsArgument Weights, WeightsArgument X>
VerifyReport verify(const Conv& convolution, const Weights& weights, const X& x,
                    const Resources& resources = {}) {
  return verify<Conv, ScalarOf<Weights>>(convolution, as_span(weights), as_span(x), resources);
}

/// What is wrong with the structure of a compiled matrix of `pattern`, or nothing: its sizes,
/// entry count and row pointers, columns out of order, twice or outside. Cost: one pass.
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
std::string structure_fault(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                            const Pattern& pattern);

}  // namespace toeplix
