#pragma once

#include <toeplix/index.hpp>

#include <complex>
#include <vector>

namespace toeplix::detail {

/// e^(2 pi i k / count) for k in [0, count), each to rounding, those of quarter turns exact.
std::vector<std::complex<double>> roots_of_unity(Index count);

}  // namespace toeplix::detail
