#include <toeplix/diagonal_structure.hpp>

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"
#include "core/inspect/diagonal_size.hpp"
#include "core/inspect/diagonal_source.hpp"
#include "core/inspect/pattern_tensors.hpp"
#include "core/inspect/rotations.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

using detail::OffsetInterval;
using detail::OffsetSet;
using detail::RowBox;

namespace {

constexpr std::size_t most_intervals = std::size_t{1} << 22;
constexpr Index most_blocks = Index{1} << 22;
constexpr Index most_steps_counted = Index{1} << 19;

Index blocks_of(Index extent, Index size, const char* what) {
  const Index blocks = detail::ceil_div(extent, size);
  if (blocks <= most_blocks) return blocks;
  throw CapacityError(std::to_string(extent) + ' ' + what + " in blocks of " +
                          std::to_string(size) + " exceed the limit of 2^22 blocks",
                      CapacityCause::limit, {}, {}, "use larger blocks");
}

/// The smallest number of a set that is at least `number`, or nothing.
std::optional<Index> first_at_least(const OffsetSet& set, Index number) {
  const Index m = detail::ceil_div(number - set.base, set.step);
  const auto at = std::ranges::lower_bound(set.intervals, m, {}, &OffsetInterval::last);
  if (at == set.intervals.end()) return std::nullopt;
  return set.base + set.step * std::max(m, at->first);
}

}  // namespace

Index next_power_of_two(Index number) {
  if (number > detail::largest_diagonal_size) {
    throw CapacityError("no power of two up to 2^62 is at least " + std::to_string(number));
  }
  Index power = 1;
  while (power < number) power *= 2;
  return power;
}

DiagonalStructure::Source::Source(const Pattern& pattern, Index wanted, const PixelShuffle& packing)
    : rows(packing.output.size()),
      cols(packing.input.size()),
      size(detail::diagonal_size(rows, cols, wanted)),
      block_rows(blocks_of(rows, size, "rows")),
      block_columns(blocks_of(cols, size, "columns")),
      search(detail::entry_levels(pattern, packing)) {
  first_offsets = offsets_of(0);
}

void DiagonalStructure::Source::check(const DiagonalPlace& place) const {
  if (place.offset < 0 || place.offset >= size) {
    throw GeometryError("diagonal " + std::to_string(place.offset) + " does not exist; there are " +
                        std::to_string(size) + ", from 0");
  }
  const bool exists = place.block_row >= 0 && place.block_row < block_rows &&
                      place.block_column >= 0 && place.block_column < block_columns;
  if (exists) return;
  throw GeometryError("block (" + std::to_string(place.block_row) + ", " +
                      std::to_string(place.block_column) + ") does not exist; there are " +
                      std::to_string(block_rows) + " x " + std::to_string(block_columns) +
                      ", from (0, 0)");
}

std::vector<DiagonalStructure::Source::Part> DiagonalStructure::Source::parts(
    const DiagonalPlace& place) const {
  const Index begin = place.block_row * size;
  const Index end = std::min(rows, begin + size);
  const Index wrap = std::min(end, begin + size - place.offset);
  const Index offset = (place.block_column - place.block_row) * size + place.offset;
  return {{begin, wrap, offset}, {wrap, end, offset - size}};
}

std::vector<RowBox> DiagonalStructure::Source::boxes(const Part& part) const {
  if (is_one_block()) return {detail::all_rows(search.levels())};
  return row_boxes(search.levels(), part.begin, part.end);
}

Index DiagonalStructure::Source::entries(const DiagonalPlace& place) const {
  Index total = 0;
  for (const Part& part : parts(place)) {
    for (const RowBox& box : boxes(part)) total += search.count(box, part.offset);
  }
  return total;
}

std::shared_ptr<const DiagonalStructure::BlockRow> DiagonalStructure::Source::offsets_of(
    Index block_row) const {
  if (block_row == 0 && first_offsets) return first_offsets;
  const auto found = std::make_shared<BlockRow>();
  const Index begin = block_row * size;
  for (const RowBox& box : row_boxes(search.levels(), begin, std::min(rows, begin + size))) {
    auto offsets = distinct_offsets(offset_levels(search.levels(), box), most_intervals);
    if (!offsets) {
      throw CapacityError("the diagonals of the " + std::to_string(rows) + " x " +
                              std::to_string(cols) + " matrix make up more than 2^22 intervals",
                          CapacityCause::limit, {}, {}, "cut it into smaller blocks");
    }
    if (!offsets->intervals.empty()) found->offsets.push_back(std::move(*offsets));
  }
  return found;
}

DiagonalStructure::DiagonalStructure(const Pattern& pattern, Index size,
                                     const std::optional<PixelShuffle>& packing) {
  const PixelShuffle plain = detail::plain_tensors(pattern);
  if (packing) {
    detail::check_is_packing_of("input", plain.input, packing->input);
    detail::check_is_packing_of("output", plain.output, packing->output);
  }
  source_ = std::make_shared<const Source>(pattern, size, packing ? *packing : plain);
}

Index DiagonalStructure::size() const {
  return source_->size;
}

Index DiagonalStructure::block_rows() const {
  return source_->block_rows;
}

Index DiagonalStructure::block_columns() const {
  return source_->block_columns;
}

Index DiagonalStructure::entries(const DiagonalPlace& place) const {
  source_->check(place);
  return source_->entries(place);
}

bool DiagonalStructure::contains(const DiagonalPlace& place) const {
  const bool exists = place.offset >= 0 && place.offset < size() && place.block_row >= 0 &&
                      place.block_row < block_rows() && place.block_column >= 0 &&
                      place.block_column < block_columns();
  return exists && source_->entries(place) > 0;
}

/// Calls `visit` with every diagonal, unless that takes too long.
template <class Visit>
void DiagonalStructure::for_each_counted(const Visit& visit) const {
  Index count = 0;
  for (Iterator at = begin(); at != end(); ++at) {
    if (++count + at->block_row > most_steps_counted) {
      throw CapacityError("the diagonals of " + std::to_string(block_rows()) + " x " +
                              std::to_string(block_columns()) + " blocks take too long to count",
                          CapacityCause::limit, {}, {}, "go through them, or use larger blocks");
    }
    visit(*at);
  }
}

Index DiagonalStructure::count() const {
  Index count = 0;
  if (source_->is_one_block()) {
    for (const OffsetSet& offsets : source_->first_offsets->offsets) {
      count += cyclic_diagonals(offsets, size()).count();
    }
    return count;
  }
  for_each_counted([&count](const DiagonalPlace&) { ++count; });
  return count;
}

Index DiagonalStructure::rotations() const {
  if (source_->is_one_block()) return count() - (contains({0, 0, 0}) ? 1 : 0);
  std::vector<DiagonalPlace> places;
  for_each_counted([&places](const DiagonalPlace& place) { places.push_back(place); });
  return detail::rotations_of(std::move(places));
}

DiagonalStructure::Iterator::Iterator(std::shared_ptr<const Source> source)
    : source_(std::move(source)), block_row_(source_->first_offsets) {
  find_from(0);
}

bool DiagonalStructure::Iterator::at_end() const {
  return place_.block_row == source_->block_rows;
}

DiagonalStructure::Iterator& DiagonalStructure::Iterator::operator++() {
  find_from(place_.block_column * source_->size + place_.offset + 1);
  return *this;
}

/// Goes to the first diagonal with entries whose block column and offset, in one number
/// `block_column * size + offset`, are at least `key`; or to the first of a later row of blocks.
void DiagonalStructure::Iterator::find_from(Index key) {
  const Source& source = *source_;
  const Index size = source.size;
  while (!at_end()) {
    // Entries of offset `o` are on the diagonal of key `begin + o`, and from where that wraps
    // around, on the one of the next block, `size` higher.
    const Index begin = place_.block_row * size;
    std::optional<Index> next;
    for (const OffsetSet& offsets : block_row_->offsets) {
      for (const Index from : {begin, begin + size}) {
        const auto found = first_at_least(offsets, key - from);
        if (found) next = std::min(next.value_or(*found + from), *found + from);
      }
    }
    if (next && *next / size < source.block_columns) {
      place_ = {place_.block_row, *next / size, *next % size};
      if (source.entries(place_) > 0) return;
      key = *next + 1;
      continue;
    }
    place_ = {place_.block_row + 1, 0, 0};
    if (at_end()) return;
    block_row_ = source.offsets_of(place_.block_row);
    key = 0;
  }
}

std::optional<Index> count_diagonals(const Pattern& pattern, Index size,
                                     const std::optional<PixelShuffle>& packing) {
  try {
    return DiagonalStructure(pattern, size, packing).count();
  } catch (const CapacityError&) {
    return std::nullopt;
  }
}

std::optional<Index> count_rotations(const Pattern& pattern, Index size,
                                     const std::optional<PixelShuffle>& packing) {
  try {
    return DiagonalStructure(pattern, size, packing).rotations();
  } catch (const CapacityError&) {
    return std::nullopt;
  }
}

}  // namespace toeplix
