#include "solvers/base/format_number.hpp"

#include <cstdio>

namespace toeplix::detail {

std::string format_number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

}  // namespace toeplix::detail
