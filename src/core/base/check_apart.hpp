#pragma once

#include <toeplix/error.hpp>

#include <functional>
#include <span>
#include <string>

namespace toeplix::detail {

/// Whether two ranges share memory.
template <class T>
bool overlap(std::span<const T> a, std::span<const T> b) {
  if (a.empty() || b.empty()) return false;
  // `less` orders pointers into different arrays, which `<` need not.
  const std::less<> before;
  return before(a.data(), b.data() + b.size()) && before(b.data(), a.data() + a.size());
}

/// Throws GeometryError if what is written lies on what is read meanwhile.
template <class T>
void check_apart(const char* read, std::span<const T> from, const char* written,
                 std::span<const T> to) {
  if (!overlap(from, to)) return;
  throw GeometryError(std::string(read) + " and " + written +
                      " overlap in memory; expected vectors that lie apart");
}

}  // namespace toeplix::detail
