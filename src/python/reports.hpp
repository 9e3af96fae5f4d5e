#pragma once

#include <toeplix/solvers/iteration_report.hpp>
#include <toeplix/solvers/report.hpp>

#include <pybind11/pybind11.h>

namespace toeplix::python {

/// What a solver says of its work, as the package's reports take it.
pybind11::dict to_dict(const SolveReport& report);
pybind11::dict to_dict(const IterationReport& report);

}  // namespace toeplix::python
