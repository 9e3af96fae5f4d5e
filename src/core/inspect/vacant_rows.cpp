#include "core/geometry/row_classes.hpp"
#include "core/inspect/counts.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

/// Rows of one table without taps.
struct VacantCoordinates {
  Index count = 0;
  std::vector<Index> first;  ///< ascending, as many as were asked for
};

/// Leaves the `most` smallest numbers, ascending.
void keep_first(std::vector<Index>& numbers, std::size_t most) {
  std::ranges::sort(numbers);
  if (numbers.size() > most) numbers.resize(most);
}

VacantCoordinates vacant_coordinates(const TapTable& table, std::size_t most) {
  const std::size_t kept_at_most = 3 * most + 1024;
  VacantCoordinates vacant;
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    const Index row = table.representative(row_class);
    if (table.row_length(row) > 0) continue;
    const Index count = rows_of_class(table, row);
    vacant.count += count;
    const auto listed = std::min(count, static_cast<Index>(most));
    for (Index i = 0; i < listed; ++i) vacant.first.push_back(row + i * table.middle().period);
    // There may be millions of classes: the first rows are all that is kept.
    if (vacant.first.size() >= kept_at_most) keep_first(vacant.first, most);
  }
  keep_first(vacant.first, most);
  return vacant;
}

/// Finds the first rows without entries in ascending order: those that are vacant along some axis.
class VacantSearch {
 public:
  VacantSearch(const Pattern& pattern, std::size_t most) : pattern_(pattern), most_(most) {
    for (const Pattern::Axis& axis : pattern.axes()) {
      extents_.push_back(axis.table.rows());
      vacant_.push_back(vacant_coordinates(axis.table, most));
    }
    const Pattern::Channels& channels = pattern.channels();
    const bool innermost = channels.innermost();
    extents_.insert(innermost ? extents_.end() : extents_.begin(), channels.rows());
    vacant_.insert(innermost ? vacant_.end() : vacant_.begin(), VacantCoordinates{});
  }

  VacantLines find() const {
    VacantLines result;
    Index full = 1;
    for (std::size_t level = 0; level < extents_.size(); ++level) {
      full *= extents_[level] - vacant_[level].count;
    }
    result.count = pattern_.rows() - full;
    check_listed(result.count, most_);
    if (result.count > 0 && most_ > 0) visit(0, 0, Kind::full, result.first);
    return result;
  }

 private:
  enum class Kind { full, vacant };

  bool vacant_from(std::size_t level) const {
    return std::any_of(vacant_.begin() + static_cast<std::ptrdiff_t>(level), vacant_.end(),
                       [](const VacantCoordinates& rows) { return rows.count > 0; });
  }

  void visit(std::size_t level, Index row, Kind kind, std::vector<MatrixPosition>& found) const {
    if (found.size() == most_) return;
    if (level == extents_.size()) {
      const Pattern::Position position = pattern_.row_position(row);
      return found.push_back({row, position.channel, position.coordinate});
    }
    const std::vector<Index>& listed = vacant_[level].first;
    const auto below = [&](Index coordinate, Kind next) {
      visit(level + 1, row * extents_[level] + coordinate, next, found);
    };
    if (kind == Kind::full && !vacant_from(level + 1)) {
      for (const Index coordinate : listed) below(coordinate, Kind::vacant);
      return;
    }
    // Every coordinate leads to a row that is sought.
    for (Index coordinate = 0; coordinate < extents_[level] && found.size() < most_; ++coordinate) {
      const bool is_vacant = kind == Kind::vacant || std::ranges::binary_search(listed, coordinate);
      below(coordinate, is_vacant ? Kind::vacant : Kind::full);
    }
  }

  const Pattern& pattern_;
  std::size_t most_;
  Extents extents_;                        // of the levels, the slowest first
  std::vector<VacantCoordinates> vacant_;  // likewise; channels are never vacant
};

}  // namespace

VacantLines vacant_rows(const Pattern& pattern, std::size_t most) {
  // A longer list is refused.
  return VacantSearch(pattern, std::min(most, most_listed + 1)).find();
}

}  // namespace toeplix::detail
