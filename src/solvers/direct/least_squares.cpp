#include <toeplix/solvers/least_squares.hpp>

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include "solvers/direct/check.hpp"
#include "solvers/direct/cholmod_session.hpp"
#include "solvers/direct/cholmod_views.hpp"
#include "solvers/direct/judge.hpp"
#include "solvers/direct/stopwatch.hpp"

#include <SuiteSparseQR.hpp>

#include <algorithm>
#include <optional>

namespace toeplix {

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;
using Session = detail::CholmodSession<std::int64_t>;

void require_memory(const Session& session, const void* result) {
  session.check("the QR factorization");
  if (result == nullptr) throw SolverError("the QR factorization failed");
}

/// What is kept of a factorization of A = Q R.
enum class Kept { q_and_r, r_and_its_copy };

/// Predicts what the QR factorization of A takes, by its symbolic phase, and refuses what exceeds
/// the budget. `besides` is what is in memory already.
void predict(cholmod_sparse a, Kept kept, double besides, Session& session, SolveReport& report,
             const SolveOptions& options) {
  auto* factorization = SuiteSparseQR_symbolic<double>(SPQR_ORDERING_DEFAULT, 1, &a, session.get());
  require_memory(session, factorization);
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

/// min |x| with A x = b, for a wide A, by a QR factorization of A^T. SPQR leaves the rank that
/// it finds in the session; x is the shortest if that is the number of rows.
Eigen::VectorXd min_norm(cholmod_sparse a, cholmod_dense b, double tolerance, Session& session) {
  cholmod_dense* const x =
      SuiteSparseQR_min2norm<double>(SPQR_ORDERING_DEFAULT, tolerance, &a, &b, session.get());
  require_memory(session, x);
  return detail::take(x, session);
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
  require_memory(factors.session, factors.r);
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

/// R y = c for an upper triangle: back substitution, column by column.
Eigen::VectorXd back_substitute(const QrFactors& factors) {
  const Eigen::Map<const Eigen::VectorXd> c(static_cast<const double*>(factors.c->x),
                                            static_cast<Eigen::Index>(factors.r->ncol));
  return map(factors).triangularView<Eigen::Upper>().solve(c);
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

/// The shortest x with A x = b, if the wide A has full rank; nothing if it has not.
std::optional<Eigen::VectorXd> solve_wide(System& system, SolveReport& report) {
  const Matrix transposed = system.a.transpose();
  predict(detail::view(transposed, 0), Kept::q_and_r, 0, system.session, report, system.options);
  report.seconds.analysis += system.watch.lap();
  Eigen::VectorXd x =
      min_norm(detail::view(system.a, 0), right_side(system), SPQR_DEFAULT_TOL, system.session);
  count_factorization(system.watch.lap(), system.session, report.seconds);
  report.rank = system.session->SPQR_istat[4];
  if (*report.rank < system.a.rows()) return std::nullopt;
  return x;
}

/// The shortest y with R y = c, for an R of full rank with more columns than rows.
Eigen::VectorXd shortest(const QrFactors& factors, System& system, SolveReport& report) {
  const Eigen::Map<const Matrix> r = map(factors);
  const Matrix transposed = r.transpose();
  SolveReport second;
  predict(detail::view(transposed, 0), Kept::q_and_r, 32.0 * static_cast<double>(r.nonZeros()),
          system.session, second, system.options);
  report.bytes = std::max(report.bytes, second.bytes);
  report.flops += second.flops;
  report.seconds.analysis += system.watch.lap();
  // R has been found to have full rank: no second tolerance may doubt that.
  Eigen::VectorXd y = min_norm(*factors.r, *factors.c, 0, system.session);
  count_factorization(system.watch.lap(), system.session, report.seconds);
  return y;
}

/// The complete orthogonal decomposition: R has full rank and at least as many columns as rows, so
/// the shortest y with R y = Q^T b is the shortest x, permuted.
Eigen::VectorXd solve_by_r(System& system, SolveReport& report) {
  const cholmod_sparse matrix = detail::view(system.a, 0);
  predict(matrix, Kept::r_and_its_copy, 0, system.session, report, system.options);
  report.seconds.analysis += system.watch.lap();
  QrFactors factors(system.session);
  factorize(matrix, right_side(system), factors);
  count_factorization(system.watch.lap(), system.session, report.seconds);
  report.rank = factors.rank;
  Eigen::VectorXd x = Eigen::VectorXd::Zero(factors.columns);
  if (factors.rank == 0) return x;
  const bool square = factors.rank == factors.columns;
  const Eigen::VectorXd y = square ? back_substitute(factors) : shortest(factors, system, report);
  for (Index k = 0; k < factors.columns; ++k) {
    x[factors.order == nullptr ? k : static_cast<Index>(factors.order[k])] = y[k];
  }
  return x;
}

Eigen::VectorXd solve(System& system, SolveReport& report) {
  if (system.a.rows() < system.a.cols()) {
    if (auto x = solve_wide(system, report)) return *std::move(x);
  }
  return solve_by_r(system, report);
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
  // Without entries every x is as good, and zero is the shortest.
  const Eigen::VectorXd x =
      a.nonZeros() == 0 ? Eigen::VectorXd::Zero(a.cols()) : solve(system, solution.report);
  judge(system, x, unit, solution);
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
