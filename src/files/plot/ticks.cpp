#include "files/plot/ticks.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {
namespace {

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
std::string label_of(const MatrixLines& lines, Index index, Index finest_stride) {
  std::string channel;
  bool at_channels = false;
  std::vector<std::string> coordinates;
  for (const Digit& digit : lines.digits) {
    const std::string number = std::to_string(index / digit.stride % digit.extent);
    if (!digit.is_channel) {
      coordinates.push_back(number);
    } else if (digit.extent > 1) {
      channel = "c" + number;
      at_channels = finest_stride == digit.stride;
    }
  }
  const bool outermost = lines.digits.front().is_channel;
  if (!channel.empty() && outermost && at_channels) return channel;
  if (lines.last_axis_first) std::ranges::reverse(coordinates);
  std::string label;
  for (const std::string& coordinate : coordinates)
    label += (label.empty() ? "" : ",") + coordinate;
  return !channel.empty() && (outermost || at_channels) ? channel + " " + label : label;
}

}  // namespace

MatrixLines lines_of(const Pattern& pattern, MatrixSide side, TensorOrder order) {
  const bool rows = side == MatrixSide::rows;
  const Pattern::Channels& c = pattern.channels();
  const Index channels = rows ? c.rows() : c.columns();
  std::string name = rows ? "rows: output " : "columns: input ";
  if (channels > 1) name += "channel and ";
  name += pattern.axes().size() == 1 ? "coordinate" : "coordinates";
  MatrixLines lines{rows ? pattern.rows() : pattern.cols(), name, {}};
  for (const Pattern::Axis& axis : pattern.axes()) {
    lines.digits.push_back({rows ? axis.table.rows() : axis.table.columns(),
                            rows ? axis.row_stride : axis.column_stride});
  }
  lines.digits.insert(c.innermost() ? lines.digits.end() : lines.digits.begin(),
                      Digit{channels, rows ? c.row_stride : c.column_stride, true});
  lines.last_axis_first = order == TensorOrder::column_major;
  return lines;
}

MatrixLines plain_lines(Index count, MatrixSide side) {
  const char* const name = side == MatrixSide::rows ? "down: rows" : "across: columns";
  return {count, name, {{std::max<Index>(1, count), 1}}};
}

std::vector<Tick> ticks(const MatrixLines& lines, Index most) {
  // As many of the slow digits as leave room for all their values; the next one in round steps.
  const std::vector<Digit>& all = lines.digits;
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
    for (Index digit = 0;; digit += step) {
      // The last one must not run into the first one of the next block.
      if (digit > 0 && before > 1 && digit > finest.extent - step) break;
      const Index index = (slow * finest.extent + digit) * finest.stride;
      result.push_back({index, label_of(lines, index, finest.stride)});
      if (finest.extent - digit <= step) break;  // the next number might exceed 64 bits
    }
  }
  return result;
}

std::vector<Index> block_extents(const MatrixLines& lines) {
  std::vector<Index> result;
  for (const Digit& digit : lines.digits) {
    if (digit.extent > 1 && digit.stride > 1) result.push_back(digit.stride);
  }
  return result;
}

}  // namespace toeplix::detail
