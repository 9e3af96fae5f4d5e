#pragma once

#include "support/expected_matrix.hpp"

#include <map>
#include <set>
#include <vector>

/// \file
/// What a small dense matrix is like: entry by entry, straight from the definitions.

namespace toeplix::test {

/// The lines (rows, or columns) of a matrix that have an entry other than zero, or none.
struct DenseLines {
  std::map<Index, Index> lengths;  ///< how many lines have so many entries
  std::vector<Index> empty;        ///< lines without an entry, ascending
};

inline DenseLines rows_of(const DenseMatrix<double>& a) {
  DenseLines lines;
  for (Index row = 0; row < a.rows; ++row) {
    Index length = 0;
    for (Index column = 0; column < a.cols; ++column) length += a.at(row, column) != 0 ? 1 : 0;
    ++lines.lengths[length];
    if (length == 0) lines.empty.push_back(row);
  }
  return lines;
}

inline DenseMatrix<double> transposed(const DenseMatrix<double>& a) {
  DenseMatrix<double> result = zero_matrix<double>(a.cols, a.rows);
  for (Index row = 0; row < a.rows; ++row) {
    for (Index column = 0; column < a.cols; ++column) result.at(column, row) = a.at(row, column);
  }
  return result;
}

/// `column - row` of every entry other than zero.
inline std::set<Index> offsets_of(const DenseMatrix<double>& a) {
  std::set<Index> offsets;
  for (Index row = 0; row < a.rows; ++row) {
    for (Index column = 0; column < a.cols; ++column) {
      if (a.at(row, column) != 0) offsets.insert(column - row);
    }
  }
  return offsets;
}

/// One level of a matrix of blocks of blocks: how many blocks it has each way, and how far one is
/// from the next. The whole matrix is the level {rows, cols, 1, 1}.
struct DenseLevel {
  Index rows;
  Index cols;
  Index row_step;
  Index column_step;
};

/// A(o + 1, i + 1) = A(o, i) on one level, if both exist.
inline bool is_toeplitz(const DenseMatrix<double>& a, const DenseLevel& level) {
  for (Index row = 0; row < a.rows; ++row) {
    for (Index column = 0; column < a.cols; ++column) {
      if (row / level.row_step % level.rows == level.rows - 1) continue;
      if (column / level.column_step % level.cols == level.cols - 1) continue;
      if (a.at(row + level.row_step, column + level.column_step) != a.at(row, column)) return false;
    }
  }
  return true;
}

/// The same modulo the number of blocks, which must be as many each way.
inline bool is_circulant(const DenseMatrix<double>& a, const DenseLevel& level) {
  if (level.rows != level.cols) return false;
  const auto next = [&](Index index, Index step) {
    const bool last = index / step % level.rows == level.rows - 1;
    return last ? index - (level.rows - 1) * step : index + step;
  };
  for (Index row = 0; row < a.rows; ++row) {
    for (Index column = 0; column < a.cols; ++column) {
      const double moved = a.at(next(row, level.row_step), next(column, level.column_step));
      if (moved != a.at(row, column)) return false;
    }
  }
  return true;
}

/// A(o - 1, i) + A(o + 1, i) = A(o, i - 1) + A(o, i + 1) at every inner place of one level: the
/// sums T(i - o) + H(i + o) are those that solve this.
inline bool is_toeplitz_plus_hankel(const DenseMatrix<double>& a, const DenseLevel& level) {
  for (Index row = 0; row < a.rows; ++row) {
    for (Index column = 0; column < a.cols; ++column) {
      const Index o = row / level.row_step % level.rows;
      const Index i = column / level.column_step % level.cols;
      if (o == 0 || o == level.rows - 1 || i == 0 || i == level.cols - 1) continue;
      const double above_and_below =
          a.at(row - level.row_step, column) + a.at(row + level.row_step, column);
      const double beside =
          a.at(row, column - level.column_step) + a.at(row, column + level.column_step);
      if (above_and_below != beside) return false;
    }
  }
  return true;
}

inline bool is_symmetric(const DenseMatrix<double>& a) {
  return a.rows == a.cols && a == transposed(a);
}

/// A A^T = A^T A, of whole numbers whose sums are exact.
inline bool is_normal(const DenseMatrix<double>& a) {
  if (a.rows != a.cols) return false;
  for (Index i = 0; i < a.rows; ++i) {
    for (Index j = 0; j < a.rows; ++j) {
      double difference = 0;
      for (Index k = 0; k < a.rows; ++k) {
        difference += a.at(i, k) * a.at(j, k) - a.at(k, i) * a.at(k, j);
      }
      if (difference != 0) return false;
    }
  }
  return true;
}

}  // namespace toeplix::test
