#include "solvers/transform/extended_image.hpp"

#include "core/base/parallel.hpp"
#include "solvers/transform/smooth_extent.hpp"

#include <algorithm>
#include <numeric>

namespace toeplix::detail {

namespace {

/// Numbers along every axis but the last.
using Lists = std::vector<std::vector<Index>>;

/// The sums of one number of each list, the last list running fastest; -1 if one of them is -1.
std::vector<Index> sums(const Lists& lists) {
  std::vector<Index> result = {0};
  for (const std::vector<Index>& list : lists) {
    std::vector<Index> longer;
    for (const Index sum : result) {
      for (const Index number : list) {
        longer.push_back(sum < 0 || number < 0 ? -1 : sum + number);
      }
    }
    result = std::move(longer);
  }
  return result;
}

/// 0, step, 2 step, ...
std::vector<Index> multiples(Index count, Index step) {
  std::vector<Index> result(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i) result[static_cast<std::size_t>(i)] = i * step;
  return result;
}

/// For each coordinate that is transformed, what the extension shows there, times a step.
std::vector<Index> shown_along(const AxisGeometry& g, Index extent, Index step) {
  std::vector<Index> result(static_cast<std::size_t>(extent), -1);
  for (Index i = 0; i < extended_extent(g); ++i) {
    const Index pixel = g.source(i - g.lower);
    if (pixel >= 0) result[static_cast<std::size_t>(i)] = pixel * step;
  }
  return result;
}

/// For each output, the coordinate at which a circular convolution has it, times a step.
std::vector<Index> outputs_along(const AxisGeometry& g, Index extent, Index step) {
  std::vector<Index> result;
  for (Index o = 0; o < g.output; ++o) {
    result.push_back(((o + g.lower) % extent + extent) % extent * step);
  }
  return result;
}

/// Calls `work(i)` for i in [0, count), by several threads if there are enough numbers to write.
template <class Work>
void for_lines(Index count, Index numbers, int threads, const Work& work) {
  const int workers = threads_to_write(numbers, threads);
  const Index chunks = std::min<Index>(count, Index{16} * workers);
  for_each_chunk(workers, chunks, [&] {
    return [&](Index chunk) {
      const Index end = chunk_begin(count, chunks, chunk + 1);
      for (Index i = chunk_begin(count, chunks, chunk); i < end; ++i) work(i);
    };
  });
}

const Index& at(const std::vector<Index>& list, Index position) {
  return list[static_cast<std::size_t>(position)];
}

}  // namespace

ExtendedImage::ExtendedImage(const Pattern& pattern) {
  const std::vector<Pattern::Axis>& axes = pattern.axes();
  for (const Pattern::Axis& axis : axes) {
    extents_.push_back(smooth_extent(extended_extent(axis.table.geometry())));
    size_ *= extents_.back();
  }
  length_ = extents_.back();
  Lists image;
  Lists shown;
  Lists output;
  Lists output_at;
  Index lines = 1;
  Index step = length_;
  for (std::size_t a = axes.size() - 1; a-- > 0;) {
    const Pattern::Axis& axis = axes[a];
    const AxisGeometry& g = axis.table.geometry();
    image.insert(image.begin(), multiples(g.input, axis.column_stride));
    shown.insert(shown.begin(), shown_along(g, extents_[a], lines));
    output.insert(output.begin(), multiples(g.output, axis.row_stride));
    output_at.insert(output_at.begin(), outputs_along(g, extents_[a], step));
    lines *= g.input;
    step *= extents_[a];
  }
  image_lines_ = sums(image);
  shown_line_ = sums(shown);
  output_lines_ = sums(output);
  output_line_at_ = sums(output_at);
  const AxisGeometry& last = axes.back().table.geometry();
  shown_pixel_ = shown_along(last, length_, axes.back().column_stride);
  output_at_ = outputs_along(last, length_, 1);
  image_length_ = last.input;
  image_step_ = axes.back().column_stride;
  output_step_ = axes.back().row_stride;
  sort_lines();
}

void ExtendedImage::sort_lines() {
  by_shown_line_ = multiples(static_cast<Index>(shown_line_.size()), 1);
  std::ranges::stable_sort(by_shown_line_, {}, [&](Index line) { return at(shown_line_, line); });
  first_showing_.assign(image_lines_.size() + 1, 0);
  for (const Index shown : shown_line_) ++first_showing_[static_cast<std::size_t>(shown + 1)];
  std::partial_sum(first_showing_.begin(), first_showing_.end(), first_showing_.begin());
}

void ExtendedImage::extend(const double* image, std::span<double> extended, int threads) const {
  for_lines(static_cast<Index>(shown_line_.size()), size_, threads, [&](Index line) {
    double* const to = extended.data() + line * length_;
    const Index shown = at(shown_line_, line);
    if (shown < 0) return void(std::fill_n(to, length_, 0.0));
    const double* const from = image + at(image_lines_, shown);
    for (Index i = 0; i < length_; ++i) {
      const Index pixel = at(shown_pixel_, i);
      to[i] = pixel < 0 ? 0 : from[pixel];
    }
  });
}

void ExtendedImage::fold_back(std::span<const double> extended, double* image, int threads) const {
  for_lines(static_cast<Index>(image_lines_.size()), size_, threads, [&](Index line) {
    double* const to = image + at(image_lines_, line);
    for (Index i = 0; i < image_length_; ++i) to[i * image_step_] = 0;
    for (Index next = at(first_showing_, line); next < at(first_showing_, line + 1); ++next) {
      const double* const from = extended.data() + at(by_shown_line_, next) * length_;
      for (Index i = 0; i < length_; ++i) {
        const Index pixel = at(shown_pixel_, i);
        if (pixel >= 0) to[pixel] += from[i];
      }
    }
  });
}

void ExtendedImage::cut(std::span<const double> convolved, double* output, int threads) const {
  for_lines(static_cast<Index>(output_lines_.size()), size_, threads, [&](Index line) {
    const double* const from = convolved.data() + at(output_line_at_, line);
    double* const to = output + at(output_lines_, line);
    for (std::size_t o = 0; o < output_at_.size(); ++o) {
      to[static_cast<Index>(o) * output_step_] = from[output_at_[o]];
    }
  });
}

void ExtendedImage::place(const double* output, std::span<double> convolved, int threads) const {
  std::fill(convolved.begin(), convolved.end(), 0.0);
  for_lines(static_cast<Index>(output_lines_.size()), size_, threads, [&](Index line) {
    const double* const from = output + at(output_lines_, line);
    double* const to = convolved.data() + at(output_line_at_, line);
    for (std::size_t o = 0; o < output_at_.size(); ++o) {
      to[output_at_[o]] = from[static_cast<Index>(o) * output_step_];
    }
  });
}

}  // namespace toeplix::detail
