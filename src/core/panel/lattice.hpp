#pragma once

#include <toeplix/tap_table.hpp>

#include <vector>

namespace toeplix::detail {

/// The taps of one axis, sorted into stride-1 problems.
///
/// Rows are split into `row_step` phases and columns into `column_step`: row `p + row_step * u` is
/// step u of phase p. Then every tap, of every geometry, reads step `u + shift` of one column
/// phase at step u of one row phase. A convolution of stride s has s column phases, and its
/// transpose s row phases, so that no product is made with a zero between pixels.
///
/// If a boundary folds, the image's side goes on beyond its edges, with coordinates of its own that
/// show pixels: a convolution reads there, and its transpose has sums there, which are added to
/// those of the pixels.
class Lattice {
 public:
  /// A kernel position that one row phase reads one column phase with.
  struct Tap {
    Index kernel;        ///< kernel position
    Index row_phase;     ///< in [0, row_step)
    Index column_phase;  ///< which of `column_phases()`
    Index shift;         ///< from a row's step to that of the column it reads

    friend bool operator==(const Tap&, const Tap&) = default;
  };

  /// Coordinates [begin, end).
  struct Range {
    Index begin;
    Index end;

    friend bool operator==(const Range&, const Range&) = default;
  };

  /// Cost and memory: the kernel extent and the row phases, multiplied.
  explicit Lattice(const TapTable& table);

  [[nodiscard]] Index row_step() const { return row_step_; }
  [[nodiscard]] Index column_step() const { return column_step_; }
  /// The phases of the columns that taps read, ascending, each in [0, column_step).
  [[nodiscard]] const std::vector<Index>& column_phases() const { return column_phases_; }
  /// By row phases.
  [[nodiscard]] const std::vector<Tap>& taps() const { return taps_; }
  /// The least and the greatest shift of all taps; 0 if there is none.
  [[nodiscard]] Index least_shift() const { return least_shift_; }
  [[nodiscard]] Index greatest_shift() const { return greatest_shift_; }

  /// The coordinates of rows: each row lies at one of them.
  [[nodiscard]] Range inner_rows() const { return inner_rows_; }
  /// Those and, beyond them, the coordinates that a boundary folds onto rows.
  [[nodiscard]] Range extended_rows() const { return extended_rows_; }
  /// The row that a coordinate's sum is added to; -1 if it is none's.
  [[nodiscard]] Index row_at(Index coordinate) const {
    return rows_are_image_ ? pixel_at(coordinate) : output_at(coordinate);
  }
  /// The column that is read at a coordinate; -1 if nothing is, which counts as zero.
  [[nodiscard]] Index column_at(Index coordinate) const {
    return rows_are_image_ ? output_at(coordinate) : pixel_at(coordinate);
  }
  /// The coordinates within the edges where `row_at(c) == c`.
  [[nodiscard]] Range plain_rows() const {
    return rows_are_image_ && has_holes() ? Range{0, 0} : inner_rows_;
  }
  /// The coordinates within the edges where `column_at(c) == c`.
  [[nodiscard]] Range plain_columns() const {
    return !rows_are_image_ && has_holes() ? Range{0, 0} : Range{0, columns_};
  }

 private:
  void set_rows(Index rows);
  void number_column_phases();
  /// Whether coordinates are those of the spread image, holes and all: between folded pixels there
  /// may be holes anywhere.
  bool has_holes() const { return folds_ && geometry_.input_dilation != 1; }
  Index output_at(Index coordinate) const {
    return coordinate >= 0 && coordinate < geometry_.output ? coordinate : -1;
  }
  Index pixel_at(Index coordinate) const;

  AxisGeometry geometry_;
  bool folds_;           // a boundary extends the image
  bool rows_are_image_;  // the table is transposed
  Index columns_;
  Range inner_rows_{};
  Range extended_rows_{};
  Index row_step_ = 1;
  Index column_step_ = 1;
  std::vector<Index> column_phases_;
  std::vector<Tap> taps_;
  Index least_shift_ = 0;
  Index greatest_shift_ = 0;
};

}  // namespace toeplix::detail
