#pragma once

#include <pybind11/pybind11.h>

/// What each file of this folder adds to the module `toeplix._core`, and petsc.cpp to `_petsc`. The
/// Python package checks arguments and gives results their types; a function here is one call of
/// the library.
namespace toeplix::python {

void bind_affine(pybind11::module_& module);
void bind_affine_map(pybind11::module_& module);
void bind_compile(pybind11::module_& module);
void bind_deblur(pybind11::module_& module);
void bind_diagonals(pybind11::module_& module);
void bind_drawing(pybind11::module_& module);
void bind_errors();
void bind_explain(pybind11::module_& module);
void bind_geometry(pybind11::module_& module);
void bind_imaging(pybind11::module_& module);
void bind_inspect(pybind11::module_& module);
void bind_onnx(pybind11::module_& module);
void bind_operator(pybind11::module_& module);
void bind_packing(pybind11::module_& module);
void bind_petsc(pybind11::module_& module);
void bind_separable(pybind11::module_& module);
void bind_solvers(pybind11::module_& module);
void bind_spectrum(pybind11::module_& module);
void bind_verify(pybind11::module_& module);

}  // namespace toeplix::python
