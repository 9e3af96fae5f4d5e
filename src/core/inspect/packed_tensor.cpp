#include <toeplix/packed_tensor.hpp>

#include <toeplix/memory.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/geometry/text.hpp"
#include "core/inspect/diagonal_size.hpp"
#include "core/inspect/packed_tensor.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace toeplix {

namespace {

/// Throws GeometryError for another number of axes, or a number below 1.
void check_list(const char* field, const Extents& numbers, std::size_t axes) {
  if (numbers.size() != axes) {
    throw GeometryError(std::string(field) + " has " + std::to_string(numbers.size()) +
                        " numbers; expected one for each axis (" + std::to_string(axes) + ")");
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (numbers[axis] >= 1) continue;
    throw GeometryError(detail::axis_name(axis) + field + ' ' + std::to_string(numbers[axis]) +
                        "; expected at least 1");
  }
}

/// Throws CapacityError for more than 2^62.
Index counted(std::optional<Index> number, const char* what) {
  if (number && *number <= detail::largest_diagonal_size) return *number;
  throw CapacityError(std::string(what) + " of the packed tensor exceed the limit of 2^62");
}

/// Throws CapacityError if the product exceeds 2^62.
Index product(const Extents& numbers, std::optional<Index> factor, const char* what) {
  for (const Index number : numbers) factor = detail::checked_product(factor, number);
  return counted(factor, what);
}

bool channels_innermost(TensorOrder order) {
  return order == TensorOrder::channels_last;
}

}  // namespace

std::vector<std::size_t> detail::axes_in_memory(TensorOrder order, std::size_t axes) {
  std::vector<std::size_t> numbers(axes);
  for (std::size_t axis = 0; axis < axes; ++axis) numbers[axis] = axis;
  if (order == TensorOrder::column_major) std::ranges::reverse(numbers);
  return numbers;
}

PackedTensor::PackedTensor(Index channels, Extents extents, TensorOrder order, PackedGrid grid)
    : channels_(channels), extents_(std::move(extents)), order_(order), grid_(std::move(grid)) {
  check_extents();
  complete_grid();
  set_strides();
}

void PackedTensor::check_extents() const {
  if (channels_ < 1) {
    throw GeometryError("channels " + std::to_string(channels_) + "; expected at least 1");
  }
  check_list("extent", extents_, extents_.size());
}

void PackedTensor::complete_grid() {
  const std::size_t axes = extents_.size();
  if (grid_.gap.empty()) grid_.gap.assign(axes, 1);
  check_list("gap", grid_.gap, axes);
  const bool has_points = !grid_.points.empty();
  if (!has_points) grid_.points.assign(axes, 1);
  check_list("points", grid_.points, axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Index least = counted(detail::checked_product(grid_.gap[axis], extents_[axis]), "points");
    if (!has_points) grid_.points[axis] = least;
    if (grid_.points[axis] >= least) continue;
    throw GeometryError(
        detail::axis_name(axis) + "a grid of " + std::to_string(grid_.points[axis]) +
        " points does not hold " + std::to_string(extents_[axis]) + " pixels with a gap of " +
        std::to_string(grid_.gap[axis]) + "; expected at least " + std::to_string(least));
  }
  channels_per_image_ = product(grid_.gap, 1, "channels per image");
  images_ = detail::ceil_div(channels_, channels_per_image_);
  if (grid_.channels == 0) grid_.channels = images_;
  if (grid_.channels >= images_) return;
  throw GeometryError("a grid of " + std::to_string(grid_.channels) + " channels does not hold " +
                      std::to_string(channels_) + ", " + std::to_string(channels_per_image_) +
                      " to an image; expected at least " + std::to_string(images_));
}

void PackedTensor::set_strides() {
  elements_ = product(extents_, channels_, "elements");
  size_ = product(grid_.points, grid_.channels, "slots");
  point_strides_.assign(extents_.size(), 1);
  Index stride = channels_innermost(order_) ? grid_.channels : 1;
  const std::vector<std::size_t> axes = detail::axes_in_memory(order_, extents_.size());
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    point_strides_[*axis] = stride;
    stride *= grid_.points[*axis];
  }
  image_stride_ = channels_innermost(order_) ? 1 : stride;
}

Index PackedTensor::channel_place(Index channel) const {
  const bool innermost = channels_innermost(order_);
  const Index image = innermost ? channel % images_ : channel / channels_per_image_;
  Index in_cell = innermost ? channel / images_ : channel % channels_per_image_;
  Index place = image * image_stride_;
  const std::vector<std::size_t> axes = detail::axes_in_memory(order_, extents_.size());
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    place += in_cell % grid_.gap[*axis] * point_strides_[*axis];
    in_cell /= grid_.gap[*axis];
  }
  return place;
}

std::vector<Index> PackedTensor::places(const Resources& resources) const {
  detail::check_resources(resources);
  const double bytes = static_cast<double>(elements_) * sizeof(Index);
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (bytes > static_cast<double>(budget)) {
    throw CapacityError("the places of " + std::to_string(elements_) +
                            " elements exceed the memory budget of " + std::to_string(budget) +
                            " bytes",
                        CapacityCause::memory_budget, elements_);
  }
  // The places of a tensor are sums over its levels: of those so far, every one with each of the
  // next level.
  std::vector<Index> places{0};
  places.reserve(static_cast<std::size_t>(elements_));
  const auto append_level = [&places](Index extent, const auto& place_of) {
    const std::size_t before = places.size();
    places.resize(before * static_cast<std::size_t>(extent));
    for (std::size_t at = before; at-- > 0;) {
      const Index base = places[at];
      for (Index i = extent; i-- > 0;) {
        places[at * static_cast<std::size_t>(extent) + static_cast<std::size_t>(i)] =
            base + place_of(i);
      }
    }
  };
  const auto append_channels = [&] {
    append_level(channels_, [this](Index channel) { return channel_place(channel); });
  };
  if (!channels_innermost(order_)) append_channels();
  for (const std::size_t axis : detail::axes_in_memory(order_, extents_.size())) {
    append_level(extents_[axis], [stride = pixel_stride(axis)](Index at) { return at * stride; });
  }
  if (channels_innermost(order_)) append_channels();
  return places;
}

bool PackedTensor::is_plain() const {
  // Without slots to spare there is one for every element; without gaps they are in its order.
  return size_ == elements_ && channels_per_image_ == 1;
}

}  // namespace toeplix
