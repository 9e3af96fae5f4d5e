#include "onnx/ops/reductions.hpp"

#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

namespace toeplix::onnx_detail {

namespace {

/// Sums over the axes, or means.
OpResult reduced(const NodeContext& node, Index input_since, bool is_mean) {
  const Extents& shape = node.shape(0);
  const Reduction reduction = read_reduction(node, input_since);
  if (is_empty(shape)) {
    if (!is_mean || is_empty(reduction.output)) return linear(reduction.output, {});
    return nonlinear("takes the mean of no elements", reduction.output);
  }
  const Extents steps = steps_through(shape);
  ContractionSpec spec{.input = shape};
  double count = 1;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    auto& axes = reduction.over[axis] ? spec.summed : spec.output;
    axes.push_back({shape[axis], steps[axis], 0});
    if (reduction.over[axis]) count *= static_cast<double>(shape[axis]);
  }
  return linear(reduction.output, {{make_part(std::move(spec), is_mean ? 1 / count : 1), 0}});
}

}  // namespace

Reduction read_reduction(const NodeContext& node, Index input_since) {
  const Extents& shape = node.shape(0);
  const bool by_input = node.opset >= input_since;
  const Extents axes =
      (by_input ? node.wholes(1) : node.attributes.wholes("axes")).value_or(Extents());
  const bool keep = node.attributes.flag("keepdims", true);
  const bool none = axes.empty() && node.attributes.flag("noop_with_empty_axes", false);
  Reduction reduction{std::vector<bool>(shape.size(), axes.empty() && !none), {}};
  for (const std::size_t axis : node.axes(axes, shape.size())) reduction.over[axis] = true;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (!reduction.over[axis]) reduction.output.push_back(shape[axis]);
    if (reduction.over[axis] && keep) reduction.output.push_back(1);
  }
  return reduction;
}

OpResult reduce_sum(const NodeContext& node) {
  return reduced(node, 13, false);
}

OpResult reduce_mean(const NodeContext& node) {
  return reduced(node, 18, true);
}

}  // namespace toeplix::onnx_detail
