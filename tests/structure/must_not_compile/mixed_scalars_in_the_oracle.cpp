// Refused: weights and vector must have the same element type
#include <toeplix/reference.hpp>

std::vector<float> mixed_in_the_oracle(const toeplix::ConvolutionSpec& spec,
                                       const std::vector<float>& weights,
                                       const std::vector<double>& image) {
#ifdef CORRECT
  return toeplix::reference::convolve(spec, weights,
                                      std::vector<float>(image.begin(), image.end()));
#else
  return toeplix::reference::convolve(spec, weights, image);
#endif
}
