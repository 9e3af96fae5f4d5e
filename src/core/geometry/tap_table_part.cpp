#include <toeplix/error.hpp>
#include <toeplix/tap_table.hpp>

#include "core/geometry/check_border.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

struct TapTable::PartOf {
  TapTable whole;
  TapTablePart part;

  bool inside() const { return part.columns == TapTablePart::Columns::inside; }
  bool in_range(Index input) const {
    return input >= part.first_column && input < part.last_column;
  }
  /// How an input of the whole table is numbered in the part.
  Index number(Index input) const {
    if (inside()) return input - part.first_column;
    return input < part.first_column ? input : input - (part.last_column - part.first_column);
  }
};

namespace {

void check_range(const char* what, Index first, Index last, Index count) {
  if (first >= 0 && first <= last && last <= count) return;
  throw GeometryError(std::string("a part of a tap table: ") + what + " [" + std::to_string(first) +
                      ", " + std::to_string(last) + ") are not within the table; it has " +
                      std::to_string(count));
}

/// The first number in [first, last) from which on `holds` is true; `last` if it never is.
template <class Holds>
Index first_that(Index first, Index last, const Holds& holds) {
  while (first < last) {
    const Index middle = first + (last - first) / 2;
    if (holds(middle)) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  return first;
}

template <class Holds>
bool any_of(Index first, Index last, const Holds& holds) {
  for (Index row = first; row < last; ++row) {
    if (holds(row)) return true;
  }
  return false;
}

}  // namespace

void TapTable::refuse_part(const char* what) {
  throw Error(std::string("a part of a tap table has no ") + what + "; ask the whole table");
}

TapTable TapTable::part(const TapTablePart& part) const {
  if (part_) refuse_part("parts");
  check_range("rows", part.first_row, part.last_row, rows_);
  check_range("columns", part.first_column, part.last_column, columns_);
  TapTable result(*this);
  result.part_ = std::make_shared<const PartOf>(PartOf{*this, part});
  result.rows_ = part.last_row - part.first_row;
  const Index range = part.last_column - part.first_column;
  result.columns_ = result.part_->inside() ? range : columns_ - range;
  result.set_part_middle();
  result.border_before_.clear();
  result.period_before_.clear();
  detail::check_border(result.classes(), "border rows",
                       "share rows and columns so that a process has the inputs of its rows");
  result.count_entries();
  return result;
}

/// The rows of the whole table's middle that read within the range alone. Of the part outside they
/// are empty. Rows a period apart read inputs in the order of the rows, so a whole period of rows
/// speaks for all that come after it, or before.
void TapTable::set_part_middle() {
  const TapTablePart& part = part_->part;
  const TapTable& whole = part_->whole;
  const Index period = whole.middle_.period;
  const Index first = std::clamp(whole.middle_.begin, part.first_row, part.last_row);
  const Index last = std::clamp(whole.middle_.end, first, part.last_row);
  const auto reads_before = [&](Index row) {
    const TapRow taps = whole.row(row);
    return taps.size() > 0 && taps[0].input < part.first_column;
  };
  const auto reads_behind = [&](Index row) {
    const TapRow taps = whole.row(row);
    return taps.size() > 0 && taps[taps.size() - 1].input >= part.last_column;
  };
  const Index begin = first_that(first, last, [&](Index row) {
    return !any_of(row, std::min(last, row + period), reads_before);
  });
  const Index end = first_that(begin, last, [&](Index row) {
    return any_of(std::max(begin, row + 1 - period), row + 1, reads_behind);
  });
  const bool inside = part_->inside();
  set_middle(begin - part.first_row, end - part.first_row, inside ? period : 1,
             inside ? whole.middle_.shift : 0);
}

std::vector<TapTable::SingleTap> TapTable::part_taps(Index row) const {
  const TapRow all = part_->whole.row(part_->part.first_row + row);
  std::vector<SingleTap> taps;
  for (Index i = 0; i < all.size(); ++i) {
    const Tap tap = all[i];
    if (part_->in_range(tap.input) != part_->inside()) continue;
    for (const Index k : tap.kernel) taps.emplace_back(part_->number(tap.input), k);
  }
  return taps;
}

TapRow TapTable::part_row(Index row) const {
  if (borders().contain(row)) return merged(part_taps(row));
  if (!part_->inside()) return {};
  TapRow taps = part_->whole.row(part_->part.first_row + row);
  taps.first_input_ -= part_->part.first_column;
  return taps;
}

}  // namespace toeplix
