#include "core/compile/fill.hpp"

#include "core/base/parallel.hpp"
#include "core/compile/repeat.hpp"
#include "core/compile/row_builder.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <numeric>

namespace toeplix::detail {

namespace {

/// On several threads, each with rows that follow one another: calls `build(row, builder)` for a
/// row that has to be built, and `repeat_rows(row, repetition)` for rows that repeat others.
template <class Scalar, class Build, class Repeat>
void for_each_row(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
                  int threads, const Build& build, const Repeat& repeat_rows) {
  const Index entries = pattern.entries_before(range.last) - pattern.entries_before(range.first);
  threads = threads_to_write(entries, threads);
  const Index parts = threads == 1 ? 1 : threads * chunks_per_thread;
  const Index rows = range.last - range.first;
  for_each_own_chunk(threads, parts, [&] {
    return [&, builder = RowBuilder<Scalar>(pattern, weights)](Index part) mutable {
      const RowRange some = {range.first + chunk_begin(rows, parts, part),
                             range.first + chunk_begin(rows, parts, part + 1)};
      const auto go_to_and_build = [&](Index row) {
        builder.go_to(row);
        build(row, builder);
      };
      walk_rows(pattern, some, go_to_and_build, repeat_rows);
    };
  });
}

/// Writes the entries whose value `keep` accepts. `entries_before(row)` is the number of them in
/// the rows of the range before `row`, which may be the one after the last.
template <class Scalar, class StorageIndex, class EntriesBefore, class Keep>
void write_rows(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
                int threads, const EntriesBefore& entries_before, const Keep& keep,
                const MatrixArrays<Scalar, StorageIndex>& out) {
  const auto build = [&](Index row, RowBuilder<Scalar>& builder) {
    Index place = entries_before(row);
    out.pointers[row - range.first] = static_cast<StorageIndex>(place);
    const std::span<const Index> columns = builder.columns();
    const std::span<const Scalar> values = builder.values();
    for (std::size_t entry = 0; entry < values.size(); ++entry) {
      if (!keep(values[entry])) continue;
      out.columns[place] = static_cast<StorageIndex>(columns[entry]);
      out.values[place++] = values[entry];
    }
  };
  const auto repeat_rows = [&](Index row, const Repetition& rows) {
    const Index begin = entries_before(row - rows.period);
    const Index period = entries_before(row) - begin;
    const Index count = entries_before(row + rows.rows) - begin;
    repeat_shifted(out.pointers + (row - rows.period - range.first), rows.period,
                   rows.period + rows.rows, period);
    repeat_shifted(out.columns + begin, period, count, rows.shift);
    repeat(out.values + begin, period, count);
  };
  for_each_row(pattern, weights, range, threads, build, repeat_rows);
  out.pointers[range.last - range.first] = static_cast<StorageIndex>(entries_before(range.last));
}

}  // namespace

template <class Scalar, class StorageIndex>
void fill(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
          std::span<const Index> pointers, int threads, MatrixArrays<Scalar, StorageIndex> out) {
  if (pointers.empty()) {
    const Index before = pattern.entries_before(range.first);
    const auto entries_before = [&](Index row) { return pattern.entries_before(row) - before; };
    const auto keep = [](const Scalar&) { return true; };
    write_rows(pattern, weights, range, threads, entries_before, keep, out);
  } else {
    const auto entries_before = [&](Index row) {
      return pointers[static_cast<std::size_t>(row - range.first)];
    };
    const auto keep = [](const Scalar& value) { return value != Scalar(); };
    write_rows(pattern, weights, range, threads, entries_before, keep, out);
  }
}

template <class Scalar>
void fill_values(const Pattern& pattern, std::span<const Scalar> weights, int threads,
                 Scalar* out) {
  const auto build = [&](Index row, RowBuilder<Scalar>& builder) {
    std::ranges::copy(builder.values(), out + pattern.entries_before(row));
  };
  const auto repeat_rows = [&](Index row, const Repetition& rows) {
    const Index begin = pattern.entries_before(row - rows.period);
    repeat(out + begin, pattern.entries_before(row) - begin,
           pattern.entries_before(row + rows.rows) - begin);
  };
  for_each_row(pattern, weights, {0, pattern.rows()}, threads, build, repeat_rows);
}

template <class Scalar>
std::vector<Index> count_non_zeros(const Pattern& pattern, std::span<const Scalar> weights,
                                   RowRange range, int threads) {
  std::vector<Index> pointers(static_cast<std::size_t>(range.last - range.first) + 1);
  // At first the length of every row lies where the next row's pointer belongs.
  Index* const lengths = pointers.data() + 1;
  const auto build = [&](Index row, RowBuilder<Scalar>& builder) {
    const std::span<const Scalar> values = builder.values();
    lengths[row - range.first] = std::ssize(values) - std::ranges::count(values, Scalar());
  };
  const auto repeat_rows = [&](Index row, const Repetition& rows) {
    repeat(lengths + (row - rows.period - range.first), rows.period, rows.period + rows.rows);
  };
  for_each_row(pattern, weights, range, threads, build, repeat_rows);
  std::partial_sum(pointers.begin(), pointers.end(), pointers.begin());
  return pointers;
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                              \
  template void fill_values(const Pattern&, std::span<const Scalar>, int, Scalar*);              \
  template std::vector<Index> count_non_zeros(const Pattern&, std::span<const Scalar>, RowRange, \
                                              int);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

#define TOEPLIX_INSTANTIATE_FILL(Scalar, StorageIndex)                                          \
  template void fill(const Pattern&, std::span<const Scalar>, RowRange, std::span<const Index>, \
                     int, MatrixArrays<Scalar, StorageIndex>);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE_FILL)
#undef TOEPLIX_INSTANTIATE_FILL

}  // namespace toeplix::detail
