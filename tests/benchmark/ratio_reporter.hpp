#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace bench {

/// Google Benchmark's console table, followed by what the figures are for: ratios of medians, per
/// layer and number of threads.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  RatioReporter();

  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  /// The median over the repetitions of `build/LAYER/CONTENDER/THREADS`; 0 where it did not run.
  double median(const std::string& layer, const std::string& contender, int threads) const;

  std::map<std::string, std::vector<double>> seconds_;
};

}  // namespace bench
