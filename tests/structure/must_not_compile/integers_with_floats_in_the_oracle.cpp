// Refused: must have the same element type, or (both|all) have integers
#include <toeplix/reference.hpp>

#include <cstdint>

auto integers_with_floats(const toeplix::ConvolutionSpec& spec,
                          const std::vector<std::int8_t>& weights, const std::vector<float>& x) {
#ifdef CORRECT
  return toeplix::reference::convolve(spec, std::vector<float>(weights.begin(), weights.end()), x);
#else
  return toeplix::reference::convolve(spec, weights, x);
#endif
}
