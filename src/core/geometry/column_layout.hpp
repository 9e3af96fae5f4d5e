#pragma once

#include <toeplix/pattern.hpp>

namespace toeplix::detail {

/// Whether the columns of two matrices are the same pixels and channels, in the same places.
inline bool same_columns(const Pattern& a, const Pattern& b) {
  const Pattern::Channels& c = a.channels();
  const Pattern::Channels& d = b.channels();
  const Index channels = c.groups * c.columns_per_group;
  if (channels != d.groups * d.columns_per_group) return false;
  if (channels > 1 && c.place != d.place) return false;
  if (a.axes().size() != b.axes().size()) return false;
  for (std::size_t axis = 0; axis < a.axes().size(); ++axis) {
    if (a.axes()[axis].table.columns() != b.axes()[axis].table.columns()) return false;
  }
  return true;
}

}  // namespace toeplix::detail
