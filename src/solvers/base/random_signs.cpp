#include "solvers/base/random_signs.hpp"

#include <random>

namespace toeplix::detail {

Eigen::MatrixXd random_signs(Eigen::Index rows, Eigen::Index columns) {
  std::mt19937_64 random(1);
  Eigen::MatrixXd signs(rows, columns);
  for (double& sign : signs.reshaped()) sign = (random() & 1) == 0 ? -1 : 1;
  return signs;
}

}  // namespace toeplix::detail
