#pragma once

#include "cli/arguments.hpp"

#include <toeplix/resources.hpp>

#include <optional>
#include <string>

/// Some rows of a matrix instead of all.
namespace toeplix::cli {

/// Rows [first, last) of a matrix.
struct Rows {
  Index first;
  Index last;

  [[nodiscard]] Index count() const { return last - first; }
};

/// What to do if memory does not hold a matrix.
inline constexpr const char* too_large_for_rows =
    "raise --memory, or write some rows at a time by --rows A:B";

/// Adds `--rows`: `A:B`, `A:` or `:B`, as a slice in Python.
void add_rows(CLI::App& command, std::optional<Rows>& rows);

/// The rows that are asked for of a matrix of `all` rows, by default all. Throws UsageError for
/// rows that are not there.
Rows rows_within(const std::optional<Rows>& asked, Index all);

/// `rows 3:9` as a line of the comment of a file; empty if all are asked for. Errors as above.
std::string rows_line(const std::optional<Rows>& asked, Index all);

/// Half the budget, for rows that are compiled as such and then turned into columns: for a moment
/// there are two matrices.
Resources resources_to_turn(const Resources& resources);

}  // namespace toeplix::cli
