#pragma once

#include <toeplix/concepts.hpp>

#include <span>
#include <type_traits>

namespace toeplix {

/// Weights that vary over the image: a kernel of its own for every output pixel. A spatially
/// varying blur is such a map, and so is what Keras calls a locally connected layer.
///
/// A view of numbers of shape (output..., out_channels, in_channels / groups, kernel...), C order:
/// the extents of the output, the slowest axis first, stand in front of the shape that one kernel
/// has. A transposed convolution is the transpose of its adjoint, whose output is its input; so the
/// shape is (input..., in_channels, out_channels / groups, kernel...), and both take the same
/// array. The order of the image (`TensorOrder`) changes nothing about it; each kernel is laid out
/// as `weights_order` says.
///
/// The matrix has the entries that it has with one kernel for all pixels, and its values are those
/// of the kernel of the entry's output pixel (for a transposed convolution: input pixel). `compile`
/// and its kin, `recompile`, `Operator` and `verify` take it in place of weights; the oracle takes
/// the numbers (`reference::per_pixel_convolve`).
///
/// Costs nothing; lives as long as the numbers.
///
///     toeplix::Convolution conv("input=3 kernel=2");
///     std::vector<float> kernels = {1, 2,    // of output pixel 0
///                                   3, 4};   // of output pixel 1
///     auto W = toeplix::compile(conv, toeplix::PerPixelWeights(kernels));  // 1 2 0, 0 3 4
template <class Scalar>
class PerPixelWeights {
 public:
  /// A view of any contiguous numbers.
  template <VectorArgument T>
  requires std::same_as<ScalarOf<T>, Scalar>
  explicit PerPixelWeights(const T& kernels) : values_(as_span(kernels)) {}

  /// The numbers.
  [[nodiscard]] std::span<const Scalar> values() const { return values_; }

 private:
  std::span<const Scalar> values_;
};

template <VectorArgument T>
PerPixelWeights(const T&) -> PerPixelWeights<ScalarOf<T>>;

namespace detail {

template <class T>
inline constexpr bool is_per_pixel = false;
template <class Scalar>
inline constexpr bool is_per_pixel<PerPixelWeights<Scalar>> = true;

/// The numbers of weights of either kind.
template <VectorArgument T>
std::span<const ScalarOf<T>> weights_span(const T& weights) {
  return as_span(weights);
}
template <class Scalar>
std::span<const Scalar> weights_span(const PerPixelWeights<Scalar>& weights) {
  return weights.values();
}

}  // namespace detail

/// Weights of either kind: one kernel for all pixels, as a contiguous range, or one for each.
///
///     static_assert(toeplix::EitherWeights<std::vector<float>>);
///     static_assert(toeplix::EitherWeights<toeplix::PerPixelWeights<float>>);
template <class T>
concept EitherWeights = VectorArgument<T> || detail::is_per_pixel<T>;

/// The type of the numbers of `EitherWeights`.
template <EitherWeights T>
using WeightOf = std::remove_const_t<typename decltype(detail::weights_span(
    std::declval<const T&>()))::element_type>;

/// Weights of either kind that a matrix can be compiled of: float, double or their complex types.
/// Integers are refused, see `WeightsArgument`.
template <class T>
concept EitherWeightsArgument = WeightsArgument<T> ||
    (detail::is_per_pixel<T>&& MatrixScalar<WeightOf<T>>);

namespace detail {

/// As `weights_span`, for numbers that must be of type `Scalar`.
template <class Scalar, EitherWeights T>
std::span<const Scalar> weights_span_of(const T& weights) {
  check_scalar<Scalar, WeightOf<T>>();
  return weights_span(weights);
}

}  // namespace detail

}  // namespace toeplix
