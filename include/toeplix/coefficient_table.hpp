#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <initializer_list>
#include <span>
#include <vector>

namespace toeplix {

/// One nonzero of a `CoefficientTable`.
struct CoefficientTap {
  Index input;         ///< coordinate that is read: the column
  double coefficient;  ///< what it is multiplied by

  friend bool operator==(const CoefficientTap&, const CoefficientTap&) = default;
};

/// The sparse matrix of one axis: output coordinate -> sorted taps with their coefficients.
///
/// No row has an input twice, and no coefficient is zero. Memory: 16 bytes for every tap and 8 for
/// every row.
///
///     toeplix::CoefficientTable halves(4);  // of 4 pixels makes 2: the means of neighbours
///     halves.append_row({{0, 0.5}, {1, 0.5}});
///     halves.append_row({{2, 0.5}, {3, 0.5}});
class CoefficientTable {
 public:
  /// A table that has no rows yet. Throws GeometryError for a number of columns below 1, and
  /// CapacityError for one beyond 2^26.
  explicit CoefficientTable(Index columns);
  /// The table that leaves an axis as it is. Errors as for the constructor.
  [[nodiscard]] static CoefficientTable identity(Index extent);

  /// Makes room for this many rows and taps. Throws GeometryError for a negative number,
  /// CapacityError for more than 2^26 of either.
  void reserve(Index rows, Index taps);
  /// Appends a row. The taps may come in any order; coefficients of the same input are added up,
  /// and a tap whose sum is zero is left out. Throws GeometryError for an input that is
  /// not a column, a coefficient or a sum that is not finite, CapacityError for more than 2^26 rows
  /// or taps; the table is then unchanged.
  void append_row(std::span<const CoefficientTap> taps);
  /// Appends a row that is written out: `append_row({{0, 0.5}, {1, 0.5}})`. Errors as above.
  void append_row(std::initializer_list<CoefficientTap> taps) {
    append_row(std::span(taps.begin(), taps.size()));
  }

  /// Output coordinates.
  [[nodiscard]] Index rows() const { return static_cast<Index>(begin_.size()) - 1; }
  /// Input coordinates.
  [[nodiscard]] Index columns() const { return columns_; }
  /// Number of taps of all rows.
  [[nodiscard]] Index entries() const { return begin_.back(); }

  /// The taps of a row. Precondition: 0 <= row < rows(). A view: lives until the table changes.
  [[nodiscard]] std::span<const CoefficientTap> row(Index row) const {
    const auto at = static_cast<std::size_t>(row);
    return std::span(taps_).subspan(static_cast<std::size_t>(begin_[at]),
                                    static_cast<std::size_t>(begin_[at + 1] - begin_[at]));
  }
  /// Number of taps in the rows before `row`. Precondition: 0 <= row <= rows().
  [[nodiscard]] Index entries_before(Index row) const {
    return begin_[static_cast<std::size_t>(row)];
  }

  /// The table of the transposed matrix. Cost: one pass.
  [[nodiscard]] CoefficientTable transposed() const;

  friend bool operator==(const CoefficientTable&, const CoefficientTable&) = default;

 private:
  Index columns_;
  std::vector<Index> begin_{0};
  std::vector<CoefficientTap> taps_;
};

}  // namespace toeplix
