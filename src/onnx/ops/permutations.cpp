#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

namespace toeplix::onnx_detail {

namespace {

/// A tensor of shape `view`, its axes in another order.
PartPointer permuted_part(const Extents& view, const std::vector<std::size_t>& order) {
  const Extents steps = steps_through(view);
  ContractionSpec spec{.input = view};
  for (const std::size_t axis : order) spec.output.push_back({view[axis], steps[axis], 0});
  return make_part(std::move(spec));
}

/// The block size of DepthToSpace and SpaceToDepth, whose input has four axes.
Index block_of(const NodeContext& node, const Extents& shape) {
  if (shape.size() != 4) {
    throw FormatError("the input has the shape " + shape_text(shape) + "; expected four axes");
  }
  const Index block = node.attributes.whole("blocksize", 0);
  if (block >= 1 && block <= (Index{1} << 30)) return block;
  throw FormatError("attribute 'blocksize' is " + std::to_string(block) +
                    "; it must be at least 1 and at most 2^30");
}

void check_multiple(const char* what, Index extent, Index divisor) {
  if (extent % divisor == 0) return;
  throw FormatError(std::string("there are ") + std::to_string(extent) + ' ' + what +
                    ", which is no multiple of " + std::to_string(divisor));
}

}  // namespace

OpResult transpose(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const std::size_t count = shape.size();
  std::vector<std::size_t> order;
  if (const auto given = node.attributes.wholes("perm")) {
    if (given->size() != count) {
      throw FormatError("attribute 'perm' has " + std::to_string(given->size()) +
                        " numbers; expected " + std::to_string(count));
    }
    order = node.axes(*given, count);
  } else {
    for (std::size_t axis = count; axis-- > 0;) order.push_back(axis);
  }
  Extents permuted;
  for (const std::size_t axis : order) permuted.push_back(shape[axis]);
  return linear(std::move(permuted), {{permuted_part(shape, order), 0}});
}

OpResult depth_to_space(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const Index block = block_of(node, shape);
  const std::string mode = node.attributes.text("mode", "DCR");
  check_multiple("channels", shape[1], block * block);
  const Index depth = shape[1] / block / block;
  const Extents output = {shape[0], depth, shape[2] * block, shape[3] * block};
  if (mode == "DCR") {
    const Extents view = {shape[0], block, block, depth, shape[2], shape[3]};
    return linear(output, {{permuted_part(view, {0, 3, 4, 1, 5, 2}), 0}});
  }
  if (mode == "CRD") {
    const Extents view = {shape[0], depth, block, block, shape[2], shape[3]};
    return linear(output, {{permuted_part(view, {0, 1, 4, 2, 5, 3}), 0}});
  }
  throw FormatError("attribute 'mode' is '" + mode + "'; expected DCR or CRD");
}

OpResult space_to_depth(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const Index block = block_of(node, shape);
  check_multiple("rows", shape[2], block);
  check_multiple("columns", shape[3], block);
  const Extents view = {shape[0], shape[1], shape[2] / block, block, shape[3] / block, block};
  const Extents output = {shape[0], shape[1] * block * block, shape[2] / block, shape[3] / block};
  return linear(output, {{permuted_part(view, {0, 3, 5, 1, 2, 4}), 0}});
}

}  // namespace toeplix::onnx_detail
