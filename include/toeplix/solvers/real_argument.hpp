#pragma once

#include <toeplix/concepts.hpp>

#include <vector>

/// \file
/// What the solvers take as weights and as right-hand sides.

namespace toeplix {

/// A contiguous range of float or double: `std::vector<float>`, `Eigen::VectorXd`, ... The solvers
/// compute in double, so floats are converted, each exactly; integers are refused, as everywhere.
///
///     static_assert(toeplix::RealArgument<std::vector<float>>);
///     static_assert(!toeplix::RealArgument<std::vector<int>>);
template <class T>
concept RealArgument = VectorArgument<T> &&
    (std::same_as<ScalarOf<T>, float> || std::same_as<ScalarOf<T>, double>);

namespace detail {

/// A view of doubles, or a copy of floats as doubles; either converts to a span.
template <RealArgument T>
auto as_doubles(const T& values) {
  const auto span = as_span(values);
  if constexpr (std::same_as<ScalarOf<T>, double>) {
    return span;
  } else {
    return std::vector<double>(span.begin(), span.end());
  }
}

}  // namespace detail

}  // namespace toeplix
