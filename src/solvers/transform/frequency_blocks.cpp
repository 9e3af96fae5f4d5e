#include "solvers/transform/frequency_blocks.hpp"

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"
#include "solvers/transform/roots_of_unity.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace toeplix::detail {

namespace {

using Complex = std::complex<double>;

void check_extent(Index extent) {
  constexpr Index most = Index{1} << 28;
  if (extent <= most) return;
  throw CapacityError(
      "an axis of " + std::to_string(extent) + " frequencies; expected at most 2^28",
      CapacityCause::limit);
}

/// Replaces every phase by its products with the factors of the next axis.
std::vector<Complex> outer(const std::vector<Complex>& phases,
                           const std::vector<Complex>& factors) {
  std::vector<Complex> result;
  result.reserve(phases.size() * factors.size());
  for (const Complex& phase : phases) {
    for (const Complex& factor : factors) {
      // The plain formula: std::complex's own looks for infinities.
      result.emplace_back(phase.real() * factor.real() - phase.imag() * factor.imag(),
                          phase.real() * factor.imag() + phase.imag() * factor.real());
    }
  }
  return result;
}

/// Distances in the weights of all combinations of kept kernel positions, last axis fastest.
std::vector<Index> all_places(const std::vector<FrequencyAxis>& axes) {
  std::vector<Index> places{0};
  for (const FrequencyAxis& axis : axes) {
    std::vector<Index> longer;
    for (const Index place : places) {
      for (const Index next : axis.places) longer.push_back(place + next);
    }
    places = std::move(longer);
  }
  return places;
}

}  // namespace

FrequencyBlocks::FrequencyBlocks(const Pattern& pattern, std::span<const double> weights,
                                 std::vector<FrequencyAxis> axes)
    : axes_(std::move(axes)),
      groups_(pattern.channels().groups),
      row_channels_(pattern.channels().rows_per_group),
      column_channels_(pattern.channels().columns_per_group) {
  double steps = 1;
  for (const FrequencyAxis& axis : axes_) {
    check_extent(axis.extent);
    column_aliases_ *= axis.row_step;
    row_aliases_ *= axis.column_step;
    steps *= static_cast<double>(axis.row_step) * static_cast<double>(axis.column_step);
    positions_ *= static_cast<Index>(axis.offsets.size());
    roots_.push_back(roots_of_unity(2 * axis.extent));
  }
  scale_ = 1 / std::sqrt(steps);
  set_lines();
  take_weights(pattern, weights);
}

bool FrequencyBlocks::is_own_mirror(const std::vector<Index>& leading) const {
  for (std::size_t i = 0; i < leading.size(); ++i) {
    if (axes_[i].mirrored(leading[i]) != leading[i]) return false;
  }
  return true;
}

void FrequencyBlocks::set_lines() {
  const FrequencyAxis& last = axes_.back();
  const Index length = last.frequencies();
  // Of a line that is its own mirror image, frequencies up to the middle are numbered.
  const Index half = last.basis == Basis::cosine ? length
                     : last.half_turns == 0      ? length / 2 + 1
                                                 : (length + 1) / 2;
  std::vector<Index> leading(axes_.size() - 1, 0);
  for (Index line = 0;; ++line) {
    std::vector<Index> mirror;
    for (std::size_t i = 0; i < leading.size(); ++i) {
      mirror.push_back(axes_[i].mirrored(leading[i]));
    }
    if (leading <= mirror) {
      line_.push_back(line);
      line_begin_.push_back(line_begin_.back() + (leading == mirror ? half : length));
    }
    std::size_t axis = leading.size();
    while (axis > 0 && ++leading[axis - 1] == axes_[axis - 1].frequencies()) leading[--axis] = 0;
    if (axis == 0) return;
  }
}

void FrequencyBlocks::take_weights(const Pattern& pattern, std::span<const double> weights) {
  const Pattern::Channels& c = pattern.channels();
  const std::vector<Index> places = all_places(axes_);
  weights_.reserve(static_cast<std::size_t>(groups_ * row_channels_ * column_channels_) *
                   places.size());
  for (Index group = 0; group < groups_; ++group) {
    for (const Index place : places) {
      for (Index column = 0; column < column_channels_; ++column) {
        for (Index row = 0; row < row_channels_; ++row) {
          const Index at = group * c.weight_group_stride + row * c.weight_row_stride +
                           column * c.weight_column_stride + place;
          weights_.push_back(weights[static_cast<std::size_t>(at)]);
        }
      }
    }
  }
}

std::vector<Index> FrequencyBlocks::frequency(Index number) const {
  const auto next = std::ranges::upper_bound(line_begin_, number);
  const auto at = static_cast<std::size_t>(next - line_begin_.begin() - 1);
  Index leading = line_[at];
  std::vector<Index> frequency(axes_.size());
  frequency.back() = number - line_begin_[at];
  for (std::size_t axis = axes_.size() - 1; axis-- > 0;) {
    frequency[axis] = leading % axes_[axis].frequencies();
    leading /= axes_[axis].frequencies();
  }
  return frequency;
}

int FrequencyBlocks::multiplicity(Index number) const {
  return is_own_mirror(frequency(number)) ? 1 : 2;
}

/// Adds weight times phase over the positions, for every pair of channels.
void FrequencyBlocks::write_alias(Index group, const std::vector<Complex>& phases, Index row_alias,
                                  Index column_alias, Complex* block) const {
  const double* weight = weights_.data() + group * positions_ * row_channels_ * column_channels_;
  for (Index c = 0; c < column_channels_; ++c) {
    Complex* const column = block + (column_alias * column_channels_ + c) * rows();
    std::fill_n(column + row_alias * row_channels_, row_channels_, Complex());
  }
  for (const Complex& whole : phases) {
    const double real = whole.real() * scale_;
    const double imaginary = whole.imag() * scale_;
    for (Index c = 0; c < column_channels_; ++c) {
      auto* const to = reinterpret_cast<double*>(
          block + (column_alias * column_channels_ + c) * rows() + row_alias * row_channels_);
      for (Index r = 0; r < row_channels_; ++r) {
        to[2 * r] += real * weight[r];
        to[2 * r + 1] += imaginary * weight[r];
      }
      weight += row_channels_;
    }
  }
}

/// `phase_of(axis, alias, offset)` is the factor of one offset, at alias `alias` of the axis.
template <class PhaseOf>
void FrequencyBlocks::write_block(Index group, const PhaseOf& phase_of, Complex* block) const {
  std::vector<Complex> factors;
  for (Index alias = 0; alias < row_aliases_ * column_aliases_; ++alias) {
    Index rest = alias;
    Index row_alias = 0;
    Index column_alias = 0;
    std::vector<Index> digits;
    Index unit = row_aliases_ * column_aliases_;
    for (const FrequencyAxis& axis : axes_) {
      const Index radix = axis.row_step * axis.column_step;
      unit /= radix;
      digits.push_back(rest / unit);
      rest %= unit;
      if (axis.row_step > 1) column_alias = column_alias * radix + digits.back();
      if (axis.column_step > 1) row_alias = row_alias * radix + digits.back();
    }
    std::vector<Complex> phases{1.0};
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      factors.clear();
      for (const Index offset : axes_[i].offsets) {
        const Complex factor = phase_of(i, digits[i], offset);
        factors.push_back(axes_[i].basis == Basis::cosine ? Complex(factor.real()) : factor);
      }
      phases = outer(phases, factors);
    }
    write_alias(group, phases, row_alias, column_alias, block);
  }
}

void FrequencyBlocks::write(Index group, Index first, Index count, Complex* blocks) const {
  for (Index number = first; number < first + count; ++number) {
    const std::vector<Index> q = frequency(number);
    const auto phase_of = [&](std::size_t i, Index alias, Index offset) {
      const FrequencyAxis& axis = axes_[i];
      const Index half_turns = 2 * (q[i] + alias * axis.frequencies()) + axis.half_turns;
      const Index turn = half_turns * floor_mod(offset, 2 * axis.extent) % (2 * axis.extent);
      return roots_[i][static_cast<std::size_t>(turn)];
    };
    write_block(group, phase_of, blocks + (number - first) * rows() * cols());
  }
}

void FrequencyBlocks::write_between(Index group, std::span<const double> turns,
                                    Complex* block) const {
  const auto phase_of = [&](std::size_t i, Index alias, Index offset) {
    const double step = 1.0 / static_cast<double>(axes_[i].row_step * axes_[i].column_step);
    const double turn =
        (turns[i] + static_cast<double>(alias) * step) * static_cast<double>(offset);
    return std::polar(1.0, 2 * std::numbers::pi * (turn - std::floor(turn)));
  };
  write_block(group, phase_of, block);
}

double FrequencyBlocks::absolute_norm(Index group) const {
  const Index pairs = row_channels_ * column_channels_;
  std::vector<double> sums(static_cast<std::size_t>(pairs), 0.0);
  const double* weight = weights_.data() + group * positions_ * pairs;
  for (Index i = 0; i < positions_ * pairs; ++i) {
    sums[static_cast<std::size_t>(i % pairs)] += std::abs(weight[i]);
  }
  double squares = 0;
  for (const double sum : sums) squares += sum * sum;
  return std::sqrt(squares);
}

}  // namespace toeplix::detail
