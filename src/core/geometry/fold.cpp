#include "core/geometry/fold.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix {

using detail::ceil_div;
using detail::floor_div;
using detail::floor_mod;
using detail::PixelRange;
using detail::Progression;

Index fold_coordinate(Index coordinate, Index extent, Boundary boundary) {
  if (coordinate >= 0 && coordinate < extent) return coordinate;
  switch (boundary) {
    case Boundary::zero:
      return -1;
    case Boundary::circular:
      return floor_mod(coordinate, extent);
    case Boundary::reflect: {
      // The extension repeats after a way there and back that visits either edge once.
      if (extent == 1) return 0;
      const Index period = 2 * (extent - 1);
      const Index place = floor_mod(coordinate, period);
      return place < extent ? place : period - place;
    }
    case Boundary::symmetric: {
      const Index place = floor_mod(coordinate, 2 * extent);
      return place < extent ? place : 2 * extent - 1 - place;
    }
    case Boundary::replicate:
      return coordinate < 0 ? 0 : extent - 1;
  }
  return -1;
}

namespace {

/// What a boundary extends: the spread image without what is cropped, [first, end).
struct Ground {
  Index first;
  Index end;

  Index extent() const { return end - first; }
};

Ground ground_of(const AxisGeometry& g) {
  return {std::max<Index>(0, -g.lower), g.spread_input() - g.cropped_upper};
}

/// The pixels of a range that are `residue` modulo `period`.
Progression every(Index period, Index residue, PixelRange range) {
  const Index first = range.first + floor_mod(residue - range.first, period);
  return {first, period, first > range.last ? 0 : (range.last - first) / period + 1};
}

/// For an extension that goes there and back again: `period` pixels lie between two visits in the
/// same direction, and the way back visits `home` at `mirrored`.
std::vector<Progression> there_and_back(Index period, Index home, Index mirrored,
                                        PixelRange range) {
  std::vector<Progression> pixels{every(period, home, range)};
  const bool turns_here = floor_mod(mirrored - home, period) == 0;
  if (!turns_here) pixels.push_back(every(period, mirrored, range));
  return pixels;
}

/// An edge pixel is repeated as far as windows reach; any other stands for itself.
Progression repeated_edge(Index home, const Ground& ground, PixelRange range) {
  const Index first = home == ground.first ? std::min(range.first, home) : home;
  const Index last = home == ground.end - 1 ? std::max(range.last, home) : home;
  return {first, 1, last - first + 1};
}

}  // namespace

Index AxisGeometry::source(Index coordinate) const {
  const Ground ground = ground_of(*this);
  if (ground.extent() < 1) return -1;
  const Index folded = fold_coordinate(coordinate - ground.first, ground.extent(), boundary);
  if (folded < 0) return -1;
  const Index place = ground.first + folded;
  return place % input_dilation == 0 ? place / input_dilation : -1;
}

namespace detail {

PixelRange extension_of(const AxisGeometry& geometry) {
  return {geometry.coordinate(0, 0), geometry.coordinate(geometry.output - 1, geometry.kernel - 1)};
}

PixelRange positions_inside(const AxisGeometry& g, Index output) {
  const Index start = g.coordinate(output, 0);
  return {std::max<Index>(0, ceil_div(-start, g.dilation)),
          std::min(g.kernel - 1, floor_div(g.spread_input() - 1 - start, g.dilation))};
}

std::vector<Progression> coordinates_folded_onto(Index home, const AxisGeometry& geometry) {
  const Ground ground = ground_of(geometry);
  if (home < ground.first || home >= ground.end) return {};
  const PixelRange range = extension_of(geometry);
  const Index extent = ground.extent();
  // Mirrored at the first pixel of the ground.
  const Index mirrored = 2 * ground.first - home;
  switch (geometry.boundary) {
    case Boundary::zero:
      break;
    case Boundary::circular:
      return {every(extent, home, range)};
    case Boundary::reflect:
      if (extent == 1) return {every(1, 0, range)};
      return there_and_back(2 * (extent - 1), home, mirrored, range);
    case Boundary::symmetric:
      return there_and_back(2 * extent, home, mirrored - 1, range);
    case Boundary::replicate:
      return {repeated_edge(home, ground, range)};
  }
  return {{home, 1, 1}};
}

}  // namespace detail

}  // namespace toeplix
