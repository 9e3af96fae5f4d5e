#pragma once

#include <toeplix/affine_chain.hpp>
#include <toeplix/affine_map.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>
#include <toeplix/im2col.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/per_pixel_weights.hpp>
#include <toeplix/separable.hpp>

#include <Eigen/SparseCore>

#include <span>
#include <vector>

/// \file
/// Affine maps y = A x + b: convolutions with a bias, and what stands between them in a network as
/// far as it is linear. `affine_map.hpp` has the class, sums, concatenations and compositions,
/// `affine_chain.hpp` compositions of several; this header makes the maps, and includes both.

namespace toeplix {

namespace detail {

template <MatrixScalar Scalar, MatrixIndex StorageIndex, AnyConvolution Conv>
AffineMap<Scalar, StorageIndex> affine_of(const Conv& convolution, std::span<const Scalar> weights,
                                          std::span<const Scalar> bias,
                                          const AffineOptions& options);
template <MatrixScalar Scalar, MatrixIndex StorageIndex, AnyConvolution Conv>
AffineMap<Scalar, StorageIndex> windows_of(const Conv& windows, const char* name,
                                           const AffineOptions& options);
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> affine_of(const Separable& separable,
                                          std::span<const double> offset, const char* name,
                                          const AffineOptions& options);
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> affine_of_rows(
    const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>& matrix,
    std::span<const Scalar> offset, const AffineOptions& options);
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> scale_of(const Extents& shape, Index axis,
                                         std::span<const Scalar> scale,
                                         std::span<const Scalar> shift,
                                         const AffineOptions& options);
template <MatrixScalar Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> offset_rows_span(const Pattern& pattern,
                                                          double padding_value,
                                                          std::span<const Scalar> weights,
                                                          std::span<const Scalar> bias, Index first,
                                                          Index last, const Resources& resources);

template <MatrixScalar Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> offset_span(const Pattern& pattern, double padding_value,
                                                     std::span<const Scalar> weights,
                                                     std::span<const Scalar> bias,
                                                     const Resources& resources) {
  return offset_rows_span(pattern, padding_value, weights, bias, 0, pattern.rows(), resources);
}

void check_bias(std::size_t length, Index channels);

/// What pads a convolution; a transposed one pads nothing.
inline double padding_value_of(const Convolution& convolution) {
  return convolution.spec().padding_value;
}
inline double padding_value_of(const TransposedConvolution&) {
  return 0;
}

}  // namespace detail

/// What the `padding_value` of a convolution adds to its outputs: for every row the value times the
/// sum of the weights that lie on padding, so that the convolution is A x plus this. Zero in rows
/// whose windows lie on the image; exact if the sums are. Weights as for `compile`,
/// `PerPixelWeights` too.
///
/// Throws GeometryError for weights of the wrong length, and for a value that is beyond the scalar
/// type or times finite weights gets there (a weight that is infinite or NaN stays what it is);
/// CapacityError if the offset exceeds the memory budget, Error for negative resources. Cost: at
/// most that of one product by the matrix; borders alone are computed, each kind once. Memory: the
/// offset, and as much again.
///
///     toeplix::Convolution conv("input=3 kernel=3 padding=1 padding_value=5");
///     toeplix::padding_offset(conv, std::vector<double>{1, 2, 4});  // 5, 0, 20
template <EitherWeightsArgument Weights>
[[nodiscard]] Eigen::Matrix<WeightOf<Weights>, Eigen::Dynamic, 1> padding_offset(
    const Convolution& convolution, const Weights& weights, const Resources& resources = {}) {
  return detail::offset_span<WeightOf<Weights>>(detail::pattern_for(convolution, weights),
                                                convolution.spec().padding_value,
                                                detail::weights_span(weights), {}, resources);
}

/// All that a convolution adds whatever the image: the bias of the channel in every row, and the
/// `padding_offset`. The offset of `affine_map` without its matrix. Errors and cost as above;
/// GeometryError for another number of biases than output channels.
///
///     toeplix::Convolution conv("input=3 kernel=3 padding=1 padding_value=5");
///     std::vector<double> weights = {1, 2, 4}, bias = {100};
///     toeplix::affine_offset(conv, weights, bias);  // 105, 100, 120
template <AnyConvolution Conv, EitherWeightsArgument Weights, VectorArgument Bias>
[[nodiscard]] Eigen::Matrix<WeightOf<Weights>, Eigen::Dynamic, 1> affine_offset(
    const Conv& convolution, const Weights& weights, const Bias& bias,
    const Resources& resources = {}) {
  const auto biases = detail::span_of<WeightOf<Weights>>(bias);
  detail::check_bias(biases.size(), convolution.out_channels());
  return detail::offset_span<WeightOf<Weights>>(detail::pattern_for(convolution, weights),
                                                detail::padding_value_of(convolution),
                                                detail::weights_span(weights), biases, resources);
}

/// Rows [first, last) of it alone, those of `compile_rows`. Cost and memory are those of these
/// rows; also throws GeometryError for a range that is not within the matrix.
///
///     toeplix::Convolution conv("input=3 kernel=3 padding=1 padding_value=5");
///     std::vector<double> weights = {1, 2, 4}, bias = {100};
///     toeplix::affine_offset_rows(conv, weights, bias, 2, 3);  // 120
template <AnyConvolution Conv, EitherWeightsArgument Weights, VectorArgument Bias>
[[nodiscard]] Eigen::Matrix<WeightOf<Weights>, Eigen::Dynamic, 1> affine_offset_rows(
    const Conv& convolution, const Weights& weights, const Bias& bias, Index first, Index last,
    const Resources& resources = {}) {
  const auto biases = detail::span_of<WeightOf<Weights>>(bias);
  detail::check_bias(biases.size(), convolution.out_channels());
  return detail::offset_rows_span<WeightOf<Weights>>(
      detail::pattern_for(convolution, weights), detail::padding_value_of(convolution),
      detail::weights_span(weights), biases, first, last, resources);
}

/// A convolution with a bias: `bias` has one number per output channel, which every pixel of that
/// channel gets. The offset has what a `padding_value` adds, too. Weights as for `compile`.
///
/// The shapes are (channels, extents...) in the order channels_first, (extents..., channels) in
/// channels_last, and (channels, extents from the last to the first) in column_major. The name is
/// the text form. Errors and cost as for `compile`; GeometryError for another number of biases.
///
///     auto layer = toeplix::affine_map(conv, weights, bias);
///     auto wide = toeplix::affine_map<std::int64_t>(conv, weights, bias, {.name = "conv1"});
template <MatrixIndex StorageIndex = int, WeightsArgument Weights, VectorArgument Bias>
[[nodiscard]] AffineMap<ScalarOf<Weights>, StorageIndex> affine_map(
    const Convolution& convolution, const Weights& weights, const Bias& bias,
    const AffineOptions& options = {}) {
  using Scalar = ScalarOf<Weights>;
  return detail::affine_of<Scalar, StorageIndex>(convolution, as_span(weights),
                                                 detail::span_of<Scalar>(bias), options);
}
/// A transposed convolution with a bias per output channel, likewise.
template <MatrixIndex StorageIndex = int, WeightsArgument Weights, VectorArgument Bias>
[[nodiscard]] AffineMap<ScalarOf<Weights>, StorageIndex> affine_map(
    const TransposedConvolution& convolution, const Weights& weights, const Bias& bias,
    const AffineOptions& options = {}) {
  using Scalar = ScalarOf<Weights>;
  return detail::affine_of<Scalar, StorageIndex>(convolution, as_span(weights),
                                                 detail::span_of<Scalar>(bias), options);
}
/// A convolution without a bias; its offset is what a `padding_value` adds.
template <MatrixIndex StorageIndex = int, WeightsArgument Weights>
[[nodiscard]] AffineMap<ScalarOf<Weights>, StorageIndex> affine_map(
    const Convolution& convolution, const Weights& weights, const AffineOptions& options = {}) {
  using Scalar = ScalarOf<Weights>;
  const std::vector<Scalar> none(static_cast<std::size_t>(convolution.out_channels()));
  return affine_map<StorageIndex>(convolution, weights, none, options);
}
/// A transposed convolution without a bias.
template <MatrixIndex StorageIndex = int, WeightsArgument Weights>
[[nodiscard]] AffineMap<ScalarOf<Weights>, StorageIndex> affine_map(
    const TransposedConvolution& convolution, const Weights& weights,
    const AffineOptions& options = {}) {
  using Scalar = ScalarOf<Weights>;
  const std::vector<Scalar> none(static_cast<std::size_t>(convolution.out_channels()));
  return affine_map<StorageIndex>(convolution, weights, none, options);
}

/// A separable operator; the shapes are `separable.input()` and `separable.output()`. Errors and
/// cost as for `compile`. Every value is computed in double and rounded once.
///
///     auto blur = toeplix::affine_map<float>(toeplix::Separable({table, table}));
template <MatrixScalar Scalar = double, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> affine_map(const Separable& separable,
                                                         const AffineOptions& options = {}) {
  return detail::affine_of<Scalar, StorageIndex>(separable, {}, "separable", options);
}
/// Means of windows. The channels are an axis of the shapes, also if there is one; it stands where
/// `pool.order` has it, as for a convolution.
///
///     auto pool = toeplix::affine_map<float>(
///         toeplix::AveragePool{.input = {8, 8}, .kernel = {2, 2}, .channels = 3, .stride = 2});
template <MatrixScalar Scalar = double, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> affine_map(const AveragePool& pool,
                                                         const AffineOptions& options = {}) {
  return detail::affine_of<Scalar, StorageIndex>(Separable(pool, options.resources), {},
                                                 "average pool", options);
}
/// An image within a frame; the offset is `pad_offset(pad)`.
///
///     auto framed = toeplix::affine_map(
///         toeplix::Pad{.input = {3, 8, 8}, .padding = {0, 1, 1}, .constant = 7});
template <MatrixScalar Scalar = double, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> affine_map(const Pad& pad,
                                                         const AffineOptions& options = {}) {
  return detail::affine_of<Scalar, StorageIndex>(
      Separable(pad, options.resources), pad_offset(pad, options.resources), "pad", options);
}
/// An image resampled.
///
///     auto larger = toeplix::affine_map(toeplix::Resize{.input = {4, 4}, .sizes = {8, 8}});
template <MatrixScalar Scalar = double, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> affine_map(const Resize& resize,
                                                         const AffineOptions& options = {}) {
  return detail::affine_of<Scalar, StorageIndex>(Separable(resize, options.resources), {}, "resize",
                                                 options);
}

/// A dense matrix, as torch.nn.Linear: `offset` has one number per row. The shapes are (columns)
/// and (rows). Every element is an entry, zeros too. Errors as for `compile`. Cost: two
/// copies.
///
///     Eigen::MatrixXf W(10, 64);
///     auto linear = toeplix::affine_map(W, bias, {.name = "fc"});
template <MatrixIndex StorageIndex = int, class Derived, VectorArgument Offset>
[[nodiscard]] AffineMap<typename Derived::Scalar, StorageIndex> affine_map(
    const Eigen::MatrixBase<Derived>& matrix, const Offset& offset,
    const AffineOptions& options = {}) {
  using Scalar = typename Derived::Scalar;
  return detail::affine_of_rows<Scalar, StorageIndex>(matrix, detail::span_of<Scalar>(offset),
                                                      options);
}

/// The windows of an image as columns: `affine_map` of `im2col(windows)` and its weights, without
/// the zeros.
///
///     auto unfold = toeplix::im2col_map<float>({.input = {4, 4}, .kernel = {2, 2}});
template <RealMatrixScalar Scalar, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> im2col_map(const ConvolutionSpec& windows,
                                                         const AffineOptions& options = {}) {
  return detail::windows_of<Scalar, StorageIndex>(im2col(windows), "im2col", options);
}
/// Columns laid back over the image, likewise of `col2im(windows)`.
///
///     auto fold = toeplix::col2im_map<float>({.input = {4, 4}, .kernel = {2, 2}});
template <RealMatrixScalar Scalar, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> col2im_map(const ConvolutionSpec& windows,
                                                         const AffineOptions& options = {}) {
  return detail::windows_of<Scalar, StorageIndex>(col2im(windows), "col2im", options);
}

/// A diagonal matrix whose numbers repeat along all axes but one: element (i, j, ...) times
/// `scale[i]`, plus `shift[i]`, if `axis` is 0. A batch normalisation of inference is one along the
/// channels, with scale = gamma / sqrt(variance + epsilon) and shift = beta - mean * scale. Axis -1
/// is the last one.
///
/// Throws GeometryError for an axis that is not there and for other lengths than its extent.
///
///     auto norm = toeplix::scale_map(layer.output_shape(), 0, scale, shift);
///     auto diagonal = toeplix::scale_map({9}, 0, numbers, zeros);
template <MatrixIndex StorageIndex = int, WeightsArgument Scale, VectorArgument Shift>
[[nodiscard]] AffineMap<ScalarOf<Scale>, StorageIndex> scale_map(
    const Extents& shape, Index axis, const Scale& scale, const Shift& shift,
    const AffineOptions& options = {}) {
  using Scalar = ScalarOf<Scale>;
  return detail::scale_of<Scalar, StorageIndex>(shape, axis, as_span(scale),
                                                detail::span_of<Scalar>(shift), options);
}

/// A permutation of axes, as numpy.transpose: axis i of the output is axis `axes[i]` of the input.
/// Negative ones count from the last. Throws GeometryError unless every axis is there once.
///
///     auto to_last = toeplix::transpose_map<float>({3, 32, 32}, {1, 2, 0});  // C,H,W to H,W,C
template <MatrixScalar Scalar, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> transpose_map(const Extents& shape,
                                                            const std::vector<Index>& axes,
                                                            const AffineOptions& options = {});

/// The identity from one shape to another of as many elements, as numpy.reshape.
///
///     auto flatten = toeplix::reshape_map<float>({8, 4, 4}, {128});
template <MatrixScalar Scalar, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> reshape_map(const Extents& from, const Extents& to,
                                                          const AffineOptions& options = {});

}  // namespace toeplix
