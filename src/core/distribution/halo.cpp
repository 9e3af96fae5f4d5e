#include <toeplix/halo.hpp>

#include "core/base/integer_math.hpp"
#include "core/distribution/check_bands.hpp"
#include "core/geometry/fold.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace toeplix {

using detail::ceil_div;
using detail::floor_div;
using detail::PixelRange;

namespace {

/// A stretch of the extended image whose every `spacing`-th coordinate is a line.
struct HaloStretch {
  PixelRange coordinates{0, -1};  // the first and the last of them are no holes
  Index spacing = 1;
  std::vector<LineRun> runs;

  Index lines() const { return coordinates.count() == 0 ? 0 : steps() + 1; }

 private:
  Index steps() const { return (coordinates.last - coordinates.first) / spacing; }
};

/// The pixels of a range that lies within the spread image.
HaloStretch inner_stretch(const AxisGeometry& g, PixelRange range) {
  const Index first = ceil_div(range.first, g.input_dilation);
  const Index last = floor_div(range.last, g.input_dilation);
  if (last < first) return {};
  return {{first * g.input_dilation, last * g.input_dilation},
          g.input_dilation,
          {{.to = 0, .to_step = 1, .from = first, .from_step = 1, .count = last - first + 1}}};
}

/// A coordinate of the extended image, and the line that it shows.
struct Shown {
  Index coordinate;
  Index line;
};

/// Notes one line more; `to` is its place in the part.
void append(std::vector<LineRun>& runs, Index to, Index from) {
  if (!runs.empty()) {
    LineRun& run = runs.back();
    const Index to_step = to - run.to - (run.count - 1) * run.to_step;
    const Index from_step = from - run.from - (run.count - 1) * run.from_step;
    if (run.count == 1) {
      run = {run.to, to_step, run.from, from_step, 2};
      return;
    }
    if (to_step == run.to_step && from_step == run.from_step) {
      ++run.count;
      return;
    }
  }
  runs.push_back({.to = to, .to_step = 1, .from = from, .from_step = 1, .count = 1});
}

/// What the boundary shows in a range that lies beyond an edge.
HaloStretch outer_stretch(const AxisGeometry& g, PixelRange range) {
  if (g.boundary == Boundary::zero) return {};
  std::vector<Shown> shown;
  for (Index coordinate = range.first; coordinate <= range.last; ++coordinate) {
    const Index line = g.source(coordinate);
    if (line >= 0) shown.push_back({coordinate, line});
  }
  if (shown.empty()) return {};
  // As sparse as the lines themselves, so that few zeros lie between them.
  Index spacing = 0;
  const Index first = shown.front().coordinate;
  for (const Shown& one : shown) spacing = std::gcd(spacing, one.coordinate - first);
  HaloStretch stretch{{first, shown.back().coordinate}, std::max<Index>(1, spacing), {}};
  for (const Shown& one : shown) {
    append(stretch.runs, (one.coordinate - first) / stretch.spacing, one.line);
  }
  return stretch;
}

/// What makes parts of the rows of one process.
class PartMaker {
 public:
  PartMaker(const Pattern& pattern, PixelRange rows)
      : pattern_(pattern),
        geometry_(pattern.axes().front().table.geometry()),
        rows_(rows),
        reached_{geometry_.coordinate(rows.first, 0),
                 geometry_.coordinate(rows.last, geometry_.kernel - 1)} {}

  const AxisGeometry& geometry() const { return geometry_; }

  /// The coordinates of a range that windows reach.
  PixelRange reached(PixelRange range) const {
    return {std::max(range.first, reached_.first), std::min(range.last, reached_.last)};
  }

  /// Nothing if no window meets the stretch.
  std::optional<HaloPart> part(HaloStretch stretch, bool own) const {
    const PixelRange rows = rows_that_meet(stretch.coordinates);
    if (stretch.lines() == 0 || rows.count() == 0) return std::nullopt;
    AxisGeometry local = geometry_;
    local.input = stretch.lines();
    local.output = rows.count();
    local.input_dilation = stretch.spacing;
    local.lower = stretch.coordinates.first - geometry_.coordinate(rows.first, 0);
    local.cropped_upper = 0;
    local.boundary = Boundary::zero;
    return HaloPart{.own = own,
                    .first_row = rows.first - rows_.first,
                    .rows = rows.count(),
                    .lines = stretch.lines(),
                    .runs = std::move(stretch.runs),
                    .pattern = detail::with_slowest_table(pattern_, TapTable(local))};
  }

 private:
  PixelRange rows_that_meet(PixelRange range) const {
    const AxisGeometry& g = geometry_;
    return {std::max(rows_.first, ceil_div(range.first + g.lower - g.span() + 1, g.stride)),
            std::min(rows_.last, floor_div(range.last + g.lower, g.stride))};
  }

  const Pattern& pattern_;
  const AxisGeometry& geometry_;
  PixelRange rows_;
  PixelRange reached_;
};

}  // namespace

bool HaloPart::has_zeros() const {
  Index shown = 0;
  for (const LineRun& run : runs) shown += run.count;
  return shown != lines;
}

std::vector<HaloPart> halo_parts(const Pattern& pattern, const Bands& rows, const Bands& columns,
                                 Index process) {
  detail::check_bands("a halo", pattern, rows, columns);
  detail::check_process(rows, process);
  if (pattern.axes().front().table.is_transposed()) {
    throw GeometryError("halo_parts takes no transposed pattern; take its transposed()");
  }
  if (rows.size(process) == 0) return {};
  const PartMaker maker(pattern, {rows.begin(process), rows.end(process) - 1});
  const AxisGeometry& g = maker.geometry();
  // Of a process without lines, all are those of others, and come before.
  const bool has_own = columns.size(process) > 0;
  const Index end = g.spread_input();
  const PixelRange own = has_own ? PixelRange{columns.begin(process) * g.input_dilation,
                                              (columns.end(process) - 1) * g.input_dilation}
                                 : PixelRange{end, end - 1};
  std::vector<HaloPart> parts;
  const auto add = [&](HaloStretch stretch, bool is_own) {
    auto part = maker.part(std::move(stretch), is_own);
    if (part) parts.push_back(std::move(*part));
  };
  add(inner_stretch(g, own), true);
  add(inner_stretch(g, maker.reached({0, own.first - 1})), false);
  add(inner_stretch(g, maker.reached({own.last + 1, end - 1})), false);
  add(outer_stretch(g, maker.reached({std::numeric_limits<Index>::min(), -1})), false);
  add(outer_stretch(g, maker.reached({end, std::numeric_limits<Index>::max()})), false);
  return parts;
}

}  // namespace toeplix
