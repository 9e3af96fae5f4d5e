#include "onnx/oracle/interpreter.hpp"

namespace toeplix::onnx_oracle {

namespace {

const ::onnx::GraphProto* branch_of(const ::onnx::NodeProto& node, const std::string& branch) {
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == branch) return &attribute.g();
  }
  return nullptr;
}

}  // namespace

/// Of an If whose condition is constant the branch that it takes; of another one both, and its
/// outputs have no value.
void Interpreter::take_if(const ::onnx::NodeProto& node, Scope& scope, const std::string& name) {
  ArrayPointer condition;
  try {
    condition = value(full_name(scope, node.input(0)));
  } catch (const Error&) {  // it depends on what is not known: on what is fed, therefore
  }
  if (condition != nullptr && condition->is_constant && condition->size() == 1) {
    take_branch(node, scope, name, condition->number(0) != 0 ? "then_branch" : "else_branch");
    return;
  }
  for (const char* branch : {"then_branch", "else_branch"}) {
    const ::onnx::GraphProto* graph = branch_of(node, branch);
    Scope& inner = scopes_.emplace_back(Scope{&scope, name + '/' + branch + '/'});
    if (graph != nullptr) walk(*graph, inner);
  }
}

void Interpreter::take_branch(const ::onnx::NodeProto& node, Scope& scope, const std::string& name,
                              const std::string& branch) {
  const ::onnx::GraphProto* graph = branch_of(node, branch);
  if (graph == nullptr) return;
  Scope& inner = scopes_.emplace_back(Scope{&scope, name + '/' + branch + '/'});
  for (int i = 0; i < node.output_size(); ++i) {
    if (node.output(i).empty()) continue;
    // A tensor that it gives twice has the first of the names.
    inner.outputs.emplace(graph->output(i).name(), own_name(scope, node.output(i)));
  }
  walk(*graph, inner);
  for (int i = 0; i < node.output_size(); ++i) {
    const std::string tensor = full_name(inner, graph->output(i).name());
    const bool is_named = node.output(i).empty() || tensor == own_name(scope, node.output(i));
    if (!is_named) pass_on(node, scope, tensor, node.output(i));
  }
}

void Interpreter::pass_on(const ::onnx::NodeProto& node, Scope& scope, const std::string& tensor,
                          const std::string& output) {
  ::onnx::NodeProto& identity = passing_.emplace_back();
  identity.set_op_type("Identity");
  identity.set_name(node.name());
  identity.add_input("passed on");
  identity.add_output(output);
  Scope& between = scopes_.emplace_back(Scope{nullptr, scope.prefix});
  between.names["passed on"] = tensor;
  between.outputs[output] = own_name(scope, output);
  take(identity, between);
  ++position_;
}

}  // namespace toeplix::onnx_oracle
