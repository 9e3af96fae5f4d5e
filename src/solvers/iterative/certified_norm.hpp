#pragma once

#include <toeplix/operator.hpp>

namespace toeplix::detail {

/// At least |A|, the largest singular value, rounding included: sqrt(norm_1 norm_inf), which is
/// close for kernels without negative weights, or the upper end of `spectral_norm`, without a
/// factorization. Cost: of the former see `Operator::norm_inf`, of the latter some dozens of
/// products.
double certified_norm(const Operator<double>& a);

}  // namespace toeplix::detail
