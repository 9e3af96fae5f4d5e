#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/inspect/diagonal_size.hpp"
#include "core/inspect/rotations.hpp"
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

/// What a block of memory takes besides what is asked for.
constexpr Index heap_overhead = 32;

void check_budget(Index entries, double bytes, Index memory_budget) {
  if (memory_budget == 0 && bytes < 0x1p24) return;
  const Index budget = memory_budget > 0 ? memory_budget : available_memory();
  if (bytes <= static_cast<double>(budget)) return;
  throw CapacityError("the diagonals of " + std::to_string(entries) +
                          " entries exceed the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, entries, {}, "cut the matrix into parts");
}

}  // namespace

/// The entries, and their rows and values once more in the diagonals.
template <MatrixScalar Scalar>
double MatrixDiagonals<Scalar>::bytes_of_entries(Index entries) {
  return static_cast<double>(sizeof(Entry) + sizeof(Index) + sizeof(Scalar)) *
         static_cast<double>(entries);
}

template <MatrixScalar Scalar>
void MatrixDiagonals<Scalar>::start(Index rows, Index cols, Index entries,
                                    const DiagonalOptions& options) {
  detail::check_resources(options.resources);
  if (rows < 1 || cols < 1) {
    throw GeometryError("diagonals of a " + std::to_string(rows) + " x " + std::to_string(cols) +
                        " matrix; expected at least one row and one column");
  }
  structure_.size_ = detail::diagonal_size(rows, cols, options.size);
  structure_.block_rows_ = detail::ceil_div(rows, structure_.size_);
  structure_.block_columns_ = detail::ceil_div(cols, structure_.size_);
  check_budget(entries, bytes_of_entries(entries), options.resources.memory_budget);
}

template <MatrixScalar Scalar>
void MatrixDiagonals<Scalar>::take(std::vector<Entry> entries, const DiagonalOptions& options) {
  const Index size = structure_.size_;
  const auto place_in_diagonals = [size](const Entry& entry) {
    return place_of(entry.row, entry.column, size);
  };
  const auto on_one_diagonal = [&](const Entry& a, const Entry& b) {
    return place_in_diagonals(a).diagonal == place_in_diagonals(b).diagonal;
  };
  std::ranges::sort(entries, {}, place_in_diagonals);
  std::size_t count = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    count += i == 0 || !on_one_diagonal(entries[i - 1], entries[i]) ? 1 : 0;
  }
  const std::size_t each_diagonal =
      sizeof(Diagonal<Scalar>) + sizeof(DiagonalPlace) + 2 * heap_overhead;
  check_budget(std::ssize(entries),
               bytes_of_entries(std::ssize(entries)) +
                   static_cast<double>(each_diagonal) * static_cast<double>(count),
               options.resources.memory_budget);
  structure_.places_.reserve(count);
  diagonals_.reserve(count);
  for (auto begin = entries.begin(); begin != entries.end();) {
    const auto end = std::find_if_not(
        begin, entries.end(), [&](const Entry& entry) { return on_one_diagonal(*begin, entry); });
    const DiagonalPlace diagonal = place_in_diagonals(*begin).diagonal;
    structure_.places_.push_back(diagonal);
    diagonals_.push_back(
        {diagonal.offset, size, {}, {}, diagonal.block_row, diagonal.block_column});
    diagonals_.back().rows.reserve(static_cast<std::size_t>(end - begin));
    diagonals_.back().values.reserve(static_cast<std::size_t>(end - begin));
    for (; begin != end; ++begin) {
      diagonals_.back().rows.push_back(place_in_diagonals(*begin).row);
      diagonals_.back().values.push_back(begin->value);
    }
  }
}

template <MatrixScalar Scalar>
Index MatrixDiagonals<Scalar>::Structure::rotations() const {
  return detail::rotations_of(places_);
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
