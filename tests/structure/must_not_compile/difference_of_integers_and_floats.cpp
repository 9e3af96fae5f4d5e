// Refused: integers are compared with integers
#include <toeplix/first_difference.hpp>

#include <vector>

#ifdef CORRECT
using Got = int;
#else
using Got = float;
#endif

auto difference(const std::vector<long>& expected, const std::vector<Got>& got) {
  return toeplix::reference::first_difference(expected, got);
}
