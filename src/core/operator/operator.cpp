#include <toeplix/error.hpp>
#include <toeplix/operator.hpp>

#include "core/base/check_resources.hpp"
#include "core/compile/allocate.hpp"
#include "core/geometry/check_weights.hpp"
#include "core/operator/check_batch.hpp"
#include "core/operator/entry_reader.hpp"
#include "core/operator/line_product.hpp"
#include "core/operator/operator_state.hpp"
#include "core/operator/row_norms.hpp"
#include "reference/instantiate.hpp"

#include <string>

namespace toeplix {

using detail::Form;
using detail::Into;

template <MatrixScalar Scalar>
Operator<Scalar>::State::State(Pattern pattern, std::vector<Scalar> weights,
                               const Resources& limits)
    : detail::MapNode<Scalar>(pattern.rows(), pattern.cols()),
      resources(limits),
      forward_(std::move(pattern)),
      weights_(std::move(weights)) {}

template <MatrixScalar Scalar>
const Pattern& Operator<Scalar>::State::pattern_of(Form form) const {
  if (!form.transposed) return forward_;
  std::call_once(transposed_once_, [&] { transposed_ = forward_.transposed(); });
  return *transposed_;
}

template <MatrixScalar Scalar>
std::span<const Scalar> Operator<Scalar>::State::weights_of(Form form) const {
  if (!form.conjugated || !Eigen::NumTraits<Scalar>::IsComplex) return weights_;
  std::call_once(conjugated_once_, [&] {
    conjugated_weights_ = weights_;
    for (Scalar& weight : conjugated_weights_) weight = Eigen::numext::conj(weight);
  });
  return conjugated_weights_;
}

template <MatrixScalar Scalar>
const detail::PanelProduct<Scalar>* Operator<Scalar>::State::panels_of(Form form) const {
  const bool conjugated = form.conjugated && Eigen::NumTraits<Scalar>::IsComplex;
  Panels& panels = panels_[2 * conjugated + form.transposed];
  std::call_once(panels.once, [&] {
    panels.product =
        detail::panel_product<Scalar>(pattern_of(form), weights_of(form), resources.threads);
  });
  return panels.product.get();
}

template <MatrixScalar Scalar>
void Operator<Scalar>::State::overwrite(Form form, const Scalar* x, Scalar* y, Index images) const {
  if (const auto* panels = panels_of(form)) {
    panels->multiply(x, y, images, resources.threads);
    return;
  }
  for (Index image = 0; image < images; ++image) {
    detail::multiply_by_lines(pattern_of(form), weights_of(form), x + image * this->cols(form),
                              y + image * this->rows(form), resources.threads);
  }
}

template <MatrixScalar Scalar>
void Operator<Scalar>::State::multiply(Form form, const Into<Scalar>& into, const Scalar* x,
                                       Scalar* y, Index images) const {
  if (images == 0) return;
  const Index rows = this->rows(form);
  if (!into.adds()) {
    overwrite(form, x, y, images);
    if (into.factor == Scalar(1)) return;
    for (Index i = 0; i < rows * images; ++i) y[i] *= into.factor;
    return;
  }
  detail::for_some_images(images, rows, [&](Index first, Index count) {
    const auto product = scratch_.borrow(rows * count);
    overwrite(form, x + first * this->cols(form), product.data(), count);
    Scalar* const to = y + first * rows;
    for (Index i = 0; i < rows * count; ++i) to[i] += into.factor * product.data()[i];
  });
}

template <MatrixScalar Scalar>
Operator<Scalar>::Operator(Pattern pattern, std::span<const Scalar> weights,
                           const Resources& resources)
    : rows_(pattern.rows()), cols_(pattern.cols()) {
  detail::check_resources(resources);
  detail::check_weights(weights.size(), pattern);
  if (pattern.is_per_pixel()) {
    detail::check_room("a copy of " + std::to_string(weights.size()) + " weights",
                       detail::checked_product(pattern.weight_count(), Index{sizeof(Scalar)}),
                       resources, "raise Resources::memory_budget");
  }
  state_ = std::make_shared<const State>(
      std::move(pattern), std::vector<Scalar>(weights.begin(), weights.end()), resources);
}

template <MatrixScalar Scalar>
const Pattern& Operator<Scalar>::pattern() const {
  return state_->pattern_of(form_);
}

template <MatrixScalar Scalar>
std::span<const Scalar> Operator<Scalar>::weights() const {
  return state_->weights_of(form_);
}

template <MatrixScalar Scalar>
const Resources& Operator<Scalar>::resources() const {
  return state_->resources;
}

template <MatrixScalar Scalar>
void Operator<Scalar>::apply(std::span<const Scalar> x, std::span<Scalar> y) const {
  const Index images = detail::check_batch<Scalar>(x, cols(), y, rows());
  state_->multiply(form_, {}, x.data(), y.data(), images);
}

template <MatrixScalar Scalar>
void Operator<Scalar>::add_product(const Scalar& factor, std::span<const Scalar> x,
                                   std::span<Scalar> y) const {
  const Index images = detail::check_batch<Scalar>(x, cols(), y, rows());
  state_->multiply(form_, {factor, Into<Scalar>::How::add}, x.data(), y.data(), images);
}

template <MatrixScalar Scalar>
Scalar Operator<Scalar>::coeff(Index row, Index column) const {
  check_row(row);
  check_column(column);
  return detail::EntryReader<Scalar>(pattern(), weights()).at(row, column);
}

template <MatrixScalar Scalar>
typename Operator<Scalar>::SparseRow Operator<Scalar>::row(Index row) const {
  check_row(row);
  return detail::row_of<Scalar>(pattern(), weights(), row);
}

template <MatrixScalar Scalar>
typename Operator<Scalar>::Vector Operator<Scalar>::diagonal() const {
  return detail::diagonal_of<Scalar>(pattern(), weights(), state_->resources);
}

template <MatrixScalar Scalar>
typename Operator<Scalar>::Vector Operator<Scalar>::row_sums() const {
  return detail::row_sums<Scalar>(pattern(), weights(), state_->resources);
}

template <MatrixScalar Scalar>
typename Operator<Scalar>::RealVector Operator<Scalar>::row_squared_norms() const {
  return detail::row_squared_norms<Scalar>(pattern(), weights(), state_->resources);
}

template <MatrixScalar Scalar>
typename Operator<Scalar>::RealScalar Operator<Scalar>::frobenius_norm() const {
  return detail::frobenius_norm<Scalar>(pattern(), weights());
}

template <MatrixScalar Scalar>
typename Operator<Scalar>::RealScalar Operator<Scalar>::norm_inf() const {
  return detail::largest_row_sum<Scalar>(pattern(), weights());
}

template <MatrixScalar Scalar>
void Operator<Scalar>::check_row(Index row) const {
  if (row >= 0 && row < rows()) return;
  throw GeometryError("row " + std::to_string(row) + " is outside the matrix; it has " +
                      std::to_string(rows()) + " rows");
}

template <MatrixScalar Scalar>
void Operator<Scalar>::check_column(Index column) const {
  if (column >= 0 && column < cols()) return;
  throw GeometryError("column " + std::to_string(column) + " is outside the matrix; it has " +
                      std::to_string(cols()) + " columns");
}

template <MatrixScalar Scalar>
void Operator<Scalar>::check_rows(Index first, Index count) const {
  if (first >= 0 && count >= 0 && first <= rows() && count <= rows() - first) return;
  throw GeometryError(std::to_string(count) + " rows from row " + std::to_string(first) +
                      " on are not within the matrix; it has " + std::to_string(rows()) + " rows");
}

#define TOEPLIX_INSTANTIATE(Scalar) template class Operator<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
