#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/explain.hpp>
#include <toeplix/pattern.hpp>

#include "core/geometry/weight_layout.hpp"
#include "core/inspect/levels.hpp"
#include "core/inspect/window_position.hpp"

#include <utility>

namespace toeplix {

namespace {

using detail::extended_coordinate;
using detail::fold_of;

std::string pair_of(Index row, Index col) {
  return "(" + std::to_string(row) + ", " + std::to_string(col) + ")";
}

/// Kernel positions of one axis that bring `window` to `pixel`.
std::vector<Index> kernel_positions(const TapTable& table, Index window, Index pixel) {
  const TapRow row = table.row(window);
  Index low = 0;
  Index high = row.size();
  while (low < high) {
    const Index middle = low + (high - low) / 2;
    if (row[middle].input < pixel) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == row.size() || row[low].input != pixel) return {};
  const Tap tap = row[low];
  return {tap.kernel.begin(), tap.kernel.end()};
}

/// The convolution's side of an entry: a window of an output channel, a pixel of an input channel.
struct Crossing {
  Index out_channel;
  const Extents& window;
  Index in_channel;
  const Extents& pixel;
};

std::string absence_along(std::size_t axis, Index window, Index pixel) {
  return "along axis " + std::to_string(axis) + " no kernel position of the window " +
         std::to_string(window) + " comes to pixel " + std::to_string(pixel);
}

/// More than anyone reads, and few enough to hold.
constexpr Index most_meetings = 10000;

void check_meetings(const EntryExplanation& explanation, Index count) {
  if (count <= most_meetings) return;
  throw CapacityError(
      "at entry " + pair_of(explanation.row, explanation.col) + " more than " +
          std::to_string(most_meetings) + " kernel positions meet, too many to explain",
      CapacityCause::limit, {}, {}, "explain single weights, or use a smaller kernel");
}

/// Every meeting so far with every kernel position that brings the window to the pixel along one
/// more axis.
std::vector<KernelMeeting> extended_by(const std::vector<KernelMeeting>& meetings,
                                       const std::vector<Index>& positions,
                                       const AxisGeometry& geometry, Index window) {
  std::vector<KernelMeeting> longer;
  for (const KernelMeeting& prefix : meetings) {
    for (const Index kernel : positions) {
      KernelMeeting meeting = prefix;
      meeting.kernel.push_back(kernel);
      meeting.extended.push_back(extended_coordinate(geometry, window, kernel));
      meeting.folds.push_back(fold_of(meeting.extended.back(), geometry));
      longer.push_back(std::move(meeting));
    }
  }
  return longer;
}

void find_meetings(EntryExplanation& explanation, const Convolution& conv,
                   const Crossing& crossing) {
  const Index out_per_group = conv.out_channels() / conv.groups();
  const Index in_per_group = conv.in_channels() / conv.groups();
  if (crossing.out_channel / out_per_group != crossing.in_channel / in_per_group) {
    explanation.absence = "the channels belong to different groups";
    return;
  }
  std::vector<KernelMeeting> meetings{{0, {}, {}, {}}};
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    const TapTable& table = conv.tap_tables()[axis];
    const Index window = crossing.window[axis];
    const std::vector<Index> positions = kernel_positions(table, window, crossing.pixel[axis]);
    if (positions.empty()) {
      explanation.absence = absence_along(axis, window, crossing.pixel[axis]);
      return;
    }
    check_meetings(explanation, static_cast<Index>(meetings.size() * positions.size()));
    meetings = extended_by(meetings, positions, table.geometry(), window);
  }
  const detail::WeightLayout layout(conv);
  for (KernelMeeting& meeting : meetings) {
    meeting.weight =
        layout.index_of({crossing.out_channel, crossing.in_channel % in_per_group, meeting.kernel});
  }
  explanation.meetings = std::move(meetings);
}

template <AnyConvolution Conv>
EntryExplanation explain_any(const Conv& conv, Index row, Index col) {
  if (row < 0 || row >= conv.rows() || col < 0 || col >= conv.cols()) {
    throw GeometryError("entry " + pair_of(row, col) + " is outside the " +
                        std::to_string(conv.rows()) + " x " + std::to_string(conv.cols()) +
                        " matrix");
  }
  constexpr bool transposed = std::same_as<Conv, TransposedConvolution>;
  const Pattern pattern(conv);
  Pattern::Position output = pattern.row_position(row);
  Pattern::Position input = pattern.column_position(col);
  EntryExplanation explanation{to_string(conv.spec()),
                               transposed,
                               conv.weights_shape(),
                               row,
                               col,
                               output.channel,
                               std::move(output.coordinate),
                               input.channel,
                               std::move(input.coordinate),
                               {},
                               {},
                               {},
                               detail::padding_value_of(conv.spec())};
  const EntryExplanation& e = explanation;
  const Crossing straight{e.out_channel, e.output, e.in_channel, e.input};
  const Crossing swapped{e.in_channel, e.input, e.out_channel, e.output};
  const Convolution& sliding = detail::sliding_convolution(conv);
  for (const TapTable& table : sliding.tap_tables()) {
    explanation.input_dilation.push_back(table.geometry().input_dilation);
  }
  find_meetings(explanation, sliding, transposed ? swapped : straight);
  return explanation;
}

}  // namespace

std::string_view to_string(AxisFold fold) {
  switch (fold) {
    case AxisFold::straight:
      return "straight";
    case AxisFold::lower:
      return "lower";
    case AxisFold::upper:
      return "upper";
  }
  return "unknown";
}

EntryExplanation explain(const Convolution& convolution, Index row, Index col) {
  return explain_any(convolution, row, col);
}

EntryExplanation explain(const TransposedConvolution& convolution, Index row, Index col) {
  return explain_any(convolution, row, col);
}

}  // namespace toeplix
