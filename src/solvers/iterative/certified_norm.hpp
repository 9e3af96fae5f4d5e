#pragma once

#include <toeplix/operator.hpp>

namespace toeplix::detail {

/// At least |A|, the largest singular value, rounding included: sqrt(norm_1 norm_inf). Close for
/// kernels without negative weights. Cost: see `Operator::norm_inf`.
double certified_norm(const Operator<double>& a);

}  // namespace toeplix::detail
