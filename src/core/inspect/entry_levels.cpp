#include "core/inspect/entry_levels.hpp"

#include <toeplix/error.hpp>
#include <toeplix/tap_runs.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/straight_run.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace toeplix::detail {

namespace {

constexpr Index most_runs = Index{1} << 22;

/// Outputs [begin, end) whose windows lie within the image.
LevelRows outputs_within(const AxisGeometry& g) {
  const Index begin = std::clamp<Index>(ceil_div(g.lower, g.stride), 0, g.output);
  const Index end = floor_div(g.spread_input() - g.span() + g.lower, g.stride) + 1;
  return {begin, std::clamp<Index>(end, begin, g.output)};
}

/// What `append_axis` appends, or nothing if it exceeds 64 bits.
std::optional<Index> runs_of(const Pattern::Axis& axis) {
  const AxisGeometry& g = axis.table.geometry();
  if (g.boundary == Boundary::zero) return g.kernel;
  const LevelRows within = outputs_within(g);
  return checked_product(g.output - (within.end - within.begin) + 1, g.kernel);
}

void check_runs(const Pattern& pattern) {
  std::optional<Index> runs = pattern.channels().rows();
  for (const Pattern::Axis& axis : pattern.axes()) runs = checked_sum(runs, runs_of(axis));
  if (runs && *runs <= most_runs) return;
  throw CapacityError("the diagonals of the " + std::to_string(pattern.rows()) + " x " +
                      std::to_string(pattern.cols()) +
                      " matrix have more than 2^22 row channels, kernel positions and folded taps");
}

void append(EntryLevel& level, EntryRun run, std::span<const Index> weights, Index weight_stride) {
  if (run.count == 1) run.offset_step = run.row_step = run.weight_step = 0;
  run.first_weight = level.weights.size();
  run.weight_count = weights.size();
  for (const Index weight : weights) level.weights.push_back(weight * weight_stride);
  level.runs.push_back(run);
}

/// Appends taps of an axis; `run` has the output as its row, and its member `kernel` is not read.
void append(EntryLevel& level, const Pattern::Axis& axis, TapRun run,
            std::span<const Index> kernel) {
  if (axis.table.is_transposed()) {
    std::swap(run.first_row, run.first_input);
    std::swap(run.row_step, run.input_step);
  }
  append(level,
         {.first_offset = run.first_input * axis.column_stride - run.first_row * axis.row_stride,
          .offset_step = run.input_step * axis.column_stride - run.row_step * axis.row_stride,
          .first_row = run.first_row * axis.row_stride,
          .row_step = run.row_step * axis.row_stride,
          .count = run.count,
          .first_weight = 0,
          .weight_count = 0,
          .weight_step = 0},
         kernel, axis.weight_stride);
}

/// Outputs whose windows leave the image: each of their taps by itself.
void append_folding(EntryLevel& level, const Pattern::Axis& axis, const TapTable& forward,
                    LevelRows outputs) {
  for (Index output = outputs.begin; output < outputs.end; ++output) {
    const TapRow row = forward.row(output);
    for (Index i = 0; i < row.size(); ++i) {
      append(level, axis, {output, 0, row[i].input, 0, 1, 0}, row[i].kernel);
    }
  }
}

void append_axis(EntryLevel& level, const Pattern::Axis& axis) {
  const AxisGeometry& g = axis.table.geometry();
  const TapTable forward(g);
  if (g.boundary == Boundary::zero) {
    for (const TapRun& run : tap_runs(forward)) append(level, axis, run, {&run.kernel, 1});
    return;
  }
  const auto [begin, end] = outputs_within(g);
  append_folding(level, axis, forward, {0, begin});
  for (Index window = 0; begin < end && window < g.kernel; ++window) {
    const auto run = straight_run(g, window, {begin, end});
    if (run) append(level, axis, *run, {&run->kernel, 1});
  }
  append_folding(level, axis, forward, {end, g.output});
}

void append_channels(EntryLevel& level, const Pattern::Channels& c) {
  for (Index channel = 0; channel < c.rows(); ++channel) {
    const Index weight = c.first_weight(channel);
    append(level,
           {.first_offset = c.first_column(channel) - channel * c.row_stride,
            .offset_step = c.column_stride,
            .first_row = channel * c.row_stride,
            .row_step = 0,
            .count = c.columns_per_group,
            .first_weight = 0,
            .weight_count = 0,
            .weight_step = c.weight_column_stride},
           {&weight, 1}, 1);
  }
}

void put_in_order(EntryLevel& level) {
  const auto steps = std::partition(level.runs.begin(), level.runs.end(),
                                    [](const EntryRun& run) { return run.offset_step == 0; });
  std::sort(level.runs.begin(), steps, [](const EntryRun& a, const EntryRun& b) {
    return std::pair(a.first_offset, a.first_row) < std::pair(b.first_offset, b.first_row);
  });
  level.even = static_cast<std::size_t>(steps - level.runs.begin());
}

/// Whether a level adds the same to every entry.
bool is_constant(const EntryLevel& level) {
  return level.extent == 1 && level.runs.size() == 1 && level.runs.front().count == 1 &&
         level.weights.size() == 1;
}

/// Removes the levels that add the same to every entry, and adds it in the last that stays.
std::vector<EntryLevel> without_constants(std::vector<EntryLevel> levels) {
  std::vector<EntryLevel> kept;
  Index offset = 0;
  Index weight = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const bool needed = kept.empty() && i + 1 == levels.size();
    if (needed || !is_constant(levels[i])) {
      kept.push_back(std::move(levels[i]));
    } else {
      offset += levels[i].runs.front().first_offset;
      weight += levels[i].weights.front();
    }
  }
  for (EntryRun& run : kept.back().runs) run.first_offset += offset;
  for (Index& each : kept.back().weights) each += weight;
  return kept;
}

/// Appends the boxes of rows [begin, end), counted within one row of the level before. `box` has
/// one row of each slower level.
void append_boxes(const std::vector<EntryLevel>& levels, RowBox box, Index begin, Index end,
                  std::vector<RowBox>& boxes) {
  if (begin >= end) return;
  const std::size_t at = box.size();
  const Index stride = levels[at].row_stride;
  const auto partial = [&](Index row, Index from, Index to) {
    RowBox within = box;
    within.push_back({row, row + 1});
    append_boxes(levels, within, from, to, boxes);
  };
  const Index first = begin / stride;
  const Index last = end / stride;
  if (first == last) return partial(first, begin % stride, end % stride);
  const Index first_whole = ceil_div(begin, stride);
  if (first < first_whole) partial(first, begin % stride, stride);
  if (first_whole < last) {
    box.push_back({first_whole, last});
    while (box.size() < levels.size()) box.push_back({0, levels[box.size()].extent});
    boxes.push_back(box);
    box.resize(at);
  }
  if (end % stride > 0) partial(last, 0, end % stride);
}

}  // namespace

std::vector<EntryLevel> entry_levels(const Pattern& pattern) {
  check_runs(pattern);
  std::vector<EntryLevel> levels;
  for (const Pattern::Axis& axis : pattern.axes()) {
    EntryLevel& level = levels.emplace_back();
    level.row_stride = axis.row_stride;
    level.extent = axis.table.rows();
    append_axis(level, axis);
  }
  const Pattern::Channels& channels = pattern.channels();
  const auto place = channels.innermost() ? levels.end() : levels.begin();
  EntryLevel& level = *levels.emplace(place);
  level.row_stride = channels.row_stride;
  level.extent = channels.rows();
  append_channels(level, channels);
  for (EntryLevel& each : levels) put_in_order(each);
  return without_constants(std::move(levels));
}

RowBox all_rows(const std::vector<EntryLevel>& levels) {
  RowBox box;
  for (const EntryLevel& level : levels) box.push_back({0, level.extent});
  return box;
}

std::vector<RowBox> row_boxes(const std::vector<EntryLevel>& levels, Index begin, Index end) {
  std::vector<RowBox> boxes;
  append_boxes(levels, {}, begin, end, boxes);
  return boxes;
}

LevelRows terms_in_rows(const EntryRun& run, Index row_stride, LevelRows rows) {
  const Index first = run.first_row / row_stride;
  if (run.row_step == 0) return {0, first >= rows.begin && first < rows.end ? run.count : 0};
  const Index step = run.row_step / row_stride;
  const Index begin = std::max<Index>(0, ceil_div(rows.begin - first, step));
  return {begin, std::clamp(ceil_div(rows.end - first, step), begin, std::max(begin, run.count))};
}

std::vector<OffsetLevel> offset_levels(const std::vector<EntryLevel>& levels, const RowBox& box) {
  std::vector<OffsetLevel> result(levels.size());
  for (std::size_t i = 0; i < levels.size(); ++i) {
    std::vector<OffsetRun>& runs = result[i].runs;
    for (const EntryRun& run : levels[i].runs) {
      const auto [begin, end] = terms_in_rows(run, levels[i].row_stride, box[i]);
      if (begin >= end) continue;
      const Index first = run.first_offset + begin * run.offset_step;
      const bool known = run.offset_step == 0 && !runs.empty() && runs.back().first_offset == first;
      if (!known) runs.push_back({first, run.offset_step, run.offset_step == 0 ? 1 : end - begin});
    }
  }
  return result;
}

}  // namespace toeplix::detail
