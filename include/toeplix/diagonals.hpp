#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/diagonal.hpp>
#include <toeplix/diagonal_structure.hpp>
#include <toeplix/error.hpp>
#include <toeplix/matrix_diagonals.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

/// \file
/// The generalized diagonals of a convolution's matrix, from the geometry. What they are:
/// diagonal.hpp.

namespace toeplix {

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

}  // namespace toeplix
