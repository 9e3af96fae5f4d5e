#include "ratio_reporter.hpp"

#include "layers.hpp"

#include <unistd.h>

#include <algorithm>
#include <iomanip>
#include <iostream>

namespace bench {

namespace {

void print_ratio(double numerator, double denominator) {
  std::cout << std::setw(15);
  if (numerator > 0 && denominator > 0) {
    std::cout << std::fixed << std::setprecision(2) << numerator / denominator;
  } else {
    std::cout << '-';
  }
}

}  // namespace

RatioReporter::RatioReporter()
    : ConsoleReporter(isatty(STDOUT_FILENO) != 0 ? OO_ColorTabular : OO_Tabular) {}

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  ConsoleReporter::ReportRuns(runs);
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
    // The run's own name goes on after the registered one, e.g. "/manual_time".
    std::string name = run.run_name.function_name;
    seconds_[name].push_back(run.GetAdjustedRealTime());
  }
}

double RatioReporter::median(const std::string& layer, const std::string& contender,
                             int threads) const {
  const auto found =
      seconds_.find("build/" + layer + '/' + contender + '/' + std::to_string(threads));
  if (found == seconds_.end()) return 0;
  std::vector<double> sorted = found->second;
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

void RatioReporter::Finalize() {
  ConsoleReporter::Finalize();
  std::cout << "\nRatios of medians. The first three are times over the limit set by memory (lower "
               "is better),\nthe last two how many times faster than the peer (higher is better).\n"
            << std::setw(20) << "layer" << std::setw(8) << "threads" << std::setw(15)
            << "fresh/memset" << std::setw(15) << "warm/memset" << std::setw(15) << "recompile"
            << std::setw(15) << "vs Eigen" << std::setw(15) << "vs CHOLMOD" << '\n';
  for (const Layer& layer : layers) {
    const std::string name(layer.name);
    for (const int threads : {1, 2}) {
      const double fresh = median(name, "toeplix", threads);
      if (fresh == 0) continue;
      std::cout << std::setw(20) << name << std::setw(8) << threads;
      print_ratio(fresh, median(name, "memset_fresh", threads));
      print_ratio(median(name, "toeplix_warm", threads), median(name, "memset_warm", threads));
      print_ratio(median(name, "recompile", threads), median(name, "memset_values_warm", threads));
      print_ratio(median(name, "eigen_triplets", 1), fresh);
      print_ratio(median(name, "cholmod_triplets", 1), fresh);
      std::cout << '\n';
    }
  }
}

}  // namespace bench
