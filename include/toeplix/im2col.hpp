#pragma once

#include <toeplix/convolution.hpp>

namespace toeplix {

/// The windows of an image as columns ("im2col", torch.nn.Unfold), as the convolution that it is:
/// one output channel for every channel and kernel position, each of which copies one pixel.
///
/// `windows.in_channels` says how many channels there are; `out_channels` and `groups` follow from
/// it and must be left at 1. The output is (channels * taps, windows) in C order, the taps of a
/// channel next to one another and windows scanned in C order. The matrix is that of the weights
/// `im2col_weights(convolution)`; all but one of a row's weights are zero, so ask for
/// `CompileOptions::prune_zero_weights`. Throws GeometryError and CapacityError as Convolution.
///
///     toeplix::Convolution windows = toeplix::im2col({.input = {4, 4}, .kernel = {2, 2}});
///     auto A = toeplix::compile(windows, toeplix::im2col_weights<float>(windows),
///                               {.prune_zero_weights = true});  // 36 x 16, one entry per row
[[nodiscard]] Convolution im2col(ConvolutionSpec windows);

/// The adjoint: lays columns back over the image, adding up where they overlap (ONNX's Col2Im,
/// torch.nn.Fold). `windows` is the spec that `im2col` takes, `windows.input` being the image,
/// which is the output here; the input is (channels * taps, windows). The weights are the same.
/// What is transposed is the linear part: a `padding_value` adds nothing here.
///
///     toeplix::TransposedConvolution back = toeplix::col2im({.input = {4, 4}, .kernel = {2, 2}});
[[nodiscard]] TransposedConvolution col2im(const ConvolutionSpec& windows);

/// The weights of `im2col` and `col2im`, of the shape `convolution.weights_shape()`: output channel
/// c * taps + t has a one at position t, and zeros elsewhere. `Scalar` is float or double.
///
///     auto weights = toeplix::im2col_weights<float>(windows);
template <class Scalar>
[[nodiscard]] std::vector<Scalar> im2col_weights(const Convolution& convolution);
/// The weights of a `col2im`.
template <class Scalar>
[[nodiscard]] std::vector<Scalar> im2col_weights(const TransposedConvolution& convolution) {
  return im2col_weights<Scalar>(convolution.adjoint());
}

extern template std::vector<float> im2col_weights(const Convolution&);
extern template std::vector<double> im2col_weights(const Convolution&);

}  // namespace toeplix
