#include "commands.hpp"
#include "weights.hpp"

#include <toeplix/pattern.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace toeplix::cli {
namespace {

struct Options {
  std::vector<std::string> spec;
  std::string weights;
};

/// Rows by their number of entries.
using Histogram = std::map<Index, Index>;

/// A picture of the matrix must fit a screen.
constexpr Index most_rows_shown = 40;
constexpr Index most_columns_shown = 40;
constexpr std::size_t widest_line = 160;
constexpr std::size_t most_lengths_shown = 12;

Histogram row_lengths(const TapTable& table) {
  Histogram histogram;
  const TapTable::Middle& middle = table.middle();
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    const Index row = table.representative(row_class);
    const bool repeats = row >= middle.begin && row < middle.end;
    histogram[table.row(row).size()] +=
        repeats ? (middle.end - row + middle.period - 1) / middle.period : 1;
  }
  return histogram;
}

/// A row's length is the product of its lengths along every axis and of the channels it joins.
Histogram row_lengths(const Pattern& pattern) {
  const Pattern::Channels& channels = pattern.channels();
  Histogram histogram{{channels.columns_per_group, channels.groups * channels.rows_per_group}};
  for (const Pattern::Axis& axis : pattern.axes()) {
    const Histogram along = row_lengths(axis.table);
    Histogram product;
    for (const auto& [length, rows] : histogram) {
      for (const auto& [factor, count] : along) product[length * factor] += rows * count;
    }
    histogram = std::move(product);
  }
  return histogram;
}

std::string plural(Index count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string format_bytes(Index bytes) {
  double number = static_cast<double>(bytes);
  if (bytes < 1000) return plural(bytes, "byte");
  std::string_view unit;
  for (const std::string_view larger : {"kB", "MB", "GB", "TB", "PB", "EB"}) {
    if (number < 1000) break;
    number /= 1000;
    unit = larger;
  }
  return fmt::format("{:.3g} {}", number, unit);
}

std::string format_tensor(Index channels, const Extents& extents) {
  std::string text = plural(channels, "channel") + " of ";
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    text += (axis == 0 ? "" : " x ") + std::to_string(extents[axis]);
  }
  return text;
}

template <class Conv>
void print_summary(const Conv& conv) {
  const auto cells = static_cast<double>(conv.rows()) * static_cast<double>(conv.cols());
  const double density = 100 * static_cast<double>(conv.nnz()) / cells;
  fmt::print("spec      {}\n", to_string(conv.spec()));
  fmt::print("input     {}\n", format_tensor(conv.in_channels(), conv.input()));
  fmt::print("output    {}\n", format_tensor(conv.out_channels(), conv.output()));
  fmt::print("weights   {}\n", format_shape(conv.weights()));
  fmt::print("matrix    {} x {}, {} ({:.3g} %)\n", conv.rows(), conv.cols(),
             conv.nnz() == 1 ? "1 entry" : fmt::format("{} entries", conv.nnz()), density);
}

/// "" where the index type cannot number the matrix.
template <class Scalar, class StorageIndex, class Conv>
std::string memory(const Conv& conv) {
  const Index largest = std::max({conv.rows(), conv.cols(), conv.nnz()});
  if (largest > std::numeric_limits<StorageIndex>::max()) return "-";
  return format_bytes(conv.template bytes<Scalar, StorageIndex>());
}

template <class Conv>
void print_memory(const Conv& conv) {
  fmt::print("memory          {:>12}  {:>12}\n", "float", "double");
  fmt::print("  32-bit index  {:>12}  {:>12}\n", memory<float, std::int32_t>(conv),
             memory<double, std::int32_t>(conv));
  fmt::print("  64-bit index  {:>12}  {:>12}\n", memory<float, std::int64_t>(conv),
             memory<double, std::int64_t>(conv));
}

void print_row_lengths(const Pattern& pattern) {
  const Histogram histogram = row_lengths(pattern);
  const Index least = histogram.begin()->first;
  const Index most = histogram.rbegin()->first;
  if (least == most) {
    fmt::print("rows      all of {}\n", least == 1 ? "1 entry" : fmt::format("{} entries", most));
    return;
  }
  fmt::print("rows      of {} to {} entries\n", least, most);
  std::size_t shown = 0;
  for (auto length = histogram.rbegin(); length != histogram.rend(); ++length) {
    if (shown++ == most_lengths_shown) {
      fmt::print("  and {} other lengths\n", histogram.size() - most_lengths_shown);
      break;
    }
    const double share =
        100 * static_cast<double>(length->second) / static_cast<double>(pattern.rows());
    fmt::print("  {:>6}  {:>12} rows {:>6.2f} %\n", length->first, length->second, share);
  }
}

/// What one entry looks like: its value, or which weights add up to it.
std::string format_entry(const Pattern::Entry& entry, const std::vector<double>* weights) {
  if (weights == nullptr) {
    std::string text;
    for (const Index weight : entry.weights) {
      text += (text.empty() ? "w" : "+w") + std::to_string(weight);
    }
    return text;
  }
  double value = 0;
  for (const Index weight : entry.weights) value += (*weights)[static_cast<std::size_t>(weight)];
  return fmt::format("{:.4g}", value);
}

using Cells = std::vector<std::vector<std::string>>;

Cells draw(const Pattern& pattern, const std::vector<double>* weights) {
  Cells cells;
  for (Index row = 0; row < pattern.rows(); ++row) {
    cells.emplace_back(static_cast<std::size_t>(pattern.cols()), ".");
    for (const Pattern::Entry& entry : pattern.row(row)) {
      cells.back()[static_cast<std::size_t>(entry.column)] = format_entry(entry, weights);
    }
  }
  return cells;
}

std::size_t widest(const Cells& cells) {
  std::size_t width = 1;
  for (const auto& row : cells) {
    for (const std::string& cell : row) width = std::max(width, cell.size());
  }
  return width;
}

void print_matrix(const Pattern& pattern, const std::vector<double>* weights) {
  if (pattern.rows() > most_rows_shown || pattern.cols() > most_columns_shown) return;
  const Cells cells = draw(pattern, weights);
  const std::size_t width = widest(cells);
  if (static_cast<std::size_t>(pattern.cols()) * (width + 1) > widest_line) return;
  fmt::print("\n");
  for (const auto& row : cells) {
    std::string line;
    for (const std::string& cell : row) line += fmt::format(" {:>{}}", cell, width);
    fmt::print("{}\n", line.substr(1));
  }
}

void run(const Options& options) {
  const AnyConv convolution = parse_convolution(options.spec);
  std::optional<std::vector<double>> weights;
  if (!options.weights.empty()) {
    const Weights loaded = load_weights(options.weights, convolution, Precision::twofold);
    weights = std::get<std::vector<double>>(loaded);
  }
  std::visit(
      [&](const auto& conv) {
        const Pattern pattern(conv);
        print_summary(conv);
        print_memory(conv);
        print_row_lengths(pattern);
        print_matrix(pattern, weights ? &*weights : nullptr);
      },
      convolution);
}

}  // namespace

void add_inspect(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("inspect", "Show what the matrix is like");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  set_help(
      *command,
      "A small matrix is drawn: its values, or without --weights which weights add up to them.\n"
      "Example: toeplix inspect input=3,3 kernel=2,2");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
