#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/geometry/check_weights.hpp"
#include "core/inspect/diagonal_source.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>

namespace toeplix {

namespace {

std::vector<std::size_t> ascending_order(std::span<const Index> rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [rows](std::size_t i) { return rows[i]; });
  return order;
}

template <class T>
void reorder(std::vector<T>& numbers, std::size_t begin, const std::vector<std::size_t>& order) {
  std::vector<T> result(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) result[i] = numbers[begin + order[i]];
  std::ranges::copy(result, numbers.begin() + static_cast<std::ptrdiff_t>(begin));
}

/// Sorts what was appended to a diagonal after its first `begin` entries, by row.
template <class Scalar>
void sort_from(Diagonal<Scalar>& diagonal, std::size_t begin) {
  const auto added = std::span<const Index>(diagonal.rows).subspan(begin);
  if (std::ranges::is_sorted(added)) return;
  const std::vector<std::size_t> order = ascending_order(added);
  reorder(diagonal.rows, begin, order);
  reorder(diagonal.values, begin, order);
}

}  // namespace

template <MatrixScalar Scalar>
std::vector<Scalar> Diagonal<Scalar>::dense() const {
  std::vector<Scalar> result(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result[static_cast<std::size_t>(rows[i])] = values[i];
  }
  return result;
}

template <MatrixScalar Scalar>
Diagonals<Scalar>::Diagonals(const Pattern& pattern, std::vector<Scalar> weights,
                             const DiagonalOptions& options)
    : weights_(std::move(weights)),
      structure_(pattern, options.size, options.packing),
      prune_zeros_(options.prune_zeros),
      memory_budget_(options.resources.memory_budget) {
  detail::check_resources(options.resources);
  detail::check_one_kernel("diagonals", pattern);
  detail::check_length("weights", weights_.size(), pattern.weight_count());
}

template <MatrixScalar Scalar>
DiagonalPlace Diagonals<Scalar>::place_in_one_block(Index offset) const {
  if (structure_.source_->is_one_block()) return {0, 0, offset};
  throw GeometryError("diagonal " + std::to_string(offset) + " of " +
                      std::to_string(structure_.block_rows()) + " x " +
                      std::to_string(structure_.block_columns()) +
                      " blocks; expected the row and column of a block as well");
}

template <MatrixScalar Scalar>
bool Diagonals<Scalar>::contains(Index offset) const {
  return structure_.contains(place_in_one_block(offset));
}

template <MatrixScalar Scalar>
Scalar Diagonals<Scalar>::sum_of(std::span<const Index> weights) const {
  Scalar sum{};
  for (const Index weight : weights) sum += weights_[static_cast<std::size_t>(weight)];
  return sum;
}

template <MatrixScalar Scalar>
Index Diagonals<Scalar>::entries(const DiagonalPlace& place) const {
  if (!prune_zeros_) return structure_.entries(place);
  const auto& source = *structure_.source_;
  source.check(place);
  Index total = 0;
  for (const auto& part : source.parts(place)) {
    for (const detail::RowBox& box : source.boxes(part)) {
      source.search.for_each_value(box, part.offset,
                                   [&](Index, Index, Index count, std::span<const Index> weights) {
                                     if (sum_of(weights) != Scalar{}) total += count;
                                   });
    }
  }
  return total;
}

template <MatrixScalar Scalar>
void Diagonals<Scalar>::check_budget(Index entries) const {
  // Everything twice: sorting takes a copy.
  const double bytes = 2.0 * (sizeof(Index) + sizeof(Scalar)) * static_cast<double>(entries);
  if (memory_budget_ == 0 && bytes < 0x1p24) return;
  const Index budget = memory_budget_ > 0 ? memory_budget_ : available_memory();
  if (bytes <= static_cast<double>(budget)) return;
  throw CapacityError("a diagonal of " + std::to_string(entries) +
                          " entries exceeds the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, entries, {}, "cut the matrix into blocks");
}

template <MatrixScalar Scalar>
Diagonal<Scalar> Diagonals<Scalar>::at(Index offset) const {
  return at(place_in_one_block(offset));
}

template <MatrixScalar Scalar>
Diagonal<Scalar> Diagonals<Scalar>::at(const DiagonalPlace& place) const {
  const Index count = entries(place);
  check_budget(count);
  const auto& source = *structure_.source_;
  const Index begin = place.block_row * source.size;
  Diagonal<Scalar> diagonal{place.offset, source.size, {}, {}, place.block_row, place.block_column};
  diagonal.rows.reserve(static_cast<std::size_t>(count));
  diagonal.values.reserve(static_cast<std::size_t>(count));
  const auto append = [&](Index row, Index step, Index rows, std::span<const Index> weights) {
    const Scalar value = sum_of(weights);
    if (prune_zeros_ && value == Scalar{}) return;
    for (Index i = 0; i < rows; ++i) diagonal.rows.push_back(row + i * step - begin);
    diagonal.values.insert(diagonal.values.end(), static_cast<std::size_t>(rows), value);
  };
  for (const auto& part : source.parts(place)) {
    for (const detail::RowBox& box : source.boxes(part)) {
      const std::size_t before = diagonal.rows.size();
      source.search.for_each_run(box, part.offset, append);
      sort_from(diagonal, before);
    }
  }
  return diagonal;
}

#define TOEPLIX_INSTANTIATE(Scalar) \
  template struct Diagonal<Scalar>; \
  template class Diagonals<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
