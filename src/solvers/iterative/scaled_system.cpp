#include "solvers/iterative/scaled_system.hpp"

#include <toeplix/error.hpp>

#include "solvers/base/format_number.hpp"
#include "solvers/iterative/certified_norm.hpp"
#include "solvers/transform/products.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace toeplix::detail {

double greatest(std::span<const double> values) {
  double found = 0;
  for (const double value : values) found = std::max(found, std::abs(value));
  return found;
}

int exponent_of(double magnitude) {
  return magnitude == 0 ? 0 : std::ilogb(magnitude);
}

Eigen::VectorXd times_power(std::span<const double> values, int exponent) {
  Eigen::VectorXd result(static_cast<Index>(values.size()));
  std::ranges::transform(values, result.data(),
                         [&](double value) { return std::ldexp(value, exponent); });
  return result;
}

ScaledMatrix scale_matrix(const Pattern& pattern, std::span<const double> weights,
                          double least_magnitude, ProductWay way, const Resources& resources) {
  const int exponent = exponent_of(std::max(greatest(weights), least_magnitude));
  const Eigen::VectorXd scaled = times_power(weights, -exponent);
  const Operator<double> a(pattern, view(scaled), {.threads = resources.threads});
  const LinearMap<double> map(a);
  ScaledMatrix matrix{exponent, a, map, map.transpose(), certified_norm(a), {}, false};
  if (way == ProductWay::whole) return matrix;
  const Products products = fastest_products(a, pattern, view(scaled), resources);
  matrix.forward = products.map;
  matrix.backward = products.map.transpose();
  matrix.separated_terms = products.separated_terms;
  matrix.by_fourier = products.by_fourier;
  return matrix;
}

void check_stopping(int max_iterations, double tolerance) {
  check_not_negative("tolerance", tolerance);
  if (max_iterations >= 1) return;
  throw SolverError("max_iterations is " + std::to_string(max_iterations) +
                    "; expected at least 1");
}

void check_not_negative(const char* name, double number) {
  if (std::isfinite(number) && number >= 0) return;
  throw SolverError(std::string(name) + " is " + format_number(number) +
                    "; expected a finite number of at least 0");
}

void finish(IterativeSolution& solution, int exponent, double tolerance, const char* rule) {
  IterationReport& report = solution.report;
  for (double& value : solution.x) value = std::ldexp(value, exponent);
  if (!solution.x.allFinite()) {
    report.status = IterationStatus::overflow;
    report.reason = "x has numbers beyond what a double holds";
  } else if (report.error <= tolerance) {
    report.status = IterationStatus::converged;
  } else {
    report.reason = std::string(rule) + " is " + format_number(report.error) + " after " +
                    std::to_string(report.iterations) + " iterations; wanted at most " +
                    format_number(tolerance);
  }
}

}  // namespace toeplix::detail
