#pragma once

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include "core/base/huge_pages.hpp"
#include "core/base/memory.hpp"
#include "core/compile/copy_lines.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace toeplix::detail {

/// What to use instead of a matrix that is refused; each begins with `; ` or is empty.
struct RoomAdvice {
  const char* narrow_index;  ///< where 32-bit indices do not suffice
  const char* memory;        ///< where the memory budget does not
};

/// `12 entries (160 bytes)`
std::string count_and_bytes(Index entries, std::optional<Index> bytes);

/// Bytes of a matrix's values, indices and `outer + 1` pointers; nothing where they exceed 64 bits.
std::optional<Index> matrix_bytes(Index entries, Index outer, std::size_t scalar,
                                  std::size_t index);

/// Bytes that a matrix's three arrays may take beyond their ends.
inline constexpr Index most_taken_at_ends = 6 * most_taken_beyond;

/// How to write `bytes` that were written before: they are in the cache if they fit.
Stores stores_again(std::size_t bytes);

/// Refuses what the index type cannot number. `inner` and `outer` are the matrix's dimensions.
template <class Scalar, class StorageIndex>
void check_index_type(Index entries, Index outer, Index inner, const RoomAdvice& advice) {
  constexpr Index limit = std::numeric_limits<StorageIndex>::max();
  constexpr int bits = 8 * static_cast<int>(sizeof(StorageIndex));
  if (entries <= limit && inner <= limit && outer < limit) return;
  const auto bytes = matrix_bytes(entries, outer, sizeof(Scalar), sizeof(StorageIndex));
  std::string message = "a matrix of " + count_and_bytes(entries, bytes) + " with dimensions " +
                        std::to_string(outer) + " and " + std::to_string(inner) + " exceeds " +
                        std::to_string(bits) + "-bit indices";
  if (sizeof(StorageIndex) < 8) message += advice.narrow_index;
  throw CapacityError(message, CapacityCause::index_type, entries, bytes);
}

/// Refuses what has to be allocated anew and exceeds the budget. Returns what is left of that.
template <class Matrix>
Index check_budget(const Matrix& matrix, Index entries, Index outer, const Resources& resources,
                   const RoomAdvice& advice) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  const bool entries_fit = matrix.data().allocatedSize() >= entries;
  const bool outer_fits = matrix.outerSize() == outer && matrix.outerIndexPtr() != nullptr;
  const auto bytes = matrix_bytes(entries_fit ? 0 : entries, outer_fits ? -1 : outer,
                                  sizeof(Scalar), sizeof(StorageIndex));
  if (bytes && *bytes == 0) return 0;  // asking the system what is free takes its time
  const Index budget =
      resources.memory_budget > 0
          ? resources.memory_budget
          : available_memory_before_taking(bytes.value_or(std::numeric_limits<Index>::max()));
  if (bytes && *bytes <= budget) return budget - *bytes;
  throw CapacityError("a matrix of " + count_and_bytes(entries, bytes) +
                          " exceeds the memory budget of " + std::to_string(budget) + " bytes" +
                          advice.memory,
                      CapacityCause::memory_budget, entries, bytes);
}

/// Refuses more rows than the budget has room to count the entries of, one by one.
void check_count_room(Index rows, const Resources& resources, const RoomAdvice& advice);

/// Allocates room for `entries` in a matrix that has none, on huge pages as far as possible, and at
/// their ends too where `spare` bytes allow what that takes. (Not so values of complex numbers:
/// their constructor, which Eigen calls for every element, clears them, and so has touched them.)
template <class Matrix>
void allocate_entries(Matrix& matrix, Index entries, Index spare) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  constexpr bool values_are_touched = Eigen::NumTraits<Scalar>::IsComplex;
  const bool to_the_ends = spare >= most_taken_at_ends;
  if (!values_are_touched && to_the_ends) {
    constexpr std::size_t smallest = std::min(sizeof(Scalar), sizeof(StorageIndex));
    matrix.data().reserve(count_for_huge_pages(entries, smallest));
  }
  matrix.resizeNonZeros(entries);
  const auto prepare = [&](auto* begin) {
    constexpr std::size_t element = sizeof(*begin);
    const auto bytes = static_cast<std::size_t>(entries) * element;
    const auto room = static_cast<std::size_t>(matrix.data().allocatedSize()) * element;
    to_the_ends ? prepare_new_memory(begin, bytes, room) : advise_huge_pages(begin, bytes);
  };
  if (!values_are_touched) prepare(matrix.valuePtr());
  prepare(matrix.innerIndexPtr());
}

/// A matrix without entries, whose pointers lie on huge pages: Eigen's resize() clears a million
/// of them on small ones, which takes five times as long. Eigen has no way to bring pointers along,
/// so this sets what Eigen 3.4 leaves to derived classes, by the same functions of the allocator;
/// other versions have their resize().
template <class Matrix>
class EmptyOnHugePages : public Matrix {
 public:
  EmptyOnHugePages(Index outer, Index inner) {
#if EIGEN_VERSION_AT_LEAST(3, 4, 1)
    this->resize(Matrix::IsRowMajor ? outer : inner, Matrix::IsRowMajor ? inner : outer);
#else
    using Pointer = typename Matrix::StorageIndex;
    const auto bytes_of = [](Index count) {
      return static_cast<std::size_t>(count) * sizeof(Pointer);
    };
    const std::size_t bytes = bytes_of(outer + 1);
    const std::size_t room = bytes_of(count_for_huge_pages(outer + 1, sizeof(Pointer)));
    auto* const pointers = static_cast<Pointer*>(std::malloc(room));
    if (pointers == nullptr) throw std::bad_alloc();
    std::free(std::exchange(this->m_outerIndex, pointers));
    prepare_new_memory(pointers, bytes, room);
    std::memset(pointers, 0, bytes);  // a valid matrix, should there be no room for entries
    this->m_outerSize = outer;
    this->m_innerSize = inner;
#endif
  }
};

/// Gives a matrix dimensions and no entries. It keeps the room for those.
template <class Matrix>
void resize_outer(Matrix& matrix, Index outer, Index inner, Index spare) {
  using Pointer = typename Matrix::StorageIndex;
  constexpr Index worth_it = Index{1} << 20;
  const bool large = outer >= worth_it / static_cast<Index>(sizeof(Pointer));
  if (matrix.outerSize() == outer || !large || spare < most_taken_at_ends) {
    matrix.resize(Matrix::IsRowMajor ? outer : inner, Matrix::IsRowMajor ? inner : outer);
    return;
  }
  matrix.resize(0, 0);  // lets go of its pointers before new ones are there
  EmptyOnHugePages<Matrix> empty(outer, inner);
  empty.data().swap(matrix.data());
  matrix.swap(empty);
}

/// Makes room for `entries`, in memory that nothing has touched where it has to be new. Returns
/// how to write it. `spare`: what `check_budget` returned.
template <class Matrix>
Stores make_room(Matrix& matrix, Index outer, Index inner, Index entries, Index spare) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  resize_outer(matrix, outer, inner, spare);
  if (matrix.data().allocatedSize() >= entries) {
    matrix.resizeNonZeros(entries);
    return stores_again(static_cast<std::size_t>(entries) *
                        (sizeof(Scalar) + sizeof(StorageIndex)));
  }
  // Let go of memory that is too small before asking for more: both need not exist at once.
  typename Matrix::Storage().swap(matrix.data());
  allocate_entries(matrix, entries, spare);
  return Stores::cached;
}

/// Calls `fill`, which writes the arrays of a matrix. Should that fail, as memory runs out, the
/// matrix is one without entries, and not half of one.
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
