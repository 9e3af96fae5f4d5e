#pragma once

#include <toeplix/pattern.hpp>

#include <Eigen/SparseCore>

#include <optional>
#include <string>

namespace toeplix::detail {

/// Why a matrix is singular, and its nullity if that is known.
struct Singularity {
  std::string reason;
  std::optional<Index> nullity;
};

/// Why a square matrix is singular as far as its geometry and the spectrum of its kernels tell;
/// nothing if they do not.
std::optional<Singularity> find_singularity(const Pattern& pattern,
                                            std::span<const double> weights);

/// Why a square, compressed matrix is singular as far as its stored entries tell.
std::optional<Singularity> find_singularity(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>& matrix);

}  // namespace toeplix::detail
