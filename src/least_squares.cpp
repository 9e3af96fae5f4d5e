#include <toeplix/solve.hpp>

#include "cholmod_session.hpp"
#include "solve_support.hpp"

#include <SuiteSparseQR.hpp>

#include <algorithm>

namespace toeplix {

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;
using Session = detail::CholmodSession<std::int64_t>;

void require_memory(const Session& session, const void* result) {
  session.check("the QR factorization");
  if (result == nullptr) throw SolverError("the QR factorization failed");
}

/// Predicts what the factor takes, by the symbolic phase of A or, where that is wide, of A^T.
void predict(const Matrix& a, Session& session, SolveReport& report, const SolveOptions& options) {
  cholmod_sparse matrix = detail::view(a, 0);
  Matrix transposed;
  if (a.rows() < a.cols()) {
    transposed = a.transpose();
    matrix = detail::view(transposed, 0);
  }
  auto* factorization =
      SuiteSparseQR_symbolic<double>(SPQR_ORDERING_DEFAULT, 1, &matrix, session.get());
  require_memory(session, factorization);
  SuiteSparseQR_free(&factorization, session.get());
  report.fill = static_cast<Index>(session->SPQR_istat[0]);
  const double householder = static_cast<double>(session->SPQR_istat[1]);
  report.flops = session->SPQR_flopcount_bound;
  const double bytes = 8 * (static_cast<double>(report.fill) + std::max(0.0, householder)) +
                       32.0 * static_cast<double>(a.nonZeros());
  report.bytes = static_cast<Index>(bytes);
  detail::check_factor_budget("a QR factorization", report.fill, bytes, options.memory_budget);
}

/// min |x| with A x = b, where A is wide; SPQR finds the rank on its way.
Eigen::VectorXd min_norm(const cholmod_sparse& a, const cholmod_dense& b, double tolerance,
                         Session& session) {
  cholmod_dense* const x = SuiteSparseQR_min2norm<double>(
      SPQR_ORDERING_DEFAULT, tolerance, const_cast<cholmod_sparse*>(&a),
      const_cast<cholmod_dense*>(&b), session.get());
  require_memory(session, x);
  return detail::take(x, session);
}

/// A E = Q [R; 0] with as many rows in R as the rank, and the first of Q^T b.
struct Factors {
  explicit Factors(Session& s) : session(s) {}
  Factors(const Factors&) = delete;
  Factors& operator=(const Factors&) = delete;
  ~Factors() {
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

void factorize(const cholmod_sparse& a, const cholmod_dense& b, Factors& factors) {
  factors.columns = static_cast<Index>(a.ncol);
  factors.rank = static_cast<Index>(
      SuiteSparseQR<double>(SPQR_ORDERING_DEFAULT, SPQR_DEFAULT_TOL, 0,
                            const_cast<cholmod_sparse*>(&a), const_cast<cholmod_dense*>(&b),
                            &factors.c, &factors.r, &factors.order, factors.session.get()));
  require_memory(factors.session, factors.r);
}

/// R y = c for an upper triangle: back substitution, column by column.
Eigen::VectorXd back_substitute(const Factors& factors) {
  const auto n = static_cast<Eigen::Index>(factors.r->ncol);
  const Eigen::Map<const Matrix> r(n, n, static_cast<Eigen::Index>(factors.r->nzmax),
                                   static_cast<const std::int64_t*>(factors.r->p),
                                   static_cast<const std::int64_t*>(factors.r->i),
                                   static_cast<const double*>(factors.r->x));
  const Eigen::Map<const Eigen::VectorXd> c(static_cast<const double*>(factors.c->x), n);
  return r.triangularView<Eigen::Upper>().solve(c);
}

/// The complete orthogonal decomposition: R has full rank and at least as many columns as rows, so
/// the shortest y with R y = Q^T b is the shortest x, permuted.
Eigen::VectorXd through_r(const Factors& factors) {
  Eigen::VectorXd x = Eigen::VectorXd::Zero(factors.columns);
  if (factors.rank == 0) return x;
  const bool square = factors.rank == factors.columns;
  // R has been found to have full rank: no second tolerance may doubt that.
  const Eigen::VectorXd y =
      square ? back_substitute(factors) : min_norm(*factors.r, *factors.c, 0, factors.session);
  for (Index k = 0; k < factors.columns; ++k) {
    x[factors.order == nullptr ? k : static_cast<Index>(factors.order[k])] = y[k];
  }
  return x;
}

/// |A^T (A x - b)| relative to |A| (|A| |x| + |b|), with Frobenius' |A|.
void judge(const Matrix& a, const Eigen::VectorXd& b, const Eigen::VectorXd& x,
           SolveReport& report) {
  const Eigen::VectorXd difference = a * x - b;
  const double norm = a.norm();
  report.residual = difference.norm();
  report.relative_residual = detail::ratio(report.residual, b.norm());
  report.error =
      detail::ratio((a.transpose() * difference).norm(), norm * (norm * x.norm() + b.norm()));
  detail::judge(report);
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
  Solution solution;
  SolveReport& report = solution.report;
  const Eigen::Map<const Eigen::VectorXd> b(right.data(), a.rows());
  if (a.nonZeros() == 0) {
    // No entries: every x is as good, and zero is the shortest.
    solution.x = Eigen::VectorXd::Zero(a.cols());
    report.rank = 0;
    report.nullity = a.cols();
    judge(a, b, solution.x, report);
    return solution;
  }
  detail::Stopwatch watch;
  Session session;
  predict(a, session, report, options);
  report.seconds.analysis = watch.lap();

  const cholmod_sparse matrix = detail::view(a, 0);
  const cholmod_dense columns = detail::view(right.data(), a.rows(), 1);
  Factors factors(session);
  factorize(matrix, columns, factors);
  report.rank = factors.rank;
  report.nullity = a.cols() - factors.rank;
  report.seconds.factorization = watch.lap();
  solution.x = through_r(factors);
  judge(a, b, solution.x, report);
  report.seconds.solution = watch.lap();
  return solution;
}

Solution least_squares(const Pattern& pattern, std::span<const double> weights,
                       std::span<const double> b, const SolveOptions& options) {
  detail::check_numbers("weights", weights, pattern.weight_count());
  detail::check_numbers("b", b, pattern.rows());
  detail::Stopwatch watch;
  Matrix a;
  compile_into(a, pattern, weights,
               {.threads = options.threads, .memory_budget = options.memory_budget});
  const double seconds = watch.lap();
  Solution solution = least_squares(a, b, options);
  solution.report.seconds.assembly = seconds;
  return solution;
}

}  // namespace toeplix
