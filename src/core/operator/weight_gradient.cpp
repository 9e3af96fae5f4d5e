#include <toeplix/tap_runs.hpp>
#include <toeplix/weight_gradient.hpp>

#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "core/operator/row_lines.hpp"
#include "reference/instantiate.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <string>

namespace toeplix {

using detail::RowLine;
using detail::RowLines;
using detail::TapProduct;

namespace {

/// The sum of conj(x[i * x_step]) * r[i * r_step].
template <class Scalar>
Scalar conjugate_dot(const Scalar* x, Index x_step, const Scalar* r, Index r_step, Index count) {
  Scalar sum = Scalar();
  for (Index i = 0; i < count; ++i) sum += Eigen::numext::conj(x[i * x_step]) * r[i * r_step];
  return sum;
}

/// Adds what one line of rows contributes to the gradient of one row channel's weights.
template <class Scalar>
void add_line(const Pattern& pattern, const RowLine& line, const TapProduct& outer,
              std::span<const TapRun> runs, const Scalar* x, const Scalar* r, Scalar* gradient) {
  const Pattern::Axis& inner = pattern.axes().back();
  const Pattern::Channels& c = pattern.channels();
  for (Index k = 0; k < c.columns_per_group; ++k) {
    Scalar* const to = gradient + line.first_weight + k * c.weight_column_stride;
    for (std::size_t i = 0; i < outer.columns.size(); ++i) {
      const Scalar* const from = x + line.first_column + k * c.column_stride + outer.columns[i];
      for (const TapRun& run : runs) {
        const detail::RunWeights own(inner, run);
        // Taps of one weight are added up at once.
        const Index together = own.step == 0 ? run.count : 1;
        for (Index tap = 0; tap < run.count; tap += together) {
          const Index row = run.first_row + tap * run.row_step;
          const Index input = run.first_input + tap * run.input_step;
          const Scalar sum = conjugate_dot(from + input * inner.column_stride,
                                           run.input_step * inner.column_stride,
                                           r + line.first_row + row * inner.row_stride,
                                           run.row_step * inner.row_stride, together);
          for (const Index far : weights_of(outer, i)) to[far + own.first + tap * own.step] += sum;
        }
      }
    }
  }
}

}  // namespace

template <MatrixScalar Scalar>
std::vector<Scalar> weight_gradient(const Pattern& pattern, std::span<const Scalar> x,
                                    std::span<const std::type_identity_t<Scalar>> r,
                                    const Resources& resources) {
  detail::check_resources(resources);
  detail::check_length("x", x.size(), pattern.cols());
  detail::check_length("r", r.size(), pattern.rows());
  if (pattern.is_per_pixel()) {
    detail::check_room("a gradient of " + std::to_string(pattern.weight_count()) + " weights",
                       detail::checked_product(pattern.weight_count(), Index{sizeof(Scalar)}),
                       resources, "raise Resources::memory_budget");
  }
  std::vector<Scalar> gradient(static_cast<std::size_t>(pattern.weight_count()));
  const std::vector<TapRun> runs = tap_runs(pattern.axes().back().table);
  const RowLines lines(pattern);
  // A row channel's weights are its own, so channels need no locks and no order between threads.
  const Index channels = lines.channels();
  const auto threads =
      static_cast<int>(std::min<Index>(channels, detail::thread_count(resources.threads)));
  const Index chunks = std::min<Index>(channels, Index{threads} * 4);
  detail::for_each_chunk(threads, chunks, [&] {
    return [&](Index chunk) {
      for (Index pixel = 0; pixel < lines.pixels(); ++pixel) {
        const TapProduct outer = lines.outer_taps(pixel);
        for (Index channel = chunk; channel < channels; channel += chunks) {
          add_line(pattern, lines.at(pixel, channel), outer, runs, x.data(), r.data(),
                   gradient.data());
        }
      }
    };
  });
  return gradient;
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                     \
  template std::vector<Scalar> weight_gradient(const Pattern&, std::span<const Scalar>, \
                                               std::span<const Scalar>, const Resources&);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
