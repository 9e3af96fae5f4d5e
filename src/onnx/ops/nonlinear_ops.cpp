#include "onnx/ops/nonlinear_ops.hpp"

#include "onnx/ops/reductions.hpp"
#include "onnx/ops/steps.hpp"

namespace toeplix::onnx_detail {

namespace {

const char* const not_linear = "is not linear";

Extents common_shape(const NodeContext& node) {
  Extents shape = node.shape(0);
  for (std::size_t i = 1; i < node.inputs.size(); ++i)
    shape = broadcast_shape(shape, node.shape(i));
  return shape;
}

}  // namespace

OpResult elementwise(const NodeContext& node) {
  return nonlinear(not_linear, node.shape(0));
}

OpResult broadcast(const NodeContext& node) {
  return nonlinear(not_linear, common_shape(node));
}

OpResult comparison(const NodeContext& node) {
  return nonlinear(not_linear, common_shape(node), ElementType::boolean);
}

OpResult choice(const NodeContext& node) {
  return nonlinear(not_linear, common_shape(node), node.input(1).type);
}

OpResult like_second(const NodeContext& node) {
  return nonlinear(not_linear, node.shape(1));
}

OpResult other_reduction(const NodeContext& node) {
  return nonlinear(not_linear, read_reduction(node, 18).output);
}

OpResult arg_reduction(const NodeContext& node) {
  Extents shape = node.shape(0);
  const std::size_t axis = node.axis(node.attributes.whole("axis", 0), shape.size());
  shape[axis] = 1;
  if (!node.attributes.flag("keepdims", true)) {
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  }
  return nonlinear(not_linear, std::move(shape), ElementType::int64);
}

OpResult global_pool(const NodeContext& node) {
  Extents shape = node.shape(0);
  for (std::size_t axis = 2; axis < shape.size(); ++axis) shape[axis] = 1;
  return nonlinear(not_linear, std::move(shape));
}

OpResult recurrent(const NodeContext& node) {
  const Extents& x = node.shape(0);
  const Extents& weights = node.shape(1);
  const Index hidden = node.attributes.whole("hidden_size", 0);
  const bool batch_first = node.attributes.flag("layout", false);
  if (x.size() != 3 || weights.size() != 3 || hidden < 1) {
    throw FormatError("the input " + shape_text(x) + " and the weights " + shape_text(weights) +
                      " must have three axes, and hidden_size " + std::to_string(hidden) +
                      " be at least 1");
  }
  const Index directions = weights[0];
  const Index steps = batch_first ? x[1] : x[0];
  const Index batch = batch_first ? x[0] : x[1];
  OpResult result = nonlinear(not_linear, batch_first ? Extents{batch, steps, directions, hidden}
                                                      : Extents{steps, directions, batch, hidden});
  const Extents last =
      batch_first ? Extents{batch, directions, hidden} : Extents{directions, batch, hidden};
  while (result.forms.size() < node.outputs()) result.forms.push_back({last, {}, {}});
  return result;
}

OpResult shapeless(const NodeContext&) {
  return {{}, not_linear, ElementType::unknown};
}

}  // namespace toeplix::onnx_detail
