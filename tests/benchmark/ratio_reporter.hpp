#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace bench {

/// Google Benchmark's console table, followed by what the figures are for: ratios per
/// layer and number of threads.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  /// With `summary` the ratios alone are printed, and not each benchmark.
  explicit RatioReporter(bool summary);

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  enum class Statistic { median, fastest };

  /// Over the repetitions of a benchmark, in its unit; 0 if it did not run.
  double seconds(const std::string& name, Statistic statistic) const;
  /// Against memory and the peers, if building was measured.
  void print_build_ratios() const;
  void print_table(Statistic statistic) const;
  /// How many times faster than Eigen's MarketIO, if formats were measured.
  void print_format_ratios() const;
  /// Against oneDNN and Eigen, if products were measured.
  void print_apply_ratios() const;
  void print_apply_table(int threads) const;
  /// Against Eigen with METIS and with AMD, if solving was measured.
  void print_solve_ratios() const;

  bool summary_;
  std::map<std::string, std::vector<double>> seconds_;
  std::map<std::string, benchmark::UserCounters> counters_;  // of the last repetition
};

}  // namespace bench
