#include "solvers/spectrum/peak.hpp"

#include "core/base/parallel.hpp"
#include "solvers/base/serial_section.hpp"
#include "solvers/spectrum/block_values.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

namespace {

/// The frequencies of one axis that are looked at: `count` from 0 on, `step` turns apart.
struct Grid {
  Index count;
  double step;
};

double block_operations(const FrequencyBlocks& blocks) {
  const auto shorter = static_cast<double>(std::min(blocks.rows(), blocks.cols()));
  const double entries = static_cast<double>(blocks.rows()) * static_cast<double>(blocks.cols());
  return entries * (4 * static_cast<double>(blocks.positions()) + 8 * shorter) +
         30 * shorter * shorter * shorter;
}

/// Four points for every wave that the kernel has room for, in half of the period: the other half
/// are conjugates, of the first Fourier axis that is met.
Grid grid_of(const EmbeddedAxis& axis, bool halved) {
  const FrequencyAxis& f = axis.axis;
  const bool exact = axis.enclosure == Enclosure::exact;
  const double period = f.basis == Basis::cosine ? 0.5 : 1 / static_cast<double>(axis.step());
  Index reach = 1;
  if (!f.offsets.empty()) {
    const auto [lowest, highest] = std::ranges::minmax(f.offsets);
    reach = std::min(highest - lowest + 1, f.extent);
  }
  const Index fine = static_cast<Index>(std::ceil(4 * static_cast<double>(reach) * period)) + 1;
  const Index whole = std::max<Index>(exact ? std::min(fine, f.frequencies()) : fine, 1);
  const double step = period / static_cast<double>(whole);
  return {halved ? whole / 2 + 1 : whole, step};
}

std::vector<Grid> grids_of(const FrequencyBlocks& blocks, const std::vector<EmbeddedAxis>& axes) {
  std::vector<Grid> grids;
  double points = static_cast<double>(blocks.groups());
  bool halved = false;
  for (const EmbeddedAxis& axis : axes) {
    const bool halve = !halved && axis.axis.basis == Basis::fourier;
    halved = halved || halve;
    grids.push_back(grid_of(axis, halve));
    points *= static_cast<double>(grids.back().count);
  }
  const double most = std::clamp(1e9 / block_operations(blocks), 32.0, 1e5);
  // Coarser along all axes alike, if it takes too long.
  const double coarser =
      std::pow(std::max(points / most, 1.0), 1 / static_cast<double>(axes.size()));
  for (Grid& grid : grids) {
    const auto count = static_cast<double>(grid.count);
    const double fewer = std::max(std::floor(count / coarser), 1.0);
    grid.step *= count / fewer;
    grid.count = static_cast<Index>(fewer);
  }
  return grids;
}

/// The nearest of an exact axis's own frequencies.
double on_axis(const EmbeddedAxis& axis, double turns) {
  if (axis.enclosure != Enclosure::exact) return turns;
  const auto extent = static_cast<double>(axis.axis.extent);
  const auto most = static_cast<double>(axis.axis.frequencies() - 1);
  const double frequency = std::round(turns * extent);
  return (axis.axis.basis == Basis::cosine ? std::clamp(frequency, 0.0, most) : frequency) / extent;
}

std::vector<double> point_of(const std::vector<Grid>& grids, const std::vector<EmbeddedAxis>& axes,
                             Index number) {
  std::vector<double> turns(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    turns[i] = on_axis(axes[i], static_cast<double>(number % grids[i].count) * grids[i].step);
    number /= grids[i].count;
  }
  return turns;
}

/// Goes to the better neighbour along an axis, if there is one.
bool go_uphill(const FrequencyBlocks& blocks, const EmbeddedAxis& axis, std::size_t number,
               double step, Peak& peak) {
  for (const double side : {step, -step}) {
    Peak next = peak;
    next.turns[number] = on_axis(axis, peak.turns[number] + side);
    if (next.turns[number] == peak.turns[number]) continue;
    next.value = top_value(block_at(blocks, next));
    if (next.value <= peak.value) continue;
    peak = next;
    return true;
  }
  return false;
}

void climb(const FrequencyBlocks& blocks, const std::vector<EmbeddedAxis>& axes,
           const std::vector<Grid>& grids, Peak& peak) {
  const SerialSection serial;
  double scale = 0.5;
  for (int round = 0; round < 10; ++round) {
    bool higher = false;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (go_uphill(blocks, axes[i], i, scale * grids[i].step, peak)) higher = true;
    }
    if (!higher) scale /= 2;
  }
}

}  // namespace

Eigen::MatrixXcd block_at(const FrequencyBlocks& blocks, const Peak& peak) {
  Eigen::MatrixXcd block(blocks.rows(), blocks.cols());
  blocks.write_between(peak.group, peak.turns, block.data());
  return block;
}

Peak find_peak(const FrequencyBlocks& blocks, const std::vector<EmbeddedAxis>& axes, int threads) {
  const std::vector<Grid> grids = grids_of(blocks, axes);
  Index points = 1;
  for (const Grid& grid : grids) points *= grid.count;
  std::vector<double> values(static_cast<std::size_t>(points * blocks.groups()));
  for_each_chunk(threads, static_cast<Index>(values.size()), [&] {
    return [&](Index at) {
      const SerialSection serial;
      const Peak here{at / points, point_of(grids, axes, at % points)};
      values[static_cast<std::size_t>(at)] = top_value(block_at(blocks, here));
    };
  });
  const Index best = std::ranges::max_element(values) - values.begin();
  Peak peak{best / points, point_of(grids, axes, best % points),
            values[static_cast<std::size_t>(best)]};
  climb(blocks, axes, grids, peak);
  return peak;
}

}  // namespace toeplix::detail
