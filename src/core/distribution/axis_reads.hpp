#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/tap_runs.hpp>

#include <vector>

/// Who reads what along one axis, in closed form: which lines a band of rows reads, and how often.
namespace toeplix::detail {

/// Lines in [begin, end).
struct LineRange {
  Index begin;
  Index end;

  bool contains(Index line) const { return line >= begin && line < end; }
};

/// Lines from `first` to `last`, as far apart as the set says that has them.
struct LineStretch {
  Index first;
  Index last;
};

/// Different lines, as stretches of lines that are evenly spaced.
class LineSet {
 public:
  /// All lines of these stretches, which may overlap; lines of a stretch lie `step` apart. Cost:
  /// that of sorting them.
  LineSet(std::vector<LineStretch> stretches, Index step);

  /// Number of lines.
  Index count() const;
  /// Number of lines in a range.
  Index count_in(LineRange range) const;
  /// The processes that have these lines, ascending, each once, but for `except`. Cost: those that
  /// each stretch meets, times a binary search.
  std::vector<Index> owners(const Bands& bands, Index except) const;

 private:
  std::vector<LineStretch> stretches_;  // no line is in two of them
  Index step_;
};

/// What the rows of a tap table read, by ranges of rows and of inputs. In contrast to a part of the
/// table it does not look at single rows, but at those which something is folded into.
class AxisReads {
 public:
  /// Throws Error if the table is a part. Cost: the kernel extent and the number of folded taps.
  explicit AxisReads(const TapTable& table);

  /// Inputs as rows, and the rows that read them as inputs. Cost: as above.
  AxisReads transposed() const;

  /// Number of taps: pairs of a row of one range and an input of the other that it reads. Cost,
  /// here and below: the kernel extent and the folded taps of these rows.
  Index taps(LineRange rows, LineRange inputs) const;
  /// The inputs that at least one of the rows reads.
  LineSet inputs_of(LineRange rows) const;

 private:
  struct FoldedTap {
    Index row;
    Index input;
    auto operator<=>(const FoldedTap&) const = default;
  };

  AxisReads() = default;
  void append_folded(const AxisGeometry& geometry, Index window, LineRange outputs);
  void sort_folded();
  void swap_sides();
  /// The folded taps of a range of rows.
  std::pair<std::vector<FoldedTap>::const_iterator, std::vector<FoldedTap>::const_iterator>
  folded_of(LineRange rows) const;

  std::vector<TapRun> straight_;   // no two have a pair of row and input in common
  std::vector<FoldedTap> folded_;  // sorted, each once; none is also in a run
  Index step_ = 1;                 // of the inputs of all runs
};

}  // namespace toeplix::detail
