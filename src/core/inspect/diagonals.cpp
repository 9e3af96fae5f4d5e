#include <toeplix/diagonals.hpp>

#include "core/base/check_length.hpp"
#include "core/base/integer_math.hpp"
#include "core/inspect/offset_runs.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace toeplix {

using detail::ceil_div;
using detail::floor_div;
using detail::OffsetInterval;
using detail::OffsetLevel;
using detail::OffsetRun;
using detail::OffsetSet;

namespace {

constexpr std::size_t most_intervals_streamed = std::size_t{1} << 24;
constexpr std::size_t most_intervals_counted = std::size_t{1} << 22;
constexpr Index most_folds_counted = Index{1} << 24;
constexpr Index most_channels_counted = Index{1} << 20;
constexpr Index largest_size = Index{1} << 62;

Index padded_size(const Pattern& pattern, Index size) {
  const Index least = std::max(pattern.rows(), pattern.cols());
  if (least > largest_size || size > largest_size) {
    throw CapacityError("diagonals of " + std::to_string(std::max(least, size)) +
                        " rows exceed the limit of 2^62");
  }
  if (size == 0) return least;
  if (size >= least) return size;
  throw GeometryError("size " + std::to_string(size) + " of the diagonals is smaller than the " +
                      std::to_string(pattern.rows()) + " x " + std::to_string(pattern.cols()) +
                      " matrix; expected at least " + std::to_string(least) + ", or 0");
}

/// Whether an axis may have so many folded taps that listing them takes long.
bool folds_much(const TapTable& table) {
  if (table.geometry().boundary == Boundary::zero) return false;
  const Index border_rows = table.classes();
  return border_rows > most_folds_counted / table.geometry().kernel;
}

/// One weight that adds to the entry of one row of a diagonal.
struct Contribution {
  Index row;
  Index weight;

  friend auto operator<=>(const Contribution&, const Contribution&) = default;
};

/// Finds all ways to take one term of every level so that the offsets add up to a given one.
class Search {
 public:
  explicit Search(const std::vector<OffsetLevel>& levels)
      : levels_(levels), rest_(levels.size() + 1, {0, 0}) {
    for (std::size_t level = levels.size(); level-- > 0;) {
      rest_[level].first = rest_[level + 1].first + levels[level].lowest;
      rest_[level].last = rest_[level + 1].last + levels[level].highest;
    }
  }

  void find(Index offset, std::vector<Contribution>& found) const { find(0, offset, 0, 0, found); }

 private:
  void find(std::size_t level, Index offset, Index row, Index weight,
            std::vector<Contribution>& found) const {
    if (level == levels_.size()) return found.push_back({row, weight});
    for (const OffsetRun& run : levels_[level].runs) {
      const auto [begin, end] = terms_in_reach(run, offset, rest_[level + 1]);
      for (Index k = begin; k < end; ++k) {
        find(level + 1, offset - run.first_offset - k * run.offset_step,
             row + run.first_row + k * run.row_step,
             weight + run.first_weight + k * run.weight_step, found);
      }
    }
  }

  /// Terms of a run, [first, second), that leave an offset which the faster levels may reach.
  static std::pair<Index, Index> terms_in_reach(const OffsetRun& run, Index offset,
                                                OffsetInterval rest) {
    const Index low = offset - run.first_offset - rest.last;
    const Index high = offset - run.first_offset - rest.first;
    if (run.offset_step == 0) return {0, low <= 0 && high >= 0 ? run.count : 0};
    const Index step = std::abs(run.offset_step);
    const bool up = run.offset_step > 0;
    const Index first = ceil_div(up ? low : -high, step);
    const Index last = floor_div(up ? high : -low, step);
    return {std::max<Index>(0, first), std::min(run.count, last + 1)};
  }

  const std::vector<OffsetLevel>& levels_;
  std::vector<OffsetInterval> rest_;  // offsets that a level and all faster ones may add up to
};

/// The smallest number of a set that is at least `number`, or nothing.
std::optional<Index> first_at_least(const OffsetSet& set, Index number) {
  const Index m = ceil_div(number - set.base, set.step);
  const auto at = std::ranges::lower_bound(set.intervals, m, {}, &OffsetInterval::last);
  if (at == set.intervals.end()) return std::nullopt;
  return set.base + set.step * std::max(m, at->first);
}

}  // namespace

Index next_power_of_two(Index number) {
  if (number > largest_size) {
    throw CapacityError("no power of two up to 2^62 is at least " + std::to_string(number));
  }
  Index power = 1;
  while (power < number) power *= 2;
  return power;
}

std::optional<Index> count_diagonals(const Pattern& pattern, Index size) {
  const Pattern::Channels& channels = pattern.channels();
  if (std::max({pattern.rows(), pattern.cols(), size}) > largest_size) return std::nullopt;
  if (channels.rows() > most_channels_counted) return std::nullopt;
  for (const Pattern::Axis& axis : pattern.axes()) {
    if (folds_much(axis.table)) return std::nullopt;
  }
  const Index padded = padded_size(pattern, size);
  const auto offsets = distinct_offsets(detail::offset_levels(pattern), most_intervals_counted);
  if (!offsets) return std::nullopt;
  return cyclic_diagonals(*offsets, padded).count();
}

template <MatrixScalar Scalar>
std::vector<Scalar> Diagonal<Scalar>::dense() const {
  std::vector<Scalar> result(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result[static_cast<std::size_t>(rows[i])] = values[i];
  }
  return result;
}

template <MatrixScalar Scalar>
struct Diagonals<Scalar>::Source {
  Source(const Pattern& pattern, Index padded)
      : size(padded), levels(detail::offset_levels(pattern)), search(levels) {
    const auto offsets = distinct_offsets(levels, most_intervals_streamed);
    if (!offsets) {
      throw CapacityError(
          "the diagonals of the " + std::to_string(pattern.rows()) + " x " +
              std::to_string(pattern.cols()) + " matrix make up more than 2^24 intervals",
          CapacityCause::limit, {}, {}, "ask for single ones of a smaller convolution");
    }
    offsets_present = cyclic_diagonals(*offsets, size);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// The first diagonal from `offset` on that has a stored entry.
  std::optional<Index> next_from(Index offset) const {
    const auto upper = first_at_least(offsets_present.upper, offset);
    const auto lower = first_at_least(offsets_present.lower, offset);
    if (upper && lower) return std::min(*upper, *lower);
    return upper ? upper : lower;
  }

  Index size;
  std::vector<OffsetLevel> levels;
  Search search;
  detail::CyclicDiagonals offsets_present;
};

template <MatrixScalar Scalar>
Diagonals<Scalar>::Diagonals(const Pattern& pattern, std::vector<Scalar> weights,
                             const DiagonalOptions& options)
    : weights_(std::move(weights)), prune_zeros_(options.prune_zeros) {
  detail::check_length("weights", weights_.size(), pattern.weight_count());
  source_ = std::make_shared<const Source>(pattern, padded_size(pattern, options.size));
}

template <MatrixScalar Scalar>
Index Diagonals<Scalar>::size() const {
  return source_->size;
}

template <MatrixScalar Scalar>
Index Diagonals<Scalar>::count() const {
  return source_->offsets_present.count();
}

template <MatrixScalar Scalar>
bool Diagonals<Scalar>::contains(Index offset) const {
  return offset >= 0 && offset < size() && source_->next_from(offset) == offset;
}

template <MatrixScalar Scalar>
Diagonal<Scalar> Diagonals<Scalar>::at(Index offset) const {
  if (offset < 0 || offset >= size()) {
    throw GeometryError("diagonal " + std::to_string(offset) + " does not exist; there are " +
                        std::to_string(size()) + ", from 0");
  }
  std::vector<Contribution> found;
  source_->search.find(offset, found);
  source_->search.find(offset - size(), found);
  // The order in which `compile` adds up the weights of an entry.
  std::ranges::sort(found);
  Diagonal<Scalar> diagonal{offset, size(), {}, {}};
  for (std::size_t i = 0; i < found.size();) {
    const Index row = found[i].row;
    Scalar value{};
    for (; i < found.size() && found[i].row == row; ++i) {
      value += weights_[static_cast<std::size_t>(found[i].weight)];
    }
    if (prune_zeros_ && value == Scalar{}) continue;
    diagonal.rows.push_back(row);
    diagonal.values.push_back(value);
  }
  return diagonal;
}

template <MatrixScalar Scalar>
std::optional<Diagonal<Scalar>> Diagonals<Scalar>::first_from(Index offset) const {
  while (const auto present = source_->next_from(offset)) {
    Diagonal<Scalar> diagonal = at(*present);
    if (!diagonal.rows.empty()) return diagonal;
    offset = *present + 1;
  }
  return std::nullopt;
}

#define TOEPLIX_INSTANTIATE(Scalar) \
  template struct Diagonal<Scalar>; \
  template class Diagonals<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
