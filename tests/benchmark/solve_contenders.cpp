#include "contenders.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/elimination_order.hpp>
#include <toeplix/normal_equations.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <Eigen/CholmodSupport>

#include <array>
#include <string>

// Tikhonov's problem solved by us, and by Eigen's product and its wrapper of CHOLMOD, phase by
// phase.

namespace bench {

namespace {

using SolverMatrix = Eigen::SparseMatrix<double>;

struct SolveProblem {
  std::string name;
  toeplix::Convolution convolution;
  std::vector<double> weights;
  Eigen::VectorXd b;
  double lambda = 1e-2;
};

SolveProblem make_solve_problem(toeplix::Index size, toeplix::Boundary boundary) {
  const std::string name = "tikhonov_9x9_" + std::to_string(size) +
                           (boundary == toeplix::Boundary::zero ? "" : "_reflect");
  SolveProblem problem{
      name,
      toeplix::Convolution(
          {.input = {size, size}, .kernel = {9, 9}, .padding = 4, .boundary = boundary}),
      {},
      {}};
  for (int i = 0; i < 81; ++i) problem.weights.push_back((1.0 + i % 7) / 324);
  problem.b = Eigen::VectorXd::LinSpaced(problem.convolution.rows(), 0, 1);
  return problem;
}

/// |A^T (b - A x) - lambda x| / |A^T b|, by the same operator for everybody.
double error_of(const SolveProblem& problem, const Eigen::VectorXd& x) {
  const toeplix::Operator<double> a(problem.convolution, problem.weights);
  const Eigen::VectorXd missed =
      a.transpose() * Eigen::VectorXd(problem.b - a * x) - problem.lambda * x;
  return missed.norm() / (a.transpose() * problem.b).norm();
}

/// What a contender did: A^T A alone, all that makes the matrix, and the other phases.
struct Outcome {
  toeplix::SolveReport report;
  double product_seconds = 0;
  Eigen::VectorXd x;
};

/// Counts the phases of one solution, in seconds, and its fill.
void count(benchmark::State& state, const SolveProblem& problem, const Outcome& outcome) {
  const toeplix::SolveReport& report = outcome.report;
  state.counters["normal_s"] = outcome.product_seconds;
  state.counters["assembly_s"] = report.seconds.assembly;
  state.counters["analysis_s"] = report.seconds.analysis;
  state.counters["numeric_s"] = report.seconds.factorization;
  state.counters["solve_s"] = report.seconds.solution;
  state.counters["fill"] = static_cast<double>(report.fill);
  state.counters["gflop"] = report.flops / 1e9;
  state.counters["error"] = error_of(problem, outcome.x);
}

class Clock {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    begin_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

void run_ours(benchmark::State& state, const SolveProblem& problem) {
  Outcome outcome;
  Clock clock;
  benchmark::DoNotOptimize(toeplix::normal_equations(problem.convolution, problem.weights));
  outcome.product_seconds = clock.lap();
  time_alone(state, [&] {
    toeplix::Tikhonov solver(problem.convolution, problem.weights, problem.lambda,
                             toeplix::Regularizer::identity(),
                             {.method = toeplix::SolveMethod::factorization});
    toeplix::Solution solution = solver.solve(problem.b);
    outcome.report = std::move(solution.report);
    outcome.x = std::move(solution.x);
    return solver;
  });
  count(state, problem, outcome);
}

/// What is written with Eigen: A^T A by its product of sparse matrices, then its CHOLMOD.
void run_eigen(benchmark::State& state, const SolveProblem& problem, int ordering) {
  Outcome outcome;
  time_alone(state, [&] {
    toeplix::SolveReport& report = outcome.report;
    Clock clock;
    const SolverMatrix a =
        toeplix::compile<int, Eigen::ColMajor>(problem.convolution, problem.weights);
    const SolverMatrix transposed = a.transpose();
    SolverMatrix identity(a.cols(), a.cols());
    identity.setIdentity();
    report.seconds.assembly = clock.lap();
    SolverMatrix normal = transposed * a;
    outcome.product_seconds = clock.lap();
    normal += problem.lambda * identity;
    report.seconds.assembly += outcome.product_seconds + clock.lap();
    auto solver = std::make_unique<Eigen::CholmodSupernodalLLT<SolverMatrix>>();
    solver->cholmod().nmethods = 1;
    solver->cholmod().method[0].ordering = ordering;
    solver->analyzePattern(normal);
    report.seconds.analysis = clock.lap();
    report.fill = static_cast<toeplix::Index>(solver->cholmod().lnz);
    report.flops = solver->cholmod().fl;
    solver->factorize(normal);
    report.seconds.factorization = clock.lap();
    const Eigen::VectorXd right = transposed * problem.b;
    outcome.x = solver->solve(right);
    report.seconds.solution = clock.lap();
    return solver;
  });
  count(state, problem, outcome);
}

}  // namespace

void register_solve_contenders() {
  for (const toeplix::Index size : {128, 256, 512}) {
    for (const auto boundary : {toeplix::Boundary::zero, toeplix::Boundary::reflect}) {
      const auto problem = std::make_shared<const SolveProblem>(make_solve_problem(size, boundary));
      const std::string name = "solve/" + problem->name + "/";
      run_once(name + "toeplix", [problem](benchmark::State& state) { run_ours(state, *problem); });
      run_once(name + "eigen_metis",
               [problem](benchmark::State& state) { run_eigen(state, *problem, CHOLMOD_METIS); });
      run_once(name + "eigen_amd",
               [problem](benchmark::State& state) { run_eigen(state, *problem, CHOLMOD_AMD); });
    }
  }
}

}  // namespace bench
