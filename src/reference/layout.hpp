#pragma once

#include "reference/sliding.hpp"

#include <string_view>
#include <vector>

/// Where a vector has its numbers.
namespace toeplix::reference::detail {

/// Where a tensor has the number of a channel at these coordinates.
Index offset_in(const Tensor& tensor, Index channel, const std::vector<Index>& at);

/// By how much an offset grows where one number grows by 1: an offset is a sum of numbers, each
/// times its step.
struct Steps {
  Index channel;
  std::vector<Index> axes;
};

Steps steps_in(const Tensor& tensor);

/// Whether all windows have the same kernel, or each one of its own.
enum class Kernels { one, per_window };

/// Shape of all weights: of one kernel, or (windows.extents..., that shape).
std::vector<Index> shape_of_all(const Sliding& sliding, Kernels kernels);

/// Shape of one kernel's weights: (windows.channels, image.channels / groups, kernel...), or as
/// their order has it.
std::vector<Index> weight_shape(const Sliding& sliding);
/// By how much an offset grows where the channel of the windows, the channel of the image within
/// its group, or a kernel position grows by 1, in this order.
std::vector<Index> weight_steps(const Sliding& sliding);

/// The shape of a tensor as its users write it: H x W x C if the order is column-major.
std::vector<Index> written_shape(const Tensor& tensor);

/// Throws CapacityError for a shape of more elements than 64 bits count.
std::size_t count_elements(const std::vector<Index>& shape);
/// Throws GeometryError unless a vector has as many elements as a shape.
void check_length(std::string_view name, std::size_t length, const std::vector<Index>& shape);

}  // namespace toeplix::reference::detail
