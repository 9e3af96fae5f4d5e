#pragma once

#include "cli/arguments.hpp"
#include "cli/array_files.hpp"
#include "cli/matrix_files.hpp"
#include "cli/tensor_files.hpp"

#include <Eigen/SparseCore>

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

// The scalars that files of matrices and vectors hold, and what holds them all.

namespace toeplix::cli {

/// Complex or of doubles, if any of them is.
struct ScalarKind {
  bool is_complex = false;
  bool is_double = false;
};

template <class Scalar>
ScalarKind kind_of() {
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  return {Eigen::NumTraits<Scalar>::IsComplex != 0, std::is_same_v<Real, double>};
}

/// What holds numbers of both kinds.
inline ScalarKind joined(const ScalarKind& one, const ScalarKind& other) {
  return {one.is_complex || other.is_complex, one.is_double || other.is_double};
}

/// What holds the numbers of a .npy file: its header says it.
inline ScalarKind kind_of_array(const std::string& path, Index budget) {
  check_extension_or_stream(path, {".npy"});
  const NumberType type = read_array_header(path, budget).type;
  const bool is_complex = type == NumberType::complex64 || type == NumberType::complex128;
  return {is_complex, !fits_float(path, budget)};
}

/// The matrix of a file in a scalar that holds its own. It is moved if that is the same.
template <class Scalar>
FileMatrix<Scalar> taken_as(AnyMatrix& any) {
  return std::visit(
      []<class Matrix>(Matrix& matrix) -> FileMatrix<Scalar> {
        using From = typename Matrix::Scalar;
        if constexpr (std::is_same_v<From, Scalar>) {
          return std::move(matrix);
        } else if constexpr (std::is_constructible_v<Scalar, From>) {
          return FileMatrix<Scalar>(matrix.template cast<Scalar>());
        } else {
          throw std::logic_error("a matrix of a wider scalar");
        }
      },
      any);
}

}  // namespace toeplix::cli
