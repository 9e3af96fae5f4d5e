#pragma once

#include <string>

namespace toeplix::detail {

/// A number for a message, `1.2e-17`: three digits.
std::string format_number(double number);

}  // namespace toeplix::detail
