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

/// Neighbouring coordinates of an axis that have equally many taps.
struct Stretch {
  Index coordinates;
  Index taps;
};

std::vector<Stretch> stretches(const TapTable& table) {
  const std::vector<Index> lengths = class_lengths(table);
  const TapTable::Middle& middle = table.middle();
  std::vector<Stretch> found;
  for (Index coordinate = 0; coordinate < table.rows();) {
    const Index taps = lengths[static_cast<std::size_t>(table.class_of(coordinate))];
    // The rest of a middle that repeats every row is taken as one.
    const bool repeats =
        middle.period == 1 && coordinate >= middle.begin && coordinate < middle.end;
    const Index next = repeats ? middle.end : coordinate + 1;
    if (!found.empty() && found.back().taps == taps) {
      found.back().coordinates += next - coordinate;
    } else {
      found.push_back({next - coordinate, taps});
    }
    coordinate = next;
  }
  return found;
}

/// Row pointers that lie evenly: `first`, `first + step`, ...
struct EvenPointers {
  Index first;
  Index step;
  Index count;
};

/// The row pointers of a pattern, as a few evenly spaced pieces per line. A *plane* is the lines
/// that share all but their coordinate on the axis next to the fastest.
class RowPointers {
 public:
  explicit RowPointers(const Pattern& pattern)
      : pattern_(pattern), inner_(stretches(pattern.axes().back().table)) {
    const std::span<const Pattern::Axis> axes(pattern.axes());
    if (axes.size() > 1) {
      lines_ = stretches(axes[axes.size() - 2].table);
      lines_per_plane_ = axes[axes.size() - 2].table.rows();
    }
    for (std::size_t axis = 0; axis + 2 < axes.size(); ++axis) {
      slower_.push_back(class_lengths(axes[axis].table));
    }
  }

  /// Calls `visit(row, pointers)` for the rows of a part, in order; they count from `before`.
  template <class Visit>
  void for_each(RowRange part, Index before, const Visit& visit) const {
    const Pattern::Channels& c = pattern_.channels();
    const bool innermost = c.place == Pattern::Channels::Place::innermost;
    const Index rows_per_unit = innermost ? c.groups * c.rows_per_group : 1;
    const Index rows_per_line = pattern_.axes().back().table.rows() * rows_per_unit;
    Line line = {part.first / rows_per_line / lines_per_plane_ * lines_per_plane_ * rows_per_line,
                 0, rows_per_unit, 0};
    line.pointer = pattern_.entries_before(line.row) - before;
    for (Index plane = line.row / rows_per_line / lines_per_plane_; line.row < part.last; ++plane) {
      const Index entries = entries_per_plane_tap(plane);
      for (const Stretch& stretch : lines_) {
        line.per_tap = entries * stretch.taps;
        // What lies before the part is passed over at once.
        const Index before_part = std::max<Index>(0, part.first - line.row) / rows_per_line;
        const Index passed = std::min(before_part, stretch.coordinates);
        line.row += passed * rows_per_line;
        line.pointer += passed * inner_taps() * line.per_tap * rows_per_unit;
        for (Index i = passed; i < stretch.coordinates && line.row < part.last; ++i) {
          visit_line(line, part, visit);
        }
      }
    }
  }

 private:
  struct Line {
    Index row;            ///< its first row ...
    Index pointer;        ///< ... and where that begins
    Index rows_per_unit;  ///< rows that share all coordinates
    Index per_tap;        ///< entries of a row for every tap of the fastest axis
  };

  /// Visits the rows of a line that belong to a part, and moves on to the next.
  template <class Visit>
  void visit_line(Line& line, RowRange part, const Visit& visit) const {
    for (const Stretch& stretch : inner_) {
      const Index next = line.row + stretch.coordinates * line.rows_per_unit;
      const Index length = stretch.taps * line.per_tap;
      const Index first = std::max(line.row, part.first);
      const Index last = std::min(next, part.last);
      if (first < last) {
        const Index pointer = line.pointer + (first - line.row) * length;
        visit(first, EvenPointers{pointer, length, last - first});
      }
      line.pointer += (next - line.row) * length;
      line.row = next;
    }
  }

  Index inner_taps() const { return pattern_.axes().back().table.entries(); }

  /// Entries of a row of a plane for every tap of its two fastest axes.
  Index entries_per_plane_tap(Index plane) const {
    Index entries = pattern_.channels().columns_per_group;
    for (std::size_t axis = slower_.size(); axis-- > 0;) {
      const TapTable& table = pattern_.axes()[axis].table;
      entries *= slower_[axis][static_cast<std::size_t>(table.class_of(plane % table.rows()))];
      plane /= table.rows();
    }
    return entries;
  }

  const Pattern& pattern_;
  std::vector<std::vector<Index>> slower_;  // taps, by axis and class of its coordinate
  std::vector<Stretch> lines_ = {{1, 1}};   // of the axis next to the fastest, if there is one
  Index lines_per_plane_ = 1;
  std::vector<Stretch> inner_;  // of the fastest axis
};

/// Counts in the index type, so that the loop is vectorised; and in its unsigned form, because the
/// number after the last pointer, which nobody reads, may be the first not to fit.
template <class StorageIndex>
void write_pointers(EvenPointers pointers, StorageIndex* out) {
  using Unsigned = std::make_unsigned_t<StorageIndex>;
  auto pointer = static_cast<Unsigned>(pointers.first);
  const auto step = static_cast<Unsigned>(pointers.step);
  for (Index i = 0; i < pointers.count; ++i, pointer += step) {
    out[i] = static_cast<StorageIndex>(pointer);
  }
}

}  // namespace

template <class StorageIndex>
void fill_row_pointers(const Pattern& pattern, RowRange range, int threads, StorageIndex* out) {
  const Index before = pattern.entries_before(range.first);
  const RowPointers all(pattern);
  for_each_part(pattern, range, threads, [&] {
    return [&](RowRange part) {
      all.for_each(part, before, [&](Index row, EvenPointers pointers) {
        write_pointers(pointers, out + (row - range.first));
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
bool has_columns(const Pattern& pattern, Index row, const StorageIndex* columns) {
  std::vector<StorageIndex> expected;
  build_row(pattern, ColumnRows<StorageIndex>(pattern), row, expected);
  return std::equal(expected.begin(), expected.end(), columns);
}

template void fill_row_pointers(const Pattern&, RowRange, int, std::int32_t*);
template void fill_row_pointers(const Pattern&, RowRange, int, std::int64_t*);
template void fill_columns(const Pattern&, RowRange, int, Stores, std::int32_t*);
template void fill_columns(const Pattern&, RowRange, int, Stores, std::int64_t*);
template bool has_columns(const Pattern&, Index, const std::int32_t*);
template bool has_columns(const Pattern&, Index, const std::int64_t*);
template void fill_values(const Pattern&, std::span<const float>, RowRange, int, Stores, float*);
template void fill_values(const Pattern&, std::span<const double>, RowRange, int, Stores, double*);
template void fill_values(const Pattern&, std::span<const std::complex<float>>, RowRange, int,
                          Stores, std::complex<float>*);
template void fill_values(const Pattern&, std::span<const std::complex<double>>, RowRange, int,
                          Stores, std::complex<double>*);

}  // namespace toeplix::detail
