#include "core/panel/tile_lines.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {

/// `begins_` and `box_begins_` grow by one axis after the other, the phases and the positions of
/// each becoming the fastest of theirs.
template <class PhaseCount, class Extent, class Place>
void TileLines::map_outer(const PanelPlan& plan, const PhaseCount& phase_count,
                          const Extent& extent, const Place& place) {
  combinations_ = 1;
  count_ = 1;
  begins_.assign(1, 0);
  box_begins_.assign(1, 0);
  const std::size_t last = plan.axes.size() - 1;
  for (std::size_t axis = 0; axis < last; ++axis) {
    const Index phases = phase_count(axis);
    const Index positions = extent(axis);
    places_.clear();
    for (Index phase = 0; phase < phases; ++phase) {
      for (Index i = 0; i < positions; ++i) places_.push_back(place(axis, phase, i));
    }
    next_begins_.clear();
    for (Index combination = 0; combination < combinations_; ++combination) {
      for (Index phase = 0; phase < phases; ++phase) {
        for (const Index begin : begins(combination)) {
          for (Index i = 0; i < positions; ++i) {
            const Index at = places_[static_cast<std::size_t>(phase * positions + i)];
            next_begins_.push_back(begin < 0 || at < 0 ? -1 : begin + at);
          }
        }
      }
    }
    std::swap(begins_, next_begins_);
    next_box_begins_.clear();
    for (const Index begin : box_begins_) {
      for (Index i = 0; i < positions; ++i) {
        next_box_begins_.push_back(begin + i * plan.axes[axis].panel_stride);
      }
    }
    std::swap(box_begins_, next_box_begins_);
    combinations_ *= phases;
    count_ *= positions;
  }
  length_ = extent(last);
}

/// The fastest axis, along which phase p has the coordinates `coordinate(p) + i * step` of which
/// those in `plain` lie at `stride` times themselves, and the others where `place` says.
template <class Coordinate, class Place>
void TileLines::map_positions(Index phases, Index step, Index stride, Lattice::Range plain,
                              const Coordinate& coordinate, const Place& place) {
  positions_.clear();
  places_.resize(static_cast<std::size_t>(phases * length_));
  for (Index phase = 0; phase < phases; ++phase) {
    const Index first = coordinate(phase);
    Index* const places = places_.data() + phase * length_;
    const Index begin = std::clamp<Index>(ceil_div(plain.begin - first, step), 0, length_);
    const Index end = std::clamp<Index>(ceil_div(plain.end - first, step), begin, length_);
    bool shows = false;
    for (Index i = 0; i < length_; ++i) {
      if (i == begin) i = end;
      if (i == length_) break;
      places[i] = place(first + i * step);
      shows |= places[i] >= 0;
    }
    positions_.push_back({begin, end, first * stride, step * stride, places, shows});
  }
}

void TileLines::map_columns(const PanelPlan& plan, const PanelTile& tile) {
  const auto coordinate = [&](std::size_t axis, Index phase) {
    const Lattice& lattice = plan.axes[axis].lattice;
    return lattice.column_phases()[static_cast<std::size_t>(phase)] +
           lattice.column_step() * (tile.first[axis] + lattice.least_shift());
  };
  const auto place = [&](std::size_t axis, Index at) {
    const Index column = plan.axes[axis].lattice.column_at(at);
    return column < 0 ? -1 : column * plan.axes[axis].column_stride;
  };
  map_outer(
      plan, [&](std::size_t axis) { return std::ssize(plan.axes[axis].lattice.column_phases()); },
      [&](std::size_t axis) {
        const Lattice& lattice = plan.axes[axis].lattice;
        return tile.count[axis] + lattice.greatest_shift() - lattice.least_shift();
      },
      [&](std::size_t axis, Index phase, Index position) {
        return place(axis,
                     coordinate(axis, phase) + position * plan.axes[axis].lattice.column_step());
      });
  const std::size_t last = plan.axes.size() - 1;
  const Lattice& lattice = plan.axes[last].lattice;
  map_positions(
      std::ssize(lattice.column_phases()), lattice.column_step(), plan.axes[last].column_stride,
      lattice.plain_columns(), [&](Index phase) { return coordinate(last, phase); },
      [&](Index at) { return place(last, at); });
}

void TileLines::map_rows(const PanelPlan& plan, const PanelTile& tile) {
  const auto coordinate = [&](std::size_t axis, Index phase) {
    return phase + plan.axes[axis].lattice.row_step() * tile.first[axis];
  };
  const auto place = [&](std::size_t axis, Index at) {
    const Index row = plan.axes[axis].row_at(at);
    return row < 0 ? -1 : row * plan.axes[axis].row_stride;
  };
  map_outer(
      plan, [&](std::size_t axis) { return plan.axes[axis].lattice.row_step(); },
      [&](std::size_t axis) { return tile.count[axis]; },
      [&](std::size_t axis, Index phase, Index position) {
        return place(axis, coordinate(axis, phase) + position * plan.axes[axis].lattice.row_step());
      });
  const std::size_t last = plan.axes.size() - 1;
  const Lattice& lattice = plan.axes[last].lattice;
  const bool beyond = plan.axes[last].part == PanelPlan::Part::beyond;
  map_positions(
      lattice.row_step(), lattice.row_step(), plan.axes[last].row_stride,
      beyond ? Lattice::Range{0, 0} : lattice.plain_rows(),
      [&](Index phase) { return coordinate(last, phase); },
      [&](Index at) { return place(last, at); });
}

}  // namespace toeplix::detail
