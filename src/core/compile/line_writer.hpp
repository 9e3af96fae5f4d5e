#pragma once

#include "core/compile/row_builder.hpp"
#include "core/compile/stream.hpp"

#include <bit>
#include <numeric>
#include <unordered_map>

namespace toeplix::detail {

/// Writes one array (columns or values) of a range of rows of a matrix, front to back.
///
/// A *line* is the rows that differ in their coordinate on the fastest axis alone (and, where
/// channels are innermost, in their channel). Along a line the rows of the border are each
/// different, and those of the middle repeat with a shift of their columns. So a line is a short
/// template, copied: its border rows once, its middle as often as it fits. Lines whose slower
/// coordinates are of the same class have the same template but for a shift, so few templates
/// make all of the matrix. Only what does not fit `template_limit` is built row by row.
///
/// One object per thread. Memory: at most `template_limit` elements and one row.
template <class Builder>
class LineWriter {
 public:
  using Element = typename Builder::Element;

  /// Both arguments must outlive this object.
  LineWriter(const Pattern& pattern, const Builder& builder);

  /// Writes rows [first, last), all entries, to `out`: where the first of them belongs.
  void write(Index first, Index last, Element* out, Stores stores);

 private:
  /// Elements of all the templates that are kept at a time: they should stay in the cache.
  static constexpr Index template_limit = Index{1 << 20} / static_cast<Index>(sizeof(Element));
  /// A line is stored no more often than this share of the lines that may want it.
  static constexpr Index lines_per_copy = 16;
  /// The piece of a template is no longer than this share of what is copied from it (but of whole
  /// cache lines).
  static constexpr Index uses_of_piece = 8;

  struct Line {
    Index channel = 0;               ///< row channel; 0 where channels are innermost
    std::vector<Index> coordinates;  ///< representatives of the slower coordinates
    Index row_class = 0;             ///< numbers the combination of their classes
    Index base = 0;                  ///< what their shifts add to every column
    Index followers = 0;             ///< next lines that differ from it in their base alone ...
    Index follower_shift = 0;        ///< ... and by how much each
  };
  /// The elements of a line: border rows, a piece of the middle, border rows.
  struct Template {
    TapProduct outer;              ///< taps of the slower axes
    Index channel = -1;            ///< whose elements they are, where that matters
    std::vector<Element> storage;  ///< empty where the elements would be too many
    Index offset = 0;              ///< where the elements begin in it
    Index head = 0;                ///< elements of the border before the middle
    Index piece = 0;               ///< elements of the stored piece of the middle
    Index middle = 0;              ///< elements of the whole middle
    Index piece_shift = 0;         ///< columns that the piece moves from one copy to the next
    Index tail = 0;                ///< elements of the border after the middle
    Index copies = 0;              ///< of the whole line, one after the other, if that is stored
  };

  void go_to(Index line);
  void set_followers(Index line);
  const Template& current_template(const Stream<Element>& out);
  Template make_template() const;
  void fill_template(Template& made) const;
  const TapProduct& inner_taps(Index coordinate) const;
  Element* build_unit(const TapProduct& outer, Index coordinate, Element* out) const;
  void write_line(const Template& from, Index line_row, Index first, Index last,
                  Stream<Element>& out) const;
  void copy_line(const Template& from, Index first, Index last, Stream<Element>& out) const;
  void copy_lines(const Template& from, Index lines, Stream<Element>& out) const;
  void build_rows(const Template& from, Index first, Index last, Stream<Element>& out) const;

  bool innermost() const {
    return pattern_.channels().place == Pattern::Channels::Place::innermost;
  }

  Index lines_per_channel() const {
    Index lines = 1;
    for (const Pattern::Axis& axis : outer_axes_) lines *= axis.table.rows();
    return lines;
  }

  /// Lines of one channel that are of the same class as the one `write` is at.
  Index lines_alike() const {
    Index lines = 1;
    for (std::size_t axis = 0; axis < outer_axes_.size(); ++axis) {
      const TapTable::Middle& middle = outer_axes_[axis].table.middle();
      const Index coordinate = line_.coordinates[axis];
      const bool in_middle = coordinate >= middle.begin && coordinate < middle.end;
      if (in_middle) lines *= (middle.end - middle.begin) / middle.period;
    }
    return lines;
  }

  const Pattern& pattern_;
  const Builder& builder_;
  std::span<const Pattern::Axis> outer_axes_;
  const Pattern::Axis& inner_;
  Index rows_per_unit_;  // rows that share all coordinates
  Index rows_per_line_;
  // The middle of a template repeats until it is about this long, so that copying is in long
  // pieces; less often where little is copied from it.
  Index piece_length_ = best_piece_bytes<Element>() / static_cast<Index>(sizeof(Element));
  Line line_;                                      // where `write` is
  std::unordered_map<Index, Template> templates_;  // by class of the line
  Index kept_ = 0;                                 // elements in `templates_`
  mutable std::vector<TapProduct> inner_taps_;     // by class of the fastest coordinate
};

template <class Builder>
LineWriter<Builder>::LineWriter(const Pattern& pattern, const Builder& builder)
    : pattern_(pattern),
      builder_(builder),
      outer_axes_(std::span(pattern.axes()).first(pattern.axes().size() - 1)),
      inner_(pattern.axes().back()),
      rows_per_unit_(innermost() ? pattern.channels().groups * pattern.channels().rows_per_group
                                 : 1),
      rows_per_line_(inner_.table.rows() * rows_per_unit_) {}

template <class Builder>
void LineWriter<Builder>::write(Index first, Index last, Element* out, Stores stores) {
  Stream<Element> stream(out, stores);
  const Template* from = nullptr;
  // Counted on from line to line, which takes no division.
  Index line = first / rows_per_line_;
  Index line_row = line * rows_per_line_;
  for (Index row = first; row < last; row = line_row) {
    if (from != nullptr && line_.followers > 0) {
      --line_.followers;
      line_.base += line_.follower_shift;
    } else {
      go_to(line);
      from = &current_template(stream);
    }
    Index lines = 1;
    if (from->copies > 0 && row == line_row && row + rows_per_line_ <= last) {
      lines = std::min(line_.followers + 1, (last - row) / rows_per_line_);
      copy_lines(*from, lines, stream);
      line_.followers -= lines - 1;
    } else {
      const Index end = std::min(last - line_row, rows_per_line_);
      write_line(*from, line_row, row - line_row, end, stream);
    }
    line += lines;
    line_row += lines * rows_per_line_;
  }
}

/// Writes rows [first, last) of the line that begins with `line_row`, counted from there.
template <class Builder>
void LineWriter<Builder>::write_line(const Template& from, Index line_row, Index first, Index last,
                                     Stream<Element>& out) const {
  if (from.storage.empty()) {
    build_rows(from, first, last, out);
    return;
  }
  if (first == 0 && last == rows_per_line_) {
    copy_line(from, 0, from.head + from.middle + from.tail, out);
    return;
  }
  const Index begin = pattern_.entries_before(line_row);
  copy_line(from, pattern_.entries_before(line_row + first) - begin,
            pattern_.entries_before(line_row + last) - begin, out);
}

template <class Builder>
void LineWriter<Builder>::go_to(Index number) {
  line_.coordinates.resize(outer_axes_.size());
  line_.row_class = 0;
  line_.base = 0;
  set_followers(number);
  Index classes = 1;
  for (std::size_t axis = outer_axes_.size(); axis-- > 0;) {
    const TapTable& table = outer_axes_[axis].table;
    const Index coordinate = number % table.rows();
    const Index row_class = table.class_of(coordinate);
    number /= table.rows();
    line_.coordinates[axis] = table.representative(row_class);
    line_.row_class += row_class * classes;
    classes *= table.classes();
    line_.base += table.shift_of(coordinate) * outer_axes_[axis].column_stride;
  }
  if (innermost()) return;
  const Pattern::Channels& c = pattern_.channels();
  line_.channel = number;
  line_.base += number / c.rows_per_group * c.columns_per_group * c.column_stride;
}

/// Along the middle of the axis next to the fastest, every line is the one before it, moved on.
template <class Builder>
void LineWriter<Builder>::set_followers(Index number) {
  line_.followers = 0;
  if (outer_axes_.empty()) return;
  const TapTable& table = outer_axes_.back().table;
  const TapTable::Middle& middle = table.middle();
  const Index coordinate = number % table.rows();
  if (middle.period != 1 || coordinate < middle.begin || coordinate >= middle.end) return;
  line_.followers = middle.end - 1 - coordinate;
  line_.follower_shift = middle.shift * outer_axes_.back().column_stride;
}

/// The template of the line that `write` is at, with the elements of its channel.
template <class Builder>
const typename LineWriter<Builder>::Template& LineWriter<Builder>::current_template(
    const Stream<Element>& out) {
  auto found = templates_.find(line_.row_class);
  if (found == templates_.end()) {
    Template made = make_template();
    const auto size = static_cast<Index>(made.storage.size());
    if (kept_ + size > template_limit) {
      templates_.clear();
      kept_ = 0;
    }
    kept_ += size;
    found = templates_.emplace(line_.row_class, std::move(made)).first;
  }
  Template& current = found->second;
  const bool stale =
      current.channel < 0 || (Builder::depends_on_channel && current.channel != line_.channel);
  if (stale && !current.storage.empty()) {
    current.offset = out.matching_offset(current.storage.data());
    fill_template(current);
  }
  current.channel = line_.channel;
  return current;
}

/// A template with its sizes and, unless they would be too many, room for its elements.
template <class Builder>
typename LineWriter<Builder>::Template LineWriter<Builder>::make_template() const {
  const TapTable& table = inner_.table;
  const TapTable::Middle& middle = table.middle();
  Template made;
  made.outer = tap_product(outer_axes_, line_.coordinates);
  // Every tap of the fastest axis stands for this many elements.
  const Index per_tap = rows_per_unit_ * pattern_.channels().columns_per_group * made.outer.size();
  const Index before_middle = table.entries_before(middle.begin);
  made.head = before_middle * per_tap;
  made.middle = (table.entries_before(middle.end) - before_middle) * per_tap;
  made.tail = (table.entries() - table.entries_before(middle.end)) * per_tap;
  if (made.middle > 0) {
    const Index period =
        (table.entries_before(middle.begin + middle.period) - before_middle) * per_tap;
    // Whole cache lines, so that all copies of the piece lie in theirs alike.
    constexpr Index line_length = Stream<Element>::line_length;
    const Index whole = line_length / std::gcd(line_length, period);
    // What is copied but a few times is not worth a long piece.
    const Index copied = made.middle * lines_alike();
    const Index length = std::min(piece_length_, copied / uses_of_piece);
    const Index enough = (length / (period * whole) + 1) * whole;
    const Index repeats = std::min((middle.end - middle.begin) / middle.period, enough);
    made.piece = period * repeats;
    made.piece_shift = repeats * middle.shift * inner_.column_stride;
  }
  const Index length = made.head + made.piece + made.tail;
  if (length > template_limit) return made;
  if (!Builder::moves && made.piece == made.middle && length > 0) {
    const Index worth_it = lines_per_channel() / lines_per_copy;
    const Index copies = std::min({line_.followers + 1, piece_length_ / length, worth_it});
    // A power of two keeps most copies as well aligned as one.
    made.copies =
        static_cast<Index>(std::bit_floor(static_cast<std::uint64_t>(std::max<Index>(1, copies))));
  }
  const Index size = length * std::max<Index>(1, made.copies);
  made.storage.resize(static_cast<std::size_t>(Stream<Element>::line_length + size +
                                               Stream<Element>::readable_beyond));
  return made;
}

template <class Builder>
void LineWriter<Builder>::fill_template(Template& made) const {
  const TapTable& table = inner_.table;
  const TapTable::Middle& middle = table.middle();
  Element* out = made.storage.data() + made.offset;
  for (Index unit = 0; unit < middle.begin; ++unit) out = build_unit(made.outer, unit, out);
  Element* const piece = out;
  if (made.piece > 0) {
    for (Index phase = 0; phase < middle.period; ++phase) {
      out = build_unit(made.outer, middle.begin + phase, out);
    }
  }
  // The rest of the piece is its first period, moved on: what is there is doubled until it is full.
  const Index period = out - piece;
  for (Index done = period; done < made.piece; done *= 2) {
    const Index count = std::min(done, made.piece - done);
    if constexpr (Builder::moves) {
      const Index columns = done / period * middle.shift * inner_.column_stride;
      for (Index i = 0; i < count; ++i) piece[done + i] = Builder::moved(piece[i], columns);
    } else {
      std::copy_n(piece, count, piece + done);
    }
  }
  out = piece + made.piece;
  for (Index unit = middle.end; unit < table.rows(); ++unit) {
    out = build_unit(made.outer, unit, out);
  }
  Element* const line = made.storage.data() + made.offset;
  const Index length = out - line;
  for (Index copy = 1; copy < made.copies; ++copy) std::copy_n(line, length, line + copy * length);
}

/// The taps of the fastest axis at one coordinate, kept because every channel wants them again.
template <class Builder>
const TapProduct& LineWriter<Builder>::inner_taps(Index coordinate) const {
  inner_taps_.resize(static_cast<std::size_t>(inner_.table.classes()));
  TapProduct& taps = inner_taps_[static_cast<std::size_t>(inner_.table.class_of(coordinate))];
  if (taps.weight_begin.empty()) taps = tap_product({&inner_, 1}, {&coordinate, 1});
  return taps;
}

/// Builds all rows at one coordinate of the fastest axis. Returns where they end.
template <class Builder>
typename LineWriter<Builder>::Element* LineWriter<Builder>::build_unit(const TapProduct& outer,
                                                                       Index coordinate,
                                                                       Element* out) const {
  const TapProduct& inner = inner_taps(coordinate);
  const Index length = outer.size() * inner.size() * pattern_.channels().columns_per_group;
  for (Index row = 0; row < rows_per_unit_; ++row, out += length) {
    builder_.build(outer, inner, line_.channel + row, out);
  }
  return out;
}

/// Copies elements [first, last) of the line, counted from its beginning, out of its template.
/// What lies together there is copied at once: the head with the first copy of the piece, and the
/// last copy with the tail if both move alike.
template <class Builder>
void LineWriter<Builder>::copy_line(const Template& from, Index first, Index last,
                                    Stream<Element>& out) const {
  const Element* const line = from.storage.data() + from.offset;
  const Index middle_end = from.head + from.middle;
  // Counted on from copy to copy, as lines are.
  Index copy = 0;
  if (first < middle_end && first >= from.head + from.piece) {
    copy = (first - from.head) / from.piece;
  }
  while (first < last) {
    Index skipped = from.middle - from.piece;  // elements of the line that the template leaves out
    Index base = line_.base;
    Index end = last;
    if (first < middle_end) {
      const Index copy_end = from.head + (copy + 1) * from.piece;
      skipped = copy * from.piece;
      base += copy * from.piece_shift;
      const bool with_tail = copy_end == middle_end && (copy == 0 || !Builder::moves);
      if (!with_tail) end = std::min({last, copy_end, middle_end});
      ++copy;
    }
    out.append(line + (first - skipped), end - first, Builder::shift(base));
    first = end;
  }
}

/// Copies whole lines that are all as `from` describes them.
template <class Builder>
void LineWriter<Builder>::copy_lines(const Template& from, Index lines,
                                     Stream<Element>& out) const {
  const Element* const line = from.storage.data() + from.offset;
  const Index length = from.head + from.middle + from.tail;
  // All copies are the same, so any may come first: best the one that lies in its cache lines as
  // the destination does in its.
  Index skipped = 0;
  while (skipped < from.copies && out.matching_offset(line + skipped * length) != 0) ++skipped;
  if (skipped == from.copies) skipped = 0;
  for (Index left = lines; left > 0; skipped = 0) {
    const Index count = std::min(left, from.copies - skipped);
    out.append(line + skipped * length, count * length, Element());
    left -= count;
  }
}

/// Builds rows [first, last) of the line, counted from its beginning, one by one.
template <class Builder>
void LineWriter<Builder>::build_rows(const Template& from, Index first, Index last,
                                     Stream<Element>& out) const {
  std::vector<Element> row_elements;
  for (Index row = first; row < last; ++row) {
    const Index coordinate = row / rows_per_unit_;
    const TapProduct inner = tap_product({&inner_, 1}, {&coordinate, 1});
    const Index length = from.outer.size() * inner.size() * pattern_.channels().columns_per_group;
    row_elements.resize(static_cast<std::size_t>(length + Stream<Element>::readable_beyond));
    builder_.build(from.outer, inner, line_.channel + row % rows_per_unit_, row_elements.data());
    out.append(row_elements.data(), length, Builder::shift(line_.base));
  }
}

}  // namespace toeplix::detail
