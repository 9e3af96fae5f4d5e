#pragma once

#include "onnx/oracle/array.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace toeplix::onnx_oracle {

/// One use of an operator: the node, and what comes in. Functions of operators take one, and return
/// the node's outputs.
struct Call {
  const ::onnx::NodeProto& node;
  Index opset;
  std::vector<ArrayPointer> inputs;  ///< null where one is left out
  const Budget& budget;
  const std::filesystem::path& folder;  ///< of external data

  bool has(std::size_t input) const { return input < inputs.size() && inputs[input] != nullptr; }
  /// Throws FormatError if it is left out.
  const Array& input(std::size_t number) const;
  /// The same, of real numbers. Throws FormatError also for others.
  const Array& real(std::size_t number) const;
  /// The numbers of an input of whole ones; nothing if it is left out.
  std::optional<Extents> wholes(std::size_t number) const;

  // Attributes, and what they are if they are left out.
  const ::onnx::AttributeProto* attribute(const std::string& name) const;
  Index whole(const std::string& name, Index otherwise) const;
  double number(const std::string& name, double otherwise) const;
  std::string word(const std::string& name, const std::string& otherwise) const;
  std::optional<Extents> list(const std::string& name) const;
  Extents list(const std::string& name, std::size_t count, Index otherwise) const;

  /// An attribute in operator sets before `since`, then an input.
  std::optional<Extents> list_or_input(const std::string& name, std::size_t input,
                                       Index since) const;

  /// Throws FormatError: "the oracle does not know " and this.
  [[noreturn]] void refuse(const std::string& what) const;
};

using Outputs = std::vector<Array>;

/// An axis counted from the end if it is negative. Throws FormatError if it is not there.
std::size_t axis_of(Index number, std::size_t axes);

}  // namespace toeplix::onnx_oracle
