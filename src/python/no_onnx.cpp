#include "python/bind.hpp"

namespace toeplix::python {

/// What takes the place of onnx.cpp in a build without it. The package says so if it is asked.
void bind_onnx(pybind11::module_& module) {
  module.attr("has_onnx") = false;
}

}  // namespace toeplix::python
