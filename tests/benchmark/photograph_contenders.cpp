#include "contenders.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <fftw3.h>
#include <Eigen/IterativeLinearSolvers>

#include <cmath>
#include <memory>
#include <string>

// Pictures that are too large for a factorization: by transforms, against the transforms alone, and
// by preconditioned conjugate gradients, against those without and Eigen's on the compiled matrix.

namespace bench {

namespace {

using toeplix::Boundary;
using toeplix::Index;
using toeplix::Preconditioner;
using toeplix::Regularizer;
using toeplix::SolveMethod;

constexpr double lambda = 1e-3;

std::vector<double> of_sum_one(std::vector<double> kernel) {
  double sum = 0;
  for (const double weight : kernel) sum += weight;
  for (double& weight : kernel) weight /= sum;
  return kernel;
}

/// 9 x 9, of a standard deviation of 1.5 pixels.
std::vector<double> gaussian() {
  std::vector<double> kernel;
  for (int i = 0; i < 81; ++i) {
    const double y = i / 9 - 4;
    const double x = i % 9 - 4;
    kernel.push_back(std::exp(-(x * x + y * y) / 4.5));
  }
  return of_sum_one(std::move(kernel));
}

/// 15 x 15, and not symmetric: a triangle.
std::vector<double> triangle() {
  std::vector<double> kernel;
  for (int i = 0; i < 225; ++i) kernel.push_back(i % 15 <= i / 15 ? 1 : 0);
  return of_sum_one(std::move(kernel));
}

struct Photograph {
  toeplix::Convolution blur;
  std::vector<double> kernel;
  Eigen::VectorXd b;
};

/// A picture of waves and tiles, blurred, with a little noise of a fixed pattern.
std::shared_ptr<const Photograph> photograph(Index size, Boundary boundary,
                                             std::vector<double> kernel) {
  const auto width = static_cast<Index>(std::lround(std::sqrt(kernel.size())));
  const toeplix::Convolution blur({.input = {size, size},
                                   .kernel = {width, width},
                                   .padding = width / 2,
                                   .boundary = boundary});
  Eigen::VectorXd image(size * size);
  for (Index i = 0; i < image.size(); ++i) {
    const auto y = static_cast<double>(i / size);
    const auto x = static_cast<double>(i % size);
    const bool is_light = (i / size / 53 + i % size / 37) % 2 == 0;
    image[i] = 0.5 + 0.3 * std::sin(x / 20) * std::cos(y / 33) + (is_light ? 0.2 : 0);
  }
  Eigen::VectorXd b = toeplix::Operator<double>(blur, kernel) * image;
  for (Index i = 0; i < b.size(); ++i) b[i] += 0.01 * std::sin(static_cast<double>(i * i % 1009));
  return std::make_shared<const Photograph>(Photograph{blur, std::move(kernel), std::move(b)});
}

void run_ours(benchmark::State& state, const Photograph& photo, SolveMethod method,
              Preconditioner preconditioner) {
  toeplix::SolveReport report;
  time_alone(state, [&] {
    const toeplix::Tikhonov solver(
        photo.blur, photo.kernel, lambda, Regularizer::gradient(photo.blur),
        {.method = method, .preconditioner = preconditioner, .resources = {.threads = 1}});
    toeplix::Solution solution = solver.solve(photo.b);
    report = solution.report;
    return solution;
  });
  state.counters["iterations"] = static_cast<double>(report.iterations);
  state.counters["error"] = report.error;
}

/// One DCT-II there and one back, by FFTW, measured plans.
void run_transforms(benchmark::State& state, Index size) {
  Eigen::VectorXd image = Eigen::VectorXd::LinSpaced(size * size, 0, 1);
  const int n = static_cast<int>(size);
  const auto plan = [&](fftw_r2r_kind kind) {
    return fftw_plan_r2r_2d(n, n, image.data(), image.data(), kind, kind, FFTW_MEASURE);
  };
  const fftw_plan forward = plan(FFTW_REDFT10);
  const fftw_plan inverse = plan(FFTW_REDFT01);
  time_alone(state, [&] {
    fftw_execute(forward);
    fftw_execute(inverse);
    return image[0];
  });
  fftw_destroy_plan(forward);
  fftw_destroy_plan(inverse);
}

/// Eigen's solver of least squares on the compiled matrix over sqrt(lambda) L.
void run_eigen(benchmark::State& state, const Photograph& photo) {
  using SparseRows = Eigen::SparseMatrix<double, Eigen::RowMajor>;
  const SparseRows a = toeplix::compile(photo.blur, photo.kernel);
  const SparseRows l = std::sqrt(lambda) * Regularizer::gradient(photo.blur).matrix(a.cols());
  SparseRows stacked(a.rows() + l.rows(), a.cols());
  stacked.reserve(a.nonZeros() + l.nonZeros());
  const auto append = [&](const SparseRows& part, Index first) {
    for (Index row = 0; row < part.rows(); ++row) {
      stacked.startVec(first + row);
      for (SparseRows::InnerIterator it(part, row); it; ++it) {
        stacked.insertBack(first + row, it.col()) = it.value();
      }
    }
  };
  append(a, 0);
  append(l, a.rows());
  stacked.finalize();
  Eigen::VectorXd b = Eigen::VectorXd::Zero(stacked.rows());
  b.head(a.rows()) = photo.b;
  double iterations = 0;
  time_alone(state, [&] {
    Eigen::LeastSquaresConjugateGradient<SparseRows> solver(stacked);
    solver.setTolerance(1e-6);
    const Eigen::VectorXd x = solver.solve(b);
    iterations = static_cast<double>(solver.iterations());
    return x;
  });
  state.counters["iterations"] = iterations;
}

/// Registers our solver; the picture is made when it runs.
void add_ours(const std::string& name, Index size, Boundary boundary,
              const std::vector<double>& kernel, SolveMethod method,
              Preconditioner preconditioner) {
  run_once(name, [=](benchmark::State& state) {
    run_ours(state, *photograph(size, boundary, kernel), method, preconditioner);
  });
}

}  // namespace

void register_photograph_contenders() {
  const auto automatic = Preconditioner::automatic;
  add_ours("solve/photograph_symmetric_4096/toeplix", 4096, Boundary::symmetric, gaussian(),
           SolveMethod::transform, automatic);
  run_once("solve/photograph_symmetric_4096/transforms",
           [](benchmark::State& state) { run_transforms(state, 4096); });
  for (const Boundary boundary : {Boundary::replicate, Boundary::zero, Boundary::reflect}) {
    const std::string problem = "solve/photograph_" + std::string(to_string(boundary)) + "_";
    for (const Index size : {256, 1024, 4096}) {
      add_ours(problem + std::to_string(size) + "/toeplix", size, boundary, gaussian(),
               SolveMethod::iterative, automatic);
    }
    run_once(problem + "1024/eigen_lscg", [=](benchmark::State& state) {
      run_eigen(state, *photograph(1024, boundary, gaussian()));
    });
  }
  add_ours("solve/photograph_triangle_512/toeplix", 512, Boundary::replicate, triangle(),
           SolveMethod::iterative, automatic);
  add_ours("solve/photograph_triangle_512/plain", 512, Boundary::replicate, triangle(),
           SolveMethod::iterative, Preconditioner::none);
}

}  // namespace bench
