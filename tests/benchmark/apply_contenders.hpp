#pragma once

#include "apply_layers.hpp"
#include "contenders.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bench {

/// Which product is timed.
enum class Product { forward, transposed };

/// The numbers of one product: `images` images in plain C order, in and out.
struct ApplyProblem {
  ApplyProblem(const ApplyLayer& apply_layer, Product which);

  ApplyLayer layer;
  Product product;
  Problem problem;
  std::vector<float> x;
  std::vector<float> y;
};

/// One product, ready to be repeated; empty if a contender does not do it.
using Multiply = std::function<void()>;

/// Eigen's product with the compiled matrix, by rows, with all of this processor's instructions.
Multiply eigen_product(ApplyProblem& problem, int threads);
/// oneDNN on plain tensors, or in the layout that it prefers, with the reordering counted. Only if
/// oneDNN was found, and without boundaries that fold.
Multiply onednn_product(ApplyProblem& problem, bool blocked, int threads);

/// Seconds of a fixed number of multiplications and additions of a core, and how many they are.
struct Peak {
  double seconds;
  double operations;
};
/// One run of fused multiply-adds that wait for nothing.
Peak run_peak();

/// Registers `apply/LAYER/CONTENDER/THREADS` and `apply_transposed/LAYER/CONTENDER/THREADS`.
void register_apply_contenders(const ApplyLayer& layer);
/// Registers `peak/core/fma/1`.
void register_peak();

}  // namespace bench
