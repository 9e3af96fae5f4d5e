#include "apply_contenders.hpp"

#include <Eigen/SparseCore>

#include <omp.h>

// Compiled for this processor alone, with all its instructions.

namespace bench {

namespace {

using Matrix = Eigen::SparseMatrix<float, Eigen::RowMajor, int>;

#ifdef __AVX512F__
constexpr int vector_bytes = 64;
constexpr int sums_at_once = 24;
#else
constexpr int vector_bytes = 32;
constexpr int sums_at_once = 12;
#endif
using Vector = float __attribute__((vector_size(vector_bytes)));

}  // namespace

Multiply eigen_product(ApplyProblem& problem, int threads) {
  // The transposed matrix is compiled by rows as well: products by rows are what Eigen is fast at,
  // and does with several threads.
  auto matrix = std::make_shared<Matrix>(std::visit(
      [&](const auto& convolution) -> Matrix {
        const toeplix::Pattern pattern(convolution);
        if (problem.product == Product::transposed) {
          return toeplix::compile(pattern.transposed(), problem.problem.weights);
        }
        return toeplix::compile(pattern, problem.problem.weights);
      },
      problem.problem.convolution));
  return [&problem, matrix, threads] {
    omp_set_num_threads(threads);
    Eigen::setNbThreads(threads);
    Eigen::Map<const Eigen::VectorXf> x(problem.x.data(), matrix->cols());
    Eigen::Map<Eigen::VectorXf> y(problem.y.data(), matrix->rows());
    y.noalias() = *matrix * x;
  };
}

Peak run_peak() {
  constexpr int rounds = 100'000;
  Vector sums[sums_at_once] = {};
  Vector factor;
  Vector term;
  for (std::size_t i = 0; i < vector_bytes / sizeof(float); ++i) {
    factor[i] = 0.999f;
    term[i] = 0.001f;
  }
  const auto begin = std::chrono::steady_clock::now();
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 32
    for (int i = 0; i < sums_at_once; ++i) sums[i] = sums[i] * factor + term;
  }
  const auto end = std::chrono::steady_clock::now();
  for (Vector& sum : sums) benchmark::DoNotOptimize(sum);
  return {std::chrono::duration<double>(end - begin).count(),
          2.0 * rounds * sums_at_once * (vector_bytes / sizeof(float))};
}

}  // namespace bench
