#include "core/affine/association.hpp"

#include <limits>

namespace toeplix::detail {

Association::Association(const ProductSizes& sizes)
    : costs_(sizes.rows.size(), std::vector<double>(sizes.rows.size())),
      splits_(sizes.rows.size(), std::vector<std::size_t>(sizes.rows.size())) {
  const std::size_t count = sizes.rows.size();
  for (std::size_t more = 1; more < count; ++more) {
    for (std::size_t first = 0; first + more < count; ++first) decide(sizes, first, first + more);
  }
}

void Association::decide(const ProductSizes& sizes, std::size_t first, std::size_t last) {
  costs_[first][last] = std::numeric_limits<double>::infinity();
  for (std::size_t split = first; split < last; ++split) {
    const double entries = sizes.rows[first] * sizes.lengths[first][split];
    const double cost =
        costs_[first][split] + costs_[split + 1][last] + entries * sizes.lengths[split + 1][last];
    if (cost >= costs_[first][last]) continue;
    costs_[first][last] = cost;
    splits_[first][last] = split;
  }
}

std::string Association::text(std::size_t first, std::size_t last) const {
  if (first == last) return std::to_string(splits_.size() - 1 - first);
  const auto part = [&](std::size_t from, std::size_t to) {
    return from == to ? text(from, to) : '(' + text(from, to) + ')';
  };
  const std::size_t split = splits_[first][last];
  return part(first, split) + ' ' + part(split + 1, last);
}

}  // namespace toeplix::detail
