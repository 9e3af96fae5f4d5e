#include <toeplix/distribution.hpp>

#include "core/base/json.hpp"
#include "core/base/text_columns.hpp"
#include "core/distribution/share_members.hpp"

#include <algorithm>
#include <limits>

namespace toeplix {

namespace {

std::string share_line(const std::string& label, const std::string& largest,
                       const std::string& total) {
  return detail::padded_right(label, 24) + detail::padded_left(largest, 20) +
         detail::padded_left(total, 22) + "\n";
}

/// What PetscInt of 32 bits is too short for.
std::string too_much_for_32_bits(const Distribution& distribution) {
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  const ProcessShare& total = distribution.total;
  if (total.rows > most) return "number " + detail::plural(total.rows, "row");
  if (total.columns > most) return "number " + detail::plural(total.columns, "column");
  const ProcessShare& largest = distribution.largest;
  const Index entries = std::max(largest.diagonal_entries, largest.off_diagonal_entries);
  return "count " + std::to_string(entries) + " entries of a process";
}

/// In all and of a process; nothing beyond 64 bits.
std::string bytes_text(const std::optional<Index>& total, const std::optional<Index>& largest) {
  if (!total || !largest) return "more bytes than 64 bits can count";
  return detail::format_bytes(total) + " in all, at most " + detail::format_bytes(largest) +
         " per process";
}

/// What the matrix takes, and what is too short for it; what the shell takes in its place.
std::string memory_text(const Distribution& distribution) {
  const ProcessShare& largest = distribution.largest;
  const ProcessShare& total = distribution.total;
  const bool is_short = total.matrix_bytes_32.has_value();
  const auto& matrix = is_short ? total.matrix_bytes_32 : total.matrix_bytes_64;
  std::string text = detail::item(
      "matrix", bytes_text(matrix, is_short ? largest.matrix_bytes_32 : largest.matrix_bytes_64));
  if (!is_short) {
    text += detail::item("", "32-bit PetscInt cannot " + too_much_for_32_bits(distribution));
  }
  std::string shell = bytes_text(total.shell_bytes, largest.shell_bytes);
  const Index times = matrix && total.shell_bytes ? *matrix / *total.shell_bytes : 0;
  if (times > 1) shell += "; the matrix takes " + std::to_string(times) + " times as much";
  return text + detail::item("shell", shell);
}

detail::Json json_of_share(const ProcessShare& share) {
  detail::Json json;
  for (const auto& [value, name, label] : detail::share_counts) json[name] = share.*value;
  for (const auto& [value, name, label] : detail::share_bytes) {
    json[name] = detail::json_of(share.*value);
  }
  return json;
}

}  // namespace

std::string to_text(const Distribution& distribution) {
  const ProcessShare& largest = distribution.largest;
  const ProcessShare& total = distribution.total;
  std::string text;
  if (!distribution.spec.empty()) text += detail::item("spec", distribution.spec);
  std::string processes = std::to_string(distribution.processes);
  if (distribution.idle > 0) {
    processes += ", of which " + std::to_string(distribution.idle) + " have no line of the output";
  }
  text += detail::item("processes", processes);
  text += memory_text(distribution);
  text += detail::item("halo", distribution.transposed
                                   ? "lines of the output, added up where they belong"
                                   : "lines of the input, received for each product");
  text += share_line("", "largest process", "in all");
  for (const auto& [value, name, label] : detail::share_counts) {
    text += share_line(label, std::to_string(largest.*value), std::to_string(total.*value));
  }
  for (const auto& [value, name, label] : detail::share_bytes) {
    text +=
        share_line(label, detail::format_bytes(largest.*value), detail::format_bytes(total.*value));
  }
  return text;
}

std::string to_json(const Distribution& distribution) {
  return detail::print_json({{"spec", distribution.spec},
                             {"transposed", distribution.transposed},
                             {"processes", distribution.processes},
                             {"idle", distribution.idle},
                             {"weights", distribution.weights},
                             {"largest", json_of_share(distribution.largest)},
                             {"total", json_of_share(distribution.total)}});
}

}  // namespace toeplix
