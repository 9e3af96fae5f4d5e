// The optional component on SuiteSparse: a blur, undone.

#include <toeplix/compile.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <iostream>
#include <vector>

int main() {
  const toeplix::Convolution blur({.input = {8}, .kernel = {3}, .padding = 1});
  const std::vector<double> kernel = {1, 4, 1};
  const Eigen::VectorXd sharp = Eigen::VectorXd::LinSpaced(8, 1, 8);
  const Eigen::VectorXd blurred = toeplix::compile(blur, kernel) * sharp;
  const toeplix::Solution solution = toeplix::Tikhonov(blur, kernel, 1e-12).solve(blurred);
  if ((solution.x - sharp).norm() > 1e-6) {
    std::cerr << "wrong: the blur is not undone\n";
    return 1;
  }
}
