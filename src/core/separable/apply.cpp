#include <toeplix/memory.hpp>
#include <toeplix/separable.hpp>

#include "core/base/check_length.hpp"
#include "core/base/integer_math.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace toeplix {

namespace {

/// Axes that become shorter before those that become longer, so that no product on the way is
/// larger than both the input and the output.
std::vector<std::size_t> shorter_first(const std::vector<CoefficientTable>& tables) {
  std::vector<std::size_t> axes(tables.size());
  std::iota(axes.begin(), axes.end(), std::size_t{0});
  std::stable_partition(axes.begin(), axes.end(), [&](std::size_t axis) {
    return tables[axis].rows() <= tables[axis].columns();
  });
  return axes;
}

/// Multiplies along one axis: `x` is `slower` times the columns of the table times `faster`.
std::vector<double> times_table(const CoefficientTable& table, Index slower, Index faster,
                                std::span<const double> x) {
  std::vector<double> y(static_cast<std::size_t>(slower * table.rows() * faster));
  double* to = y.data();
  for (Index slice = 0; slice < slower; ++slice) {
    for (Index row = 0; row < table.rows(); ++row, to += faster) {
      for (const CoefficientTap& tap : table.row(row)) {
        const double* const from = x.data() + (slice * table.columns() + tap.input) * faster;
        for (Index i = 0; i < faster; ++i) to[i] += tap.coefficient * from[i];
      }
    }
  }
  return y;
}

Index count_pixels(std::span<const Index> extents) {
  return std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
}

void check_apply_memory(const Separable& separable) {
  const Index numbers = std::max(separable.rows(), separable.cols());
  const auto bytes = detail::checked_product(numbers, 2 * sizeof(double));
  if (bytes && *bytes <= available_memory()) return;
  throw CapacityError(
      "a product of " + std::to_string(numbers) + " numbers exceeds the available memory",
      CapacityCause::memory_budget, separable.rows(), bytes);
}

}  // namespace

std::vector<double> apply(const Separable& separable, std::span<const double> x) {
  detail::check_length("x", x.size(), separable.cols());
  check_apply_memory(separable);
  const std::vector<CoefficientTable>& tables = separable.tables();
  Extents extents = separable.input();
  std::vector<double> y;
  for (const std::size_t axis : shorter_first(tables)) {
    const std::span<const Index> all = extents;
    y = times_table(tables[axis], count_pixels(all.first(axis)),
                    count_pixels(all.subspan(axis + 1)),
                    y.empty() ? x : std::span<const double>(y));
    extents[axis] = tables[axis].rows();
  }
  return y;
}

}  // namespace toeplix
