#include "onnx/ops/attributes.hpp"

#include <toeplix/error.hpp>

namespace toeplix::onnx_detail {

using ::onnx::AttributeProto;

const AttributeProto* Attributes::find(const std::string& name) const {
  const AttributeProto* found = nullptr;
  for (const AttributeProto& attribute : node_->attribute()) {
    if (attribute.name() != name) continue;
    if (found != nullptr) throw FormatError("attribute '" + name + "' is there twice");
    found = &attribute;
  }
  return found;
}

const AttributeProto* Attributes::typed(const std::string& name, int type,
                                        const char* words) const {
  const AttributeProto* attribute = find(name);
  if (attribute == nullptr || attribute->type() == type) return attribute;
  throw FormatError("attribute '" + name + "' is of another type; expected " + words);
}

Index Attributes::whole(const std::string& name, Index otherwise) const {
  const auto* attribute = typed(name, AttributeProto::INT, "a whole number");
  return attribute != nullptr ? attribute->i() : otherwise;
}

double Attributes::number(const std::string& name, double otherwise) const {
  const auto* attribute = typed(name, AttributeProto::FLOAT, "a number");
  return attribute != nullptr ? static_cast<double>(attribute->f()) : otherwise;
}

std::string Attributes::text(const std::string& name, const std::string& otherwise) const {
  const auto* attribute = typed(name, AttributeProto::STRING, "a text");
  return attribute != nullptr ? attribute->s() : otherwise;
}

std::optional<Extents> Attributes::wholes(const std::string& name) const {
  const auto* attribute = typed(name, AttributeProto::INTS, "whole numbers");
  if (attribute == nullptr) return std::nullopt;
  return Extents(attribute->ints().begin(), attribute->ints().end());
}

std::optional<std::vector<float>> Attributes::numbers(const std::string& name) const {
  const auto* attribute = typed(name, AttributeProto::FLOATS, "numbers");
  if (attribute == nullptr) return std::nullopt;
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

Extents Attributes::wholes(const std::string& name, std::size_t count, Index otherwise) const {
  const auto given = wholes(name);
  if (!given) return Extents(count, otherwise);
  if (given->size() == count) return *given;
  throw FormatError("attribute '" + name + "' has " + std::to_string(given->size()) +
                    " numbers; expected " + std::to_string(count));
}

bool Attributes::flag(const std::string& name, bool otherwise) const {
  const Index value = whole(name, otherwise ? 1 : 0);
  if (value == 0 || value == 1) return value == 1;
  throw FormatError("attribute '" + name + "' is " + std::to_string(value) + "; expected 0 or 1");
}

}  // namespace toeplix::onnx_detail
