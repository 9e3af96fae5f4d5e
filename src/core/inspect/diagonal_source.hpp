#pragma once

#include <toeplix/diagonal_structure.hpp>

#include "core/inspect/entry_search.hpp"

#include <memory>
#include <vector>

namespace toeplix {

/// What the diagonals of a matrix are found by. It never changes.
struct DiagonalStructure::Source {
  /// Entries of one offset `column - row` in the rows [begin, end).
  struct Part {
    Index begin;
    Index end;
    Index offset;
  };

  /// Precondition: the packing is that of the pattern.
  Source(const Pattern& pattern, Index size, const PixelShuffle& packing);

  bool is_one_block() const { return block_rows == 1 && block_columns == 1; }
  /// Throws GeometryError for a diagonal that does not exist.
  void check(const DiagonalPlace& place) const;
  /// The entries of a diagonal: one part before it wraps around at the end of its block, and one
  /// after.
  std::vector<Part> parts(const DiagonalPlace& place) const;
  /// The rows of a part; of all rows if the matrix is one block, in which only they have entries of
  /// the part's offset.
  std::vector<detail::RowBox> boxes(const Part& part) const;
  Index entries(const DiagonalPlace& place) const;

  /// Offsets of entries in the rows of a block. Throws CapacityError for too many intervals.
  std::shared_ptr<const BlockRow> offsets_of(Index block_row) const;

  Index rows;
  Index cols;
  Index size;
  Index block_rows;
  Index block_columns;
  detail::EntrySearch search;
  std::shared_ptr<const BlockRow> first_offsets;  ///< of block row 0
};

/// The offsets `column - row` of entries in the rows of a row of blocks. Several sets may share
/// numbers.
struct DiagonalStructure::BlockRow {
  std::vector<detail::OffsetSet> offsets;
};

}  // namespace toeplix
