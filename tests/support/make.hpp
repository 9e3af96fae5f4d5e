#pragma once

#include <toeplix/convolution.hpp>

namespace toeplix::test {

/// The checked convolution of a spec, whichever kind it is.
inline Convolution make(const ConvolutionSpec& spec) {
  return Convolution(spec);
}
inline TransposedConvolution make(const TransposedConvolutionSpec& spec) {
  return TransposedConvolution(spec);
}

}  // namespace toeplix::test
