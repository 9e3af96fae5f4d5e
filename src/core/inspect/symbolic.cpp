#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/explain.hpp>
#include <toeplix/pattern.hpp>

#include "core/base/check_length.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <span>

namespace toeplix {

namespace {

constexpr Index most_columns = 40;
constexpr Index most_rows = 80;
/// Boundaries may fold any number of them into the few entries.
constexpr Index most_weights = 6400;
/// What a screen, or a page across, still shows.
constexpr std::size_t longest_line = 200;
/// What amsmath's matrices hold unless they are told otherwise.
constexpr Index latex_columns = 10;

using Cells = std::vector<std::vector<std::string>>;

/// Which axes of the weights are channels.
std::array<std::size_t, 2> channel_axes(WeightsOrder order, std::size_t axes) {
  switch (order) {
    case WeightsOrder::oihw:
      return {0, 1};
    case WeightsOrder::ohwi:
      return {0, axes - 1};
    case WeightsOrder::hwio:
    case WeightsOrder::hwim:
      return {axes - 2, axes - 1};
  }
  return {0, 1};
}

/// Names weights by their coordinates; those of the channels only if there are several.
class Names {
 public:
  Names(Extents shape, WeightsOrder order, SymbolicFormat format)
      : shape_(std::move(shape)), format_(format) {
    const auto [one, other] = channel_axes(order, shape_.size());
    if (shape_[one] == 1 && shape_[other] == 1) {
      // The index is the same without axes of 1.
      shape_.erase(shape_.begin() + static_cast<std::ptrdiff_t>(other));
      shape_.erase(shape_.begin() + static_cast<std::ptrdiff_t>(one));
    }
    wide_ = std::ranges::any_of(shape_, [](Index extent) { return extent > 10; });
  }

  std::string operator()(Index weight) const {
    std::string numbers;
    const char* const between = format_ == SymbolicFormat::latex ? "," : "_";
    for (std::size_t axis = shape_.size(); axis-- > 0; weight /= shape_[axis]) {
      const std::string number = std::to_string(weight % shape_[axis]);
      numbers = number + (wide_ && !numbers.empty() ? between : "") + numbers;
    }
    return format_ == SymbolicFormat::latex ? "w_{" + numbers + "}" : "w" + numbers;
  }

 private:
  Extents shape_;
  SymbolicFormat format_;
  bool wide_;
};

/// The shortest digits that read back as the same number; without an exponent from 1e-6 to 1e21.
std::string number_text(double value, SymbolicFormat format) {
  if (value == 0) return "0";
  const bool plain = std::abs(value) >= 1e-6 && std::abs(value) < 1e21;
  std::array<char, 64> digits{};
  const auto kind = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, kind).ptr;
  const std::string text(digits.data(), end);
  if (plain) return text;
  const std::size_t at = text.find('e');
  const int exponent = std::stoi(text.substr(at + 1));
  if (format == SymbolicFormat::latex) {
    return text.substr(0, at) + " \\times 10^{" + std::to_string(exponent) + "}";
  }
  return text.substr(0, at) + (exponent < 0 ? "e" : "e+") + std::to_string(exponent);
}

/// What is printed for an entry.
using Cell = std::function<std::string(Index row, const Pattern::Entry&, SymbolicFormat)>;

/// A matrix in letters or in numbers.
struct Writing {
  std::string kind;  ///< "letters" or "numbers", for messages
  Cell cell;
};

Writing in_letters(const Extents& weights_shape, WeightsOrder order) {
  const auto cell = [=](Index, const Pattern::Entry& entry, SymbolicFormat format) {
    const Names name(weights_shape, order, format);
    std::string sum;
    for (const Index weight : entry.weights) {
      if (!sum.empty()) sum += '+';
      sum += name(weight);
    }
    return sum;
  };
  return {"letters", cell};
}

/// Precondition: `weights` outlive the result.
Writing in_numbers(std::span<const double> weights) {
  const auto cell = [weights](Index row, const Pattern::Entry& entry, SymbolicFormat format) {
    double sum = 0;
    for (const Index weight : entry.weights) sum += weights[static_cast<std::size_t>(weight)];
    if (std::isfinite(sum)) return number_text(sum, format);
    throw GeometryError("numeric_matrix: the weights at entry (" + std::to_string(row) + ", " +
                        std::to_string(entry.column) + ") have no finite sum");
  };
  return {"numbers", cell};
}

constexpr const char* letters_advice = "explain single entries or weights, inspect it, or plot it";

void check_size(const Pattern& pattern, const std::string& kind) {
  if (pattern.weight_count() > most_weights) {
    throw CapacityError("a kernel of " + std::to_string(pattern.weight_count()) +
                            " weights is too large to print in " + kind + " (6400 at most)",
                        CapacityCause::limit, {}, {}, letters_advice);
  }
  if (pattern.cols() <= most_columns && pattern.rows() <= most_rows) return;
  throw CapacityError("a " + std::to_string(pattern.rows()) + " x " +
                          std::to_string(pattern.cols()) + " matrix is too large to print in " +
                          kind + " (80 x 40 at most)",
                      CapacityCause::limit, {}, {}, letters_advice);
}

Cells cells_of(const Pattern& pattern, const Cell& cell, SymbolicFormat format) {
  const std::string dot = format == SymbolicFormat::latex ? "\\cdot" : ".";
  Cells cells;
  for (Index row = 0; row < pattern.rows(); ++row) {
    cells.emplace_back(static_cast<std::size_t>(pattern.cols()), dot);
    for (const Pattern::Entry& entry : pattern.row(row)) {
      cells.back()[static_cast<std::size_t>(entry.column)] = cell(row, entry, format);
    }
  }
  return cells;
}

/// Of every column, that of its widest cell.
std::vector<std::size_t> widths_of(const Cells& cells) {
  std::vector<std::size_t> widths(cells.front().size(), 0);
  for (const auto& row : cells) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  return widths;
}

/// Whether it is printed as text or for LaTeX, which sets its letters as wide.
void check_width(const Cells& text_cells, const std::string& kind) {
  std::size_t width = text_cells.front().size() - 1;
  for (const std::size_t column : widths_of(text_cells)) width += column;
  if (width <= longest_line) return;
  throw CapacityError("in " + kind + " the matrix has lines of " + std::to_string(width) +
                          " characters, too long to read (" + std::to_string(longest_line) +
                          " at most)",
                      CapacityCause::limit, {}, {}, letters_advice);
}

/// Cells stand at the right of their column.
std::string aligned(const Cells& cells, const std::string& before, const std::string& between,
                    const std::string& after) {
  const std::vector<std::size_t> widths = widths_of(cells);
  std::string text;
  for (const auto& row : cells) {
    text += before;
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (column > 0) text += between;
      text.append(widths[column] - row[column].size(), ' ');
      text += row[column];
    }
    text += after + "\n";
  }
  return text;
}

template <AnyConvolution Conv>
std::string matrix_text(const Conv& conv, const Writing& writing, SymbolicFormat format) {
  const Pattern pattern(conv);
  check_size(pattern, writing.kind);
  const Cells text_cells = cells_of(pattern, writing.cell, SymbolicFormat::text);
  check_width(text_cells, writing.kind);
  if (format == SymbolicFormat::text) return aligned(text_cells, "", " ", "");
  const Cells cells = cells_of(pattern, writing.cell, format);
  std::string text;
  if (pattern.cols() > latex_columns) {
    text = "\\setcounter{MaxMatrixCols}{" + std::to_string(pattern.cols()) + "}\n";
  }
  return text + "\\begin{bmatrix}\n" + aligned(cells, "  ", " & ", " \\\\") + "\\end{bmatrix}\n";
}

template <AnyConvolution Conv>
std::string letters_of(const Conv& conv, SymbolicFormat format) {
  return matrix_text(conv, in_letters(conv.weights_shape(), conv.spec().weights_order), format);
}

template <AnyConvolution Conv>
std::string numeric_any(const Conv& conv, std::span<const double> weights, SymbolicFormat format) {
  detail::check_length("numeric_matrix: weights", weights.size(), conv.weight_count());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (std::isfinite(weights[i])) continue;
    throw GeometryError("numeric_matrix: weight " + std::to_string(i) + " is not a finite number");
  }
  return matrix_text(conv, in_numbers(weights), format);
}

}  // namespace

std::string weight_name(const Extents& weights_shape, Index weight, WeightsOrder order) {
  return Names(weights_shape, order, SymbolicFormat::text)(weight);
}

std::string symbolic_matrix(const Convolution& convolution, SymbolicFormat format) {
  return letters_of(convolution, format);
}

std::string symbolic_matrix(const TransposedConvolution& convolution, SymbolicFormat format) {
  return letters_of(convolution, format);
}

std::string numeric_matrix(const Convolution& convolution, std::span<const double> weights,
                           SymbolicFormat format) {
  return numeric_any(convolution, weights, format);
}

std::string numeric_matrix(const TransposedConvolution& convolution,
                           std::span<const double> weights, SymbolicFormat format) {
  return numeric_any(convolution, weights, format);
}

}  // namespace toeplix
