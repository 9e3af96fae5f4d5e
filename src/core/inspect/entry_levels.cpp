#include "core/inspect/entry_levels.hpp"

#include <toeplix/error.hpp>
#include <toeplix/tap_runs.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/straight_run.hpp"
#include "core/inspect/packed_tensor.hpp"
#include "core/inspect/pattern_tensors.hpp"
#include "core/inspect/row_boxes.hpp"

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

void check_runs(const Pattern& pattern, const PackedTensor& input) {
  const Pattern::Channels& channels = pattern.channels();
  std::optional<Index> runs = checked_product(
      channels.rows(), std::min(channels.columns_per_group, input.channels_per_image()));
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

/// From a coordinate of an axis to the next in the vectors of rows and of columns.
struct Strides {
  Index row;
  Index column;
};

/// Appends taps of an axis; `run` has the output as its row, and its member `kernel` is not read.
void append(EntryLevel& level, const Pattern::Axis& axis, const Strides& strides, TapRun run,
            std::span<const Index> kernel) {
  if (axis.table.is_transposed()) {
    std::swap(run.first_row, run.first_input);
    std::swap(run.row_step, run.input_step);
  }
  append(level,
         {.first_offset = run.first_input * strides.column - run.first_row * strides.row,
          .offset_step = run.input_step * strides.column - run.row_step * strides.row,
          .first_row = run.first_row * strides.row,
          .row_step = run.row_step * strides.row,
          .first = run.first_row,
          .count = run.count,
          .first_weight = 0,
          .weight_count = 0,
          .weight_step = 0},
         kernel, axis.weight_stride);
}

/// Outputs whose windows leave the image: each of their taps by itself.
void append_folding(EntryLevel& level, const Pattern::Axis& axis, const Strides& strides,
                    const TapTable& forward, LevelRows outputs) {
  for (Index output = outputs.begin; output < outputs.end; ++output) {
    const TapRow row = forward.row(output);
    for (Index i = 0; i < row.size(); ++i) {
      append(level, axis, strides, {output, 0, row[i].input, 0, 1, 0}, row[i].kernel);
    }
  }
}

void append_axis(EntryLevel& level, const Pattern::Axis& axis, const Strides& strides) {
  const AxisGeometry& g = axis.table.geometry();
  const TapTable forward(g);
  if (g.boundary == Boundary::zero) {
    for (const TapRun& run : tap_runs(forward)) append(level, axis, strides, run, {&run.kernel, 1});
    return;
  }
  const auto [begin, end] = outputs_within(g);
  append_folding(level, axis, strides, forward, {0, begin});
  for (Index window = 0; begin < end && window < g.kernel; ++window) {
    const auto run = straight_run(g, window, {begin, end});
    if (run) append(level, axis, strides, *run, {&run->kernel, 1});
  }
  append_folding(level, axis, strides, forward, {end, g.output});
}

/// Channels [begin, end) as runs whose places are evenly spaced: calls `visit(first, step, count)`
/// with channels of each.
template <class Visit>
void for_each_even_run(const PackedTensor& tensor, Index begin, Index end, const Visit& visit) {
  if (tensor.order() == TensorOrder::channels_last) {
    for (Index first = begin; first < end;) {
      const Index next = std::min(end, (first / tensor.images() + 1) * tensor.images());
      visit(first, 1, next - first);
      first = next;
    }
    return;
  }
  const Index step = tensor.channels_per_image();
  for (Index first = begin; first < std::min(end, begin + step); ++first) {
    visit(first, step, ceil_div(end - first, step));
  }
}

/// Whether each pair of a row channel and a column channel is to be a run by itself, so that those
/// of an offset are found at once. Where channels share images there are about as many runs anyhow.
bool pairs_channels(const Pattern::Channels& c, const PixelShuffle& packing) {
  constexpr Index most_pairs = Index{1} << 20;
  return !packing.is_plain() && c.rows() <= most_pairs / c.columns_per_group;
}

void append_channels(EntryLevel& level, const Pattern::Channels& c, const PixelShuffle& packing) {
  const bool pairs = pairs_channels(c, packing);
  for (Index channel = 0; channel < c.rows(); ++channel) {
    const Index row = packing.output.channel_place(channel);
    const Index group = channel / c.rows_per_group * c.columns_per_group;
    const auto append_run = [&](Index first, Index step, Index count) {
      const Index weight = c.first_weight(channel) + (first - group) * c.weight_column_stride;
      append(level,
             {.first_offset = packing.input.channel_place(first) - row,
              .offset_step = packing.input.image_stride(),
              .first_row = row,
              .row_step = 0,
              .first = channel,
              .count = count,
              .first_weight = 0,
              .weight_count = 0,
              .weight_step = step * c.weight_column_stride},
             {&weight, 1}, 1);
    };
    if (pairs) {
      for (Index i = 0; i < c.columns_per_group; ++i) append_run(group + i, 1, 1);
    } else {
      for_each_even_run(packing.input, group, group + c.columns_per_group, append_run);
    }
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
EntryLevels without_constants(EntryLevels levels) {
  EntryLevels kept;
  std::vector<std::optional<std::size_t>> numbers(levels.list.size());
  Index offset = 0;
  Index weight = 0;
  for (std::size_t i = 0; i < levels.list.size(); ++i) {
    const bool needed = kept.list.empty() && i + 1 == levels.list.size();
    if (!needed && is_constant(levels.list[i])) {
      offset += levels.list[i].runs.front().first_offset;
      weight += levels.list[i].weights.front();
      continue;
    }
    numbers[i] = kept.list.size();
    kept.list.push_back(std::move(levels.list[i]));
  }
  for (EntryRun& run : kept.list.back().runs) run.first_offset += offset;
  for (Index& each : kept.list.back().weights) each += weight;
  for (const RowDigit& digit : levels.digits) {
    const auto number = numbers[digit.level];
    if (number) kept.digits.push_back({digit.stride, digit.extent, *number, digit.unit});
  }
  return kept;
}

}  // namespace

EntryLevels entry_levels(const Pattern& pattern, const PixelShuffle& packing) {
  check_runs(pattern, packing.input);
  const std::size_t count = pattern.axes().size();
  const std::vector<std::size_t> axes = axes_in_memory(pattern.order(), count);
  std::vector<EntryLevel> levels;
  for (std::size_t i = 0; i < count; ++i) {
    EntryLevel& level = levels.emplace_back();
    const TapTable& table = pattern.axes()[i].table;
    level.row_stride = packing.output.pixel_stride(axes[i]);
    level.extent = table.rows();
    append_axis(level, pattern.axes()[i],
                {packing.output.pixel_stride(axes[i]), packing.input.pixel_stride(axes[i])});
  }
  const Pattern::Channels& channels = pattern.channels();
  // Packed axes have few offsets; those of the channels are looked up last.
  const bool last = channels.innermost() || !packing.is_plain();
  EntryLevel& level = *levels.emplace(last ? levels.end() : levels.begin());
  level.extent = channels.rows();
  append_channels(level, channels, packing);
  for (EntryLevel& each : levels) put_in_order(each);
  return without_constants({std::move(levels), row_digits(packing.output, last ? count : 0)});
}

EntryLevels entry_levels(const Pattern& pattern) {
  return entry_levels(pattern, plain_tensors(pattern));
}

}  // namespace toeplix::detail
