#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/pixel_shuffle.hpp>

#include <compare>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>

/// \file
/// Which generalized diagonals of a convolution's matrix have entries, and how many, from the
/// geometry alone.

namespace toeplix {

/// One diagonal of one block: the entries (i, (i + offset) mod n) of the block, which has n rows
/// and n columns.
///
///     const toeplix::DiagonalPlace main_diagonal_of_the_second_block = {0, 1, 0};
struct DiagonalPlace {
  Index block_row = 0;     ///< the block has the rows from block_row * n on
  Index block_column = 0;  ///< and the columns from block_column * n on
  Index offset = 0;        ///< from 0 to n - 1

  friend auto operator<=>(const DiagonalPlace&, const DiagonalPlace&) = default;
};

/// The smallest power of two that is at least `number`: the slots of a ciphertext.
/// Throws CapacityError beyond 2^62.
///
///     toeplix::next_power_of_two(conv.cols());
[[nodiscard]] Index next_power_of_two(Index number);

/// The generalized diagonals that have stored entries, whatever their values; nothing of the matrix
/// is built or stored. `Diagonals` has the values.
///
/// The matrix is cut into blocks of n rows and n columns, row of blocks by row of blocks; the last
/// ones are padded with zeros. If n is at least the number of rows and of columns, there is one
/// block. Memory: kernel positions along every axis, folded taps, row channels (of packed tensors
/// pairs of channels, up to 2^20 of them), and the intervals that the offsets of one row of blocks
/// make up.
///
/// It never changes once it is made: several threads, and several iterators, may use one.
///
///     const toeplix::DiagonalStructure structure(conv, 32768);  // for ciphertexts of 32768 slots
///     for (const toeplix::DiagonalPlace& place : structure) {
///       std::cout << place.offset << ": " << structure.entries(place) << '\n';
///     }
class DiagonalStructure {
 public:
  /// `size` is n; 0: the larger of rows and columns. With `packing` rows and columns are the slots
  /// of the packed output and input. Throws GeometryError for a negative size, and a packing of
  /// another convolution; CapacityError for more than 2^62 rows or columns, 2^22 rows or columns of
  /// blocks, 2^22 kernel positions, folded taps and row channels (each as often as column channels
  /// of its group share an image of the grid), or 2^22 intervals of offsets.
  explicit DiagonalStructure(const Pattern& pattern, Index size = 0,
                             const std::optional<PixelShuffle>& packing = {});
  /// Of a convolution, a transposed one, or the spec of either, likewise.
  template <PatternArgument Conv>
  explicit DiagonalStructure(const Conv& convolution, Index size = 0,
                             const std::optional<PixelShuffle>& packing = {})
      : DiagonalStructure(Pattern(convolution), size, packing) {}

  /// n: rows and columns of a block.
  [[nodiscard]] Index size() const;
  /// Blocks below one another.
  [[nodiscard]] Index block_rows() const;
  /// Blocks beside one another.
  [[nodiscard]] Index block_columns() const;
  /// Diagonals of all blocks that have an entry. Of one block at the cost of the intervals;
  /// several are gone through, and CapacityError is thrown if that takes more than 2^19 steps (a
  /// diagonal, or a row of blocks).
  [[nodiscard]] Index count() const;
  /// Rotations that a product by diagonals takes: pairs of a part of x, which is a column of
  /// blocks, and an offset other than 0 that a diagonal of these blocks has. (A part that is
  /// rotated once serves every row of blocks.) Cost and errors: as for `count`.
  [[nodiscard]] Index rotations() const;
  /// Entries of one diagonal. Throws GeometryError for a place outside the blocks. Cost: the kernel
  /// positions and folded taps of every axis, and the row channels; of packed tensors the product
  /// of the former over all axes, and the pairs of channels that they lead to. Not the entries.
  [[nodiscard]] Index entries(const DiagonalPlace& place) const;
  /// Whether a diagonal has an entry; false outside the blocks too. Cost: as `entries`.
  [[nodiscard]] bool contains(const DiagonalPlace& place) const;

 private:
  struct Source;
  struct BlockRow;

 public:
  /// Goes over the diagonals that have entries: by row and column of blocks, then by offset.
  class Iterator {
   public:
    /// What it points to.
    using value_type = DiagonalPlace;
    /// As every iterator has it.
    using difference_type = std::ptrdiff_t;

    /// The diagonal it points to.
    [[nodiscard]] const DiagonalPlace& operator*() const { return place_; }
    /// The diagonal it points to.
    [[nodiscard]] const DiagonalPlace* operator->() const { return &place_; }
    /// Goes on to the next diagonal that has entries. Throws CapacityError if a row of blocks has
    /// more than 2^22 intervals of offsets.
    Iterator& operator++();
    /// Goes on to the next diagonal that has entries.
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return iterator.at_end();
    }

   private:
    friend class DiagonalStructure;

    explicit Iterator(std::shared_ptr<const Source> source);
    [[nodiscard]] bool at_end() const;
    void find_from(Index key);

    std::shared_ptr<const Source> source_;
    std::shared_ptr<const BlockRow> block_row_;
    DiagonalPlace place_;
  };

  /// The first diagonal that has entries. Cost of each step: that of `entries`; and for each row of
  /// blocks, that of its intervals.
  [[nodiscard]] Iterator begin() const { return Iterator(source_); }
  /// Beyond the last diagonal.
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  template <MatrixScalar Scalar>
  friend class Diagonals;

  template <class Visit>
  void for_each_counted(const Visit& visit) const;

  std::shared_ptr<const Source> source_;
};

/// How many generalized diagonals of the matrix have a stored entry; arguments as for
/// `DiagonalStructure`. From the geometry alone; nothing if `DiagonalStructure` would throw
/// CapacityError. Throws GeometryError for a negative size and a packing of another convolution.
///
///     toeplix::count_diagonals(toeplix::Pattern(conv));
[[nodiscard]] std::optional<Index> count_diagonals(const Pattern& pattern, Index size = 0,
                                                   const std::optional<PixelShuffle>& packing = {});
/// Of a convolution, a transposed one, or the spec of either, likewise.
///
///     toeplix::count_diagonals(conv, toeplix::next_power_of_two(conv.rows()));
template <PatternArgument Source>
[[nodiscard]] std::optional<Index> count_diagonals(
    const Source& source, Index size = 0, const std::optional<PixelShuffle>& packing = {}) {
  return count_diagonals(Pattern(source), size, packing);
}

/// How many rotations a product by diagonals takes (`DiagonalStructure::rotations`), likewise.
///
///     toeplix::count_rotations(toeplix::Pattern(conv), 32768);
[[nodiscard]] std::optional<Index> count_rotations(const Pattern& pattern, Index size = 0,
                                                   const std::optional<PixelShuffle>& packing = {});
/// Of a convolution, a transposed one, or the spec of either, likewise.
///
///     toeplix::count_rotations(conv, 0, toeplix::pixel_shuffle(conv));  // of the packed output
template <PatternArgument Source>
[[nodiscard]] std::optional<Index> count_rotations(
    const Source& source, Index size = 0, const std::optional<PixelShuffle>& packing = {}) {
  return count_rotations(Pattern(source), size, packing);
}

}  // namespace toeplix
