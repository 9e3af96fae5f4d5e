#pragma once

#include <toeplix/solvers/tikhonov.hpp>

/// \file
/// Component `solvers`: how much to regularize, if nobody knows. Two rules for the lambda of a
/// Tikhonov problem.

namespace toeplix {

/// A lambda, and how it was found.
///
///     if (choice.at_limit) std::cerr << "lambda is at the end of the range\n";
struct LambdaChoice {
  double lambda = 0;      ///< the lambda that `solver` now has
  int trials = 0;         ///< lambdas that were tried
  bool at_limit = false;  ///< the rule asks for a lambda outside the range that was searched
};

/// Where the rules look for lambda: from `least` to `greatest`, both positive and finite.
///
///     toeplix::choose_by_cross_validation(solver, b, {.least = 1e-4, .greatest = 1});
struct LambdaRange {
  double least = 1e-8;    ///< the smallest lambda to try
  double greatest = 1e2;  ///< the largest
};

/// The lambda of least generalized cross-validation,
/// GCV(lambda) = (|A x - b|^2 / n) / (1 - f / n)^2, f being
/// `solver.effective_degrees_of_freedom()`: the one that would best predict pixels of `b` that were
/// left out, if its noise is white. One column of `b` for each channel. Leaves `solver` with that
/// lambda. Throws SolverError for a `b` of the wrong size or with numbers that are not finite, for
/// a range that is not positive, finite and ascending, and if no lambda of it makes the system
/// regular, or with every one x follows all of `b`, so that nothing is left out to predict.
/// Cost: some 18 factorizations, or solutions by iterations; with transforms one transform of b.
/// Source: G. Golub, M. Heath, G. Wahba, Technometrics 21 (1979).
///
///     toeplix::Tikhonov solver(blur, kernel, 1, toeplix::Regularizer::gradient(blur));
///     toeplix::choose_by_cross_validation(solver, b);
///     Eigen::VectorXd x = solver.solve(b).x;
LambdaChoice choose_by_cross_validation(Tikhonov& solver, const Eigen::MatrixXd& b,
                                        LambdaRange range = {});

/// The lambda that leaves as much unexplained as there is noise, |A x - b|^2 = n noise^2. `noise`
/// is the standard deviation of the noise of one element of `b`. Leaves `solver` with that lambda.
/// Throws SolverError as above, and for a noise that is not positive and finite. Cost: some 16
/// factorizations.
/// Source: V. Morozov, Soviet Math. Dokl. 7 (1966); Hansen, Discrete Inverse Problems, section 5.2.
///
///     toeplix::Tikhonov solver(blur, kernel, 1, toeplix::Regularizer::gradient(blur));
///     double lambda = toeplix::choose_by_discrepancy(solver, b, 2.0 / 255).lambda;
LambdaChoice choose_by_discrepancy(Tikhonov& solver, const Eigen::MatrixXd& b, double noise,
                                   LambdaRange range = {});

}  // namespace toeplix
