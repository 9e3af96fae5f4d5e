#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/spec.hpp>

#include <vector>

/// \file
/// How a tensor of channels and pixels lies in the slots of ciphertexts.

namespace toeplix {

/// The grid of a `PackedTensor`. What is left out is the least that holds the tensor.
///
///     const toeplix::PackedGrid grid = {.gap = {2, 2}, .points = {32, 32}};
struct PackedGrid {
  Extents gap = {};     ///< points from a pixel to the next, per axis; empty: 1
  Extents points = {};  ///< extents of the grid; empty: `gap` times those of the tensor
  Index channels = 0;   ///< images of the grid; 0: the channels by those that share an image

  friend bool operator==(const PackedGrid&, const PackedGrid&) = default;
};

/// A tensor whose pixels lie `gap` points apart on a grid, with further channels on the points in
/// between, so that the grid is full: multiplexed packing (Lee et al., Low-complexity deep
/// convolutional neural networks on fully homomorphic encryption using multiplexed parallel
/// convolutions, ICML 2022).
///
/// A cell is a pixel's point and those up to the next pixels: P points, the product of the gaps. So
/// P channels share an image of the grid, and C channels take C' = ceil(C / P). With axes y and x,
/// pixel (y, x) of channel c is at the point (gap_y y + i, gap_x x + j) of image c', where
///
///     c = c' P + i gap_x + j       channels_first: as torch's pixel_shuffle by the gap
///     c = (i gap_x + j) C' + c'    channels_last: as TensorFlow's depth_to_space
///     c = c' P + i + gap_y j       column_major, where y is the fastest axis
///
/// (the channels of a cell follow one another as their slots do), for any number of axes. The
/// vector is that of a tensor of `grid().channels` and `grid().points` in the order of the tensor.
/// Slots that no element has are gaps: where C is no multiple of P, and beyond the last cells.
///
///     const toeplix::PackedTensor packed(8, {16, 16}, toeplix::TensorOrder::channels_first,
///                                        {.gap = {2, 2}});
///     packed.size();  // 2 * 32 * 32
class PackedTensor {
 public:
  /// Throws GeometryError for extents, gaps or channels below 1, lists of another length than there
  /// are axes, and a grid that does not hold the tensor; CapacityError for more than 2^62 slots.
  /// Cost: one step per axis.
  PackedTensor(Index channels, Extents extents, TensorOrder order = TensorOrder::channels_first,
               PackedGrid grid = {});

  /// Channels of the tensor.
  [[nodiscard]] Index channels() const { return channels_; }
  /// Its pixels per axis.
  [[nodiscard]] const Extents& extents() const { return extents_; }
  /// The order of its vector, and of that of the slots.
  [[nodiscard]] TensorOrder order() const { return order_; }
  /// The grid, nothing left out.
  [[nodiscard]] const PackedGrid& grid() const { return grid_; }
  /// Channels that share an image of the grid: P, the product of the gaps.
  [[nodiscard]] Index channels_per_image() const { return channels_per_image_; }
  /// Images of the grid that have a channel: C', at most `grid().channels`.
  [[nodiscard]] Index images() const { return images_; }
  /// Elements of the tensor.
  [[nodiscard]] Index elements() const { return elements_; }
  /// Slots: images and points of the grid.
  [[nodiscard]] Index size() const { return size_; }
  /// Slots from a point of the grid to the next along an axis.
  [[nodiscard]] Index point_stride(std::size_t axis) const { return point_strides_[axis]; }
  /// Slots from a pixel to the next along an axis.
  [[nodiscard]] Index pixel_stride(std::size_t axis) const {
    return point_strides_[axis] * grid_.gap[axis];
  }
  /// Slots from an image of the grid to the next.
  [[nodiscard]] Index image_stride() const { return image_stride_; }
  /// The slot of a channel's first pixel. Precondition: there is such a channel.
  /// Cost: one step per axis.
  [[nodiscard]] Index channel_place(Index channel) const;
  /// The slot of every element, in the order of the tensor's vector; all are distinct. Throws
  /// CapacityError if they exceed the memory budget. Cost: the elements.
  ///
  ///     const std::vector<toeplix::Index> places = packed.places();
  ///     for (std::size_t i = 0; i < places.size(); ++i) slots[places[i]] = x[i];
  [[nodiscard]] std::vector<Index> places(const Resources& resources = {}) const;
  /// Whether every element is at its own index, and there is no other slot.
  [[nodiscard]] bool is_plain() const;

  friend bool operator==(const PackedTensor&, const PackedTensor&) = default;

 private:
  void check_extents() const;
  void complete_grid();
  void set_strides();

  Index channels_;
  Extents extents_;
  TensorOrder order_;
  PackedGrid grid_;
  Index channels_per_image_ = 1;
  Index images_ = 1;
  Index elements_ = 0;
  Index size_ = 0;
  Extents point_strides_;
  Index image_stride_ = 1;
};

}  // namespace toeplix
