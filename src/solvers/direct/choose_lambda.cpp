#include <toeplix/solvers/choose_lambda.hpp>

#include <toeplix/error.hpp>

#include "solvers/direct/format_number.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

namespace toeplix {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Decades of lambda, from the least to the greatest.
struct Decades {
  double least;
  double greatest;
};

/// A quantity as a function of lambda's decade.
using Score = std::function<double(double decade)>;

Decades decades_of(LambdaRange range) {
  const bool sound =
      range.least > 0 && range.greatest > range.least && std::isfinite(range.greatest);
  if (!sound) {
    throw SolverError("lambda range [" + detail::format_number(range.least) + ", " +
                      detail::format_number(range.greatest) +
                      "] must be positive, finite and ascending");
  }
  return {std::log10(range.least), std::log10(range.greatest)};
}

[[noreturn]] void fail_for_all(const Decades& decades) {
  throw SolverError("no lambda from 10^" + detail::format_number(decades.least) + " to 10^" +
                    detail::format_number(decades.greatest) + " makes the system regular");
}

/// |A x - b|^2 with the lambda of a decade; infinite if the system is singular.
double squared_residual(Tikhonov& solver, const Eigen::MatrixXd& b, double decade) {
  solver.set_lambda(std::pow(10, decade));
  const Solutions solutions = solver.solve_many(b);
  if (solutions.report.status == SolveStatus::singular) return infinity;
  return solutions.report.residual * solutions.report.residual;
}

double cross_validation(Tikhonov& solver, const Eigen::MatrixXd& b, double decade) {
  const double residual = squared_residual(solver, b, decade);
  if (!std::isfinite(residual)) return residual;
  const double free = 1 - solver.effective_degrees_of_freedom() / static_cast<double>(b.rows());
  // The estimate may exceed n by chance if lambda is next to nothing.
  if (free <= 0) return infinity;
  return residual / static_cast<double>(b.size()) / (free * free);
}

/// The whole decade, counted from the least, of the least score.
double best_of_every_decade(const Score& score, const Decades& decades) {
  double best = decades.least;
  double best_score = infinity;
  for (double decade = decades.least; decade <= decades.greatest + 1e-9; decade += 1) {
    const double here = score(decade);
    if (here >= best_score) continue;
    best = decade;
    best_score = here;
  }
  if (!std::isfinite(best_score)) fail_for_all(decades);
  return best;
}

/// Where the score is least between two decades, to `close_enough`, by golden sections.
/// Precondition: it has one minimum there.
double least_between(const Score& score, double low, double high, double close_enough) {
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double left = high - golden * (high - low);
  double right = low + golden * (high - low);
  double left_score = score(left);
  double right_score = score(right);
  while (high - low > close_enough) {
    if (left_score <= right_score) {
      high = right;
      right = left;
      right_score = left_score;
      left = high - golden * (high - low);
      left_score = score(left);
    } else {
      low = left;
      left = right;
      left_score = right_score;
      right = low + golden * (high - low);
      right_score = score(right);
    }
  }
  return (low + high) / 2;
}

/// Takes the lambda that was found, to `close_enough` decades.
void choose(double found, double close_enough, const Decades& decades, Tikhonov& solver,
            LambdaChoice& choice) {
  choice.at_limit = found - decades.least < close_enough || decades.greatest - found < close_enough;
  choice.lambda = std::pow(10, found);
  solver.set_lambda(choice.lambda);
}

}  // namespace

LambdaChoice choose_by_cross_validation(Tikhonov& solver, const Eigen::MatrixXd& b,
                                        LambdaRange range) {
  const Decades decades = decades_of(range);
  LambdaChoice choice;
  const Score score = [&](double decade) {
    ++choice.trials;
    return cross_validation(solver, b, decade);
  };
  // GCV may have several local minima: first every decade, then golden sections round the best.
  const double best = best_of_every_decade(score, decades);
  constexpr double close_enough = 0.15;
  const double found = least_between(score, std::max(decades.least, best - 1),
                                     std::min(decades.greatest, best + 1), close_enough);
  choose(found, close_enough, decades, solver, choice);
  return choice;
}

LambdaChoice choose_by_discrepancy(Tikhonov& solver, const Eigen::MatrixXd& b, double noise,
                                   LambdaRange range) {
  if (!(noise > 0) || !std::isfinite(noise)) {
    throw SolverError("noise " + detail::format_number(noise) + " must be positive and finite");
  }
  const Decades decades = decades_of(range);
  const double wanted = static_cast<double>(b.size()) * noise * noise;
  LambdaChoice choice;
  // The residual grows with lambda, so a bisection finds the lambda that makes it as large as the
  // noise.
  double low = decades.least;
  double high = decades.greatest;
  constexpr double close_enough = 0.001;
  bool regular = false;
  while (high - low > close_enough) {
    const double middle = (low + high) / 2;
    ++choice.trials;
    const double residual = squared_residual(solver, b, middle);
    const bool singular = !std::isfinite(residual);  // too little regularization
    regular = regular || !singular;
    if (singular || residual < wanted) {
      low = middle;
    } else {
      high = middle;
    }
  }
  if (!regular) fail_for_all(decades);
  choose((low + high) / 2, close_enough, decades, solver, choice);
  return choice;
}

}  // namespace toeplix
