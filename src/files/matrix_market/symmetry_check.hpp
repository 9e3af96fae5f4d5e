#pragma once

#include <toeplix/files/matrix_market.hpp>

#include "files/bytes/sparse_lines.hpp"

#include <algorithm>
#include <complex>
#include <cstring>
#include <string>
#include <type_traits>

namespace toeplix::detail {

/// Whether an entry is written that is `below` places below the diagonal.
inline bool is_written(MatrixMarketSymmetry symmetry, Index below) {
  return symmetry == MatrixMarketSymmetry::general || below >= 0;
}

/// What the symmetry makes of the entry on the other side of the diagonal.
template <class Scalar>
Scalar mirrored(MatrixMarketSymmetry symmetry, const Scalar& value) {
  if (symmetry == MatrixMarketSymmetry::skew_symmetric) return -value;
  if constexpr (!std::is_floating_point_v<Scalar>) {
    if (symmetry == MatrixMarketSymmetry::hermitian) return std::conj(value);
  }
  return value;
}

/// Entries of a matrix that a symmetry leaves to be written. Throws MatrixMarketSymmetryError for
/// the first entry that the symmetry does not have, its values compared bit by bit where they
/// count.
template <class Scalar, class StorageIndex>
class SymmetryCheck {
 public:
  using Matrix = SparseLines<Scalar, StorageIndex>;

  SymmetryCheck(const Matrix& matrix, MatrixMarketSymmetry symmetry, bool with_values)
      : matrix_(matrix), symmetry_(symmetry), with_values_(with_values) {}

  Index count() const {
    if (matrix_.rows != matrix_.cols) {
      fail("is " + std::to_string(matrix_.rows) + " x " + std::to_string(matrix_.cols));
    }
    Index written = 0;
    for (Index line = 0; line < matrix_.count(); ++line) {
      for (Index i = matrix_.begin(line); i < matrix_.end(line); ++i) {
        const Index inner = matrix_.index(i);
        check(line, inner, matrix_.value(i));
        const Index below = matrix_.by_rows ? line - inner : inner - line;
        if (is_written(symmetry_, below)) ++written;
      }
    }
    return written;
  }

 private:
  void check(Index line, Index inner, const Scalar& value) const {
    if (line == inner) return check_diagonal(line, value);
    const auto indices = matrix_.indices(matrix_.begin(inner), matrix_.length(inner));
    const auto found =
        std::lower_bound(indices.begin(), indices.end(), static_cast<StorageIndex>(line));
    if (found == indices.end() || *found != line) {
      fail("has an entry " + place(line, inner) + " and none " + place(inner, line));
    }
    if (!with_values_) return;
    const Scalar expected = mirrored(symmetry_, value);
    const Scalar& other = matrix_.value(matrix_.begin(inner) + (found - indices.begin()));
    if (std::memcmp(&expected, &other, sizeof(Scalar)) == 0) return;
    fail("has entries " + place(line, inner) + " and " + place(inner, line) +
         " that do not mirror each other");
  }

  void check_diagonal(Index line, const Scalar& value) const {
    if (symmetry_ == MatrixMarketSymmetry::skew_symmetric && !(value == Scalar(0))) {
      fail("has an entry " + place(line, line) + " that is not zero");
    }
    if (symmetry_ == MatrixMarketSymmetry::hermitian && !(std::imag(value) == 0)) {
      fail("has an entry " + place(line, line) + " that is not real");
    }
  }

  std::string place(Index line, Index inner) const {
    return '(' + std::to_string(matrix_.by_rows ? line : inner) + ", " +
           std::to_string(matrix_.by_rows ? inner : line) + ')';
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw MatrixMarketSymmetryError("cannot be written as " + std::string(to_string(symmetry_)) +
                                    ": the matrix " + what);
  }

  const Matrix& matrix_;
  MatrixMarketSymmetry symmetry_;
  bool with_values_;
};

/// Lines that the entries of a matrix take in a Matrix Market file.
template <class Scalar, class StorageIndex>
Index count_written(const SparseLines<Scalar, StorageIndex>& matrix, MatrixMarketSymmetry symmetry,
                    bool with_values) {
  if (symmetry == MatrixMarketSymmetry::general) return matrix.entries;
  const bool needs_values = symmetry != MatrixMarketSymmetry::symmetric;
  if (needs_values && !with_values) {
    throw MatrixMarketSymmetryError("a pattern is general or symmetric, not " +
                                    std::string(to_string(symmetry)));
  }
  if (symmetry == MatrixMarketSymmetry::hermitian && std::is_floating_point_v<Scalar>) {
    throw MatrixMarketSymmetryError("a real matrix is not hermitian but symmetric");
  }
  return SymmetryCheck(matrix, symmetry, with_values).count();
}

}  // namespace toeplix::detail
