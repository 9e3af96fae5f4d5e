// Refused: WeightsArgument|constraints not satisfied for alias
#include <toeplix/compile.hpp>

// Eigen's default is column by column, which is not how weights lie.
auto matrix(const toeplix::Convolution& conv, const Eigen::MatrixXf& weights) {
#ifdef CORRECT
  return toeplix::compile(conv, weights.reshaped<Eigen::RowMajor>().eval());
#else
  return toeplix::compile(conv, weights);
#endif
}
