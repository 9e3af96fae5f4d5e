#include "onnx/ops/fold_elements.hpp"

#include "core/base/integer_math.hpp"
#include "onnx/ops/steps.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace toeplix::onnx_detail {

namespace {

using Wholes = std::vector<std::int64_t>;
using OneNumber = double (*)(double);
using TwoNumbers = double (*)(double, double);
using TwoWholes = std::optional<Index> (*)(Index, Index);

const std::map<std::string, OneNumber> unary = {
    {"Abs", [](double a) { return std::abs(a); }},
    {"Ceil", [](double a) { return std::ceil(a); }},
    {"Exp", [](double a) { return std::exp(a); }},
    {"Floor", [](double a) { return std::floor(a); }},
    {"Log", [](double a) { return std::log(a); }},
    {"Not", [](double a) { return static_cast<double>(a == 0); }},
    {"Reciprocal", [](double a) { return 1 / a; }},
    {"Relu", [](double a) { return std::max(a, 0.0); }},
    {"Round", [](double a) { return std::nearbyint(a); }},
    {"Sqrt", [](double a) { return std::sqrt(a); }},
};

const std::map<std::string, TwoNumbers> binary = {
    {"Div", [](double a, double b) { return a / b; }},
    {"Max", [](double a, double b) { return std::max(a, b); }},
    {"Min", [](double a, double b) { return std::min(a, b); }},
    {"Mul", [](double a, double b) { return a * b; }},
    {"Pow", [](double a, double b) { return std::pow(a, b); }},
};

const std::map<std::string, TwoNumbers> comparisons = {
    {"And", [](double a, double b) { return static_cast<double>(a != 0 && b != 0); }},
    {"Equal", [](double a, double b) { return static_cast<double>(a == b); }},
    {"Greater", [](double a, double b) { return static_cast<double>(a > b); }},
    {"GreaterOrEqual", [](double a, double b) { return static_cast<double>(a >= b); }},
    {"Less", [](double a, double b) { return static_cast<double>(a < b); }},
    {"LessOrEqual", [](double a, double b) { return static_cast<double>(a <= b); }},
    {"Or", [](double a, double b) { return static_cast<double>(a != 0 || b != 0); }},
    {"Xor", [](double a, double b) { return static_cast<double>((a != 0) != (b != 0)); }},
};

/// Of whole numbers, without rounding. Nothing beyond 64 bits, and for a quotient by zero.
const std::map<std::string, TwoWholes> binary_of_wholes = {
    {"Div",
     [](Index a, Index b) {
       return b == 0 || b == -1 ? detail::checked_product(a, b == 0 ? std::optional<Index>() : b)
                                : std::optional<Index>(a / b);
     }},
    {"Max", [](Index a, Index b) { return std::optional<Index>(std::max(a, b)); }},
    {"Min", [](Index a, Index b) { return std::optional<Index>(std::min(a, b)); }},
    {"Mod",
     [](Index a, Index b) {
       if (b == 0) return std::optional<Index>();
       const Index rest = b == -1 ? 0 : a % b;
       return std::optional<Index>(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
     }},
    {"Mul", [](Index a, Index b) { return detail::checked_product(a, b); }},
};

Constant fold_unary(const NodeContext& node, OneNumber function) {
  const Tensor& tensor = node.numbers(0);
  std::vector<double> numbers;
  for (Index at = 0; at < tensor.size(); ++at) numbers.push_back(function(number_at(tensor, at)));
  return typed_tensor(tensor.type, tensor.shape, numbers);
}

/// Two constants broadcast against one another.
struct Pair {
  const Tensor& a;
  const Tensor& b;
  Extents shape;
  std::vector<Extents> steps;
};

Pair pair_of(const NodeContext& node) {
  const Tensor& a = node.numbers(0);
  const Tensor& b = node.numbers(1);
  Extents shape = broadcast_shape(a.shape, b.shape);
  node.budget.ask("a constant " + shape_text(shape),
                  detail::checked_product(element_count(shape), 8));
  std::vector<Extents> steps = {broadcast_steps(a.shape, shape), broadcast_steps(b.shape, shape)};
  return {a, b, std::move(shape), std::move(steps)};
}

Constant fold_binary(const NodeContext& node, TwoNumbers function, ElementType type) {
  const Pair pair = pair_of(node);
  std::vector<double> numbers;
  for_each_place(pair.shape, pair.steps, [&](Index, const Extents& places) {
    numbers.push_back(function(number_at(pair.a, places[0]), number_at(pair.b, places[1])));
  });
  return typed_tensor(type == ElementType::unknown ? pair.a.type : type, pair.shape, numbers);
}

Constant fold_wholes(const NodeContext& node, TwoWholes function) {
  const Pair pair = pair_of(node);
  const auto* a = std::get_if<Wholes>(&pair.a.values);
  const auto* b = std::get_if<Wholes>(&pair.b.values);
  if (a == nullptr || b == nullptr) throw FormatError("mixes whole numbers with others");
  Wholes numbers;
  for_each_place(pair.shape, pair.steps, [&](Index, const Extents& places) {
    const auto number = function((*a)[static_cast<std::size_t>(places[0])],
                                 (*b)[static_cast<std::size_t>(places[1])]);
    if (!number) throw FormatError("divides by zero, or exceeds 64 bits");
    numbers.push_back(*number);
  });
  return std::make_shared<const Tensor>(Tensor{pair.a.type, pair.shape, std::move(numbers)});
}

Constant fold_where(const NodeContext& node) {
  const std::vector<const Tensor*> inputs = {&node.numbers(0), &node.numbers(1), &node.numbers(2)};
  Extents shape = broadcast_shape(inputs[0]->shape, inputs[1]->shape);
  shape = broadcast_shape(shape, inputs[2]->shape);
  node.budget.ask("a constant " + shape_text(shape),
                  detail::checked_product(element_count(shape), 8));
  std::vector<Extents> steps;
  for (const Tensor* input : inputs) steps.push_back(broadcast_steps(input->shape, shape));
  std::vector<double> numbers;
  for_each_place(shape, steps, [&](Index, const Extents& places) {
    const std::size_t chosen = number_at(*inputs[0], places[0]) != 0 ? 1 : 2;
    numbers.push_back(number_at(*inputs[chosen], places[chosen]));
  });
  return typed_tensor(inputs[1]->type, shape, numbers);
}

}  // namespace

Constant typed_tensor(ElementType type, Extents shape, const std::vector<double>& numbers) {
  if (type == ElementType::float64) {
    return std::make_shared<const Tensor>(Tensor{type, std::move(shape), numbers});
  }
  if (is_whole(type)) {
    Wholes wholes;
    for (const double number : numbers) {
      if (!(std::abs(number) <= 0x1p53) || number != std::nearbyint(number)) {
        throw FormatError("makes a number that is not whole, or exceeds 2^53");
      }
      wholes.push_back(static_cast<std::int64_t>(number));
    }
    return std::make_shared<const Tensor>(Tensor{type, std::move(shape), std::move(wholes)});
  }
  std::vector<float> floats;
  for (const double number : numbers) floats.push_back(rounded_to(type, number));
  return std::make_shared<const Tensor>(Tensor{type, std::move(shape), std::move(floats)});
}

Constant fold_elements(const NodeContext& node) {
  const std::string& op = node.op();
  if (node.inputs.size() == 1) {
    const auto found = unary.find(op);
    return found != unary.end() ? fold_unary(node, found->second) : nullptr;
  }
  if (op == "Where") return fold_where(node);
  if (node.inputs.size() != 2) return nullptr;
  if (const auto found = comparisons.find(op); found != comparisons.end()) {
    return fold_binary(node, found->second, ElementType::boolean);
  }
  if (is_whole(node.input(0).type)) {
    const auto found = binary_of_wholes.find(op);
    return found != binary_of_wholes.end() ? fold_wholes(node, found->second) : nullptr;
  }
  const auto found = binary.find(op);
  return found != binary.end() ? fold_binary(node, found->second, ElementType::unknown) : nullptr;
}

}  // namespace toeplix::onnx_detail
