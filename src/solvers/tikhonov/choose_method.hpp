#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/tikhonov_options.hpp>

#include <span>
#include <string>

namespace toeplix::detail {

/// A method, and why that.
struct ChosenMethod {
  SolveMethod method;  ///< not `automatic`
  std::string reason;
};

/// What a method is expected to take on one core. The constants were measured on a machine with
/// AVX-512: 45 systems of 32 x 32 to 256 x 256 pixels and kernels of 3 x 3 to 31 x 31, along one
/// axis and in volumes too. Measured again on 34 others, of 48 x 48 to 192 x 192: factorizations
/// took 0.3 to 1.0 of what was expected, iterations 0.1 to 1.4. How many iterations there will be
/// is a guess: ten times as many were seen, with a small lambda and little noise.
struct MethodCost {
  double seconds = 0;
  double bytes = 0;
};

/// Of the normal equations' assembly, analysis and factorization.
/// Source: A. George, SIAM J. Numer. Anal. 10 (1973); what it leaves open was measured.
/// Infinite if the products of weights that the equations take exceed the memory budget.
MethodCost factorization_cost(const Pattern& pattern, const Resources& resources);

/// Of conjugate gradients for one right-hand side.
MethodCost iteration_cost(const Pattern& pattern, std::span<const double> weights,
                          const Regularizer& regularizer);

/// The method that was asked for; or transforms, if they diagonalize A and L; or the cheaper one of
/// the others, if its memory is there. Throws SolverError for transforms that were asked for and do
/// not diagonalize them.
ChosenMethod choose_method(const Pattern& pattern, std::span<const double> weights,
                           const Regularizer& regularizer, const TikhonovOptions& options);

}  // namespace toeplix::detail
