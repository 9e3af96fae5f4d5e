#include <toeplix/solvers/solve_square.hpp>

#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>

#include "core/base/check_resources.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/direct/blas_threads.hpp"
#include "solvers/direct/lu_factor.hpp"
#include "solvers/direct/singularity.hpp"
#include "solvers/transform/diagonal_system.hpp"
#include "solvers/transform/spectra_memory.hpp"

#include <algorithm>

namespace toeplix {

namespace {

using Matrix = detail::LuFactor::Matrix;

void refuse(const detail::Singularity& why, Index columns, SolveReport& report) {
  report.status = SolveStatus::singular;
  report.reason = why.reason;
  report.reciprocal_condition = std::max(0.0, report.reciprocal_condition.value_or(0));
  report.nullity = why.nullity;
  if (why.nullity) report.rank = columns - *why.nullity;
}

/// Puts x into a solution, and how well A x = b holds. Both are for b divided by a power of two,
/// `unit`, so that no norm overflows. `size` is the Frobenius norm of A.
template <class A>
void report_on(const A& a, double size, const Eigen::VectorXd& b, const Eigen::VectorXd& x,
               double unit, Solution& solution) {
  SolveReport& report = solution.report;
  const double residual = (a * x - b).stableNorm();
  report.residual = residual * unit;
  report.relative_residual = detail::ratio(residual, b.stableNorm());
  report.error = detail::ratio(residual, size * x.stableNorm() + b.stableNorm());
  report.rank = x.size();
  report.nullity = 0;
  solution.x = x * unit;
  detail::judge(solution.x, report);
}

/// Solves with a factor.
void solve(detail::LuFactor& factor, const Matrix& a, std::span<const double> right,
           Solution& solution) {
  const Eigen::Map<const Eigen::VectorXd> whole(right.data(), a.rows());
  const double unit = detail::power_of_two(whole);
  const Eigen::VectorXd b = whole / unit;
  report_on(a, a.coeffs().matrix().stableNorm(), b, factor.solve(b), unit, solution);
}

/// Solves where a transform makes the matrix diagonal.
void solve_by_transform(const Pattern& pattern, std::span<const double> weights,
                        const detail::DiagonalBases& bases, std::span<const double> right,
                        const SolveOptions& options, Solution& solution) {
  SolveReport& report = solution.report;
  report.method = SolveMethod::transform;
  report.method_reason = "a transform makes the matrix diagonal";
  detail::Stopwatch watch;
  const int threads = options.resources.threads;
  const auto channels = static_cast<double>(pattern.channels().columns());
  detail::check_spectra(static_cast<double>(pattern.cols()) * (3 + 4 / channels), options.resources,
                        report);
  const detail::DiagonalSystem system(pattern, weights, bases, threads);
  report.seconds.factorization = watch.lap();
  const double condition = system.reciprocal_condition();
  report.reciprocal_condition = condition;
  if (!(condition >= detail::lost_condition)) {
    refuse({detail::singular_to_rounding("the matrix", condition),
            system.count_up_to(detail::lost_condition)},
           pattern.cols(), report);
    return;
  }
  const Operator<double> a(pattern, weights, {.threads = threads});
  const Eigen::Map<const Eigen::VectorXd> whole(right.data(), a.rows());
  const double unit = detail::power_of_two(whole);
  const Eigen::VectorXd b = whole / unit;
  Eigen::VectorXd x = system.solve(b);
  x += system.solve(b - a * x);
  report_on(a, a.frobenius_norm(), b, x, unit, solution);
  report.seconds.solution = watch.lap();
}

/// Factorizes and solves with a matrix that is compressed and does not look singular.
void factorize_and_solve(const Matrix& a, std::span<const double> right,
                         const SolveOptions& options, Solution& solution) {
  SolveReport& report = solution.report;
  detail::Stopwatch watch;
  detail::LuFactor factor(a);
  factor.analyze(report, options.resources.memory_budget);
  report.seconds.analysis = watch.lap();
  const detail::BlasThreads blas(detail::blas_threads_for(report.flops, options.resources.threads));
  factor.factorize(report);
  report.seconds.factorization = watch.lap();
  const double condition = report.reciprocal_condition.value_or(0);
  if (!(condition >= detail::lost_condition)) {
    refuse({detail::singular_to_rounding("the matrix", condition), {}}, a.cols(), report);
    return;
  }
  solve(factor, a, right, solution);
  report.seconds.solution = watch.lap();
}

}  // namespace

Solution solve_square(const Matrix& a, std::span<const double> b, const SolveOptions& options) {
  detail::check_resources(options.resources);
  if (!a.isCompressed()) {
    Matrix compressed = a;
    compressed.makeCompressed();
    return solve_square(compressed, b, options);
  }
  detail::check_square(a.rows(), a.cols());
  detail::check_finite("A", {a.valuePtr(), static_cast<std::size_t>(a.nonZeros())});
  detail::check_numbers("b", b, a.rows());
  Solution solution;
  if (a.rows() == 0) {
    solution.report.rank = solution.report.nullity = 0;
  } else if (const auto why = detail::find_singularity(a)) {
    refuse(*why, a.cols(), solution.report);
  } else {
    factorize_and_solve(a, b, options, solution);
  }
  return solution;
}

Solution solve_square(const Pattern& pattern, std::span<const double> weights,
                      std::span<const double> b, const SolveOptions& options) {
  detail::check_square(pattern.rows(), pattern.cols());
  detail::check_numbers("weights", weights, pattern.weight_count());
  detail::check_numbers("b", b, pattern.rows());
  Solution solution;
  detail::Stopwatch watch;
  if (const auto why = detail::find_singularity(pattern, weights)) {
    refuse(*why, pattern.cols(), solution.report);
    solution.report.seconds.assembly = watch.lap();
    return solution;
  }
  solution.report.seconds.assembly = watch.lap();
  const detail::DiagonalBases bases = detail::diagonal_bases(pattern, weights);
  if (bases.exist()) {
    solve_by_transform(pattern, weights, bases, b, options, solution);
    return solution;
  }
  Matrix a;
  compile_into(a, pattern, weights, {.resources = options.resources});
  solution.report.seconds.assembly += watch.lap();
  factorize_and_solve(a, b, options, solution);
  return solution;
}

}  // namespace toeplix
