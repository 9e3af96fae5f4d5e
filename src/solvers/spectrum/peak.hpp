#pragma once

#include "solvers/spectrum/embedding.hpp"
#include "solvers/transform/frequency_blocks.hpp"

#include <Eigen/Core>

#include <vector>

namespace toeplix::detail {

/// A frequency at which the symbol, the block as a function of real frequencies, has a large norm.
struct Peak {
  Index group = 0;
  std::vector<double> turns;  ///< of each axis, per pixel, as `FrequencyBlocks::write_between`
  double value = 0;           ///< the norm there, to a few digits
};

/// The block there.
Eigen::MatrixXcd block_at(const FrequencyBlocks& blocks, const Peak& peak);

/// Looks for the highest peak: on a grid as fine as the kernel is long, as far as time allows, and
/// from its highest point uphill. Along exact axes frequencies are those of the axis. Nothing is
/// proved. Cost: at most some 10^9 operations, and 32 blocks.
Peak find_peak(const FrequencyBlocks& blocks, const std::vector<EmbeddedAxis>& axes, int threads);

}  // namespace toeplix::detail
