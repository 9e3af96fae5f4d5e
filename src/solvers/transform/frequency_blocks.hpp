#pragma once

#include <toeplix/pattern.hpp>

#include "solvers/transform/frequency_axis.hpp"

#include <complex>
#include <span>
#include <vector>

namespace toeplix::detail {

/// The small matrices that a convolution is to every frequency.
///
/// Let A be the matrix of a pattern whose axes waves take apart, F_in and F_out the unitary
/// transforms of each channel of its columns and rows. F_out A F_in^* is zero but for one block for
/// every group and frequency q, one coordinate q_a in [0, frequencies()) for each axis:
///
/// - Row alias * row_channels() + r of a block is row channel r of the group at the output
///   frequency p = q + alias * frequencies().
/// - Column alias * column_channels() + c is column channel c at the input frequency
///   p = q + alias * frequencies().
///
/// A stride aliases input frequencies, that of a transposed convolution output frequencies: the
/// alias of a column has a digit in [0, row_step) for every axis, that of a row one in [0,
/// column_step), the last axis being the fastest. One of the two steps of an axis is 1.
///
/// Where wave p of the frequency is e^(2 pi i (p + half_turns / 2) x / extent) / sqrt(extent), an
/// entry is the sum of weight * e^(2 pi i (p + half_turns / 2) offset / extent) over the kernel
/// positions, times 1 / sqrt(product of all steps): no other scale, no other phase. The kernel may
/// be larger than the image, it is folded by the phases. The wave of a cosine axis is
/// cos(pi p (x + 1/2) / n) times 1 / sqrt(n), or sqrt(2 / n) for p > 0, and its factor
/// cos(pi p offset / n).
///
/// Weights are real, so frequencies come in conjugate pairs. One of each pair is numbered,
/// `multiplicity` says how many it stands for. The phases are those of whole turns modulo the
/// extent, so that none is wrong by more than rounding, and those of 0, 1/8, 1/4 ... of a turn are
/// exact (but for the root of 1/2).
///
/// Source: H. Sedghi, V. Gupta, P. M. Long, The singular values of convolutional layers, ICLR 2019.
///
///     const FrequencyBlocks blocks(pattern, weights, *exact_axes(pattern, weights));
///     Eigen::MatrixXcd block(blocks.rows(), blocks.cols());
///     blocks.write(group, frequency, 1, block.data());
class FrequencyBlocks {
 public:
  using Complex = std::complex<double>;

  /// `axes` are those of the pattern, in its order. Takes memory for the weights that are kept, 16
  /// bytes for every pixel of each axis, and 24 for every line of frequencies along the last one.
  /// Throws CapacityError for an axis of more than 2^28 pixels.
  FrequencyBlocks(const Pattern& pattern, std::span<const double> weights,
                  std::vector<FrequencyAxis> axes);

  Index groups() const { return groups_; }
  /// Row channels of a group.
  Index row_channels() const { return row_channels_; }
  /// Column channels of a group.
  Index column_channels() const { return column_channels_; }
  /// Rows of a block.
  Index rows() const { return row_aliases_ * row_channels_; }
  /// Columns of a block.
  Index cols() const { return column_aliases_ * column_channels_; }
  /// Numbered frequencies: about half of all.
  Index count() const { return line_begin_.back(); }
  /// How many frequencies a number stands for: 1 or 2.
  int multiplicity(Index number) const;
  /// The frequency of a number, along every axis.
  std::vector<Index> frequency(Index number) const;
  const std::vector<FrequencyAxis>& axes() const { return axes_; }

  /// Writes the blocks of frequencies [first, first + count) of a group, one after the other, each
  /// column by column. Cost: for each one multiplication for every weight of the group and alias.
  void write(Index group, Index first, Index count, Complex* blocks) const;
  /// The same at frequencies between those of the waves. `turns` has one number for each axis,
  /// (p + half_turns / 2) / extent, of which that of the first alias counts.
  void write_between(Index group, std::span<const double> turns, Complex* block) const;
  /// The Frobenius norm of the block whose entries are the sums of absolute weights: no block's is
  /// larger, and errors of a block are a small multiple of it.
  double absolute_norm(Index group) const;
  /// Kernel positions that are added up for an entry.
  Index positions() const { return positions_; }

 private:
  void set_lines();
  void take_weights(const Pattern& pattern, std::span<const double> weights);
  void write_alias(Index group, const std::vector<Complex>& phases, Index row_alias,
                   Index column_alias, Complex* block) const;
  template <class PhaseOf>
  void write_block(Index group, const PhaseOf& phase_of, Complex* block) const;
  /// Whether a line of frequencies is its own mirror image.
  bool is_own_mirror(const std::vector<Index>& leading) const;

  std::vector<FrequencyAxis> axes_;
  Index groups_;
  Index row_channels_;
  Index column_channels_;
  Index row_aliases_ = 1;
  Index column_aliases_ = 1;
  Index positions_ = 1;
  double scale_ = 1;                         // 1 / sqrt(product of steps)
  std::vector<std::vector<Complex>> roots_;  // of each axis: those of 2 * extent half turns
  std::vector<double> weights_;  // group, then position, then column channel, then row channel
  // Frequencies along the last axis whose leading coordinates, flattened, are the line's.
  std::vector<Index> line_;
  std::vector<Index> line_begin_{0};  // numbers before each line, then all
};

}  // namespace toeplix::detail
