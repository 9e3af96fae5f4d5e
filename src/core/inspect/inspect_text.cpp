#include <toeplix/inspect.hpp>

#include "core/base/text_columns.hpp"
#include "core/geometry/text.hpp"
#include "reference/number_text.hpp"

#include <algorithm>

namespace toeplix {

namespace {

using detail::digits;
using detail::format_bytes;
using detail::item;
using detail::join;
using detail::padded_left;
using detail::padded_right;
using detail::plural;

constexpr std::size_t most_lengths_shown = 12;
constexpr std::size_t most_numbers_shown = 16;

std::string entries(Index count) {
  return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

std::string tensor(Index channels, const Extents& extents) {
  return plural(channels, "channel") + " of " + join(extents, " x ");
}

std::string convolution_text(const InspectedConvolution& convolution) {
  const std::string text = item("spec", convolution.spec) +
                           item("input", tensor(convolution.in_channels, convolution.input)) +
                           item("output", tensor(convolution.out_channels, convolution.output)) +
                           item("weights", "(" + join(convolution.weights_shape, ", ") + ")");
  const double padding = convolution.padding_value;
  if (padding == 0) return text;
  return text + item("offset", "padding_value " + detail::shortest_text(padding) +
                                   " times the weights on padding is added; no entry has it");
}

std::string memory_text(const StorageBytes& bytes) {
  const auto row = [](const std::string& name, const std::string& single,
                      const std::string& twofold) {
    return padded_right(name, 14) + padded_left(single, 14) + padded_left(twofold, 14) + "\n";
  };
  return row("memory", "float", "double") +
         row("  32-bit index", format_bytes(bytes.float_32), format_bytes(bytes.double_32)) +
         row("  64-bit index", format_bytes(bytes.float_64), format_bytes(bytes.double_64));
}

/// `lines` is the plural, `rows` or `columns`.
std::string lengths_text(const std::string& lines, const std::vector<LineLengthCount>& lengths,
                         Index total) {
  if (lengths.empty()) return item(lines, total == 0 ? "none" : "of too many lengths to count");
  if (lengths.size() == 1) return item(lines, "all of " + entries(lengths.front().length));
  std::string text = item(lines, "of " + std::to_string(lengths.front().length) + " to " +
                                     entries(lengths.back().length));
  const std::string line = lines.substr(0, lines.size() - 1);
  std::size_t shown = 0;
  for (auto length = lengths.rbegin(); length != lengths.rend(); ++length) {
    if (shown++ == most_lengths_shown) {
      const auto rest = static_cast<Index>(lengths.size() - most_lengths_shown);
      return text + "  and " + plural(rest, "other length") + "\n";
    }
    const double share = 100 * static_cast<double>(length->count) / static_cast<double>(total);
    text += "  " + padded_left(std::to_string(length->length), 6) + "  " +
            padded_left(std::to_string(length->count), 12) + " " +
            padded_right(length->count == 1 ? line : lines, lines.size()) + " " +
            padded_left(digits(share, "%.2f"), 6) + " %\n";
  }
  return text;
}

/// Nothing if they are not known.
std::string rotations_text(const Inspection& inspection) {
  if (!inspection.rotations && !inspection.packed_rotations) return {};
  std::string text = inspection.rotations ? std::to_string(*inspection.rotations) : "not counted";
  if (inspection.packed_rotations) {
    text += "; packed by pixel shuffle " + std::to_string(*inspection.packed_rotations);
  }
  return item("rotations", text);
}

std::string vacant_text(const std::string& word, const std::string& noun,
                        const VacantLines& vacant) {
  if (vacant.count == 0) return {};
  std::string text = plural(vacant.count, noun) + ":";
  for (const MatrixPosition& position : vacant.first) {
    text += " " + std::to_string(position.index);
    const bool says_more = position.channel != 0 || position.coordinate != Extents{position.index};
    if (says_more) {
      text += "=" + std::to_string(position.channel) + ":(" + join(position.coordinate, ",") + ")";
    }
  }
  if (static_cast<Index>(vacant.first.size()) < vacant.count) text += " ...";
  return item(word, text);
}

std::string say(const StructureFinding& finding) {
  if (!finding) return "not decided";
  return *finding ? "yes" : "no";
}

std::string finding_line(const std::string& claim, const std::string& answer) {
  return "  " + padded_right(claim, 24) + answer + "\n";
}

/// Whether a claim holds on all levels, or on which ones it does.
std::string by_levels(const MatrixStructure& structure, StructureFinding LevelStructure::*claim,
                      StructureFinding on_all) {
  std::string found;
  std::string open;
  for (const LevelStructure& level : structure.levels) {
    const bool says_nothing = level.level.rows == 1 && level.level.cols == 1;
    if (says_nothing) continue;
    const bool is_open = !(level.*claim).has_value();
    if (is_open) open += (open.empty() ? "" : ", ") + level.level.name;
    if (level.*claim == true) found += (found.empty() ? "" : ", ") + level.level.name;
  }
  if (found.empty() || on_all == true) return say(on_all);
  return "on " + found + (open.empty() ? " only" : "; not decided on " + open);
}

std::string structure_text(const Inspection& inspection) {
  const MatrixStructure& s = inspection.structure;
  const bool has_weights = inspection.separability || !inspection.convolution;
  std::string text = has_weights ? "structure\n" : "structure that it has with every kernel\n";
  text += finding_line("Toeplitz", say(s.toeplitz)) + finding_line("circulant", say(s.circulant));
  const bool has_blocks = s.levels.size() > 1;
  if (has_blocks) {
    text +=
        finding_line("block Toeplitz", by_levels(s, &LevelStructure::toeplitz, block_toeplitz(s)));
    text += finding_line("block circulant",
                         by_levels(s, &LevelStructure::circulant, block_circulant(s)));
  }
  text += finding_line("Toeplitz plus Hankel", by_levels(s, &LevelStructure::toeplitz_plus_hankel,
                                                         block_toeplitz_plus_hankel(s)));
  text += finding_line("symmetric", say(s.symmetric)) + finding_line("normal", say(s.normal));
  if (has_weights) text += finding_line("doubly stochastic", say(s.doubly_stochastic));
  return text;
}

std::string numbers_text(const std::vector<double>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < std::min(numbers.size(), most_numbers_shown); ++i) {
    text += " " + digits(numbers[i], "%.6g");
  }
  return numbers.size() > most_numbers_shown ? text + " ..." : text;
}

std::string separability_text(const Separability& separability) {
  std::string answer = say(separability.separable);
  if (separability.kernel_rank) {
    answer += ", kernel of rank " + std::to_string(*separability.kernel_rank);
  }
  if (separability.kronecker_rank) {
    answer += ", a sum of " + plural(*separability.kronecker_rank, "Kronecker product");
  }
  std::string text = finding_line("separable", answer);
  for (std::size_t axis = 0; axis < separability.factors.size(); ++axis) {
    text += finding_line("  kernel of axis " + std::to_string(axis),
                         numbers_text(separability.factors[axis]).substr(1));
  }
  if (separability.channel_factor.size() > 1) {
    text += finding_line("  channels", numbers_text(separability.channel_factor).substr(1));
  }
  return text;
}

}  // namespace

std::string to_text(const Inspection& inspection) {
  std::string text;
  if (inspection.convolution) text += convolution_text(*inspection.convolution);
  text += item("matrix", std::to_string(inspection.rows) + " x " + std::to_string(inspection.cols) +
                             ", " + entries(inspection.nnz) + " (" +
                             digits(100 * inspection.density, "%.3g") + " %)");
  text += memory_text(inspection.bytes);
  text += lengths_text("rows", inspection.row_lengths, inspection.rows);
  text += lengths_text("columns", inspection.column_lengths, inspection.cols);
  text += item("band", std::to_string(inspection.lower_bandwidth) + " below the diagonal, " +
                           std::to_string(inspection.upper_bandwidth) + " above");
  text += item("diagonals", inspection.cyclic_diagonals
                                ? std::to_string(*inspection.cyclic_diagonals) + " cyclic"
                                : "not counted");
  text += rotations_text(inspection);
  text += vacant_text("empty", "row", inspection.empty_rows);
  text += vacant_text("unused", "input", inspection.unused_inputs);
  text += structure_text(inspection);
  if (inspection.separability) text += separability_text(*inspection.separability);
  return text;
}

}  // namespace toeplix
