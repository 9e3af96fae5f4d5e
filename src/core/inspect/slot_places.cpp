#include <toeplix/error.hpp>
#include <toeplix/matrix_diagonals.hpp>
#include <toeplix/memory.hpp>

#include "core/base/check_resources.hpp"

#include <algorithm>
#include <string>

namespace toeplix::detail {

namespace {

/// Of rows or columns, by which messages name them.
struct Line {
  const char* name;
  Index count;
  const Resources& resources;
};

[[noreturn]] void refuse_twice(const Line& line, std::span<const Index> places, Index place) {
  const auto first = std::ranges::find(places, place);
  const auto second = std::find(first + 1, places.end(), place);
  const std::string name = line.name;
  throw GeometryError(name + " order: place " + std::to_string(place) + " is that of " + name +
                      "s " + std::to_string(first - places.begin()) + " and " +
                      std::to_string(second - places.begin()) +
                      "; expected each place once at most");
}

/// Sorts a copy.
void check_distinct(const Line& line, std::span<const Index> places) {
  const double bytes = static_cast<double>(places.size()) * sizeof(Index);
  const Index given = line.resources.memory_budget;
  if (given > 0 || bytes >= 0x1p24) {
    const Index budget = given > 0 ? given : available_memory();
    if (bytes > static_cast<double>(budget)) {
      throw CapacityError("the places of " + std::to_string(places.size()) + ' ' + line.name +
                              "s exceed the memory budget of " + std::to_string(budget) + " bytes",
                          CapacityCause::memory_budget);
    }
  }
  std::vector<Index> sorted(places.begin(), places.end());
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) refuse_twice(line, places, *twice);
}

void check_order(const Line& line, const SlotOrder& order) {
  if (order.is_plain()) return;
  const std::string name = line.name;
  if (std::ssize(order.places) != line.count) {
    throw GeometryError(name + " order of " + std::to_string(order.places.size()) +
                        " places; expected one for each " + name + " (" +
                        std::to_string(line.count) + ")");
  }
  for (std::size_t i = 0; i < order.places.size(); ++i) {
    const Index place = order.places[i];
    if (place >= 0 && place < order.size) continue;
    throw GeometryError(name + " order: place " + std::to_string(place) + " of " + name + ' ' +
                        std::to_string(i) + "; expected 0 to " + std::to_string(order.size - 1));
  }
  check_distinct(line, order.places);
}

}  // namespace

SlotPlaces slot_places(Index rows, Index cols, const DiagonalOptions& options,
                       const SlotOrders& orders) {
  check_resources(options.resources);
  SlotPlaces result{{}, {}, orders.rows.places, orders.columns.places, rows, cols};
  if (options.packing) {
    if (!orders.rows.is_plain() || !orders.columns.is_plain()) {
      throw GeometryError("packing, and an order of rows or columns; expected one of them");
    }
    const auto& [input, output] = *options.packing;
    if (output.elements() != rows || input.elements() != cols) {
      throw GeometryError("packing of " + std::to_string(output.elements()) + " rows and " +
                          std::to_string(input.elements()) + " columns; expected " +
                          std::to_string(rows) + " and " + std::to_string(cols) +
                          ", as the matrix has");
    }
    result.packed_rows = output.places(options.resources);
    result.packed_columns = input.places(options.resources);
    result.rows = result.packed_rows;
    result.columns = result.packed_columns;
    result.row_count = output.size();
    result.column_count = input.size();
    return result;
  }
  check_order({"row", rows, options.resources}, orders.rows);
  check_order({"column", cols, options.resources}, orders.columns);
  if (!orders.rows.is_plain()) result.row_count = orders.rows.size;
  if (!orders.columns.is_plain()) result.column_count = orders.columns.size;
  return result;
}

}  // namespace toeplix::detail
