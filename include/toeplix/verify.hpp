#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <span>
#include <string>

namespace toeplix {

/// What `verify` found.
///
///     if (!report.passed) std::cerr << report.message << '\n';
struct VerifyReport {
  bool passed = false;  ///< whether everything agrees
  /// One line: what was compared and how closely; or the first mismatch, by its row, what was
  /// expected, what came, and the taps that meet there.
  std::string message;
  Index rows = 0;  ///< of the matrix
  Index cols = 0;  ///< of the matrix
  Index nnz = 0;   ///< entries of the matrix
  /// True if every sum was of integers small enough to be exact, so equality was demanded.
  bool exact = false;
  double largest_error = 0;  ///< largest |got - expected|, forward and transposed
};

namespace detail {

template <AnyConvolution Conv, EitherWeights Weights, MatrixScalar Scalar>
VerifyReport verify_spans(const Conv& convolution, const Weights& weights,
                          std::span<const Scalar> x, std::span<const Scalar> bias,
                          const Resources& resources);

void check_bias(std::size_t length, Index channels);

/// What `verify_spans` takes: the weights as a span, or as they are.
template <VectorArgument T>
std::span<const ScalarOf<T>> verified_weights(const T& weights) {
  return as_span(weights);
}
template <class Scalar>
PerPixelWeights<Scalar> verified_weights(const PerPixelWeights<Scalar>& weights) {
  return weights;
}

}  // namespace detail

/// Compiles a convolution and holds matrix and operator against the direct loops of `reference`.
///
/// Checks the structure (row pointers, ascending columns without duplicates, the closed form of
/// nnz), A x for the given x, and A^T y for y = the expected A x; with a `padding_value` also A x
/// plus `padding_offset`. Sums of small integers must be
/// equal; others must agree within the rounding bound of a sum, 2 n eps sum |w x| for n terms
/// (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
///
/// Weights and `x` are any contiguous ranges of one scalar type, the weights also
/// `PerPixelWeights`; `x` has convolution.cols() elements. A spec stands for its convolution.
/// Throws GeometryError for wrong lengths, CapacityError as `compile`. Cost: four passes of the
/// direct loops.
///
///     std::vector<float> kernel = {0, 1, 2, 3};
///     Eigen::VectorXf x = Eigen::VectorXf::Random(conv.cols());
///     toeplix::verify(conv, kernel, x).passed;  // true
template <EitherWeightsArgument Weights, VectorArgument X>
[[nodiscard]] VerifyReport verify(const Convolution& convolution, const Weights& weights,
                                  const X& x, const Resources& resources = {}) {
  return detail::verify_spans(convolution, detail::verified_weights(weights),
                              detail::span_of<WeightOf<Weights>>(x), {}, resources);
}
/// Holds the matrix of a transposed convolution against the direct loops, likewise.
///
///     toeplix::verify(up, kernel, x, {.threads = 1});
template <EitherWeightsArgument Weights, VectorArgument X>
[[nodiscard]] VerifyReport verify(const TransposedConvolution& convolution, const Weights& weights,
                                  const X& x, const Resources& resources = {}) {
  return detail::verify_spans(convolution, detail::verified_weights(weights),
                              detail::span_of<WeightOf<Weights>>(x), {}, resources);
}

/// Holds A x plus `affine_offset` against the direct loops, too: `bias` has one number per output
/// channel. Errors and cost as above, and GeometryError for another number of biases.
///
///     toeplix::verify(conv, kernel, x, std::vector<float>{0.5F}).passed;
template <EitherWeightsArgument Weights, VectorArgument X, VectorArgument Bias>
[[nodiscard]] VerifyReport verify(const Convolution& convolution, const Weights& weights,
                                  const X& x, const Bias& bias, const Resources& resources = {}) {
  const auto biases = detail::span_of<WeightOf<Weights>>(bias);
  detail::check_bias(biases.size(), convolution.out_channels());
  return detail::verify_spans(convolution, detail::verified_weights(weights),
                              detail::span_of<WeightOf<Weights>>(x), biases, resources);
}
/// The same of a transposed convolution.
///
///     toeplix::verify(up, kernel, x, std::vector<float>{0.5F}, {.threads = 1});
template <EitherWeightsArgument Weights, VectorArgument X, VectorArgument Bias>
[[nodiscard]] VerifyReport verify(const TransposedConvolution& convolution, const Weights& weights,
                                  const X& x, const Bias& bias, const Resources& resources = {}) {
  const auto biases = detail::span_of<WeightOf<Weights>>(bias);
  detail::check_bias(biases.size(), convolution.out_channels());
  return detail::verify_spans(convolution, detail::verified_weights(weights),
                              detail::span_of<WeightOf<Weights>>(x), biases, resources);
}

/// What is wrong with the structure of a compiled matrix of `pattern`, empty if nothing is: its
/// sizes, entry count and row pointers, columns out of order, twice or outside. Cost: one pass.
///
///     toeplix::structure_fault(matrix, toeplix::Pattern(conv)).empty();
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
[[nodiscard]] std::string structure_fault(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern);

/// What is wrong with the compiled matrix of a convolution, a transposed one, or the spec of
/// either: see the first overload.
///
///     toeplix::structure_fault(matrix, conv).empty();
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex, PatternArgument Conv>
[[nodiscard]] std::string structure_fault(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Conv& convolution) {
  return structure_fault(matrix, Pattern(convolution));
}

}  // namespace toeplix
