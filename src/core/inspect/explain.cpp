#include <toeplix/error.hpp>
#include <toeplix/explain.hpp>

#include "core/geometry/tap_runs.hpp"
#include "core/inspect/offset_runs.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace toeplix {

namespace {

const Convolution& forward(const Convolution& convolution) {
  return convolution;
}
const Convolution& forward(const TransposedConvolution& convolution) {
  return convolution.adjoint();
}

std::string pair_of(Index row, Index col) {
  return "(" + std::to_string(row) + ", " + std::to_string(col) + ")";
}

Fold fold_of(Index extended, Index extent) {
  if (extended < 0) return Fold::lower;
  return extended < extent ? Fold::straight : Fold::upper;
}

/// Where a window's kernel position lies in the extended image.
Index extended_coordinate(const AxisGeometry& g, Index window_number, Index kernel) {
  const Index window = g.operation == Operation::correlation ? kernel : g.kernel - 1 - kernel;
  return window_number * g.stride - g.lower + window * g.dilation;
}

/// Kernel positions of one axis that bring `window` to `pixel`.
std::vector<Index> kernel_positions(const TapTable& table, Index window, Index pixel) {
  const TapRow row = table.row(window);
  Index low = 0;
  Index high = row.size();
  while (low < high) {
    const Index middle = low + (high - low) / 2;
    (row[middle].input < pixel ? low : high) = row[middle].input < pixel ? middle + 1 : middle;
  }
  if (low == row.size() || row[low].input != pixel) return {};
  const Tap tap = row[low];
  return {tap.kernel.begin(), tap.kernel.end()};
}

/// The index of a weight, by the coordinates of its axes.
Index flat_index(const Extents& shape, const Extents& position) {
  Index index = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    index = index * shape[axis] + position[axis];
  }
  return index;
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

void check_meetings(const Explanation& explanation, Index count) {
  if (count <= most_meetings) return;
  throw CapacityError("at entry " + pair_of(explanation.row, explanation.col) + " more than " +
                      std::to_string(most_meetings) +
                      " kernel positions meet, too many to explain; explain single weights, or "
                      "use a smaller kernel");
}

void find_meetings(Explanation& explanation, const Convolution& conv, const Crossing& crossing) {
  const Index out_per_group = conv.out_channels() / conv.groups();
  const Index in_per_group = conv.in_channels() / conv.groups();
  if (crossing.out_channel / out_per_group != crossing.in_channel / in_per_group) {
    explanation.absence = "the channels belong to different groups";
    return;
  }
  std::vector<Meeting> meetings{{0, {}, {}, {}}};
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    const TapTable& table = conv.tap_tables()[axis];
    const AxisGeometry& g = table.geometry();
    const Index window = crossing.window[axis];
    const std::vector<Index> positions = kernel_positions(table, window, crossing.pixel[axis]);
    if (positions.empty()) {
      explanation.absence = absence_along(axis, window, crossing.pixel[axis]);
      return;
    }
    check_meetings(explanation, static_cast<Index>(meetings.size() * positions.size()));
    std::vector<Meeting> longer;
    for (const Meeting& prefix : meetings) {
      for (const Index kernel : positions) {
        Meeting meeting = prefix;
        meeting.kernel.push_back(kernel);
        meeting.extended.push_back(extended_coordinate(g, window, kernel));
        meeting.folds.push_back(fold_of(meeting.extended.back(), g.input));
        longer.push_back(std::move(meeting));
      }
    }
    meetings = std::move(longer);
  }
  for (Meeting& meeting : meetings) {
    Extents position{crossing.out_channel, crossing.in_channel % in_per_group};
    position.insert(position.end(), meeting.kernel.begin(), meeting.kernel.end());
    meeting.weight = flat_index(conv.weights_shape(), position);
  }
  explanation.meetings = std::move(meetings);
}

template <AnyConvolution Conv>
Explanation explain_any(const Conv& conv, Index row, Index col) {
  if (row < 0 || row >= conv.rows() || col < 0 || col >= conv.cols()) {
    throw GeometryError("entry " + pair_of(row, col) + " is outside the " +
                        std::to_string(conv.rows()) + " x " + std::to_string(conv.cols()) +
                        " matrix");
  }
  constexpr bool transposed = std::same_as<Conv, TransposedConvolution>;
  const Pattern pattern(conv);
  Pattern::Position output = pattern.row_position(row);
  Pattern::Position input = pattern.column_position(col);
  Explanation explanation{to_string(conv.spec()),
                          transposed,
                          conv.weights_shape(),
                          row,
                          col,
                          output.channel,
                          std::move(output.coordinate),
                          input.channel,
                          std::move(input.coordinate),
                          {},
                          {}};
  const Explanation& e = explanation;
  const Crossing straight{e.out_channel, e.output, e.in_channel, e.input};
  const Crossing swapped{e.in_channel, e.input, e.out_channel, e.output};
  find_meetings(explanation, forward(conv), transposed ? swapped : straight);
  return explanation;
}

Extents weight_position(const Extents& shape, Index count, const Extents& given) {
  Extents position = given;
  if (given.size() == 1 && given[0] >= 0 && given[0] < count) {
    position.assign(shape.size(), 0);
    Index rest = given[0];
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
      position[axis] = rest % shape[axis];
    }
  }
  const auto list = [](const Extents& numbers) {
    std::string text;
    for (const Index number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
    return text;
  };
  const bool inside = position.size() == shape.size() &&
                      std::ranges::equal(position, shape, [](Index at, Index extent) {
                        return at >= 0 && at < extent;
                      });
  if (inside) return position;
  throw GeometryError("weight " + list(given) + " does not exist; the weights have shape (" +
                      list(shape) +
                      "), expected a coordinate on each of its axes, or one index "
                      "below " +
                      std::to_string(count));
}

/// One tap of a weight along one axis; row and input as the matrix has them.
struct AxisLanding {
  Index row;
  Index col;
  Fold fold;
};

/// Taps of one kernel position along one axis.
struct AxisLandings {
  Index count = 0;
  std::vector<AxisLanding> first;    // by row and column
  std::vector<detail::TapRun> runs;  // of this kernel position
};

AxisLandings axis_landings(const TapTable& table, Index kernel, std::size_t most) {
  const AxisGeometry& g = table.geometry();
  AxisLandings landings;
  for (const detail::TapRun& run : detail::tap_runs(table)) {
    if (run.kernel != kernel) continue;
    landings.runs.push_back(run);
    landings.count += run.count;
    for (Index i = 0; i < std::min(run.count, static_cast<Index>(most)); ++i) {
      const Index row = run.first_row + i * run.row_step;
      const Index col = run.first_input + i * run.input_step;
      const Index window = table.is_transposed() ? col : row;
      landings.first.push_back(
          {row, col, fold_of(extended_coordinate(g, window, kernel), g.input)});
    }
  }
  std::ranges::sort(landings.first, {},
                    [](const AxisLanding& landing) { return std::pair(landing.row, landing.col); });
  if (landings.first.size() > most) landings.first.resize(most);
  return landings;
}

/// Diagonals that the entries of one weight lie on.
void set_diagonals(WeightLandings& result, const Pattern& pattern,
                   const std::vector<AxisLandings>& axes, Index base, std::size_t most) {
  std::vector<detail::OffsetLevel> levels(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Pattern::Axis& axis = pattern.axes()[i];
    for (const detail::TapRun& run : axes[i].runs) {
      levels[i].runs.push_back(
          {.first_offset = run.first_input * axis.column_stride - run.first_row * axis.row_stride,
           .offset_step = run.input_step * axis.column_stride - run.row_step * axis.row_stride,
           .first_row = 0,
           .row_step = 0,
           .first_weight = 0,
           .weight_step = 0,
           .count = run.count});
    }
  }
  const auto offsets = distinct_offsets(levels, std::size_t{1} << 20);
  if (!offsets) return;
  result.diagonal_count = offsets->count();
  for (const detail::OffsetInterval& interval : offsets->intervals) {
    for (Index m = interval.first; m <= interval.last; ++m) {
      if (result.first_diagonals.size() == most) return;
      result.first_diagonals.push_back(base + offsets->base + m * offsets->step);
    }
  }
}

/// Lists the first entries by row and column: products of the axes' landings, the slowest first.
class LandingList {
 public:
  LandingList(const Pattern& pattern, const std::vector<AxisLandings>& axes, std::size_t most)
      : pattern_(pattern), axes_(axes), most_(most), chosen_(axes.size()) {}

  std::vector<Landing> list(Index row, Index col, TensorOrder order) {
    visit_rows(0, row, col);
    if (found_.size() > most_) found_.resize(most_);
    for (Landing& landing : found_) {
      landing.output = pattern_.row_position(landing.row).coordinate;
      landing.input = pattern_.column_position(landing.col).coordinate;
      if (order == TensorOrder::column_major) std::ranges::reverse(landing.folds);
    }
    return std::move(found_);
  }

 private:
  using Group = std::span<const AxisLanding>;

  /// Chooses a row coordinate on every axis from this one on.
  void visit_rows(std::size_t axis, Index row, Index col) {
    if (axis == axes_.size()) return visit_columns(0, row, col);
    Group rest = axes_[axis].first;
    while (!rest.empty() && found_.size() < most_) {
      const auto same_row = [&](const AxisLanding& landing) {
        return landing.row == rest.front().row;
      };
      const auto end = std::ranges::find_if_not(rest, same_row);
      chosen_[axis] = rest.first(static_cast<std::size_t>(end - rest.begin()));
      rest = rest.subspan(chosen_[axis].size());
      visit_rows(axis + 1, row + chosen_[axis].front().row * pattern_.axes()[axis].row_stride, col);
    }
  }

  /// All columns of the chosen row.
  void visit_columns(std::size_t axis, Index row, Index col) {
    if (axis == axes_.size()) {
      found_.push_back({row, col, {}, {}, folds_});
      return;
    }
    for (const AxisLanding& landing : chosen_[axis]) {
      folds_.push_back(landing.fold);
      visit_columns(axis + 1, row, col + landing.col * pattern_.axes()[axis].column_stride);
      folds_.pop_back();
    }
  }

  const Pattern& pattern_;
  const std::vector<AxisLandings>& axes_;
  std::size_t most_;
  std::vector<Group> chosen_;  // per axis: the landings of one row coordinate
  std::vector<Fold> folds_;
  std::vector<Landing> found_;
};

template <AnyConvolution Conv>
WeightLandings explain_weight_any(const Conv& convolution, const Extents& given, std::size_t most) {
  const Convolution& conv = forward(convolution);
  const Extents position = weight_position(conv.weights_shape(), conv.weight_count(), given);
  const Pattern pattern(convolution);
  const Index group = position[0] / (conv.out_channels() / conv.groups());
  const Index other = group * (conv.in_channels() / conv.groups()) + position[1];
  constexpr bool transposed = std::same_as<Conv, TransposedConvolution>;
  WeightLandings result{to_string(convolution.spec()),
                        flat_index(conv.weights_shape(), position),
                        position,
                        transposed ? other : position[0],
                        transposed ? position[0] : other,
                        1,
                        {},
                        std::nullopt,
                        {}};
  const TensorOrder order = conv.spec().order;
  std::vector<AxisLandings> axes;
  for (std::size_t i = 0; i < conv.axes(); ++i) {
    const std::size_t axis = order == TensorOrder::column_major ? conv.axes() - 1 - i : i;
    axes.push_back(axis_landings(pattern.axes()[i].table, position[2 + axis], most));
    result.count *= axes.back().count;
  }
  const Index row = result.out_channel * pattern.channels().row_stride;
  const Index col = result.in_channel * pattern.channels().column_stride;
  set_diagonals(result, pattern, axes, col - row, most);
  if (result.count == 0 || most == 0) return result;
  result.first = LandingList(pattern, axes, most).list(row, col, order);
  return result;
}

}  // namespace

std::string_view to_string(Fold fold) {
  switch (fold) {
    case Fold::straight:
      return "straight";
    case Fold::lower:
      return "lower";
    case Fold::upper:
      return "upper";
  }
  return "unknown";
}

Explanation explain(const Convolution& convolution, Index row, Index col) {
  return explain_any(convolution, row, col);
}

Explanation explain(const TransposedConvolution& convolution, Index row, Index col) {
  return explain_any(convolution, row, col);
}

WeightLandings explain_weight(const Convolution& convolution, const Extents& position,
                              std::size_t most) {
  return explain_weight_any(convolution, position, most);
}

WeightLandings explain_weight(const TransposedConvolution& convolution, const Extents& position,
                              std::size_t most) {
  return explain_weight_any(convolution, position, most);
}

}  // namespace toeplix
