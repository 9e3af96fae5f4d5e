// Eigen's iterative solvers on an operator and on maps made of it: no matrix is ever stored.
//
// Conjugate gradients for symmetric positive definite systems, MINRES for symmetric ones, BiCGSTAB
// for square ones, and conjugate gradients for least squares. Exits with 1 if one does not
// converge.

#include <toeplix/toeplix.hpp>

#include <Eigen/IterativeLinearSolvers>
#include <unsupported/Eigen/IterativeSolvers>

#include <cmath>
#include <iostream>
#include <vector>

namespace {

using Operator = toeplix::Operator<double>;
using LinearMap = toeplix::LinearMap<double>;
using Identity = Eigen::IdentityPreconditioner;
constexpr int both = Eigen::Lower | Eigen::Upper;

/// Whether A x = b; says how far it is from that.
template <class Map>
bool solves(const char* name, const Map& A, const Eigen::VectorXd& x, const Eigen::VectorXd& b) {
  const double error = (A * x - b).norm() / b.norm();
  std::cout << name << ": |A x - b| / |b| = " << error << '\n';
  return error < 1e-9;
}

}  // namespace

int main() {
  const toeplix::Convolution blur("input=48,64 kernel=3,3 padding=1");
  const Operator symmetric(blur, std::vector<double>{0, 0.1, 0, 0.1, 0.6, 0.1, 0, 0.1, 0});
  const Operator motion(blur, std::vector<double>{0, 0, 0, 0.2, 0.8, 0, 0, 0.1, 0});
  const Operator slope(toeplix::Convolution("input=48,64 kernel=1,2"),
                       std::vector<double>{-1.0, 1.0});
  const Eigen::VectorXd b = Eigen::VectorXd::LinSpaced(blur.rows(), 1, 2);
  bool good = true;

  // An operator is asked for its diagonal and its columns by Eigen's default preconditioners.
  Eigen::ConjugateGradient<Operator, both> cg(symmetric);
  good &= solves("ConjugateGradient", symmetric, cg.solve(b), b);

  Eigen::MINRES<Operator, both, Identity> minres(symmetric);
  minres.setTolerance(1e-12);
  good &= solves("MINRES", symmetric, minres.solve(b), b);

  Eigen::BiCGSTAB<Operator> bicgstab(motion);
  good &= solves("BiCGSTAB", motion, bicgstab.solve(b), b);

  // |A x - b|^2 + lambda |L x|^2, as the normal equations and as a stack. A map has no entries to
  // ask for, so it takes the identity.
  const double lambda = 0.01;
  const LinearMap normal = motion.transpose() * motion + lambda * slope.transpose() * slope;
  const Eigen::VectorXd right = motion.transpose() * b;
  Eigen::ConjugateGradient<LinearMap, both, Identity> tikhonov(normal);
  const Eigen::VectorXd x = tikhonov.solve(right);
  good &= solves("ConjugateGradient of A^T A + lambda L^T L", normal, x, right);

  const LinearMap stack = toeplix::vstack(motion, std::sqrt(lambda) * slope);
  Eigen::VectorXd below(stack.rows());
  below << b, Eigen::VectorXd::Zero(slope.rows());
  Eigen::LeastSquaresConjugateGradient<LinearMap, Identity> least(stack);
  least.setTolerance(1e-14);
  good &= solves("LeastSquaresConjugateGradient", normal, least.solve(below), right);
  return good ? 0 : 1;
}
