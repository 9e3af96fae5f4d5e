#include "cli/capacity.hpp"

#include <toeplix/memory.hpp>

#include <fmt/format.h>

namespace toeplix::cli {

void check_memory(Index budget, double bytes, const std::string& what, const std::string& advice) {
  const Index most = budget > 0 ? budget : available_memory();
  if (bytes <= static_cast<double>(most)) return;
  const std::string needed = bytes < 0x1p63 ? fmt::format("{:.0f}", bytes) : "more than 2^63";
  throw TooLarge(fmt::format("{} takes {} bytes, which exceeds the memory budget of {} bytes; {}",
                             what, needed, most, advice));
}

std::string with_advice(const CapacityError& error, const std::string& advice) {
  return error.advice().empty() ? error.what() : std::string(error.problem()) + "; " + advice;
}

std::string in_words_of_the_program(const CapacityError& error) {
  switch (error.cause()) {
    case CapacityCause::index_type:
      return with_advice(error, "use --index 64, or multiply without the matrix by toeplix apply");
    case CapacityCause::memory_budget:
      return with_advice(error, "raise --memory, or multiply without the matrix by toeplix apply");
    case CapacityCause::limit:
      break;
  }
  return error.what();
}

}  // namespace toeplix::cli
