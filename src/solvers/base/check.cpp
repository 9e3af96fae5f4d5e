#include "solvers/base/check.hpp"

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace toeplix::detail {

void check_finite(const char* name, std::span<const double> values) {
  const auto bad = std::ranges::find_if(values, [](double v) { return !std::isfinite(v); });
  if (bad == values.end()) return;
  throw SolverError(std::string(name) + " has " + (std::isnan(*bad) ? "a NaN" : "an infinity") +
                    " at " + std::to_string(bad - values.begin()) + "; expected finite numbers");
}

void check_numbers(const char* name, std::span<const double> values, Index expected) {
  if (static_cast<Index>(values.size()) != expected) {
    throw SolverError(std::string(name) + " has length " + std::to_string(values.size()) +
                      "; expected " + std::to_string(expected));
  }
  check_finite(name, values);
}

void check_square(Index rows, Index cols) {
  if (rows == cols) return;
  throw SolverError("the matrix has " + std::to_string(rows) + " rows and " + std::to_string(cols) +
                    " columns; expected a square one");
}

Index whole_number(double estimate) {
  constexpr double most = 9e18;  // below 2^63
  return static_cast<Index>(std::min(estimate, most));
}

Index check_vectors(const char* method, const Pattern& pattern, Index per_column, Index per_row,
                    Index budget) {
  const auto numbers = checked_sum(checked_product(pattern.cols(), per_column),
                                   checked_product(pattern.rows(), per_row));
  const auto bytes = checked_product(numbers, static_cast<Index>(sizeof(double)));
  if (budget == 0) budget = available_memory();
  if (bytes && *bytes <= budget) return *bytes;
  const std::string needed = bytes ? std::to_string(*bytes) : "more than 2^63";
  throw CapacityError(std::string("the vectors of ") + method + " need " + needed +
                          " bytes, which exceeds the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, numbers, bytes, "use a smaller image");
}

void check_factor_budget(const char* what, Index entries, double bytes, Index budget,
                         const char* advice) {
  if (budget <= 0) budget = available_memory();
  if (bytes <= static_cast<double>(budget)) return;
  const Index whole = whole_number(bytes);
  throw CapacityError(std::string(what) + " with " + std::to_string(entries) + " entries needs " +
                          std::to_string(whole) + " bytes, which exceeds the memory budget of " +
                          std::to_string(budget) + " bytes",
                      CapacityCause::memory_budget, entries, whole, advice);
}

}  // namespace toeplix::detail
