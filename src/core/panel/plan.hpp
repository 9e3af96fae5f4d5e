#pragma once

#include "core/panel/lattice.hpp"

#include <toeplix/pattern.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace toeplix::detail {

/// What a processor's micro-kernels multiply at once: some output channels times at most
/// `most_vectors` vectors of pixels, held in registers.
struct KernelShape {
  static constexpr Index most_vectors = 8;

  Index lanes;          ///< numbers in a vector
  Index most_channels;  ///< output channels, at most
  Index most_rolled;    ///< kernel rows that roll together, at most
};

/// A box of row steps: along each axis, `count` steps from `first` on, of every row phase.
struct PanelTile {
  std::vector<Index> first;
  std::vector<Index> count;
};

/// How a product is made, whatever the numbers are: the matrix of a pattern, as correlations of
/// stride 1 with panels.
///
/// A panel is the part of the image that the rows of a tile read, gathered into one array: for
/// every input channel, and every combination of column phases, a box of pixels, edges extended. A
/// tap of a row is then one offset into the channel's panel, the same for all rows of a combination
/// of row phases; and as the box is one run of memory, so are the rows, but for those between the
/// lines of the box, which are computed and thrown away.
///
/// Complex numbers are two channels, `parts` = 2: strides and channels are those of real numbers.
struct PanelPlan {
  /// What a plan's tiles cover along an axis.
  enum class Part {
    inside,  ///< the rows
    beyond,  ///< coordinates beyond the edges, which are folded onto rows
    whole,   ///< both
  };

  struct Axis {
    Lattice lattice;
    Index row_stride;        ///< in the vector of rows
    Index column_stride;     ///< in that of columns
    Index weight_stride;     ///< in the weights
    Index panel_stride = 0;  ///< from a step to the next in the panel
    Index panel_extent = 0;  ///< steps of the panel's box
    Part part = Part::inside;

    /// The row that a tile's sum at a coordinate belongs to; -1 if it is none's.
    [[nodiscard]] Index row_at(Index coordinate) const;
  };

  /// Kernel rows that roll down the image together, see `bands`.
  struct Band {
    Index first;         ///< from the least shift along the rolled axis
    Index rows;          ///< how many
    Index first_packed;  ///< where its weights begin among those of a group
  };

  /// The taps of all rows of one combination of row phases.
  struct RowPhase {
    std::vector<std::int32_t> offsets;  ///< in a channel's panel, from a row's own step
    std::vector<Index> kernels;         ///< offsets in the weights of a pair of channels
    Index first_packed;                 ///< where its weights begin among those of a group
  };

  Index parts;                  ///< real numbers in a number
  Index groups;                 ///< groups of channels
  Index inputs;                 ///< column channels of a group, times `parts`
  Index outputs;                ///< row channels of a group, times `parts`
  Index row_channel_stride;     ///< from a channel's pixel to that of the next, in real numbers
  Index column_channel_stride;  ///< likewise
  bool channels_innermost;

  std::vector<Axis> axes;            ///< slowest first, unless the plan is turned
  std::vector<RowPhase> row_phases;  ///< last axis fastest
  Index column_phases = 1;           ///< combinations
  Index plane = 0;                   ///< numbers of one combination in the panel
  Index channel_pitch = 0;           ///< numbers of a channel in the panel
  Index taps = 1;                    ///< of all row phases
  Index row_phase_count = 1;         ///< combinations of row phases
  Index packed_group = 0;            ///< packed weights of a group

  /// If a group has one channel in and one out, a pixel is loaded once for all kernel rows of a
  /// band: rows of sums roll down the axis before the last. Its taps are then in this order: by
  /// band, by the tap across that axis, and by kernel row, from the last to the first. Empty if
  /// nothing rolls.
  std::vector<Band> bands;
  std::vector<std::int32_t> across;  ///< offsets of the taps across the rolled axis

  Index blocks = 1;           ///< into which the output channels are divided
  Index most_in_block = 1;    ///< output channels of the largest
  Index result_pitch = 0;     ///< numbers of a channel of a tile's results
  Index groups_together = 1;  ///< whose panels are gathered before they are multiplied

  std::vector<PanelTile> tiles;  ///< the first is the largest
  /// Whether the tiles are beyond the edges, and their sums added to the rows.
  bool beyond_edges = false;
  /// Whether the last axis comes first here, and so its lines are not the panel's: beyond its edges
  /// there are few pixels in a line.
  bool turned = false;

  /// Whether sums roll down, see `bands`.
  [[nodiscard]] bool rolls() const { return !bands.empty() && !beyond_edges; }
  /// The axis that is rolled down, if one is.
  [[nodiscard]] std::size_t rolled_axis() const { return axes.size() - 2; }
  /// The first output channel of a block.
  [[nodiscard]] Index block_begin(Index block) const { return outputs * block / blocks; }
  /// Numbers of the panels of `groups_together` groups, and those that vectors read beyond.
  [[nodiscard]] Index panel_size(const KernelShape& shape) const;
  /// Numbers of the results of a block of those, and those that vectors read beyond.
  [[nodiscard]] Index result_size(const KernelShape& shape) const;
};

/// What a plan is made for.
struct PlanTarget {
  KernelShape shape;   ///< of the processor's micro-kernels
  Index number_bytes;  ///< of a real number
  Index cache_bytes;   ///< that the panel and the results of a tile may take
  int threads;         ///< that there should be tiles for

  /// Numbers that fit into the cache.
  [[nodiscard]] double numbers() const {
    return static_cast<double>(cache_bytes) / static_cast<double>(number_bytes);
  }
};

/// Most of a core's second-level cache.
Index panel_cache_bytes();

/// The plans of a product: one of all rows within the edges, and, if a boundary folds onto rows, of
/// what lies beyond them; to be carried out in this order, and those beyond tile by tile. None for
/// patterns that panels do not serve: a kernel for every pixel, or taps so far apart that more
/// would be gathered than multiplied. Cost: the kernel and the number of tiles.
std::vector<PanelPlan> panel_plans(const Pattern& pattern, Index parts, const PlanTarget& target);

}  // namespace toeplix::detail
