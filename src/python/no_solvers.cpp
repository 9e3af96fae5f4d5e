#include "python/bind.hpp"

namespace toeplix::python {

/// What takes the place of solvers.cpp in a build without them. The package says so if it is asked.
void bind_solvers(pybind11::module_& module) {
  module.attr("has_solvers") = false;
}

}  // namespace toeplix::python
