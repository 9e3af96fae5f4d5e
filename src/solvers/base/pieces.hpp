#pragma once

#include <toeplix/index.hpp>

#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace toeplix::detail {

/// Work on long vectors, shared out among threads in pieces of one size, so that sums have the same
/// bits for any number of threads.
///
///     const double squares = pieces.sums<1>(size, [&](Index begin, Index end) {
///       return std::array{sum_of(begin, end, [&](Index i) { return x[i] * x[i]; })};
///     })[0];
class Pieces {
 public:
  explicit Pieces(int threads) : threads_(thread_count(threads)) {}

  /// Calls `work(begin, end)` for all pieces of [0, size).
  template <class Work>
  void each(Index size, const Work& work) const {
    const Index pieces = ceil_div(size, piece_size);
    for_each_chunk(threads_worth(pieces), pieces, [&] {
      return
          [&](Index piece) { work(piece * piece_size, std::min(size, (piece + 1) * piece_size)); };
    });
  }

  /// The sums of what `work(begin, end)` returns for all pieces, an array of so many numbers.
  template <std::size_t Count, class Work>
  std::array<double, Count> sums(Index size, const Work& work) {
    partial_.resize(static_cast<std::size_t>(ceil_div(size, piece_size)) * Count);
    each(size, [&](Index begin, Index end) {
      const std::array<double, Count> sum = work(begin, end);
      std::ranges::copy(sum, partial_.begin() + begin / piece_size * static_cast<Index>(Count));
    });
    std::array<double, Count> total{};
    for (std::size_t i = 0; i < partial_.size(); ++i) total[i % Count] += partial_[i];
    return total;
  }

 private:
  static constexpr Index piece_size = Index{1} << 14;

  /// A piece takes about as long as to start a thread.
  int threads_worth(Index pieces) const {
    return static_cast<int>(std::clamp<Index>(pieces / 4, 1, threads_));
  }

  int threads_;
  std::vector<double> partial_;
};

/// The sum of `term(i)` for all i in [begin, end), in four lanes.
template <class Term>
double sum_of(Index begin, Index end, const Term& term) {
  std::array<double, 4> lanes{};
  Index i = begin;
  for (; i + 4 <= end; i += 4) {
    lanes[0] += term(i);
    lanes[1] += term(i + 1);
    lanes[2] += term(i + 2);
    lanes[3] += term(i + 3);
  }
  for (; i < end; ++i) lanes[0] += term(i);
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

}  // namespace toeplix::detail
