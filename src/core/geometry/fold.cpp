#include "core/geometry/fold.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix {

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

/// The pixels of a range that are `residue` modulo `period`.
Progression every(Index period, Index residue, PixelRange range) {
  const Index first = range.first + floor_mod(residue - range.first, period);
  return {first, period, first > range.last ? 0 : (range.last - first) / period + 1};
}

/// For an extension that goes there and back again: `period` pixels lie between two visits in the
/// same direction, and the way back visits `input` at `mirrored`.
std::vector<Progression> there_and_back(Index period, Index input, Index mirrored,
                                        PixelRange range) {
  std::vector<Progression> pixels{every(period, input, range)};
  const bool turns_here = floor_mod(mirrored - input, period) == 0;
  if (!turns_here) pixels.push_back(every(period, mirrored, range));
  return pixels;
}

/// An edge pixel is repeated as far as windows reach; any other stands for itself.
Progression repeated_edge(Index input, Index extent, PixelRange range) {
  const Index first = input == 0 ? std::min<Index>(range.first, 0) : input;
  const Index last = input == extent - 1 ? std::max(range.last, input) : input;
  return {first, 1, last - first + 1};
}

}  // namespace

namespace detail {

PixelRange extension_of(const AxisGeometry& geometry) {
  return {geometry.coordinate(0, 0), geometry.coordinate(geometry.output - 1, geometry.kernel - 1)};
}

std::vector<Progression> pixels_folded_onto(Index input, const AxisGeometry& geometry) {
  const PixelRange range = extension_of(geometry);
  const Index extent = geometry.input;
  switch (geometry.boundary) {
    case Boundary::zero:
      break;
    case Boundary::circular:
      return {every(extent, input, range)};
    case Boundary::reflect:
      if (extent == 1) return {every(1, 0, range)};
      return there_and_back(2 * (extent - 1), input, -input, range);
    case Boundary::symmetric:
      return there_and_back(2 * extent, input, -1 - input, range);
    case Boundary::replicate:
      return {repeated_edge(input, extent, range)};
  }
  return {{input, 1, 1}};
}

}  // namespace detail

}  // namespace toeplix
