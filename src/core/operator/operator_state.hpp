#pragma once

#include <toeplix/operator.hpp>

#include "core/operator/map_node.hpp"
#include "core/panel/product.hpp"

#include <array>
#include <mutex>
#include <optional>
#include <vector>

namespace toeplix {

/// What an operator, its transpose and their conjugates share: tables, weights and packed weights,
/// each made when it is first needed.
template <MatrixScalar Scalar>
struct Operator<Scalar>::State final : detail::MapNode<Scalar> {
  State(Pattern pattern, std::vector<Scalar> weights, const Resources& resources);

  const Pattern& pattern_of(detail::Form form) const;
  std::span<const Scalar> weights_of(detail::Form form) const;

  void multiply(detail::Form form, const detail::Into<Scalar>& into, const Scalar* x, Scalar* y,
                Index images) const override;

  const Resources resources;

 private:
  /// Panels of one form; null if they do not serve it.
  struct Panels {
    std::once_flag once;
    std::unique_ptr<const detail::PanelProduct<Scalar>> product;
  };

  const detail::PanelProduct<Scalar>* panels_of(detail::Form form) const;
  /// Y = A X.
  void overwrite(detail::Form form, const Scalar* x, Scalar* y, Index images) const;

  const Pattern forward_;
  const std::vector<Scalar> weights_;
  mutable std::once_flag transposed_once_;
  mutable std::optional<Pattern> transposed_;
  mutable std::once_flag conjugated_once_;
  mutable std::vector<Scalar> conjugated_weights_;
  mutable std::array<Panels, 4> panels_;
  detail::Scratch<Scalar> scratch_;
};

}  // namespace toeplix
