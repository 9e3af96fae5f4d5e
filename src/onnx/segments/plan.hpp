#pragma once

#include "onnx/graph/linear_graph.hpp"

#include <vector>

namespace toeplix::onnx_detail {

/// A tensor that something needs which is not linear, with the linear nodes that it comes from.
struct SegmentPlan {
  std::size_t output;               ///< a tensor
  std::vector<std::size_t> nodes;   ///< linear ones, ascending
  std::vector<std::size_t> inputs;  ///< tensors that no linear node makes, ascending
  bool is_chain;                    ///< every node reads the one before it, and nothing else
};

/// The segments of a graph, in the order of their last nodes.
std::vector<SegmentPlan> plan_segments(const LinearGraph& graph);

}  // namespace toeplix::onnx_detail
