#include "core/panel/job.hpp"

// In place of kernels.cpp in a build without Highway.

namespace toeplix::detail {

template <>
const PanelKernels<float>* panel_kernels<float>() {
  return nullptr;
}
template <>
const PanelKernels<double>* panel_kernels<double>() {
  return nullptr;
}

}  // namespace toeplix::detail
