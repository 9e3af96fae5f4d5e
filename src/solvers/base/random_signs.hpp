#pragma once

#include <Eigen/Core>

namespace toeplix::detail {

/// Columns of +1 and -1 at random, the same ones every time.
Eigen::MatrixXd random_signs(Eigen::Index rows, Eigen::Index columns);

}  // namespace toeplix::detail
