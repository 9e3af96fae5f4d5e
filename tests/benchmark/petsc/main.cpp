#include "timed.hpp"

// toeplix-petsc-bench, to be run by mpiexec: assembling matrices and multiplying without them, on
// so many processes. Benchmarks are named assemble/LAYER/CONTENDER/PROCESSES and
// product/LAYER/CONTENDER/PROCESSES; each time is that of the slowest process. The flags are Google
// Benchmark's.

namespace {

/// The processes that print nothing.
class Silent : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  if (PetscInitializeNoArguments() != 0) return 1;
  benchmark::Initialize(&argc, argv);
  PetscLogDefaultBegin();
  bench::register_assembly();
  bench::register_products();
  int rank = 0;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  benchmark::ConsoleReporter console;
  Silent silent;
  benchmark::RunSpecifiedBenchmarks(rank == 0 ? static_cast<benchmark::BenchmarkReporter*>(&console)
                                              : &silent);
  benchmark::Shutdown();
  return PetscFinalize() == 0 ? 0 : 1;
}
