#include "cli/rows.hpp"

#include "cli/words.hpp"

#include <toeplix/memory.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace toeplix::cli {
namespace {

constexpr Index to_the_end = std::numeric_limits<Index>::max();

Rows parse_rows(const std::string& text) {
  const auto words = split(text, ':');
  if (words.size() == 2 && text != ":") {
    const auto first = words[0].empty() ? 0 : number_of<Index>(words[0]);
    const auto last = words[1].empty() ? to_the_end : number_of<Index>(words[1]);
    if (first && last && *first >= 0 && *first < *last) return {*first, *last};
  }
  throw UsageError("--rows " + text + ": expected A:B, the rows from A to the one before B");
}

}  // namespace

void add_rows(CLI::App& command, std::optional<Rows>& rows) {
  command
      .add_option_function<std::string>(
          "--rows", [&rows](const std::string& text) { rows = parse_rows(text); },
          "The rows from A to the one before B alone")
      ->type_name("A:B");
}

Rows rows_within(const std::optional<Rows>& asked, Index all) {
  if (!asked) return {0, all};
  const Rows rows = {asked->first, asked->last == to_the_end ? all : asked->last};
  if (rows.first < rows.last && rows.last <= all) return rows;
  throw UsageError(
      fmt::format("--rows {}:{}: the matrix has the rows 0:{}", rows.first, rows.last, all));
}

std::string rows_line(const std::optional<Rows>& asked, Index all) {
  if (!asked) return {};
  const Rows rows = rows_within(asked, all);
  return fmt::format("rows {}:{}\n", rows.first, rows.last);
}

Resources resources_to_turn(const Resources& resources) {
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  return {.threads = resources.threads, .memory_budget = std::max<Index>(1, budget / 2)};
}

}  // namespace toeplix::cli
