#include "onnx/graph/walk.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

namespace {

::onnx::GraphProto& branch_of(::onnx::NodeProto& node, const std::string& name,
                              const std::string& title) {
  for (::onnx::AttributeProto& attribute : *node.mutable_attribute()) {
    if (attribute.name() == name && attribute.has_g()) return *attribute.mutable_g();
  }
  throw FormatError(title + ": attribute '" + name + "' is missing");
}

}  // namespace

void Walk::walk_if(Step& step) {
  const auto condition =
      step.proto.input_size() == 1 ? step.scope.find(step.proto.input(0)) : std::nullopt;
  if (!condition) throw FormatError(step.title + ": expected one input, the condition");
  const Constant known = graph_.tensors[*condition].constant;
  if (known != nullptr && known->size() == 1) {
    const char* branch = number_at(*known, 0) != 0 ? "then_branch" : "else_branch";
    const std::vector<std::size_t> results = walk_branch(step, branch);
    for (std::size_t i = 0; i < results.size(); ++i) {
      step.scope.tensors[step.proto.output(static_cast<int>(i))] = results[i];
    }
    return;
  }
  std::string problem;
  const auto first = try_branch(step, "then_branch", problem);
  // If neither goes with the shapes, the second says why.
  const auto second = first ? try_branch(step, "else_branch", problem)
                            : std::optional(walk_branch(step, "else_branch"));
  join_branches(step, first ? *first : *second, second ? *second : *first, problem);
}

std::optional<std::vector<std::size_t>> Walk::try_branch(Step& step, const char* branch,
                                                         std::string& problem) {
  try {
    return walk_branch(step, branch);
  } catch (const GeometryError& error) {
    problem = std::string("; its ") + branch + " does not go with the shapes: " + error.what();
    return std::nullopt;
  }
}

std::vector<std::size_t> Walk::walk_branch(Step& step, const char* branch) {
  ::onnx::GraphProto& graph = branch_of(step.proto, branch, step.title);
  if (graph.output_size() != step.proto.output_size()) {
    throw FormatError(step.title + ": " + branch + " gives " + std::to_string(graph.output_size()) +
                      " tensors for " + std::to_string(step.proto.output_size()) + " outputs");
  }
  if (graph.input_size() > 0) throw FormatError(step.title + ": " + branch + " has inputs");
  Scope scope{&step.scope, step.name + '/' + branch + '/'};
  walk_graph(graph, scope);
  std::vector<std::size_t> results;
  for (const ::onnx::ValueInfoProto& output : graph.output()) {
    const auto id = scope.find(output.name());
    if (!id) {
      throw FormatError(step.title + ": the output '" + output.name() + "' of " + branch +
                        " is missing; no node makes it");
    }
    results.push_back(*id);
  }
  return results;
}

void Walk::join_branches(Step& step, const std::vector<std::size_t>& first,
                         const std::vector<std::size_t>& second, const std::string& problem) {
  OpResult result{{}, "takes one of two branches, by a condition that is not constant" + problem};
  bool knows_shapes = true;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Value& one = graph_.tensors[first[i]];
    const Value& other = graph_.tensors[second[i]];
    knows_shapes = knows_shapes && one.shape && one.shape == other.shape;
    if (knows_shapes) result.forms.push_back({*one.shape, {}, {}});
    graph_.needed.insert(graph_.needed.end(), {first[i], second[i]});
  }
  take_other(step, OtherKind::nonlinear, std::move(result));
  for (std::size_t i = 0; i < first.size(); ++i) {
    const ElementType type = graph_.tensors[first[i]].type;
    const auto chosen = step.scope.find(step.proto.output(static_cast<int>(i)));
    if (chosen && type == graph_.tensors[second[i]].type) graph_.tensors[*chosen].type = type;
  }
}

}  // namespace toeplix::onnx_detail
