#pragma once

#include <toeplix/linear_map.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/pattern.hpp>

#include <optional>
#include <span>

namespace toeplix::detail {

/// A, as it is multiplied with.
struct Products {
  LinearMap<double> map;
  std::optional<Index> separated_terms;  ///< if it is axis by axis
  bool by_fourier = false;               ///< if it is by Fourier transforms
  Index bytes = 0;                       ///< what the transforms keep from one product to the next
};

/// Expected nanoseconds on one core for each number of a product, the transpose's counted too: by
/// the kernel's positions, or by Fourier transforms where these serve and are faster. The constants
/// were measured with AVX-512, kernels of 9 x 9 to 101 x 101, 1001 and 15 x 15 x 15 positions, and
/// images of 128 x 128 to 2048 x 2048.
double product_nanoseconds(const Pattern& pattern);

/// The fastest of: the kernel's positions one by one, the sum of products by one axis each, and
/// Fourier transforms, if these fit in the memory budget. Precondition: the weights are checked.
Products fastest_products(const Operator<double>& a, const Pattern& pattern,
                          std::span<const double> weights, const Resources& resources);

}  // namespace toeplix::detail
