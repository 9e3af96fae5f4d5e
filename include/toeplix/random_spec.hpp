#pragma once

#include <toeplix/index.hpp>
#include <toeplix/spec.hpp>

#include <cstdint>
#include <optional>
#include <vector>

/// \file
/// Random convolutions, for tests of a kernel.

namespace toeplix::reference {

/// What a random spec may have in it. The defaults have everything, in small.
///
/// Numbers are from 1 to 1024 (axes: to 16; padding values: from 0), paddings from -1024 to 1024.
///
///     toeplix::reference::SpecBounds images{.fewest_axes = 2, .most_axes = 2,
///                                           .boundaries = {toeplix::Boundary::zero}};
struct SpecBounds {
  Index fewest_axes = 1;  ///< spatial axes
  Index most_axes = 4;    ///< spatial axes
  /// Pixels of an axis; by default 14, 7, 4, 3 for 1, 2, 3, 4 axes, and 2 for more.
  std::optional<Index> largest_input = std::nullopt;
  /// Kernel positions of an axis; by default 6, 4, 3, 2 for 1, 2, 3, 4 axes, and 2 for more.
  std::optional<Index> largest_kernel = std::nullopt;
  Index largest_groups = 3;    ///< number of groups
  Index largest_channels = 3;  ///< channels of one group, in and out: of all groups as many times
  Index largest_stride = 4;    ///< along one axis
  Index largest_dilation = 6;  ///< along one axis
  Index largest_input_dilation = 1;  ///< along one axis, of a convolution; many kernels have none
  Index smallest_padding = -2;       ///< of one side; negative crops, or enlarges if transposed
  Index largest_padding = 13;  ///< of one side; wider than the image, boundaries fold repeatedly
  /// What may decide the padding. The bounds of numbers hold for `explicit_sides` alone.
  std::vector<Padding::Rule> padding_rules = {
      Padding::Rule::explicit_sides, Padding::Rule::valid, Padding::Rule::same_upper,
      Padding::Rule::same_lower,     Padding::Rule::full,  Padding::Rule::causal,
      Padding::Rule::same_tf};
  /// Whether a transposed convolution whose padding is 0 or `same` may say its output.
  bool says_output = true;
  /// What the padding may be filled with.
  std::vector<Boundary> boundaries = {Boundary::zero, Boundary::circular, Boundary::reflect,
                                      Boundary::symmetric, Boundary::replicate};
  /// Whether the kernel may be flipped.
  std::vector<Operation> operations = {Operation::correlation, Operation::convolution};
  /// Layouts of the arrays.
  std::vector<TensorOrder> orders = {TensorOrder::channels_first, TensorOrder::channels_last,
                                     TensorOrder::column_major};
  /// Layouts of the weights.
  std::vector<WeightsOrder> weights_orders = {WeightsOrder::oihw};
  /// Products that one pass of the oracle takes: windows times weights. Neither the input nor the
  /// output has more numbers.
  Index most_products = 100'000;
  /// Whether the kernel may have one extent for all axes; many kernels expect one per axis.
  bool broadcasts_kernel = false;
  /// A whole number of either sign, of a convolution with a boundary zero; many kernels have none.
  Index largest_padding_value = 0;
};

/// A convolution or a transposed convolution that exists, drawn within bounds.
///
/// The same seed and bounds give the same spec on every platform (another version of the library
/// may draw others). Neighbouring seeds have nothing to do with each other. Throws GeometryError
/// for a bound that is out of its range, an empty list, or if none of 10,000 draws exists and takes
/// few enough products. Cost: some ten microseconds.
///
///     for (std::uint64_t seed = 0; seed < 2000; ++seed) {
///       toeplix::AnySpec spec = toeplix::reference::random_spec(seed);
///       std::visit([](const auto& either) { try_my_kernel(either); }, spec);
///     }
[[nodiscard]] AnySpec random_spec(std::uint64_t seed, const SpecBounds& bounds = {});

/// A convolution that exists. Everything else as `random_spec`.
///
///     toeplix::reference::random_convolution(7, {.most_axes = 2, .largest_groups = 1});
[[nodiscard]] ConvolutionSpec random_convolution(std::uint64_t seed, const SpecBounds& bounds = {});

/// A transposed convolution that exists. Everything else as `random_spec`.
///
///     toeplix::reference::random_transposed_convolution(7, {.largest_dilation = 1});
[[nodiscard]] TransposedConvolutionSpec random_transposed_convolution(
    std::uint64_t seed, const SpecBounds& bounds = {});

}  // namespace toeplix::reference
