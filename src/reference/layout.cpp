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
  std::vector<Index> shape = {sliding.windows.channels, sliding.image.channels / sliding.groups};
  shape.insert(shape.end(), sliding.kernel.begin(), sliding.kernel.end());
  return shape;
}

std::vector<Index> shape_of_all(const Sliding& sliding, Kernels kernels) {
  std::vector<Index> shape = weight_shape(sliding);
  if (kernels == Kernels::per_window)
    shape.insert(shape.begin(), sliding.windows.extents.begin(), sliding.windows.extents.end());
  return shape;
}

std::vector<Index> weight_steps(const Sliding& sliding) {
  const std::vector<Index> shape = weight_shape(sliding);
  std::vector<Index> steps;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    steps.push_back(c_order_offset(shape, one_along(axis, shape.size())));
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
