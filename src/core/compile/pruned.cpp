#include "core/compile/pruned.hpp"
#include "reference/instantiate.hpp"

#include "core/base/parallel.hpp"
#include "core/compile/row_builder.hpp"

#include <algorithm>
#include <complex>
#include <numeric>

namespace toeplix::detail {

namespace {

constexpr Index rows_per_chunk = 256;

/// Calls `make_worker()(row)` for every row of the range.
template <class MakeWorker>
void for_each_row(RowRange range, int threads, const MakeWorker& make_worker) {
  const Index chunks = (range.last - range.first + rows_per_chunk - 1) / rows_per_chunk;
  const auto useful = static_cast<int>(std::clamp<Index>(chunks, 1, thread_count(threads)));
  for_each_own_chunk(useful, chunks, [&] {
    return [worker = make_worker(), range](Index chunk) mutable {
      const Index first = range.first + chunk * rows_per_chunk;
      const Index last = std::min(range.last, first + rows_per_chunk);
      for (Index row = first; row < last; ++row) worker(row);
    };
  });
}

}  // namespace

template <class Scalar>
std::vector<Index> count_non_zeros(const Pattern& pattern, std::span<const Scalar> weights,
                                   RowRange range, int threads) {
  std::vector<Index> pointers(static_cast<std::size_t>(range.last - range.first) + 1);
  for_each_row(range, threads, [&] {
    return [&, builder = ValueRows<Scalar>(pattern, weights),
            values = std::vector<Scalar>()](Index row) mutable {
      build_row(pattern, builder, row, values);
      const auto zeros = std::count(values.begin(), values.end(), Scalar());
      pointers[static_cast<std::size_t>(row - range.first) + 1] =
          static_cast<Index>(values.size()) - zeros;
    };
  });
  std::partial_sum(pointers.begin(), pointers.end(), pointers.begin());
  return pointers;
}

template <class Scalar, class StorageIndex>
void fill_non_zeros(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
                    const std::vector<Index>& pointers, int threads, StorageIndex* columns,
                    Scalar* values) {
  for_each_row(range, threads, [&] {
    return [&, column_builder = ColumnRows<StorageIndex>(pattern),
            value_builder = ValueRows<Scalar>(pattern, weights),
            row_columns = std::vector<StorageIndex>(),
            row_values = std::vector<Scalar>()](Index row) mutable {
      build_row(pattern, column_builder, row, row_columns);
      build_row(pattern, value_builder, row, row_values);
      Index place = pointers[static_cast<std::size_t>(row - range.first)];
      for (std::size_t i = 0; i < row_values.size(); ++i) {
        if (row_values[i] == Scalar()) continue;
        columns[place] = row_columns[i];
        values[place] = row_values[i];
        ++place;
      }
    };
  });
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                              \
  template std::vector<Index> count_non_zeros(const Pattern&, std::span<const Scalar>, RowRange, \
                                              int);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)

#define TOEPLIX_INSTANTIATE_FILL(Scalar, StorageIndex)                            \
  template void fill_non_zeros(const Pattern&, std::span<const Scalar>, RowRange, \
                               const std::vector<Index>&, int, StorageIndex*, Scalar*);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE_FILL)

}  // namespace toeplix::detail
