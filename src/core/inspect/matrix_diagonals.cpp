#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/inspect/diagonal_size.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <string>

namespace toeplix {
namespace {

/// An entry's diagonal and its row there.
struct Place {
  DiagonalPlace diagonal;
  Index row;

  friend auto operator<=>(const Place&, const Place&) = default;
};

Place place_of(Index row, Index column, Index size) {
  const Index below = row % size;
  const Index offset = column % size - below;
  return {{row / size, column / size, offset < 0 ? offset + size : offset}, below};
}

/// While the diagonals are made, entries and diagonals are there at once.
void check_budget(Index entries, std::size_t bytes_per_entry, Index memory_budget) {
  const double bytes = static_cast<double>(bytes_per_entry) * static_cast<double>(entries);
  if (memory_budget == 0 && bytes < 0x1p24) return;
  const Index budget = memory_budget > 0 ? memory_budget : available_memory();
  if (bytes <= static_cast<double>(budget)) return;
  throw CapacityError("the diagonals of " + std::to_string(entries) +
                          " entries exceed the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, entries, {}, "cut the matrix into parts");
}

}  // namespace

template <MatrixScalar Scalar>
MatrixDiagonals<Scalar>::MatrixDiagonals(Index rows, Index cols, std::vector<Entry> entries,
                                         const DiagonalOptions& options) {
  detail::check_resources(options.resources);
  if (rows < 1 || cols < 1) {
    throw GeometryError("diagonals of a " + std::to_string(rows) + " x " + std::to_string(cols) +
                        " matrix; expected at least one row and one column");
  }
  const Index size = detail::diagonal_size(rows, cols, options.size);
  structure_.size_ = size;
  structure_.block_rows_ = detail::ceil_div(rows, size);
  structure_.block_columns_ = detail::ceil_div(cols, size);
  // A diagonal may have a single entry.
  check_budget(std::ssize(entries),
               sizeof(Entry) + sizeof(Diagonal<Scalar>) + sizeof(DiagonalPlace) + sizeof(Place) +
                   sizeof(Scalar),
               options.resources.memory_budget);
  if (options.prune_zeros) {
    std::erase_if(entries, [](const Entry& entry) { return entry.value == Scalar{}; });
  }
  std::ranges::sort(entries, {},
                    [size](const Entry& entry) { return place_of(entry.row, entry.column, size); });
  for (const Entry& entry : entries) {
    const Place place = place_of(entry.row, entry.column, size);
    if (structure_.places_.empty() || structure_.places_.back() != place.diagonal) {
      const auto [block_row, block_column, offset] = place.diagonal;
      structure_.places_.push_back(place.diagonal);
      diagonals_.push_back({offset, size, {}, {}, block_row, block_column});
    }
    diagonals_.back().rows.push_back(place.row);
    diagonals_.back().values.push_back(entry.value);
  }
}

template <MatrixScalar Scalar>
Index MatrixDiagonals<Scalar>::entries(const DiagonalPlace& place) const {
  const auto at = std::ranges::lower_bound(structure_.places_, place);
  if (at == structure_.places_.end() || *at != place) return 0;
  return std::ssize(diagonals_[static_cast<std::size_t>(at - structure_.places_.begin())].rows);
}

#define TOEPLIX_INSTANTIATE(Scalar) template class MatrixDiagonals<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
