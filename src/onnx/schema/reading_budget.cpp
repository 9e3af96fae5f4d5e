#include "onnx/schema/reading_budget.hpp"

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

namespace toeplix::onnx_detail {

ReadingBudget::ReadingBudget(const Resources& resources)
    : budget_(resources.memory_budget != 0 ? resources.memory_budget : available_memory()) {
  if (resources.memory_budget >= 0) return;
  throw Error("memory_budget " + std::to_string(resources.memory_budget) +
              " is negative; expected a number above 0, or 0 for the default");
}

void ReadingBudget::ask(const std::string& what, std::optional<Index> bytes) {
  if (bytes && *bytes <= budget_ - used_) {
    used_ += *bytes;
    return;
  }
  const std::string size = bytes ? std::to_string(*bytes) : "more than 2^63";
  throw CapacityError(what + " takes " + size + " bytes, beyond the memory budget of " +
                          std::to_string(budget_) + " bytes, of which " + std::to_string(used_) +
                          " are taken",
                      CapacityCause::memory_budget, {}, bytes, "raise Resources::memory_budget");
}

}  // namespace toeplix::onnx_detail
