#include "core/operator/line_product.hpp"

#include "core/base/parallel.hpp"
#include "core/operator/row_lines.hpp"
#include "reference/instantiate.hpp"

#include <toeplix/tap_runs.hpp>

#include <algorithm>

namespace toeplix::detail {
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
      const RunWeights own(inner_, run);
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

template <class Scalar>
void multiply_by_lines(const Pattern& pattern, std::span<const Scalar> weights, const Scalar* x,
                       Scalar* y, int threads) {
  const std::vector<TapRun> runs = tap_runs(pattern.axes().back().table);
  const RowLines lines(pattern);
  const LineProduct<Scalar> product(pattern, weights, runs);
  const Index count = lines.pixels() * lines.channels();
  const Index chunks =
      std::clamp<Index>(pattern.nnz() / products_per_chunk, 1, std::min<Index>(count, 1024));
  threads = static_cast<int>(std::min<Index>(chunks, thread_count(threads)));
  for_each_own_chunk(threads, chunks, [&] {
    return [&, outer = TapProduct(), outer_pixel = Index{-1}](Index chunk) mutable {
      const Index last = chunk_begin(count, chunks, chunk + 1);
      for (Index i = chunk_begin(count, chunks, chunk); i < last; ++i) {
        const Index pixel = i / lines.channels();
        if (pixel != outer_pixel) outer = lines.outer_taps(pixel);
        outer_pixel = pixel;
        product.multiply(lines.at(pixel, i % lines.channels()), outer, x, y);
      }
    };
  });
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                                \
  template void multiply_by_lines(const Pattern&, std::span<const Scalar>, const Scalar*, Scalar*, \
                                  int);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
