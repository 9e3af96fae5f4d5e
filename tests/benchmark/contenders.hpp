#pragma once

#include "layers.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <variant>

namespace bench {

/// A layer ready to build: its convolution, and weights of its shape.
struct Problem {
  std::variant<toeplix::Convolution, toeplix::TransposedConvolution> convolution;
  std::vector<float> weights;
};

Problem make_problem(const Layer& layer);

/// Runs `work` once per iteration and counts its time alone: what it returns is destroyed after
/// the clock has stopped, so that giving memory back is no contender's cost.
template <class Work>
void time_alone(benchmark::State& state, Work work) {
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    auto result = work();
    benchmark::DoNotOptimize(result);
    benchmark::ClobberMemory();
    const auto end = std::chrono::steady_clock::now();
    state.SetIterationTime(std::chrono::duration<double>(end - begin).count());
  }
}

void register_build_contenders(const Layer& layer);
/// Registers `memory/LAYER/toeplix/1`: the peak of a process that compiles, over the result.
void register_memory_contender(const Layer& layer);
/// Registers `build/LAYER/cholmod_triplets/1`. Only where CHOLMOD was found.
void register_cholmod_contender(const Layer& layer);

}  // namespace bench
