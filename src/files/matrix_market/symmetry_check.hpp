#pragma once

#include <toeplix/files/matrix_market.hpp>

#include <algorithm>
#include <complex>
#include <cstring>
#include <string>
#include <type_traits>

namespace toeplix::detail {

/// Whether an entry is written that is `below` places below the diagonal.
inline bool is_written(MatrixMarketSymmetry symmetry, Index below) {
  if (symmetry == MatrixMarketSymmetry::general) return true;
  return symmetry == MatrixMarketSymmetry::skew_symmetric ? below > 0 : below >= 0;
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

/// Entries of a matrix that a symmetry leaves to be written. Throws FormatError for the first entry
/// that the symmetry does not have, its values compared bit by bit where they count.
template <class Scalar, int Order, class StorageIndex>
class SymmetryCheck {
 public:
  using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;

  SymmetryCheck(const Matrix& matrix, MatrixMarketSymmetry symmetry, bool with_values)
      : matrix_(matrix), symmetry_(symmetry), with_values_(with_values) {}

  Index count() const {
    if (matrix_.rows() != matrix_.cols()) {
      fail("is " + std::to_string(matrix_.rows()) + " x " + std::to_string(matrix_.cols()));
    }
    Index written = 0;
    for (Index line = 0; line < matrix_.outerSize(); ++line) {
      for (Index i = begin_of(line); i < end_of(line); ++i) {
        const Index inner = matrix_.innerIndexPtr()[i];
        check(line, inner, matrix_.valuePtr()[i]);
        const Index below = Order == Eigen::RowMajor ? line - inner : inner - line;
        if (is_written(symmetry_, below)) ++written;
      }
    }
    return written;
  }

 private:
  Index begin_of(Index line) const { return matrix_.outerIndexPtr()[line]; }
  Index end_of(Index line) const {
    return matrix_.isCompressed() ? Index{matrix_.outerIndexPtr()[line + 1]}
                                  : begin_of(line) + matrix_.innerNonZeroPtr()[line];
  }

  void check(Index line, Index inner, const Scalar& value) const {
    if (line == inner) return check_diagonal(line, value);
    const StorageIndex* const begin = matrix_.innerIndexPtr() + begin_of(inner);
    const StorageIndex* const end = matrix_.innerIndexPtr() + end_of(inner);
    const StorageIndex* const found = std::lower_bound(begin, end, static_cast<StorageIndex>(line));
    if (found == end || *found != line) {
      fail("has an entry " + place(line, inner) + " and none " + place(inner, line));
    }
    if (!with_values_) return;
    const Scalar expected = mirrored(symmetry_, value);
    const Scalar& other = matrix_.valuePtr()[found - matrix_.innerIndexPtr()];
    if (std::memcmp(&expected, &other, sizeof(Scalar)) == 0) return;
    fail("has entries " + place(line, inner) + " and " + place(inner, line) +
         " that do not mirror each other");
  }

  void check_diagonal(Index line, const Scalar& value) const {
    if (symmetry_ == MatrixMarketSymmetry::skew_symmetric) {
      fail("has an entry " + place(line, line));
    }
    if (symmetry_ == MatrixMarketSymmetry::hermitian && !(std::imag(value) == 0)) {
      fail("has an entry " + place(line, line) + " that is not real");
    }
  }

  static std::string place(Index line, Index inner) {
    const bool by_rows = Order == Eigen::RowMajor;
    return '(' + std::to_string(by_rows ? line : inner) + ", " +
           std::to_string(by_rows ? inner : line) + ')';
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw FormatError("cannot be written as " + std::string(to_string(symmetry_)) +
                      ": the matrix " + what);
  }

  const Matrix& matrix_;
  MatrixMarketSymmetry symmetry_;
  bool with_values_;
};

/// Lines that the entries of a matrix take in a Matrix Market file.
template <class Scalar, int Order, class StorageIndex>
Index count_written(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                    MatrixMarketSymmetry symmetry, bool with_values) {
  if (symmetry == MatrixMarketSymmetry::general) return matrix.nonZeros();
  const bool needs_values = symmetry != MatrixMarketSymmetry::symmetric;
  if (needs_values && !with_values) {
    throw FormatError("a pattern is general or symmetric, not " + std::string(to_string(symmetry)));
  }
  if (symmetry == MatrixMarketSymmetry::hermitian && std::is_floating_point_v<Scalar>) {
    throw FormatError("a real matrix is not hermitian but symmetric");
  }
  return SymmetryCheck(matrix, symmetry, with_values).count();
}

}  // namespace toeplix::detail
