#include "reference/layout.hpp"

#include <toeplix/error.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace toeplix::reference::detail {

namespace {

/// Puts the channel where it belongs among the spatial axes, so that the result is in C order.
std::vector<Index> in_order(TensorOrder order, Index channel, std::vector<Index> spatial) {
  const bool first = order == TensorOrder::channels_first;
  spatial.insert(first ? spatial.begin() : spatial.end(), channel);
  if (order == TensorOrder::column_major) std::reverse(spatial.begin(), spatial.end());
  return spatial;
}

/// Puts what stands for channels of the windows, channels of a group and kernel positions in the
/// order of the weights, the slowest first. (A depthwise kernel numbers the windows' channels by
/// two numbers, of which the second is the faster. They lie as in hwio, one after the other.)
std::vector<Index> in_order(WeightsOrder order, Index out, Index in, std::vector<Index> kernel) {
  if (order == WeightsOrder::oihw) {
    kernel.insert(kernel.begin(), {out, in});
  } else if (order == WeightsOrder::ohwi) {
    kernel.insert(kernel.begin(), out);
    kernel.push_back(in);
  } else {
    kernel.insert(kernel.end(), {in, out});
  }
  return kernel;
}

Index c_order_offset(const std::vector<Index>& shape, const std::vector<Index>& at) {
  Index offset = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) offset = offset * shape[axis] + at[axis];
  return offset;
}

/// The coordinates that are 0 but for a 1 on `axis`.
std::vector<Index> one_along(std::size_t axis, std::size_t axes) {
  std::vector<Index> at(axes, 0);
  at[axis] = 1;
  return at;
}

std::string to_text(const std::vector<Index>& shape) {
  std::string text;
  for (const Index extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

}  // namespace

Index offset_in(const Tensor& tensor, Index channel, const std::vector<Index>& at) {
  return c_order_offset(in_order(tensor.order, tensor.channels, tensor.extents),
                        in_order(tensor.order, channel, at));
}

Steps steps_in(const Tensor& tensor) {
  const std::size_t axes = tensor.extents.size();
  Steps steps{offset_in(tensor, 1, std::vector<Index>(axes, 0)), {}};
  for (std::size_t axis = 0; axis < axes; ++axis)
    steps.axes.push_back(offset_in(tensor, 0, one_along(axis, axes)));
  return steps;
}

std::vector<Index> weight_shape(const Sliding& sliding) {
  const Index out = sliding.windows.channels;
  const Index in = sliding.image.channels;
  if (sliding.weights_order == WeightsOrder::hwim)
    return in_order(WeightsOrder::hwio, out / in, in, sliding.kernel);
  return in_order(sliding.weights_order, out, in / sliding.groups, sliding.kernel);
}

std::vector<Index> shape_of_all(const Sliding& sliding, Kernels kernels) {
  std::vector<Index> shape = weight_shape(sliding);
  if (kernels == Kernels::per_window)
    shape.insert(shape.begin(), sliding.windows.extents.begin(), sliding.windows.extents.end());
  return shape;
}

std::vector<Index> weight_steps(const Sliding& sliding) {
  const WeightsOrder order = sliding.weights_order;
  const std::size_t axes = sliding.kernel.size();
  const std::vector<Index> lying = in_order(
      order, sliding.windows.channels, sliding.image.channels / sliding.groups, sliding.kernel);
  const std::vector<Index> none(axes, 0);
  std::vector<Index> steps = {c_order_offset(lying, in_order(order, 1, 0, none)),
                              c_order_offset(lying, in_order(order, 0, 1, none))};
  for (std::size_t axis = 0; axis < axes; ++axis)
    steps.push_back(c_order_offset(lying, in_order(order, 0, 0, one_along(axis, axes))));
  return steps;
}

std::vector<Index> written_shape(const Tensor& tensor) {
  std::vector<Index> shape = in_order(tensor.order, tensor.channels, tensor.extents);
  if (tensor.order == TensorOrder::column_major) std::reverse(shape.begin(), shape.end());
  return shape;
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
  throw GeometryError(std::string(name) + " has " + count_values(length) + ", expected " +
                      std::to_string(expected) + " (" + to_text(shape) + ")");
}

}  // namespace toeplix::reference::detail
