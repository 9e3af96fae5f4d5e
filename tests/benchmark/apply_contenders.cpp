#include "apply_contenders.hpp"

#include <toeplix/operator.hpp>

#include <string>

namespace bench {

namespace {

template <class Scalar>
toeplix::Operator<Scalar> make_operator(const ApplyProblem& problem, int threads) {
  const std::vector<Scalar> weights(problem.problem.weights.begin(), problem.problem.weights.end());
  const toeplix::Operator<Scalar> op = std::visit(
      [&](const auto& convolution) {
        return toeplix::Operator<Scalar>(convolution, weights, {.threads = threads});
      },
      problem.problem.convolution);
  return problem.product == Product::forward ? op : op.transpose();
}

Multiply toeplix_product(ApplyProblem& problem, int threads) {
  const auto op = make_operator<float>(problem, threads);
  return [&problem, op] { op.apply(problem.x, problem.y); };
}

Multiply toeplix_double_product(ApplyProblem& problem, int threads) {
  const auto op = make_operator<double>(problem, threads);
  const std::vector<double> x(problem.x.begin(), problem.x.end());
  return [op, x, y = std::vector<double>(problem.y.size())]() mutable { op.apply(x, y); };
}

/// Times a product; its preparation, and the first product, are not counted.
template <class Make>
void time_product(benchmark::State& state, const ApplyLayer& layer, Product product,
                  const Make& make) {
  ApplyProblem problem(layer, product);
  const Multiply multiply = make(problem);
  if (!multiply) return state.SkipWithError("not its job");
  multiply();
  time_alone(state, [&] { return multiply(), 0; });
}

}  // namespace

ApplyProblem::ApplyProblem(const ApplyLayer& apply_layer, Product which)
    : layer(apply_layer),
      product(which),
      problem(make_problem({apply_layer.name, apply_layer.spec})) {
  const auto [rows, cols] = std::visit(
      [](const auto& conv) { return std::pair(conv.rows(), conv.cols()); }, problem.convolution);
  const bool forward = product == Product::forward;
  const auto elements = [&](toeplix::Index count) {
    return static_cast<std::size_t>(count * layer.images);
  };
  x = make_weights(static_cast<toeplix::Index>(elements(forward ? cols : rows)));
  // Numbers as pixels are, and not so large that their sums lose digits.
  for (float& value : x) value = static_cast<float>(static_cast<int>(value) % 251) / 251;
  for (float& weight : problem.weights) weight = static_cast<float>(static_cast<int>(weight) % 13);
  y.resize(elements(forward ? rows : cols));
}

void register_apply_contenders(const ApplyLayer& layer) {
  for (const Product product : {Product::forward, Product::transposed}) {
    const auto add = [&](const std::string& contender, int threads, auto make) {
      const std::string name =
          std::string(product == Product::forward ? "apply/" : "apply_transposed/") +
          std::string(layer.name) + '/' + contender + '/' + std::to_string(threads);
      benchmark::RegisterBenchmark(
          name.c_str(),
          [=](benchmark::State& state) {
            time_product(state, layer, product,
                         [&](ApplyProblem& problem) { return make(problem, threads); });
          })
          ->UseManualTime()
          ->MinTime(0.1)
          ->Unit(benchmark::kMillisecond);
    };
    for (const int threads : {1, 2}) {
      add("toeplix", threads, toeplix_product);
      add("toeplix_double", threads, toeplix_double_product);
      if (!layer.matrix_is_too_large) add("eigen", threads, eigen_product);
#ifdef TOEPLIX_BENCH_ONEDNN
      if (layer.spec.find("boundary=") != std::string_view::npos) continue;
      add("onednn_plain", threads, [](ApplyProblem& problem, int on_threads) {
        return onednn_product(problem, false, on_threads);
      });
      add("onednn_blocked", threads, [](ApplyProblem& problem, int on_threads) {
        return onednn_product(problem, true, on_threads);
      });
#endif
    }
  }
}

void register_peak() {
  benchmark::RegisterBenchmark("peak/core/fma/1",
                               [](benchmark::State& state) {
                                 Peak peak{};
                                 for (auto _ : state) {
                                   peak = run_peak();
                                   state.SetIterationTime(peak.seconds);
                                 }
                                 state.counters["operations"] = peak.operations;
                               })
      ->UseManualTime()
      ->MinTime(0.1)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace bench
