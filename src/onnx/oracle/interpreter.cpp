#include "onnx/oracle/interpreter.hpp"

#include "onnx/oracle/decode.hpp"
#include "onnx/oracle/operators.hpp"

#include <algorithm>

namespace toeplix::onnx_oracle {

namespace {

Index opset_of(const ::onnx::ModelProto& model) {
  Index version = 1;
  for (const auto& opset : model.opset_import()) {
    if (opset.domain().empty() || opset.domain() == "ai.onnx") version = opset.version();
  }
  return version;
}

/// The tensors that a node reads, and those that graphs within it read from outside.
void add_read(const ::onnx::NodeProto& node, std::set<std::string>& read) {
  read.insert(node.input().begin(), node.input().end());
  for (const auto& attribute : node.attribute()) {
    std::set<std::string> inner;
    for (const auto& one : attribute.g().node()) add_read(one, inner);
    for (const auto& output : attribute.g().output()) inner.insert(output.name());
    for (const auto& one : attribute.g().node()) {
      for (const auto& output : one.output()) inner.erase(output);
    }
    for (const auto& tensor : attribute.g().initializer()) inner.erase(tensor.name());
    for (const auto& input : attribute.g().input()) inner.erase(input.name());
    read.merge(inner);
  }
}

/// The nodes, each as early as all that it reads is made.
std::vector<int> order_of(const ::onnx::GraphProto& graph) {
  std::set<std::string> to_be_made;
  for (const auto& node : graph.node()) {
    to_be_made.insert(node.output().begin(), node.output().end());
  }
  to_be_made.erase("");
  std::map<std::string, std::vector<int>> readers;
  std::vector<std::size_t> waits_for;
  std::set<int> ready;
  for (int number = 0; number < graph.node_size(); ++number) {
    std::set<std::string> read;
    add_read(graph.node(number), read);
    std::erase_if(read, [&](const std::string& name) { return !to_be_made.contains(name); });
    for (const std::string& name : read) readers[name].push_back(number);
    waits_for.push_back(read.size());
    if (read.empty()) ready.insert(number);
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int number = ready.extract(ready.begin()).value();
    order.push_back(number);
    for (const std::string& output : graph.node(number).output()) {
      for (const int reader : readers[output]) {
        if (--waits_for[static_cast<std::size_t>(reader)] == 0) ready.insert(reader);
      }
    }
  }
  if (order.size() < waits_for.size()) throw FormatError("the graph has a cycle");
  return order;
}

/// Whether the results are the same whatever is fed.
bool is_constant(const ::onnx::NodeProto& node, const std::vector<ArrayPointer>& inputs) {
  if (node.op_type() == "Shape" || node.op_type() == "Size") return true;
  return std::ranges::all_of(
      inputs, [](const ArrayPointer& input) { return input == nullptr || input->is_constant; });
}

void check_known(const KnownOperator* known, const Call& call) {
  const ::onnx::NodeProto& node = call.node;
  if (known == nullptr || !(node.domain().empty() || node.domain() == "ai.onnx")) {
    call.refuse("this operator");
  }
  for (const auto& attribute : node.attribute()) {
    if (!known->attributes.contains(attribute.name())) {
      call.refuse("the attribute '" + attribute.name() + '\'');
    }
  }
}

}  // namespace

Interpreter::Interpreter(const ::onnx::ModelProto& model, std::filesystem::path folder,
                         Index memory_budget)
    : model_(model), folder_(std::move(folder)), budget_{memory_budget}, opset_(opset_of(model)) {}

Array Interpreter::zeros(const Extents& shape) const {
  return make_array(::onnx::TensorProto::FLOAT, shape, budget_);
}

void Interpreter::feed(const std::string& name, Array array) {
  array.is_constant = false;
  keep(tensors_[name], std::move(array));
}

void Interpreter::keep(Tensor& tensor, Array array) {
  budget_.left -= 8 * budget_.ask(array.shape);
  tensor.value = std::make_shared<const Array>(std::move(array));
}

void Interpreter::run(const std::function<void(const std::string&)>& made) {
  made_ = made;
  walk(model_.graph(), scopes_.emplace_back(Scope{nullptr, ""}));
}

ArrayPointer Interpreter::value(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw Error("the oracle finds no tensor '" + name + '\'');
  const Tensor& tensor = found->second;
  if (tensor.value != nullptr) return tensor.value;
  if (tensor.initializer == nullptr) throw Error(tensor.problem);
  return std::make_shared<const Array>(decode(*tensor.initializer, folder_, budget_));
}

Array Interpreter::evaluate(const std::string& name, const Arrays& inputs) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end() || found->second.maker == nullptr) {
    throw Error("the oracle finds no node that makes '" + name + '\'');
  }
  const Tensor& tensor = found->second;
  std::vector<Array> outputs = apply(*tensor.maker, *tensor.scope, tensor.title, inputs);
  for (int i = 0; i < tensor.maker->output_size(); ++i) {
    const auto number = static_cast<std::size_t>(i);
    const bool is_it = full_name(*tensor.scope, tensor.maker->output(i)) == name;
    if (is_it && number < outputs.size()) return std::move(outputs[number]);
  }
  throw Error(tensor.title + ": the oracle does not know the output '" + name + '\'');
}

std::string Interpreter::full_name(const Scope& scope, const std::string& name) {
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    const auto found = at->names.find(name);
    if (found != at->names.end()) return found->second;
  }
  return "";
}

std::string Interpreter::own_name(const Scope& scope, const std::string& name) {
  const auto output = scope.outputs.find(name);
  return output == scope.outputs.end() ? scope.prefix + name : output->second;
}

void Interpreter::declare(const ::onnx::GraphProto& graph, Scope& scope) {
  for (const auto& initializer : graph.initializer()) {
    const std::string name = own_name(scope, initializer.name());
    scope.names[initializer.name()] = name;
    tensors_[name].initializer = &initializer;
  }
  for (const auto& input : graph.input()) {
    const std::string name = own_name(scope, input.name());
    scope.names[input.name()] = name;
    tensors_[name].problem = "the input '" + name + "' is not fed";
  }
}

void Interpreter::walk(const ::onnx::GraphProto& graph, Scope& scope) {
  declare(graph, scope);
  for (const int number : order_of(graph)) {
    take(graph.node(number), scope);
    ++position_;
  }
}

std::string Interpreter::unique_name(const ::onnx::NodeProto& node, const Scope& scope) {
  const std::string made_up = node.op_type() + '_' + std::to_string(position_);
  const std::string name = scope.prefix + (node.name().empty() ? made_up : node.name());
  std::string unique = name;
  for (int count = 2; !node_names_.insert(unique).second; ++count) {
    unique = name + '_' + std::to_string(count);
  }
  return unique;
}

bool Interpreter::is_fed(const ::onnx::NodeProto& node, const Scope& scope) const {
  return std::ranges::all_of(node.output(), [&](const std::string& output) {
    const auto tensor = tensors_.find(own_name(scope, output));
    return output.empty() || (tensor != tensors_.end() && tensor->second.value != nullptr);
  });
}

void Interpreter::take(const ::onnx::NodeProto& node, Scope& scope) {
  const std::string name = unique_name(node, scope);
  const std::string title = "node '" + name + "' (" + node.op_type() + ')';
  const bool was_fed = is_fed(node, scope);
  for (const std::string& output : node.output()) {
    if (output.empty()) continue;
    scope.names[output] = own_name(scope, output);
    Tensor& tensor = tensors_[scope.names[output]];
    tensor.maker = &node;
    tensor.scope = &scope;
    tensor.title = title;
    tensor.problem = title + ": the oracle does not know this output";
  }
  if (node.op_type() == "If") {
    take_if(node, scope, name);
    return;
  }
  if (was_fed) return;
  keep_outputs(node, scope, title);
  for (const std::string& output : node.output()) {
    if (!output.empty()) made_(own_name(scope, output));
  }
}

void Interpreter::keep_outputs(const ::onnx::NodeProto& node, const Scope& scope,
                               const std::string& title) {
  std::string problem;
  std::vector<Array> outputs;
  try {
    outputs = apply(node, scope, title, {});
    outputs.resize(std::min(outputs.size(), static_cast<std::size_t>(node.output_size())));
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const std::string& output = node.output(static_cast<int>(i));
      Tensor& tensor = tensors_[own_name(scope, output)];
      if (!output.empty() && tensor.value == nullptr) keep(tensor, std::move(outputs[i]));
    }
  } catch (const Error& error) {
    problem = error.what();
  }
  for (const std::string& output : node.output()) {
    if (!problem.empty() && !output.empty()) tensors_[own_name(scope, output)].problem = problem;
  }
}

std::vector<ArrayPointer> Interpreter::inputs_of(const ::onnx::NodeProto& node, const Scope& scope,
                                                 const Arrays& instead) const {
  std::vector<ArrayPointer> inputs;
  for (const std::string& input : node.input()) {
    const std::string name = full_name(scope, input);
    const auto given = instead.find(name);
    if (given != instead.end()) {
      inputs.push_back(given->second);
    } else {
      inputs.push_back(input.empty() ? nullptr : value(name));
    }
  }
  while (!inputs.empty() && inputs.back() == nullptr) inputs.pop_back();
  return inputs;
}

std::vector<Array> Interpreter::apply(const ::onnx::NodeProto& node, const Scope& scope,
                                      const std::string& title, const Arrays& instead) const {
  Call call{node, opset_, inputs_of(node, scope, instead), budget_, folder_};
  try {
    const KnownOperator* known = operator_of(node.op_type());
    check_known(known, call);
    std::vector<Array> outputs = known->apply(call);
    for (Array& output : outputs) {
      output.is_constant = is_constant(node, call.inputs);
      if (output.is_constant) round_to_type(output);
      // What an input has, and was copied, belongs to another node.
      if (!known->makes_magnitudes) output.magnitudes.clear();
    }
    return outputs;
  } catch (const CapacityError& error) {
    throw CapacityError(title + ": " + error.what(), error.cause());
  } catch (const Error& error) {
    throw FormatError(title + ": " + error.what());
  }
}

}  // namespace toeplix::onnx_oracle
