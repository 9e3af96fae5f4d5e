#include <toeplix/memory.hpp>

#include "core/base/memory.hpp"

namespace toeplix {

Index available_memory() {
  return detail::available_memory();
}

}  // namespace toeplix
