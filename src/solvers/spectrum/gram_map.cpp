#include "solvers/spectrum/gram_map.hpp"

#include "core/base/interrupt.hpp"

#include <algorithm>

namespace toeplix::detail {

void GramMap::project(Eigen::VectorXd& x) const {
  if (out_.cols() == 0) return;
  // Twice, because the first time leaves rounding of x.
  for (int i = 0; i < 2; ++i) {
    const Eigen::VectorXd shares = out_.transpose() * x;
    x.noalias() -= out_ * shares;
  }
}

void GramMap::apply(const double* x, double* y) const {
  stop_if_asked();
  Eigen::VectorXd in = Eigen::Map<const Eigen::VectorXd>(x, size());
  project(in);
  const Eigen::VectorXd image = a_ * in;
  in = transposed_ * image;
  products_ += 2;
  project(in);
  Eigen::Map<Eigen::VectorXd>(y, size()) = in;
}

Index basis_of(Index k, Index size) {
  return std::min(size, 2 * k + 20);
}

}  // namespace toeplix::detail
