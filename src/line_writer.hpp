#pragma once

#include "row_builder.hpp"
#include "stream.hpp"

#include <memory>
#include <optional>
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
  void write(Index first, Index last, Element* out);

 private:
  /// Elements of all the templates that are kept at a time; a few of the second-level caches.
  static constexpr Index template_limit = Index{4 << 20} / static_cast<Index>(sizeof(Element));
  /// The middle of a template repeats until it is this long, so that copying is in long pieces.
  static constexpr Index long_piece = 1024;

  struct Line {
    Index channel;                   ///< row channel; 0 where channels are innermost
    std::vector<Index> coordinates;  ///< representatives of the slower coordinates
    Index row_class;                 ///< numbers the combination of their classes
    Index base;                      ///< what their shifts add to every column
  };
  /// The elements of a line: border rows, a piece of the middle, border rows.
  struct Template {
    std::vector<Element> elements;
    Index head;          ///< elements of the border before the middle
    Index piece;         ///< elements of the stored piece of the middle
    Index middle;        ///< elements of the whole middle
    Index period_shift;  ///< columns that the piece moves from one copy to the next
    Index tail;          ///< elements of the border after the middle
  };

  Line line_at(Index line) const;
  const Template* template_of(const Line& line);
  Template make_template(const Line& line) const;
  Index template_size(Index per_tap) const;
  Index copies(Index per_tap) const;
  Element* build_unit(const TapProduct& outer, Index coordinate, Index channel, Element* out) const;
  void write_line(Index line, Index first, Index last, Stream<Element>& out);
  void copy_line(const Template& from, Index base, Index first, Index last,
                 Stream<Element>& out) const;
  void build_rows(const Line& line, Index first, Index last, Stream<Element>& out) const;

  bool innermost() const {
    return pattern_.channels().place == Pattern::Channels::Place::innermost;
  }

  const Pattern& pattern_;
  const Builder& builder_;
  std::span<const Pattern::Axis> outer_axes_;
  const Pattern::Axis& inner_;
  Index rows_per_unit_;  // rows that share all coordinates
  Index rows_per_line_;
  std::unordered_map<Index, Template> templates_;  // by class of the line
  Index kept_ = 0;                                 // elements in `templates_`
  Index kept_channel_ = 0;                         // whose templates they are
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
void LineWriter<Builder>::write(Index first, Index last, Element* out) {
  Stream<Element> stream(out);
  for (Index row = first; row < last;) {
    const Index line = row / rows_per_line_;
    const Index line_first = line * rows_per_line_;
    const Index line_last = std::min(last, line_first + rows_per_line_);
    write_line(line, row - line_first, line_last - line_first, stream);
    row = line_last;
  }
}

/// Writes rows [first, last) of a line, counted from its beginning.
template <class Builder>
void LineWriter<Builder>::write_line(Index number, Index first, Index last, Stream<Element>& out) {
  const Line line = line_at(number);
  if (const Template* from = template_of(line)) {
    const Index line_row = number * rows_per_line_;
    if (first == 0 && last == rows_per_line_) {
      copy_line(*from, line.base, 0, from->head + from->middle + from->tail, out);
      return;
    }
    const Index begin = pattern_.entries_before(line_row);
    copy_line(*from, line.base, pattern_.entries_before(line_row + first) - begin,
              pattern_.entries_before(line_row + last) - begin, out);
  } else {
    build_rows(line, first, last, out);
  }
}

template <class Builder>
typename LineWriter<Builder>::Line LineWriter<Builder>::line_at(Index number) const {
  Line line{.channel = 0, .coordinates = {}, .row_class = 0, .base = 0};
  line.coordinates.resize(outer_axes_.size());
  Index classes = 1;
  for (std::size_t axis = outer_axes_.size(); axis-- > 0;) {
    const TapTable& table = outer_axes_[axis].table;
    const Index coordinate = number % table.rows();
    const Index row_class = table.class_of(coordinate);
    number /= table.rows();
    line.coordinates[axis] = table.representative(row_class);
    line.row_class += row_class * classes;
    classes *= table.classes();
    line.base += table.shift_of(coordinate) * outer_axes_[axis].column_stride;
  }
  if (!innermost()) {
    const Pattern::Channels& c = pattern_.channels();
    line.channel = number;
    line.base += number / c.rows_per_group * c.columns_per_group * c.column_stride;
  }
  return line;
}

/// The template of a line, made where it is not kept yet; nothing where it would be too large.
template <class Builder>
const typename LineWriter<Builder>::Template* LineWriter<Builder>::template_of(const Line& line) {
  if (Builder::depends_on_channel && line.channel != kept_channel_) {
    templates_.clear();
    kept_ = 0;
    kept_channel_ = line.channel;
  }
  if (const auto kept = templates_.find(line.row_class); kept != templates_.end()) {
    return &kept->second;
  }
  Index per_tap = rows_per_unit_ * pattern_.channels().columns_per_group;
  for (std::size_t axis = 0; axis < outer_axes_.size(); ++axis) {
    per_tap *= outer_axes_[axis].table.row(line.coordinates[axis]).size();
  }
  const Index size = template_size(per_tap);
  if (size > template_limit) return nullptr;
  if (kept_ + size > template_limit) {
    templates_.clear();
    kept_ = 0;
  }
  kept_ += size;
  return &templates_.emplace(line.row_class, make_template(line)).first->second;
}

/// Elements of a template whose units have `per_tap` elements for every tap of the fastest axis.
template <class Builder>
Index LineWriter<Builder>::template_size(Index per_tap) const {
  const TapTable& table = inner_.table;
  const TapTable::Middle& middle = table.middle();
  const Index before_period = table.entries_before(middle.begin);
  const Index tail = table.entries() - table.entries_before(middle.end);
  if (middle.begin == middle.end) return table.entries() * per_tap;
  const Index period = table.entries_before(middle.begin + middle.period) - before_period;
  return (before_period + tail + period * copies(per_tap)) * per_tap;
}

/// How often the period of the middle is repeated in a template.
template <class Builder>
Index LineWriter<Builder>::copies(Index per_tap) const {
  const TapTable& table = inner_.table;
  const TapTable::Middle& middle = table.middle();
  if (middle.begin == middle.end) return 0;
  const Index period =
      table.entries_before(middle.begin + middle.period) - table.entries_before(middle.begin);
  const Index wanted = long_piece / std::max<Index>(1, period * per_tap) + 1;
  return std::min(wanted, (middle.end - middle.begin) / middle.period);
}

template <class Builder>
typename LineWriter<Builder>::Template LineWriter<Builder>::make_template(const Line& line) const {
  const TapTable& table = inner_.table;
  const TapTable::Middle& middle = table.middle();
  const TapProduct outer = tap_product(outer_axes_, line.coordinates);
  const Index per_tap = rows_per_unit_ * pattern_.channels().columns_per_group * outer.size();
  const Index repeats = copies(per_tap);
  Template made;
  made.elements.resize(
      static_cast<std::size_t>(template_size(per_tap) + Stream<Element>::readable_beyond));
  Element* const begin = made.elements.data();
  Element* out = begin;
  for (Index unit = 0; unit < middle.begin; ++unit) {
    out = build_unit(outer, unit, line.channel, out);
  }
  made.head = out - begin;
  for (Index unit = 0; unit < repeats * middle.period; ++unit) {
    out = build_unit(outer, middle.begin + unit, line.channel, out);
  }
  made.piece = out - begin - made.head;
  made.middle = (table.entries_before(middle.end) - table.entries_before(middle.begin)) * per_tap;
  made.period_shift = repeats * middle.shift * inner_.column_stride;
  for (Index unit = middle.end; unit < table.rows(); ++unit) {
    out = build_unit(outer, unit, line.channel, out);
  }
  made.tail = out - begin - made.head - made.piece;
  return made;
}

/// Builds all rows at one coordinate of the fastest axis. Returns where they end.
template <class Builder>
typename LineWriter<Builder>::Element* LineWriter<Builder>::build_unit(const TapProduct& outer,
                                                                       Index coordinate,
                                                                       Index channel,
                                                                       Element* out) const {
  const TapProduct inner = tap_product({&inner_, 1}, {&coordinate, 1});
  const Index length = outer.size() * inner.size() * pattern_.channels().columns_per_group;
  for (Index row = 0; row < rows_per_unit_; ++row, out += length) {
    builder_.build(outer, inner, channel + row, out);
  }
  return out;
}

/// Copies elements [first, last) of a line, counted from its beginning, out of its template.
template <class Builder>
void LineWriter<Builder>::copy_line(const Template& from, Index base, Index first, Index last,
                                    Stream<Element>& out) const {
  const Element* const head = from.elements.data();
  const Element* const piece = head + from.head;
  const Element* const tail = piece + from.piece;
  const Index middle_end = from.head + from.middle;
  if (first < from.head) {
    out.append(head + first, std::min(last, from.head) - first, Builder::shift(base));
    first = from.head;
  }
  while (first < std::min(last, middle_end)) {
    const Index copy = (first - from.head) / from.piece;
    const Index offset = (first - from.head) % from.piece;
    const Index count = std::min(from.piece - offset, std::min(last, middle_end) - first);
    out.append(piece + offset, count, Builder::shift(base + copy * from.period_shift));
    first += count;
  }
  if (first < last) {
    out.append(tail + (first - middle_end), last - first, Builder::shift(base));
  }
}

/// Builds rows [first, last) of a line, counted from its beginning, one by one.
template <class Builder>
void LineWriter<Builder>::build_rows(const Line& line, Index first, Index last,
                                     Stream<Element>& out) const {
  const TapProduct outer = tap_product(outer_axes_, line.coordinates);
  std::vector<Element> row_elements;
  for (Index row = first; row < last; ++row) {
    const Index coordinate = row / rows_per_unit_;
    const TapProduct inner = tap_product({&inner_, 1}, {&coordinate, 1});
    const Index length = outer.size() * inner.size() * pattern_.channels().columns_per_group;
    row_elements.resize(static_cast<std::size_t>(length + Stream<Element>::readable_beyond));
    builder_.build(outer, inner, line.channel + row % rows_per_unit_, row_elements.data());
    out.append(row_elements.data(), length, Builder::shift(line.base));
  }
}

}  // namespace toeplix::detail
