#include <toeplix/compile.hpp>
#include <toeplix/inspect.hpp>

#include "core/base/integer_math.hpp"
#include "core/inspect/structure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix::detail {

namespace {

/// Numbers at random, whole and small enough that sums of their products are exact. Two different
/// sums of them are equal by chance once in about 2^20.
std::vector<double> draw_weights(Index count, std::uint64_t seed) {
  std::vector<double> weights;
  weights.reserve(static_cast<std::size_t>(count));
  std::uint64_t state = seed;
  for (Index i = 0; i < count; ++i) {
    // SplitMix64: Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    weights.push_back(static_cast<double>((mixed >> 43) + 1));
  }
  return weights;
}

constexpr std::uint64_t seeds[] = {1, 2};

Finding both(Finding a, Finding b) {
  if (!a || !b) return std::nullopt;
  return *a && *b;
}

Structure both(const Structure& a, const Structure& b) {
  Structure result = a;
  for (std::size_t i = 0; i < a.levels.size(); ++i) {
    LevelStructure& level = result.levels[i];
    level.toeplitz = both(level.toeplitz, b.levels[i].toeplitz);
    level.circulant = both(level.circulant, b.levels[i].circulant);
    level.toeplitz_plus_hankel = both(level.toeplitz_plus_hankel, b.levels[i].toeplitz_plus_hankel);
  }
  result.toeplitz = both(a.toeplitz, b.toeplitz);
  result.circulant = both(a.circulant, b.circulant);
  result.symmetric = both(a.symmetric, b.symmetric);
  result.normal = both(a.normal, b.normal);
  return result;
}

const Convolution& forward(const Convolution& convolution) {
  return convolution;
}
const Convolution& forward(const TransposedConvolution& convolution) {
  return convolution.adjoint();
}

enum class Direction { forward, transposed };

Direction direction_of(const Convolution&) {
  return Direction::forward;
}
Direction direction_of(const TransposedConvolution&) {
  return Direction::transposed;
}

std::vector<MatrixLevel> levels_of(const Convolution& convolution, Direction direction) {
  std::vector<MatrixLevel> result = matrix_levels(convolution);
  if (direction == Direction::forward) return result;
  for (MatrixLevel& level : result) std::swap(level.rows, level.cols);
  return result;
}

bool keeps_shape(const Convolution& conv) {
  return conv.in_channels() == conv.out_channels() && conv.input() == conv.output();
}

bool is_strided(const Convolution& conv, std::size_t axis) {
  return conv.spec().stride[axis] != 1;
}

/// Whether rows are as many as columns by more than every axis keeping its extent.
bool is_square_by_chance(const Convolution& conv) {
  if (conv.rows() != conv.cols()) return false;
  if (!keeps_shape(conv)) return true;
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    if (is_strided(conv, axis)) return true;
  }
  return false;
}

/// Outputs that may go from the middle of an axis without a change of structure: rows of the middle
/// are copies of one another, and so many stay that nothing at one border comes near the other.
Index spare_outputs(const Convolution& conv, std::size_t axis) {
  const TapTable& table = conv.tap_tables()[axis];
  const AxisGeometry& g = table.geometry();
  const Index span = (g.kernel - 1) * g.dilation + 1;
  const AxisPadding padding = conv.padding(axis);
  const Index inputs = 2 * (span + std::max({Index{1}, padding.lower, padding.upper}));
  // Two rows are always Toeplitz plus Hankel, and nothing follows from that for more.
  const Index keep = std::max<Index>(4, ceil_div(inputs, g.stride) + 1);
  return std::max<Index>(0, table.middle().end - table.middle().begin - keep);
}

/// A small convolution whose matrix has the same structure, but for squareness by chance.
Convolution shortened(const Convolution& conv) {
  if (is_square_by_chance(conv)) return conv;
  ConvolutionSpec spec = conv.spec();
  std::vector<AxisPadding> sides;
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    spec.input[axis] -= spare_outputs(conv, axis) * spec.stride[axis];
    sides.push_back(conv.padding(axis));
  }
  spec.padding = sides;
  return Convolution(std::move(spec));
}

/// The same with few channels. Of weights at random few tell as much as many.
Convolution with_few_channels(const Convolution& conv) {
  if (is_square_by_chance(conv)) return conv;
  ConvolutionSpec spec = conv.spec();
  const Index out_per_group = std::min<Index>(4, spec.out_channels / spec.groups);
  const Index in_per_group = std::min<Index>(4, spec.in_channels / spec.groups);
  spec.groups = std::min<Index>(4, spec.groups);
  spec.out_channels = spec.groups * out_per_group;
  spec.in_channels = spec.groups * in_per_group;
  return Convolution(std::move(spec));
}

double entries_of(const Convolution& conv) {
  double entries = static_cast<double>(conv.out_channels()) *
                   static_cast<double>(conv.in_channels() / conv.groups());
  for (const TapTable& table : conv.tap_tables()) entries *= static_cast<double>(table.entries());
  return entries;
}

bool is_affordable(const Convolution& conv, Index most_work) {
  const double limit = static_cast<double>(most_work) / 32;
  return entries_of(conv) <= limit && static_cast<double>(conv.rows()) <= limit &&
         static_cast<double>(conv.cols()) <= limit &&
         static_cast<double>(conv.weight_count()) <= limit;
}

Structure undecided(const Convolution& conv, Direction direction) {
  Structure structure;
  for (const MatrixLevel& level : levels_of(conv, direction)) {
    structure.levels.push_back({level, std::nullopt, std::nullopt, std::nullopt});
  }
  return structure;
}

/// Structure of a matrix that is built.
Structure structure_built(const Convolution& conv, Direction direction,
                          std::span<const double> weights, Index most_work, Stochastic stochastic) {
  Rows<double> matrix = compile<Index>(conv, weights);
  if (direction == Direction::transposed) matrix = Rows<double>(matrix.transpose());
  return find_structure(matrix, levels_of(conv, direction), std::numeric_limits<double>::epsilon(),
                        most_work, stochastic);
}

/// Structure for every kernel, of a matrix that is built.
Structure structure_for_all(const Convolution& conv, Direction direction, Index most_work) {
  const auto with_seed = [&](std::uint64_t seed) {
    return structure_built(conv, direction, draw_weights(conv.weight_count(), seed), most_work,
                           Stochastic::left_out);
  };
  return both(with_seed(seeds[0]), with_seed(seeds[1]));
}

/// What is circulant on every level is diagonal in the Fourier basis, group by group, whatever its
/// weights; and so it is normal, where no group joins channels.
void set_normality(Structure& structure, const Convolution& conv) {
  if (structure.normal || conv.in_channels() != conv.groups()) return;
  if (conv.out_channels() != conv.groups()) return;
  if (block_circulant(structure) == true) structure.normal = true;
}

/// Rows and columns of the whole decide what only a square matrix can be.
void set_squareness(Structure& structure, const Convolution& conv) {
  if (conv.rows() == conv.cols()) return;
  structure.circulant = false;
  structure.symmetric = false;
  structure.normal = false;
  if (structure.doubly_stochastic) structure.doubly_stochastic = false;
}

/// One axis, or the channels, by itself.
Convolution alone(const Convolution& conv, const MatrixLevel& level, std::size_t axis) {
  if (level.name != "channels") return axis_convolution(conv, axis);
  return Convolution({.input = {1},
                      .kernel = {1},
                      .in_channels = conv.in_channels(),
                      .out_channels = conv.out_channels(),
                      .groups = conv.groups()});
}

/// For every kernel each level may be looked at by itself: entries are then equal where the kernel
/// positions of every axis, and the channels, are.
Structure structure_by_levels(const Convolution& conv, Direction direction, Index most_work) {
  Structure structure = undecided(conv, direction);
  const bool column_major = conv.spec().order == TensorOrder::column_major;
  bool all_symmetric = keeps_shape(conv);
  bool decided = true;
  std::size_t axis = 0;
  for (LevelStructure& found : structure.levels) {
    const bool channels = found.level.name == "channels";
    const std::size_t spec_axis = column_major && !channels ? conv.axes() - 1 - axis : axis;
    if (!channels) ++axis;
    if (entries_of(conv) == 0) {
      found.toeplitz = found.toeplitz_plus_hankel = true;
      found.circulant = found.level.rows == found.level.cols;
      continue;
    }
    const Convolution level = alone(conv, found.level, channels ? 0 : spec_axis);
    const Convolution small = channels ? with_few_channels(level) : shortened(level);
    if (!is_affordable(small, most_work)) {
      decided = false;
      continue;
    }
    const Structure one = structure_for_all(small, direction, most_work);
    const LevelStructure& source = one.levels[channels ? 0 : 1];
    found.toeplitz = source.toeplitz;
    found.circulant = source.circulant;
    found.toeplitz_plus_hankel = source.toeplitz_plus_hankel;
    all_symmetric = all_symmetric && one.symmetric == true;
  }
  if (decided && keeps_shape(conv)) structure.symmetric = all_symmetric;
  return structure;
}

Structure structure_of_every_kernel(const Convolution& conv, Direction direction, Index most_work) {
  Structure structure = structure_by_levels(conv, direction, most_work);
  const Convolution small = with_few_channels(shortened(conv));
  if (is_affordable(small, most_work)) {
    const Structure whole = structure_for_all(small, direction, most_work);
    structure.toeplitz = whole.toeplitz;
    structure.circulant = whole.circulant;
    structure.symmetric = whole.symmetric;
    structure.normal = whole.normal;
  }
  set_squareness(structure, conv);
  set_normality(structure, conv);
  // The fastest level moves by one row and one column, as the whole does.
  if (structure.levels.back().toeplitz == false) structure.toeplitz = false;
  if (structure.toeplitz == false) structure.circulant = false;
  return structure;
}

/// Keeps what holds for every kernel; what fails for some may hold for another.
void keep_what_holds(Finding& finding) {
  if (finding == false) finding = std::nullopt;
}

Structure structure_of_kernel(const Convolution& conv, Direction direction,
                              std::span<const double> weights, Index most_work) {
  const Convolution small = shortened(conv);
  Structure structure;
  if (is_affordable(small, most_work)) {
    structure = structure_built(small, direction, weights, most_work, Stochastic::checked);
    const std::vector<MatrixLevel> full = levels_of(conv, direction);
    for (std::size_t i = 0; i < full.size(); ++i) structure.levels[i].level = full[i];
  } else {
    structure = structure_by_levels(conv, direction, most_work);
    keep_what_holds(structure.symmetric);
    for (LevelStructure& level : structure.levels) {
      keep_what_holds(level.toeplitz);
      keep_what_holds(level.toeplitz_plus_hankel);
      if (level.level.rows == level.level.cols) keep_what_holds(level.circulant);
    }
  }
  set_squareness(structure, conv);
  set_normality(structure, conv);
  return structure;
}

}  // namespace

template <AnyConvolution Conv>
Structure find_structure(const Conv& convolution, std::optional<std::span<const double>> weights,
                         Index most_work) {
  const Convolution& conv = forward(convolution);
  const Direction direction = direction_of(convolution);
  if (weights) return structure_of_kernel(conv, direction, *weights, most_work);
  return structure_of_every_kernel(conv, direction, most_work);
}

template Structure find_structure(const Convolution&, std::optional<std::span<const double>>,
                                  Index);
template Structure find_structure(const TransposedConvolution&,
                                  std::optional<std::span<const double>>, Index);

}  // namespace toeplix::detail
