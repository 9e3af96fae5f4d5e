#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"
#include "onnx/ops/windows.hpp"

#include "core/base/integer_math.hpp"

namespace toeplix::onnx_detail {

namespace {

/// The kernel of the weights, which the attribute may repeat.
Extents kernel_of_weights(const NodeContext& node, const Extents& weights, const Extents& input) {
  if (weights.size() != input.size()) {
    throw FormatError("the weights have the shape " + shape_text(weights) + " and the input has " +
                      shape_text(input) + "; expected as many axes");
  }
  check_elements("the shape of the weights", weights);
  Extents kernel(weights.begin() + 2, weights.end());
  const auto stated = node.attributes.wholes("kernel_shape");
  if (!stated || *stated == kernel) return kernel;
  throw FormatError("attribute 'kernel_shape' is " + shape_text(*stated) +
                    ", but the weights have the shape " + shape_text(weights));
}

Index group_of(const NodeContext& node) {
  const Index group = node.attributes.whole("group", 1);
  if (group >= 1) return group;
  throw FormatError("attribute 'group' is " + std::to_string(group) + "; it must be at least 1");
}

void check_channels(const Extents& input, Index expected, const Extents& weights, Index group) {
  if (input[1] == expected) return;
  throw FormatError("the input " + shape_text(input) + " has " + std::to_string(input[1]) +
                    " channels, but weights " + shape_text(weights) + " in " +
                    std::to_string(group) + (group == 1 ? " group take " : " groups take ") +
                    std::to_string(expected));
}

Index multiplied(Index a, Index b) {
  const auto product = detail::checked_product(a, b);
  if (product) return *product;
  throw FormatError("the channels exceed 64 bits");
}

/// The bias of every channel, in every pixel of every image.
void add_bias(OpResult& result, const NodeContext& node, Index channels) {
  if (!node.has(2)) return;
  const Extents& shape = result.forms[0].shape;
  if (node.shape(2) != Extents{channels}) {
    throw FormatError("the bias has the shape " + shape_text(node.shape(2)) + "; expected " +
                      shape_text({channels}) + ", a number per output channel");
  }
  ContractionSpec spec{.input = {channels}};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    spec.output.push_back({shape[axis], axis == 1 ? 1 : 0, 0});
  }
  result.forms[0].terms.push_back({make_part(std::move(spec)), 2});
}

/// What is left to do when the geometry is known. Weights that are no constant leave the shape.
template <class Conv, class Spec>
OpResult finish(const NodeContext& node, const Spec& spec) {
  const Conv image(spec);
  const Index batch = node.shape(0)[0];
  Extents shape = {batch, image.out_channels()};
  shape.insert(shape.end(), image.output().begin(), image.output().end());
  const Constant weights = node.input(1).constant;
  if (weights == nullptr) return nonlinear("its weights are not constant", std::move(shape));
  OpResult result = linear(std::move(shape), {{make_part(spec, batch, weights), 0}});
  add_bias(result, node, image.out_channels());
  return result;
}

}  // namespace

OpResult convolution(const NodeContext& node) {
  const Extents& input = node.shape(0);
  const Extents& weights = node.shape(1);
  check_image(input);
  const Windows windows = read_windows(node, input, kernel_of_weights(node, weights, input));
  const Index group = group_of(node);
  check_channels(input, multiplied(weights[1], group), weights, group);
  return finish<Convolution>(node, ConvolutionSpec{.input = windows.input,
                                                   .kernel = windows.kernel,
                                                   .in_channels = input[1],
                                                   .out_channels = weights[0],
                                                   .groups = group,
                                                   .stride = windows.strides,
                                                   .dilation = windows.dilations,
                                                   .padding = windows.padding});
}

OpResult transposed_convolution(const NodeContext& node) {
  const Extents& input = node.shape(0);
  const Extents& weights = node.shape(1);
  check_image(input);
  const Windows windows = read_windows(node, input, kernel_of_weights(node, weights, input));
  const Index group = group_of(node);
  check_channels(input, weights[0], weights, group);
  TransposedConvolutionSpec spec{.input = windows.input,
                                 .kernel = windows.kernel,
                                 .in_channels = input[1],
                                 .out_channels = multiplied(weights[1], group),
                                 .groups = group,
                                 .stride = windows.strides,
                                 .dilation = windows.dilations,
                                 .padding = windows.padding};
  const std::size_t axes = windows.input.size();
  spec.output_padding = node.attributes.wholes("output_padding", axes, 0);
  if (node.attributes.has("output_shape")) {
    spec.output = node.attributes.wholes("output_shape", axes, 0);
    // The padding follows from the output, and with VALID as with NOTSET.
    if (windows.padding.rule() != Padding::Rule::same_upper &&
        windows.padding.rule() != Padding::Rule::same_lower) {
      spec.padding = 0;
    }
  }
  return finish<TransposedConvolution>(node, spec);
}

}  // namespace toeplix::onnx_detail
