#pragma once

#include <iterator>
#include <vector>

namespace toeplix::detail {

/// `combine(a, b)` for every `a` of `left` and, for each, every `b` of `right`, in order: what
/// takes a product over some axes on by one axis.
///
///     const std::vector<int> tens = {10, 20}, ones = {1, 2};
///     outer_product(tens, ones, std::plus());  // 11 12 21 22
template <class Left, class Range, class Combine>
std::vector<Left> outer_product(const std::vector<Left>& left, const Range& right,
                                const Combine& combine) {
  std::vector<Left> product;
  product.reserve(left.size() * std::size(right));
  for (const Left& a : left) {
    for (const auto& b : right) product.push_back(combine(a, b));
  }
  return product;
}

}  // namespace toeplix::detail
