#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/resources.hpp>

#include <cstddef>
#include <span>

/// What a convolution adds whatever the image.
namespace toeplix::detail {

/// Throws CapacityError for an offset that has no room in the budget.
void check_offset_room(Index rows, std::size_t scalar_bytes, const Resources& resources);

/// Throws GeometryError unless there is one bias per output channel.
void check_bias(std::size_t length, Index channels);

/// Writes the offset of every output: the bias of its channel, and what the padding value adds.
/// Preconditions: `bias` has out_channels() numbers, `offset` rows() elements.
template <class Scalar>
void write_offset(const Convolution& convolution, std::span<const Scalar> weights,
                  std::span<const Scalar> bias, const Resources& resources,
                  std::span<Scalar> offset);
template <class Scalar>
void write_offset(const TransposedConvolution& convolution, std::span<const Scalar> weights,
                  std::span<const Scalar> bias, const Resources& resources,
                  std::span<Scalar> offset);

}  // namespace toeplix::detail
