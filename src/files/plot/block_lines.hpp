#pragma once

#include "files/plot/colour.hpp"
#include "files/plot/figure.hpp"
#include "files/plot/layout.hpp"
#include "files/plot/subject.hpp"

#include <toeplix/index.hpp>

#include <vector>

namespace toeplix::detail {

/// A line between two blocks, in pixels from the edge of the matrix.
struct BlockLine {
  Index at;
  Rgb colour;
};

struct BlockLines {
  std::vector<BlockLine> down;    ///< between columns
  std::vector<BlockLine> across;  ///< between rows
};

/// Lines between the blocks of the two slowest levels, if there is room for them; the slower ones
/// last.
BlockLines block_lines(const Layout& layout, const Subject& subject);

void draw_block_lines(Figure& figure, const Layout& layout, const Subject& subject);

}  // namespace toeplix::detail
