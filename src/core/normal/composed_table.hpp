#pragma once

#include <toeplix/tap_table.hpp>

#include <optional>
#include <vector>

namespace toeplix::detail {

/// One axis of A^T A: the tap table of A^T followed by that of A.
///
/// Coordinate x of a column meets x' if some output y reads both. Rows of one class have
/// equal entries but for a shift, as in TapTable: borders are classes of their own, the middle has
/// one class per row of its period.
///
/// Memory: the entries of one row per class. Cost of construction: those times the kernel extent.
class ComposedTable {
 public:
  /// Throws CapacityError for a cost of more than 2^30.
  explicit ComposedTable(const TapTable& forward);

  /// One way in which x and x' meet: kernel position `t` reads x and `u` reads x' in one output.
  struct PositionPair {
    Index entry;  ///< which of `offsets(x)` x' - x is
    Index t;
    Index u;
  };

  Index rows() const { return transposed_.rows(); }
  Index kernel() const { return forward_.geometry().kernel; }
  Index classes() const { return static_cast<Index>(offsets_.size()); }
  Index class_of(Index row) const;
  /// The first row of a class.
  Index representative(Index row_class) const;
  /// x' - x of every entry of a class, ascending.
  const std::vector<Index>& offsets(Index row_class) const {
    return offsets_[static_cast<std::size_t>(row_class)];
  }
  /// Number of entries of a class with x' < x.
  Index below(Index row_class) const { return below_[static_cast<std::size_t>(row_class)]; }
  /// Number of rows of a class.
  Index members(Index row_class) const;
  /// How often the rows, in order, change to this class from another one, or begin with it.
  Index runs(Index row_class) const { return period_ == 1 ? 1 : members(row_class); }
  /// How many pairs a class has. Cost: the taps of its outputs.
  double pair_count(Index row_class) const;
  /// Puts every pair of a class into `pairs`, in place of what it has; one that meets in several
  /// outputs comes as often. Cost: their number, and for every output the entries of the class.
  void collect_pairs(Index row_class, std::vector<PositionPair>& pairs) const;

  /// Sum of all row lengths; nothing if it exceeds 64 bits.
  std::optional<Index> entries() const;
  /// Number of rows that are not empty.
  Index filled_rows() const;

 private:
  void find_middle();
  void check_work(Index classes) const;
  std::vector<Index> offsets_of(Index row) const;
  bool reads_middle_only(Index row) const;

  TapTable forward_;
  TapTable transposed_;
  Index begin_ = 0;  // of the middle
  Index end_ = 0;    // one past its last row
  Index period_ = 1;
  std::vector<std::vector<Index>> offsets_;
  std::vector<Index> below_;
};

/// How far apart the pixels are that A^T A connects along one axis, and what that leaves apart.
struct AxisReach {
  Index reach = 0;    ///< greatest distance; around the ring if there is one
  Index step = 1;     ///< all distances are multiples of it
  bool ring = false;  ///< the last pixels are connected with the first, as by `circular`
};

AxisReach reach_of(const ComposedTable& table);

}  // namespace toeplix::detail
