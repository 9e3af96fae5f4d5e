// Refused: WeightsArgument
#include <toeplix/compile.hpp>

#ifdef CORRECT
using Weight = float;
#else
using Weight = int;
#endif

auto integers(const toeplix::Convolution& conv, const std::vector<Weight>& weights) {
  return toeplix::compile(conv, weights);
}
