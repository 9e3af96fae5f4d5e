#pragma once

#include <toeplix/solvers/deblur.hpp>

namespace toeplix::detail {

/// A kernel as it is taken, and how it was scaled.
struct PreparedKernel {
  BlurKernel kernel;
  KernelScaling scaling;
};

/// Checks a kernel for an image of `axes` axes, cuts off lines of zeros, as many on either side so
/// that the centre stays in its place, and divides it by its sum if that is wanted. Throws
/// SolverError.
PreparedKernel prepare_kernel(const BlurKernel& kernel, std::size_t axes, KernelSum wanted);

}  // namespace toeplix::detail
