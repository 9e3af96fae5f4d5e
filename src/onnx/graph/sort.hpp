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

/// Whether a tensor of that name is somewhere.
using TensorTest = std::function<bool(const std::string&)>;

/// The numbers of a graph's nodes so that every node comes behind those that it reads from, and
/// otherwise in the order of the file. Tensors that are `here` are there without a node, and so
/// are those `outside`, whose names a node of the graph may take for its own.
/// Throws FormatError, with the node's name, for a tensor that nothing makes, one that is made
/// twice, and a cycle.
std::vector<int> sorted_nodes(const ::onnx::GraphProto& graph, const TensorTest& here,
                              const TensorTest& outside);

}  // namespace toeplix::onnx_detail
