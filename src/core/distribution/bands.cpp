#include <toeplix/bands.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

using detail::checked_product;
using detail::checked_sum;

namespace {

void check_processes(Index processes) {
  if (processes > 0) return;
  throw GeometryError("bands for " + std::to_string(processes) + " processes; there must be one");
}

}  // namespace

Bands::Bands(const std::vector<Index>& lines) {
  check_processes(std::ssize(lines));
  begin_.reserve(lines.size() + 1);
  begin_.push_back(0);
  for (std::size_t process = 0; process < lines.size(); ++process) {
    if (lines[process] < 0) {
      throw GeometryError("bands: process " + std::to_string(process) + " has " +
                          std::to_string(lines[process]) + " lines; no band is negative");
    }
    const auto end = checked_sum(begin_.back(), lines[process]);
    if (!end) throw GeometryError("bands: the lines of all processes exceed 64 bits");
    begin_.push_back(*end);
  }
}

Bands Bands::even(Index lines, Index processes) {
  check_processes(processes);
  std::vector<Index> each(static_cast<std::size_t>(processes), lines / processes);
  std::fill_n(each.begin(), lines % processes, lines / processes + 1);
  return Bands(each);
}

Index Bands::owner(Index line) const {
  // The last that begins at the line or before: bands without lines begin where the next one does.
  return std::ranges::upper_bound(begin_, line) - begin_.begin() - 1;
}

BandNumbering::BandNumbering(Bands bands, Index blocks, Index line_size)
    : bands_(std::move(bands)), blocks_(blocks), line_size_(line_size) {
  if (checked_product(bands_.lines(), checked_product(blocks, line_size))) return;
  throw CapacityError("the numbers of " + std::to_string(bands_.lines()) + " lines exceed 64 bits");
}

Index BandNumbering::natural(Index banded) const {
  const Index process = bands_.owner(banded / line_numbers());
  const Index block_size = bands_.size(process) * line_size_;
  const Index here = banded - first(process);
  return (here / block_size * bands_.lines() + bands_.begin(process)) * line_size_ +
         here % block_size;
}

Index BandNumbering::banded(Index natural) const {
  const Index line = natural / line_size_ % bands_.lines();
  const Index block = natural / line_size_ / bands_.lines();
  const Index process = bands_.owner(line);
  return first(process) +
         (block * bands_.size(process) + line - bands_.begin(process)) * line_size_ +
         natural % line_size_;
}

}  // namespace toeplix
