#include "ratio_reporter.hpp"

#include "layers.hpp"

#include <unistd.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <utility>

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
    counters_[name] = run.counters;
  }
}

double RatioReporter::seconds(const std::string& name, Statistic statistic) const {
  const auto found = seconds_.find(name);
  if (found == seconds_.end()) return 0;
  std::vector<double> sorted = found->second;
  std::ranges::sort(sorted);
  return statistic == Statistic::fastest ? sorted.front() : sorted[sorted.size() / 2];
}

void RatioReporter::print_table(Statistic statistic) const {
  std::cout << std::setw(20) << "layer" << std::setw(8) << "threads" << std::setw(15)
            << "fresh/memset" << std::setw(15) << "warm/memset" << std::setw(15) << "recompile"
            << std::setw(15) << "vs Eigen" << std::setw(15) << "vs CHOLMOD" << '\n';
  for (const Layer& layer : layers) {
    for (const int threads : {1, 2}) {
      const auto time = [&](const char* contender, int on_threads) {
        return seconds(
            "build/" + std::string(layer.name) + '/' + contender + '/' + std::to_string(on_threads),
            statistic);
      };
      const double fresh = time("toeplix", threads);
      if (fresh == 0) continue;
      std::cout << std::setw(20) << layer.name << std::setw(8) << threads;
      print_ratio(fresh, time("memset_fresh", threads));
      print_ratio(time("toeplix_warm", threads), time("memset_warm", threads));
      print_ratio(time("recompile", threads), time("memset_values_warm", threads));
      print_ratio(time("eigen_triplets", 1), fresh);
      print_ratio(time("cholmod_triplets", 1), fresh);
      std::cout << '\n';
    }
  }
}

void RatioReporter::print_format_ratios() const {
  const auto is_format = [](const auto& entry) { return entry.first.starts_with("format/"); };
  if (std::ranges::none_of(seconds_, is_format)) return;
  std::cout << "\nMatrix Market: how many times faster than Eigen's MarketIO (higher is better).\n"
            << std::setw(20) << "layer" << std::setw(8) << "threads" << std::setw(15) << "write"
            << std::setw(15) << "read" << std::setw(15) << "write diff." << std::setw(15)
            << "read diff." << '\n';
  for (const Layer& layer : layers) {
    const std::string prefix = "format/" + std::string(layer.name) + '/';
    for (const std::string threads : {"1", "2"}) {
      if (!seconds_.contains(prefix + "mtx_write/" + threads)) continue;
      std::cout << std::setw(20) << layer.name << std::setw(8) << threads;
      for (const std::string action : {"write", "read", "write_different", "read_different"}) {
        print_ratio(seconds(prefix + "eigen_" + action + "/1", Statistic::median),
                    seconds(prefix + "mtx_" + action + '/' + threads, Statistic::median));
      }
      std::cout << '\n';
    }
  }
}

void RatioReporter::print_build_ratios() const {
  const auto is_build = [](const auto& entry) { return entry.first.starts_with("build/"); };
  if (std::ranges::none_of(seconds_, is_build)) return;
  std::cout
      << "\nThe first three columns are times over the limit set by memory (lower is better), "
         "the last two\nhow many times faster than the peer (higher is better).\n"
         "\nRatios of medians:\n";
  print_table(Statistic::median);
  std::cout << "\nRatios of the fastest repetitions, in which a shared machine disturbs least:\n";
  print_table(Statistic::fastest);
}

void RatioReporter::print_solve_ratios() const {
  const std::string_view ours = "/toeplix";
  bool first = true;
  for (const auto& [name, counters] : counters_) {
    if (!name.starts_with("solve/") || !name.ends_with(ours)) continue;
    if (std::exchange(first, false)) {
      std::cout
          << "\nSolving: how many times faster than Eigen's product with CHOLMOD by METIS; the "
             "whole also\nby AMD (higher is better). Fill: ours over METIS's (lower is "
             "better).\n"
          << std::setw(28) << "problem" << std::setw(15) << "A^T A" << std::setw(15) << "analysis"
          << std::setw(15) << "whole" << std::setw(15) << "whole, AMD" << std::setw(15) << "fill"
          << '\n';
    }
    const std::string problem = name.substr(0, name.size() - ours.size());
    const auto metis = counters_.find(problem + "/eigen_metis");
    const auto counter = [&](const auto& of, const char* what) {
      return of == counters_.end() ? 0.0 : of->second.at(what).value;
    };
    const auto mine = counters_.find(name);
    std::cout << std::setw(28) << problem.substr(6);
    for (const char* phase : {"normal_s", "analysis_s"}) {
      print_ratio(counter(metis, phase), counter(mine, phase));
    }
    for (const char* peer : {"/eigen_metis", "/eigen_amd"}) {
      print_ratio(seconds(problem + peer, Statistic::median), seconds(name, Statistic::median));
    }
    print_ratio(counter(mine, "fill"), counter(metis, "fill"));
    std::cout << '\n';
  }
}

void RatioReporter::Finalize() {
  ConsoleReporter::Finalize();
  print_build_ratios();
  print_format_ratios();
  print_solve_ratios();
}

}  // namespace bench
