#include "onnx/ops/fold.hpp"

#include "core/base/integer_math.hpp"
#include "onnx/ops/fold_elements.hpp"
#include "onnx/ops/reductions.hpp"
#include "onnx/ops/steps.hpp"
#include "onnx/schema/decode_tensor.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace toeplix::onnx_detail {

namespace {

using Wholes = std::vector<std::int64_t>;

/// Shape: from opset 15 on a part of it.
Constant fold_shape(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const auto count = static_cast<Index>(shape.size());
  const auto within = [&](Index number) {
    return std::clamp<Index>(number < 0 ? number + count : number, 0, count);
  };
  const Index start = within(node.attributes.whole("start", 0));
  const Index end = within(node.attributes.whole("end", count));
  if (end <= start) return make_wholes({});
  return make_wholes({shape.begin() + start, shape.begin() + end});
}

Constant fold_size(const NodeContext& node) {
  const auto count = element_count(node.shape(0));
  if (!count) throw FormatError("the number of elements exceeds 64 bits");
  return std::make_shared<const Tensor>(Tensor{ElementType::int64, {}, Wholes{*count}});
}

Constant fold_constant_of_shape(const NodeContext& node) {
  const Extents shape = node.wholes(0).value_or(Extents());
  const auto count = element_count(shape);
  const bool is_shape = std::ranges::all_of(shape, [](Index extent) { return extent >= 0; });
  if (!is_shape || !count) throw FormatError("there is no shape " + shape_text(shape));
  node.budget.ask("the tensor " + shape_text(shape), detail::checked_product(count, 8));
  const auto length = static_cast<std::size_t>(*count);
  const ::onnx::AttributeProto* attribute = node.attributes.find("value");
  if (attribute == nullptr) {
    return std::make_shared<const Tensor>(
        Tensor{ElementType::float32, shape, std::vector<float>(length, 0)});
  }
  ::onnx::TensorProto proto = attribute->t();
  const Constant value = decode_tensor(proto, "attribute 'value'", {}, node.budget);
  if (value == nullptr || value->size() != 1)
    throw FormatError("attribute 'value' is not one number");
  Tensor::Values values = std::visit(
      [&](const auto& list) -> Tensor::Values {
        return std::decay_t<decltype(list)>(length, list.front());
      },
      value->values);
  return std::make_shared<const Tensor>(Tensor{value->type, shape, std::move(values)});
}

Constant fold_range(const NodeContext& node) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (node.numbers(i).size() != 1) throw FormatError("the ends are not single numbers");
  }
  const double start = number_at(node.numbers(0), 0);
  const double limit = number_at(node.numbers(1), 0);
  const double delta = number_at(node.numbers(2), 0);
  const double length = std::max(0.0, std::ceil((limit - start) / delta));
  if (!(length < 0x1p31)) throw FormatError("the range has too many numbers");
  node.budget.ask("the range", static_cast<Index>(8 * length));
  const ElementType type = node.input(0).type;
  std::vector<double> numbers;
  for (double i = 0; i < length; ++i) numbers.push_back(start + i * delta);
  return typed_tensor(type, {static_cast<Index>(length)}, numbers);
}

/// ReduceProd, ReduceMax, ReduceMin of constants; nothing if there is no such number.
Constant fold_reduction(const NodeContext& node) {
  const Tensor& tensor = node.numbers(0);
  const Reduction reduction = read_reduction(node, 18);
  Extents kept = tensor.shape;
  for (std::size_t axis = 0; axis < kept.size(); ++axis) {
    if (reduction.over[axis]) kept[axis] = 1;
  }
  const std::string& op = node.op();
  const double first = op == "ReduceProd" ? 1 : op == "ReduceMax" ? -HUGE_VAL : HUGE_VAL;
  std::vector<double> results(static_cast<std::size_t>(*element_count(kept)), first);
  // The largest and the smallest of no numbers are none.
  if (op != "ReduceProd" && tensor.size() == 0 && !results.empty()) return nullptr;
  const Extents steps = broadcast_steps(kept, tensor.shape);
  for_each_place(tensor.shape, {steps}, [&](Index at, const Extents& places) {
    double& result = results[static_cast<std::size_t>(places[0])];
    const double number = number_at(tensor, at);
    if (op == "ReduceProd") result *= number;
    if (op == "ReduceMax") result = std::max(result, number);
    if (op == "ReduceMin") result = std::min(result, number);
  });
  return typed_tensor(tensor.type, reduction.output, results);
}

/// Cast of constants to whole numbers cuts the fraction off; truth is what is not zero.
Constant fold_cast(const NodeContext& node) {
  const Tensor& tensor = node.numbers(0);
  const auto type = static_cast<ElementType>(node.attributes.whole("to", 0));
  if (!is_floating(type) && !is_whole(type)) return nullptr;
  if (is_whole(type) && type != ElementType::boolean && is_whole(tensor.type)) {
    return std::make_shared<const Tensor>(Tensor{type, tensor.shape, tensor.values});
  }
  std::vector<double> numbers;
  for (Index at = 0; at < tensor.size(); ++at) {
    const double number = number_at(tensor, at);
    const double cut = is_whole(type) ? std::trunc(number) : number;
    numbers.push_back(type == ElementType::boolean ? static_cast<double>(number != 0) : cut);
  }
  return typed_tensor(type, tensor.shape, numbers);
}

using Folder = Constant (*)(const NodeContext&);

/// What needs shapes alone.
const std::map<std::string, Folder> shape_folders = {{"Shape", fold_shape}, {"Size", fold_size}};

/// What needs the numbers of all inputs.
const std::map<std::string, Folder> folders = {
    {"Cast", fold_cast},           {"ConstantOfShape", fold_constant_of_shape},
    {"Range", fold_range},         {"ReduceMax", fold_reduction},
    {"ReduceMin", fold_reduction}, {"ReduceProd", fold_reduction},
};

}  // namespace

Constant fold(const NodeContext& node) {
  if (const auto found = shape_folders.find(node.op()); found != shape_folders.end()) {
    return found->second(node);
  }
  for (const Value* input : node.inputs) {
    if (input != nullptr && input->constant == nullptr) return nullptr;
  }
  if (const auto found = folders.find(node.op()); found != folders.end())
    return found->second(node);
  return fold_elements(node);
}

}  // namespace toeplix::onnx_detail
