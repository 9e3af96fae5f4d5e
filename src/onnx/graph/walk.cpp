#include "onnx/graph/walk.hpp"

#include <toeplix/error.hpp>

#include "onnx/graph/sort.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

namespace {

constexpr Index last_opset = 21;

Index opset_of(const ::onnx::ModelProto& model) {
  std::optional<Index> version;
  for (const ::onnx::OperatorSetIdProto& opset : model.opset_import()) {
    if (opset.domain().empty() || opset.domain() == "ai.onnx") version = opset.version();
  }
  if (!version) throw FormatError("the model does not say which operator set it uses");
  if (*version >= 1 && *version <= last_opset) return *version;
  throw FormatError("the model uses operator set " + std::to_string(*version) +
                    "; what is known are 7 to 21, and of those before what has not changed");
}

bool has_input(const ::onnx::GraphProto& graph, const std::string& name) {
  return std::ranges::any_of(graph.input(),
                             [&](const auto& input) { return input.name() == name; });
}

/// `its inputs are 'x', 'y'`: those that have no numbers in the model.
std::string inputs_text(const ::onnx::GraphProto& graph) {
  std::set<std::string> constants;
  for (const ::onnx::TensorProto& tensor : graph.initializer()) constants.insert(tensor.name());
  std::string names;
  for (const ::onnx::ValueInfoProto& input : graph.input()) {
    if (constants.contains(input.name())) continue;
    names += (names.empty() ? "'" : ", '") + input.name() + '\'';
  }
  return names.empty() ? "it has no inputs" : "its inputs are " + names;
}

/// `{"x", {1, 3, 8, 8}}`, as the caller would write it.
std::string example_shape(const std::string& name, const Stated& stated) {
  std::string numbers;
  if (!stated.extents) numbers = "...";
  for (const StatedExtent& extent : stated.extents.value_or(std::vector<StatedExtent>())) {
    numbers += (numbers.empty() ? "" : ",") + std::to_string(extent.number.value_or(1));
  }
  return name + '=' + numbers;
}

}  // namespace

LinearGraph Walk::run(::onnx::ModelProto& model) {
  check_options();
  graph_.opset = opset_of(model);
  ::onnx::GraphProto& graph = *model.mutable_graph();
  inputs_ = inputs_text(graph);
  Scope scope;
  walk_graph(graph, scope);
  for (const ::onnx::ValueInfoProto& output : graph.output()) {
    const auto id = scope.find(output.name());
    if (!id) {
      throw FormatError("the output '" + output.name() +
                        "' of the model is missing; no node makes it");
    }
    graph_.outputs.push_back(*id);
  }
  for (const auto& [name, shape] : options_.shapes) {
    if (given_.contains(name)) continue;
    throw Error("shapes: there is no tensor '" + name + "' in the model; " + inputs_);
  }
  return std::move(graph_);
}

void Walk::check_options() const {
  for (const auto& [name, shape] : options_.shapes) {
    for (const Index extent : shape) {
      if (extent >= 1) continue;
      throw GeometryError("shapes: '" + name + "' has the extent " + std::to_string(extent) +
                          "; it must be at least 1");
    }
  }
}

void Walk::walk_graph(::onnx::GraphProto& graph, Scope& scope) {
  for (const auto* list : {&graph.value_info(), &graph.output(), &graph.input()}) {
    for (const ::onnx::ValueInfoProto& info : *list) {
      const Stated stated = stated_of(info);
      if (stated.extents || !scope.stated.contains(info.name())) scope.stated[info.name()] = stated;
    }
  }
  read_initializers(graph, scope);
  read_inputs(graph, scope);
  const auto here = [&](const std::string& name) { return scope.tensors.contains(name); };
  const auto outside = [&](const std::string& name) {
    return scope.outer != nullptr && scope.outer->find(name);
  };
  for (const int number : sorted_nodes(graph, here, outside)) {
    ::onnx::NodeProto& node = *graph.mutable_node(number);
    Step step{node, scope, "", ""};
    step.name = unique_name(step);
    step.title = "node '" + step.name + "' (" + node.op_type() + ", operator set " +
                 std::to_string(graph_.opset) + ')';
    walk_node(step);
    ++position_;
  }
}

void Walk::read_initializers(::onnx::GraphProto& graph, Scope& scope) {
  if (graph.sparse_initializer_size() > 0) {
    throw FormatError("the model has sparse initializers, which are not read");
  }
  for (::onnx::TensorProto& proto : *graph.mutable_initializer()) {
    const std::string what = "initializer '" + proto.name() + '\'';
    if (scope.tensors.contains(proto.name())) throw FormatError(what + " is there twice");
    Value value{.name = scope.full_name(proto.name())};
    value.type = static_cast<ElementType>(proto.data_type());
    value.shape = Extents(proto.dims().begin(), proto.dims().end());
    if (options_.shapes.contains(value.name)) {
      // Whoever gives the shape of one that is an input as well, wants it as an input.
      if (has_input(graph, proto.name())) continue;
      throw Error("shapes: '" + value.name + "' is an initializer of the shape " +
                  shape_text(*value.shape) + ", and no input of the model; " + inputs_);
    }
    value.constant = decode_tensor(proto, what, folder_, budget_);
    add_tensor(scope, proto.name(), std::move(value));
  }
}

void Walk::read_inputs(const ::onnx::GraphProto& graph, Scope& scope) {
  for (const ::onnx::ValueInfoProto& input : graph.input()) {
    const auto there = scope.tensors.find(input.name());
    if (there != scope.tensors.end()) {
      // An initializer is the default of an input.
      const bool is_twice = std::ranges::find(graph_.inputs, there->second) != graph_.inputs.end();
      if (!is_twice) continue;
      throw FormatError("the input '" + input.name() + "' is there twice");
    }
    Value value{.name = scope.full_name(input.name())};
    const Stated& stated = scope.stated[input.name()];
    value.type = stated.type;
    const std::size_t id = add_tensor(scope, input.name(), std::move(value));
    graph_.inputs.push_back(id);
    if (graph_.tensors[id].shape || stated.type == ElementType::no_tensor) continue;
    throw GeometryError("the input '" + input.name() + "' has the free shape " + stated.text() +
                        "; give it in shapes, such as " + example_shape(input.name(), stated));
  }
}

std::size_t Walk::add_tensor(Scope& scope, const std::string& name, Value value) {
  settle_shape(scope, name, value);
  if (value.name.empty()) value.name = scope.full_name(name);
  // Whatever makes a tensor without elements: there is no number that could depend on anything.
  if (value.constant == nullptr && value.shape && is_empty(*value.shape)) {
    value.constant = make_empty(value.type, *value.shape);
  }
  if (options_.shapes.contains(value.name)) given_.insert(value.name);
  graph_.tensors.push_back(std::move(value));
  const std::size_t id = graph_.tensors.size() - 1;
  scope.tensors[name] = id;
  return id;
}

void Walk::settle_shape(Scope& scope, const std::string& name, Value& value) const {
  const auto stated = scope.stated.find(name);
  if (stated != scope.stated.end()) {
    if (value.type == ElementType::unknown) value.type = stated->second.type;
    if (value.shape && !stated->second.fits(*value.shape)) {
      throw GeometryError("'" + name + "' has the shape " + shape_text(*value.shape) +
                          ", but the model states " + stated->second.text());
    }
    if (!value.shape) value.shape = stated->second.shape();
  }
  const auto given = options_.shapes.find(scope.full_name(name));
  if (given == options_.shapes.end()) return;
  const bool fits = stated == scope.stated.end() || stated->second.fits(given->second);
  if (!fits || value.shape.value_or(given->second) != given->second) {
    throw GeometryError(
        "shapes: '" + given->first + "' is given as " + shape_text(given->second) + ", but is " +
        (value.shape ? shape_text(*value.shape) : stated->second.text()) + " in the model");
  }
  value.shape = given->second;
}

std::string Walk::unique_name(const Step& step) {
  const std::string& given = step.proto.name();
  const std::string made_up = step.proto.op_type() + '_' + std::to_string(position_);
  const std::string name = step.scope.prefix + (given.empty() ? made_up : given);
  std::string unique = name;
  // The number of copies is kept, so that many nodes of one name take no time.
  while (!names_.insert(unique).second) unique = name + '_' + std::to_string(++copies_[name] + 1);
  return unique;
}

std::vector<std::size_t> Walk::ids_read(const Step& step) const {
  std::vector<std::size_t> ids;
  // The branches of an If are walked by themselves, and read what they read by themselves.
  const auto& own = step.proto.input();
  const std::set<std::string> names = step.proto.op_type() == "If"
                                          ? std::set<std::string>(own.begin(), own.end())
                                          : tensors_read(step.proto);
  for (const std::string& name : names) {
    const auto id = step.scope.find(name);
    if (id && graph_.tensors[*id].constant == nullptr) ids.push_back(*id);
  }
  return ids;
}

}  // namespace toeplix::onnx_detail
