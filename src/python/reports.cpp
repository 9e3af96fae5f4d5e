#include "python/reports.hpp"

#include <pybind11/stl.h>

namespace toeplix::python {

namespace py = pybind11;

py::dict to_dict(const SolveReport& report) {
  py::dict seconds;
  seconds["assembly"] = report.seconds.assembly;
  seconds["analysis"] = report.seconds.analysis;
  seconds["factorization"] = report.seconds.factorization;
  seconds["solution"] = report.seconds.solution;
  py::dict dict;
  dict["status"] = to_string(report.status);
  dict["reason"] = report.reason;
  dict["method"] = to_string(report.method);
  dict["method_reason"] = report.method_reason;
  dict["residual"] = report.residual;
  dict["relative_residual"] = report.relative_residual;
  dict["error"] = report.error;
  dict["rank"] = report.rank;
  dict["nullity"] = report.nullity;
  dict["separated_terms"] = report.separated_terms;
  dict["fourier_products"] = report.fourier_products;
  dict["reciprocal_condition"] = report.reciprocal_condition;
  dict["iterations"] = report.iterations;
  dict["history"] = report.history;
  dict["preconditioner"] = report.preconditioner;
  dict["fill"] = report.fill;
  dict["flops"] = report.flops;
  dict["bytes"] = report.bytes;
  dict["seconds"] = seconds;
  return dict;
}

py::dict to_dict(const IterationReport& report) {
  py::dict dict;
  dict["status"] = to_string(report.status);
  dict["reason"] = report.reason;
  dict["iterations"] = report.iterations;
  dict["residual"] = report.residual;
  dict["relative_residual"] = report.relative_residual;
  dict["last_change"] = report.last_change;
  dict["error"] = report.error;
  dict["history"] = report.history;
  dict["separated_terms"] = report.separated_terms;
  dict["fourier_products"] = report.fourier_products;
  dict["bytes"] = report.bytes;
  dict["seconds"] = report.seconds;
  return dict;
}

py::dict to_dict(const SpectralNorm& norm) {
  py::dict dict;
  dict["lower"] = norm.lower;
  dict["upper"] = norm.upper;
  dict["converged"] = norm.converged;
  dict["reason"] = norm.reason;
  dict["lower_from"] = to_string(norm.lower_from);
  dict["upper_from"] = to_string(norm.upper_from);
  dict["norm_1"] = norm.norm_1;
  dict["norm_inf"] = norm.norm_inf;
  dict["frobenius"] = norm.frobenius;
  dict["products"] = norm.products;
  dict["blocks"] = norm.blocks;
  dict["factorizations"] = norm.factorizations;
  return dict;
}

py::dict to_dict(const SingularTriplets::Report& report) {
  py::dict dict;
  dict["converged"] = report.converged;
  dict["reason"] = report.reason;
  dict["residual"] = report.residual;
  dict["relative_residual"] = report.relative_residual;
  dict["products"] = report.products;
  return dict;
}

}  // namespace toeplix::python
