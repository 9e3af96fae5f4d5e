#include <toeplix/spec.hpp>

#include "reference/number_text.hpp"
#include "reference/spec_names.hpp"

#include <ostream>
#include <string>

namespace toeplix {

using detail::boundary_names;
using detail::NameTable;
using detail::operation_names;
using detail::order_names;
using detail::padding_rule_names;
using detail::weights_order_names;

namespace {

template <class Enum, std::size_t N>
std::string_view name_of(const NameTable<Enum, N>& table, Enum value) {
  for (const auto& [name, entry] : table) {
    if (entry == value) return name;
  }
  return "unknown";
}

template <class List, class Format>
std::string join(const List& list, Format format) {
  std::string text;
  for (const auto& element : list) {
    if (!text.empty()) text += ',';
    text += format(element);
  }
  return text;
}

std::string format_numbers(const std::vector<Index>& numbers) {
  return join(numbers, [](Index number) { return std::to_string(number); });
}

std::string format_padding(const Padding& padding) {
  if (padding.rule() != Padding::Rule::explicit_sides) {
    return std::string(name_of(padding_rule_names, padding.rule()));
  }
  return join(padding.sides(), [](AxisPadding side) {
    const std::string lower = std::to_string(side.lower);
    return side.lower == side.upper ? lower : lower + ':' + std::to_string(side.upper);
  });
}

template <class Spec>
std::string format_spec(const Spec& spec, std::string text) {
  const Spec defaults{.input = {}, .kernel = {}};
  const auto put = [&text](std::string_view key, std::string_view value) {
    if (!text.empty()) text += ' ';
    text += key;
    text += '=';
    text += value;
  };
  put("input", format_numbers(spec.input));
  put("kernel", format_numbers(spec.kernel));
  if (spec.in_channels != defaults.in_channels) put("in", std::to_string(spec.in_channels));
  if (spec.out_channels != defaults.out_channels) put("out", std::to_string(spec.out_channels));
  if (spec.groups != defaults.groups) put("groups", std::to_string(spec.groups));
  if (spec.stride != defaults.stride) put("stride", format_numbers(spec.stride.values()));
  if (spec.dilation != defaults.dilation) put("dilation", format_numbers(spec.dilation.values()));
  if constexpr (requires { spec.input_dilation; }) {
    if (spec.input_dilation != defaults.input_dilation) {
      put("input_dilation", format_numbers(spec.input_dilation.values()));
    }
  }
  if (spec.padding != defaults.padding) put("padding", format_padding(spec.padding));
  if constexpr (requires { spec.output_padding; }) {
    if (spec.output_padding != defaults.output_padding) {
      put("output_padding", format_numbers(spec.output_padding.values()));
    }
    if (spec.output != defaults.output) put("output", format_numbers(spec.output));
  }
  if (spec.boundary != defaults.boundary) {
    put("boundary", join(spec.boundary.values(),
                         [](Boundary boundary) { return std::string(to_string(boundary)); }));
  }
  if constexpr (requires { spec.padding_value; }) {
    if (spec.padding_value != defaults.padding_value) {
      put("padding_value", detail::shortest_text(spec.padding_value));
    }
  }
  if (spec.operation != defaults.operation) put("operation", to_string(spec.operation));
  if (spec.order != defaults.order) put("order", to_string(spec.order));
  if (spec.weights_order != defaults.weights_order) {
    put("weights_order", to_string(spec.weights_order));
  }
  return text;
}

}  // namespace

std::string to_string(const ConvolutionSpec& spec) {
  return format_spec(spec, "");
}

std::string to_string(const TransposedConvolutionSpec& spec) {
  return format_spec(spec, "transposed");
}

std::string to_string(const AnySpec& spec) {
  return std::visit([](const auto& alternative) { return to_string(alternative); }, spec);
}

std::ostream& operator<<(std::ostream& out, const ConvolutionSpec& spec) {
  return out << to_string(spec);
}

std::ostream& operator<<(std::ostream& out, const TransposedConvolutionSpec& spec) {
  return out << to_string(spec);
}

std::string_view to_string(Boundary boundary) {
  return name_of(boundary_names, boundary);
}

std::string_view to_string(Operation operation) {
  return name_of(operation_names, operation);
}

std::string_view to_string(TensorOrder order) {
  return name_of(order_names, order);
}

std::string_view to_string(WeightsOrder order) {
  return name_of(weights_order_names, order);
}

}  // namespace toeplix
