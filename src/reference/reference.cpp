#include <toeplix/reference_per_pixel.hpp>

#include "reference/instantiate.hpp"
#include "reference/number_text.hpp"
#include "reference/windows.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace toeplix::reference {

using detail::advance;
using detail::check_length;
using detail::Coordinates;
using detail::count_elements;
using detail::count_values;
using detail::for_each_plane;
using detail::for_each_window;
using detail::Kernels;
using detail::linear;
using detail::lost;
using detail::offset_in;
using detail::Plan;
using detail::shape_of_all;
using detail::Sight;
using detail::Sliding;
using detail::sliding_of;
using detail::Tensor;
using detail::weight_shape;
using detail::written_shape;

template <class Scalar>
using View = std::span<const Scalar>;
template <class Scalar>
using Vector = std::vector<Scalar>;

namespace {

/// The element of a vector that has this offset.
template <class Values>
auto& element(Values& values, Index offset) {
  return values[static_cast<std::size_t>(offset)];
}

/// sum += a * b
template <class Scalar>
void add_product(Scalar& sum, const Scalar& a, const Scalar& b) {
  sum += a * b;
}

/// The same of integers: what is beyond 64 bits is refused, and never wraps around.
void add_product(std::int64_t& sum, std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  std::int64_t grown = 0;
  if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(sum, product, &grown))
    throw CapacityError("the sum " + std::to_string(sum) + " + " + std::to_string(a) + " * " +
                        std::to_string(b) + " is beyond 64 bits");
  sum = grown;
}

/// sum += summand, of integers likewise.
template <class Scalar>
void add(Scalar& sum, const Scalar& summand) {
  if constexpr (std::integral<Scalar>)
    add_product(sum, summand, Scalar{1});
  else
    sum += summand;
}

/// The padding value as a number of the data. Throws GeometryError if it is none.
template <class Scalar>
Scalar padding_number(double value) {
  const std::string name = "padding_value " + toeplix::detail::shortest_text(value);
  if constexpr (std::integral<Scalar>) {
    if (std::trunc(value) != value || std::abs(value) >= 0x1p63)
      throw GeometryError(name + " is not an integer of 64 bits, as the data are");
    return static_cast<Scalar>(value);
  } else {
    using Real = decltype(std::real(Scalar()));
    const auto number = static_cast<Real>(value);
    if (std::isfinite(number)) return Scalar(number);
    throw GeometryError(name + " is beyond " + toeplix::detail::floats_name<Real>());
  }
}

/// Every window becomes the sum of the pixels it sees, each times its weight.
template <class Scalar>
Vector<Scalar> gather(const Sliding& sliding, View<Scalar> weights, View<Scalar> image,
                      Kernels kernels = Kernels::one) {
  check_length("weights", weights.size(), shape_of_all(sliding, kernels));
  check_length(sliding.image.name, image.size(), written_shape(sliding.image));
  Vector<Scalar> windows(count_elements(written_shape(sliding.windows)));
  const Scalar padding = padding_number<Scalar>(sliding.padding_value);
  const Plan plan(sliding);
  for_each_window(plan, kernels, [&](Index window, const std::vector<Sight>& seen, Index own) {
    for (Index channel = 0; channel < sliding.windows.channels; ++channel) {
      Scalar sum{};
      for_each_plane(plan, channel, [&](Index kernel, Index plane) {
        for (const Sight& sight : seen)
          add_product(sum, element(weights, own + kernel + sight.weight),
                      sight.pixel == lost ? padding : element(image, plane + sight.pixel));
      });
      element(windows, window + channel * plan.windows.channel) = sum;
    }
  });
  return windows;
}

/// Every window adds its value times the kernel to the pixels it sees. Of a linear `sliding`.
template <class Scalar>
Vector<Scalar> scatter(const Sliding& sliding, View<Scalar> weights, View<Scalar> windows,
                       Kernels kernels = Kernels::one) {
  check_length("weights", weights.size(), shape_of_all(sliding, kernels));
  check_length(sliding.windows.name, windows.size(), written_shape(sliding.windows));
  Vector<Scalar> image(count_elements(written_shape(sliding.image)));
  const Plan plan(sliding);
  for_each_window(plan, kernels, [&](Index window, const std::vector<Sight>& seen, Index own) {
    for (Index channel = 0; channel < sliding.windows.channels; ++channel) {
      const Scalar value = element(windows, window + channel * plan.windows.channel);
      for_each_plane(plan, channel, [&](Index kernel, Index plane) {
        for (const Sight& sight : seen)
          add_product(element(image, plane + sight.pixel), value,
                      element(weights, own + kernel + sight.weight));
      });
    }
  });
  return image;
}

/// Every weight becomes the sum of pixel times window wherever the two meet through it. Of a linear
/// `sliding`.
template <class Scalar>
Vector<Scalar> correlate(const Sliding& sliding, View<Scalar> image, View<Scalar> windows,
                         Kernels kernels = Kernels::one) {
  check_length(sliding.image.name, image.size(), written_shape(sliding.image));
  check_length(sliding.windows.name, windows.size(), written_shape(sliding.windows));
  Vector<Scalar> weights(count_elements(shape_of_all(sliding, kernels)));
  const Plan plan(sliding);
  for_each_window(plan, kernels, [&](Index window, const std::vector<Sight>& seen, Index own) {
    for (Index channel = 0; channel < sliding.windows.channels; ++channel) {
      const Scalar value = element(windows, window + channel * plan.windows.channel);
      for_each_plane(plan, channel, [&](Index kernel, Index plane) {
        for (const Sight& sight : seen)
          add_product(element(weights, own + kernel + sight.weight),
                      element(image, plane + sight.pixel), value);
      });
    }
  });
  return weights;
}

template <class Scalar>
Vector<Scalar> conjugated(View<Scalar> values) {
  Vector<Scalar> result(values.begin(), values.end());
  if constexpr (!std::floating_point<Scalar> && !std::integral<Scalar>)
    for (Scalar& value : result) value = std::conj(value);
  return result;
}

/// Throws GeometryError unless there is one number per output channel.
void check_bias(std::size_t length, const Tensor& output) {
  if (static_cast<Index>(length) == output.channels) return;
  throw GeometryError("bias has " + count_values(length) + ", expected one per output channel (" +
                      std::to_string(output.channels) + ")");
}

/// Adds to every number of an output that of its channel.
template <class Scalar>
void add_bias(Vector<Scalar>& values, const Tensor& output, View<Scalar> bias) {
  Coordinates at(output.extents.size(), 0);
  do {
    for (Index channel = 0; channel < output.channels; ++channel)
      add(element(values, offset_in(output, channel, at)), element(bias, channel));
  } while (advance(at, output.extents));
}

Lengths lengths_of(const Sliding& sliding, const Tensor& input, const Tensor& output) {
  return {count_elements(weight_shape(sliding)), count_elements(written_shape(input)),
          count_elements(written_shape(output))};
}

}  // namespace

Lengths lengths(const ConvolutionSpec& spec) {
  const Sliding sliding = sliding_of(spec);
  return lengths_of(sliding, sliding.image, sliding.windows);
}

Lengths lengths(const TransposedConvolutionSpec& spec) {
  const Sliding sliding = sliding_of(spec);
  return lengths_of(sliding, sliding.windows, sliding.image);
}

template <SupportedScalar S>
Vector<S> convolve(const ConvolutionSpec& spec, View<S> weights, View<S> x) {
  return gather(sliding_of(spec), weights, x);
}

template <SupportedScalar S>
Vector<S> convolve(const ConvolutionSpec& spec, View<S> weights, View<S> x, View<S> bias) {
  const Sliding sliding = sliding_of(spec);
  check_bias(bias.size(), sliding.windows);
  Vector<S> output = gather(sliding, weights, x);
  add_bias(output, sliding.windows, bias);
  return output;
}

template <SupportedScalar S>
Vector<S> convolve(const TransposedConvolutionSpec& spec, View<S> weights, View<S> y) {
  return gather(sliding_of(spec), weights, y);
}

template <SupportedScalar S>
Vector<S> convolve_transposed(const TransposedConvolutionSpec& spec, View<S> weights, View<S> x) {
  return scatter(sliding_of(spec), weights, x);
}

template <SupportedScalar S>
Vector<S> convolve_transposed(const TransposedConvolutionSpec& spec, View<S> weights, View<S> x,
                              View<S> bias) {
  const Sliding sliding = sliding_of(spec);
  check_bias(bias.size(), sliding.image);
  Vector<S> output = scatter(sliding, weights, x);
  add_bias(output, sliding.image, bias);
  return output;
}

template <SupportedScalar S>
Vector<S> convolve_transposed(const ConvolutionSpec& spec, View<S> weights, View<S> y) {
  return scatter(linear(sliding_of(spec)), weights, y);
}

template <SupportedScalar S>
Vector<S> weight_gradient(const ConvolutionSpec& spec, View<S> x, View<S> r) {
  return correlate<S>(linear(sliding_of(spec)), conjugated(x), r);
}

template <SupportedScalar S>
Vector<S> weight_gradient(const TransposedConvolutionSpec& spec, View<S> x, View<S> r) {
  return correlate<S>(sliding_of(spec), r, conjugated(x));
}

template <SupportedScalar S, SpecArgument Spec>
Vector<S> per_pixel_convolve(const Spec& spec, View<S> weights, View<S> vector) {
  return gather(sliding_of(spec), weights, vector, Kernels::per_window);
}

template <SupportedScalar S, SpecArgument Spec>
Vector<S> per_pixel_convolve_transposed(const Spec& spec, View<S> weights, View<S> vector) {
  return scatter(linear(sliding_of(spec)), weights, vector, Kernels::per_window);
}

template <SupportedScalar S, SpecArgument Spec>
Vector<S> per_pixel_weight_gradient(const Spec& spec, View<S> x, View<S> r) {
  constexpr bool forward = std::same_as<Spec, ConvolutionSpec>;
  const Vector<S> conjugate = conjugated(x);
  return correlate<S>(linear(sliding_of(spec)), forward ? View<S>(conjugate) : r,
                      forward ? r : View<S>(conjugate), Kernels::per_window);
}

// Every function for every `SupportedScalar`.
using Conv = ConvolutionSpec;
using Transposed = TransposedConvolutionSpec;
#define TOEPLIX_INSTANTIATE(Scalar)                                                               \
  template Vector<Scalar> convolve(const Conv&, View<Scalar>, View<Scalar>);                      \
  template Vector<Scalar> convolve(const Conv&, View<Scalar>, View<Scalar>, View<Scalar>);        \
  template Vector<Scalar> convolve(const Transposed&, View<Scalar>, View<Scalar>);                \
  template Vector<Scalar> convolve_transposed(const Transposed&, View<Scalar>, View<Scalar>);     \
  template Vector<Scalar> convolve_transposed(const Transposed&, View<Scalar>, View<Scalar>,      \
                                              View<Scalar>);                                      \
  template Vector<Scalar> convolve_transposed(const Conv&, View<Scalar>, View<Scalar>);           \
  template Vector<Scalar> weight_gradient(const Conv&, View<Scalar>, View<Scalar>);               \
  template Vector<Scalar> weight_gradient(const Transposed&, View<Scalar>, View<Scalar>);         \
  template Vector<Scalar> per_pixel_convolve(const Conv&, View<Scalar>, View<Scalar>);            \
  template Vector<Scalar> per_pixel_convolve(const Transposed&, View<Scalar>, View<Scalar>);      \
  template Vector<Scalar> per_pixel_convolve_transposed(const Transposed&, View<Scalar>,          \
                                                        View<Scalar>);                            \
  template Vector<Scalar> per_pixel_convolve_transposed(const Conv&, View<Scalar>, View<Scalar>); \
  template Vector<Scalar> per_pixel_weight_gradient(const Conv&, View<Scalar>, View<Scalar>);     \
  template Vector<Scalar> per_pixel_weight_gradient(const Transposed&, View<Scalar>, View<Scalar>);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
TOEPLIX_INSTANTIATE(std::int64_t)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::reference
