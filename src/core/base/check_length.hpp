#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <string>

namespace toeplix::detail {

/// Throws GeometryError unless a vector has the length that a convolution expects of it.
inline void check_length(const char* name, std::size_t length, Index expected) {
  if (static_cast<Index>(length) == expected) return;
  throw GeometryError(std::string(name) + " has length " + std::to_string(length) + "; expected " +
                      std::to_string(expected));
}

}  // namespace toeplix::detail
