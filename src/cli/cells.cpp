#include "cli/cells.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace toeplix::cli {
namespace {

constexpr Index most_rows_shown = 40;
constexpr Index most_columns_shown = 40;
constexpr std::size_t widest_line = 160;

template <class Real>
std::string format_real(Real value) {
  return fmt::format("{:.4g}", value);
}

template <class Real>
std::string format_complex(std::complex<Real> value) {
  return fmt::format("{:.4g}{:+.4g}i", value.real(), value.imag());
}

std::size_t widest(const Cells& cells) {
  std::size_t width = 1;
  for (const auto& row : cells) {
    for (const std::string& cell : row) width = std::max(width, cell.size());
  }
  return width;
}

}  // namespace

std::string format_value(float value) {
  return format_real(value);
}

std::string format_value(double value) {
  return format_real(value);
}

std::string format_value(std::complex<float> value) {
  return format_complex(value);
}

std::string format_value(std::complex<double> value) {
  return format_complex(value);
}

bool is_small(Index rows, Index cols) {
  return rows <= most_rows_shown && cols <= most_columns_shown;
}

void print_cells(const Cells& cells) {
  if (cells.empty() || cells.front().empty()) return;
  const std::size_t width = widest(cells);
  if (cells.front().size() * (width + 1) > widest_line) return;
  fmt::print("\n");
  for (const auto& row : cells) {
    std::string line;
    for (const std::string& cell : row) line += fmt::format(" {:>{}}", cell, width);
    fmt::print("{}\n", line.substr(1));
  }
}

}  // namespace toeplix::cli
