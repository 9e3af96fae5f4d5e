#pragma once

#include <benchmark/benchmark.h>
#include <petscmat.h>

#include <string>
#include <string_view>

namespace bench {

/// A convolution that is assembled or multiplied with, by name.
struct Problem {
  std::string_view name;
  std::string_view spec;
};

inline int processes() {
  int size = 1;
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  return size;
}

/// Seconds until `work` is done on all processes that began it together.
template <class Work>
double seconds_of(const Work& work) {
  MPI_Barrier(PETSC_COMM_WORLD);
  const double begin = MPI_Wtime();
  work();
  double seconds = MPI_Wtime() - begin;
  MPI_Allreduce(MPI_IN_PLACE, &seconds, 1, MPI_DOUBLE, MPI_MAX, PETSC_COMM_WORLD);
  return seconds;
}

/// Registers a benchmark that all processes run equally often: `prepare()` returns what is timed.
template <class Prepare>
void time_together(const std::string& name, int times, const Prepare& prepare) {
  benchmark::RegisterBenchmark((name + "/" + std::to_string(processes())).c_str(),
                               [prepare](benchmark::State& state) {
                                 const auto work = prepare();
                                 for (auto iteration : state) {
                                   state.SetIterationTime(seconds_of([&] { work(state); }));
                                 }
                               })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1)
      ->Repetitions(times)
      ->ReportAggregatesOnly();
}

void register_assembly();
void register_products();

}  // namespace bench
