#include "core/base/integer_math.hpp"
#include "core/normal/templates.hpp"

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include <algorithm>
#include <string>

namespace toeplix::detail {

namespace {

/// What the rows of one axis add up to, as often as something is summed for them.
struct AxisSums {
  enum class Rows { each, runs, classes };

  AxisSums(const ComposedTable& table, Rows rows) {
    for (Index c = 0; c < table.classes(); ++c) {
      const Index times = rows == Rows::each   ? table.members(c)
                          : rows == Rows::runs ? table.runs(c)
                                               : 1;
      count += static_cast<double>(times);
      entries += static_cast<double>(times) * static_cast<double>(table.offsets(c).size());
      pairs += static_cast<double>(times) * table.pair_count(c);
    }
  }

  double count = 0;
  double entries = 0;
  double pairs = 0;
};

/// Pairs of kernel positions of one axis.
double pairs_of(const ComposedTable& table) {
  return static_cast<double>(table.kernel()) * static_cast<double>(table.kernel());
}

}  // namespace

Index NormalShape::product_count(const Resources& resources) const {
  std::optional<Index> count = checked_product(channels, channels_per_group);
  for (const ComposedTable& table : tables) {
    count = checked_product(count, checked_product(table.kernel(), table.kernel()));
  }
  const auto bytes = checked_product(count, Index{sizeof(double)});
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (bytes && *bytes <= budget) return *count;
  throw CapacityError("the products of all pairs of weights (" +
                          (bytes ? std::to_string(*bytes) : std::string("over 2^63")) +
                          " bytes) exceed the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, count, bytes, "use a smaller kernel");
}

double NormalShape::operations(Index rows_per_group) const {
  double rest = 1;
  for (const ComposedTable& table : tables) rest *= pairs_of(table);
  const double products = rest * static_cast<double>(rows_per_group);
  // Lines that follow one another share their sums, so an axis counts row by row only if a faster
  // one changes its class in between.
  std::vector<AxisSums> axes{{tables.back(), AxisSums::Rows::classes}};
  auto rows = AxisSums::Rows::runs;
  for (std::size_t axis = tables.size() - 1; axis-- > 0;) {
    axes.emplace_back(tables[axis], rows);
    if (axes.back().count > 1) rows = AxisSums::Rows::each;
  }
  std::ranges::reverse(axes);
  double lines = 1;
  for (std::size_t axis = 0; axis + 1 < axes.size(); ++axis) lines *= axes[axis].count;
  double sums = 0;
  double entries = 1;  // of the slower axes, for all of their lines
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const bool is_fastest = axis + 1 == axes.size();
    if (!is_fastest) lines /= axes[axis].count;
    rest /= pairs_of(tables[axis]);
    sums += entries * axes[axis].pairs * rest * lines;
    entries *= axes[axis].entries;
  }
  const auto pairs = static_cast<double>(channels) * static_cast<double>(channels_per_group);
  return pairs * (products + sums);
}

}  // namespace toeplix::detail
