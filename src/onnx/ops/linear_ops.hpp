#pragma once

#include "onnx/ops/node_context.hpp"

/// One function per operator that is linear in some inputs: the forms of its outputs, or their
/// shapes and why it is not linear. They throw GeometryError and FormatError, without the node's
/// name; and are called only if the inputs that `OpRule` wants constant are.
namespace toeplix::onnx_detail {

OpResult convolution(const NodeContext& node);
OpResult transposed_convolution(const NodeContext& node);

OpResult average_pool(const NodeContext& node);
OpResult global_average_pool(const NodeContext& node);
OpResult max_pool(const NodeContext& node);

OpResult gemm(const NodeContext& node);
OpResult matmul(const NodeContext& node);

OpResult add(const NodeContext& node);
OpResult subtract(const NodeContext& node);
OpResult multiply(const NodeContext& node);
OpResult divide(const NodeContext& node);
OpResult negate(const NodeContext& node);
OpResult sum_of_inputs(const NodeContext& node);
OpResult mean_of_inputs(const NodeContext& node);
OpResult same(const NodeContext& node);
OpResult cast(const NodeContext& node);
OpResult dropout(const NodeContext& node);
OpResult batch_normalization(const NodeContext& node);

OpResult pad(const NodeContext& node);
OpResult resize(const NodeContext& node);

OpResult reshape(const NodeContext& node);
OpResult flatten(const NodeContext& node);
OpResult squeeze(const NodeContext& node);
OpResult unsqueeze(const NodeContext& node);

OpResult transpose(const NodeContext& node);
OpResult depth_to_space(const NodeContext& node);
OpResult space_to_depth(const NodeContext& node);

OpResult slice(const NodeContext& node);
OpResult split(const NodeContext& node);
OpResult concat(const NodeContext& node);
OpResult gather(const NodeContext& node);
OpResult expand(const NodeContext& node);
OpResult tile(const NodeContext& node);

OpResult reduce_sum(const NodeContext& node);
OpResult reduce_mean(const NodeContext& node);

}  // namespace toeplix::onnx_detail
