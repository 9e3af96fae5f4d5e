#include "contenders.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

namespace bench {

namespace {

/// Peak resident memory of this process so far, in bytes.
double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

/// By how many bytes compiling a problem raises the peak of a process of its own; -1 on failure.
double peak_growth(const Problem& problem, int threads) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    const double before = peak_memory();
    std::visit(
        [&](const auto& convolution) {
          benchmark::DoNotOptimize(
              toeplix::compile(convolution, problem.weights, {.resources = {.threads = threads}}));
        },
        problem.convolution);
    const double growth = peak_memory() - before;
    const bool written = write(ends[1], &growth, sizeof growth) == sizeof growth;
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  double growth = -1;
  const bool complete = child > 0 && read(ends[0], &growth, sizeof growth) == sizeof growth;
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return complete ? growth : -1;
}

}  // namespace

void register_memory_contender(const Layer& layer) {
  const auto problem = std::make_shared<const Problem>(make_problem(layer));
  const double result = std::visit(
      [](const auto& convolution) {
        return static_cast<double>(convolution.template bytes<float>());
      },
      problem->convolution);
  // One thread: a child of a process whose OpenMP threads already run may not start its own.
  const std::string name = "memory/" + std::string(layer.name) + "/toeplix/1";
  benchmark::RegisterBenchmark(name.c_str(),
                               [problem, result](benchmark::State& state) {
                                 double growth = 0;
                                 for (auto _ : state) growth = peak_growth(*problem, 1);
                                 if (growth < 0)
                                   return state.SkipWithError("the child process failed");
                                 constexpr double megabyte = 1 << 20;
                                 state.counters["result_MB"] = result / megabyte;
                                 state.counters["over_MB"] = (growth - result) / megabyte;
                                 state.counters["over_percent"] = 100 * (growth - result) / result;
                               })
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace bench
