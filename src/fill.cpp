#include "fill.hpp"

#include "line_writer.hpp"
#include "parallel.hpp"

#include <complex>

namespace toeplix::detail {

namespace {

/// Below this many entries a thread costs more than it saves.
constexpr Index entries_per_thread = Index{1} << 15;

/// Several chunks per thread, so that one that is held up does not hold up the others; but not so
/// many that each makes its own templates for little.
constexpr Index chunks_per_thread = 8;

int useful_threads(const Pattern& pattern, RowRange range, int threads) {
  const Index entries = pattern.entries_before(range.last) - pattern.entries_before(range.first);
  const Index useful = std::max<Index>(1, entries / entries_per_thread);
  return static_cast<int>(std::min<Index>(thread_count(threads), useful));
}

/// Calls `make_worker()(part)` for parts that make up the range.
template <class MakeWorker>
void for_each_part(const Pattern& pattern, RowRange range, int threads,
                   const MakeWorker& make_worker) {
  threads = useful_threads(pattern, range, threads);
  const Index rows = range.last - range.first;
  const Index chunks = threads == 1 ? 1 : std::min<Index>(rows, Index{threads} * chunks_per_thread);
  // rows * chunk may exceed 64 bits; quotient and remainder do not.
  const auto boundary = [=](Index chunk) {
    return range.first + rows / chunks * chunk + rows % chunks * chunk / chunks;
  };
  for_each_chunk(threads, chunks, [&] {
    return [worker = make_worker(), boundary](Index chunk) mutable {
      worker(RowRange{boundary(chunk), boundary(chunk + 1)});
    };
  });
}

template <class Builder>
void fill_elements(const Pattern& pattern, const Builder& builder, RowRange range, int threads,
                   Stores stores, typename Builder::Element* out) {
  using Element = typename Builder::Element;
  const Index before = pattern.entries_before(range.first);
  for_each_part(pattern, range, threads, [&] {
    return [&pattern, writer = LineWriter<Builder>(pattern, builder), before, stores,
            out](RowRange part) mutable {
      Element* const begin = out + (pattern.entries_before(part.first) - before);
      writer.write(part.first, part.last, begin, stores);
    };
  });
}

/// Taps of each class of rows.
std::vector<Index> class_lengths(const TapTable& table) {
  std::vector<Index> lengths;
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    lengths.push_back(table.row(table.representative(row_class)).size());
  }
  return lengths;
}

/// How many coordinates from `unit` on are known to have as many taps: the rest of a middle that
/// repeats every row.
Index equal_units(const TapTable& table, Index unit) {
  const TapTable::Middle& middle = table.middle();
  const bool repeats = middle.period == 1 && unit >= middle.begin && unit < middle.end;
  return repeats ? middle.end - unit : 1;
}

/// Calls `visit(row, pointer)` for the rows of a part, in order. Along the fastest axis all that is
/// needed is a table's own lengths.
template <class Visit>
void visit_row_pointers(const Pattern& pattern, RowRange part, Index before, Visit visit) {
  const Pattern::Axis& inner = pattern.axes().back();
  const Pattern::Channels& c = pattern.channels();
  const bool innermost = c.place == Pattern::Channels::Place::innermost;
  const Index rows_per_unit = innermost ? c.groups * c.rows_per_group : 1;
  const Index rows_per_line = inner.table.rows() * rows_per_unit;
  const std::vector<Index> lengths = class_lengths(inner.table);
  Index pointer = pattern.entries_before(part.first) - before;
  for (Index row = part.first; row < part.last;) {
    const Index line_last = std::min(part.last, (row / rows_per_line + 1) * rows_per_line);
    // All rows of a line have the same taps on the slower axes.
    Index per_tap = c.columns_per_group;
    for (std::size_t axis = 0; axis + 1 < pattern.axes().size(); ++axis) {
      const Pattern::Axis& outer = pattern.axes()[axis];
      per_tap *= outer.table.row(row / outer.row_stride % outer.table.rows()).size();
    }
    while (row < line_last) {
      const Index unit = row % rows_per_line / rows_per_unit;
      const auto row_class = static_cast<std::size_t>(inner.table.class_of(unit));
      const Index length = lengths[row_class] * per_tap;
      const Index same = equal_units(inner.table, unit) * rows_per_unit - row % rows_per_unit;
      const Index last = std::min(line_last, row + same);
      for (; row < last; ++row, pointer += length) visit(row, pointer);
    }
  }
}

}  // namespace

template <class StorageIndex>
void fill_row_pointers(const Pattern& pattern, RowRange range, int threads, StorageIndex* out) {
  const Index before = pattern.entries_before(range.first);
  for_each_part(pattern, range, threads, [&] {
    return [&](RowRange part) {
      visit_row_pointers(pattern, part, before, [&](Index row, Index pointer) {
        out[row - range.first] = static_cast<StorageIndex>(pointer);
      });
    };
  });
  out[range.last - range.first] =
      static_cast<StorageIndex>(pattern.entries_before(range.last) - before);
}

template <class StorageIndex>
void fill_columns(const Pattern& pattern, RowRange range, int threads, Stores stores,
                  StorageIndex* out) {
  fill_elements(pattern, ColumnRows<StorageIndex>(pattern), range, threads, stores, out);
}

template <class Scalar>
void fill_values(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
                 int threads, Stores stores, Scalar* out) {
  fill_elements(pattern, ValueRows<Scalar>(pattern, weights), range, threads, stores, out);
}

template <class StorageIndex>
bool has_row_pointers(const Pattern& pattern, RowRange range, int threads,
                      const StorageIndex* pointers) {
  const Index before = pattern.entries_before(range.first);
  std::atomic<bool> equal =
      pointers[range.last - range.first] == pattern.entries_before(range.last) - before;
  for_each_part(pattern, range, threads, [&] {
    return [&](RowRange part) {
      bool part_equal = true;
      visit_row_pointers(pattern, part, before, [&](Index row, Index pointer) {
        part_equal &= pointers[row - range.first] == static_cast<StorageIndex>(pointer);
      });
      if (!part_equal) equal = false;
    };
  });
  return equal;
}

template <class StorageIndex>
bool has_columns(const Pattern& pattern, Index row, const StorageIndex* columns) {
  std::vector<StorageIndex> expected;
  build_row(pattern, ColumnRows<StorageIndex>(pattern), row, expected);
  return std::equal(expected.begin(), expected.end(), columns);
}

template void fill_row_pointers(const Pattern&, RowRange, int, std::int32_t*);
template void fill_row_pointers(const Pattern&, RowRange, int, std::int64_t*);
template void fill_columns(const Pattern&, RowRange, int, Stores, std::int32_t*);
template void fill_columns(const Pattern&, RowRange, int, Stores, std::int64_t*);
template bool has_row_pointers(const Pattern&, RowRange, int, const std::int32_t*);
template bool has_row_pointers(const Pattern&, RowRange, int, const std::int64_t*);
template bool has_columns(const Pattern&, Index, const std::int32_t*);
template bool has_columns(const Pattern&, Index, const std::int64_t*);
template void fill_values(const Pattern&, std::span<const float>, RowRange, int, Stores, float*);
template void fill_values(const Pattern&, std::span<const double>, RowRange, int, Stores, double*);
template void fill_values(const Pattern&, std::span<const std::complex<float>>, RowRange, int,
                          Stores, std::complex<float>*);
template void fill_values(const Pattern&, std::span<const std::complex<double>>, RowRange, int,
                          Stores, std::complex<double>*);

}  // namespace toeplix::detail
