#include <toeplix/separable.hpp>

#include "core/base/check_apart.hpp"
#include "core/base/integer_math.hpp"
#include "core/geometry/text.hpp"
#include "core/separable/table_room.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace toeplix {

using detail::checked_product;

namespace {

void check_capacity(Index count, const char* what) {
  if (count < 0) {
    throw GeometryError(std::string(what) + ' ' + std::to_string(count) +
                        " is negative; expected a number from 0");
  }
  if (count <= detail::max_table_entries) return;
  throw CapacityError(std::to_string(count) + " " + what +
                      " along one axis exceed the limit of 2^26 of a separable operator");
}

bool by_input(const CoefficientTap& a, const CoefficientTap& b) {
  return a.input < b.input;
}

void check_finite(double coefficient, Index row, Index input, const char* of) {
  if (std::isfinite(coefficient)) return;
  throw GeometryError("row " + std::to_string(row) + ": the " + of + " of input " +
                      std::to_string(input) + " must be finite");
}

/// Adds up what lies on one input and drops zeros. Precondition: sorted by input.
std::vector<CoefficientTap>::iterator merge(std::vector<CoefficientTap>::iterator begin,
                                            std::vector<CoefficientTap>::iterator end) {
  auto kept = begin;
  while (begin != end) {
    CoefficientTap sum = *begin;
    for (++begin; begin != end && begin->input == sum.input; ++begin) {
      sum.coefficient += begin->coefficient;
    }
    if (sum.coefficient != 0) *kept++ = sum;
  }
  return kept;
}

template <class Count>
Index product_of(const std::vector<CoefficientTable>& tables, Count count, const char* what) {
  std::optional<Index> product = 1;
  for (const CoefficientTable& table : tables) product = checked_product(product, count(table));
  if (product) return *product;
  throw CapacityError(std::string("the ") + what + " of a separable operator exceed 64 bits");
}

/// Tables that make up an operator.
std::vector<CoefficientTable> checked(std::vector<CoefficientTable> tables) {
  if (tables.empty()) throw GeometryError("a separable operator has no tables; expected one");
  for (std::size_t axis = 0; axis < tables.size(); ++axis) {
    if (tables[axis].rows() > 0) continue;
    throw GeometryError(detail::axis_name(axis) + "the table has no rows; expected at least one");
  }
  return tables;
}

}  // namespace

CoefficientTable::CoefficientTable(Index columns) : columns_(columns) {
  if (columns < 1) {
    throw GeometryError("columns " + std::to_string(columns) + " must be at least 1");
  }
  check_capacity(columns, "columns");
}

CoefficientTable CoefficientTable::identity(Index extent) {
  CoefficientTable table(extent);
  table.reserve(extent, extent);
  for (Index coordinate = 0; coordinate < extent; ++coordinate) table.append_row({{coordinate, 1}});
  return table;
}

void CoefficientTable::reserve(Index rows, Index taps) {
  check_capacity(rows, "rows");
  check_capacity(taps, "taps");
  begin_.reserve(static_cast<std::size_t>(rows) + 1);
  taps_.reserve(static_cast<std::size_t>(taps));
}

void CoefficientTable::append_row(std::span<const CoefficientTap> taps) {
  for (const CoefficientTap& tap : taps) {
    if (tap.input < 0 || tap.input >= columns_) {
      throw GeometryError("row " + std::to_string(rows()) + ": input " + std::to_string(tap.input) +
                          " is outside; there are " + std::to_string(columns_) + " columns");
    }
    check_finite(tap.coefficient, rows(), tap.input, "coefficient");
  }
  check_capacity(rows() + 1, "rows");
  check_capacity(entries() + static_cast<Index>(taps.size()), "taps");
  if (detail::overlap(taps, std::span<const CoefficientTap>(taps_))) {
    // A row of this very table, which moves if the table grows.
    const std::vector<CoefficientTap> copy(taps.begin(), taps.end());
    return append_row(std::span<const CoefficientTap>(copy));
  }
  const auto before = static_cast<std::ptrdiff_t>(taps_.size());
  taps_.insert(taps_.end(), taps.begin(), taps.end());
  const auto begin = taps_.begin() + before;
  // Stable, so that sums do not depend on the standard library.
  if (!std::is_sorted(begin, taps_.end(), by_input)) std::stable_sort(begin, taps_.end(), by_input);
  taps_.erase(merge(begin, taps_.end()), taps_.end());
  try {
    for (auto tap = taps_.begin() + before; tap != taps_.end(); ++tap) {
      check_finite(tap->coefficient, rows(), tap->input, "sum of the coefficients");
    }
  } catch (const GeometryError&) {
    taps_.resize(static_cast<std::size_t>(before));
    throw;
  }
  begin_.push_back(static_cast<Index>(taps_.size()));
}

CoefficientTable CoefficientTable::transposed() const {
  CoefficientTable result(std::max<Index>(1, rows()));
  // A counting sort: what begins a row is moved on by every tap that is put there.
  std::vector<Index> next(static_cast<std::size_t>(columns_) + 1);
  for (const CoefficientTap& tap : taps_) ++next[static_cast<std::size_t>(tap.input) + 1];
  for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  result.begin_ = next;
  result.taps_.resize(taps_.size());
  for (Index output = 0; output < rows(); ++output) {
    for (const CoefficientTap& tap : row(output)) {
      const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(tap.input)]++);
      result.taps_[place] = {output, tap.coefficient};
    }
  }
  return result;
}

Separable::Separable(std::vector<CoefficientTable> tables)
    : tables_(checked(std::move(tables))),
      rows_(product_of(
          tables_, [](const CoefficientTable& table) { return table.rows(); }, "rows")),
      cols_(product_of(
          tables_, [](const CoefficientTable& table) { return table.columns(); }, "columns")),
      nnz_(product_of(
          tables_, [](const CoefficientTable& table) { return table.entries(); }, "entries")) {}

Extents Separable::input() const {
  Extents extents;
  for (const CoefficientTable& table : tables_) extents.push_back(table.columns());
  return extents;
}

Extents Separable::output() const {
  Extents extents;
  for (const CoefficientTable& table : tables_) extents.push_back(table.rows());
  return extents;
}

Index Separable::entries_before(Index row) const {
  if (row == rows_ || nnz_ == 0) return nnz_;
  // Entries before the row in the product of the last axes, one more at a time.
  Index before = 0;
  Index all = 1;
  for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
    const Index coordinate = row % table->rows();
    row /= table->rows();
    const auto taps = static_cast<Index>(table->row(coordinate).size());
    before = table->entries_before(coordinate) * all + taps * before;
    all *= table->entries();
  }
  return before;
}

Separable Separable::transposed() const {
  std::vector<CoefficientTable> tables;
  for (const CoefficientTable& table : tables_) tables.push_back(table.transposed());
  return Separable(std::move(tables));
}

}  // namespace toeplix
