#include "solvers/spectrum/frequency_bound.hpp"

#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"
#include "solvers/base/serial_section.hpp"
#include "solvers/spectrum/block_values.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix::detail {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// How far a peak is from the nearest frequency of a circle, in pixels^-1: at most 1 / 2 extent.
double distance(const FrequencyAxis& axis, double turns) {
  const double place =
      turns * static_cast<double>(axis.extent) - static_cast<double>(axis.half_turns) / 2;
  return std::abs(place - std::round(place)) / static_cast<double>(axis.extent);
}

FrequencyAxis choose_circle(const EmbeddedAxis& embedded, std::span<const Peak> peaks,
                            std::size_t number) {
  constexpr Index others = 8;
  FrequencyAxis best = embedded.axis;
  double farthest = -1;
  for (Index more = 0; more < others; ++more) {
    for (const Index half_turns : {0, 1}) {
      FrequencyAxis axis = embedded.axis;
      axis.extent += more * embedded.step();
      axis.half_turns = half_turns;
      double nearest = 1;
      for (const Peak& peak : peaks)
        nearest = std::min(nearest, distance(axis, peak.turns[number]));
      if (nearest <= farthest) continue;
      farthest = nearest;
      best = axis;
    }
  }
  return best;
}

/// A block by its number and group.
struct Which {
  Index group;
  Index number;
};

Peak peak_of(const FrequencyBlocks& blocks, const Which& which) {
  Peak peak{which.group, {}};
  const std::vector<Index> frequency = blocks.frequency(which.number);
  for (std::size_t i = 0; i < frequency.size(); ++i) {
    const FrequencyAxis& axis = blocks.axes()[i];
    peak.turns.push_back(
        (static_cast<double>(frequency[i]) + static_cast<double>(axis.half_turns) / 2) /
        static_cast<double>(axis.extent));
  }
  return peak;
}

constexpr Index piece = 16;  // blocks that a thread takes at a time

/// Those of the blocks that are not below the target.
std::vector<Which> above(const FrequencyBlocks& blocks, double target, int threads) {
  const Index pieces = ceil_div(blocks.count(), piece);
  std::vector<char> fails(static_cast<std::size_t>(blocks.count() * blocks.groups()), 0);
  for_each_chunk(threads, pieces * blocks.groups(), [&] {
    return [&, block = Eigen::MatrixXcd(blocks.rows(), blocks.cols())](Index chunk) mutable {
      const SerialSection serial;
      const Index group = chunk / pieces;
      const Index first = chunk % pieces * piece;
      for (Index i = first; i < std::min(first + piece, blocks.count()); ++i) {
        blocks.write(group, i, 1, block.data());
        fails[static_cast<std::size_t>(group * blocks.count() + i)] = !is_below(block, target);
      }
    };
  });
  std::vector<Which> failed;
  for (std::size_t at = 0; at < fails.size(); ++at) {
    const auto place = static_cast<Index>(at);
    if (fails[at] != 0) failed.push_back({place / blocks.count(), place % blocks.count()});
  }
  return failed;
}

/// Leaves those that are not below the target.
void keep_above(const FrequencyBlocks& blocks, double target, int threads,
                std::vector<Which>& failed) {
  const auto count = static_cast<Index>(failed.size());
  std::vector<char> fails(failed.size(), 0);
  for_each_chunk(threads, ceil_div(count, piece), [&] {
    return [&, block = Eigen::MatrixXcd(blocks.rows(), blocks.cols())](Index chunk) mutable {
      const SerialSection serial;
      for (Index i = chunk * piece; i < std::min((chunk + 1) * piece, count); ++i) {
        const Which& which = failed[static_cast<std::size_t>(i)];
        blocks.write(which.group, which.number, 1, block.data());
        fails[static_cast<std::size_t>(i)] = !is_below(block, target);
      }
    };
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < failed.size(); ++i) {
    if (fails[i] != 0) failed[kept++] = failed[i];
  }
  failed.resize(kept);
}

/// The largest of a few of the blocks, spread evenly.
Peak largest_of_some(const FrequencyBlocks& blocks, const std::vector<Which>& which) {
  constexpr std::size_t most = 16;
  const SerialSection serial;
  Eigen::MatrixXcd block(blocks.rows(), blocks.cols());
  Peak largest;
  const std::size_t count = std::min(most, which.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Which& one = which[i * which.size() / count];
    blocks.write(one.group, one.number, 1, block.data());
    const double value = top_value(block);
    if (i > 0 && value <= largest.value) continue;
    largest = peak_of(blocks, one);
    largest.value = value;
  }
  return largest;
}

/// What rounding may have changed in any block.
double block_error(const FrequencyBlocks& blocks) {
  double largest = 0;
  for (Index group = 0; group < blocks.groups(); ++group) {
    largest = std::max(largest, blocks.absolute_norm(group));
  }
  const double terms =
      static_cast<double>(blocks.positions()) + 8 * static_cast<double>(blocks.axes().size()) + 16;
  return epsilon * terms * largest;
}

/// The Frobenius norm of a Hermitian matrix with zeros in the place of its upper triangle.
double hermitian_norm(const Eigen::MatrixXcd& lower) {
  return std::sqrt(2 * lower.squaredNorm() - lower.diagonal().squaredNorm());
}

}  // namespace

double cholesky_margin(Eigen::Index rows, Eigen::Index cols) {
  const auto shorter = static_cast<double>(std::min(rows, cols));
  const auto longer = static_cast<double>(std::max(rows, cols));
  return 2 * epsilon * shorter * (shorter + longer + 16);
}

bool is_below(const Eigen::Ref<const Eigen::MatrixXcd>& block, double t) {
  if (block.norm() <= t) return true;
  if (block.rows() == 1 || block.cols() == 1) return false;
  const Eigen::Index size = std::min(block.rows(), block.cols());
  Eigen::MatrixXcd rest = Eigen::MatrixXcd::Zero(size, size);
  auto lower = rest.selfadjointView<Eigen::Lower>();
  if (block.rows() < block.cols()) {
    lower.rankUpdate(block, -1.0);
  } else {
    lower.rankUpdate(block.adjoint(), -1.0);
  }
  // One step of Gram iteration: |B|^2 is at most the Frobenius norm of B^H B, which is there.
  if (hermitian_norm(rest) <= t * t) return true;
  for (Eigen::Index i = 0; i < size; ++i) {
    const double pivot = t * t + rest(i, i).real();
    if (!(pivot > 0)) return false;
    rest(i, i) = pivot;
  }
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXcd>> factor(rest);
  return factor.info() == Eigen::Success && rest.diagonal().allFinite();
}

std::vector<FrequencyAxis> choose_circles(const std::vector<EmbeddedAxis>& axes,
                                          std::span<const Peak> peaks) {
  std::vector<FrequencyAxis> circles;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const bool free = axes[i].enclosure == Enclosure::free;
    circles.push_back(free ? choose_circle(axes[i], peaks, i) : axes[i].axis);
  }
  return circles;
}

double value_beside(const FrequencyBlocks& blocks, const Peak& peak) {
  const SerialSection serial;
  double largest = 0;
  const std::size_t axes = blocks.axes().size();
  // Corners of the cell of frequencies around the peak, of at most six axes.
  const std::size_t corners = std::size_t{1} << std::min<std::size_t>(axes, 6);
  for (std::size_t corner = 0; corner < corners; ++corner) {
    Peak beside = peak;
    for (std::size_t i = 0; i < axes; ++i) {
      const FrequencyAxis& axis = blocks.axes()[i];
      const auto extent = static_cast<double>(axis.extent);
      const double half = static_cast<double>(axis.half_turns) / 2;
      const double below = std::floor(peak.turns[i] * extent - half + 1e-9);
      const bool above = i < 6 && (corner >> i & 1) != 0;
      if (axis.basis == Basis::fourier) beside.turns[i] = (below + (above ? 1 : 0) + half) / extent;
    }
    largest = std::max(largest, top_value(block_at(blocks, beside)));
  }
  return largest;
}

FrequencyBound bound_blocks(const FrequencyBlocks& blocks, double target, double precision,
                            int threads) {
  FrequencyBound bound;
  bound.blocks = blocks.count() * blocks.groups();
  std::vector<Which> failed = above(blocks, target, threads);
  bound.met = failed.empty();
  while (!failed.empty()) {
    const Peak largest = largest_of_some(blocks, failed);
    if (largest.value > bound.worst.value || bound.worst.turns.empty()) bound.worst = largest;
    target = std::max(target, largest.value) * (1 + precision);
    bound.blocks += static_cast<Index>(failed.size());
    keep_above(blocks, target, threads, failed);
  }
  bound.upper = target * (1 + cholesky_margin(blocks.rows(), blocks.cols())) + block_error(blocks);
  return bound;
}

}  // namespace toeplix::detail
