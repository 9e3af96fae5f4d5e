#pragma once

#include "core/panel/plan.hpp"

#include <span>
#include <vector>

namespace toeplix::detail {

/// Where the lines of a tile's box, of every combination of phases, lie in a vector. A line is what
/// lies along the fastest axis.
class TileLines {
 public:
  /// Where the positions of a line lie, relative to its beginning: at `first + i * step` for i in
  /// [begin, end), and otherwise at `places[i]`, -1 if nowhere.
  struct Positions {
    Index begin;
    Index end;
    Index first;
    Index step;
    const Index* places;
    bool shows;  ///< whether any of those places is somewhere
  };

  /// Maps the panel that the rows of a tile read.
  void map_columns(const PanelPlan& plan, const PanelTile& tile);
  /// Maps the rows of a tile.
  void map_rows(const PanelPlan& plan, const PanelTile& tile);

  /// Combinations of the slower axes' phases.
  [[nodiscard]] Index combinations() const { return combinations_; }
  /// Lines of a combination.
  [[nodiscard]] Index count() const { return count_; }
  /// The beginnings of a combination's lines in the vector, the axis before the last one fastest;
  /// -1 if the line is nowhere.
  [[nodiscard]] std::span<const Index> begins(Index combination) const {
    return std::span(begins_).subspan(static_cast<std::size_t>(combination * count_),
                                      static_cast<std::size_t>(count_));
  }
  /// Phases of the fastest axis.
  [[nodiscard]] Index phases() const { return std::ssize(positions_); }
  /// Positions of a line of a phase of the fastest axis.
  [[nodiscard]] const Positions& positions(Index phase) const {
    return positions_[static_cast<std::size_t>(phase)];
  }
  /// Positions of a line.
  [[nodiscard]] Index length() const { return length_; }
  /// Where the lines of a combination begin in the box, in the order of `begins`.
  [[nodiscard]] std::span<const Index> box_begins() const { return box_begins_; }

 private:
  template <class PhaseCount, class Extent, class Place>
  void map_outer(const PanelPlan& plan, const PhaseCount& phase_count, const Extent& extent,
                 const Place& place);
  template <class Coordinate, class Place>
  void map_positions(Index phases, Index step, Index stride, Lattice::Range plain,
                     const Coordinate& coordinate, const Place& place);

  Index combinations_ = 1;
  Index count_ = 1;
  Index length_ = 0;
  std::vector<Index> places_;  // of one axis after the other, by phase
  std::vector<Index> begins_;
  std::vector<Index> box_begins_;
  std::vector<Index> next_begins_;  // what these become with the next axis
  std::vector<Index> next_box_begins_;
  std::vector<Positions> positions_;
};

}  // namespace toeplix::detail
