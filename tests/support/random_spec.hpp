#pragma once

#include "support/random.hpp"

#include "reference/draw_spec.hpp"

#include <toeplix/error.hpp>
#include <toeplix/random_spec.hpp>
#include <toeplix/reference.hpp>

#include <concepts>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

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

/// Everything that a spec can say of a matrix.
inline reference::SpecBounds all_of_geometry() {
  return {.largest_input_dilation = 4, .broadcasts_kernel = true};
}

/// The padding of a random spec.
inline Padding draw_padding(Random& random, std::size_t axes) {
  const auto count = static_cast<Index>(axes);
  std::mt19937_64 engine(random.seed());
  return reference::detail::draw_spec<ConvolutionSpec>(engine,
                                                       {.fewest_axes = count, .most_axes = count})
      .padding;
}

/// A spec with any number of axes from 1 to 4 and anything in its fields, sound or not.
template <class Spec>
Spec draw_spec(Random& random) {
  std::mt19937_64 engine(random.seed());
  return reference::detail::draw_spec<Spec>(engine, all_of_geometry());
}

/// A small spec whose convolution exists, says the oracle.
template <class Spec>
Spec draw_existing_spec(Random& random) {
  if constexpr (std::same_as<Spec, ConvolutionSpec>) {
    return reference::random_convolution(random.seed(), all_of_geometry());
  } else {
    return reference::random_transposed_convolution(random.seed(), all_of_geometry());
  }
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
  return product(spec.input) * spec.in_channels * product(windows) *
         static_cast<Index>(reference::lengths(spec).weights);
}

/// A sound spec of a matrix that is small enough to be probed column by column.
template <class Spec>
Spec draw_sound_spec(Random& random, Index most_work = 150'000) {
  for (;;) {
    const Spec spec = draw_existing_spec<Spec>(random);
    if (probing_work(spec) <= most_work) return spec;
  }
}

/// The same with a padding value that is not 0 and is whole, which the matrix does not have.
inline ConvolutionSpec draw_padded_spec(Random& random, Index most_work = 150'000) {
  reference::SpecBounds bounds = all_of_geometry();
  bounds.largest_padding_value = 9;
  for (;;) {
    const ConvolutionSpec spec = reference::random_convolution(random.seed(), bounds);
    if (spec.padding_value != 0 && probing_work(spec) <= most_work) return spec;
  }
}

/// Any order of the weights that a spec can have.
template <class Spec>
void draw_weights_order(Random& random, Spec& spec) {
  const Index read = std::same_as<Spec, ConvolutionSpec> ? spec.in_channels : spec.out_channels;
  spec.weights_order = random.pick({WeightsOrder::oihw, WeightsOrder::hwio, WeightsOrder::ohwi,
                                    spec.groups == read ? WeightsOrder::hwim : WeightsOrder::oihw});
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
