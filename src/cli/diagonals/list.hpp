#pragma once

#include "cli/offsets.hpp"
#include "cli/progress.hpp"

#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pixel_shuffle.hpp>

#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

/// The lists that `toeplix diagonals` prints.
namespace toeplix::cli::diagonal_list {

inline constexpr int most_shown = 20;
/// Diagonals whose values are looked at for counting those that are not zero.
inline constexpr Index most_counted = Index{1} << 19;

/// Rows and columns of the matrix, and what its convolution pads with, which no diagonal has.
struct Shape {
  Index rows;
  Index cols;
  double padding_value = 0;
  std::optional<PixelShuffle> packing = {};
};

/// How many diagonals have entries, and how many rotations a product by them takes.
struct Tally {
  Index diagonals;
  Index rotations;
};

// Below, `Structure` is a `DiagonalStructure` or that of `MatrixDiagonals`; `Found` is the same, or
// `Diagonals`, which may be pruned, or `MatrixDiagonals`.

template <class Structure>
bool is_one_block(const Structure& structure) {
  return structure.block_rows() == 1 && structure.block_columns() == 1;
}

/// Calls `visit(place, entries)` for every diagonal that has some, until it returns false.
template <class Structure, class Found, class Visit>
void for_each_diagonal(const Structure& structure, const Found& found, const Visit& visit) {
  for (const DiagonalPlace& place : structure) {
    const Index entries = found.entries(place);
    if (entries > 0 && !visit(place, entries)) return;
  }
}

/// Nothing if there are too many to count.
inline std::optional<Tally> tally_of(const DiagonalStructure& structure, const DiagonalStructure&) {
  try {
    return Tally{structure.count(), structure.rotations()};
  } catch (const CapacityError&) {
    return std::nullopt;
  }
}

template <class Scalar>
std::optional<Tally> tally_of(const typename MatrixDiagonals<Scalar>::Structure& structure,
                              const MatrixDiagonals<Scalar>&) {
  return Tally{structure.count(), structure.rotations()};
}

/// Of those that are pruned one has to look at the values.
template <class Scalar>
std::optional<Tally> tally_of(const DiagonalStructure& structure, const Diagonals<Scalar>& found) {
  const Progress progress("counting diagonals");
  Index count = 0;
  std::set<std::pair<Index, Index>> rotations;
  for_each_diagonal(structure, found, [&](const DiagonalPlace& place, Index) {
    if (place.offset != 0) rotations.insert({place.block_column, place.offset});
    return ++count <= most_counted;
  });
  if (count > most_counted) return std::nullopt;
  return Tally{count, static_cast<Index>(rotations.size())};
}

/// `32 images of 16 x 16 points, 2 x 2 apart, in 8192 slots`
inline std::string packed_text(const PackedTensor& tensor) {
  const auto by_axis = [](const Extents& numbers) {
    return fmt::format("{}", fmt::join(numbers, " x "));
  };
  return fmt::format("{} {} of {} points, pixels {} apart, in {} slots", tensor.grid().channels,
                     tensor.grid().channels == 1 ? "image" : "images",
                     by_axis(tensor.grid().points), by_axis(tensor.grid().gap), tensor.size());
}

inline std::string packed_json(const PackedTensor& tensor) {
  const PackedGrid& grid = tensor.grid();
  return fmt::format(R"({{"gap": [{}], "grid": [{}], "grid_channels": {}, "slots": {}}})",
                     fmt::join(grid.gap, ", "), fmt::join(grid.points, ", "), grid.channels,
                     tensor.size());
}

template <class Structure>
void print_heading(const Shape& shape, const Structure& structure, std::optional<Tally> tally) {
  const Index n = structure.size();
  const std::string counted = tally ? std::to_string(tally->diagonals) : "too many to count";
  const std::string rotations = tally ? fmt::format("; {} rotations", tally->rotations) : "";
  if (is_one_block(structure)) {
    fmt::print("{} x {} matrix, as {} x {}: {} of {} diagonals have entries{}\n", shape.rows,
               shape.cols, n, n, counted, n, rotations);
    return;
  }
  fmt::print("{} x {} matrix, in {} x {} blocks of {} x {}: {} diagonals have entries{}\n",
             shape.rows, shape.cols, structure.block_rows(), structure.block_columns(), n, n,
             counted, rotations);
}

template <class Structure, class Found>
void list(const Shape& shape, const Structure& structure, const Found& found) {
  print_heading(shape, structure, tally_of(structure, found));
  if (shape.packing) {
    fmt::print("  packed output: {}\n", packed_text(shape.packing->output));
    fmt::print("  packed input:  {}\n", packed_text(shape.packing->input));
  }
  const bool one_block = is_one_block(structure);
  int shown = 0;
  for_each_diagonal(structure, found, [&](const DiagonalPlace& place, Index entries) {
    if (shown++ == most_shown) {
      fmt::print("  ...\n");
      return false;
    }
    if (!one_block) fmt::print("  block ({}, {})", place.block_row, place.block_column);
    fmt::print("  {:>12}  {:>12} {}\n", place.offset, entries, entries == 1 ? "entry" : "entries");
    return true;
  });
  fmt::print("{}", offset_note(shape.padding_value));
}

template <class Structure, class Found>
void list_json(const Shape& shape, const Structure& structure, const Found& found) {
  const bool one_block = is_one_block(structure);
  const std::optional<Tally> tally = tally_of(structure, found);
  fmt::print("{{\n  \"rows\": {},\n  \"cols\": {},\n  \"size\": {},\n", shape.rows, shape.cols,
             structure.size());
  fmt::print("  \"block_rows\": {},\n  \"block_columns\": {},\n", structure.block_rows(),
             structure.block_columns());
  fmt::print("  \"padding_value\": {},\n", shape.padding_value);
  if (shape.packing) {
    fmt::print("  \"packing\": {{\"output\": {}, \"input\": {}}},\n",
               packed_json(shape.packing->output), packed_json(shape.packing->input));
  }
  fmt::print("  \"count\": {},\n", tally ? std::to_string(tally->diagonals) : "null");
  fmt::print("  \"rotations\": {},\n", tally ? std::to_string(tally->rotations) : "null");
  fmt::print("  \"diagonals\": [");
  std::string_view between = "\n";
  for_each_diagonal(structure, found, [&](const DiagonalPlace& place, Index entries) {
    fmt::print("{}    {{", between);
    if (!one_block) fmt::print("\"block\": [{}, {}], ", place.block_row, place.block_column);
    fmt::print("\"offset\": {}, \"entries\": {}}}", place.offset, entries);
    between = ",\n";
    return true;
  });
  fmt::print("\n  ]\n}}\n");
}

template <class Structure, class Found>
void list_any(const Shape& shape, const Structure& structure, const Found& found, bool json) {
  if (json) return list_json(shape, structure, found);
  list(shape, structure, found);
}

}  // namespace toeplix::cli::diagonal_list
