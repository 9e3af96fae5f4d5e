#include "onnx/oracle/decode.hpp"
#include "onnx/oracle/operators.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::onnx_oracle {

namespace {

/// The same numbers in another shape; a -1 in it is whatever is left.
Outputs viewed(const Call& call, Extents shape) {
  Array result = call.input(0);
  const auto free = std::ranges::find(shape, -1);
  if (free != shape.end()) {
    *free = 1;
    const Index others = call.budget.ask(shape);
    if (others == 0) throw FormatError("-1 among zeros");
    *free = result.size() / others;
  }
  if (call.budget.ask(shape) != result.size()) {
    throw FormatError(text_of(result.shape) + " cannot become " + text_of(shape));
  }
  result.shape = std::move(shape);
  return {result};
}

}  // namespace

/// A 0 copies the extent of the input, unless `allowzero` says that it is one.
Outputs reshape(const Call& call) {
  const auto given = call.wholes(1);
  if (!given) throw FormatError("there is no shape");
  Extents shape = *given;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] != 0 || call.whole("allowzero", 0) != 0) continue;
    if (axis >= call.input(0).shape.size()) throw FormatError("there is no extent to copy");
    shape[axis] = call.input(0).shape[axis];
  }
  return viewed(call, shape);
}

Outputs flatten(const Call& call) {
  const Extents& shape = call.input(0).shape;
  Index axis = call.whole("axis", 1);
  if (axis < 0) axis += static_cast<Index>(shape.size());
  if (axis < 0 || axis > static_cast<Index>(shape.size())) throw FormatError("axis is not there");
  Extents sides = {1, 1};
  for (std::size_t i = 0; i < shape.size(); ++i) {
    sides[static_cast<Index>(i) < axis ? 0 : 1] *= shape[i];
  }
  return viewed(call, sides);
}

Outputs squeeze(const Call& call) {
  const Extents& shape = call.input(0).shape;
  const auto given = call.list_or_input("axes", 1, 13);
  std::set<std::size_t> left_out;
  for (const Index axis : given.value_or(Extents())) {
    left_out.insert(axis_of(axis, shape.size()));
  }
  Extents rest;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool goes = given ? left_out.contains(axis) : shape[axis] == 1;
    if (goes && shape[axis] != 1) throw FormatError("an axis of several elements is left out");
    if (!goes) rest.push_back(shape[axis]);
  }
  return viewed(call, rest);
}

Outputs unsqueeze(const Call& call) {
  const auto given = call.list_or_input("axes", 1, 13);
  if (!given) throw FormatError("there are no axes");
  const Extents& shape = call.input(0).shape;
  const std::size_t axes = shape.size() + given->size();
  std::set<std::size_t> added;
  for (const Index axis : *given) added.insert(axis_of(axis, axes));
  if (added.size() != given->size()) throw FormatError("an axis is there twice");
  Extents wider;
  auto next = shape.begin();
  for (std::size_t axis = 0; axis < axes; ++axis) {
    wider.push_back(added.contains(axis) ? 1 : *next++);
  }
  return viewed(call, wider);
}

Outputs constant(const Call& call) {
  if (call.node.attribute_size() != 1) throw FormatError("expected one attribute");
  const auto& attribute = call.node.attribute(0);
  if (attribute.name() == "value") return {decode(attribute.t(), call.folder, call.budget)};
  if (attribute.name() == "value_int") return {whole_array({}, {attribute.i()})};
  if (attribute.name() == "value_ints") {
    return {
        whole_array({attribute.ints_size()}, {attribute.ints().begin(), attribute.ints().end()})};
  }
  Array reals;
  if (attribute.name() == "value_float") {
    reals.reals = {static_cast<double>(attribute.f())};
  } else {
    reals.shape = {attribute.floats_size()};
    reals.reals.assign(attribute.floats().begin(), attribute.floats().end());
  }
  return {reals};
}

Outputs constant_of_shape(const Call& call) {
  const auto shape = call.wholes(0);
  if (!shape) throw FormatError("there is no shape");
  Array value{.shape = {1}, .reals = {0}};
  if (const auto* given = call.attribute("value")) {
    value = decode(given->t(), call.folder, call.budget);
  }
  if (value.size() != 1) throw FormatError("the value is not one number");
  Array result = make_array(value.type, *shape, call.budget);
  for (double& number : result.reals) number = value.reals[0];
  for (std::int64_t& number : result.wholes) number = value.wholes[0];
  return {result};
}

/// From operator set 15 on a part of it. It is constant whatever the input's numbers are.
Outputs shape(const Call& call) {
  const Extents& shape = call.input(0).shape;
  const auto count = static_cast<Index>(shape.size());
  Index start = call.whole("start", 0);
  Index end = call.whole("end", count);
  start = std::clamp<Index>(start < 0 ? start + count : start, 0, count);
  end = std::clamp<Index>(end < 0 ? end + count : end, start, count);
  return {whole_array({end - start}, {shape.begin() + start, shape.begin() + end})};
}

Outputs size(const Call& call) {
  return {whole_array({}, {call.input(0).size()})};
}

Outputs range(const Call& call) {
  const double start = call.input(0).number(0);
  const double limit = call.input(1).number(0);
  const double delta = call.input(2).number(0);
  const double count = std::max(0.0, std::ceil((limit - start) / delta));
  if (!(count < 0x1p40)) throw FormatError("the range has no end");
  Array result = make_array(call.input(0).type, {static_cast<Index>(count)}, call.budget);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const double number = start + static_cast<double>(i) * delta;
    if (result.is_real()) result.reals[i] = number;
    if (!result.is_real()) result.wholes[i] = static_cast<std::int64_t>(number);
  }
  return {result};
}

}  // namespace toeplix::onnx_oracle
