#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include <vector>

namespace toeplix {

/// Lines that a process gathers, of others or of its own: line `to + i * to_step` of a part's input
/// is line `from + i * from_step` of the whole input, for i in [0, count).
///
///     // The three lines above the image, as Boundary::reflect has them.
///     const toeplix::LineRun run = {.to = 0, .to_step = 1, .from = 3, .from_step = -1, .count =
///     3};
struct LineRun {
  Index to = 0;         ///< the first line in the part
  Index to_step = 1;    ///< to the next of them
  Index from = 0;       ///< the first line of the whole input
  Index from_step = 1;  ///< to the next of them; 0 or negative where a boundary folds
  Index count = 0;      ///< number of lines

  /// Whether all members are equal.
  friend bool operator==(const LineRun&, const LineRun&) = default;
};

/// One part of the rows that a process has: what they read of one stretch of lines. The rows of the
/// process are the sum of its parts.
///
///     for (const toeplix::HaloPart& part : toeplix::halo_parts(pattern, rows, columns, process)) {
///       toeplix::Operator<double> product(part.pattern, weights);  // part.lines lines of the
///       input
///     }
struct HaloPart {
  /// Whether its input is all that the process has, as it lies there: no halo.
  bool own = false;
  Index first_row = 0;  ///< its first line of the output, counted from the first of the process
  Index rows = 0;       ///< its lines of the output
  Index lines = 0;      ///< its lines of the input; those that no run has are zero
  std::vector<LineRun> runs;  ///< where its input is from
  Pattern pattern;            ///< of these lines of output and input; each vector is a tensor

  /// Whether some of its lines are zero.
  [[nodiscard]] bool has_zeros() const;
};

/// What the rows of a process read, stretch by stretch of the slowest axis: what the process has
/// itself, what others have before and after (the halo, as wide as the kernel reaches), and what
/// the boundary shows beyond the edges of the image. A part without entries is left out; perhaps
/// there is none. An operator of a part's pattern is as fast as any, and takes the weights of the
/// whole.
///
/// Throws GeometryError as `diagonal_part`, and for the pattern of a transposed convolution, or any
/// other that is transposed: take its `transposed()`, and products the other way round.
/// CapacityError as `TapTable`. Cost: the pixels beyond the edges that windows reach, and the tap
/// tables of the parts; nothing for every line.
///
///     const auto parts = toeplix::halo_parts(pattern, rows, columns, 0);
[[nodiscard]] std::vector<HaloPart> halo_parts(const Pattern& pattern, const Bands& rows,
                                               const Bands& columns, Index process);

}  // namespace toeplix
