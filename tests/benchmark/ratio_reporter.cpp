#include "ratio_reporter.hpp"

#include "apply_layers.hpp"
#include "layers.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
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

RatioReporter::RatioReporter(bool summary)
    : ConsoleReporter(isatty(STDOUT_FILENO) != 0 ? OO_ColorTabular : OO_Tabular),
      summary_(summary) {}

bool RatioReporter::ReportContext(const Context& context) {
  return summary_ || ConsoleReporter::ReportContext(context);
}

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  if (!summary_) ConsoleReporter::ReportRuns(runs);
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

namespace {

/// A geometric mean of ratios, and the least of them.
class Ratios {
 public:
  void add(double ratio) {
    if (!(ratio > 0)) return;
    logarithms_ += std::log(ratio);
    least_ = count_ == 0 ? ratio : std::min(least_, ratio);
    ++count_;
  }
  void print(const char* what) const {
    if (count_ == 0) return;
    std::cout << "  " << what << ": geometric mean " << std::fixed << std::setprecision(2)
              << std::exp(logarithms_ / count_) << ", least " << least_ << " (" << count_ << ")\n";
  }

 private:
  double logarithms_ = 0;
  double least_ = 0;
  int count_ = 0;
};

double smaller(double a, double b) {
  return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b);
}

double ratio_of(double numerator, double denominator) {
  return numerator > 0 && denominator > 0 ? numerator / denominator : 0;
}

bool has_channels(const ApplyLayer& layer) {
  return layer.spec.find("in=") != std::string_view::npos;
}

/// Entries of the matrix, which are multiplications.
double products_of(const ApplyLayer& layer) {
  const auto count = [](const auto& spec) {
    if constexpr (std::is_same_v<decltype(spec), const toeplix::ConvolutionSpec&>) {
      return static_cast<double>(toeplix::Convolution(spec).nnz());
    } else {
      return static_cast<double>(toeplix::TransposedConvolution(spec).nnz());
    }
  };
  return std::visit(count, toeplix::parse_spec(layer.spec)) * static_cast<double>(layer.images);
}

}  // namespace

void RatioReporter::print_apply_table(int threads) const {
  std::cout << std::setw(28) << "layer" << std::setw(11) << "product" << std::setw(8) << "threads"
            << std::setw(15) << "ms" << std::setw(15) << "GFLOP/s" << std::setw(15) << "% of peak"
            << std::setw(15) << "vs oneDNN" << std::setw(15) << "vs Eigen" << std::setw(15)
            << "float64 rate" << '\n';
  const auto peak = counters_.find("peak/core/fma/1");
  const double operations = peak == counters_.end() ? 0 : peak->second.at("operations").value;
  const double peak_rate =
      1e3 * ratio_of(operations, seconds("peak/core/fma/1", Statistic::median));
  Ratios all;
  Ratios with_channels;
  Ratios forward_alone;
  Ratios transposed_alone;
  for (const ApplyLayer& layer : apply_layers) {
    for (const bool forward : {true, false}) {
      const auto time = [&](const char* contender) {
        return seconds((forward ? "apply/" : "apply_transposed/") + std::string(layer.name) + '/' +
                           contender + '/' + std::to_string(threads),
                       Statistic::median);
      };
      const double ours = time("toeplix");
      if (ours == 0) continue;
      const double onednn = smaller(time("onednn_plain"), time("onednn_blocked"));
      const double rate = 2 * products_of(layer) / (ours * 1e-3);
      std::cout << std::setw(28) << layer.name << std::setw(11) << (forward ? "A x" : "A^T y")
                << std::setw(8) << threads << std::setw(15) << std::fixed << std::setprecision(3)
                << ours << std::setw(15) << std::setprecision(1) << rate * 1e-9;
      print_ratio(100 * rate, peak_rate * threads);
      print_ratio(onednn, ours);
      print_ratio(time("eigen"), ours);
      print_ratio(ours, time("toeplix_double"));
      std::cout << '\n';
      const double ratio = ratio_of(onednn, ours);
      all.add(ratio);
      if (has_channels(layer)) {
        with_channels.add(ratio);
      } else {
        (forward ? forward_alone : transposed_alone).add(ratio);
      }
    }
  }
  std::cout << "oneDNN / toeplix, " << threads << (threads == 1 ? " thread:\n" : " threads:\n");
  all.print("all layers");
  with_channels.print("layers with channels");
  forward_alone.print("one channel, A x");
  transposed_alone.print("one channel, A^T y");
  for (const char* const layer : {"blur_9x9_512", "resnet_3x3_64_56"}) {
    for (const char* const product : {"apply/", "apply_transposed/"}) {
      const auto time = [&](const std::string& name) {
        return seconds(product + name + "/toeplix/" + std::to_string(threads), Statistic::median);
      };
      const double ratio = ratio_of(time(std::string(layer) + "_symmetric"), time(layer));
      if (ratio > 0) {
        std::cout << "  symmetric / zero, " << product << layer << ": " << ratio << '\n';
      }
    }
  }
}

void RatioReporter::print_apply_ratios() const {
  const auto is_apply = [](const auto& entry) { return entry.first.starts_with("apply"); };
  if (std::ranges::none_of(seconds_, is_apply)) return;
  std::cout << "\nProducts: how many times faster than the better of oneDNN's two routes, and than "
               "Eigen's\nproduct with the matrix (higher is better); float64's rate over "
               "float32's.\n";
  for (const int threads : {1, 2}) print_apply_table(threads);
}

void RatioReporter::print_solve_ratios() const {
  const std::string_view ours = "/toeplix";
  bool first = true;
  for (const auto& [name, counters] : counters_) {
    if (!name.starts_with("solve/tikhonov") || !name.ends_with(ours)) continue;
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
  print_apply_ratios();
  print_solve_ratios();
}

}  // namespace bench
