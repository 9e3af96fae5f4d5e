// Refused: MatrixIndex
#include <toeplix/compile.hpp>

#include <cstdint>

auto narrow(const toeplix::Convolution& conv, const std::vector<float>& weights) {
#ifdef CORRECT
  return toeplix::compile<std::int32_t>(conv, weights);
#else
  return toeplix::compile<std::int16_t>(conv, weights);
#endif
}
