#pragma once

#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/report.hpp>
#include <toeplix/solvers/tikhonov_options.hpp>

/// \file
/// Component `solvers`: Tikhonov's problem, which is what deblurring wants, by transforms, by
/// conjugate gradients, or by SuiteSparse's Cholesky factorization (CHOLMOD).

namespace toeplix {

class Tikhonov;

namespace detail {

class ResidualPath;

std::unique_ptr<ResidualPath> residual_path(Tikhonov& solver, const Eigen::MatrixXd& b);

}  // namespace detail

/// min |A x - b|^2 + lambda |L x|^2, A being the matrix of a convolution: deblurring.
///
/// x solves the normal equations (A^T A + lambda L^T L) x = A^T b, by one of three methods. The
/// report says which, and why:
///
/// - `transform`: spectra are divided. For circular axes and any kernel; for `symmetric` axes with
/// a
///   kernel that is its own mirror image along them; for channels that are mixed and strides that
///   divide a circular extent. L is the identity, or has the same boundary along each axis
///   (`Regularizer::gradient(blur, Boundary::circular)`). Cost: n log n for n pixels. Not for
///   `reflect`: its basis, the DCT-I, is not orthogonal, so that A^T A is not diagonal in it.
/// - `factorization`: the normal equations are emitted, ordered by nested dissection of the pixel
///   grid, and factorized once by CHOLMOD; every right-hand side then costs four triangular
///   solutions. Another lambda reuses everything but the numeric factorization. For any geometry,
///   as far as memory goes.
/// - `iterative`: conjugate gradients on the normal equations, to a tolerance, without any matrix,
///   for any geometry. Memory: some 12 vectors. A transform preconditions them where a trial says
///   that it helps.
///
/// Several threads may call the const functions of one object at once: they take turns at the
/// factor, whose triangular solutions use the BLAS's threads already.
/// Sources: P. C. Hansen, Discrete Inverse Problems, SIAM 2010; M. Ng, R. Chan, W.-C. Tang, A fast
/// algorithm for deblurring models with Neumann boundary conditions, SIAM J. Sci. Comput. 21
/// (1999).
///
///     toeplix::Tikhonov solver(blur, kernel, 1e-3, toeplix::Regularizer::gradient(blur));
///     toeplix::Solution red = solver.solve(b_red);      // red.x, red.report
///     toeplix::Solution green = solver.solve(b_green);  // prepared once
class Tikhonov {
 public:
  /// Prepares: factorizes, or finds eigenvalues, or tries preconditioners. Throws SolverError for
  /// weights of the wrong length, for numbers that are not finite, for a negative lambda, for an L
  /// with another number of columns, for a tolerance outside (0, 1), fewer than one iteration, and
  /// for transforms that were asked for and do not solve this system, with the reason;
  /// CapacityError if matrix and factor, spectra or vectors exceed the memory budget, with the
  /// figure, before the numeric phase starts.
  /// A matrix that is not positive definite is not an error, but the status of what `solve`
  /// returns, with a reason that says whether lambda is too small or too large for it.
  Tikhonov(const Pattern& pattern, std::span<const double> weights, double lambda,
           const Regularizer& regularizer = Regularizer::identity(),
           const TikhonovOptions& options = {});

  /// The same for the matrix of a convolution, a transposed one, or the spec of either; weights
  /// in float or double.
  ///
  ///     toeplix::Tikhonov solver(toeplix::ConvolutionSpec{.input = {8}, .kernel = {3}}, kernel,
  ///     1);
  template <PatternArgument Conv, RealArgument Weights>
  Tikhonov(const Conv& convolution, const Weights& weights, double lambda,
           const Regularizer& regularizer = Regularizer::identity(),
           const TikhonovOptions& options = {})
      : Tikhonov(Pattern(convolution), std::span<const double>(detail::as_doubles(weights)), lambda,
                 regularizer, options) {}

  /// Analyzes alone: what the factorization will take is known (`report().fill`, `flops` and
  /// `bytes`), and CapacityError thrown if it exceeds the budget, before it begins. `set_lambda`
  /// factorizes; until then the status is `singular`, and `lambda()` a NaN. Throws as above.
  ///
  ///     toeplix::Tikhonov solver(blur, kernel, toeplix::Regularizer::gradient(blur));
  ///     if (solver.report().flops > 1e11) std::cerr << "this will take a while\n";
  ///     solver.set_lambda(1e-3);
  Tikhonov(const Pattern& pattern, std::span<const double> weights, const Regularizer& regularizer,
           const TikhonovOptions& options = {});
  /// The same for whatever is a `PatternArgument`; weights in float or double.
  template <PatternArgument Conv, RealArgument Weights>
  Tikhonov(const Conv& convolution, const Weights& weights, const Regularizer& regularizer,
           const TikhonovOptions& options = {})
      : Tikhonov(Pattern(convolution), std::span<const double>(detail::as_doubles(weights)),
                 regularizer, options) {}

  /// Takes the factor of another object, which must not be used any more.
  Tikhonov(Tikhonov&&) noexcept;
  /// As the constructor.
  Tikhonov& operator=(Tikhonov&&) noexcept;
  ~Tikhonov();

  /// Elements of b.
  [[nodiscard]] Index rows() const;

  /// The lambda that was prepared for.
  [[nodiscard]] double lambda() const;

  /// Prepares again, for another lambda; ordering and symbolic factorization stay. Throws
  /// SolverError for a lambda that is negative or not finite, and leaves all as it was. If the
  /// factorization itself throws (CapacityError: out of memory), the status is `singular` until
  /// another succeeds.
  ///
  ///     solver.set_lambda(1e-2);
  void set_lambda(double lambda);

  /// x for one right-hand side, in float or double. Throws SolverError unless `b` has as many
  /// elements as A has rows, all finite. Cost: four triangular solutions, as x is refined once; or
  /// two transforms for each channel; or iterations of two products, and two transforms if these
  /// help.
  ///
  ///     auto [x, report] = solver.solve(b);
  template <RealArgument B>
  [[nodiscard]] Solution solve(const B& b) const {
    return solve_one(std::span<const double>(detail::as_doubles(b)));
  }

  /// x for every column of `b` at once. Throws SolverError unless `b` has as many rows as A, all
  /// its elements finite. Cost: four triangular solutions for each column.
  ///
  ///     Eigen::MatrixXd colours(blur.rows(), 3);
  ///     auto [x, report] = solver.solve_many(colours);
  [[nodiscard]] Solutions solve_many(const Eigen::Ref<const Eigen::MatrixXd>& b) const;

  /// What is known before there is a right-hand side.
  ///
  ///     if (solver.report().status == toeplix::SolveStatus::singular) solver.set_lambda(1e-3);
  [[nodiscard]] const SolveReport& report() const;

  /// Estimate of trace(A (A^T A + lambda L^T L)^-1 A^T): the number of pixels that b decides rather
  /// than L. With transforms it is exact, a sum over eigenvalues. Otherwise takes `samples` random
  /// vectors of +-1 (Hutchinson's estimator; the same ones every time). Throws SolverError if the
  /// matrix is singular, and for less than one sample. Cost: a solution for each sample.
  /// Source: M. Hutchinson, Commun. Stat. Simul. Comput. 18 (1989).
  ///
  ///     double n = solver.effective_degrees_of_freedom();
  [[nodiscard]] double effective_degrees_of_freedom(int samples = 8) const;

 private:
  friend std::unique_ptr<detail::ResidualPath> detail::residual_path(Tikhonov& solver,
                                                                     const Eigen::MatrixXd& b);
  struct State;

  [[nodiscard]] Solution solve_one(std::span<const double> b) const;

  std::unique_ptr<State> state_;
};

}  // namespace toeplix
