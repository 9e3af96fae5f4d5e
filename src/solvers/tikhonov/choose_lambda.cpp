#include <toeplix/solvers/choose_lambda.hpp>

#include <toeplix/error.hpp>

#include "solvers/base/check.hpp"
#include "solvers/base/format_number.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/tikhonov/residual_path.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>

namespace toeplix {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Decades of lambda, from the least to the greatest.
struct Decades {
  LambdaRange range;
  double least = std::log10(range.least);
  double greatest = std::log10(range.greatest);

  /// The lambda of a decade, not beyond the range by rounding.
  [[nodiscard]] double lambda(double decade) const {
    return std::clamp(std::pow(10, decade), range.least, range.greatest);
  }
  /// How closely to search: so closely, or an eighth of a narrow range.
  [[nodiscard]] double close_enough(double wanted) const {
    constexpr double rounding = 1e-12;
    return std::max(rounding, std::min(wanted, (greatest - least) / 8));
  }
};

/// A quantity as a function of lambda's decade; infinite if there is none.
using Score = std::function<double(double decade)>;

Decades decades_of(LambdaRange range) {
  const bool sound =
      range.least > 0 && range.greatest > range.least && std::isfinite(range.greatest);
  if (!sound) {
    throw SolverError("lambda range [" + detail::format_number(range.least) + ", " +
                      detail::format_number(range.greatest) +
                      "] must be positive, finite and ascending");
  }
  return {range};
}

/// A search for lambda with the solver of a problem.
struct Search {
  Tikhonov& solver;
  Eigen::MatrixXd b;  ///< divided by a power of two, so that no square overflows
  Decades decades;
  std::unique_ptr<detail::ResidualPath> path = {};
  LambdaChoice choice = {};
  bool regular = false;  ///< with one of the lambdas that were tried, at least
};

/// Takes b, after a look at its numbers: a search should not begin that cannot end.
Search begin_search(Tikhonov& solver, const Eigen::MatrixXd& b, LambdaRange range) {
  if (b.cols() == 0) throw SolverError("b has no columns; expected at least one");
  detail::check_finite("b", {b.data(), static_cast<std::size_t>(b.size())});
  if (b.rows() != solver.rows()) {
    throw SolverError("b has " + std::to_string(b.rows()) + " rows; expected " +
                      std::to_string(solver.rows()));
  }
  Search search{solver, b / detail::power_of_two(b), decades_of(range)};
  search.path = detail::residual_path(solver, search.b);
  return search;
}

[[noreturn]] void fail_for_all(const Search& search) {
  const std::string range = " from 10^" + detail::format_number(search.decades.least) + " to 10^" +
                            detail::format_number(search.decades.greatest);
  if (!search.regular) throw SolverError("no lambda" + range + " makes the system regular");
  throw SolverError("for every lambda" + range +
                    " x follows all of b, so cross-validation cannot compare them; look among "
                    "greater ones");
}

/// |A x - b|^2 with the lambda of a decade; nothing if the system is singular.
std::optional<double> squared_residual(Search& search, double decade) {
  ++search.choice.trials;
  const std::optional<double> residual =
      search.path->squared_residual(search.decades.lambda(decade));
  if (residual) search.regular = true;
  return residual;
}

double cross_validation(Search& search, double decade) {
  const std::optional<double> residual = squared_residual(search, decade);
  if (!residual) return infinity;
  const double freedom = search.path->freedom(search.decades.lambda(decade));
  const double free = 1 - freedom / static_cast<double>(search.b.rows());
  // The estimate may exceed n by chance if lambda is next to nothing.
  if (!(free > 0)) return infinity;
  return *residual / static_cast<double>(search.b.size()) / (free * free);
}

/// Of the whole decades, counted from the least, and the greatest, the one of the least score.
double best_of_every_decade(const Score& score, const Search& search) {
  double best = search.decades.least;
  double best_score = infinity;
  const auto look_at = [&](double decade) {
    const double here = score(decade);
    if (!(here < best_score)) return;
    best = decade;
    best_score = here;
  };
  double decade = search.decades.least;
  for (; decade <= search.decades.greatest; decade += 1) look_at(decade);
  if (decade - 1 < search.decades.greatest) look_at(search.decades.greatest);
  if (!std::isfinite(best_score)) fail_for_all(search);
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
void choose(double found, double close_enough, Search& search) {
  const Decades& decades = search.decades;
  search.choice.at_limit =
      found - decades.least < close_enough || decades.greatest - found < close_enough;
  search.choice.lambda = decades.lambda(found);
  search.solver.set_lambda(search.choice.lambda);
}

}  // namespace

LambdaChoice choose_by_cross_validation(Tikhonov& solver, const Eigen::MatrixXd& b,
                                        LambdaRange range) {
  Search search = begin_search(solver, b, range);
  const Decades& decades = search.decades;
  const Score score = [&search](double decade) { return cross_validation(search, decade); };
  // GCV may have several local minima: first every decade, then golden sections round the best.
  const double best = best_of_every_decade(score, search);
  const double close_enough = decades.close_enough(0.15);
  const double found = least_between(score, std::max(decades.least, best - 1),
                                     std::min(decades.greatest, best + 1), close_enough);
  choose(found, close_enough, search);
  // Golden sections may end among singular systems if most are; the best decade is regular.
  if (solver.report().status == SolveStatus::singular) choose(best, close_enough, search);
  return search.choice;
}

LambdaChoice choose_by_discrepancy(Tikhonov& solver, const Eigen::MatrixXd& b, double noise,
                                   LambdaRange range) {
  if (!(noise > 0) || !std::isfinite(noise)) {
    throw SolverError("noise " + detail::format_number(noise) + " must be positive and finite");
  }
  Search search = begin_search(solver, b, range);
  const double scaled = noise / detail::power_of_two(b);
  const double wanted = static_cast<double>(b.size()) * scaled * scaled;
  // The residual grows with lambda, so a bisection finds the lambda that makes it as large as the
  // noise.
  double low = search.decades.least;
  double high = search.decades.greatest;
  const double close_enough = search.decades.close_enough(0.001);
  double middle = (low + high) / 2;
  do {
    const std::optional<double> residual = squared_residual(search, middle);
    // A singular system has too little regularization.
    if (!residual || *residual < wanted) {
      low = middle;
    } else {
      high = middle;
    }
    middle = (low + high) / 2;
  } while (high - low > close_enough);
  if (!search.regular) fail_for_all(search);
  choose(middle, close_enough, search);
  // The residual may jump where systems stop being singular; the greater lambda is regular.
  if (search.solver.report().status == SolveStatus::singular) choose(high, close_enough, search);
  return search.choice;
}

}  // namespace toeplix
