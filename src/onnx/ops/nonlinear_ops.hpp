#pragma once

#include "onnx/ops/node_context.hpp"

/// The shapes of nodes that are not linear.
namespace toeplix::onnx_detail {

/// Element by element, or so that the first input's shape stays.
OpResult elementwise(const NodeContext& node);
/// All inputs broadcast against one another.
OpResult broadcast(const NodeContext& node);
/// The same, with truth values.
OpResult comparison(const NodeContext& node);
/// Where: the second and third input have the type.
OpResult choice(const NodeContext& node);
/// The second input has the shape.
OpResult like_second(const NodeContext& node);
/// ReduceMax and others.
OpResult other_reduction(const NodeContext& node);
/// ArgMax and ArgMin.
OpResult arg_reduction(const NodeContext& node);
/// GlobalMaxPool and GlobalLpPool.
OpResult global_pool(const NodeContext& node);
/// LSTM, GRU and RNN.
OpResult recurrent(const NodeContext& node);
/// What has no shape that is known.
OpResult shapeless(const NodeContext& node);

}  // namespace toeplix::onnx_detail
