#pragma once

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/report.hpp>

#include "solvers/base/check.hpp"

#include <string>

namespace toeplix::detail {

/// Puts into the report what so many doubles of spectra take. Throws CapacityError if that exceeds
/// the memory budget.
inline void check_spectra(double doubles, const Resources& resources, SolveReport& report) {
  report.bytes = whole_number(8 * doubles);
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (report.bytes <= budget) return;
  throw CapacityError("the spectra of the image take " + std::to_string(report.bytes) +
                          " bytes, which exceeds the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, 0, report.bytes, "use a smaller image");
}

}  // namespace toeplix::detail
