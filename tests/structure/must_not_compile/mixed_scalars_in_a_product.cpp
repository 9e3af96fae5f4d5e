// Refused: must have the same scalar type; convert one of them, e.g. x.cast<float>\(\)
#include <toeplix/operator.hpp>

Eigen::VectorXf mixed_product(const toeplix::Operator<float>& op, const Eigen::VectorXd& x) {
#ifdef CORRECT
  return op * x.cast<float>();
#else
  return op * x;
#endif
}
