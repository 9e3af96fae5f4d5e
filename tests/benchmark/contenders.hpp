#pragma once

#include "layers.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <variant>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace bench {

/// A layer ready to build: its convolution, and weights of its shape.
struct Problem {
  std::variant<toeplix::Convolution, toeplix::TransposedConvolution> convolution;
  std::vector<float> weights;
};

Problem make_problem(const Layer& layer);

/// Returns the memory that the allocator keeps to the system, so that the next allocation is new.
inline void give_memory_back() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

/// Counts the time of `work` alone: what it returns is destroyed after the clock has stopped, so no
/// contender pays for giving memory back.
template <class Work>
void time_once(benchmark::State& state, Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  auto result = work();
  benchmark::DoNotOptimize(result);
  benchmark::ClobberMemory();
  const auto end = std::chrono::steady_clock::now();
  state.SetIterationTime(std::chrono::duration<double>(end - begin).count());
}

/// Runs `work` once per iteration.
template <class Work>
void time_alone(benchmark::State& state, Work work) {
  for (auto _ : state) time_once(state, work);
}

/// Runs `work` once that nobody times. A virtual machine's host may have taken away the memory that
/// its system did not use, and takes ten times as long to find it again as the system takes to
/// clear it. After this run the memory is there, and it is still new to the process.
template <class Work>
void have_memory_there(Work& work) {
  auto result = work();
  benchmark::DoNotOptimize(result);
}

/// As `time_alone`, for `work` that allocates much.
template <class Work>
void time_peer(benchmark::State& state, Work work) {
  have_memory_there(work);
  give_memory_back();
  time_alone(state, work);
}

/// As `time_peer`, but the memory that `work` allocates is new every time. (An allocator keeps
/// freed memory, up to some size, so otherwise it would be new in the first iteration only.)
template <class Work>
void time_fresh(benchmark::State& state, Work work) {
  have_memory_there(work);
  for (auto _ : state) {
    give_memory_back();
    time_once(state, work);
  }
}

/// Registers what is run once and takes long.
template <class Run>
void run_once(const std::string& name, Run run) {
  benchmark::RegisterBenchmark(name.c_str(), run)
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
}

void register_build_contenders(const Layer& layer);
/// Registers `memory/LAYER/toeplix/1`: the peak of a process that compiles, over the result.
void register_memory_contender(const Layer& layer);
/// Registers `build/LAYER/cholmod_triplets/1`. Only if CHOLMOD was found.
void register_cholmod_contender(const Layer& layer);
/// Registers `format/LAYER/CONTENDER/THREADS`: Matrix Market files written and read, by us and by
/// Eigen's MarketIO. Only if the component files was built.
void register_format_contenders(const Layer& layer);
/// Registers `solve/PROBLEM/CONTENDER`. Only if the component `solvers` is.
void register_solve_contenders();

/// Registers `solve/` of large pictures and `spectrum/PROBLEM/CONTENDER`. Only if the component
/// `solvers`, FFTW and Spectra are.
void register_photograph_contenders();
void register_spectrum_contenders();
/// Registers `onnx/MODEL/CONTENDER`. Only if the component `onnx` is.
void register_onnx_contenders();

}  // namespace bench
