#include "solvers/tikhonov/choose_method.hpp"

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>
#include <toeplix/normal_equations.hpp>

#include "solvers/base/format_number.hpp"
#include "solvers/iterative/preconditioner.hpp"
#include "solvers/transform/products.hpp"
#include "solvers/transform/transform_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix::detail {

namespace {

/// Unknowns of the first separator of a nested dissection: as wide as A^T A reaches, across the
/// image along the axis where that takes fewest.
double first_separator(const Pattern& pattern) {
  const auto unknowns = static_cast<double>(pattern.cols());
  double fewest = unknowns;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const auto extent = static_cast<double>(axis.table.columns());
    const AxisGeometry& g = axis.table.geometry();
    const auto reach = static_cast<double>(std::max<Index>(1, g.span() - 1));
    // A circle is cut twice.
    const double cuts = g.boundary == Boundary::circular ? 2 : 1;
    fewest = std::min(fewest, cuts * reach / extent * unknowns);
  }
  return fewest;
}

/// Of a row of A^T A, in the middle of the image.
double row_entries(const Pattern& pattern) {
  auto entries = static_cast<double>(pattern.channels().columns_per_group);
  for (const Pattern::Axis& axis : pattern.axes()) {
    entries *= 2 * static_cast<double>(axis.table.geometry().kernel) - 1;
  }
  return entries;
}

/// Infinite if the products of all pairs of weights do not fit.
double assembly_products(const Pattern& pattern, const Resources& resources) {
  try {
    return normal_equations_operations(pattern, resources);
  } catch (const CapacityError&) {
    return std::numeric_limits<double>::infinity();
  }
}

std::string in_words(const MethodCost& cost) {
  if (std::isinf(cost.bytes)) return "more than the memory budget";
  return format_number(std::max(cost.seconds, 1e-3)) + " s and " +
         format_number(std::max(cost.bytes, 1e6) / 1e9) + " GB";
}

}  // namespace

MethodCost factorization_cost(const Pattern& pattern, const Resources& resources) {
  const auto unknowns = static_cast<double>(pattern.cols());
  const double products = assembly_products(pattern, resources);
  if (std::isinf(products)) return {products, products};
  const double separator = first_separator(pattern);
  const double levels = std::max(1.0, std::log2(unknowns / separator));
  const double entries =
      std::max(4 * separator * separator * levels, 2 * unknowns * row_entries(pattern));
  const double operations = 8 * separator * separator * separator;
  constexpr double bytes_per_entry = 13;
  constexpr double operations_per_second = 2e10;
  constexpr double entries_per_second = 2.5e7;
  constexpr double products_per_second = 1e9;
  return {operations / operations_per_second + entries / entries_per_second +
              products / products_per_second,
          bytes_per_entry * entries};
}

MethodCost iteration_cost(const Pattern& pattern, std::span<const double> weights,
                          const Regularizer& regularizer) {
  constexpr double vectors = 30;  // nanoseconds
  double each = 2 * product_nanoseconds(pattern) + vectors;
  double iterations = 250;
  if (TransformPreconditioner::exists(pattern, regularizer)) {
    constexpr double transforms = 50;
    each += transforms;
    iterations = TransformPreconditioner::has_symmetric_kernels(pattern, weights) ? 20 : 100;
  }
  const auto numbers = static_cast<double>(std::max(pattern.rows(), pattern.cols()));
  return {iterations * each * 1e-9 * numbers, 8 * 12 * numbers};
}

ChosenMethod choose_method(const Pattern& pattern, std::span<const double> weights,
                           const Regularizer& regularizer, const TikhonovOptions& options) {
  if (options.method == SolveMethod::factorization || options.method == SolveMethod::iterative) {
    return {options.method, "as was asked for"};
  }
  if (options.ordering != Ordering::automatic) {
    return {SolveMethod::factorization, "an ordering was asked for"};
  }
  const std::string misfit = transform_misfit(pattern, weights, regularizer);
  if (options.method == SolveMethod::transform) {
    if (misfit.empty()) return {SolveMethod::transform, "as was asked for"};
    throw SolverError("method is transform, but transforms do not diagonalize this system: " +
                      misfit);
  }
  if (misfit.empty()) return {SolveMethod::transform, "transforms diagonalize A and L"};
  const MethodCost factor = factorization_cost(pattern, options.resources);
  const MethodCost iterations = iteration_cost(pattern, weights, regularizer);
  const Index budget =
      options.resources.memory_budget > 0 ? options.resources.memory_budget : available_memory();
  const std::string compared = " (expected: " + in_words(factor) + " for a factorization, " +
                               in_words(iterations) + " for iterations); no transform: " + misfit;
  // A factorization is exact to rounding, which is worth some time.
  constexpr double soon = 0.5;
  if (factor.seconds > std::max(soon, 2 * iterations.seconds)) {
    return {SolveMethod::iterative, "less time than a factorization" + compared};
  }
  if (factor.bytes > static_cast<double>(budget)) {
    return {SolveMethod::iterative, "a factor may exceed the memory budget" + compared};
  }
  return {SolveMethod::factorization, "exact, and soon done" + compared};
}

}  // namespace toeplix::detail
