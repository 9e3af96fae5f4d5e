#pragma once

#include <onnx/onnx_pb.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace toeplix::onnx_detail {

/// What messages call a node: `node 'conv1' (Conv)`, or by its number if it has no name.
std::string node_title(const ::onnx::NodeProto& node, int number);

/// The tensors that a node reads, and those that the graphs in it read from outside.
std::set<std::string> tensors_read(const ::onnx::NodeProto& node);

/// The numbers of a graph's nodes so that every node comes behind those that it reads from, and
/// otherwise in the order of the file. `is_known` says whether a tensor is there without a node.
/// Throws FormatError, with the node's name, for a tensor that nothing makes, one that is made
/// twice, and a cycle.
std::vector<int> sorted_nodes(const ::onnx::GraphProto& graph,
                              const std::function<bool(const std::string&)>& is_known);

}  // namespace toeplix::onnx_detail
