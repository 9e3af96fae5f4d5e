#include <toeplix/reference.hpp>

#include "reference/instantiate.hpp"
#include "reference/windows.hpp"

namespace toeplix::reference {

using detail::check_length;
using detail::count_elements;
using detail::for_each_plane;
using detail::for_each_window;
using detail::Plan;
using detail::Sight;
using detail::Sliding;
using detail::sliding_of;
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

/// Every window becomes the sum of the pixels it sees, each times its weight.
template <class Scalar>
Vector<Scalar> gather(const Sliding& sliding, View<Scalar> weights, View<Scalar> image) {
  check_length("weights", weights.size(), weight_shape(sliding));
  check_length(sliding.image.name, image.size(), written_shape(sliding.image));
  Vector<Scalar> windows(count_elements(written_shape(sliding.windows)));
  const Plan plan(sliding);
  for_each_window(plan, [&](Index window, const std::vector<Sight>& seen) {
    for (Index channel = 0; channel < sliding.windows.channels; ++channel) {
      Scalar sum{};
      for_each_plane(plan, channel, [&](Index kernel, Index plane) {
        for (const Sight& sight : seen)
          sum += element(weights, kernel + sight.weight) * element(image, plane + sight.pixel);
      });
      element(windows, window + channel * plan.windows.channel) = sum;
    }
  });
  return windows;
}

/// Every window adds its value times the kernel to the pixels it sees.
template <class Scalar>
Vector<Scalar> scatter(const Sliding& sliding, View<Scalar> weights, View<Scalar> windows) {
  check_length("weights", weights.size(), weight_shape(sliding));
  check_length(sliding.windows.name, windows.size(), written_shape(sliding.windows));
  Vector<Scalar> image(count_elements(written_shape(sliding.image)));
  const Plan plan(sliding);
  for_each_window(plan, [&](Index window, const std::vector<Sight>& seen) {
    for (Index channel = 0; channel < sliding.windows.channels; ++channel) {
      const Scalar value = element(windows, window + channel * plan.windows.channel);
      for_each_plane(plan, channel, [&](Index kernel, Index plane) {
        for (const Sight& sight : seen)
          element(image, plane + sight.pixel) += value * element(weights, kernel + sight.weight);
      });
    }
  });
  return image;
}

/// Every weight becomes the sum of pixel times window wherever the two meet through it.
template <class Scalar>
Vector<Scalar> correlate(const Sliding& sliding, View<Scalar> image, View<Scalar> windows) {
  check_length(sliding.image.name, image.size(), written_shape(sliding.image));
  check_length(sliding.windows.name, windows.size(), written_shape(sliding.windows));
  Vector<Scalar> weights(count_elements(weight_shape(sliding)));
  const Plan plan(sliding);
  for_each_window(plan, [&](Index window, const std::vector<Sight>& seen) {
    for (Index channel = 0; channel < sliding.windows.channels; ++channel) {
      const Scalar value = element(windows, window + channel * plan.windows.channel);
      for_each_plane(plan, channel, [&](Index kernel, Index plane) {
        for (const Sight& sight : seen)
          element(weights, kernel + sight.weight) += element(image, plane + sight.pixel) * value;
      });
    }
  });
  return weights;
}

template <class Scalar>
Vector<Scalar> conjugated(View<Scalar> values) {
  Vector<Scalar> result(values.begin(), values.end());
  if constexpr (!std::floating_point<Scalar>)
    for (Scalar& value : result) value = std::conj(value);
  return result;
}

}  // namespace

template <SupportedScalar S>
Vector<S> convolve(const ConvolutionSpec& spec, View<S> weights, View<S> x) {
  return gather(sliding_of(spec), weights, x);
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
Vector<S> convolve_transposed(const ConvolutionSpec& spec, View<S> weights, View<S> y) {
  return scatter(sliding_of(spec), weights, y);
}

template <SupportedScalar S>
Vector<S> weight_gradient(const ConvolutionSpec& spec, View<S> x, View<S> r) {
  return correlate<S>(sliding_of(spec), conjugated(x), r);
}

template <SupportedScalar S>
Vector<S> weight_gradient(const TransposedConvolutionSpec& spec, View<S> x, View<S> r) {
  return correlate<S>(sliding_of(spec), r, conjugated(x));
}

// Every function for every `SupportedScalar`; C and Z are the letters BLAS has for them.
using Conv = ConvolutionSpec;
using Transposed = TransposedConvolutionSpec;
#define TOEPLIX_INSTANTIATE(Scalar)                                                           \
  template Vector<Scalar> convolve(const Conv&, View<Scalar>, View<Scalar>);                  \
  template Vector<Scalar> convolve(const Transposed&, View<Scalar>, View<Scalar>);            \
  template Vector<Scalar> convolve_transposed(const Conv&, View<Scalar>, View<Scalar>);       \
  template Vector<Scalar> convolve_transposed(const Transposed&, View<Scalar>, View<Scalar>); \
  template Vector<Scalar> weight_gradient(const Conv&, View<Scalar>, View<Scalar>);           \
  template Vector<Scalar> weight_gradient(const Transposed&, View<Scalar>, View<Scalar>);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::reference
