#include "files/plot/block_lines.hpp"

#include "files/plot/ticks.hpp"

#include <algorithm>
#include <cstddef>

namespace toeplix::detail {
namespace {

/// Blocks closer than that have no lines between them, the finer ones of two levels closer than
/// that.
constexpr Index block_gap = 10;
constexpr Index fine_block_gap = 24;
constexpr Index wide_block_gap = 60;

const Rgb block_line = decode({140, 149, 159});

std::vector<BlockLine> block_lines(const Scale& scale, const std::vector<Index>& extents) {
  std::vector<BlockLine> lines;
  for (std::size_t level = std::min<std::size_t>(2, extents.size()); level-- > 0;) {
    const Index gap = scale.at(extents[level]);
    if (gap < (level == 0 ? block_gap : fine_block_gap)) continue;
    const bool pale = level > 0 || gap < wide_block_gap;
    for (Index index = extents[level]; index < scale.extent; index += extents[level]) {
      const Index at = scale.at(index) - (scale.zoom >= 5 ? 1 : 0);
      lines.push_back({at, pale ? pale_line : block_line});
    }
  }
  return lines;
}

}  // namespace

BlockLines block_lines(const Layout& layout, const Subject& subject) {
  return {block_lines(layout.columns, block_extents(subject.columns)),
          block_lines(layout.rows, block_extents(subject.rows))};
}

void draw_block_lines(Figure& figure, const Layout& layout, const Subject& subject) {
  const BlockLines lines = block_lines(layout, subject);
  for (const BlockLine& line : lines.down) {
    figure.rect(layout.x + line.at, layout.y, 1, layout.rows.pixels(), line.colour);
  }
  for (const BlockLine& line : lines.across) {
    figure.rect(layout.x, layout.y + line.at, layout.columns.pixels(), 1, line.colour);
  }
}

}  // namespace toeplix::detail
