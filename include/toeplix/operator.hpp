#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/Core>

#include <memory>

namespace toeplix {

/// The matrix of a convolution without its memory: multiplies from the tap tables.
///
/// `op * x` is `compile(convolution, weights) * x`, `op.transpose() * y` is that of the transposed
/// matrix. Cheap to copy; holds a copy of the weights, which its transpose shares. Sums are taken
/// in an order that does not depend on the number of threads.
///
///     toeplix::Operator op(conv, kernel);
///     Eigen::VectorXf y = op * x;
///     Eigen::VectorXf z = op.transpose() * y;
template <MatrixScalar ScalarType>
class Operator {
 public:
  /// Of the weights, and of the vectors.
  using Scalar = ScalarType;
  /// What products return.
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  /// `weights` has the shape `convolution.weights_shape()`, C order. `resources.threads` is what
  /// products use. Throws GeometryError for weights of the wrong length, Error for negative
  /// resources. `weights` may be `PerPixelWeights`, a kernel for every pixel.
  ///
  ///     toeplix::Operator varying(conv, toeplix::PerPixelWeights(kernels));
  template <PatternArgument Conv, EitherWeights Weights>
  Operator(const Conv& convolution, const Weights& weights, const Resources& resources = {})
      : Operator(detail::pattern_for(convolution, weights),
                 detail::weights_span_of<Scalar>(weights), resources) {}

  /// Of a pattern, whose `weights` have C order. Errors as above.
  Operator(Pattern pattern, std::span<const Scalar> weights, const Resources& resources = {});

  /// Elements of `op * x`.
  [[nodiscard]] Index rows() const { return rows_; }
  /// Elements of the x in `op * x`.
  [[nodiscard]] Index cols() const { return cols_; }

  /// y = A x. Both vectors hold one image. Throws GeometryError for lengths other than cols() and
  /// rows(), and for vectors that share memory: y is written while x is read. Cost: one
  /// multiplication per entry of the matrix, no temporary.
  void apply(std::span<const Scalar> x, std::span<Scalar> y) const;

  /// y = A x, for any contiguous vectors: `std::vector`, Eigen's vectors, maps of memory.
  ///
  ///     Eigen::VectorXf y(op.rows());
  ///     op.apply(x, y);
  template <VectorArgument X, VectorArgument Y>
  void apply(const X& x, Y&& y) const {
    detail::check_scalar<Scalar, ScalarOf<Y>>();
    apply(detail::span_of<Scalar>(x),
          std::span<Scalar>(std::data(y), static_cast<std::size_t>(std::size(y))));
  }

  /// y = A x, by the name that Spectra has for it. `x` points to cols() numbers, `y` to rows()
  /// others; errors and cost as for `apply`.
  ///
  ///     Spectra::SymEigsSolver<toeplix::Operator<double>> largest(op, 3, 20);
  void perform_op(const Scalar* x, Scalar* y) const {
    apply({x, static_cast<std::size_t>(cols())}, {y, static_cast<std::size_t>(rows())});
  }

  /// A x. Throws GeometryError unless `x` has cols() elements.
  template <VectorArgument X>
  [[nodiscard]] Vector operator*(const X& x) const {
    Vector y(rows());
    apply(detail::span_of<Scalar>(x), {y.data(), static_cast<std::size_t>(y.size())});
    return y;
  }

  /// A X: the product with every column, such as the images of a batch; also of an expression of
  /// Eigen. Throws GeometryError unless `images` has cols() rows.
  template <class Derived>
  requires(!VectorArgument<Derived>)
      [[nodiscard]] Eigen::Matrix<Scalar, Eigen::Dynamic, Derived::ColsAtCompileTime>
      operator*(const Eigen::MatrixBase<Derived>& images) const {
    const Eigen::Matrix<Scalar, Eigen::Dynamic, Derived::ColsAtCompileTime> x = images;
    Eigen::Matrix<Scalar, Eigen::Dynamic, Derived::ColsAtCompileTime> y(rows(), x.cols());
    for (Eigen::Index column = 0; column < x.cols(); ++column) {
      apply({x.col(column).data(), static_cast<std::size_t>(x.rows())},
            {y.col(column).data(), static_cast<std::size_t>(rows())});
    }
    return y;
  }

  /// A^T, from transposed tap tables.
  [[nodiscard]] Operator transpose() const;
  /// A^H: transposed and conjugated.
  [[nodiscard]] Operator adjoint() const;

 private:
  struct State;
  /// The matrix as it was made, or one of its kin.
  struct Form {
    bool transposed = false;
    bool conjugated = false;
  };

  Operator(const Operator& other, Form form)
      : state_(other.state_),
        form_(form),
        rows_(form.transposed == other.form_.transposed ? other.rows_ : other.cols_),
        cols_(form.transposed == other.form_.transposed ? other.cols_ : other.rows_) {}

  std::shared_ptr<const State> state_;
  Form form_;
  Index rows_;
  Index cols_;
};

template <class Conv, class Weights>
Operator(const Conv&, const Weights&, const Resources& = {}) -> Operator<WeightOf<Weights>>;

extern template class Operator<float>;
extern template class Operator<double>;
extern template class Operator<std::complex<float>>;
extern template class Operator<std::complex<double>>;

}  // namespace toeplix
