#pragma once

#include <toeplix/solvers/solve.hpp>

#include <memory>
#include <vector>

namespace toeplix {

/// The matrix L of a Tikhonov problem: what is small in the images that are looked for.
class Regularizer {
 public:
  using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

  /// L = I: small pixels.
  static Regularizer identity() { return Regularizer(); }
  /// Differences of neighbours along every axis, the border's pixels repeated beyond it: small
  /// slopes. `image` gives the layout of the columns of A.
  static Regularizer gradient(const Pattern& image);
  /// Sums of second differences along the axes, the border's pixels repeated: small curvature.
  static Regularizer laplacian(const Pattern& image);
  /// A compiled operator. Throws SolverError for weights of the wrong length or not finite.
  Regularizer(const Pattern& pattern, std::span<const double> weights);
  template <AnyConvolution Conv, WeightsArgument Weights>
  Regularizer(const Conv& convolution, const Weights& weights)
      : Regularizer(Pattern(convolution), std::span<const double>(as_span(weights))) {}
  /// Any sparse matrix, with a column for each of A's. Throws SolverError for numbers that are not
  /// finite.
  explicit Regularizer(Matrix matrix);

  enum class Kind { identity, pattern, matrix };
  Kind kind() const { return kind_; }
  /// Preconditions: `kind()` is `pattern`; it is `matrix`.
  const Pattern& pattern() const { return pattern_.front(); }
  const std::vector<double>& weights() const { return weights_; }
  const Matrix& matrix() const { return *matrix_; }

 private:
  Regularizer() = default;

  Kind kind_ = Kind::identity;
  std::vector<Pattern> pattern_;
  std::vector<double> weights_;
  std::shared_ptr<const Matrix> matrix_;
};

/// Who orders the unknowns for the Cholesky factorization.
enum class Ordering {
  automatic,  ///< `dissection`, or `metis` where L connects pixels otherwise than a grid does
  dissection,
  metis,
  amd,
};

/// `resources.threads` are those of our own work: the BLAS has its own setting.
/// `resources.memory_budget` is for matrix and factor together.
///
///     toeplix::Tikhonov(conv, weights, 1e-3, L, {.ordering = toeplix::Ordering::metis});
struct TikhonovOptions {
  Ordering ordering = Ordering::automatic;
  Resources resources = {};
};

/// Solutions for several right-hand sides, and one report: residuals are those of all of them
/// together, `error` is the greatest.
struct Solutions {
  Eigen::MatrixXd x;  ///< one column for each; no columns where the system is singular
  SolveReport report;
};

/// min |A x - b|^2 + lambda |L x|^2, A being the matrix of a convolution: deblurring.
///
/// The normal equations (A^T A + lambda L^T L) x = A^T b are emitted directly, ordered by nested
/// dissection of the pixel grid, and factorized once by CHOLMOD; every right-hand side then costs
/// two triangular solutions. Another lambda reuses everything but the numeric factorization.
///
/// Several threads may call the const functions of one object at once: they take turns at the
/// factor, whose triangular solutions use the BLAS's threads already.
/// Source: P. C. Hansen, Discrete Inverse Problems, SIAM 2010.
class Tikhonov {
 public:
  /// Factorizes. Throws SolverError for weights of the wrong length, for numbers that are not
  /// finite, for a negative lambda and for an L with another number of columns; CapacityError where
  /// matrix or factor exceed the memory budget, with the figure, before the numeric phase starts.
  /// A matrix that is not positive definite is not an error, but the status of what `solve`
  /// returns, with a reason that says whether lambda is too small or too large for it.
  Tikhonov(const Pattern& pattern, std::span<const double> weights, double lambda,
           const Regularizer& regularizer = Regularizer::identity(),
           const TikhonovOptions& options = {});
  template <AnyConvolution Conv, WeightsArgument Weights>
  Tikhonov(const Conv& convolution, const Weights& weights, double lambda,
           const Regularizer& regularizer = Regularizer::identity(),
           const TikhonovOptions& options = {})
      : Tikhonov(Pattern(convolution), std::span<const double>(as_span(weights)), lambda,
                 regularizer, options) {}
  Tikhonov(Tikhonov&&) noexcept;
  Tikhonov& operator=(Tikhonov&&) noexcept;
  ~Tikhonov();

  double lambda() const;
  /// Factorizes again, for another lambda; ordering and symbolic factorization stay. Throws
  /// SolverError for a lambda that is negative or not finite, and leaves all as it was. Where the
  /// factorization itself throws (CapacityError: out of memory), the status is `singular` until
  /// another succeeds.
  void set_lambda(double lambda);

  /// Throws SolverError unless `b` has as many elements as A has rows, all finite.
  template <VectorArgument B>
  Solution solve(const B& b) const {
    return solve_one(std::span<const double>(as_span(b)));
  }
  /// As above, for every column of `b` at once. Cost: four triangular solutions for each column, as
  /// the solution is refined once.
  Solutions solve_many(const Eigen::MatrixXd& b) const;

  /// What is known before there is a right-hand side.
  const SolveReport& report() const;
  /// Estimate of trace(A (A^T A + lambda L^T L)^-1 A^T), the number of pixels that b decides rather
  /// than L, from `samples` random vectors of +-1 (Hutchinson's estimator; the same ones every
  /// time). Throws SolverError where the matrix is singular.
  double effective_freedom(int samples = 8) const;

 private:
  struct State;

  Solution solve_one(std::span<const double> b) const;

  std::unique_ptr<State> state_;
};

}  // namespace toeplix
