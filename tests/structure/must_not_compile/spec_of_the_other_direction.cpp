// Refused: no matching (function|constructor|conversion) for
#include <toeplix/convolution.hpp>

auto transposed(const toeplix::ConvolutionSpec& spec) {
#ifdef CORRECT
  return toeplix::TransposedConvolution(toeplix::TransposedConvolutionSpec{.input = spec.input});
#else
  return toeplix::TransposedConvolution(spec);
#endif
}
