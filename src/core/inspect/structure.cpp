#include "core/inspect/structure.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

namespace {

/// One level of a matrix, with the distance of its neighbours among rows and among columns.
struct BlockGrid {
  Index rows;
  Index cols;
  Index row_stride;
  Index column_stride;
};

std::vector<BlockGrid> grids_of(std::span<const MatrixLevel> levels) {
  std::vector<BlockGrid> grids;
  Index row_stride = 1;
  Index column_stride = 1;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    grids.push_back({level->rows, level->cols, row_stride, column_stride});
    row_stride *= level->rows;
    column_stride *= level->cols;
  }
  std::ranges::reverse(grids);
  return grids;
}

/// The largest of some numbers and `least`; NaN is passed over.
template <class Number>
Number max_of(const std::vector<Number>& numbers, Number least) {
  for (const Number number : numbers) least = std::max(least, number);
  return least;
}

/// The sum of the squares.
double squares(const std::vector<Index>& numbers) {
  double sum = 0;
  for (const Index number : numbers) {
    sum += static_cast<double>(number) * static_cast<double>(number);
  }
  return sum;
}

/// Looks at the values of a matrix. Numbers that differ by rounding alone are equal.
template <class Scalar>
class Finder {
 public:
  Finder(const Rows<Scalar>& matrix, double epsilon) : matrix_(matrix), epsilon_(16 * epsilon) {}

  /// Whether A(o + 1, i + 1) = A(o, i) along one level.
  bool is_toeplitz(const BlockGrid& grid) const {
    return for_all([&](Index row, Index column, Scalar value) {
      const Index o = row / grid.row_stride % grid.rows;
      const Index i = column / grid.column_stride % grid.cols;
      const bool has_next = o + 1 < grid.rows && i + 1 < grid.cols;
      if (has_next && !equal(value, at(row + grid.row_stride, column + grid.column_stride))) {
        return false;
      }
      // The one before may be a zero that is not stored.
      const bool has_previous = o > 0 && i > 0;
      return !has_previous || equal(value, at(row - grid.row_stride, column - grid.column_stride));
    });
  }

  /// Whether the same holds modulo the number of rows.
  bool is_circulant(const BlockGrid& grid) const {
    if (grid.rows != grid.cols) return false;
    const auto next = [](Index index, Index stride, Index extent) {
      const bool wraps = index / stride % extent == extent - 1;
      return wraps ? index - (extent - 1) * stride : index + stride;
    };
    // Going round and round, an entry meets every other of its diagonal: looking ahead suffices.
    return for_all([&](Index row, Index column, Scalar value) {
      return equal(value, at(next(row, grid.row_stride, grid.rows),
                             next(column, grid.column_stride, grid.cols)));
    });
  }

  /// Whether A(o, i) = T(i - o) + H(i + o) along one level. These are the solutions of
  /// A(o - 1, i) + A(o + 1, i) = A(o, i - 1) + A(o, i + 1), demanded of every inner place.
  bool is_toeplitz_plus_hankel(const BlockGrid& grid) const {
    return for_all([&](Index row, Index column, Scalar) {
      const Index o = row / grid.row_stride % grid.rows;
      const Index i = column / grid.column_stride % grid.cols;
      const auto balanced = [&](Index rows_on, Index columns_on) {
        const bool inner = o + rows_on >= 1 && o + rows_on < grid.rows - 1 && i + columns_on >= 1 &&
                           i + columns_on < grid.cols - 1;
        if (!inner) return true;
        return is_balanced(grid, row + rows_on * grid.row_stride,
                           column + columns_on * grid.column_stride);
      };
      return balanced(-1, 0) && balanced(1, 0) && balanced(0, -1) && balanced(0, 1);
    });
  }

  bool is_symmetric() const {
    if (matrix_.rows() != matrix_.cols()) return false;
    return for_all(
        [&](Index row, Index column, Scalar value) { return equal(value, at(column, row)); });
  }

  bool is_doubly_stochastic() const {
    if (matrix_.rows() != matrix_.cols()) return false;
    const auto size = static_cast<std::size_t>(matrix_.rows());
    std::vector<Scalar> row_sums(size);
    std::vector<Scalar> column_sums(size);
    std::vector<Index> row_terms(size);
    std::vector<Index> column_terms(size);
    const bool sound = for_all([&](Index row, Index column, Scalar value) {
      const auto r = static_cast<std::size_t>(row);
      const auto c = static_cast<std::size_t>(column);
      row_sums[r] += value;
      column_sums[c] += value;
      ++row_terms[r];
      ++column_terms[c];
      return std::imag(value) == 0 && std::real(value) >= 0;
    });
    if (!sound) return false;
    const auto all_one = [&](const std::vector<Scalar>& sums, const std::vector<Index>& terms) {
      for (std::size_t i = 0; i < sums.size(); ++i) {
        if (!(std::abs(sums[i] - 1.0) <= epsilon_ * static_cast<double>(terms[i]))) return false;
      }
      return true;
    };
    return all_one(row_sums, row_terms) && all_one(column_sums, column_terms);
  }

  StructureFinding is_normal(Index most_work) const {
    if (matrix_.rows() != matrix_.cols()) return false;
    const Lines lines = measure_lines();
    const double tolerance = epsilon_ * static_cast<double>(lines.longest()) * lines.largest_norm();
    // On the diagonal of A A^H and A^H A: the squared norms of rows and of columns.
    for (std::size_t i = 0; i < lines.row_norms.size(); ++i) {
      if (!(std::abs(lines.row_norms[i] - lines.column_norms[i]) <= tolerance)) return false;
    }
    if (lines.work() > static_cast<double>(most_work) / 8) return std::nullopt;
    const Rows<Scalar> adjoint = matrix_.adjoint();
    Rows<Scalar> difference = matrix_ * adjoint;
    difference -= Rows<Scalar>(adjoint * matrix_);
    return std::all_of(difference.valuePtr(), difference.valuePtr() + difference.nonZeros(),
                       [&](const Scalar& value) { return std::abs(value) <= tolerance; });
  }

 private:
  /// Squared norms and numbers of entries of the rows and the columns of a square matrix.
  struct Lines {
    std::vector<double> row_norms;
    std::vector<double> column_norms;
    std::vector<Index> row_lengths;
    std::vector<Index> column_lengths;

    Index longest() const {
      return std::max({Index{1}, max_of(row_lengths, Index{0}), max_of(column_lengths, Index{0})});
    }
    double largest_norm() const {
      return std::max(max_of(row_norms, 0.0), max_of(column_norms, 0.0));
    }
    /// Multiplications of A A^H and A^H A, or somewhat more.
    double work() const { return squares(row_lengths) + squares(column_lengths); }
  };

  Lines measure_lines() const {
    const auto size = static_cast<std::size_t>(matrix_.rows());
    Lines lines{std::vector<double>(size), std::vector<double>(size), std::vector<Index>(size),
                std::vector<Index>(size)};
    for_all([&](Index row, Index column, Scalar value) {
      const auto r = static_cast<std::size_t>(row);
      const auto c = static_cast<std::size_t>(column);
      lines.row_norms[r] += std::norm(value);
      lines.column_norms[c] += std::norm(value);
      ++lines.row_lengths[r];
      ++lines.column_lengths[c];
      return true;
    });
    return lines;
  }

  template <class Holds>
  bool for_all(Holds holds) const {
    for (Index row = 0; row < matrix_.outerSize(); ++row) {
      for (Index at = matrix_.outerIndexPtr()[row]; at < matrix_.outerIndexPtr()[row + 1]; ++at) {
        if (!holds(row, matrix_.innerIndexPtr()[at], matrix_.valuePtr()[at])) return false;
      }
    }
    return true;
  }

  Scalar at(Index row, Index column) const {
    const Index* const columns = matrix_.innerIndexPtr();
    const Index* const begin = columns + matrix_.outerIndexPtr()[row];
    const Index* const end = columns + matrix_.outerIndexPtr()[row + 1];
    if (begin == end || column < *begin || column > end[-1]) return Scalar{};
    // Most rows of a dense kernel have no gaps, so that the first column says where a column is.
    const Index guess = column - *begin;
    if (guess < end - begin && begin[guess] == column)
      return matrix_.valuePtr()[begin - columns + guess];
    const Index* const found = std::lower_bound(begin, end, column);
    return found != end && *found == column ? matrix_.valuePtr()[found - columns] : Scalar{};
  }

  bool equal(Scalar a, Scalar b) const {
    return std::abs(a - b) <= epsilon_ * std::max(std::abs(a), std::abs(b));
  }

  bool is_balanced(const BlockGrid& grid, Index row, Index column) const {
    const Scalar above = at(row - grid.row_stride, column);
    const Scalar below = at(row + grid.row_stride, column);
    const Scalar left = at(row, column - grid.column_stride);
    const Scalar right = at(row, column + grid.column_stride);
    const double size = std::abs(above) + std::abs(below) + std::abs(left) + std::abs(right);
    return std::abs((above + below) - (left + right)) <= epsilon_ * size;
  }

  const Rows<Scalar>& matrix_;
  double epsilon_;
};

}  // namespace

template <class Scalar>
MatrixStructure find_structure(const Rows<Scalar>& matrix, std::span<const MatrixLevel> levels,
                               double epsilon, Index most_work, Stochastic stochastic) {
  const Finder<Scalar> finder(matrix, epsilon);
  const bool affordable = matrix.nonZeros() <= most_work / 32;
  const auto finding = [&](auto find) {
    return affordable ? StructureFinding(find()) : std::nullopt;
  };
  MatrixStructure structure;
  const std::vector<BlockGrid> grids = grids_of(levels);
  for (std::size_t i = 0; i < grids.size(); ++i) {
    const BlockGrid& grid = grids[i];
    structure.levels.push_back({levels[i], finding([&] { return finder.is_toeplitz(grid); }),
                                finding([&] { return finder.is_circulant(grid); }),
                                finding([&] { return finder.is_toeplitz_plus_hankel(grid); })});
  }
  const BlockGrid whole{matrix.rows(), matrix.cols(), 1, 1};
  structure.toeplitz = finding([&] { return finder.is_toeplitz(whole); });
  structure.circulant = finding([&] { return finder.is_circulant(whole); });
  structure.symmetric = finding([&] { return finder.is_symmetric(); });
  structure.normal = finder.is_normal(most_work);
  if (stochastic == Stochastic::checked) {
    structure.doubly_stochastic = finding([&] { return finder.is_doubly_stochastic(); });
  }
  return structure;
}

template MatrixStructure find_structure(const Rows<double>&, std::span<const MatrixLevel>, double,
                                        Index, Stochastic);
template MatrixStructure find_structure(const Rows<std::complex<double>>&,
                                        std::span<const MatrixLevel>, double, Index, Stochastic);

}  // namespace toeplix::detail
