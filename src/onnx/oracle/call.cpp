#include "onnx/oracle/call.hpp"

namespace toeplix::onnx_oracle {

const Array& Call::input(std::size_t number) const {
  if (has(number)) return *inputs[number];
  throw FormatError("input " + std::to_string(number) + " is missing");
}

const Array& Call::real(std::size_t number) const {
  if (!input(number).is_real()) refuse("input " + std::to_string(number) + " of whole numbers");
  return input(number);
}

std::optional<Extents> Call::wholes(std::size_t number) const {
  if (!has(number)) return std::nullopt;
  const Array& array = input(number);
  if (array.is_real()) refuse("input " + std::to_string(number) + " of real numbers");
  return array.wholes;
}

const ::onnx::AttributeProto* Call::attribute(const std::string& name) const {
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

Index Call::whole(const std::string& name, Index otherwise) const {
  const auto* found = attribute(name);
  return found != nullptr ? found->i() : otherwise;
}

double Call::number(const std::string& name, double otherwise) const {
  const auto* found = attribute(name);
  return found != nullptr ? static_cast<double>(found->f()) : otherwise;
}

std::string Call::word(const std::string& name, const std::string& otherwise) const {
  const auto* found = attribute(name);
  return found != nullptr ? found->s() : otherwise;
}

std::optional<Extents> Call::list(const std::string& name) const {
  const auto* found = attribute(name);
  if (found == nullptr) return std::nullopt;
  return Extents(found->ints().begin(), found->ints().end());
}

Extents Call::list(const std::string& name, std::size_t count, Index otherwise) const {
  Extents numbers = list(name).value_or(Extents(count, otherwise));
  if (numbers.size() == count) return numbers;
  throw FormatError("attribute '" + name + "' has " + std::to_string(numbers.size()) +
                    " numbers; expected " + std::to_string(count));
}

std::optional<Extents> Call::list_or_input(const std::string& name, std::size_t input,
                                           Index since) const {
  return opset < since ? list(name) : wholes(input);
}

void Call::refuse(const std::string& what) const {
  throw FormatError("the oracle does not know " + what);
}

std::size_t axis_of(Index number, std::size_t axes) {
  const auto count = static_cast<Index>(axes);
  const Index axis = number < 0 ? number + count : number;
  if (axis >= 0 && axis < count) return static_cast<std::size_t>(axis);
  throw FormatError("axis " + std::to_string(number) + " is not there");
}

}  // namespace toeplix::onnx_oracle
