#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/Core>

#include <span>

/// \file
/// What the values of rows add up to. Rows that repeat others are not looked at. Precondition of
/// all: `weights` has the length that the pattern expects.

namespace toeplix::detail {

template <class Scalar>
using RealOf = typename Eigen::NumTraits<Scalar>::Real;
template <class Number>
using OnePerRow = Eigen::Matrix<Number, Eigen::Dynamic, 1>;

/// The sum of each row, in the order of the columns. Throws CapacityError for a result that
/// `resources` have no room for.
template <class Scalar>
OnePerRow<Scalar> row_sums(const Pattern& pattern, std::span<const Scalar> weights,
                           const Resources& resources);

/// The sum of the squared absolute values of each row, likewise.
template <class Scalar>
OnePerRow<RealOf<Scalar>> row_squared_norms(const Pattern& pattern, std::span<const Scalar> weights,
                                            const Resources& resources);

/// The root of the sum of all squared absolute values, added up in double.
template <class Scalar>
RealOf<Scalar> frobenius_norm(const Pattern& pattern, std::span<const Scalar> weights);

/// The largest sum of absolute values in a row; NaN if there is one.
template <class Scalar>
RealOf<Scalar> largest_row_sum(const Pattern& pattern, std::span<const Scalar> weights);

}  // namespace toeplix::detail
