#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/explain.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/tap_runs.hpp>

#include "core/geometry/text.hpp"
#include "core/geometry/weight_layout.hpp"
#include "core/inspect/levels.hpp"
#include "core/inspect/offset_runs.hpp"
#include "core/inspect/window_position.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace toeplix {

namespace {

using detail::extended_coordinate;
using detail::fold_of;
using detail::join;

constexpr std::size_t most_landings = std::size_t{1} << 20;

void check_position(const Extents& shape, const Extents& position) {
  const bool inside = std::ranges::equal(
      position, shape, [](Index at, Index extent) { return at >= 0 && at < extent; });
  if (inside) return;
  throw GeometryError("weight " + join(position, ",") +
                      " does not exist; the weights have shape (" + join(shape, ",") +
                      "), expected a coordinate on each of its axes");
}

void check_index(Index count, Index weight) {
  if (weight >= 0 && weight < count) return;
  throw GeometryError("weight " + std::to_string(weight) + " does not exist; there are " +
                      std::to_string(count) + ", from 0");
}

/// One tap of a weight along one axis; row and input as the matrix has them.
struct AxisLanding {
  Index row;
  Index col;
  AxisFold fold;
};

/// Taps of one kernel position along one axis.
struct AxisLandings {
  Index count = 0;
  std::vector<AxisLanding> first;  // by row and column
  std::vector<TapRun> runs;        // of this kernel position
};

AxisLandings axis_landings(const TapTable& table, Index kernel, std::size_t most) {
  const AxisGeometry& geometry = table.geometry();
  AxisLandings landings;
  for (const TapRun& run : tap_runs(table)) {
    if (run.kernel != kernel) continue;
    landings.runs.push_back(run);
    landings.count += run.count;
    for (Index i = 0; i < std::min(run.count, static_cast<Index>(most)); ++i) {
      const Index row = run.first_row + i * run.row_step;
      const Index col = run.first_input + i * run.input_step;
      const Index window = table.is_transposed() ? col : row;
      landings.first.push_back(
          {row, col, fold_of(extended_coordinate(geometry, window, kernel), geometry)});
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
    for (const TapRun& run : axes[i].runs) {
      levels[i].runs.push_back(
          {.first_offset = run.first_input * axis.column_stride - run.first_row * axis.row_stride,
           .offset_step = run.input_step * axis.column_stride - run.row_step * axis.row_stride,
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

  std::vector<WeightLanding> list(Index row, Index col, TensorOrder order) {
    visit_rows(0, row, col);
    for (WeightLanding& landing : found_) {
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
      if (found_.size() == most_) return;
      folds_.push_back(landing.fold);
      visit_columns(axis + 1, row, col + landing.col * pattern_.axes()[axis].column_stride);
      folds_.pop_back();
    }
  }

  const Pattern& pattern_;
  const std::vector<AxisLandings>& axes_;
  std::size_t most_;
  std::vector<Group> chosen_;  // per axis: the landings of one row coordinate
  std::vector<AxisFold> folds_;
  std::vector<WeightLanding> found_;
};

/// Refuses a list that would take much memory.
void check_landings(Index count, std::size_t most) {
  if (std::min(static_cast<std::size_t>(count), most) <= most_landings) return;
  throw CapacityError(
      "of " + std::to_string(count) + " entries of a weight more than 2^20 cannot be listed",
      CapacityCause::limit, count, {}, "ask for fewer");
}

/// Precondition: there is such a weight.
template <AnyConvolution Conv>
WeightLandings landings_of(const Conv& convolution, const Extents& position, std::size_t most) {
  const Convolution& conv = detail::sliding_convolution(convolution);
  const Pattern pattern(convolution);
  const Index weight = detail::weight_index(conv.weights_shape(), position);
  const detail::WeightPlace place = detail::WeightLayout(conv).place_of(weight);
  const Index group = place.out / (conv.out_channels() / conv.groups());
  const Index other = group * (conv.in_channels() / conv.groups()) + place.in;
  constexpr bool transposed = std::same_as<Conv, TransposedConvolution>;
  WeightLandings result{.spec = to_string(convolution.spec()),
                        .weight = weight,
                        .position = position,
                        .out_channel = transposed ? other : place.out,
                        .in_channel = transposed ? place.out : other,
                        .count = 1,
                        .padding_value = detail::padding_value_of(convolution.spec())};
  const TensorOrder order = conv.spec().order;
  std::vector<AxisLandings> axes;
  for (const std::size_t axis : detail::axes_by_memory(conv.axes(), order)) {
    const TapTable& table = pattern.axes()[axes.size()].table;
    // A longer list is refused.
    axes.push_back(axis_landings(table, place.kernel[axis], std::min(most, most_landings + 1)));
    result.count *= axes.back().count;
  }
  check_landings(result.count, most);
  const Index row = result.out_channel * pattern.channels().row_stride;
  const Index col = result.in_channel * pattern.channels().column_stride;
  set_diagonals(result, pattern, axes, col - row, most);
  if (result.count == 0 || most == 0) return result;
  result.first = LandingList(pattern, axes, most).list(row, col, order);
  return result;
}

template <AnyConvolution Conv>
WeightLandings landings_at(const Conv& convolution, const Extents& position, std::size_t most) {
  check_position(convolution.weights_shape(), position);
  return landings_of(convolution, position, most);
}

template <AnyConvolution Conv>
WeightLandings landings_of_index(const Conv& convolution, Index weight, std::size_t most) {
  check_index(convolution.weight_count(), weight);
  return landings_of(convolution, detail::weight_position(convolution.weights_shape(), weight),
                     most);
}

}  // namespace

WeightLandings explain_weight(const Convolution& convolution, const Extents& position,
                              std::size_t most) {
  return landings_at(convolution, position, most);
}

WeightLandings explain_weight(const TransposedConvolution& convolution, const Extents& position,
                              std::size_t most) {
  return landings_at(convolution, position, most);
}

WeightLandings explain_weight_index(const Convolution& convolution, Index weight,
                                    std::size_t most) {
  return landings_of_index(convolution, weight, most);
}

WeightLandings explain_weight_index(const TransposedConvolution& convolution, Index weight,
                                    std::size_t most) {
  return landings_of_index(convolution, weight, most);
}

}  // namespace toeplix
