#include "contenders.hpp"
#include "support/onnx_builder.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/onnx/model.hpp>

#include <random>
#include <span>
#include <string>
#include <vector>

// A model of the size of ResNet-50 read, and the matrix of every layer compiled, against the
// matrices of its convolutions alone.

namespace bench {

namespace {

using toeplix::Extents;
using toeplix::Index;
using toeplix::test::ModelBuilder;
using toeplix::test::set;

/// ResNet-50 (He, Zhang, Ren and Sun, CVPR 2016), its stride in the 3 x 3 convolutions, with random
/// weights: one picture of 224 x 224.
class ResNet50 {
 public:
  ResNet50() {
    model_.input("x", {1, 3, 224, 224});
    std::string at = convolve("x", 3, 64, 7, 2);
    at = relu(at);
    auto& pool = model_.node("MaxPool", {at}, {"pool"}, "pool");
    set(pool, "kernel_shape", Extents{3, 3});
    set(pool, "strides", Extents{2, 2});
    set(pool, "pads", Extents{1, 1, 1, 1});
    at = "pool";
    Index channels = 64;
    Index width = 64;
    for (const int blocks : {3, 4, 6, 3}) {
      for (int block = 0; block < blocks; ++block) {
        const Index stride = block == 0 && width > 64 ? 2 : 1;
        at = bottleneck(at, channels, width, stride);
        channels = 4 * width;
      }
      width *= 2;
    }
    model_.node("GlobalAveragePool", {at}, {"mean"}, "mean");
    model_.node("Flatten", {"mean"}, {"flat"}, "flatten");
    auto& dense = model_.node(
        "Gemm", {"flat", random("fc.w", {1000, 2048}), random("fc.b", {1000})}, {"y"}, "fc");
    set(dense, "transB", 1);
    model_.output("y");
  }

  [[nodiscard]] std::string bytes() const { return model_.bytes(); }

 private:
  std::string random(const std::string& name, const Extents& shape) {
    Index count = 1;
    for (const Index extent : shape) count *= extent;
    std::vector<double> numbers(static_cast<std::size_t>(count));
    std::uniform_real_distribution<double> between(0.5, 1.5);
    for (double& number : numbers) number = between(generator_);
    model_.constant(name, shape, numbers);
    return name;
  }

  /// Conv and BatchNormalization; answers the name of what comes out.
  std::string convolve(const std::string& from, Index in, Index out, Index size, Index stride) {
    const std::string name = "layer" + std::to_string(layers_++);
    auto& node = model_.node("Conv", {from, random(name + ".w", {out, in, size, size})},
                             {name + ".conv"}, name);
    const Index pad = size / 2;
    set(node, "strides", Extents{stride, stride});
    set(node, "pads", Extents{pad, pad, pad, pad});
    model_.node("BatchNormalization",
                {name + ".conv", random(name + ".s", {out}), random(name + ".b", {out}),
                 random(name + ".m", {out}), random(name + ".v", {out})},
                {name + ".norm"}, name + ".norm");
    return name + ".norm";
  }

  std::string relu(const std::string& from) {
    model_.node("Relu", {from}, {from + ".relu"}, from + ".relu");
    return from + ".relu";
  }

  std::string bottleneck(const std::string& from, Index channels, Index width, Index stride) {
    std::string at = relu(convolve(from, channels, width, 1, 1));
    at = relu(convolve(at, width, width, 3, stride));
    at = convolve(at, width, 4 * width, 1, 1);
    const bool is_same = channels == 4 * width && stride == 1;
    const std::string beside = is_same ? from : convolve(from, channels, 4 * width, 1, stride);
    model_.node("Add", {at, beside}, {at + ".sum"}, at + ".sum");
    return relu(at + ".sum");
  }

  ModelBuilder model_;
  std::mt19937_64 generator_{1};
  int layers_ = 0;
};

toeplix::OnnxModel read(const std::string& bytes) {
  return toeplix::read_onnx(std::as_bytes(std::span(bytes)));
}

/// Each matrix is gone before the next is made: together they are some 30 GB.
void run_toeplix(benchmark::State& state) {
  const std::string bytes = ResNet50().bytes();
  Index entries = 0;
  time_peer(state, [&] {
    entries = 0;
    const toeplix::OnnxModel model = read(bytes);
    for (const toeplix::OnnxNode& node : model.nodes()) {
      for (std::size_t input = 0; input < node.inputs().size(); ++input) {
        entries += node.map<float>(input).nnz();
      }
    }
    return entries;
  });
  state.counters["entries"] = static_cast<double>(entries);
}

void run_compile(benchmark::State& state) {
  const toeplix::OnnxModel model = read(ResNet50().bytes());
  std::vector<std::pair<toeplix::Convolution, std::vector<float>>> layers;
  for (const toeplix::OnnxNode& node : model.nodes()) {
    if (auto convolution = node.convolution()) {
      layers.emplace_back(*std::move(convolution), node.weights<float>());
    }
  }
  Index entries = 0;
  time_peer(state, [&] {
    entries = 0;
    for (const auto& [convolution, weights] : layers) {
      entries += toeplix::compile(convolution, weights).nonZeros();
    }
    return entries;
  });
  state.counters["entries"] = static_cast<double>(entries);
}

void run_reading(benchmark::State& state) {
  const std::string bytes = ResNet50().bytes();
  time_peer(state, [&] { return read(bytes).nodes().size(); });
}

}  // namespace

void register_onnx_contenders() {
  run_once("onnx/resnet50/toeplix", run_toeplix);
  run_once("onnx/resnet50/compile", run_compile);
  run_once("onnx/resnet50/read", run_reading);
}

}  // namespace bench
