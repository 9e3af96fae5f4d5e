#include <toeplix/solvers/least_squares.hpp>

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include "core/base/check_resources.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/direct/blas_threads.hpp"
#include "solvers/direct/cholmod_session.hpp"
#include "solvers/direct/cholmod_views.hpp"
#include "solvers/direct/qr_factor.hpp"

#include <SuiteSparseQR.hpp>

#include <algorithm>
#include <optional>

namespace toeplix {

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;
using Session = detail::CholmodSession<std::int64_t>;

/// What is kept of a factorization of A = Q R.
enum class Kept { q_and_r, r_and_its_copy };

/// Predicts what the QR factorization of A takes, by its symbolic phase, and refuses what exceeds
/// the budget. `besides` is what is in memory already.
void predict(cholmod_sparse a, Kept kept, double besides, Session& session, SolveReport& report,
             const SolveOptions& options) {
  auto* factorization = SuiteSparseQR_symbolic<double>(SPQR_ORDERING_DEFAULT, 1, &a, session.get());
  session.check("the QR factorization", factorization);
  SuiteSparseQR_free(&factorization, session.get());
  const auto r = static_cast<double>(session->SPQR_istat[0]);
  const double householder = std::max(0.0, static_cast<double>(session->SPQR_istat[1]));
  report.fill = session->SPQR_istat[0];
  report.flops = session->SPQR_flopcount_bound;
  // Blocks hold R and the Householder vectors, the copy of R its rows as well.
  const double copy = kept == Kept::r_and_its_copy ? 16 * r : 0;
  const double bytes = 8 * (r + householder) + copy + 32.0 * static_cast<double>(a.nzmax) + besides;
  report.bytes = std::max(report.bytes, detail::whole_number(bytes));
  detail::check_factor_budget("a QR factorization", report.fill, bytes,
                              options.resources.memory_budget);
}

/// Time that went by, of which SPQR says how much was its symbolic phase.
void count_factorization(double seconds, Session& session, SolveSeconds& phases) {
  const double analysis = std::clamp(session->SPQR_analyze_time, 0.0, seconds);
  phases.analysis += analysis;
  phases.factorization += seconds - analysis;
}

/// A E = Q [R; 0] with as many rows in R as the rank, and the first of Q^T b.
struct QrFactors {
  explicit QrFactors(Session& s) : session(s) {}
  QrFactors(const QrFactors&) = delete;
  QrFactors& operator=(const QrFactors&) = delete;
  ~QrFactors() {
    cholmod_l_free_dense(&c, session.get());
    cholmod_l_free_sparse(&r, session.get());
    if (order != nullptr) {
      cholmod_l_free(static_cast<std::size_t>(columns), sizeof(SuiteSparse_long), order,
                     session.get());
    }
  }

  Session& session;
  cholmod_dense* c = nullptr;
  cholmod_sparse* r = nullptr;
  SuiteSparse_long* order = nullptr;  // column k of A E is column order[k] of A; null: as it is
  Index columns = 0;
  Index rank = 0;
};

void factorize(const cholmod_sparse& a, const cholmod_dense& b, QrFactors& factors) {
  factors.columns = static_cast<Index>(a.ncol);
  factors.rank = static_cast<Index>(
      SuiteSparseQR<double>(SPQR_ORDERING_DEFAULT, SPQR_DEFAULT_TOL, 0,
                            const_cast<cholmod_sparse*>(&a), const_cast<cholmod_dense*>(&b),
                            &factors.c, &factors.r, &factors.order, factors.session.get()));
  factors.session.check("the QR factorization", factors.r);
}

Eigen::Map<const Matrix> map(const QrFactors& factors) {
  const cholmod_sparse& r = *factors.r;
  const auto* const pointers = static_cast<const std::int64_t*>(r.p);
  return {static_cast<Eigen::Index>(r.nrow),
          static_cast<Eigen::Index>(r.ncol),
          pointers[r.ncol],
          pointers,
          static_cast<const std::int64_t*>(r.i),
          static_cast<const double*>(r.x)};
}

/// Everything that solving one system works with.
struct System {
  const Matrix& a;
  Eigen::VectorXd b;
  const SolveOptions& options;
  Session session = {};
  detail::Stopwatch watch = {};
};

cholmod_dense right_side(const System& system) {
  return detail::view(system.b.data(), system.b.size(), 1);
}

int threads_for(const System& system, const SolveReport& report) {
  return detail::blas_threads_for(report.flops, system.options.resources.threads);
}

/// A of full rank: x by M^+, M being A, or A^T if A is wide. Nothing if M is singular to rounding.
std::optional<Eigen::VectorXd> solve_of_full_rank(System& system, SolveReport& report) {
  const bool wide = system.a.rows() < system.a.cols();
  const Matrix transposed = wide ? Matrix(system.a.transpose()) : Matrix();
  const Matrix& m = wide ? transposed : system.a;
  predict(detail::view(m, 0), Kept::q_and_r, 0, system.session, report, system.options);
  report.seconds.analysis += system.watch.lap();
  const detail::BlasThreads blas(threads_for(system, report));
  detail::QrFactor factor(m, system.session);
  count_factorization(system.watch.lap(), system.session, report.seconds);
  report.rank = m.cols();
  report.reciprocal_condition = factor.has_full_rank() ? factor.reciprocal_condition() : 0;
  if (!(*report.reciprocal_condition >= detail::lost_condition)) return std::nullopt;
  return wide ? factor.solve_transposed(system.b) : factor.solve(system.b);
}

/// The shortest y with R y = c, for an R of full rank with more columns than rows. Nothing if R is
/// singular to rounding.
std::optional<Eigen::VectorXd> shortest(const QrFactors& factors, System& system,
                                        SolveReport& report) {
  const Eigen::Map<const Matrix> r = map(factors);
  const Matrix transposed = r.transpose();
  SolveReport second;
  predict(detail::view(transposed, 0), Kept::q_and_r, 32.0 * static_cast<double>(r.nonZeros()),
          system.session, second, system.options);
  report.bytes = std::max(report.bytes, second.bytes);
  report.flops += second.flops;
  report.seconds.analysis += system.watch.lap();
  detail::QrFactor factor(transposed, system.session);
  count_factorization(system.watch.lap(), system.session, report.seconds);
  if (!factor.has_full_rank() || !(factor.reciprocal_condition() >= detail::lost_condition)) {
    return std::nullopt;
  }
  return factor.solve_transposed(Eigen::Map<const Eigen::VectorXd>(
      static_cast<const double*>(factors.c->x), static_cast<Eigen::Index>(factors.r->nrow)));
}

/// The complete orthogonal decomposition of a deficient A: R has full rank and more columns than
/// rows, so the shortest y with R y = Q^T b is the shortest x, permuted. Nothing if no R shows the
/// rank.
std::optional<Eigen::VectorXd> solve_deficient(System& system, SolveReport& report) {
  const cholmod_sparse matrix = detail::view(system.a, 0);
  const double before = report.flops;
  predict(matrix, Kept::r_and_its_copy, 0, system.session, report, system.options);
  report.seconds.analysis += system.watch.lap();
  const detail::BlasThreads blas(threads_for(system, report));
  report.flops += before;
  QrFactors factors(system.session);
  factorize(matrix, right_side(system), factors);
  count_factorization(system.watch.lap(), system.session, report.seconds);
  report.rank = factors.rank;
  Eigen::VectorXd x = Eigen::VectorXd::Zero(factors.columns);
  if (factors.rank == 0) return x;
  if (factors.rank == std::min(system.a.rows(), system.a.cols())) return std::nullopt;
  const auto y = shortest(factors, system, report);
  if (!y) return std::nullopt;
  for (Index k = 0; k < factors.columns; ++k) {
    x[factors.order == nullptr ? k : static_cast<Index>(factors.order[k])] = (*y)[k];
  }
  return x;
}

std::optional<Eigen::VectorXd> solve(System& system, SolveReport& report) {
  // Without entries every x is as good, and zero is the shortest.
  if (system.a.nonZeros() == 0) return Eigen::VectorXd::Zero(system.a.cols());
  if (auto x = solve_of_full_rank(system, report)) return x;
  return solve_deficient(system, report);
}

void refuse(SolveReport& report) {
  report.status = SolveStatus::singular;
  report.reason =
      detail::singular_to_rounding("the matrix", report.reciprocal_condition.value_or(0)) +
      ", and its rank is not clear";
  report.rank.reset();
}

/// |A^T (A x - b)| relative to |A| (|A| |x| + |b|), with Frobenius' |A|. `unit` is what b has been
/// divided by.
void judge(const System& system, const Eigen::VectorXd& x, double unit, Solution& solution) {
  SolveReport& report = solution.report;
  const Eigen::VectorXd difference = system.a * x - system.b;
  const double norm = system.a.coeffs().matrix().stableNorm();
  const double size = system.b.stableNorm();
  const double residual = difference.stableNorm();
  report.residual = residual * unit;
  report.relative_residual = detail::ratio(residual, size);
  const double missed = (system.a.transpose() * difference).stableNorm();
  report.error = detail::ratio(detail::ratio(missed, norm), norm * x.stableNorm() + size);
  report.nullity = system.a.cols() - *report.rank;
  solution.x = x * unit;
  detail::judge(solution.x, report);
}

}  // namespace

Solution least_squares(const Matrix& a, std::span<const double> right,
                       const SolveOptions& options) {
  detail::check_resources(options.resources);
  if (!a.isCompressed()) {
    Matrix compressed = a;
    compressed.makeCompressed();
    return least_squares(compressed, right, options);
  }
  detail::check_numbers("b", right, a.rows());
  detail::check_finite("A", {a.valuePtr(), static_cast<std::size_t>(a.nonZeros())});
  const Eigen::Map<const Eigen::VectorXd> b(right.data(), a.rows());
  const double unit = detail::power_of_two(b);
  System system{a, b / unit, options};
  Solution solution;
  solution.report.rank = 0;
  if (const auto x = solve(system, solution.report)) {
    judge(system, *x, unit, solution);
  } else {
    refuse(solution.report);
  }
  solution.report.seconds.solution = system.watch.lap();
  return solution;
}

Solution least_squares(const Pattern& pattern, std::span<const double> weights,
                       std::span<const double> b, const SolveOptions& options) {
  detail::check_numbers("weights", weights, pattern.weight_count());
  detail::check_numbers("b", b, pattern.rows());
  detail::Stopwatch watch;
  Matrix a;
  compile_into(a, pattern, weights, {.resources = options.resources});
  const double seconds = watch.lap();
  Solution solution = least_squares(a, b, options);
  solution.report.seconds.assembly = seconds;
  return solution;
}

}  // namespace toeplix
