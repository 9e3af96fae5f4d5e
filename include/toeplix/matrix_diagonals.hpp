#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/diagonal.hpp>
#include <toeplix/diagonal_structure.hpp>
#include <toeplix/error.hpp>

#include <Eigen/SparseCore>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

/// \file
/// The generalized diagonals of a sparse matrix that is already there.

namespace toeplix {

/// The places of a matrix's rows, or columns, in a vector of `size` places.
///
///     const toeplix::SlotOrder order{.places = places, .size = packed.size()};
struct SlotOrder {
  std::span<const Index> places = {};  ///< of each row; empty: its own index
  Index size = 0;                      ///< places there are, some of which may have no row

  /// Whether nothing changes its place.
  [[nodiscard]] bool is_plain() const { return places.empty() && size == 0; }
};

/// The order of both. It is read during a call alone.
///
///     // A dense layer whose input a convolution has packed.
///     const auto places = packing.output.places();
///     toeplix::diagonals(A, {.size = 4096}, {.columns = {places, packing.output.size()}});
struct SlotOrders {
  SlotOrder rows = {};     ///< places of y's elements
  SlotOrder columns = {};  ///< places of x's elements
};

namespace detail {

/// Where the rows and columns of a matrix go.
struct SlotPlaces {
  std::vector<Index> packed_rows;  ///< what `rows` shows, if a packing says so
  std::vector<Index> packed_columns;
  std::span<const Index> rows;
  std::span<const Index> columns;
  Index row_count;
  Index column_count;

  Index row(Index index) const { return place(rows, index); }
  Index column(Index index) const { return place(columns, index); }

 private:
  static Index place(std::span<const Index> places, Index index) {
    return places.empty() ? index : places[static_cast<std::size_t>(index)];
  }
};

/// Checks the orders, of which one may be given by the packing.
SlotPlaces slot_places(Index rows, Index cols, const DiagonalOptions& options,
                       const SlotOrders& orders);

}  // namespace detail

/// The diagonals of a sparse matrix that is already there, of a convolution or not. All of them are
/// held.
///
///     const auto found = toeplix::diagonals(A, {.size = 32768});
///     for (const toeplix::Diagonal<double>& d : found) {
///       pack(d.block_row, d.block_column, d.offset, d.dense());
///     }
template <MatrixScalar Scalar>
class MatrixDiagonals {
 public:
  /// Throws GeometryError for a negative size, a matrix without rows or columns, an order of
  /// another length than the matrix has rows or columns, a place outside of its `size`, one that is
  /// there twice, and both `packing` and orders; CapacityError for a size above 2^62 and if the
  /// diagonals, with the entries once more while they are sorted, exceed the memory budget, or the
  /// places of rows and columns do. Cost: sorting the entries, and the places of the orders.
  template <int Order, class StorageIndex>
  explicit MatrixDiagonals(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                           const DiagonalOptions& options = {}, const SlotOrders& orders = {}) {
    using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;
    const auto places = detail::slot_places(matrix.rows(), matrix.cols(), options, orders);
    const auto for_each_kept = [&](const auto& visit) {
      for (Eigen::Index line = 0; line < matrix.outerSize(); ++line) {
        for (typename Matrix::InnerIterator entry(matrix, line); entry; ++entry) {
          if (options.prune_zeros && entry.value() == Scalar{}) continue;
          visit(Entry{places.row(entry.row()), places.column(entry.col()), entry.value()});
        }
      }
    };
    Index kept = 0;
    for_each_kept([&kept](const Entry&) { ++kept; });
    start(places.row_count, places.column_count, kept, options);
    std::vector<Entry> entries;
    entries.reserve(static_cast<std::size_t>(kept));
    for_each_kept([&entries](const Entry& entry) { entries.push_back(entry); });
    take(std::move(entries), options);
  }

  /// Which diagonals there are: those that have entries, in order.
  class Structure {
   public:
    /// n: rows and columns of a block.
    [[nodiscard]] Index size() const { return size_; }
    /// Blocks below one another.
    [[nodiscard]] Index block_rows() const { return block_rows_; }
    /// Blocks beside one another.
    [[nodiscard]] Index block_columns() const { return block_columns_; }
    /// Diagonals of all blocks that have entries.
    [[nodiscard]] Index count() const { return std::ssize(places_); }
    /// Rotations that a product by diagonals takes, as `DiagonalStructure::rotations` defines them.
    /// Cost: a copy of the places, sorted.
    [[nodiscard]] Index rotations() const;
    /// By row and column of blocks, then by offset.
    [[nodiscard]] auto begin() const { return places_.begin(); }
    /// Beyond the last diagonal.
    [[nodiscard]] auto end() const { return places_.end(); }

   private:
    friend class MatrixDiagonals;

    Index size_ = 0;
    Index block_rows_ = 0;
    Index block_columns_ = 0;
    std::vector<DiagonalPlace> places_;
  };

  /// Which diagonals there are.
  [[nodiscard]] const Structure& structure() const { return structure_; }
  /// n: rows and columns of a block.
  [[nodiscard]] Index size() const { return structure_.size(); }
  /// Diagonals of all blocks that have entries.
  [[nodiscard]] Index count() const { return structure_.count(); }
  /// Entries of one diagonal; 0 for a place that has none. Cost: a search among the diagonals.
  [[nodiscard]] Index entries(const DiagonalPlace& place) const;
  /// The first diagonal that has entries: by row and column of blocks, then by offset.
  [[nodiscard]] auto begin() const { return diagonals_.begin(); }
  /// Beyond the last diagonal.
  [[nodiscard]] auto end() const { return diagonals_.end(); }

 private:
  struct Entry {
    Index row;
    Index column;
    Scalar value;
  };

  static double bytes_of_entries(Index entries);
  /// Checks what can be checked without the entries, and sets the blocks.
  void start(Index rows, Index cols, Index entries, const DiagonalOptions& options);
  /// Makes the diagonals of the entries, which are in any order.
  void take(std::vector<Entry> entries, const DiagonalOptions& options);

  Structure structure_;
  std::vector<Diagonal<Scalar>> diagonals_;
};

/// The diagonals that have entries of any sparse matrix. With `prune_zeros` entries that are zero
/// do not count. Rows and columns are in the order of `options.packing`, or in any other by
/// `orders`. Errors and cost as for `MatrixDiagonals`.
///
///     for (const auto& diagonal : toeplix::diagonals(A)) {
///       pack(diagonal.offset, diagonal.dense());
///     }
template <MatrixScalar Scalar, int Order, class StorageIndex>
[[nodiscard]] MatrixDiagonals<Scalar> diagonals(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
    const DiagonalOptions& options = {}, const SlotOrders& orders = {}) {
  return MatrixDiagonals<Scalar>(matrix, options, orders);
}

}  // namespace toeplix
