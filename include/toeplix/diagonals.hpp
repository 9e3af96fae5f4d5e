#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/diagonal_structure.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

/// \file
/// The generalized diagonals of a convolution's matrix, as compilers for homomorphic encryption
/// pack them (Halevi and Shoup, Algorithms in HElib, 2014): a matrix times a vector is then a sum
/// of diagonals times rotations of the vector,
/// y[i] = sum over d of diagonal_d[i] * x[(i + d) mod n]. If n is smaller than the matrix, the
/// matrix is cut into blocks of n x n, and y's part b is the sum of the products of the blocks
/// (b, c) with x's part c.

namespace toeplix {

/// One generalized diagonal of a block of n rows and n columns: the entries
/// (i, (i + offset) mod n). Rows are those of the block, from 0 to n - 1.
template <MatrixScalar Scalar>
struct Diagonal {
  Index offset = 0;            ///< d, from 0 to n - 1
  Index size = 0;              ///< n
  std::vector<Index> rows;     ///< rows i that have an entry, ascending
  std::vector<Scalar> values;  ///< their entries
  Index block_row = 0;         ///< the block begins with row block_row * n of the matrix
  Index block_column = 0;      ///< and with column block_column * n

  /// The whole diagonal, as it is packed: n elements, zero if there is no entry.
  [[nodiscard]] std::vector<Scalar> dense() const;
};

/// What diagonals are asked for.
///
///     toeplix::diagonals(conv, weights, {.size = 4096, .prune_zeros = true});
struct DiagonalOptions {
  /// n: a matrix with fewer rows or columns is padded with zeros, below and to the right; one with
  /// more is cut into blocks of n x n, the last of which are padded. 0: the larger of the matrix's
  /// rows and columns.
  Index size = 0;
  /// Leaves out entries that are exactly zero, and diagonals without any other.
  bool prune_zeros = false;
  /// `resources.memory_budget` is the most that a diagonal may take while it is made: at most two
  /// indices and two values per entry. One thread does the work.
  Resources resources = {};
};

/// The diagonals of one matrix. Each is made if it is asked for; nothing of the matrix is stored.
/// Memory: that of `DiagonalStructure`, and the weights.
///
/// It never changes once it is made: several threads, and several iterators, may use one.
///
///     toeplix::Diagonals<double> found(conv, weights);
///     auto main_diagonal = found.at(0);
///
///     // y = A x by ciphertexts of 32768 slots
///     for (const auto& d : toeplix::Diagonals<double>(conv, weights, {.size = 32768})) {
///       y[d.block_row] += d.dense() * rotated(x[d.block_column], d.offset);
///     }
template <MatrixScalar Scalar>
class Diagonals {
 public:
  /// Throws GeometryError for weights of the wrong length and a pattern with a kernel for every
  /// pixel; otherwise what `DiagonalStructure`
  /// throws.
  Diagonals(const Pattern& pattern, std::vector<Scalar> weights,
            const DiagonalOptions& options = {});

  /// Of a convolution, a transposed one, the spec of either, or a `Pattern`; weights are any
  /// contiguous range of `Scalar`. Errors as above.
  template <PatternArgument Conv, VectorArgument Weights>
  Diagonals(const Conv& convolution, const Weights& weights, const DiagonalOptions& options = {})
      : Diagonals(Pattern(convolution), copied(detail::span_of<Scalar>(weights)), options) {}

  /// Which diagonals have a stored entry, whatever its value.
  [[nodiscard]] const DiagonalStructure& structure() const { return structure_; }
  /// n: rows and columns of a block.
  [[nodiscard]] Index size() const { return structure_.size(); }
  /// Diagonals that have a stored entry, whatever its value. Cost and errors: as
  /// `DiagonalStructure::count`.
  [[nodiscard]] Index count() const { return structure_.count(); }
  /// Whether a diagonal of the only block has a stored entry, whatever its value. Throws
  /// GeometryError if there are several blocks. Cost: as `DiagonalStructure::contains`.
  [[nodiscard]] bool contains(Index offset) const;
  /// The number of entries that `at` would return, without making them. Throws GeometryError for a
  /// place outside the blocks. Cost: as `DiagonalStructure::entries`; with `prune_zeros` times the
  /// weights on the diagonal.
  [[nodiscard]] Index entries(const DiagonalPlace& place) const;
  /// One diagonal of the only block; it has no rows if it is zero. Throws GeometryError unless
  /// 0 <= offset < size(), or if there are several blocks; CapacityError if it exceeds the memory
  /// budget. Cost: its entries, and that of `entries`.
  [[nodiscard]] Diagonal<Scalar> at(Index offset) const;
  /// One diagonal of any block, likewise. Throws GeometryError for a place outside the blocks.
  [[nodiscard]] Diagonal<Scalar> at(const DiagonalPlace& place) const;

  /// Goes over the diagonals that have entries: by row and column of blocks, then by offset. Holds
  /// the one it is at; must not outlive its `Diagonals`.
  class Iterator {
   public:
    /// What it points to.
    using value_type = Diagonal<Scalar>;
    /// As every iterator has it.
    using difference_type = std::ptrdiff_t;

    /// Points to the first diagonal.
    explicit Iterator(const Diagonals& diagonals)
        : diagonals_(&diagonals), place_(diagonals.structure_.begin()) {
      settle();
    }
    /// The diagonal it points to.
    [[nodiscard]] const Diagonal<Scalar>& operator*() const { return *current_; }
    /// The diagonal it points to.
    [[nodiscard]] const Diagonal<Scalar>* operator->() const { return &*current_; }
    /// Goes on to the next diagonal that has entries. Throws CapacityError if it exceeds the memory
    /// budget.
    Iterator& operator++() {
      ++place_;
      settle();
      return *this;
    }
    /// Goes on to the next diagonal that has entries.
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return !iterator.current_;
    }

   private:
    void settle() {
      for (current_.reset(); place_ != std::default_sentinel; ++place_) {
        current_ = diagonals_->at(*place_);
        if (!current_->rows.empty()) return;
        current_.reset();
      }
    }

    const Diagonals* diagonals_;
    DiagonalStructure::Iterator place_;
    std::optional<Diagonal<Scalar>> current_;
  };

  /// The first diagonal that has entries. Cost of each step: that of `at`.
  [[nodiscard]] Iterator begin() const { return Iterator(*this); }
  /// Beyond the last diagonal.
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  static std::vector<Scalar> copied(std::span<const Scalar> weights) {
    return {weights.begin(), weights.end()};
  }

  DiagonalPlace place_in_one_block(Index offset) const;
  void check_budget(Index entries) const;
  /// The value of an entry: its weights in the order in which `compile` adds them up.
  Scalar sum_of(std::span<const Index> weights) const;

  std::vector<Scalar> weights_;
  DiagonalStructure structure_;
  bool prune_zeros_;
  Index memory_budget_;
};

/// The scalar is that of the weights.
///
///     toeplix::Diagonals all(conv, std::vector<float>{1, 2, 3});  // Diagonals<float>
template <class Conv, class Weights>
Diagonals(const Conv&, const Weights&, const DiagonalOptions& = {}) -> Diagonals<ScalarOf<Weights>>;

/// Streams the diagonals that have entries of the matrix of a convolution, a transposed one, the
/// spec of either, or a `Pattern`. Weights are any contiguous range of float, double or their
/// complex types. Errors and cost as for `Diagonals`.
///
///     for (const auto& diagonal : toeplix::diagonals(conv, weights)) {
///       pack(diagonal.offset, diagonal.dense());
///     }
template <PatternArgument Source, WeightsArgument Weights>
[[nodiscard]] Diagonals<ScalarOf<Weights>> diagonals(const Source& source, const Weights& weights,
                                                     const DiagonalOptions& options = {}) {
  return {source, weights, options};
}

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
  /// Throws GeometryError for a negative size and a matrix without rows or columns; CapacityError
  /// for a size above 2^62 and if the diagonals, with the entries once more while they are sorted,
  /// exceed the memory budget. Cost: sorting the entries.
  template <int Order, class StorageIndex>
  explicit MatrixDiagonals(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                           const DiagonalOptions& options = {}) {
    using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;
    const auto for_each_kept = [&](const auto& visit) {
      for (Eigen::Index line = 0; line < matrix.outerSize(); ++line) {
        for (typename Matrix::InnerIterator entry(matrix, line); entry; ++entry) {
          if (options.prune_zeros && entry.value() == Scalar{}) continue;
          visit(Entry{entry.row(), entry.col(), entry.value()});
        }
      }
    };
    Index kept = 0;
    for_each_kept([&kept](const Entry&) { ++kept; });
    start(matrix.rows(), matrix.cols(), kept, options);
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
/// do not count. Errors and cost as for `MatrixDiagonals`.
///
///     for (const auto& diagonal : toeplix::diagonals(A)) {
///       pack(diagonal.offset, diagonal.dense());
///     }
template <MatrixScalar Scalar, int Order, class StorageIndex>
[[nodiscard]] MatrixDiagonals<Scalar> diagonals(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
    const DiagonalOptions& options = {}) {
  return MatrixDiagonals<Scalar>(matrix, options);
}

}  // namespace toeplix
