#pragma once

#include <toeplix/error.hpp>

#include "core/operator/map_node.hpp"

#include <span>
#include <utility>

namespace toeplix::detail {

/// A matrix of which only its products are known.
template <class Scalar>
class FunctionNode final : public MapNode<Scalar> {
 public:
  using Product = typename LinearMap<Scalar>::Product;

  FunctionNode(Index rows, Index cols, Product forward, Product transposed)
      : MapNode<Scalar>(rows, cols),
        forward_(std::move(forward)),
        transposed_(std::move(transposed)) {}

  void multiply(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y,
                Index images) const override {
    const Product& product = form.transposed ? transposed_ : forward_;
    if (!product) {
      throw GeometryError("a map made of the product A x alone was asked for A^T y; expected both");
    }
    const Index size = this->cols(form);
    const Index length = this->rows(form);
    for (Index image = 0; image < images; ++image) {
      multiply_one(product, form, into, {x + image * size, static_cast<std::size_t>(size)},
                   {y + image * length, static_cast<std::size_t>(length)});
    }
  }

 private:
  /// conj(A) x is the conjugate of A conj(x).
  void multiply_one(const Product& product, Form form, const Into<Scalar>& into,
                    std::span<const Scalar> x, std::span<Scalar> y) const {
    constexpr bool is_complex = Eigen::NumTraits<Scalar>::IsComplex != 0;
    const bool conjugates = is_complex && form.conjugated;
    if (!conjugates && !into.adds() && into.factor == Scalar(1)) return product(x, y);
    const auto from = scratch_.borrow(conjugates ? static_cast<Index>(x.size()) : 0);
    const auto to = scratch_.borrow(static_cast<Index>(y.size()));
    const std::span<Scalar> result(to.data(), y.size());
    if (conjugates) {
      for (std::size_t i = 0; i < x.size(); ++i) from.data()[i] = Eigen::numext::conj(x[i]);
      product({from.data(), x.size()}, result);
    } else {
      product(x, result);
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
      const Scalar value = conjugates ? Eigen::numext::conj(result[i]) : result[i];
      y[i] = into.adds() ? Scalar(y[i] + into.factor * value) : into.factor * value;
    }
  }

  Product forward_;
  Product transposed_;
  Scratch<Scalar> scratch_;
};

}  // namespace toeplix::detail
