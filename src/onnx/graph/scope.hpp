#pragma once

#include "onnx/graph/stated_shapes.hpp"

#include <map>
#include <optional>
#include <string>

namespace toeplix::onnx_detail {

/// The tensors of a graph by name, and behind them those of the graph that it is in.
struct Scope {
  const Scope* outer = nullptr;
  std::string prefix = {};  ///< before the names of its nodes and tensors: `if1/then_branch/`
  /// What its outputs are called instead, if it is a branch that is surely taken: as the If calls
  /// them.
  std::map<std::string, std::string> outputs = {};
  std::map<std::string, std::size_t> tensors = {};
  std::map<std::string, Stated> stated = {};

  /// What a tensor of this graph is called in the model.
  std::string full_name(const std::string& name) const {
    const auto output = outputs.find(name);
    return output != outputs.end() ? output->second : prefix + name;
  }

  std::optional<std::size_t> find(const std::string& name) const {
    const auto found = tensors.find(name);
    if (found != tensors.end()) return found->second;
    return outer != nullptr ? outer->find(name) : std::nullopt;
  }
};

}  // namespace toeplix::onnx_detail
