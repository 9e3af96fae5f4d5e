#include <toeplix/elimination_order.hpp>
#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include "core/normal/grid_dissection.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace toeplix {

namespace {

/// What is connected: pixels by their grid, channels by their groups.
struct Connections {
  detail::PixelGrid grid;
  Index channels;
  Index channels_per_group;
};

Connections connections_of(const Pattern& pattern) {
  const Pattern::Channels& c = pattern.channels();
  Connections result{{}, c.columns(), c.columns_per_group};
  for (const Pattern::Axis& axis : pattern.axes()) {
    result.grid.extents.push_back(axis.table.columns());
    result.grid.reach.push_back(detail::reach_of(detail::ComposedTable(axis.table)));
  }
  return result;
}

/// Connects what either of the two does. Precondition: their columns are the same.
void add_connections(Connections& a, const Connections& b) {
  for (std::size_t axis = 0; axis < a.grid.reach.size(); ++axis) {
    detail::AxisReach& to = a.grid.reach[axis];
    const detail::AxisReach& from = b.grid.reach[axis];
    const auto gcd_with_reach = [](const detail::AxisReach& r) { return r.reach > 0 ? r.step : 0; };
    to.step = std::max<Index>(1, std::gcd(gcd_with_reach(to), gcd_with_reach(from)));
    to.reach = std::max(to.reach, from.reach);
    to.ring = to.ring || from.ring;
  }
  // Groups of equal size are the same groups; others are taken as one.
  if (a.channels_per_group == 1) a.channels_per_group = b.channels_per_group;
  const bool same = b.channels_per_group == 1 || a.channels_per_group == b.channels_per_group;
  if (!same) a.channels_per_group = a.channels;
}

/// Refuses an order that would take more memory than is free.
void check_memory(Index columns) {
  constexpr Index granted = Index{16} << 20;
  // The order, and that of the pixels.
  const double bytes = 2.0 * sizeof(Index) * static_cast<double>(columns);
  if (bytes <= static_cast<double>(granted)) return;
  const Index available = available_memory();
  if (bytes <= static_cast<double>(available)) return;
  throw CapacityError("an order of " + std::to_string(columns) +
                          " columns takes more memory than is available (" +
                          std::to_string(available) + " bytes)",
                      CapacityCause::memory_budget, columns);
}

std::vector<Index> order_of(const Connections& connections, const Pattern& pattern) {
  check_memory(pattern.cols());
  const Pattern::Channels& c = pattern.channels();
  const Index pixel_stride = c.innermost() ? connections.channels : 1;
  const std::vector<Index> pixels = detail::dissect(connections.grid);
  std::vector<Index> order;
  order.reserve(static_cast<std::size_t>(pattern.cols()));
  const Index per_group = connections.channels_per_group;
  for (Index first = 0; first < connections.channels; first += per_group) {
    for (const Index pixel : pixels) {
      for (Index channel = first; channel < first + per_group; ++channel) {
        order.push_back(pixel * pixel_stride + channel * c.column_stride);
      }
    }
  }
  return order;
}

}  // namespace

std::vector<Index> elimination_order(const Pattern& pattern) {
  return order_of(connections_of(pattern), pattern);
}

std::vector<Index> elimination_order(const Pattern& pattern, const Pattern& other) {
  if (!pattern.has_columns_of(other)) {
    throw GeometryError("the two matrices have columns of different extents, channels or order");
  }
  Connections connections = connections_of(pattern);
  add_connections(connections, connections_of(other));
  return order_of(connections, pattern);
}

}  // namespace toeplix
