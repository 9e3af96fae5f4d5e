#include "core/compile/fill.hpp"

#include "core/base/parallel.hpp"
#include "core/compile/line_writer.hpp"

#include <complex>

namespace toeplix::detail {

namespace {

/// Calls `make_worker()(array, part)` for parts that make up the range, for every array.
template <class MakeWorker>
void for_each_part(const Pattern& pattern, RowRange range, int threads, Index arrays,
                   const MakeWorker& make_worker) {
  threads = threads_to_write(
      pattern.entries_before(range.last) - pattern.entries_before(range.first), threads);
  const Index rows = range.last - range.first;
  const Index parts_per_thread = threads == 1 ? 1 : chunks_per_thread;
  const Index parts = threads * parts_per_thread;
  // A thread's share is the same rows of every array, one array after the other.
  const Index share = arrays * parts_per_thread;
  for_each_own_chunk(threads, threads * share, [&] {
    return [=, worker = make_worker()](Index chunk) mutable {
      const Index part = chunk / share * parts_per_thread + chunk % parts_per_thread;
      worker(chunk % share / parts_per_thread,
             RowRange{range.first + chunk_begin(rows, parts, part),
                      range.first + chunk_begin(rows, parts, part + 1)});
    };
  });
}

/// Taps of each class of rows.
std::vector<Index> class_lengths(const TapTable& table) {
  std::vector<Index> lengths;
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    lengths.push_back(table.row_length(table.representative(row_class)));
  }
  return lengths;
}

/// Neighbouring coordinates of an axis that have equally many taps.
struct Stretch {
  Index coordinates;
  Index taps;
};

/// The coordinates of an axis as stretches. Memory: those of its borders and of one period of its
/// middle.
class Stretches {
 public:
  /// An axis of one coordinate with one tap.
  Stretches() : lower_{{1, 1}} {}

  explicit Stretches(const TapTable& table) {
    const std::vector<Index> lengths = class_lengths(table);
    const auto add = [&](std::vector<Stretch>& to, Index first, Index last) {
      for (Index coordinate = first; coordinate < last; ++coordinate) {
        const Index taps = lengths[static_cast<std::size_t>(table.class_of(coordinate))];
        append(to, {1, taps});
      }
    };
    const TapTable::Middle& middle = table.middle();
    period_length_ = middle.period;
    periods_ = (middle.end - middle.begin) / middle.period;
    const Index rest = middle.begin + periods_ * period_length_;
    add(lower_, 0, middle.begin);
    if (periods_ > 0) add(period_, middle.begin, middle.begin + middle.period);
    if (period_.size() == 1) {
      append(lower_, {rest - middle.begin, period_.front().taps});
      periods_ = 0;
    }
    before_period_ = periods_ > 0 ? middle.begin : rest;
    add(upper_, rest, table.rows());
  }

  /// Calls `visit(stretch)` for what lies in [first, last), in order.
  template <class Visit>
  void for_each(Index first, Index last, const Visit& visit) const {
    Index at = 0;
    const auto visit_all = [&](const std::vector<Stretch>& stretches) {
      for (const Stretch& stretch : stretches) {
        const Index begin = std::max(at, first);
        at += stretch.coordinates;
        const Index end = std::min(at, last);
        if (begin < end) visit(Stretch{end - begin, stretch.taps});
      }
    };
    visit_all(lower_);
    // What lies before is passed over at once.
    Index done = std::clamp<Index>((first - before_period_) / period_length_, 0, periods_);
    at = before_period_ + done * period_length_;
    for (; done < periods_ && at < last; ++done) visit_all(period_);
    at = before_period_ + periods_ * period_length_;
    visit_all(upper_);
  }

 private:
  static void append(std::vector<Stretch>& to, Stretch stretch) {
    if (!to.empty() && to.back().taps == stretch.taps) {
      to.back().coordinates += stretch.coordinates;
    } else {
      to.push_back(stretch);
    }
  }

  std::vector<Stretch> lower_;   // before what repeats
  std::vector<Stretch> period_;  // what repeats ...
  Index before_period_ = 1;      // ... from here ...
  Index periods_ = 0;            // ... so often
  Index period_length_ = 1;
  std::vector<Stretch> upper_;  // after it
};

/// Row pointers that lie evenly: `first`, `first + step`, ...
struct EvenPointers {
  Index first;
  Index step;
  Index count;
};

/// The row pointers of a pattern, as a few evenly spaced pieces per line. A *plane* is the lines
/// that share all but their coordinate on the axis next to the fastest. `pattern` must outlive it.
class RowPointers {
 public:
  explicit RowPointers(const Pattern& pattern)
      : pattern_(pattern), inner_(pattern.axes().back().table) {
    const std::span<const Pattern::Axis> axes(pattern.axes());
    if (axes.size() > 1) {
      lines_ = Stretches(axes[axes.size() - 2].table);
      lines_per_plane_ = axes[axes.size() - 2].table.rows();
    }
    for (std::size_t axis = 0; axis + 2 < axes.size(); ++axis) {
      slower_.push_back(class_lengths(axes[axis].table));
    }
    const Pattern::Channels& c = pattern.channels();
    const bool innermost = c.place == Pattern::Channels::Place::innermost;
    rows_per_unit_ = innermost ? c.groups * c.rows_per_group : 1;
    rows_per_line_ = pattern.axes().back().table.rows() * rows_per_unit_;
  }

  /// Calls `visit(row, pointers)` for the rows of a part, in order; they count from `before`.
  template <class Visit>
  void for_each(RowRange part, Index before, const Visit& visit) const {
    const Index rows_per_plane = lines_per_plane_ * rows_per_line_;
    for (Index plane = part.first / rows_per_plane; plane * rows_per_plane < part.last; ++plane) {
      const Index plane_row = plane * rows_per_plane;
      const Index first = std::max<Index>(0, part.first - plane_row) / rows_per_line_;
      const Index last =
          std::min(lines_per_plane_, (part.last - plane_row - 1) / rows_per_line_ + 1);
      const Index entries = entries_per_plane_tap(plane);
      Line line{plane_row + first * rows_per_line_, 0, 0};
      line.pointer = pattern_.entries_before(line.row) - before;
      lines_.for_each(first, last, [&](const Stretch& stretch) {
        line.per_tap = entries * stretch.taps;
        for (Index i = 0; i < stretch.coordinates; ++i) {
          visit_line(line, part, visit);
          line.row += rows_per_line_;
          line.pointer += inner_table().entries() * line.per_tap * rows_per_unit_;
        }
      });
    }
  }

 private:
  struct Line {
    Index row;      ///< its first row ...
    Index pointer;  ///< ... and where that begins
    Index per_tap;  ///< entries of a row for every tap of the fastest axis
  };

  /// Visits the rows of a line that belong to a part.
  template <class Visit>
  void visit_line(const Line& line, RowRange part, const Visit& visit) const {
    const Index begin = std::max<Index>(0, part.first - line.row) / rows_per_unit_;
    const Index end =
        std::min(rows_per_line_, part.last - line.row + rows_per_unit_ - 1) / rows_per_unit_;
    Index row = line.row + begin * rows_per_unit_;
    Index pointer =
        line.pointer + inner_table().entries_before(begin) * line.per_tap * rows_per_unit_;
    inner_.for_each(begin, end, [&](const Stretch& stretch) {
      const Index next = row + stretch.coordinates * rows_per_unit_;
      const Index length = stretch.taps * line.per_tap;
      const Index first = std::max(row, part.first);
      const Index last = std::min(next, part.last);
      if (first < last) {
        visit(first, EvenPointers{pointer + (first - row) * length, length, last - first});
      }
      pointer += (next - row) * length;
      row = next;
    });
  }

  const TapTable& inner_table() const { return pattern_.axes().back().table; }

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
  Stretches lines_;                         // of the axis next to the fastest, if there is one
  Index lines_per_plane_ = 1;
  Stretches inner_;          // of the fastest axis
  Index rows_per_unit_ = 1;  // rows that share all coordinates
  Index rows_per_line_ = 1;
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

template <class Scalar, class StorageIndex>
void fill(const Pattern& pattern, std::span<const Scalar> weights, RowRange range, int threads,
          Stores stores, MatrixArrays<Scalar, StorageIndex> out) {
  const Index before = pattern.entries_before(range.first);
  const RowPointers pointers(pattern);
  const ColumnRows<StorageIndex> columns(pattern);
  const ValueRows<Scalar> values(pattern, weights);
  enum Array : Index { column_array, value_array, arrays };
  for_each_part(pattern, range, threads, arrays, [&] {
    return [&, column_writer = LineWriter(pattern, columns),
            value_writer = LineWriter(pattern, values)](Index array, RowRange part) mutable {
      const Index begin = pattern.entries_before(part.first) - before;
      if (array == column_array) {
        // Pointers, which are few, go along: as chunks of their own they would take no time.
        pointers.for_each(part, before, [&](Index row, EvenPointers some) {
          write_pointers(some, out.pointers + (row - range.first));
        });
        column_writer.write(part.first, part.last, out.columns + begin, stores);
      } else {
        value_writer.write(part.first, part.last, out.values + begin, stores);
      }
    };
  });
  out.pointers[range.last - range.first] =
      static_cast<StorageIndex>(pattern.entries_before(range.last) - before);
}

template <class Scalar>
void fill_values(const Pattern& pattern, std::span<const Scalar> weights, int threads,
                 Stores stores, Scalar* out) {
  const ValueRows<Scalar> values(pattern, weights);
  for_each_part(pattern, {0, pattern.rows()}, threads, 1, [&] {
    return [&, writer = LineWriter(pattern, values)](Index, RowRange part) mutable {
      writer.write(part.first, part.last, out + pattern.entries_before(part.first), stores);
    };
  });
}

template void fill(const Pattern&, std::span<const float>, RowRange, int, Stores,
                   MatrixArrays<float, std::int32_t>);
template void fill(const Pattern&, std::span<const float>, RowRange, int, Stores,
                   MatrixArrays<float, std::int64_t>);
template void fill_values(const Pattern&, std::span<const float>, int, Stores, float*);
template void fill(const Pattern&, std::span<const double>, RowRange, int, Stores,
                   MatrixArrays<double, std::int32_t>);
template void fill(const Pattern&, std::span<const double>, RowRange, int, Stores,
                   MatrixArrays<double, std::int64_t>);
template void fill_values(const Pattern&, std::span<const double>, int, Stores, double*);
template void fill(const Pattern&, std::span<const std::complex<float>>, RowRange, int, Stores,
                   MatrixArrays<std::complex<float>, std::int32_t>);
template void fill(const Pattern&, std::span<const std::complex<float>>, RowRange, int, Stores,
                   MatrixArrays<std::complex<float>, std::int64_t>);
template void fill_values(const Pattern&, std::span<const std::complex<float>>, int, Stores,
                          std::complex<float>*);
template void fill(const Pattern&, std::span<const std::complex<double>>, RowRange, int, Stores,
                   MatrixArrays<std::complex<double>, std::int32_t>);
template void fill(const Pattern&, std::span<const std::complex<double>>, RowRange, int, Stores,
                   MatrixArrays<std::complex<double>, std::int64_t>);
template void fill_values(const Pattern&, std::span<const std::complex<double>>, int, Stores,
                          std::complex<double>*);

}  // namespace toeplix::detail
