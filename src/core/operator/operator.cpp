#include <toeplix/operator.hpp>
#include <toeplix/tap_runs.hpp>

#include "core/base/check_apart.hpp"
#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "core/geometry/check_weights.hpp"
#include "core/operator/row_lines.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

using detail::RowLine;
using detail::RowLines;
using detail::TapProduct;

namespace {

/// Lines below this many multiplications are not worth a thread.
constexpr Index products_per_chunk = Index{1} << 15;

/// y[i * y_step] += weight * x[i * x_step]. Contiguous vectors are a case of their own because
/// compilers vectorise it.
template <class Scalar>
void add_scaled(Scalar weight, const Scalar* x, Index x_step, Scalar* y, Index y_step,
                Index count) {
  if (x_step == 1 && y_step == 1) {
    for (Index i = 0; i < count; ++i) y[i] += weight * x[i];
    return;
  }
  for (Index i = 0; i < count; ++i) y[i * y_step] += weight * x[i * x_step];
}

/// The same where every term has a weight of its own: the sum of those at the places `far`.
template <class Scalar>
void add_varying(const Scalar* weights, Index weight_step, std::span<const Index> far,
                 const Scalar* x, Index x_step, Scalar* y, Index y_step, Index count) {
  for (Index i = 0; i < count; ++i) {
    Scalar weight = Scalar();
    for (const Index place : far) weight += weights[place + i * weight_step];
    y[i * y_step] += weight * x[i * x_step];
  }
}

/// Multiplies one line of rows.
template <class Scalar>
class LineProduct {
 public:
  LineProduct(const Pattern& pattern, std::span<const Scalar> weights, std::span<const TapRun> runs)
      : pattern_(pattern), inner_(pattern.axes().back()), weights_(weights), runs_(runs) {}

  /// Writes y over the whole line; `x` and `y` are the beginnings of the vectors.
  void multiply(const RowLine& line, const TapProduct& outer, const Scalar* x, Scalar* y) const {
    Scalar* const to = y + line.first_row;
    for (Index i = 0; i < inner_.table.rows(); ++i) to[i * inner_.row_stride] = Scalar();
    const Pattern::Channels& c = pattern_.channels();
    for (Index k = 0; k < c.columns_per_group; ++k) {
      const Scalar* const weights =
          weights_.data() + line.first_weight + k * c.weight_column_stride;
      for (std::size_t i = 0; i < outer.columns.size(); ++i) {
        const Scalar* const from = x + line.first_column + k * c.column_stride + outer.columns[i];
        add_taps(weights, weights_of(outer, i), from, to);
      }
    }
  }

 private:
  /// Adds all runs of the fastest axis, for one tap of the slower axes.
  void add_taps(const Scalar* weights, std::span<const Index> outer_weights, const Scalar* x,
                Scalar* y) const {
    for (const TapRun& run : runs_) {
      const detail::RunWeights own(inner_, run);
      const Scalar* const from = x + run.first_input * inner_.column_stride;
      const Index from_step = run.input_step * inner_.column_stride;
      Scalar* const to = y + run.first_row * inner_.row_stride;
      const Index to_step = run.row_step * inner_.row_stride;
      if (own.step != 0) {
        add_varying(weights + own.first, own.step, outer_weights, from, from_step, to, to_step,
                    run.count);
        continue;
      }
      Scalar weight = Scalar();
      for (const Index far : outer_weights) weight += weights[far + own.first];
      add_scaled(weight, from, from_step, to, to_step, run.count);
    }
  }

  const Pattern& pattern_;
  const Pattern::Axis& inner_;
  std::span<const Scalar> weights_;
  std::span<const TapRun> runs_;
};

}  // namespace

template <MatrixScalar Scalar>
Operator<Scalar>::Operator(Pattern pattern, std::span<const Scalar> weights,
                           const Resources& resources) {
  detail::check_resources(resources);
  detail::check_weights(weights.size(), pattern);
  if (pattern.is_per_pixel()) {
    detail::check_room("a copy of " + std::to_string(weights.size()) + " weights",
                       detail::checked_product(pattern.weight_count(), Index{sizeof(Scalar)}),
                       resources, "raise Resources::memory_budget");
  }
  state_ = std::make_shared<const State>(
      State{std::move(pattern),
            std::make_shared<const std::vector<Scalar>>(weights.begin(), weights.end()),
            resources.threads});
}

template <MatrixScalar Scalar>
void Operator<Scalar>::apply(std::span<const Scalar> x, std::span<Scalar> y) const {
  const Pattern& pattern = state_->pattern;
  detail::check_length("x", x.size(), cols());
  detail::check_length("y", y.size(), rows());
  detail::check_apart<Scalar>("x", x, "y", y);
  const std::vector<TapRun> runs = tap_runs(pattern.axes().back().table);
  const RowLines lines(pattern);
  const LineProduct<Scalar> product(pattern, *state_->weights, runs);
  const Index count = lines.pixels() * lines.channels();
  const Index chunks =
      std::clamp<Index>(pattern.nnz() / products_per_chunk, 1, std::min<Index>(count, 1024));
  const auto threads =
      static_cast<int>(std::min<Index>(chunks, detail::thread_count(state_->threads)));
  detail::for_each_own_chunk(threads, chunks, [&] {
    return [&, outer = TapProduct(), outer_pixel = Index{-1}](Index chunk) mutable {
      const Index last = detail::chunk_begin(count, chunks, chunk + 1);
      for (Index i = detail::chunk_begin(count, chunks, chunk); i < last; ++i) {
        const Index pixel = i / lines.channels();
        if (pixel != outer_pixel) outer = lines.outer_taps(pixel);
        outer_pixel = pixel;
        product.multiply(lines.at(pixel, i % lines.channels()), outer, x.data(), y.data());
      }
    };
  });
}

template <MatrixScalar Scalar>
Operator<Scalar> Operator<Scalar>::transpose() const {
  return Operator(std::make_shared<const State>(
      State{state_->pattern.transposed(), state_->weights, state_->threads}));
}

template <MatrixScalar Scalar>
Operator<Scalar> Operator<Scalar>::adjoint() const {
  std::vector<Scalar> conjugated(*state_->weights);
  for (Scalar& weight : conjugated) weight = Eigen::numext::conj(weight);
  return Operator(std::make_shared<const State>(
      State{state_->pattern.transposed(),
            std::make_shared<const std::vector<Scalar>>(std::move(conjugated)), state_->threads}));
}

#define TOEPLIX_INSTANTIATE(Scalar) template class Operator<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
