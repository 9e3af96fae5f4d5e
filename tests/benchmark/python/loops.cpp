// C++ without Python, to be called from Python by ctypes: what python_matrix.py compares with, in
// the same process, on the same arrays.

#include <toeplix/toeplix.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace {

using Clock = std::chrono::steady_clock;

struct Layer {
  toeplix::Convolution convolution;
  std::span<const float> weights;
  toeplix::Resources resources;
  toeplix::Operator<float> op;
};

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

extern "C" {

/// A layer, to be freed. `weights` stay the caller's.
void* bench_layer(const char* spec, const float* weights, std::int64_t count, int threads) {
  const toeplix::Convolution convolution{std::string_view(spec)};
  const std::span given(weights, static_cast<std::size_t>(count));
  const toeplix::Resources resources = {.threads = threads};
  return new Layer{convolution, given, resources, {convolution, given, resources}};
}

void bench_free(void* layer) {
  delete static_cast<Layer*>(layer);
}

/// Seconds that the matrix takes. What it takes to free it is not counted.
double bench_compile(const void* pointer) {
  const auto& layer = *static_cast<const Layer*>(pointer);
  const auto begin = Clock::now();
  const auto matrix = toeplix::compile(layer.convolution, layer.weights,
                                       {.prune_zero_weights = false, .resources = layer.resources});
  const double seconds = seconds_since(begin);
  return matrix.nonZeros() > 0 ? seconds : 0;
}

/// Seconds that the product with one image takes, into a new vector, likewise.
double bench_product(const void* pointer, const float* x) {
  const auto& op = static_cast<const Layer*>(pointer)->op;
  const std::span image(x, static_cast<std::size_t>(op.cols()));
  const auto begin = Clock::now();
  Eigen::VectorXf y(op.rows());
  op.apply(image, y);
  const double seconds = seconds_since(begin);
  return y.size() > 0 ? seconds : 0;
}
}
