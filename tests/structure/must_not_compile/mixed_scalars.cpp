// Refused: must have the same scalar type; convert one of them, e.g. x.cast<float>\(\)
#include <toeplix/operator.hpp>

void mixed(const toeplix::Operator<float>& op, const Eigen::VectorXd& x, Eigen::VectorXf& y) {
#ifdef CORRECT
  op.apply(x.cast<float>().eval(), y);
#else
  op.apply(x, y);
#endif
}
