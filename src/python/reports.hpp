#pragma once

#include <toeplix/solvers/iteration_report.hpp>
#include <toeplix/solvers/report.hpp>
#include <toeplix/solvers/singular_values.hpp>
#include <toeplix/solvers/spectral_norm.hpp>

#include <pybind11/pybind11.h>

namespace toeplix::python {

/// What a solver says of its work, as the package's reports take it.
pybind11::dict to_dict(const SolveReport& report);
pybind11::dict to_dict(const IterationReport& report);
pybind11::dict to_dict(const SpectralNorm& norm);
pybind11::dict to_dict(const SingularTriplets::Report& report);

}  // namespace toeplix::python
