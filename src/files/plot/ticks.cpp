#include "files/plot/ticks.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {
namespace {

/// One digit of a row's or column's number: a channel or a coordinate.
struct Digit {
  Index extent;
  Index stride;
};

Index channel_count(const Pattern& pattern, MatrixSide side) {
  const Pattern::Channels& c = pattern.channels();
  return side == MatrixSide::rows ? c.rows() : c.columns();
}

/// From the slowest to the fastest.
std::vector<Digit> digits(const Pattern& pattern, MatrixSide side) {
  const bool rows = side == MatrixSide::rows;
  std::vector<Digit> result;
  for (const Pattern::Axis& axis : pattern.axes()) {
    result.push_back({rows ? axis.table.rows() : axis.table.columns(),
                      rows ? axis.row_stride : axis.column_stride});
  }
  const Pattern::Channels& c = pattern.channels();
  result.insert(c.innermost() ? result.end() : result.begin(),
                Digit{channel_count(pattern, side), rows ? c.row_stride : c.column_stride});
  return result;
}

/// The smallest of 1, 2, 5, 10, 20, ... that is at least `least`.
Index round_step(Index least) {
  Index step = 1;
  for (Index factor = 0; step < least; ++factor) {
    step = factor % 3 == 1 ? step / 2 * 5 : step * 2;
  }
  return step;
}

/// Says the digits down to the finest one: `c2` where only a channel begins, `0,5` where a pixel
/// with all its channels does.
std::string label_of(const Pattern& pattern, MatrixSide side, Index index, Index finest_stride) {
  const bool rows = side == MatrixSide::rows;
  const Pattern::Position position =
      rows ? pattern.row_position(index) : pattern.column_position(index);
  const Pattern::Channels& c = pattern.channels();
  const bool outermost = !c.innermost();
  const bool at_channels = finest_stride == (rows ? c.row_stride : c.column_stride);
  const bool several = channel_count(pattern, side) > 1;
  const std::string channel = "c" + std::to_string(position.channel);
  if (several && outermost && at_channels) return channel;
  std::string coordinates;
  for (const Index coordinate : position.coordinate) {
    coordinates += (coordinates.empty() ? "" : ",") + std::to_string(coordinate);
  }
  return several && (outermost || at_channels) ? channel + " " + coordinates : coordinates;
}

}  // namespace

std::vector<Tick> ticks(const Pattern& pattern, MatrixSide side, Index most) {
  // As many of the slow digits as leave room for all their values; the next one in round steps.
  const std::vector<Digit> all = digits(pattern, side);
  most = std::max<Index>(2, most);
  Index before = 1;
  std::size_t at = 0;
  while (at + 1 < all.size() && (all[at].extent == 1 || before * all[at].extent <= most / 2)) {
    before *= all[at].extent;
    ++at;
  }
  const Digit& finest = all[at];
  const Index step = round_step(ceil_div(finest.extent, std::max<Index>(1, most / before)));
  std::vector<Tick> result;
  for (Index slow = 0; slow < before; ++slow) {
    for (Index digit = 0; digit < finest.extent; digit += step) {
      // The last one must not run into the first one of the next block.
      if (digit > 0 && before > 1 && digit + step > finest.extent) break;
      const Index index = (slow * finest.extent + digit) * finest.stride;
      result.push_back({index, label_of(pattern, side, index, finest.stride)});
    }
  }
  return result;
}

std::string side_name(const Pattern& pattern, MatrixSide side) {
  std::string name = side == MatrixSide::rows ? "rows: output " : "columns: input ";
  if (channel_count(pattern, side) > 1) name += "channel and ";
  return name + (pattern.axes().size() == 1 ? "coordinate" : "coordinates");
}

std::vector<Index> block_extents(const Pattern& pattern, MatrixSide side) {
  std::vector<Index> result;
  for (const Digit& digit : digits(pattern, side)) {
    if (digit.extent > 1 && digit.stride > 1) result.push_back(digit.stride);
  }
  return result;
}

}  // namespace toeplix::detail
