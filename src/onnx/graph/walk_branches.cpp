#include "onnx/graph/walk.hpp"
#include "onnx/graph/with_title.hpp"

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
    take_branch(step, number_at(*known, 0) != 0 ? "then_branch" : "else_branch");
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

void Walk::take_branch(Step& step, const char* branch) {
  const ::onnx::GraphProto& graph = branch_of(step.proto, branch, step.title);
  std::map<std::string, std::string> names;
  for (int i = 0; i < std::min(graph.output_size(), step.proto.output_size()); ++i) {
    const std::string& output = step.proto.output(i);
    if (!output.empty()) names.try_emplace(graph.output(i).name(), step.scope.full_name(output));
  }
  const std::vector<std::size_t> results = walk_branch(step, branch, std::move(names));
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string& output = step.proto.output(static_cast<int>(i));
    if (output.empty()) continue;
    Value& value = graph_.tensors[results[i]];
    if (value.name == step.scope.full_name(output)) {
      with_title(step.title, [&] { settle_shape(step.scope, output, value); });
      step.scope.tensors[output] = results[i];
    } else {
      step.scope.tensors[output] = pass_on(step, results[i], output);
    }
  }
}

std::size_t Walk::pass_on(Step& step, std::size_t tensor, const std::string& output) {
  ::onnx::NodeProto identity;
  identity.set_op_type("Identity");
  identity.set_name(step.proto.name());
  identity.add_input("passed on");
  identity.add_output(output);
  Scope scope{nullptr, step.scope.prefix, {{output, step.scope.full_name(output)}}};
  scope.tensors["passed on"] = tensor;
  const auto stated = step.scope.stated.find(output);
  if (stated != step.scope.stated.end()) scope.stated.insert(*stated);
  Step passing{identity, scope, "", step.title};
  passing.name = unique_name(passing);
  walk_node(passing);
  ++position_;
  return scope.tensors.at(output);
}

std::vector<std::size_t> Walk::walk_branch(Step& step, const char* branch,
                                           std::map<std::string, std::string> outputs) {
  ::onnx::GraphProto& graph = branch_of(step.proto, branch, step.title);
  if (graph.output_size() != step.proto.output_size()) {
    throw FormatError(step.title + ": " + branch + " gives " + std::to_string(graph.output_size()) +
                      " tensors for " + std::to_string(step.proto.output_size()) + " outputs");
  }
  if (graph.input_size() > 0) throw FormatError(step.title + ": " + branch + " has inputs");
  Scope scope{&step.scope, step.name + '/' + branch + '/', std::move(outputs)};
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
