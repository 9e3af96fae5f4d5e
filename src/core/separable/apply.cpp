#include <toeplix/separable.hpp>

#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"

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

/// Multiplies along one axis: `x` is `slower` times the columns of the table times `faster`. Every
/// number of the result belongs to one thread.
std::vector<double> times_table(const CoefficientTable& table, Index slower, Index faster,
                                std::span<const double> x, int asked_threads) {
  const Index rows = slower * table.rows();
  std::vector<double> y(static_cast<std::size_t>(rows * faster));
  const auto write_row = [&](Index at) {
    const Index slice = at / table.rows();
    double* const to = y.data() + at * faster;
    for (const CoefficientTap& tap : table.row(at % table.rows())) {
      const double* const from = x.data() + (slice * table.columns() + tap.input) * faster;
      for (Index i = 0; i < faster; ++i) to[i] += tap.coefficient * from[i];
    }
  };
  const int threads = detail::threads_to_write(std::ssize(y), asked_threads);
  const Index chunks = std::min<Index>(rows, threads * detail::chunks_per_thread);
  detail::for_each_own_chunk(threads, chunks, [&] {
    return [&](Index chunk) {
      const Index last = detail::chunk_begin(rows, chunks, chunk + 1);
      for (Index at = detail::chunk_begin(rows, chunks, chunk); at < last; ++at) write_row(at);
    };
  });
  return y;
}

Index count_pixels(std::span<const Index> extents) {
  return std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
}

/// The largest vector on the way, and the one that it is made of.
void check_apply_memory(const Separable& separable, const Resources& resources) {
  const Index numbers = std::max(separable.rows(), separable.cols());
  detail::check_room("a product of " + std::to_string(numbers) + " numbers",
                     detail::checked_product(numbers, 2 * sizeof(double)), resources,
                     "raise Resources::memory_budget");
}

}  // namespace

std::vector<double> apply(const Separable& separable, std::span<const double> x,
                          const Resources& resources) {
  detail::check_resources(resources);
  detail::check_length("x", x.size(), separable.cols());
  check_apply_memory(separable, resources);
  const std::vector<CoefficientTable>& tables = separable.tables();
  Extents extents = separable.input();
  std::vector<double> y;
  for (const std::size_t axis : shorter_first(tables)) {
    const std::span<const Index> all = extents;
    y = times_table(tables[axis], count_pixels(all.first(axis)),
                    count_pixels(all.subspan(axis + 1)), y.empty() ? x : std::span<const double>(y),
                    resources.threads);
    extents[axis] = tables[axis].rows();
  }
  return y;
}

}  // namespace toeplix
