// An iterative solver of your own on `Operator`: conjugate gradients for least squares (CGLS).
//
// It needs two products, with A and with its transpose, and no matrix. Source: A. Bjorck, Numerical
// Methods for Least Squares Problems, SIAM 1996, section 7.4. Exits with 1 if it does not converge.

#include <toeplix/toeplix.hpp>

#include <cmath>
#include <iostream>
#include <vector>

namespace {

/// The x that makes |A x - b| small, after at most `steps` steps from x = 0.
Eigen::VectorXd least_squares(const toeplix::Operator<double>& A, const Eigen::VectorXd& b,
                              int steps) {
  const toeplix::Operator<double> transposed = A.transpose();
  Eigen::VectorXd x = Eigen::VectorXd::Zero(A.cols());
  Eigen::VectorXd residual = b;
  Eigen::VectorXd gradient = transposed * residual;
  Eigen::VectorXd direction = gradient;
  const double goal = 1e-24 * gradient.squaredNorm();
  for (int step = 0; step < steps && gradient.squaredNorm() > goal; ++step) {
    const double before = gradient.squaredNorm();
    const Eigen::VectorXd moved = A * direction;
    const double length = before / moved.squaredNorm();
    x += length * direction;
    residual -= length * moved;
    gradient = transposed * residual;
    direction = gradient + gradient.squaredNorm() / before * direction;
  }
  return x;
}

}  // namespace

int main() {
  toeplix::Convolution blur("input=64,64 kernel=3,3 padding=1 boundary=reflect");
  const std::vector<double> kernel = {0, 0.1, 0, 0.1, 0.6, 0.1, 0, 0.1, 0};
  const toeplix::Operator<double> A(blur, kernel);

  const Eigen::VectorXd truth = Eigen::VectorXd::LinSpaced(A.cols(), -1, 1).array().cube();
  const Eigen::VectorXd x = least_squares(A, A * truth, 100);
  const double error = (x - truth).norm() / truth.norm();
  std::cout << "relative error " << error << '\n';
  return error < 1e-9 ? 0 : 1;
}
