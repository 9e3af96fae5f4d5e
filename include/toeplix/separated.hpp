#pragma once

#include <toeplix/linear_map.hpp>
#include <toeplix/operator.hpp>

#include <optional>

namespace toeplix {

/// An operator as a sum of products of operators along one axis each.
///
///     toeplix::Separated<float> blur = toeplix::separated(op).value();
///     Eigen::VectorXf y = blur.map * x;  // op * x, but for rounding
template <MatrixScalar Scalar>
struct Separated {
  LinearMap<Scalar> map;  ///< the sum
  Index terms;            ///< of the sum: the rank of the kernel
};

/// The same operator by its kernel's factors: a kernel of rank r is the sum of r products of one
/// factor per axis, so that a pixel takes r * (k1 + k2) multiplications in place of k1 * k2.
///
/// Only for one channel in and out, or one per group, whose kernels are the same for every pixel
/// (the largest rank of all groups counts) and have a finite sum of absolute values; and only if it
/// pays, by a model of what was measured. Nothing otherwise. Products differ from those of `op` by
/// rounding: singular values up to max(k1, k2) * epsilon * the largest are left out, as `inspect`
/// counts the rank. Kernels of more axes are split axis by axis.
///
/// Cost: a singular value decomposition of every kernel. Memory: the factors.
///
///     const toeplix::Operator<float> op(toeplix::Convolution("input=99,99 kernel=31,31"),
///                                       std::vector<float>(961, 1));
///     toeplix::separated(op)->terms;  // 1: two passes of 31 in place of one of 961
template <MatrixScalar Scalar>
[[nodiscard]] std::optional<Separated<Scalar>> separated(const Operator<Scalar>& op);

extern template std::optional<Separated<float>> separated(const Operator<float>&);
extern template std::optional<Separated<double>> separated(const Operator<double>&);
extern template std::optional<Separated<std::complex<float>>> separated(
    const Operator<std::complex<float>>&);
extern template std::optional<Separated<std::complex<double>>> separated(
    const Operator<std::complex<double>>&);

}  // namespace toeplix
