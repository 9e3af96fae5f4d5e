#include "apply_contenders.hpp"
#include "contenders.hpp"
#include "ratio_reporter.hpp"

#include <algorithm>
#include <string_view>

/// toeplix-bench: compiling a convolution against the limit set by memory and against its peers.
///
/// Benchmarks are named build/LAYER/CONTENDER/THREADS (times) and memory/LAYER/toeplix/THREADS
/// (peak memory over the result), apply/LAYER/CONTENDER/THREADS and apply_transposed/... (products
/// without the matrix, beside oneDNN's and Eigen's), format/LAYER/CONTENDER/THREADS (files), and
/// solve/PROBLEM/CONTENDER (deblurring, with the seconds of each phase and the fill of the factor
/// as counters; only by name, because they take minutes). The flags are Google Benchmark's
/// (--benchmark_filter=, --benchmark_repetitions=, ...); with --summary the tables of ratios alone
/// are printed.
int main(int argc, char** argv) {
  const auto is_summary = [](std::string_view argument) { return argument == "--summary"; };
  char** const end = std::remove_if(argv + 1, argv + argc, is_summary);
  const bool summary = end != argv + argc;
  argc = static_cast<int>(end - argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const bench::Layer& layer : bench::layers) {
    bench::register_build_contenders(layer);
    bench::register_memory_contender(layer);
#ifdef TOEPLIX_BENCH_CHOLMOD
    bench::register_cholmod_contender(layer);
#endif
#ifdef TOEPLIX_BENCH_FILES
    bench::register_format_contenders(layer);
#endif
  }
  for (const bench::Layer& layer : bench::memory_layers) bench::register_memory_contender(layer);
#ifdef TOEPLIX_BENCH_APPLY
  bench::register_peak();
  for (const bench::ApplyLayer& layer : bench::apply_layers) {
    bench::register_apply_contenders(layer);
  }
#endif
#ifdef TOEPLIX_BENCH_SOLVERS
  bench::register_solve_contenders();
#endif
#ifdef TOEPLIX_BENCH_SPECTRA
  bench::register_photograph_contenders();
  bench::register_spectrum_contenders();
#endif
#ifdef TOEPLIX_BENCH_ONNX
  bench::register_onnx_contenders();
#endif
  bench::RatioReporter reporter(summary);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}
