#pragma once

#include <toeplix/tap_table.hpp>

#include "core/base/integer_math.hpp"

namespace toeplix::detail {

/// How many rows of a table are like the representative of a class.
inline Index rows_of_class(const TapTable& table, Index representative) {
  const TapTable::Middle& middle = table.middle();
  const bool repeats = representative >= middle.begin && representative < middle.end;
  return repeats ? ceil_div(middle.end - representative, middle.period) : 1;
}

}  // namespace toeplix::detail
