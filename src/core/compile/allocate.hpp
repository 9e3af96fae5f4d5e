#pragma once

#include <toeplix/resources.hpp>

#include "core/base/huge_pages.hpp"
#include "core/base/integer_math.hpp"

#include <Eigen/SparseCore>

#include <limits>
#include <optional>
#include <span>
#include <string>

// Checks and allocates the memory of a compressed matrix, in this order:
//
//     const CompressedSize size = {.entries = 12, .outer = 3, .inner = 4};
//     check_index_type<Matrix>(size, advice);
//     check_budget(matrix, size, resources, advice);
//     make_room(matrix, size);
//     fill_or_clear(matrix, [&] { ... });

namespace toeplix::detail {

struct CompressedSize {
  Index entries;
  Index outer;  ///< rows of a row-major matrix, columns of a column-major one
  Index inner;  ///< the other dimension
};

/// What to use instead of a matrix that is refused.
struct RoomAdvice {
  const char* narrow_index;  ///< if 32-bit indices do not suffice
  const char* memory;        ///< if the memory budget does not
};

/// Throws CapacityError. `bytes` are those of the whole matrix.
[[noreturn]] void refuse_index_type(const CompressedSize& size, int bits,
                                    std::optional<Index> bytes, const RoomAdvice& advice);

/// Throws CapacityError for what the index type of a matrix cannot number.
template <class Matrix>
void check_index_type(const CompressedSize& size, const RoomAdvice& advice) {
  using StorageIndex = typename Matrix::StorageIndex;
  constexpr Index limit = std::numeric_limits<StorageIndex>::max();
  if (size.entries <= limit && size.inner <= limit && size.outer < limit) return;
  refuse_index_type(size, 8 * static_cast<int>(sizeof(StorageIndex)),
                    matrix_bytes(size.entries, checked_sum(size.outer, 1),
                                 sizeof(typename Matrix::Scalar), sizeof(StorageIndex)),
                    advice);
}

/// Throws CapacityError if an allocation of `bytes` (nothing: over 2^63) exceeds the budget, or, if
/// `resources` has none, what the machine has free. Up to 16 MiB are granted without asking the
/// machine, because that takes longer than to compile a small matrix.
void check_budget(const CompressedSize& size, std::optional<Index> bytes,
                  const Resources& resources, const RoomAdvice& advice);

/// The same for what a matrix has to allocate anew.
template <class Matrix>
void check_budget(const Matrix& matrix, const CompressedSize& size, const Resources& resources,
                  const RoomAdvice& advice) {
  const bool entries_fit = matrix.data().allocatedSize() >= size.entries;
  const bool pointers_fit = matrix.outerSize() == size.outer && matrix.outerIndexPtr() != nullptr;
  const auto pointers = pointers_fit ? 0 : checked_sum(size.outer, 1);
  const auto bytes =
      matrix_bytes(entries_fit ? 0 : size.entries, pointers, sizeof(typename Matrix::Scalar),
                   sizeof(typename Matrix::StorageIndex));
  check_budget(size, bytes, resources, advice);
}

/// All values that a matrix has room for.
template <class Matrix>
std::span<const typename Matrix::Scalar> values_of(const Matrix& matrix) {
  return {matrix.valuePtr(), static_cast<std::size_t>(matrix.data().allocatedSize())};
}

/// Throws CapacityError if `bytes` for `what`, such as `a copy of 12 weights`, exceed the budget,
/// likewise.
void check_room(const std::string& what, std::optional<Index> bytes, const Resources& resources,
                const char* advice);

/// Throws CapacityError for more rows than the budget has room to count the entries of, one by one.
void check_count_room(Index rows, const Resources& resources, const RoomAdvice& advice);

/// Allocates exactly `entries` in a matrix that has none, on huge pages. Their contents are
/// undefined. (Complex values are not on huge pages: Eigen has cleared them before we get them.)
template <class Matrix>
void allocate_entries(Matrix& matrix, Index entries) {
  matrix.resizeNonZeros(entries);
  advise_huge_pages(matrix.valuePtr(), entries * Index{sizeof(typename Matrix::Scalar)});
  advise_huge_pages(matrix.innerIndexPtr(), entries * Index{sizeof(typename Matrix::StorageIndex)});
}

/// Gives a matrix dimensions and room for entries, in the memory that it has if that suffices.
template <class Matrix>
void make_room(Matrix& matrix, const CompressedSize& size) {
  const bool entries_fit = matrix.data().allocatedSize() >= size.entries;
  // Let go of memory that is too small before asking for more: both need not exist at once.
  if (!entries_fit) typename Matrix::Storage().swap(matrix.data());
  matrix.resize(Matrix::IsRowMajor ? size.outer : size.inner,
                Matrix::IsRowMajor ? size.inner : size.outer);
  if (entries_fit) {
    matrix.resizeNonZeros(size.entries);
  } else {
    allocate_entries(matrix, size.entries);
  }
}

/// The matrix itself, which has no entries then. Eigen 3.4 has no moves: `std::move` would copy.
template <class Matrix>
Matrix taken(Matrix& matrix) {
  Matrix result;
  result.swap(matrix);
  return result;
}

/// Calls `fill`, which writes the arrays of a matrix. If that fails, as memory runs out, the
/// matrix has no entries, instead of undefined ones.
template <class Matrix, class Fill>
void fill_or_clear(Matrix& matrix, const Fill& fill) {
  try {
    fill();
  } catch (...) {
    matrix.setZero();
    throw;
  }
}

}  // namespace toeplix::detail
