#pragma once

#include <toeplix/resources.hpp>
#include <toeplix/separable.hpp>

#include "core/base/check_resources.hpp"
#include "core/compile/allocate.hpp"

#include <algorithm>

namespace toeplix::detail {

/// Taps are stored one by one: 1 GiB of them at most along one axis.
inline constexpr Index max_table_entries = Index{1} << 26;

/// Asks for the memory of the tables of an operator, one after another.
class TableRoom {
 public:
  explicit TableRoom(const Resources& resources) : resources_(resources) {
    check_resources(resources);
  }

  /// Throws CapacityError if one more table exceeds the budget.
  void ask(Index rows, Index taps) {
    // What a table cannot hold is for the table to refuse.
    if (std::max(rows, taps) > max_table_entries) return;
    bytes_ += (rows + 1) * Index{sizeof(Index)} + taps * Index{sizeof(CoefficientTap)};
    check_room("storing the tables of the axes", bytes_, resources_,
               "raise Resources::memory_budget");
  }

 private:
  Resources resources_;
  Index bytes_ = 0;
};

}  // namespace toeplix::detail
