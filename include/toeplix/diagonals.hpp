#pragma once

#include <toeplix/compile.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

/// \file
/// The generalized diagonals of a convolution's matrix, as compilers for homomorphic encryption
/// pack them (Halevi and Shoup, Algorithms in HElib, 2014): a matrix times a vector is then a sum
/// of diagonals times rotations of the vector, y[i] = sum over d of diagonal_d[i] * x[(i + d) mod
/// n].

namespace toeplix {

/// One generalized diagonal of a matrix of n rows and n columns: the entries (i, (i + offset) mod
/// n).
template <MatrixScalar Scalar>
struct Diagonal {
  Index offset = 0;            ///< d, from 0 to n - 1
  Index size = 0;              ///< n
  std::vector<Index> rows;     ///< rows i that have an entry, ascending
  std::vector<Scalar> values;  ///< their entries

  /// The whole diagonal, as it is packed: n elements, zero where there is no entry.
  std::vector<Scalar> dense() const;
};

struct DiagonalOptions {
  /// n: the matrix is padded with zeros, below and to the right, to this many rows and columns.
  /// 0: the larger of its rows and columns.
  Index size = 0;
  /// Leaves out entries that are exactly zero, and diagonals without any other.
  bool prune_zeros = false;
};

/// The smallest power of two that is at least `number`: the slots of a ciphertext.
/// Throws CapacityError beyond 2^62.
Index next_power_of_two(Index number);

/// The diagonals of one matrix, made one by one as they are asked for.
///
/// Memory: the kernel's extents, the folded taps and the row channels; and the intervals that the
/// offsets of the diagonals make up. Nothing of the matrix is stored.
template <MatrixScalar Scalar>
class Diagonals {
 public:
  /// Throws GeometryError for weights of the wrong length or a size that is smaller than the
  /// matrix; CapacityError where the diagonals make up more than 2^24 intervals, or a number of
  /// rows, columns or channels is too large.
  Diagonals(const Pattern& pattern, std::vector<Scalar> weights,
            const DiagonalOptions& options = {});

  /// n: rows and columns of the padded matrix.
  Index size() const;
  /// Diagonals that have a stored entry, whatever its value. Cost: the intervals.
  Index count() const;
  /// Whether diagonal `offset` has a stored entry, whatever its value. Cost: logarithmic.
  bool contains(Index offset) const;
  /// One diagonal, without any rows where it is zero. Throws GeometryError unless
  /// 0 <= offset < size(). Cost: its entries, and the runs of every axis and channel.
  Diagonal<Scalar> at(Index offset) const;
  /// The next non-zero diagonal in ascending order of offsets, or nothing after the last.
  std::optional<Diagonal<Scalar>> next();
  /// Begins again with the first.
  void rewind();

  class Iterator {
   public:
    using value_type = Diagonal<Scalar>;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(Diagonals& diagonals) : diagonals_(&diagonals) { ++*this; }
    const Diagonal<Scalar>& operator*() const { return *current_; }
    Iterator& operator++() {
      current_ = diagonals_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return !iterator.current_;
    }

   private:
    Diagonals* diagonals_;
    std::optional<Diagonal<Scalar>> current_;
  };

  /// For `for (const auto& diagonal : diagonals)`. Begins again with the first.
  Iterator begin() {
    rewind();
    return Iterator(*this);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  struct Source;

  std::shared_ptr<const Source> source_;
  std::vector<Scalar> weights_;
  bool prune_zeros_;
  Index next_offset_ = 0;
};

/// Streams the non-zero diagonals of a convolution's matrix, or of a transposed one's:
///
///     for (const auto& diagonal : toeplix::diagonals(conv, weights)) { ... }
///
/// Errors and cost as for `Diagonals`.
template <AnyConvolution Conv, WeightsArgument Weights>
Diagonals<ScalarOf<Weights>> diagonals(const Conv& convolution, const Weights& weights,
                                       const DiagonalOptions& options = {}) {
  const auto values = as_span(weights);
  return {Pattern(convolution), {values.begin(), values.end()}, options};
}

/// How many generalized diagonals of the matrix, padded to `size` (0: not padded), have a stored
/// entry. From the geometry alone; nothing where they make up more than 2^22 intervals, or where
/// there are more than 2^20 row channels or 2^62 rows or columns, or about 2^24 folded taps along
/// an axis. Throws GeometryError for a size that is smaller than the matrix.
std::optional<Index> count_diagonals(const Pattern& pattern, Index size = 0);
template <AnyConvolution Conv>
std::optional<Index> count_diagonals(const Conv& convolution, Index size = 0) {
  return count_diagonals(Pattern(convolution), size);
}

}  // namespace toeplix
