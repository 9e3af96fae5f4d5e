#pragma once

#include <toeplix/spec.hpp>

#include <string>
#include <string_view>

/// What the oracle asks of a spec before it begins. Like all of the oracle, it is shared with
/// nothing else.
namespace toeplix::reference::detail {

/// `field value`, as messages have it.
std::string with_value(std::string_view field, Index value);
/// Throws CapacityError for a number that the oracle does not count to.
void check_size(const std::string& field, Index value);
/// Throws GeometryError for a number below 1, and as `check_size`.
void check_count(const std::string& field, Index value);

/// Kernel positions along one axis. Precondition: there is one number for all axes, or one per
/// axis.
template <class Spec>
Index taps_of(const Spec& spec, std::size_t axis) {
  return spec.kernel.size() == 1 ? spec.kernel[0] : spec.kernel[axis];
}

/// Pixels from the first to the last kernel position, both included.
template <class Spec>
Index span_of(const Spec& spec, std::size_t axis) {
  return (taps_of(spec, axis) - 1) * spec.dilation[axis] + 1;
}

/// Throws GeometryError and CapacityError for what no axis can be asked about. After it, every list
/// can be read at every axis.
void check(const ConvolutionSpec& spec);
void check(const TransposedConvolutionSpec& spec);

}  // namespace toeplix::reference::detail
