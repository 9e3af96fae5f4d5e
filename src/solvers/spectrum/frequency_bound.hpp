#pragma once

#include "solvers/spectrum/embedding.hpp"
#include "solvers/spectrum/peak.hpp"
#include "solvers/transform/frequency_blocks.hpp"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace toeplix::detail {

/// Whether t^2 I - B^H B has a Cholesky factor, or |B| is at most t by its Frobenius norm or that
/// of B^H B. If so, |B| is at most `t * (1 + cholesky_margin(rows, cols))`.
bool is_below(const Eigen::Ref<const Eigen::MatrixXcd>& block, double t);

/// What rounding may hide from `is_below`, relative to t: of the Gram matrix, of the factor of a
/// matrix whose trace is at most n t^2, n being the shorter side.
/// Source: S. M. Rump, BIT 46 (2006), with constants for complex numbers on the safe side.
double cholesky_margin(Eigen::Index rows, Eigen::Index cols);

/// Every axis's circle and sign, chosen so that the peaks lie in the middle between two frequencies
/// of every free axis, or as near as that gets. `others` extents above the least are tried.
std::vector<FrequencyAxis> choose_circles(const std::vector<EmbeddedAxis>& axes,
                                          std::span<const Peak> peaks);

/// A bound of the norm of all blocks.
struct FrequencyBound {
  double upper = 0;  ///< proved, rounding of blocks and factors counted in
  Index blocks = 0;  ///< that were bounded
  Peak worst;        ///< the frequency of the largest block that exceeded the first target
  bool met = false;  ///< whether the first target was met, and there is no such block
};

/// Bounds all blocks by `target`, or if some exceed it by little more than the largest, to a
/// relative `precision`. The bits do not depend on the number of threads. Cost: a Gram matrix and a
/// Cholesky factor of each block.
FrequencyBound bound_blocks(const FrequencyBlocks& blocks, double target, double precision,
                            int threads);

/// The largest norm of the blocks whose frequencies are next to a peak, to a few digits.
double value_beside(const FrequencyBlocks& blocks, const Peak& peak);

}  // namespace toeplix::detail
