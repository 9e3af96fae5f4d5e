#include "reference/instantiate.hpp"
#include "reference/sliding.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace toeplix::reference {

using detail::on_axis;
using detail::Sliding;
using detail::sliding_of;
using detail::Tensor;

template <class Scalar>
using View = std::span<const Scalar>;
template <class Scalar>
using Vector = std::vector<Scalar>;

namespace {

/// One coordinate per spatial axis.
using Coordinates = std::vector<Index>;

/// Somebody who walks along one axis of the image and cannot leave it.
struct Walker {
  Index position;
  Index direction;
};

/// One step. At the border the boundary rule says what happens instead; nothing: the walker is
/// lost.
std::optional<Walker> step(Walker walker, Index extent, Boundary boundary) {
  const Index next = walker.position + walker.direction;
  if (next >= 0 && next < extent) return Walker{next, walker.direction};
  const Walker turned{walker.position, -walker.direction};
  if (boundary == Boundary::zero) return std::nullopt;
  if (boundary == Boundary::replicate) return walker;
  if (boundary == Boundary::circular)
    return Walker{walker.direction > 0 ? 0 : extent - 1, walker.direction};
  if (boundary == Boundary::symmetric || extent == 1) return turned;
  return Walker{turned.position + turned.direction, turned.direction};
}

/// What a path says of a coordinate that shows no pixel.
constexpr Index lost = -1;

/// The longest path that is written down: 1 GiB of it.
constexpr Index longest_path = Index{1} << 27;

/// One axis of the extended image: which real coordinate each of its coordinates shows, or `lost`.
struct Path {
  Index first;                   ///< the coordinate that `positions` begins with
  std::vector<Index> positions;  ///< where a walker from coordinate 0 was when he got there

  bool reaches(Index coordinate) const {
    return coordinate >= first && coordinate - first < std::ssize(positions);
  }
  Index& operator[](Index coordinate) {
    return positions[static_cast<std::size_t>(coordinate - first)];
  }
  Index operator[](Index coordinate) const {
    return positions[static_cast<std::size_t>(coordinate - first)];
  }
};

/// A path from `first` to `last`, both included, that nobody has walked yet.
Path unwalked(std::size_t axis, Index first, Index last) {
  const Index length = last - first + 1;
  if (length > longest_path)
    throw CapacityError(on_axis(axis) + "a padded image of " + std::to_string(length) +
                        " pixels is beyond 2^27, the reference's limit");
  return {first, std::vector<Index>(static_cast<std::size_t>(length), lost)};
}

/// The coordinate of the extended image that `window` has under its kernel position `tap`.
Index coordinate_under(const Sliding& sliding, std::size_t axis, Index window, Index tap) {
  return window * sliding.stride[axis] - sliding.lower[axis] + tap * sliding.dilation[axis];
}

/// Walks from coordinate 0, one pixel at a time, both ways, as far as the windows reach.
Path walk(const Sliding& sliding, std::size_t axis) {
  const Index last_window = sliding.windows.extents[axis] - 1;
  const Index first = coordinate_under(sliding, axis, 0, 0);
  const Index last = coordinate_under(sliding, axis, last_window, sliding.kernel[axis] - 1);
  Path path = unwalked(axis, std::min<Index>(first, 0), std::max<Index>(last, 0));
  for (const Index direction : {-1, 1}) {
    std::optional<Walker> walker = Walker{0, direction};
    for (Index here = 0; walker && path.reaches(here); here += direction) {
      path[here] = walker->position;
      walker = step(*walker, sliding.image.extents[axis], sliding.boundary[axis]);
    }
  }
  return path;
}

/// Puts the channel where it belongs among the spatial axes, so that the result is in C order.
std::vector<Index> in_order(TensorOrder order, Index channel, std::vector<Index> spatial) {
  const bool first = order == TensorOrder::channels_first;
  spatial.insert(first ? spatial.begin() : spatial.end(), channel);
  if (order == TensorOrder::column_major) std::reverse(spatial.begin(), spatial.end());
  return spatial;
}

Index c_order_offset(const std::vector<Index>& shape, const std::vector<Index>& at) {
  Index offset = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) offset = offset * shape[axis] + at[axis];
  return offset;
}

Index offset_in(const Tensor& tensor, Index channel, const Coordinates& at) {
  return c_order_offset(in_order(tensor.order, tensor.channels, tensor.extents),
                        in_order(tensor.order, channel, at));
}

/// (windows.channels, image.channels / groups, kernel...)
std::vector<Index> weight_shape(const Sliding& sliding) {
  std::vector<Index> shape = {sliding.windows.channels, sliding.image.channels / sliding.groups};
  shape.insert(shape.end(), sliding.kernel.begin(), sliding.kernel.end());
  return shape;
}

/// By how much an offset grows where one number grows by 1: an offset is a sum of numbers, each
/// times its step.
struct Steps {
  Index channel;
  std::vector<Index> axes;
};

/// The coordinates that are 0 but for a 1 on `axis`.
Coordinates one_along(std::size_t axis, std::size_t axes) {
  Coordinates at(axes, 0);
  at[axis] = 1;
  return at;
}

Steps steps_in(const Tensor& tensor) {
  const std::size_t axes = tensor.extents.size();
  Steps steps{offset_in(tensor, 1, Coordinates(axes, 0)), {}};
  for (std::size_t axis = 0; axis < axes; ++axis)
    steps.axes.push_back(offset_in(tensor, 0, one_along(axis, axes)));
  return steps;
}

/// Steps of (windows.channels, image.channels / groups, kernel...), the outermost first.
std::vector<Index> weight_steps(const Sliding& sliding) {
  const std::vector<Index> shape = weight_shape(sliding);
  std::vector<Index> steps;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    steps.push_back(c_order_offset(shape, one_along(axis, shape.size())));
  return steps;
}

/// All that the loops need to know, worked out before they start.
struct Plan {
  explicit Plan(const Sliding& of)
      : sliding(of), image(steps_in(of.image)), windows(steps_in(of.windows)) {
    weights = weight_steps(of);
    for (std::size_t axis = 0; axis < of.kernel.size(); ++axis) paths.push_back(walk(of, axis));
  }

  const Sliding& sliding;
  Steps image;
  Steps windows;
  std::vector<Index> weights;
  std::vector<Path> paths;
};

/// The shape of a tensor as its users write it: H x W x C where the order is column-major.
std::vector<Index> written_shape(const Tensor& tensor) {
  std::vector<Index> shape = in_order(tensor.order, tensor.channels, tensor.extents);
  if (tensor.order == TensorOrder::column_major) std::reverse(shape.begin(), shape.end());
  return shape;
}

std::string to_text(const std::vector<Index>& shape) {
  std::string text;
  for (const Index extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

std::size_t count_elements(const std::vector<Index>& shape) {
  Index count = 1;
  for (const Index extent : shape) {
    if (extent > std::numeric_limits<Index>::max() / count)
      throw CapacityError("a tensor of " + to_text(shape) + " values is beyond 64 bits");
    count *= extent;
  }
  return static_cast<std::size_t>(count);
}

void check_length(std::string_view name, std::size_t length, const std::vector<Index>& shape) {
  const std::size_t expected = count_elements(shape);
  if (length == expected) return;
  throw GeometryError(std::string(name) + " has " + std::to_string(length) + " values, expected " +
                      std::to_string(expected) + " (" + to_text(shape) + ")");
}

/// Moves `at` on by one, last axis fastest. False when it was the last one; it is then the first.
bool advance(Coordinates& at, const Extents& extents) {
  for (std::size_t axis = at.size(); axis-- > 0;) {
    if (++at[axis] < extents[axis]) return true;
    at[axis] = 0;
  }
  return false;
}

/// One kernel position and the pixel under it: offsets within one channel each.
struct Sight {
  Index weight;
  Index pixel;
};

/// Notes what a window that stands at `window` of one axis sees along that axis.
void look_along(const Plan& plan, std::size_t axis, Index window, std::vector<Sight>& seen) {
  const Index taps = plan.sliding.kernel[axis];
  const bool flipped = plan.sliding.operation == Operation::convolution;
  seen.clear();
  for (Index tap = 0; tap < taps; ++tap) {
    const Index pixel = plan.paths[axis][coordinate_under(plan.sliding, axis, window, tap)];
    const Index weight = flipped ? taps - 1 - tap : tap;
    if (pixel != lost)
      seen.push_back({weight * plan.weights[axis + 2], pixel * plan.image.axes[axis]});
  }
}

/// Appends all that is seen, from what is seen `along` each axis; `before` is the sum of one sight
/// of every axis before `axis`.
void look(const std::vector<std::vector<Sight>>& along, std::size_t axis, Sight before,
          std::vector<Sight>& seen) {
  for (const Sight& next : along[axis]) {
    const Sight sum = {before.weight + next.weight, before.pixel + next.pixel};
    if (axis + 1 == along.size())
      seen.push_back(sum);
    else
      look(along, axis + 1, sum, seen);
  }
}

/// Calls `visit(window, seen)` for every place of the window: its offset within one channel, and
/// what it sees there.
template <class Visit>
void for_each_window(const Plan& plan, Visit visit) {
  Coordinates at(plan.paths.size(), 0);
  std::vector<std::vector<Sight>> along(at.size());
  std::vector<Sight> seen;
  do {
    Index window = 0;
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      window += at[axis] * plan.windows.axes[axis];
      look_along(plan, axis, at[axis], along[axis]);
    }
    seen.clear();
    look(along, 0, {0, 0}, seen);
    visit(window, seen);
  } while (advance(at, plan.sliding.windows.extents));
}

/// Calls `visit(kernel, plane)` for each image channel that `channel` of a window sees: where the
/// weights begin that it is seen through, and where its pixels begin.
template <class Visit>
void for_each_plane(const Plan& plan, Index channel, Visit visit) {
  const Index members = plan.sliding.image.channels / plan.sliding.groups;
  const Index group = channel / (plan.sliding.windows.channels / plan.sliding.groups);
  for (Index member = 0; member < members; ++member)
    visit(channel * plan.weights[0] + member * plan.weights[1],
          (group * members + member) * plan.image.channel);
}

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

}  // namespace toeplix::reference
