#pragma once

#include <toeplix/index.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace toeplix::detail {

/// Bytes that reading a file may take. `requested`, or if that is 0: 64 times the size of the
/// file, at least 1 GiB, but not more than the memory that is available. So a small compressed
/// file cannot ask for all memory there is.
Index read_budget(Index requested, std::uint64_t file_size);

/// What a file says of its matrix.
struct MatrixSize {
  Index rows;
  Index cols;
  Index entries;
};

/// Bytes of a compressed matrix, in floating point so that no header can overflow it. `lines` is
/// the number of its rows or columns, `scalar` and `index` are bytes of one.
double compressed_bytes(double lines, double entries, std::size_t scalar, std::size_t index);

/// Throws CapacityError if `bytes` exceed the budget. `what` takes them, as "m.mtx: reading 2 x 2";
/// `entries` if that is known.
void check_budget(const std::string& what, double bytes, Index budget,
                  std::optional<std::int64_t> entries = {});

/// Throws CapacityError if `index_bits` cannot number the rows, columns or entries, or if
/// reading takes more than the budget. Messages begin with `name`.
void check_capacity(const std::string& name, const MatrixSize& size, double bytes, Index budget,
                    int index_bits);

template <class StorageIndex>
void check_capacity(const std::string& name, const MatrixSize& size, double bytes, Index budget) {
  check_capacity(name, size, bytes, budget, 8 * static_cast<int>(sizeof(StorageIndex)));
}

}  // namespace toeplix::detail
