#include "files/plot/raster_levels.hpp"

#include "core/base/integer_math.hpp"

#include <toeplix/error.hpp>
#include <toeplix/tap_runs.hpp>

#include <algorithm>
#include <string>

namespace toeplix::detail {
namespace {

/// Kernel positions, or taps of border rows, along one axis.
constexpr Index most_taps = Index{1} << 20;

void check_taps(const TapTable& table) {
  const TapTable::Middle& middle = table.middle();
  const bool folds = table.geometry().boundary != Boundary::zero;
  const Index in_middle = table.entries_before(middle.end) - table.entries_before(middle.begin);
  const Index taps =
      std::max(table.geometry().kernel, folds ? table.entries() - in_middle : Index{0});
  if (taps <= most_taps) return;
  throw CapacityError(
      "plot: " + std::to_string(taps) + " taps at the border of one axis exceed 2^20",
      CapacityCause::limit, {}, {}, "use a smaller kernel");
}

/// Joins single taps that follow one another evenly, as those of a fold do, to one run.
std::vector<TapRun> joined(const std::vector<TapRun>& runs) {
  std::vector<TapRun> result;
  for (const TapRun& run : runs) {
    const bool follows = !result.empty() && run.count == 1 && result.back().kernel == run.kernel;
    TapRun* last = follows ? &result.back() : nullptr;
    if (last != nullptr && last->count == 1) {
      last->row_step = run.first_row - last->first_row;
      last->input_step = run.first_input - last->first_input;
    }
    const bool continues = last != nullptr && last->row_step >= 0 &&
                           run.first_row == last->first_row + last->count * last->row_step &&
                           run.first_input == last->first_input + last->count * last->input_step;
    if (!continues) {
      result.push_back(run);
      continue;
    }
    ++last->count;
  }
  return result;
}

RasterLevel axis_level(const Pattern::Axis& axis, Index symbols) {
  check_taps(axis.table);
  RasterLevel level;
  level.block_rows = axis.row_stride;
  level.block_columns = axis.column_stride;
  level.symbols = symbols;
  const Index kernel = axis.table.geometry().kernel;
  for (const TapRun& run : joined(tap_runs(axis.table))) {
    level.runs.push_back({.row = run.first_row * axis.row_stride,
                          .row_step = run.row_step * axis.row_stride,
                          .column = run.first_input * axis.column_stride,
                          .column_step = run.input_step * axis.column_stride,
                          .count = run.count,
                          .symbol = run.kernel * symbols / kernel});
  }
  return level;
}

/// Every pair of channels by itself, as each has weights of its own. Symbols are in the order of
/// the weights, which that of a transposed pattern's rows and columns is not.
RasterLevel pairs_of_channels(const Pattern::Channels& c) {
  RasterLevel level;
  level.symbols = c.rows() * c.columns_per_group;
  const Index plane = c.weight_group_stride / (c.rows_per_group * c.columns_per_group);
  for (Index group = 0; group < c.groups; ++group) {
    for (Index row = 0; row < c.rows_per_group; ++row) {
      for (Index column = 0; column < c.columns_per_group; ++column) {
        const Index weight = group * c.weight_group_stride + row * c.weight_row_stride +
                             column * c.weight_column_stride;
        level.runs.push_back({.row = (group * c.rows_per_group + row) * c.row_stride,
                              .column = (group * c.columns_per_group + column) * c.column_stride,
                              .symbol = weight / plane});
      }
    }
  }
  return level;
}

/// All pairs alike: along the groups or within each, whichever makes fewer runs.
RasterLevel groups_of_channels(const Pattern::Channels& c) {
  RasterLevel level;
  const auto pairs = checked_product(c.rows_per_group, c.columns_per_group);
  if (pairs && *pairs < c.groups) {
    for (Index pair = 0; pair < *pairs; ++pair) {
      level.runs.push_back({.row = pair / c.columns_per_group * c.row_stride,
                            .row_step = c.rows_per_group * c.row_stride,
                            .column = pair % c.columns_per_group * c.column_stride,
                            .column_step = c.columns_per_group * c.column_stride,
                            .count = c.groups});
    }
    return level;
  }
  for (Index group = 0; group < c.groups; ++group) {
    level.runs.push_back({.row = group * c.rows_per_group * c.row_stride,
                          .column = group * c.columns_per_group * c.column_stride,
                          .column_step = c.column_stride,
                          .count = c.columns_per_group,
                          .repeat = c.rows_per_group,
                          .repeat_row_step = c.row_stride});
  }
  return level;
}

RasterLevel channel_level(const Pattern::Channels& channels, WeightInks::By by) {
  const bool by_value = by == WeightInks::By::value;
  RasterLevel level = by_value ? pairs_of_channels(channels) : groups_of_channels(channels);
  level.block_rows = channels.row_stride;
  level.block_columns = channels.column_stride;
  return level;
}

/// How far apart the inks of neighbouring symbols of each axis lie: weights are in C order, in
/// which an axis of a smaller stride comes later.
void set_ink_strides(std::vector<RasterLevel>& axes, const Pattern& pattern) {
  for (std::size_t a = 0; a < axes.size(); ++a) {
    axes[a].ink_stride = 1;
    for (std::size_t b = 0; b < axes.size(); ++b) {
      const bool later = pattern.axes()[b].weight_stride < pattern.axes()[a].weight_stride;
      if (later) axes[a].ink_stride *= axes[b].symbols;
    }
  }
}

}  // namespace

std::vector<RasterLevel> raster_levels(const Pattern& pattern, const WeightInks& inks) {
  std::vector<RasterLevel> levels;
  for (std::size_t a = 0; a < pattern.axes().size(); ++a) {
    levels.push_back(axis_level(pattern.axes()[a], inks.symbols_of(pattern, a)));
  }
  set_ink_strides(levels, pattern);
  levels.insert(pattern.channels().innermost() ? levels.end() : levels.begin(),
                channel_level(pattern.channels(), inks.by));
  return levels;
}

}  // namespace toeplix::detail
