#pragma once

#include "core/base/parallel.hpp"

#include <Eigen/Core>

#include <vector>

/// \file
/// Sums over long vectors by several threads: in pieces of one length, so that the bits are the
/// same for any number of threads.

namespace toeplix::detail {

inline constexpr Index vector_piece = Index{1} << 14;

/// Calls `work(first, count)` for pieces of a vector of `size` elements.
template <class Work>
void for_pieces(Index size, int threads, const Work& work) {
  const Index pieces = (size + vector_piece - 1) / vector_piece;
  const int most = static_cast<int>(std::min<Index>(thread_count(threads), 1 + pieces / 4));
  for_each_own_chunk(most, pieces, [&] {
    return [&](Index piece) {
      const Index first = piece * vector_piece;
      work(first, std::min(vector_piece, size - first));
    };
  });
}

/// x^T y
inline double dot(const Eigen::Ref<const Eigen::VectorXd>& x,
                  const Eigen::Ref<const Eigen::VectorXd>& y, int threads) {
  std::vector<double> sums(static_cast<std::size_t>((x.size() + vector_piece - 1) / vector_piece));
  for_pieces(x.size(), threads, [&](Index first, Index count) {
    sums[static_cast<std::size_t>(first / vector_piece)] =
        x.segment(first, count).dot(y.segment(first, count));
  });
  double sum = 0;
  for (const double piece : sums) sum += piece;
  return sum;
}

/// y += factor x
inline void add(double factor, const Eigen::VectorXd& x, Eigen::VectorXd& y, int threads) {
  for_pieces(x.size(), threads, [&](Index first, Index count) {
    y.segment(first, count) += factor * x.segment(first, count);
  });
}

/// y = x + factor y
inline void scale_and_add(const Eigen::VectorXd& x, double factor, Eigen::VectorXd& y,
                          int threads) {
  for_pieces(x.size(), threads, [&](Index first, Index count) {
    y.segment(first, count) = x.segment(first, count) + factor * y.segment(first, count);
  });
}

}  // namespace toeplix::detail
