#include "solvers/spectrum/norm_search.hpp"

#include <toeplix/error.hpp>

#include "solvers/base/format_number.hpp"
#include "solvers/spectrum/frequency_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix::detail {

namespace {

constexpr double most_flops = 5e10;  // of a factorization that is not asked for
constexpr double most_gram = 1e9;    // operations and entries of A^T A, likewise

/// How many numbers an element of a product, or of a sum over rows or columns, is the sum of.
double terms_of(const Pattern& pattern) {
  const Pattern::Channels& c = pattern.channels();
  auto terms = static_cast<double>(std::max(c.columns_per_group, c.rows_per_group));
  for (const Pattern::Axis& axis : pattern.axes()) {
    terms *= static_cast<double>(axis.table.geometry().kernel);
    // A pixel at the edge may be read by every window.
    const bool folds = axis.table.geometry().boundary != Boundary::zero;
    if (folds) terms *= 1 + static_cast<double>(axis.table.geometry().output);
  }
  return terms;
}

}  // namespace

void NormSearch::lower_upper(double upper, NormBound from) {
  if (upper >= result_.upper) return;
  result_.upper = upper;
  result_.upper_from = from;
}

void NormSearch::bound_by_norms() {
  std::vector<double> absolute(weights_.begin(), weights_.end());
  for (double& weight : absolute) weight = std::abs(weight);
  const Operator<double> of_absolute(pattern_, absolute, op_.resources());
  terms_ = terms_of(pattern_);
  const double rounding = 1 + std::numeric_limits<double>::epsilon() * (2 * terms_ + 8);
  absolute_norm_ = std::sqrt(of_absolute.norm_1() * of_absolute.norm_inf()) * rounding;
  result_.norm_1 = op_.norm_1();
  result_.norm_inf = op_.norm_inf();
  result_.frobenius = op_.frobenius_norm();
  // What is folded may cancel: its rounding is that of the absolute weights.
  const double cancelled = (rounding - 1) * absolute_norm_;
  result_.upper = std::numeric_limits<double>::infinity();
  lower_upper(std::sqrt(result_.norm_1 * result_.norm_inf) * rounding + cancelled,
              NormBound::norms);
  const auto columns = static_cast<double>(std::min(pattern_.rows(), pattern_.cols()));
  // Every kind of row adds a sum.
  const double of_rows =
      std::numeric_limits<double>::epsilon() * static_cast<double>(pattern_.rows());
  lower_upper(result_.frobenius * (rounding + of_rows) + std::sqrt(columns) * cancelled,
              NormBound::frobenius);
}

void NormSearch::start_at_the_peak() {
  std::vector<FrequencyAxis> circles;
  for (const EmbeddedAxis& axis : axes_) circles.push_back(axis.axis);
  const FrequencyBlocks blocks(pattern_, weights_, circles);
  peaks_ = {find_peak(blocks, axes_, threads_)};
  quotient_.emplace(op_, wave_image(pattern_, blocks, axes_, peaks_.front()));
}

void NormSearch::improve_lower(double gain, int most) {
  quotient_->improve(gain, most);
  const double proved = proved_quotient(op_, quotient_->x(), absolute_norm_, terms_);
  result_.lower = std::max(result_.lower, proved);
}

bool NormSearch::encloses() const {
  return std::ranges::none_of(
      axes_, [](const EmbeddedAxis& axis) { return axis.enclosure == Enclosure::none; });
}

/// Bounds the blocks of the circulant that is best for the peaks that are known, and adds the peak
/// of the block that exceeds the target most.
void NormSearch::bound_on_circles() {
  const FrequencyBlocks blocks(pattern_, weights_, choose_circles(axes_, peaks_));
  double beside = 0;
  for (const Peak& peak : peaks_) beside = std::max(beside, value_beside(blocks, peak));
  const double tolerance = options_.tolerance;
  const double target =
      std::max(result_.lower * (1 + tolerance / 2), beside * (1 + tolerance / 16));
  const FrequencyBound bound = bound_blocks(blocks, target, tolerance / 16, threads_);
  result_.blocks += bound.blocks;
  const bool exact = std::ranges::all_of(
      axes_, [](const EmbeddedAxis& axis) { return axis.enclosure == Enclosure::exact; });
  lower_upper(bound.upper, exact ? NormBound::frequencies : NormBound::embedding);
  if (bound.met) return;
  peaks_.push_back(bound.worst);
}

void NormSearch::bound_by_frequencies() {
  if (!encloses()) return;
  for (int attempt = 0; attempt < 3 && !is_done(); ++attempt) {
    const std::size_t known = peaks_.size();
    bound_on_circles();
    if (is_done()) return;
    improve_lower(options_.tolerance / 300, 60);
    if (peaks_.size() == known) return;
    // A wave at another peak may be stretched further.
    std::vector<FrequencyAxis> circles;
    for (const EmbeddedAxis& axis : axes_) circles.push_back(axis.axis);
    const FrequencyBlocks blocks(pattern_, weights_, circles);
    RayleighQuotient other(op_, wave_image(pattern_, blocks, axes_, peaks_.back()));
    other.improve(options_.tolerance / 100, 30);
    result_.products += other.products();
    if (other.value() <= quotient_->value()) continue;
    result_.products += quotient_->products() - other.products();
    quotient_.emplace(op_, other.x());
    improve_lower(options_.tolerance / 100, 3);
  }
}

bool NormSearch::may_factorize() {
  if (options_.certify == Certify::factorization) return true;
  if (options_.certify == Certify::transforms) return false;
  if (gram_operations(pattern_) <= most_gram) return true;
  why_no_factor_ = "A^T A is large";
  return false;
}

void NormSearch::bisect(FactorBound& factor) {
  double known = result_.lower;  // |A| is hardly below
  double t = result_.lower * (1 + options_.tolerance / 2);
  for (int attempt = 0; attempt < 8 && !is_done(); ++attempt) {
    ++result_.factorizations;
    const double upper = factor.bound(t);
    if (upper > 0) {
      lower_upper(upper, NormBound::factorization);
    } else {
      known = std::max(known, t);
      improve_lower(options_.tolerance / 1000, 150);
    }
    known = std::max(known, result_.lower);
    t = std::max(result_.lower * (1 + options_.tolerance / 2),
                 known * (1 + options_.tolerance / 8));
    if (t >= result_.upper) t = (known + result_.upper) / 2;
  }
}

void NormSearch::bound_by_factors() {
  if (is_done() || !may_factorize()) return;
  // A better x costs less than another factorization.
  improve_lower(options_.tolerance / 300, 60);
  if (is_done()) return;
  try {
    FactorBound factor(pattern_, weights_, absolute_norm_ * absolute_norm_,
                       {threads_, options_.resources.memory_budget});
    if (options_.certify == Certify::automatic && factor.flops() > most_flops) {
      why_no_factor_ = "it takes " + format_number(factor.flops()) + " operations";
      return;
    }
    bisect(factor);
  } catch (const CapacityError& error) {
    if (options_.certify == Certify::factorization) throw;
    why_no_factor_ = error.what();
  }
}

void NormSearch::explain() {
  result_.converged = is_done();
  if (result_.converged) return;
  const double gap = 1 - result_.lower / result_.upper;
  result_.reason = "the bounds are " + format_number(gap) + " of the upper one apart";
  if (options_.certify == Certify::transforms) {
    result_.reason += "; Certify::automatic may factorize t^2 I - A^T A";
  } else if (!why_no_factor_.empty()) {
    result_.reason += "; t^2 I - A^T A was not factorized: " + why_no_factor_ +
                      ". Certify::factorization asks for it";
  }
}

SpectralNorm NormSearch::run() {
  bound_by_norms();
  if (result_.frobenius == 0 && absolute_norm_ == 0) {
    result_.lower = result_.upper = 0;
    result_.lower_from = result_.upper_from = NormBound::zero;
    result_.converged = true;
    return result_;
  }
  start_at_the_peak();
  improve_lower(options_.tolerance / 30, 30);
  if (!is_done()) bound_by_frequencies();
  bound_by_factors();
  result_.products += quotient_->products();
  explain();
  return result_;
}

}  // namespace toeplix::detail
