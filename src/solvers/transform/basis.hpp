#pragma once

namespace toeplix::detail {

/// What an axis is expanded in. The matrix of a kernel along an axis of n pixels is diagonal in it
/// if the boundary and the kernel are right.
enum class Basis {
  fourier,  ///< exp(2 pi i k x / n): circular, any kernel
  cosine,   ///< cos(pi k (x + 1/2) / n), DCT-II: symmetric, a kernel that is its own mirror image
  even,     ///< cos(pi k x / (n - 1)), DCT-I: reflect, such a kernel; not orthogonal
};

}  // namespace toeplix::detail
