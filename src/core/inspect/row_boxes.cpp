#include "core/inspect/row_boxes.hpp"

#include "core/base/integer_math.hpp"
#include "core/inspect/packed_tensor.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace toeplix::detail {

namespace {

/// The box whose rows have one of the values [begin, end) of a digit; nothing if it has none. The
/// slower digits of the level have one value each.
std::optional<RowBox> narrowed(RowBox box, const RowDigit& digit, Index begin, Index end) {
  LevelRows& rows = box[digit.level];
  const Index last = std::min(end, digit.extent);
  rows = {rows.begin + std::min(begin, digit.extent) * digit.unit,
          std::min(rows.end, rows.begin + last * digit.unit)};
  if (rows.begin >= rows.end) return std::nullopt;
  return box;
}

/// Appends the boxes of rows [begin, end), counted from the first that has the values of the
/// slower digits that `box` has.
void append_boxes(const std::vector<RowDigit>& digits, std::size_t at, const RowBox& box,
                  Index begin, Index end, std::vector<RowBox>& boxes) {
  if (begin >= end) return;
  if (at == digits.size()) {
    // Slots after the first are gaps.
    if (begin == 0) boxes.push_back(box);
    return;
  }
  const RowDigit& digit = digits[at];
  const auto partial = [&](Index value, Index from, Index to) {
    const auto within = narrowed(box, digit, value, value + 1);
    if (within) append_boxes(digits, at + 1, *within, from, to, boxes);
  };
  const Index first = begin / digit.stride;
  const Index last = end / digit.stride;
  if (first == last) return partial(first, begin % digit.stride, end % digit.stride);
  const Index first_whole = ceil_div(begin, digit.stride);
  if (first < first_whole) partial(first, begin % digit.stride, digit.stride);
  if (first_whole < last) {
    const auto whole = narrowed(box, digit, first_whole, last);
    if (whole) boxes.push_back(*whole);
  }
  if (end % digit.stride > 0) partial(last, 0, end % digit.stride);
}

/// Makes runs that continue one another one. What the channels contribute repeats from row to row.
void merge(std::vector<OffsetRun>& runs) {
  for (OffsetRun& run : runs) {
    if (run.offset_step >= 0) continue;
    run.first_offset += (run.count - 1) * run.offset_step;
    run.offset_step = -run.offset_step;
  }
  const auto progression = [](const OffsetRun& run) {
    const Index residue = run.offset_step == 0 ? 0 : floor_mod(run.first_offset, run.offset_step);
    return std::pair(run.offset_step, residue);
  };
  std::ranges::sort(runs, {}, [&](const OffsetRun& run) {
    return std::pair(progression(run), run.first_offset);
  });
  std::size_t kept = 0;
  for (const OffsetRun& next : runs) {
    OffsetRun* const before = kept > 0 ? &runs[kept - 1] : nullptr;
    const bool continues =
        before != nullptr && progression(*before) == progression(next) &&
        next.first_offset <= before->first_offset + before->count * before->offset_step;
    if (!continues) {
      runs[kept++] = next;
    } else if (next.offset_step > 0) {
      const Index ahead = (next.first_offset - before->first_offset) / next.offset_step;
      before->count = std::max(before->count, ahead + next.count);
    }
  }
  runs.resize(kept);
}

}  // namespace

std::vector<RowDigit> row_digits(const PackedTensor& tensor, std::size_t channels) {
  const std::size_t count = tensor.extents().size();
  const bool innermost = tensor.order() == TensorOrder::channels_last;
  // The channels of an image, or of a point, follow one another.
  Index unit = innermost ? tensor.images() : 1;
  std::vector<RowDigit> fastest_first;
  if (innermost) fastest_first.push_back({tensor.image_stride(), tensor.images(), channels, 1});
  const std::vector<std::size_t> axes = axes_in_memory(tensor.order(), count);
  for (std::size_t i = count; i-- > 0;) {
    const Index gap = tensor.grid().gap[axes[i]];
    if (gap > 1) fastest_first.push_back({tensor.point_stride(axes[i]), gap, channels, unit});
    unit *= gap;
    fastest_first.push_back(
        {tensor.pixel_stride(axes[i]), tensor.extents()[axes[i]], i + (channels == 0 ? 1 : 0), 1});
  }
  if (!innermost) fastest_first.push_back({tensor.image_stride(), tensor.images(), channels, unit});
  return {fastest_first.rbegin(), fastest_first.rend()};
}

RowBox all_rows(const EntryLevels& levels) {
  RowBox box;
  for (const EntryLevel& level : levels.list) box.push_back({0, level.extent});
  return box;
}

std::vector<RowBox> row_boxes(const EntryLevels& levels, Index begin, Index end) {
  std::vector<RowBox> boxes;
  append_boxes(levels.digits, 0, all_rows(levels), begin, end, boxes);
  return boxes;
}

LevelRows terms_in_rows(const EntryRun& run, Index row_stride, LevelRows rows) {
  if (run.row_step == 0) {
    return {0, run.first >= rows.begin && run.first < rows.end ? run.count : 0};
  }
  const Index step = run.row_step / row_stride;
  const Index begin = std::max<Index>(0, ceil_div(rows.begin - run.first, step));
  return {begin,
          std::clamp(ceil_div(rows.end - run.first, step), begin, std::max(begin, run.count))};
}

std::vector<OffsetLevel> offset_levels(const EntryLevels& levels, const RowBox& box) {
  std::vector<OffsetLevel> result(levels.list.size());
  for (std::size_t i = 0; i < levels.list.size(); ++i) {
    std::vector<OffsetRun>& runs = result[i].runs;
    const EntryLevel& level = levels.list[i];
    for (const EntryRun& run : level.runs) {
      const auto [begin, end] = terms_in_rows(run, level.row_stride, box[i]);
      if (begin >= end) continue;
      const Index first = run.first_offset + begin * run.offset_step;
      const Index count = end - begin;
      if (count == 1 || run.offset_step == 0) {
        runs.push_back({first, 0, 1});
      } else {
        runs.push_back({first, run.offset_step, count});
      }
    }
    merge(runs);
  }
  return result;
}

}  // namespace toeplix::detail
