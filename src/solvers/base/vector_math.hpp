#pragma once

#include "solvers/base/pieces.hpp"

#include <Eigen/Core>

#include <array>

/// \file
/// Long vectors by several threads, with the same bits for any number of them.

namespace toeplix::detail {

/// x^T y
inline double dot(const Eigen::Ref<const Eigen::VectorXd>& x,
                  const Eigen::Ref<const Eigen::VectorXd>& y, int threads) {
  return Pieces(threads).sums<1>(x.size(), [&](Index begin, Index end) {
    return std::array{x.segment(begin, end - begin).dot(y.segment(begin, end - begin))};
  })[0];
}

/// y += factor x
inline void add(double factor, const Eigen::VectorXd& x, Eigen::VectorXd& y, int threads) {
  Pieces(threads).each(x.size(), [&](Index begin, Index end) {
    y.segment(begin, end - begin) += factor * x.segment(begin, end - begin);
  });
}

/// y = x + factor y
inline void scale_and_add(const Eigen::VectorXd& x, double factor, Eigen::VectorXd& y,
                          int threads) {
  Pieces(threads).each(x.size(), [&](Index begin, Index end) {
    auto part = y.segment(begin, end - begin);
    part = x.segment(begin, end - begin) + factor * part;
  });
}

}  // namespace toeplix::detail
