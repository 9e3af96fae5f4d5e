#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/pattern.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <vector>

/// \file
/// The generalized diagonals of a convolution's matrix, as compilers for homomorphic encryption
/// pack them (Halevi and Shoup, Algorithms in HElib, 2014): a matrix times a vector is then a sum
/// of diagonals times rotations of the vector,
/// y[i] = sum over d of diagonal_d[i] * x[(i + d) mod n].

namespace toeplix {

/// One generalized diagonal of a matrix of n rows and n columns: the entries
/// (i, (i + offset) mod n).
template <MatrixScalar Scalar>
struct Diagonal {
  Index offset = 0;            ///< d, from 0 to n - 1
  Index size = 0;              ///< n
  std::vector<Index> rows;     ///< rows i that have an entry, ascending
  std::vector<Scalar> values;  ///< their entries

  /// The whole diagonal, as it is packed: n elements, zero if there is no entry.
  [[nodiscard]] std::vector<Scalar> dense() const;
};

/// What diagonals are asked for.
///
///     toeplix::diagonals(conv, weights, {.size = 4096, .prune_zeros = true});
struct DiagonalOptions {
  /// n: the matrix is padded with zeros, below and to the right, to this many rows and columns.
  /// 0: the larger of its rows and columns.
  Index size = 0;
  /// Leaves out entries that are exactly zero, and diagonals without any other.
  bool prune_zeros = false;
};

/// The smallest power of two that is at least `number`: the slots of a ciphertext.
/// Throws CapacityError beyond 2^62.
///
///     toeplix::next_power_of_two(conv.cols());
[[nodiscard]] Index next_power_of_two(Index number);

/// The diagonals of one matrix. Each is made if it is asked for; nothing of the matrix is stored.
/// Memory: the kernel's extents, the folded taps, the row channels, and the intervals that the
/// offsets of the diagonals make up.
///
/// It never changes once it is made: several threads, and several iterators, may use one.
///
///     toeplix::Diagonals<double> found(conv, weights);
///     auto main_diagonal = found.at(0);
template <MatrixScalar Scalar>
class Diagonals {
 public:
  /// Throws GeometryError for weights of the wrong length or a size that is smaller than the
  /// matrix; CapacityError if the diagonals make up more than 2^24 intervals, or a number of rows,
  /// columns or channels is too large.
  Diagonals(const Pattern& pattern, std::vector<Scalar> weights,
            const DiagonalOptions& options = {});

  /// Of a convolution, a transposed one, the spec of either, or a `Pattern`; weights are any
  /// contiguous range of `Scalar`. Errors as above.
  template <PatternArgument Conv, VectorArgument Weights>
  Diagonals(const Conv& convolution, const Weights& weights, const DiagonalOptions& options = {})
      : Diagonals(Pattern(convolution), copied(detail::span_of<Scalar>(weights)), options) {}

  /// n: rows and columns of the padded matrix.
  [[nodiscard]] Index size() const;
  /// Diagonals that have a stored entry, whatever its value. Cost: the intervals.
  [[nodiscard]] Index count() const;
  /// Whether diagonal `offset` has a stored entry, whatever its value. Cost: logarithmic.
  [[nodiscard]] bool contains(Index offset) const;
  /// One diagonal; it has no rows if it is zero. Throws GeometryError unless
  /// 0 <= offset < size(). Cost: its entries, and the runs of every axis and channel.
  [[nodiscard]] Diagonal<Scalar> at(Index offset) const;

  /// Goes over the diagonals that have entries, by ascending offset. Holds the one it is at; must
  /// not outlive its `Diagonals`.
  class Iterator {
   public:
    /// What it points to.
    using value_type = Diagonal<Scalar>;
    /// As every iterator has it.
    using difference_type = std::ptrdiff_t;

    /// Points to the first diagonal.
    explicit Iterator(const Diagonals& diagonals)
        : diagonals_(&diagonals), current_(diagonals.first_from(0)) {}
    /// The diagonal it points to.
    [[nodiscard]] const Diagonal<Scalar>& operator*() const { return *current_; }
    /// The diagonal it points to.
    [[nodiscard]] const Diagonal<Scalar>* operator->() const { return &*current_; }
    /// Goes on to the next diagonal that has entries.
    Iterator& operator++() {
      current_ = diagonals_->first_from(current_->offset + 1);
      return *this;
    }
    /// Goes on to the next diagonal that has entries.
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return !iterator.current_;
    }

   private:
    const Diagonals* diagonals_;
    std::optional<Diagonal<Scalar>> current_;
  };

  /// The first diagonal that has entries. Cost of each step: that of `at`.
  [[nodiscard]] Iterator begin() const { return Iterator(*this); }
  /// Beyond the last diagonal.
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  struct Source;

  static std::vector<Scalar> copied(std::span<const Scalar> weights) {
    return {weights.begin(), weights.end()};
  }

  /// The first diagonal from `offset` on that has rows, or nothing.
  std::optional<Diagonal<Scalar>> first_from(Index offset) const;

  std::shared_ptr<const Source> source_;
  std::vector<Scalar> weights_;
  bool prune_zeros_;
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

/// How many generalized diagonals of the matrix, padded to `size` (0: not padded), have a stored
/// entry. From the geometry alone; nothing if they make up more than 2^22 intervals, or if there
/// are more than 2^20 row channels or 2^62 rows or columns, or about 2^24 folded taps along an
/// axis. Throws GeometryError for a size that is smaller than the matrix.
///
///     toeplix::count_diagonals(toeplix::Pattern(conv));
[[nodiscard]] std::optional<Index> count_diagonals(const Pattern& pattern, Index size = 0);
/// Of a convolution, a transposed one, or the spec of either, likewise.
///
///     toeplix::count_diagonals(conv, toeplix::next_power_of_two(conv.rows()));
template <PatternArgument Source>
[[nodiscard]] std::optional<Index> count_diagonals(const Source& source, Index size = 0) {
  return count_diagonals(Pattern(source), size);
}

}  // namespace toeplix
