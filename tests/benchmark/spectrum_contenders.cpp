#include "contenders.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/solvers/singular_values.hpp>
#include <toeplix/solvers/spectral_norm.hpp>

#include <Spectra/SymEigsSolver.h>
#include <Eigen/SVD>

#include <memory>
#include <random>
#include <string>

// Spectra of layers: a proved norm against Spectra on the compiled matrix, and all singular values
// against the small decompositions alone.

namespace bench {

namespace {

std::vector<double> normal_weights(toeplix::Index count) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> weights(static_cast<std::size_t>(count));
  for (double& weight : weights) weight = normal(random);
  return weights;
}

toeplix::Convolution resnet_3x3_64_56() {
  return toeplix::Convolution(
      {.input = {56, 56}, .kernel = {3, 3}, .in_channels = 64, .out_channels = 64, .padding = 1});
}

void run_norm(benchmark::State& state) {
  const toeplix::Convolution conv = resnet_3x3_64_56();
  const std::vector<double> weights = normal_weights(conv.weight_count());
  toeplix::SpectralNorm norm;
  time_alone(state, [&] {
    norm = toeplix::spectral_norm(conv, weights, 1e-3);
    return norm.upper;
  });
  state.counters["lower"] = norm.lower;
  state.counters["upper"] = norm.upper;
  state.counters["gap"] = (norm.upper - norm.lower) / norm.upper;
}

/// x to A^T A x, of a compiled matrix.
class NormalProduct {
 public:
  using Scalar = double;
  using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

  explicit NormalProduct(const Matrix& a) : a_(a), transposed_(a.transpose()) {}

  [[nodiscard]] Eigen::Index rows() const { return a_.cols(); }
  [[nodiscard]] Eigen::Index cols() const { return a_.cols(); }
  void perform_op(const double* x, double* y) const {
    const Eigen::Map<const Eigen::VectorXd> from(x, a_.cols());
    Eigen::Map<Eigen::VectorXd> to(y, a_.cols());
    const Eigen::VectorXd image = a_ * from;
    to.noalias() = transposed_ * image;
  }

 private:
  const Matrix& a_;
  Matrix transposed_;
};

void run_spectra(benchmark::State& state) {
  const toeplix::Convolution conv = resnet_3x3_64_56();
  const NormalProduct::Matrix a = toeplix::compile(conv, normal_weights(conv.weight_count()));
  NormalProduct product(a);
  double value = 0;
  time_alone(state, [&] {
    Spectra::SymEigsSolver<NormalProduct> solver(product, 1, 10);
    solver.init();
    solver.compute(Spectra::SortRule::LargestAlge, 100, 1e-3);
    value = solver.eigenvalues().size() > 0 ? std::sqrt(solver.eigenvalues()[0]) : 0;
    return value;
  });
  state.counters["lower"] = value;
}

toeplix::Convolution circular_64_32() {
  return toeplix::Convolution({.input = {32, 32},
                               .kernel = {3, 3},
                               .in_channels = 64,
                               .out_channels = 64,
                               .padding = 1,
                               .boundary = toeplix::Boundary::circular});
}

void run_all(benchmark::State& state) {
  const toeplix::Convolution conv = circular_64_32();
  const std::vector<double> weights = normal_weights(conv.weight_count());
  time_alone(state, [&] {
    return toeplix::singular_values(conv, weights, {.resources = {.threads = 1}});
  });
}

/// As many decompositions of blocks as frequencies that are not conjugates of others.
void run_decompositions(benchmark::State& state) {
  constexpr int pairs = 514;  // of 32 x 32 frequencies, 4 of which are their own conjugates
  Eigen::MatrixXcd block = Eigen::MatrixXcd::Random(64, 64);
  time_alone(state, [&] {
    double sum = 0;
    for (int i = 0; i < pairs; ++i) {
      block(0, 0) = i;
      sum += Eigen::BDCSVD<Eigen::MatrixXcd>(block).singularValues()[0];
    }
    return sum;
  });
}

}  // namespace

void register_spectrum_contenders() {
  run_once("spectrum/norm_resnet_3x3_64_56/toeplix", run_norm);
  run_once("spectrum/norm_resnet_3x3_64_56/spectra", run_spectra);
  run_once("spectrum/all_circular_3x3_64_32/toeplix", run_all);
  run_once("spectrum/all_circular_3x3_64_32/decompositions", run_decompositions);
}

}  // namespace bench
