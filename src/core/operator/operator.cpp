#include <toeplix/operator.hpp>

#include "core/base/check_apart.hpp"
#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/compile/allocate.hpp"
#include "core/geometry/check_weights.hpp"
#include "core/operator/line_product.hpp"
#include "core/panel/product.hpp"
#include "reference/instantiate.hpp"

#include <array>
#include <mutex>
#include <string>

namespace toeplix {

namespace {

/// One of the matrix, its transpose and their conjugates, made when it is first needed.
template <class Scalar>
struct Side {
  std::once_flag once;
  std::optional<Pattern> pattern;
  std::unique_ptr<const detail::PanelProduct<Scalar>> panels;
};

template <class Scalar>
std::vector<Scalar> conjugate(std::span<const Scalar> weights) {
  std::vector<Scalar> result(weights.begin(), weights.end());
  for (Scalar& weight : result) weight = Eigen::numext::conj(weight);
  return result;
}

}  // namespace

template <MatrixScalar Scalar>
struct Operator<Scalar>::State {
  State(Pattern forward, std::vector<Scalar> values, int thread_limit)
      : pattern(std::move(forward)), weights(std::move(values)), threads(thread_limit) {}

  const Side<Scalar>& side(Form form) const {
    const bool conjugated = form.conjugated && Eigen::NumTraits<Scalar>::IsComplex;
    Side<Scalar>& side = sides[2 * conjugated + form.transposed];
    std::call_once(side.once, [&] {
      side.pattern = form.transposed ? pattern.transposed() : pattern;
      side.panels = detail::panel_product<Scalar>(*side.pattern, weights_of(form), threads);
    });
    return side;
  }
  std::span<const Scalar> weights_of(Form form) const {
    if (!form.conjugated || !Eigen::NumTraits<Scalar>::IsComplex) return weights;
    std::call_once(once, [&] { conjugated_weights = conjugate<Scalar>(weights); });
    return conjugated_weights;
  }

  Pattern pattern;
  std::vector<Scalar> weights;
  int threads;
  mutable std::once_flag once;
  mutable std::vector<Scalar> conjugated_weights;
  mutable std::array<Side<Scalar>, 4> sides;
};

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
      std::move(pattern), std::vector<Scalar>(weights.begin(), weights.end()), resources.threads);
}

template <MatrixScalar Scalar>
void Operator<Scalar>::apply(std::span<const Scalar> x, std::span<Scalar> y) const {
  detail::check_length("x", x.size(), cols());
  detail::check_length("y", y.size(), rows());
  detail::check_apart<Scalar>("x", x, "y", y);
  const Side<Scalar>& side = state_->side(form_);
  if (side.panels) return side.panels->multiply(x.data(), y.data(), 1, state_->threads);
  detail::multiply_by_lines(*side.pattern, state_->weights_of(form_), x.data(), y.data(),
                            state_->threads);
}

template <MatrixScalar Scalar>
Operator<Scalar> Operator<Scalar>::transpose() const {
  return Operator(*this, {.transposed = !form_.transposed, .conjugated = form_.conjugated});
}

template <MatrixScalar Scalar>
Operator<Scalar> Operator<Scalar>::adjoint() const {
  return Operator(*this, {.transposed = !form_.transposed, .conjugated = !form_.conjugated});
}

#define TOEPLIX_INSTANTIATE(Scalar) template class Operator<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
