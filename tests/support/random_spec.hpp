#pragma once

#include "support/random.hpp"

#include <toeplix/error.hpp>
#include <toeplix/reference.hpp>

#include <concepts>
#include <numeric>

namespace toeplix::test {

inline Boundary draw_boundary(Random& random) {
  return random.pick({Boundary::zero, Boundary::circular, Boundary::reflect, Boundary::symmetric,
                      Boundary::replicate});
}

/// One value for all axes, or one per axis.
template <class T, class Draw>
PerAxis<T> draw_per_axis(Random& random, std::size_t axes, Draw draw) {
  if (random.once_in(3)) return draw();
  std::vector<T> values;
  for (std::size_t axis = 0; axis < axes; ++axis) values.push_back(draw());
  return values;
}

inline Padding draw_padding(Random& random, std::size_t axes) {
  // Now and then wider than any image drawn here, so that boundaries fold more than once.
  const auto side = [&random] { return random.between(-2, random.once_in(8) ? 13 : 4); };
  switch (random.between(0, 7)) {
    case 0:
      return Padding::valid();
    case 1:
      return Padding::same_upper();
    case 2:
      return Padding::same_lower();
    case 3:
      return Padding::full();
    case 4:
      return side();
    default: {
      std::vector<AxisPadding> sides;
      for (std::size_t axis = 0; axis < axes; ++axis) sides.push_back({side(), side()});
      return sides;
    }
  }
}

/// A spec with any number of axes from 1 to 4 and anything in its fields, sound or not.
template <class Spec>
Spec draw_spec(Random& random) {
  const auto axes = static_cast<std::size_t>(random.pick<Index>({1, 1, 2, 2, 2, 3, 3, 4}));
  const Index longest_input = std::vector<Index>{14, 7, 4, 3}[axes - 1];
  const Index longest_kernel = std::vector<Index>{6, 4, 3, 2}[axes - 1];
  Spec spec{.input = {}, .kernel = {}};
  for (std::size_t axis = 0; axis < axes; ++axis) {
    spec.input.push_back(random.between(1, longest_input));
    spec.kernel.push_back(random.between(1, longest_kernel));
  }
  spec.groups = random.pick<Index>({1, 1, 1, 2, 3});
  spec.in_channels = spec.groups * random.pick<Index>({1, 1, 2, 3});
  spec.out_channels = spec.groups * random.pick<Index>({1, 1, 2, 3});
  spec.stride = draw_per_axis<Index>(random, axes, [&] {
    return random.pick<Index>({1, 1, 2, 3, 4});
  });
  spec.dilation = draw_per_axis<Index>(random, axes, [&] {
    return random.pick<Index>({1, 1, 2, 3, 6});
  });
  spec.padding = draw_padding(random, axes);
  if constexpr (requires { spec.output_padding; }) {
    spec.output_padding = draw_per_axis<Index>(random, axes, [&] {
      return random.pick<Index>({0, 0, 0, 1, 2, 3});
    });
  }
  spec.boundary = draw_per_axis<Boundary>(random, axes, [&] { return draw_boundary(random); });
  spec.operation = random.pick({Operation::correlation, Operation::convolution});
  spec.order = random.pick(
      {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major});
  return spec;
}

inline Index product(const Extents& extents) {
  return std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
}

/// Whether the oracle says that the convolution exists.
template <class Spec>
bool is_sound(const Spec& spec) {
  try {
    static_cast<void>(reference::output_extents(spec));
    return true;
  } catch (const GeometryError&) {
    return false;
  }
}

/// What the oracle has to do for all columns of the matrix, in window positions times channels.
template <class Spec>
Index probing_work(const Spec& spec) {
  const Extents output = reference::output_extents(spec);
  const Extents& windows = std::same_as<Spec, ConvolutionSpec> ? output : spec.input;
  return product(spec.input) * spec.in_channels * product(windows) * product(spec.kernel) *
         (spec.in_channels * spec.out_channels / spec.groups);
}

/// A sound spec of a matrix that is small enough to be probed column by column.
template <class Spec>
Spec draw_sound_spec(Random& random, Index most_work = 150'000) {
  for (;;) {
    const Spec spec = draw_spec<Spec>(random);
    if (is_sound(spec) && probing_work(spec) <= most_work) return spec;
  }
}

/// Calls `check(spec, random)` for `count` random sound specs of either kind.
template <class Check>
void for_random_specs(std::string_view seed, int count, Check check) {
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    check(draw_sound_spec<ConvolutionSpec>(random), random);
    check(draw_sound_spec<TransposedConvolutionSpec>(random), random);
  }
}

}  // namespace toeplix::test
