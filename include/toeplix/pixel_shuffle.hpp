#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/packed_tensor.hpp>
#include <toeplix/pattern.hpp>

/// \file
/// The order of rows and columns in which a strided convolution has few diagonals.

namespace toeplix {

/// How the input and the output of a convolution are packed on one grid: the columns of its matrix,
/// and its rows. `pixel_shuffle` makes it.
struct PixelShuffle {
  PackedTensor input;   ///< the columns
  PackedTensor output;  ///< the rows

  /// Whether neither is in another order than its own.
  [[nodiscard]] bool is_plain() const { return input.is_plain() && output.is_plain(); }

  friend bool operator==(const PixelShuffle&, const PixelShuffle&) = default;
};

/// Packs the output of a convolution as densely as its input: pixels of the output lie `stride`
/// times the input's gap apart, and that many channels share the points in between. Column minus
/// row is then the same for all pixels of a channel that meet a kernel position, so that a strided
/// convolution has about as many diagonals as one of stride 1, where the rows' own order has new
/// ones for every line of pixels. For one group and padding with zeros they are at most
///
///     (C_in + C' - 1) * product over axes of (kernel + stride - 1)
///
/// with the input's gap 1, dilation 1, and C' images of the output; and if n is the larger of the
/// matrix's extents, max(C_in, C') stands for the first factor. The same takes a transposed
/// convolution from packed pixels back to dense ones, and any convolution whose output has other
/// extents than its input, as both are on one grid.
///
/// `input` says how the input is packed; what it leaves out is the least: the gap 1 (the stride for
/// a transposed convolution), and a grid that holds both. If the grid is larger than the input,
/// the input has gaps too, and its own `places()` are to be used. Layers in a row need one grid
/// that holds them all; the first has to be told of it.
///
/// Takes a convolution, a transposed one, the spec of either, or a `Pattern`. Throws GeometryError
/// for a gap that the output's step does not divide, and what `PackedTensor` throws. Cost: one step
/// per axis. Source: see `PackedTensor`.
///
///     const toeplix::PixelShuffle first = toeplix::pixel_shuffle(conv);
///     for (const auto& d : toeplix::diagonals(conv, weights, {.packing = first})) { ... }
///     const toeplix::PixelShuffle second = toeplix::pixel_shuffle(next_conv, first.output);
[[nodiscard]] PixelShuffle pixel_shuffle(const Pattern& pattern, const PackedGrid& input = {});
/// For a layer whose input another one has packed: `.input` is `input`. Throws GeometryError if it
/// has other channels, extents or order than the layer's input, or the output needs a larger grid.
///
///     toeplix::pixel_shuffle(next, toeplix::pixel_shuffle(conv).output);
[[nodiscard]] PixelShuffle pixel_shuffle(const Pattern& pattern, const PackedTensor& input);
/// Of a convolution, a transposed one, or the spec of either, likewise.
///
///     toeplix::pixel_shuffle(conv, toeplix::PackedGrid{.points = {64, 64}});
template <PatternArgument Conv>
[[nodiscard]] PixelShuffle pixel_shuffle(const Conv& convolution, const PackedGrid& input = {}) {
  return pixel_shuffle(Pattern(convolution), input);
}
/// Likewise.
///
///     toeplix::pixel_shuffle(next, first.output).output.size();
template <PatternArgument Conv>
[[nodiscard]] PixelShuffle pixel_shuffle(const Conv& convolution, const PackedTensor& input) {
  return pixel_shuffle(Pattern(convolution), input);
}

}  // namespace toeplix
