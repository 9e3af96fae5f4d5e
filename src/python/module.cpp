#include "python/bind.hpp"

#include <toeplix/version.hpp>

PYBIND11_MODULE(_core, module) {
  module.attr("version") = toeplix::version_string;
  toeplix::python::bind_errors();
  toeplix::python::bind_geometry(module);
  toeplix::python::bind_compile(module);
  toeplix::python::bind_operator(module);
  toeplix::python::bind_affine_map(module);
  toeplix::python::bind_separable(module);
  toeplix::python::bind_affine(module);
  toeplix::python::bind_packing(module);
  toeplix::python::bind_diagonals(module);
  toeplix::python::bind_drawing(module);
  toeplix::python::bind_explain(module);
  toeplix::python::bind_inspect(module);
  toeplix::python::bind_onnx(module);
  toeplix::python::bind_solvers(module);
  toeplix::python::bind_verify(module);
}
