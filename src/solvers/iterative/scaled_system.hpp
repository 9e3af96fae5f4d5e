#pragma once

#include <toeplix/linear_map.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/solvers/iteration_report.hpp>

#include <optional>
#include <span>

/// \file
/// What the iterations have in common: numbers near 1 by powers of two, so that no square overflows
/// and no digit is lost; checks; and the end of a report.

namespace toeplix::detail {

/// The greatest absolute value; 0 of nothing.
double greatest(std::span<const double> values);

/// The e for which a positive number lies in [2^e, 2^(e + 1)); 0 for 0.
int exponent_of(double magnitude);

/// values * 2^exponent.
Eigen::VectorXd times_power(std::span<const double> values, int exponent);

/// How products may be taken.
enum class ProductWay {
  fastest,  ///< axis by axis or by Fourier transforms, where that is faster
  whole,    ///< by the kernel's own weights: what is not negative stays so
};

/// A = 2^exponent A'. The methods work with A'.
struct ScaledMatrix {
  int exponent;
  Operator<double> whole;      ///< A'
  LinearMap<double> forward;   ///< A', as it is multiplied
  LinearMap<double> backward;  ///< A'^T, likewise
  double norm;                 ///< at least |A'|
  std::optional<Index> separated_terms;
  bool by_fourier;
};

/// A' of which the greatest weight, or `least_magnitude` / 2^exponent, is in [1, 2).
/// Precondition: the weights are checked.
ScaledMatrix scale_matrix(const Pattern& pattern, std::span<const double> weights,
                          double least_magnitude, ProductWay way, const Resources& resources);

/// Throws SolverError unless there may be so many steps, and so small an error.
void check_stopping(int max_iterations, double tolerance);

/// Throws SolverError unless the number is finite and at least 0.
void check_not_negative(const char* name, double number);

/// The numbers of Eigen's vectors, for products.
inline std::span<const double> view(const Eigen::VectorXd& v) {
  return {v.data(), static_cast<std::size_t>(v.size())};
}
inline std::span<double> view(Eigen::VectorXd& v) {
  return {v.data(), static_cast<std::size_t>(v.size())};
}

/// Sets x times 2^exponent, the status, and its reason: `rule` is how far the stopping rule is from
/// holding.
void finish(IterativeSolution& solution, int exponent, double tolerance, const char* rule);

}  // namespace toeplix::detail
