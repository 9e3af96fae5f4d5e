#include "solvers/spectrum/rayleigh.hpp"

#include "core/base/interrupt.hpp"
#include "solvers/base/serial_section.hpp"
#include "solvers/spectrum/block_values.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <random>
#include <utility>

namespace toeplix::detail {

namespace {

using Complex = std::complex<double>;

/// One axis of a wave: a factor for every pixel of the columns.
std::vector<Complex> wave_along(const Pattern::Axis& axis, const EmbeddedAxis& embedded,
                                double turns) {
  std::vector<Complex> wave;
  const Index pixels = axis.table.columns();
  const FrequencyAxis& f = embedded.axis;
  for (Index i = 0; i < pixels; ++i) {
    const auto at = static_cast<double>(i);
    if (f.basis == Basis::cosine) {
      wave.emplace_back(std::cos(2 * std::numbers::pi * turns * (at + 0.5)));
      continue;
    }
    const double turn = turns * at * static_cast<double>(f.column_step);
    const double window =
        embedded.enclosure == Enclosure::free
            ? std::sin(std::numbers::pi * (at + 1) / static_cast<double>(pixels + 1))
            : 1;
    wave.push_back(std::polar(window, 2 * std::numbers::pi * (turn - std::floor(turn))));
  }
  return wave;
}

/// Adds amplitude * wave to all pixels of a channel.
void add_wave(const Pattern& pattern, const std::vector<std::vector<Complex>>& factors,
              Complex amplitude, Index first, Eigen::VectorXd& image) {
  const std::vector<Pattern::Axis>& axes = pattern.axes();
  const std::size_t last = axes.size() - 1;
  std::vector<std::size_t> at(axes.size(), 0);
  for (;;) {
    Complex value = amplitude;
    Index place = first;
    for (std::size_t i = 0; i < last; ++i) {
      value *= factors[i][at[i]];
      place += static_cast<Index>(at[i]) * axes[i].column_stride;
    }
    for (const Complex& factor : factors[last]) {
      image[place] += value.real() * factor.real() - value.imag() * factor.imag();
      place += axes[last].column_stride;
    }
    std::size_t i = last;
    while (i > 0 && ++at[i - 1] == factors[i - 1].size()) at[--i] = 0;
    if (i == 0) return;
  }
}

/// The factors of each axis, for one alias of the columns.
std::vector<std::vector<Complex>> factors_of(const Pattern& pattern,
                                             const std::vector<EmbeddedAxis>& axes,
                                             const Peak& peak, Index alias) {
  std::vector<std::vector<Complex>> factors(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    const Index digits = axes[i].axis.row_step;
    const double turns =
        peak.turns[i] + static_cast<double>(alias % digits) / static_cast<double>(axes[i].step());
    alias /= digits;
    factors[i] = wave_along(pattern.axes()[i], axes[i], turns);
  }
  return factors;
}

void add_noise(Eigen::VectorXd& image, double size) {
  std::mt19937_64 random(1);
  for (double& pixel : image) {
    pixel += size * (static_cast<double>(random() >> 11) * 0x1p-52 - 1);
  }
}

}  // namespace

Eigen::VectorXd wave_image(const Pattern& pattern, const FrequencyBlocks& blocks,
                           const std::vector<EmbeddedAxis>& axes, const Peak& peak) {
  Eigen::VectorXcd v = top_right_vector(block_at(blocks, peak));
  Eigen::Index largest = 0;
  v.cwiseAbs().maxCoeff(&largest);
  v *= std::conj(v[largest]) / std::abs(v[largest]);
  Eigen::VectorXd image = Eigen::VectorXd::Zero(pattern.cols());
  const Pattern::Channels& c = pattern.channels();
  for (Index alias = 0; alias < blocks.cols() / blocks.column_channels(); ++alias) {
    const auto factors = factors_of(pattern, axes, peak, alias);
    for (Index channel = 0; channel < c.columns_per_group; ++channel) {
      const Index first = (peak.group * c.columns_per_group + channel) * c.column_stride;
      add_wave(pattern, factors, v[alias * c.columns_per_group + channel], first, image);
    }
  }
  const double size = image.norm() / std::sqrt(static_cast<double>(image.size()));
  add_noise(image, size > 0 ? 0.02 * size : 1);
  return image;
}

RayleighQuotient::RayleighQuotient(const Operator<double>& a, Eigen::VectorXd x)
    : a_(a), transposed_(a.transpose()), x_(std::move(x)) {
  x_ /= x_.norm();
  image_ = a_ * x_;
  value_ = image_.norm();
  ++products_;
}

/// A^T A x, orthogonal to x and to the step before, of length 1. Empty if it is nothing but
/// rounding.
Eigen::VectorXd RayleighQuotient::gradient() {
  Eigen::VectorXd gradient = transposed_ * image_;
  ++products_;
  gradient -= x_.dot(gradient) * x_;
  if (before_.size() > 0) gradient -= before_.dot(gradient) * before_;
  gradient -= x_.dot(gradient) * x_;
  const double length = gradient.norm();
  if (!(length > 1e-14 * value_ * value_)) return {};
  return gradient / length;
}

void RayleighQuotient::step() {
  stop_if_asked();
  const bool first = before_.size() == 0;
  const Eigen::VectorXd along = gradient();
  if (along.size() == 0) return;
  const Eigen::VectorXd along_image = a_ * along;
  ++products_;
  Eigen::MatrixXd images(image_.size(), first ? 2 : 3);
  images.col(0) = image_;
  images.col(1) = along_image;
  if (!first) images.col(2) = before_image_;
  const Eigen::MatrixXd gram = images.transpose() * images;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  const Eigen::VectorXd top = solver.eigenvectors().col(gram.cols() - 1);
  Eigen::VectorXd moved = top[1] * along;
  Eigen::VectorXd moved_image = top[1] * along_image;
  if (!first) {
    moved += top[2] * before_;
    moved_image += top[2] * before_image_;
  }
  move(top[0], moved, moved_image);
}

/// x becomes share * x + moved, and the step before what is orthogonal to it in the same plane.
void RayleighQuotient::move(double share, const Eigen::VectorXd& moved,
                            const Eigen::VectorXd& moved_image) {
  x_ = share * x_ + moved;
  image_ = share * image_ + moved_image;
  const double length = x_.norm();
  x_ /= length;
  image_ /= length;
  const double common = x_.dot(moved);
  before_ = moved - common * x_;
  before_image_ = moved_image - common * image_;
  const double kept = before_.norm();
  if (kept > 1e-10) {
    before_ /= kept;
    before_image_ /= kept;
  } else {
    before_.resize(0);
  }
  value_ = image_.norm();
}

void RayleighQuotient::improve(double gain, int most) {
  const SerialSection serial;
  for (int taken = 0; taken < most; taken += 3) {
    const double before = value_;
    for (int i = 0; i < 3; ++i) step();
    if (value_ - before <= gain * value_) return;
  }
}

double proved_quotient(const Operator<double>& a, const Eigen::VectorXd& x, double absolute_norm,
                       double terms) {
  const double unit = std::numeric_limits<double>::epsilon();
  const double length = x.norm();
  if (!(length > 0)) return 0;
  const double image = (a * x).norm();
  // Of sums of products, and of the sums of squares in both norms.
  const double of_norms = unit * (static_cast<double>(a.rows() + a.cols()) + 16);
  const double of_product = unit * (terms + 8) * absolute_norm;
  return std::max(0.0, image / length * (1 - of_norms) - of_product * (1 + of_norms));
}

}  // namespace toeplix::detail
