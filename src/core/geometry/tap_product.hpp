#pragma once

#include <toeplix/pattern.hpp>

#include <span>
#include <vector>

namespace toeplix::detail {

/// The product of the taps of some axes at fixed row coordinates: where each entry lies relative
/// to the others, and which weights add up to it.
struct TapProduct {
  std::vector<Index> columns;       ///< column offset of each entry, ascending
  std::vector<Index> weight_begin;  ///< where the weights of each entry begin, then their number
  std::vector<Index> weights;       ///< offsets into the weights of one pair of channels
  bool single = true;               ///< every entry has exactly one weight

  Index size() const { return static_cast<Index>(columns.size()); }
};

/// The product over `axes` (slowest first), `coordinates[i]` being the row coordinate on axes[i].
/// Cost and memory: the number of entries of the product.
TapProduct tap_product(std::span<const Pattern::Axis> axes, std::span<const Index> coordinates);

/// Weights of entry `i` of a product.
inline std::span<const Index> weights_of(const TapProduct& product, std::size_t i) {
  const auto begin = static_cast<std::size_t>(product.weight_begin[i]);
  const auto end = static_cast<std::size_t>(product.weight_begin[i + 1]);
  return std::span(product.weights).subspan(begin, end - begin);
}

/// Calls `visit(entry, k, tap)`, in any order, for each of a row's entries: the k-th column channel
/// of its group at a tap of the product. `entry` is the place within the row.
template <class Visit>
void for_each_entry(const Pattern::Channels& channels, Index taps, const Visit& visit) {
  const Index group = channels.columns_per_group;
  const bool innermost = channels.innermost();
  for (Index k = 0; k < group; ++k) {
    for (Index tap = 0; tap < taps; ++tap) {
      const Index entry = innermost ? tap * group + k : k * taps + tap;
      visit(static_cast<std::size_t>(entry), k, static_cast<std::size_t>(tap));
    }
  }
}

}  // namespace toeplix::detail
