#include "apply_contenders.hpp"

#include <dnnl.hpp>

#include <omp.h>

#include <algorithm>
#include <unordered_map>

namespace bench {

namespace {

using dnnl::memory;

/// A convolution, or the gradient by its input, which is the product with its transpose.
class Onednn {
 public:
  Onednn(const toeplix::Convolution& convolution, bool transposed, bool blocked,
         ApplyProblem& problem)
      : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    const toeplix::ConvolutionSpec& spec = convolution.spec();
    const std::size_t axes = spec.input.size();
    const auto dims = [&](toeplix::Index channels, const toeplix::Extents& extents) {
      memory::dims all{problem.layer.images, channels};
      all.insert(all.end(), extents.begin(), extents.end());
      return all;
    };
    const memory::dims source = dims(spec.in_channels, spec.input);
    const memory::dims destination = dims(spec.out_channels, convolution.output());
    memory::dims weights;
    if (spec.groups > 1) weights.push_back(spec.groups);
    weights.push_back(spec.out_channels / spec.groups);
    weights.push_back(spec.in_channels / spec.groups);
    weights.insert(weights.end(), spec.kernel.begin(), spec.kernel.end());
    memory::dims strides;
    memory::dims dilations;
    memory::dims lower;
    memory::dims upper;
    for (const toeplix::TapTable& table : convolution.tap_tables()) {
      const toeplix::AxisGeometry& g = table.geometry();
      strides.push_back(g.stride);
      dilations.push_back(g.dilation - 1);
      lower.push_back(g.lower);
      upper.push_back((g.output - 1) * g.stride + g.span() - g.input - g.lower);
    }
    const memory::format_tag plain = plain_tag(axes + 2);
    const memory::format_tag chosen = blocked ? memory::format_tag::any : plain;
    const memory::desc any_source(source, memory::data_type::f32, chosen);
    const memory::desc any_destination(destination, memory::data_type::f32, chosen);
    const memory::desc any_weights(weights, memory::data_type::f32, memory::format_tag::any);
    const dnnl::convolution_forward::primitive_desc forward(
        {transposed ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference,
         dnnl::algorithm::convolution_direct, any_source, any_weights, any_destination, strides,
         dilations, lower, upper},
        engine_);
    memory::desc in;
    memory::desc out;
    memory::desc kernel;
    if (transposed) {
      const dnnl::convolution_backward_data::primitive_desc backward(
          {dnnl::algorithm::convolution_direct, any_source, any_weights, any_destination, strides,
           dilations, lower, upper},
          engine_, forward);
      primitive_ = dnnl::convolution_backward_data(backward);
      in = backward.diff_dst_desc();
      out = backward.diff_src_desc();
      kernel = backward.weights_desc();
    } else {
      primitive_ = dnnl::convolution_forward(forward);
      in = forward.src_desc();
      out = forward.dst_desc();
      kernel = forward.weights_desc();
    }
    weights_ = memory(kernel, engine_);
    memory plain_weights({weights, memory::data_type::f32, plain_tag(weights.size())}, engine_,
                         problem.problem.weights.data());
    dnnl::reorder(plain_weights, weights_).execute(stream_, plain_weights, weights_);
    x_ = memory({transposed ? destination : source, memory::data_type::f32, plain}, engine_,
                problem.x.data());
    y_ = memory({transposed ? source : destination, memory::data_type::f32, plain}, engine_,
                problem.y.data());
    in_ = blocked ? memory(in, engine_) : x_;
    out_ = blocked ? memory(out, engine_) : y_;
    if (blocked) {
      reorder_in_ = dnnl::reorder(x_, in_);
      reorder_out_ = dnnl::reorder(out_, y_);
    }
    arguments_ = {{transposed ? DNNL_ARG_DIFF_DST : DNNL_ARG_SRC, in_},
                  {DNNL_ARG_WEIGHTS, weights_},
                  {transposed ? DNNL_ARG_DIFF_SRC : DNNL_ARG_DST, out_}};
    blocked_ = blocked;
    stream_.wait();
  }

  void multiply() {
    if (blocked_) reorder_in_.execute(stream_, x_, in_);
    primitive_.execute(stream_, arguments_);
    if (blocked_) reorder_out_.execute(stream_, out_, y_);
    stream_.wait();
  }

 private:
  static memory::format_tag plain_tag(std::size_t axes) {
    constexpr std::array tags = {memory::format_tag::abc, memory::format_tag::abcd,
                                 memory::format_tag::abcde, memory::format_tag::abcdef};
    return tags.at(axes - 3);
  }

  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::primitive primitive_;
  memory weights_;
  memory x_;
  memory y_;
  memory in_;
  memory out_;
  dnnl::reorder reorder_in_;
  dnnl::reorder reorder_out_;
  std::unordered_map<int, memory> arguments_;
  bool blocked_ = false;
};

}  // namespace

Multiply onednn_product(ApplyProblem& problem, bool blocked, int threads) {
  omp_set_num_threads(threads);
  const bool forward = problem.product == Product::forward;
  auto product = std::visit(
      [&](const auto& convolution) {
        if constexpr (std::is_same_v<decltype(convolution), const toeplix::Convolution&>) {
          return std::make_shared<Onednn>(convolution, !forward, blocked, problem);
        } else {
          return std::make_shared<Onednn>(convolution.adjoint(), forward, blocked, problem);
        }
      },
      problem.problem.convolution);
  return [product, threads] {
    omp_set_num_threads(threads);
    product->multiply();
  };
}

}  // namespace bench
