#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/real_argument.hpp>

#include <Eigen/SparseCore>

#include <memory>
#include <optional>

namespace toeplix {

class Regularizer;

namespace detail {

struct RegularizerState;

/// Which kind of L it is, for the solvers.
const RegularizerState& state_of(const Regularizer& regularizer);

}  // namespace detail

/// The matrix L of a Tikhonov problem min |A x - b|^2 + lambda |L x|^2: it says what is small in
/// the images that are looked for. Cheap to copy.
///
///     toeplix::Tikhonov solver(blur, kernel, 1e-3, toeplix::Regularizer::gradient(blur));
class Regularizer {
 public:
  /// L as a sparse matrix.
  using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

  /// Shares everything. To move is to copy, so that no regularizer is ever empty.
  Regularizer(const Regularizer&) = default;
  /// Likewise.
  Regularizer& operator=(const Regularizer&) = default;

  /// L = I: small pixels.
  ///
  ///     auto L = toeplix::Regularizer::identity();
  [[nodiscard]] static Regularizer identity();

  /// Differences of neighbours along every axis: small slopes. What lies beyond the border is by
  /// default the border's pixel, so that there is no slope; give it the boundary of A, if that is
  /// circular or symmetric, and transforms may diagonalize both. The columns of `image`, the matrix
  /// A, give the layout of the images. Throws GeometryError for boundaries of another number of
  /// axes.
  ///
  ///     auto L = toeplix::Regularizer::gradient(blur);
  ///     auto periodic = toeplix::Regularizer::gradient(blur, toeplix::Boundary::circular);
  [[nodiscard]] static Regularizer gradient(
      const Pattern& image, const PerAxis<Boundary>& boundary = Boundary::replicate);
  /// The same for whatever is a `PatternArgument`.
  template <PatternArgument Conv>
  [[nodiscard]] static Regularizer gradient(
      const Conv& image, const PerAxis<Boundary>& boundary = Boundary::replicate) {
    return gradient(Pattern(image), boundary);
  }

  /// Sums of second differences along the axes, with a boundary likewise: small curvature.
  ///
  ///     auto L = toeplix::Regularizer::laplacian(blur);
  [[nodiscard]] static Regularizer laplacian(
      const Pattern& image, const PerAxis<Boundary>& boundary = Boundary::replicate);
  /// The same for whatever is a `PatternArgument`.
  template <PatternArgument Conv>
  [[nodiscard]] static Regularizer laplacian(
      const Conv& image, const PerAxis<Boundary>& boundary = Boundary::replicate) {
    return laplacian(Pattern(image), boundary);
  }

  /// The matrix of a convolution, of whatever is a `PatternArgument`; weights in float or double.
  /// Throws SolverError for weights of the wrong length or not finite.
  ///
  ///     toeplix::Convolution difference({.input = {12}, .kernel = {2}});
  ///     toeplix::Regularizer L(difference, std::vector<double>{-1, 1});
  Regularizer(const Pattern& pattern, std::span<const double> weights);
  /// The same for whatever is a `PatternArgument`.
  template <PatternArgument Conv, RealArgument Weights>
  Regularizer(const Conv& convolution, const Weights& weights)
      : Regularizer(Pattern(convolution), std::span<const double>(detail::as_doubles(weights))) {}

  /// Any sparse matrix, with a column for each of A's. Throws SolverError for numbers that are not
  /// finite.
  ///
  ///     toeplix::Regularizer::Matrix l = ...;
  ///     toeplix::Regularizer L(l);
  explicit Regularizer(Matrix matrix);

  /// Columns of L; nothing for the identity, which has as many as A.
  ///
  ///     toeplix::Regularizer::gradient(blur).cols() == blur.cols()
  [[nodiscard]] std::optional<Index> cols() const;

  /// L itself, for an A with `columns` columns. Throws SolverError if L has another number, and
  /// what `compile` throws. Cost: compiling L, or a copy of it.
  ///
  ///     double small = (L.matrix(blur.cols()) * x).norm();
  [[nodiscard]] Matrix matrix(Index columns) const;

 private:
  explicit Regularizer(std::shared_ptr<const detail::RegularizerState> state)
      : state_(std::move(state)) {}

  friend const detail::RegularizerState& detail::state_of(const Regularizer& regularizer);

  std::shared_ptr<const detail::RegularizerState> state_;
};

}  // namespace toeplix
