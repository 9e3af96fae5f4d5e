#pragma once

#include "cli/operators/linear_operator.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace toeplix::cli {

/// A command that says what an operator is like, writes its matrix or applies it.
struct OperatorCommand {
  std::string name;
  std::string description;
  std::string example;
  /// Throws UsageError for words that are not the command's, GeometryError and CapacityError as the
  /// library does.
  std::function<LinearOperator(const std::vector<std::string>& words, Direction direction,
                               const Resources& resources)>
      make;
  bool has_offset = false;  ///< whether something may be added to the product with the matrix
};

/// Without files the matrix is inspected; `--output` alone writes it; `--input` and `--output`
/// apply the operator.
void add_operator_command(CLI::App& program, const OperatorCommand& about);

}  // namespace toeplix::cli
