#pragma once

#include "solvers/transform/grid_transform.hpp"

#include <toeplix/pattern.hpp>

#include <span>
#include <string>
#include <vector>

namespace toeplix::detail {

/// In which basis the matrix of each channel is diagonal, or why in none.
struct DiagonalBases {
  std::vector<Basis> bases;  ///< empty if there is none
  std::string reason;        ///< why there is none

  [[nodiscard]] bool exist() const { return reason.empty(); }
  /// Whether the transform is orthogonal but for its scale, so that transposing the matrix
  /// conjugates its eigenvalues.
  [[nodiscard]] bool are_orthogonal() const;
};

/// The bases of a matrix that has a kernel for each channel: circular axes are diagonal in
/// Fourier's, symmetric axes in the DCT-II and reflecting ones in the DCT-I, both if all kernels
/// are their own mirror images along the axis. Rows and columns must be the same pixels.
/// Source: M. Ng, R. Chan, W.-C. Tang, SIAM J. Sci. Comput. 21 (1999).
DiagonalBases diagonal_bases(const Pattern& pattern, std::span<const double> weights);

}  // namespace toeplix::detail
