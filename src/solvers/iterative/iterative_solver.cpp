#include "solvers/iterative/iterative_solver.hpp"

#include <toeplix/memory.hpp>
#include <toeplix/operator.hpp>

#include "solvers/base/advice.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/penalty_map.hpp"
#include "solvers/base/random_signs.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/iterative/conjugate_gradients.hpp"
#include "solvers/iterative/preconditioner.hpp"

#include <cmath>
#include <optional>

namespace toeplix::detail {

namespace {

/// Doubles per unknown that a solution takes: right-hand side, iterate, residual, direction,
/// product, A x, two of L^T L; the scale and the reciprocals of the preconditioner, a plane and its
/// spectrum.
constexpr double vectors = 12;

std::span<const double> numbers(const Eigen::VectorXd& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}
std::span<double> numbers(Eigen::VectorXd& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

class IterativeSolver final : public NormalSolver {
 public:
  IterativeSolver(const Products& products, const Pattern& pattern, std::span<const double> weights,
                  const Regularizer& regularizer, const TikhonovOptions& options,
                  SolveReport& report)
      : a_(products.map),
        transposed_(a_.transpose()),
        product_bytes_(products.bytes),
        pattern_(pattern),
        weights_(weights.begin(), weights.end()),
        regularizer_(regularizer),
        options_(options) {
    check_memory(report);
    Stopwatch watch;
    penalty_.emplace(penalty_map(regularizer, pattern.cols(), options.resources));
    const Operator<double> op(pattern, weights);
    normal_norm_ = op.norm_1() * op.norm_inf();
    report.seconds.assembly += watch.lap();
  }

  void set_lambda(double lambda, SolveReport& report) override {
    lambda_ = lambda;
    report.status = SolveStatus::singular;
    report.reciprocal_condition.reset();
    if (!std::isfinite(norm(lambda))) {
      report.reason = "A^T A + lambda L^T L has numbers beyond what a double holds";
      return;
    }
    if (norm(lambda) == 0) {
      report.reason = "A^T A + lambda L^T L is zero; " +
                      advice_on_lambda(normal_norm_, lambda * penalty_->norm);
      return;
    }
    Stopwatch watch;
    report.preconditioner = choose_preconditioner();
    report.seconds.factorization = watch.lap();
    report.status = SolveStatus::solved;
    report.reason.clear();
  }

  Eigen::MatrixXd solve(const Eigen::MatrixXd& right, SolveReport& report) const override {
    Eigen::MatrixXd x;
    for (Eigen::Index column = 0; column < right.cols(); ++column) {
      Eigen::VectorXd one = start_for(right.col(column));
      const Iterations done = iterate(right.col(column), one, limits());
      const auto count = static_cast<Index>(done.history.size());
      if (column == 0 || count > report.iterations) {
        report.iterations = count;
        report.history = done.history;
      }
      // Not before the vectors of the iterations are gone.
      if (column == 0) x.resize(right.rows(), right.cols());
      x.col(column) = one;
    }
    return x;
  }

  Eigen::MatrixXd penalize(const Eigen::MatrixXd& x) const override { return penalty_->map * x; }

  double norm(double lambda) const override { return normal_norm_ + lambda * penalty_->norm; }

 private:
  void check_memory(SolveReport& report) const {
    const auto larger = static_cast<double>(std::max(a_.rows(), a_.cols()));
    report.bytes = whole_number(8 * vectors * larger + static_cast<double>(product_bytes_));
    const Index budget = options_.resources.memory_budget > 0 ? options_.resources.memory_budget
                                                              : available_memory();
    if (report.bytes <= budget) return;
    throw CapacityError("the vectors of conjugate gradients take " + std::to_string(report.bytes) +
                            " bytes, which exceeds the memory budget of " + std::to_string(budget) +
                            " bytes",
                        CapacityCause::memory_budget, 0, report.bytes, "use a smaller image");
  }

  [[nodiscard]] IterationLimits limits() const {
    return {options_.tolerance, options_.max_iterations, options_.progress,
            options_.resources.threads};
  }

  /// A^T A + lambda L^T L.
  [[nodiscard]] SymmetricProduct matrix() const {
    return [this, image = Eigen::VectorXd(a_.rows())](const Eigen::VectorXd& from,
                                                      Eigen::VectorXd& to) mutable {
      a_.apply(from, image);
      transposed_.apply(image, to);
      if (lambda_ > 0) penalty_->map.add_product(lambda_, numbers(from), numbers(to));
    };
  }

  /// Where the iterations begin. The right-hand side over what becomes of ones: of an image of one
  /// colour that is the image, up to its border. From zero the border would stay dark until the
  /// last iterations, as the preconditioner takes it for a step. Zero if that is no nearer.
  [[nodiscard]] Eigen::VectorXd start_for(const Eigen::Ref<const Eigen::VectorXd>& right) const {
    const SymmetricProduct product = matrix();
    Eigen::VectorXd start = Eigen::VectorXd::Ones(right.size());
    Eigen::VectorXd image(right.size());
    product(start, image);
    constexpr double nothing = 1e-6;
    if (image.minCoeff() > nothing * image.maxCoeff()) {
      start = right.cwiseQuotient(image);
      product(start, image);
      if ((right - image).stableNorm() < right.stableNorm()) return start;
    }
    return Eigen::VectorXd::Zero(right.size());
  }

  Iterations iterate(const Eigen::Ref<const Eigen::VectorXd>& right, Eigen::VectorXd& x,
                     const IterationLimits& limits) const {
    const SymmetricProduct inverse = [&](const Eigen::VectorXd& from, Eigen::VectorXd& to) {
      preconditioner_->apply(from, to);
    };
    return conjugate_gradients(matrix(), preconditioner_ ? inverse : SymmetricProduct(), right, x,
                               limits);
  }

  /// Some iterations with the preconditioner and some without show whether it helps: what is nearer
  /// to the solution afterwards goes on. Returns its name, or nothing.
  std::string choose_preconditioner() {
    preconditioner_.reset();
    if (options_.preconditioner == Preconditioner::none) return {};
    if (!TransformPreconditioner::exists(pattern_, regularizer_)) return {};
    preconditioner_.emplace(pattern_, weights_, regularizer_, lambda_, diagonal(),
                            options_.resources.threads);
    constexpr Index trial = 2;
    IterationLimits few = limits();
    few.most = trial;
    few.progress = {};
    const Eigen::VectorXd signs = random_signs(a_.rows(), 1);
    const Eigen::VectorXd right = transposed_ * signs;
    const auto objective = [&] {
      Eigen::VectorXd x = Eigen::VectorXd::Zero(right.size());
      return iterate(right, x, few).objective;
    };
    const double with = objective();
    std::optional<TransformPreconditioner> tried;
    tried.swap(preconditioner_);
    if (!(with < objective())) return {};
    preconditioner_.swap(tried);
    return preconditioner_->name();
  }

  /// Of A^T A + lambda L^T L.
  [[nodiscard]] Eigen::VectorXd diagonal() const {
    Eigen::VectorXd result = Operator<double>(pattern_, weights_).column_squared_norms();
    result += lambda_ * penalty_diagonal(regularizer_, pattern_.cols());
    return result;
  }

  LinearMap<double> a_;
  LinearMap<double> transposed_;
  Index product_bytes_;
  Pattern pattern_;
  std::vector<double> weights_;
  Regularizer regularizer_;
  TikhonovOptions options_;
  std::optional<PenaltyMap> penalty_;
  double normal_norm_ = 0;
  std::optional<TransformPreconditioner> preconditioner_;
  double lambda_ = 0;
};

}  // namespace

std::unique_ptr<NormalSolver> make_iterative_solver(
    const Products& products, const Pattern& pattern, std::span<const double> weights,
    const Regularizer& regularizer, const TikhonovOptions& options, SolveReport& report) {
  return std::make_unique<IterativeSolver>(products, pattern, weights, regularizer, options,
                                           report);
}

}  // namespace toeplix::detail
