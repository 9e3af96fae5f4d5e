#pragma once

#include <toeplix/pattern.hpp>

#include "solvers/transform/basis.hpp"

#include <optional>
#include <span>
#include <vector>

namespace toeplix::detail {

/// One axis of a matrix that waves take apart: rows x = o * row_step read columns y = i *
/// column_step at x + offset, modulo the extent.
///
/// Of a twisted circulant (`half_turns` = 1) what goes round once comes back with the other sign.
/// Its waves are e^(2 pi i (p + 1/2) x / extent).
struct FrequencyAxis {
  Basis basis = Basis::fourier;
  Index extent = 1;            ///< pixels of the circle; for cosines 2 n, there and back
  Index row_step = 1;          ///< divides the extent
  Index column_step = 1;       ///< divides the extent; the product of both steps does so too
  Index half_turns = 0;        ///< 0 or 1
  std::vector<Index> offsets;  ///< where kernel positions read, one for each that is kept
  std::vector<Index> places;   ///< the index of each among the weights, from that of position 0

  /// Frequencies that differ by a multiple of this number are aliases: a step cannot tell them
  /// apart. For cosines: their number.
  Index frequencies() const {
    return basis == Basis::cosine ? extent / 2 : extent / (row_step * column_step);
  }
  /// The frequency whose waves are the conjugates of those of `frequency`.
  Index mirrored(Index frequency) const;
};

/// The kernel positions of an axis, or those that read a pixel at all.
enum class Positions { all, landing };

/// Steps, offsets and places of an axis; extent and basis are the caller's.
FrequencyAxis positions_of(const Pattern::Axis& axis, Positions positions);

/// An axis that waves take apart exactly: one of these:
/// - circular, without cropping or holes, the image being as long as output * stride;
/// - symmetric, of stride 1, output as long as the image, and a kernel that is even along the axis
///   for every pair of channels;
/// - of one kernel position that reads pixel o at output o, or of one pixel and one output.
/// Nothing if the axis is something else. `number` is that of the axis in the pattern.
///
/// Source: M. K. Ng, R. H. Chan, W.-C. Tang, SIAM J. Sci. Comput. 21 (1999), for cosines.
std::optional<FrequencyAxis> exact_axis(const Pattern& pattern, std::size_t number,
                                        std::span<const double> weights);

/// All axes of a matrix, if waves take every one apart, so that its singular values are those of
/// its blocks. Nothing otherwise, or if every pixel has a kernel of its own.
std::optional<std::vector<FrequencyAxis>> exact_axes(const Pattern& pattern,
                                                     std::span<const double> weights);

}  // namespace toeplix::detail
