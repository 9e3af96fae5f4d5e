#include <toeplix/compile.hpp>

#include "core/inspect/levels.hpp"
#include "core/inspect/shortened.hpp"
#include "core/inspect/structure.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

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

StructureFinding both(StructureFinding a, StructureFinding b) {
  if (!a || !b) return std::nullopt;
  return *a && *b;
}

MatrixStructure both(const MatrixStructure& a, const MatrixStructure& b) {
  MatrixStructure result = a;
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

/// The matrix that is asked about: that of a convolution, or its transpose.
enum class Orientation { plain, transposed };

template <AnyConvolution Conv>
constexpr Orientation orientation_of =
    std::same_as<Conv, Convolution> ? Orientation::plain : Orientation::transposed;

std::vector<MatrixLevel> levels_of(const Convolution& convolution, Orientation orientation) {
  std::vector<MatrixLevel> result = matrix_levels(convolution);
  if (orientation == Orientation::plain) return result;
  for (MatrixLevel& level : result) std::swap(level.rows, level.cols);
  return result;
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

MatrixStructure undecided(const Convolution& conv, Orientation orientation) {
  MatrixStructure structure;
  for (const MatrixLevel& level : levels_of(conv, orientation)) {
    structure.levels.push_back({level, std::nullopt, std::nullopt, std::nullopt});
  }
  return structure;
}

/// Structure of a matrix that is built.
MatrixStructure structure_built(const Convolution& conv, Orientation orientation,
                                const InspectedWeights& weights, Index most_work,
                                Stochastic stochastic) {
  Rows<double> matrix = compile<Index>(conv, weights.values);
  if (orientation == Orientation::transposed) matrix = Rows<double>(matrix.transpose());
  return find_structure(matrix, levels_of(conv, orientation), weights.epsilon, most_work,
                        stochastic);
}

/// Structure for every kernel, of a matrix that is built.
MatrixStructure structure_for_all(const Convolution& conv, Orientation orientation,
                                  Index most_work) {
  const auto with_seed = [&](std::uint64_t seed) {
    const std::vector<double> weights = draw_weights(conv.weight_count(), seed);
    return structure_built(conv, orientation, {weights, std::numeric_limits<double>::epsilon()},
                           most_work, Stochastic::left_out);
  };
  return both(with_seed(seeds[0]), with_seed(seeds[1]));
}

/// What is circulant on every level is diagonal in the Fourier basis, group by group, whatever its
/// weights; and so it is normal, if no group joins channels.
void set_normality(MatrixStructure& structure, const Convolution& conv) {
  if (structure.normal || conv.in_channels() != conv.groups()) return;
  if (conv.out_channels() != conv.groups()) return;
  if (block_circulant(structure) == true) structure.normal = true;
}

/// Rows and columns of the whole decide what only a square matrix can be.
void set_squareness(MatrixStructure& structure, const Convolution& conv) {
  if (conv.rows() == conv.cols()) return;
  structure.circulant = false;
  structure.symmetric = false;
  structure.normal = false;
  if (structure.doubly_stochastic) structure.doubly_stochastic = false;
}

/// A small convolution of one level by itself: of the channels, or of one axis.
std::vector<Convolution> levels_alone(const Convolution& conv, Orientation orientation) {
  const Convolution channels({.input = {1},
                              .kernel = {1},
                              .in_channels = conv.in_channels(),
                              .out_channels = conv.out_channels(),
                              .groups = conv.groups()});
  const std::vector<std::size_t> axes = axes_by_memory(conv.axes(), conv.spec().order);
  auto axis = axes.begin();
  std::vector<Convolution> alone;
  for (const MatrixLevel& level : levels_of(conv, orientation)) {
    const bool is_axis = level.kind == MatrixLevelKind::axis;
    alone.push_back(is_axis ? shortened(axis_convolution(conv, *axis++))
                            : with_few_channels(channels));
  }
  return alone;
}

/// Of a matrix without an entry.
void set_zero_matrix(MatrixStructure& structure) {
  for (LevelStructure& level : structure.levels) {
    level.toeplitz = level.toeplitz_plus_hankel = true;
    level.circulant = level.level.rows == level.level.cols;
  }
}

/// The first convolution that is the same as number `i`.
std::size_t first_alike(const std::vector<Convolution>& convolutions, std::size_t i) {
  const auto alike = [&](const Convolution& other) {
    return other.spec() == convolutions[i].spec();
  };
  return static_cast<std::size_t>(std::ranges::find_if(convolutions, alike) - convolutions.begin());
}

/// For every kernel each level may be looked at by itself: two entries are then equal if the kernel
/// positions of every axis are, and the channels.
MatrixStructure structure_by_levels(const Convolution& conv, Orientation orientation,
                                    Index most_work) {
  MatrixStructure structure = undecided(conv, orientation);
  bool all_symmetric = keeps_shape(conv);
  bool decided = true;
  if (entries_of(conv) == 0) {
    set_zero_matrix(structure);
  } else {
    const std::vector<Convolution> alone = levels_alone(conv, orientation);
    std::vector<MatrixStructure> found(alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      if (!is_affordable(alone[i], most_work)) {
        decided = false;
        continue;
      }
      // Axes are often alike.
      const std::size_t known = first_alike(alone, i);
      found[i] = known < i ? found[known] : structure_for_all(alone[i], orientation, most_work);
      const MatrixStructure& one = found[i];
      const MatrixLevel level = structure.levels[i].level;
      // A convolution of one axis has the levels channels and axis.
      structure.levels[i] = one.levels[level.kind == MatrixLevelKind::axis ? 1 : 0];
      structure.levels[i].level = level;
      all_symmetric = all_symmetric && one.symmetric == true;
    }
  }
  if (decided && keeps_shape(conv)) structure.symmetric = all_symmetric;
  return structure;
}

MatrixStructure structure_of_every_kernel(const Convolution& conv, Orientation orientation,
                                          Index most_work) {
  MatrixStructure structure = structure_by_levels(conv, orientation, most_work);
  const Convolution small = with_few_channels(shortened(conv));
  if (is_affordable(small, most_work)) {
    const MatrixStructure whole = structure_for_all(small, orientation, most_work);
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
void keep_what_holds(StructureFinding& finding) {
  if (finding == false) finding = std::nullopt;
}

MatrixStructure structure_of_kernel(const Convolution& conv, Orientation orientation,
                                    const InspectedWeights& weights, Index most_work) {
  const Convolution small = shortened(conv);
  MatrixStructure structure;
  if (is_affordable(small, most_work)) {
    structure = structure_built(small, orientation, weights, most_work, Stochastic::checked);
    const std::vector<MatrixLevel> full = levels_of(conv, orientation);
    for (std::size_t i = 0; i < full.size(); ++i) structure.levels[i].level = full[i];
  } else {
    structure = structure_by_levels(conv, orientation, most_work);
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
MatrixStructure find_structure(const Conv& convolution, Index most_work) {
  return structure_of_every_kernel(sliding_convolution(convolution), orientation_of<Conv>,
                                   most_work);
}

template <AnyConvolution Conv>
MatrixStructure find_structure(const Conv& convolution, const InspectedWeights& weights,
                               Index most_work) {
  return structure_of_kernel(sliding_convolution(convolution), orientation_of<Conv>, weights,
                             most_work);
}

template MatrixStructure find_structure(const Convolution&, Index);
template MatrixStructure find_structure(const TransposedConvolution&, Index);
template MatrixStructure find_structure(const Convolution&, const InspectedWeights&, Index);
template MatrixStructure find_structure(const TransposedConvolution&, const InspectedWeights&,
                                        Index);

}  // namespace toeplix::detail
