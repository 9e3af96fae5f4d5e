#pragma once

#include <toeplix/error.hpp>
#include <toeplix/resources.hpp>

#include <string>

namespace toeplix::detail {

/// Throws Error for a negative number.
inline void check_resources(const Resources& resources) {
  const auto check = [](const char* field, Index number) {
    if (number >= 0) return;
    throw Error(std::string(field) + ' ' + std::to_string(number) +
                " is negative; expected a number above 0, or 0 for the default");
  };
  check("threads", resources.threads);
  check("memory_budget", resources.memory_budget);
}

}  // namespace toeplix::detail
