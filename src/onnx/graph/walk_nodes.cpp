#include "core/base/integer_math.hpp"
#include "onnx/graph/sort.hpp"
#include "onnx/graph/walk.hpp"
#include "onnx/graph/with_title.hpp"
#include "onnx/ops/fold.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

namespace {

bool is_own_domain(const std::string& domain) {
  return domain.empty() || domain == "ai.onnx";
}

/// What an input is called that must be constant but is not; empty if there is none.
std::string free_input(const OpRule& rule, const NodeContext& node) {
  for (const std::size_t input : rule.constant_inputs) {
    if (node.has(input) && node.inputs[input]->constant == nullptr) return node.inputs[input]->name;
  }
  return "";
}

bool all_constant(const NodeContext& node) {
  return std::ranges::all_of(node.inputs, [](const Value* input) {
    return input == nullptr || input->constant != nullptr;
  });
}

}  // namespace

void Walk::walk_node(Step& step) {
  const ::onnx::NodeProto& proto = step.proto;
  if (proto.output_size() == 0) throw FormatError(step.title + ": has no outputs");
  if (!is_own_domain(proto.domain())) {
    take_other(step, OtherKind::unknown,
               {{}, "is of the domain '" + proto.domain() + "', whose operators are not known"});
    return;
  }
  if (proto.op_type() == "Constant") {
    with_title(step.title, [&] { take_constant(step); });
    return;
  }
  if (proto.op_type() == "If") {
    walk_if(step);
    return;
  }
  const OpRule* rule = rule_of(proto.op_type());
  const Index opset = graph_.opset;
  if (rule == nullptr || opset < rule->since || opset > rule->until) {
    take_other(step, OtherKind::unknown,
               {{}, "its operator is not known in operator set " + std::to_string(opset)});
    return;
  }
  with_title(step.title, [&] { walk_known(step, *rule); });
}

void Walk::walk_known(Step& step, const OpRule& rule) {
  const NodeContext node = context_of(step);
  check_rule(rule, node);
  const bool knows_shapes = std::ranges::all_of(
      node.inputs, [](const Value* input) { return input == nullptr || input->shape; });
  // A node that is surely not linear may have inputs of any shape.
  const ElementType type = node.has(0) ? node.input(0).type : ElementType::unknown;
  const bool is_real = type == ElementType::unknown || is_floating(type);
  if (!knows_shapes && !(rule.may_be_linear && is_real)) {
    take_other(step, OtherKind::nonlinear, {{}, "is not linear"});
    return;
  }
  if (Constant folded = fold(node)) {
    Value value{.type = folded->type, .shape = folded->shape, .constant = folded};
    add_tensor(step.scope, step.proto.output(0), std::move(value));
    return;
  }
  if (!rule.takes_empty && node.has(0) && node.input(0).shape && is_empty(*node.input(0).shape)) {
    take_other(step, OtherKind::nonlinear,
               {{}, "its input '" + node.input(0).name + "' has no elements"});
    return;
  }
  const std::string free = free_input(rule, node);
  if (!free.empty()) {
    take_other(step, OtherKind::nonlinear, {{}, "its input '" + free + "' is not constant"});
    return;
  }
  take_result(step, node, rule.apply(node));
}

NodeContext Walk::context_of(const Step& step) {
  NodeContext node{step.proto, Attributes(step.proto), graph_.opset, {},
                   budget_,    options_.resources};
  for (const std::string& name : step.proto.input()) {
    const auto id = name.empty() ? std::nullopt : step.scope.find(name);
    node.inputs.push_back(id ? &graph_.tensors[*id] : nullptr);
  }
  // Inputs that are left out at the end are none.
  while (!node.inputs.empty() && node.inputs.back() == nullptr) node.inputs.pop_back();
  return node;
}

void Walk::take_constant(Step& step) {
  ::onnx::NodeProto& proto = step.proto;
  if (proto.attribute_size() != 1 || proto.output_size() != 1) {
    throw FormatError("expected one attribute and one output");
  }
  ::onnx::AttributeProto& attribute = *proto.mutable_attribute(0);
  const Attributes attributes(proto);
  Constant constant;
  if (attribute.name() == "value" && attribute.has_t()) {
    constant = decode_tensor(*attribute.mutable_t(), "its tensor", folder_, budget_);
  } else if (attribute.name() == "value_float") {
    const float number = attribute.f();
    constant = std::make_shared<const Tensor>(
        Tensor{ElementType::float32, {}, std::vector<float>{number}});
  } else if (attribute.name() == "value_floats") {
    std::vector<float> numbers = *attributes.numbers("value_floats");
    const auto count = static_cast<Index>(numbers.size());
    constant =
        std::make_shared<const Tensor>(Tensor{ElementType::float32, {count}, std::move(numbers)});
  } else if (attribute.name() == "value_int") {
    constant = std::make_shared<const Tensor>(
        Tensor{ElementType::int64, {}, std::vector<std::int64_t>{attribute.i()}});
  } else if (attribute.name() == "value_ints") {
    const Extents numbers = *attributes.wholes("value_ints");
    constant = make_wholes({numbers.begin(), numbers.end()});
  }
  if (constant == nullptr) {
    take_other(step, OtherKind::nonlinear,
               {{}, "its attribute '" + attribute.name() + "' has no numbers"});
    return;
  }
  Value value{.type = constant->type, .shape = constant->shape, .constant = constant};
  add_tensor(step.scope, proto.output(0), std::move(value));
}

void Walk::take_result(Step& step, const NodeContext& node, OpResult result) {
  ElementType type = result.type;
  if (type == ElementType::unknown && node.has(0)) type = node.input(0).type;
  result.type = type;
  const bool is_constant = result.not_linear.empty() && all_constant(node);
  if (result.not_linear.empty() && !is_constant && type != ElementType::unknown &&
      !is_floating(type)) {
    result.not_linear = "its elements are of type " + to_string(type);
  }
  if (!result.not_linear.empty()) {
    take_other(step, OtherKind::nonlinear, std::move(result));
    return;
  }
  take_linear(step, node, result);
}

void Walk::take_linear(Step& step, const NodeContext& node, const OpResult& result) {
  const auto outputs = static_cast<std::size_t>(step.proto.output_size());
  for (std::size_t i = 0; i < outputs; ++i) {
    const std::string& output = step.proto.output(static_cast<int>(i));
    if (output.empty()) continue;
    Value value{.type = result.type, .maker = step.title};
    if (i >= result.forms.size()) {
      value.type = ElementType::unknown;
      add_tensor(step.scope, output, std::move(value));
      continue;
    }
    LinearNode linear{step.name, step.proto.op_type(), position_, result.forms[i], {}, 0};
    if (outputs > 1 && result.forms.size() > 1) linear.name += '[' + std::to_string(i) + ']';
    resolve_terms(step, node, linear);
    value.shape = linear.form.shape;
    const auto count = element_count(linear.form.shape);
    if (!count) {
      throw FormatError("the output '" + output + "' of shape " + shape_text(linear.form.shape) +
                        " has more elements than 64 bits count");
    }
    const bool is_constant = all_constant(node) || *count == 0;
    if (is_constant) {
      budget_.ask("constant '" + output + '\'', detail::checked_product(count, 8));
      // What only passes a constant on, shares it.
      value.constant = all_constant(node) && step.proto.op_type() == "Identity"
                           ? node.inputs[0]->constant
                           : evaluate(linear.form, result.type, options_.resources);
    }
    linear.output = add_tensor(step.scope, output, std::move(value));
    if (!is_constant) graph_.linear.push_back(std::move(linear));
  }
}

void Walk::resolve_terms(const Step& step, const NodeContext& node, LinearNode& linear) const {
  for (Term& term : linear.form.terms) {
    if (term.constant == nullptr) term.constant = node.inputs[term.input]->constant;
    if (term.constant != nullptr) continue;
    const std::size_t id = *step.scope.find(step.proto.input(static_cast<int>(term.input)));
    const auto place = std::ranges::find(linear.inputs, id);
    term.input = static_cast<std::size_t>(place - linear.inputs.begin());
    if (place == linear.inputs.end()) linear.inputs.push_back(id);
  }
}

void Walk::take_other(Step& step, OtherKind kind, OpResult result) {
  OtherNode node{step.name, step.proto.op_type(), step.proto.domain(),
                 position_, ids_read(step),       {},
                 kind,      result.not_linear};
  for (int i = 0; i < step.proto.output_size(); ++i) {
    const std::string& output = step.proto.output(i);
    if (output.empty()) continue;
    Value value{.maker = step.title};
    const auto number = static_cast<std::size_t>(i);
    const bool is_known = number < result.forms.size();
    if (is_known) value.shape = result.forms[number].shape;
    if (is_known || i == 0) value.type = result.type;
    node.outputs.push_back(add_tensor(step.scope, output, std::move(value)));
  }
  graph_.others.push_back(std::move(node));
}

}  // namespace toeplix::onnx_detail
