#pragma once

#include <toeplix/pattern.hpp>

#include "core/base/parallel.hpp"

namespace toeplix::detail {

/// Where the images of the channels lie in a vector of all of them.
struct Planes {
  Index pixels;        ///< of one channel
  Index channels;      ///< images
  Index pixel_step;    ///< from a pixel to the next
  Index channel_step;  ///< from a channel to the next

  /// Those of the columns of a matrix.
  static Planes of_columns(const Pattern& pattern) {
    const Index channels = pattern.channels().columns();
    const Index pixels = pattern.cols() / channels;
    const bool innermost = pattern.channels().innermost();
    return {pixels, channels, innermost ? channels : 1, innermost ? 1 : pixels};
  }

  /// Copies one channel out of the vector, each number times what `factor(pixel)` says.
  template <class Factor>
  void take(const double* vector, Index channel, double* plane, int threads,
            const Factor& factor) const {
    const double* const from = vector + channel * channel_step;
    for_pixels(threads, [&](Index i) { plane[i] = from[i * pixel_step] * factor(i); });
  }
  /// And back.
  template <class Factor>
  void put(const double* plane, Index channel, double* vector, int threads,
           const Factor& factor) const {
    double* const to = vector + channel * channel_step;
    for_pixels(threads, [&](Index i) { to[i * pixel_step] = plane[i] * factor(i); });
  }

 private:
  template <class Work>
  void for_pixels(int threads, const Work& work) const {
    const Index chunks = 1 + pixels / (Index{1} << 15);
    for_each_chunk(threads_to_write(pixels, threads), chunks, [&] {
      return [&](Index chunk) {
        const Index end = chunk_begin(pixels, chunks, chunk + 1);
        for (Index i = chunk_begin(pixels, chunks, chunk); i < end; ++i) work(i);
      };
    });
  }
};

/// The extents of the columns along the axes of memory.
inline Extents column_extents(const Pattern& pattern) {
  Extents extents;
  for (const Pattern::Axis& axis : pattern.axes()) extents.push_back(axis.table.columns());
  return extents;
}

}  // namespace toeplix::detail
