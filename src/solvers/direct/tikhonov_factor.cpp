#include "solvers/direct/tikhonov_factor.hpp"

#include <toeplix/elimination_order.hpp>
#include <toeplix/memory.hpp>
#include <toeplix/normal_equations.hpp>

#include "solvers/base/advice.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/base/random_signs.hpp"
#include "solvers/base/regularizer_state.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/direct/blas_threads.hpp"
#include "solvers/direct/cholmod_session.hpp"
#include "solvers/direct/cholmod_views.hpp"
#include "solvers/direct/inverse_norm.hpp"
#include "solvers/direct/penalty.hpp"
#include "solvers/direct/tikhonov_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

namespace toeplix::detail {

namespace {

/// Thrown if 32-bit indices do not suffice for the factor.
struct FactorTooLarge {};

template <class StorageIndex>
class Factor final : public NormalSolver {
 public:
  using Functions = CholmodFunctions<StorageIndex>;
  using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex>;

  Factor(const Pattern& pattern, std::span<const double> weights, const Regularizer& regularizer,
         const TikhonovOptions& options, SolveReport& report)
      : matrix_(assemble(pattern, weights, regularizer, options)) {
    report.seconds.assembly += watch_.lap();
    analyze(order_for(pattern, regularizer, options), options, report);
    threads_ = blas_threads_for(report.flops, options.resources.threads);
    report.seconds.analysis += watch_.lap();
  }

  void set_lambda(double lambda, SolveReport& report) override {
    watch_.lap();
    refuse("the factorization for this lambda failed", 0, report);
    if (std::isfinite(norm(lambda))) {
      factorize_finite(lambda, report);
    } else {
      refuse("A^T A + lambda L^T L has numbers beyond what a double holds", {}, report);
    }
    report.seconds.factorization = watch_.lap();
  }

  Eigen::MatrixXd solve(const Eigen::MatrixXd& right, SolveReport&) const override {
    return solution(right);
  }

  Eigen::MatrixXd penalize(const Eigen::MatrixXd& x) const override {
    return matrix_.penalty().template selfadjointView<Eigen::Upper>() * x;
  }

  double norm(double lambda) const override {
    return matrix_.normal_norm() + lambda * matrix_.penalty_norm();
  }

 private:
  /// Threads take turns at the factor.
  Eigen::MatrixXd solution(const Eigen::MatrixXd& right) const {
    const std::lock_guard turn(mutex_);
    const BlasThreads blas(threads_);
    cholmod_dense columns = view(right.data(), right.rows(), right.cols());
    Eigen::MatrixXd x =
        take(Functions::solve(CHOLMOD_A, factor_.get(), &columns, session_.get()), session_);
    session_.check("the solution of A^T A + lambda L^T L");
    return x;
  }

  static TikhonovMatrix<StorageIndex> assemble(const Pattern& pattern,
                                               std::span<const double> weights,
                                               const Regularizer& regularizer,
                                               const TikhonovOptions& options) {
    Matrix penalty = penalty_of<StorageIndex>(regularizer, pattern.cols(), options.resources);
    Matrix normal = normal_equations<StorageIndex>(pattern, weights, options.resources);
    return TikhonovMatrix<StorageIndex>(std::move(normal), std::move(penalty));
  }

  static void refuse(std::string reason, std::optional<double> reciprocal_condition,
                     SolveReport& report) {
    report.status = SolveStatus::singular;
    report.reason = std::move(reason);
    report.reciprocal_condition = reciprocal_condition;
  }

  void factorize_finite(double lambda, SolveReport& report) {
    const BlasThreads blas(threads_);
    matrix_.set_lambda(lambda);
    cholmod_sparse matrix = view(matrix_.matrix(), 1);
    Functions::factorize(&matrix, factor_.get(), session_.get());
    session_.check("the factor of A^T A + lambda L^T L");
    if (session_->status == CHOLMOD_NOT_POSDEF) {
      refuse("A^T A + lambda L^T L is not positive definite; " + advice(lambda), 0, report);
      return;
    }
    const double condition = reciprocal_condition(lambda);
    if (!(condition >= lost_condition)) {
      refuse(singular_to_rounding("A^T A + lambda L^T L", condition) + "; " + advice(lambda),
             condition, report);
      return;
    }
    report.status = SolveStatus::solved;
    report.reason.clear();
    report.reciprocal_condition = condition;
  }

  /// CHOLMOD's figure, from the diagonal of the factor, may be too large without limit: it is 1 for
  /// a triangle with a diagonal of ones, whatever else is in it. One solution tells such a matrix,
  /// because signs at random are hardly ever orthogonal to what it loses. If either figure is
  /// small, several solutions decide.
  double reciprocal_condition(double lambda) {
    constexpr double doubtful = 1e-8;
    const Eigen::Index size = matrix_.matrix().cols();
    const Eigen::VectorXd lifted = solution(random_signs(size, 1));
    const double gain = lifted.lpNorm<1>() / static_cast<double>(size);
    const double first =
        std::min(1 / norm(lambda) / gain, Functions::rcond(factor_.get(), session_.get()));
    if (first > doubtful) return first;
    const Solve in_place = [this](Eigen::VectorXd& x) { x = solution(x); };
    return std::min(first, 1 / norm(lambda) / inverse_norm(size, in_place, in_place));
  }

  [[nodiscard]] std::string advice(double lambda) const {
    return advice_on_lambda(matrix_.normal_norm(), lambda * matrix_.penalty_norm());
  }

  /// The permutation to hand over; nothing if CHOLMOD is to find one.
  std::optional<std::vector<StorageIndex>> order_for(const Pattern& pattern,
                                                     const Regularizer& regularizer,
                                                     const TikhonovOptions& options) const {
    if (options.ordering == Ordering::metis || options.ordering == Ordering::amd) return {};
    const auto* const l = std::get_if<CompiledL>(&state_of(regularizer).l);
    const bool same_grid = l != nullptr && pattern.has_columns_of(l->pattern);
    const bool knows_the_grid = matrix_.penalty_fits() || same_grid;
    if (!knows_the_grid && options.ordering == Ordering::automatic) return {};
    const std::vector<Index> order = !matrix_.penalty_fits() && same_grid
                                         ? elimination_order(pattern, l->pattern)
                                         : elimination_order(pattern);
    return std::vector<StorageIndex>(order.begin(), order.end());
  }

  void analyze(std::optional<std::vector<StorageIndex>> order, const TikhonovOptions& options,
               SolveReport& report) {
    const bool amd = options.ordering == Ordering::amd;
    session_->nmethods = 1;
    session_->method[0].ordering = order ? CHOLMOD_GIVEN : amd ? CHOLMOD_AMD : CHOLMOD_METIS;
    session_->supernodal = CHOLMOD_SUPERNODAL;
    cholmod_sparse matrix = view(matrix_.matrix(), 1);
    factor_.reset(
        Functions::analyze(&matrix, order ? order->data() : nullptr, nullptr, 0, session_.get()));
    if (sizeof(StorageIndex) == 4 && session_->status == CHOLMOD_TOO_LARGE) throw FactorTooLarge();
    session_.check("the symbolic factor of A^T A + lambda L^T L");
    report.fill = static_cast<Index>(session_->lnz);
    report.flops = session_->fl;
    // The factor with the zeros that its blocks contain, its indices, one block's update, the
    // matrix, and the permuted copy that CHOLMOD makes of it.
    constexpr double index = sizeof(StorageIndex);
    const double bytes =
        8.0 * static_cast<double>(factor_->xsize) + index * static_cast<double>(factor_->ssize) +
        8.0 * static_cast<double>(factor_->maxcsize) + static_cast<double>(matrix_.bytes()) +
        2 * (8 + index) * static_cast<double>(matrix_.matrix().nonZeros());
    report.bytes = whole_number(bytes);
    const Index budget = options.resources.memory_budget > 0 ? options.resources.memory_budget
                                                             : available_memory() + matrix_.bytes();
    check_factor_budget("a Cholesky factor", report.fill, bytes, budget,
                        "use the method iterative, or a smaller image or kernel");
  }

  mutable CholmodSession<StorageIndex> session_;
  Stopwatch watch_;
  TikhonovMatrix<StorageIndex> matrix_;
  CholmodFactor<StorageIndex> factor_{session_};
  int threads_ = 1;           // of the BLAS
  mutable std::mutex mutex_;  // of the session, which CHOLMOD writes to even to solve
};

}  // namespace

std::unique_ptr<NormalSolver> make_factor(const Pattern& pattern, std::span<const double> weights,
                                          const Regularizer& regularizer,
                                          const TikhonovOptions& options, SolveReport& report) {
  try {
    return std::make_unique<Factor<std::int32_t>>(pattern, weights, regularizer, options, report);
  } catch (const FactorTooLarge&) {
    // Goes on below, when all of the first attempt is gone.
  } catch (const CapacityError& error) {
    if (error.entries() <= std::numeric_limits<std::int32_t>::max()) throw;
  }
  report = {};
  return std::make_unique<Factor<std::int64_t>>(pattern, weights, regularizer, options, report);
}

}  // namespace toeplix::detail
