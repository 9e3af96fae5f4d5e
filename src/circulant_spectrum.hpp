#pragma once

#include <toeplix/pattern.hpp>

#include <span>
#include <string>

namespace toeplix::detail {

/// Says at which frequency the spectrum of the kernel is zero, to rounding: where every axis is
/// circular and keeps its extent, and there is one channel, these numbers are the eigenvalues of
/// the matrix. Empty where there is no such zero, or the geometry is another.
///
/// Cost: the frequencies times the kernel's extent along the fastest axis, and less for the others.
std::string spectrum_zero(const Pattern& pattern, std::span<const double> weights);

}  // namespace toeplix::detail
