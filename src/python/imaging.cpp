#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/reports.hpp"

#include <toeplix/solvers/nonnegative_least_squares.hpp>
#include <toeplix/solvers/richardson_lucy.hpp>
#include <toeplix/solvers/total_variation.hpp>

#include <pybind11/functional.h>
#include <pybind11/stl.h>

namespace toeplix::python {

namespace py = pybind11;

namespace {

using Doubles = std::span<const double>;

py::tuple to_tuple(IterativeSolution solution) {
  const py::dict report = to_dict(solution.report);
  const Index length = solution.x.size();
  return py::make_tuple(to_array(std::move(solution.x), {length}), report);
}

py::tuple nonnegative(const Geometry& geometry, const py::array& weights, const py::array& b,
                      double lambda, double upper, double tolerance, int max_iterations,
                      const IterationProgress& progress, int threads, Index budget) {
  const Doubles values = numbers<double>(weights);
  const Doubles right = numbers<double>(b);
  const NonnegativeOptions options = {lambda,         upper,    tolerance,
                                      max_iterations, progress, {threads, budget}};
  return to_tuple(without_gil(
      [&] { return nonnegative_least_squares(geometry.pattern(), values, right, options); }));
}

py::tuple counts(const Geometry& geometry, const py::array& weights, const py::array& b,
                 const py::array& background, const py::array& flat, double tolerance,
                 int max_iterations, const IterationProgress& progress, int threads, Index budget) {
  const Doubles values = numbers<double>(weights);
  const Doubles right = numbers<double>(b);
  const Doubles dark = numbers<double>(background);
  const Doubles gain = numbers<double>(flat);
  const RichardsonLucyOptions options = {
      {dark.begin(), dark.end()}, {gain.begin(), gain.end()}, tolerance, max_iterations, progress,
      {threads, budget}};
  return to_tuple(
      without_gil([&] { return richardson_lucy(geometry.pattern(), values, right, options); }));
}

py::tuple variation(const Geometry& geometry, const py::array& weights, const py::array& b,
                    double mu, PixelRange range, double tolerance, int max_iterations,
                    const IterationProgress& progress, int threads, Index budget) {
  const Doubles values = numbers<double>(weights);
  const Doubles right = numbers<double>(b);
  const TotalVariationOptions options = {
      range, tolerance, max_iterations, progress, {threads, budget}};
  return to_tuple(
      without_gil([&] { return total_variation(geometry.pattern(), values, right, mu, options); }));
}

}  // namespace

void bind_imaging(py::module_& module) {
  py::enum_<PixelRange>(module, "PixelRange")
      .value("real", PixelRange::real)
      .value("nonnegative", PixelRange::nonnegative);
  module.def("nonnegative_least_squares", nonnegative, py::arg("geometry"), py::arg("weights"),
             py::arg("b"), py::kw_only(), py::arg("lambda_"), py::arg("upper"),
             py::arg("tolerance"), py::arg("max_iterations"), py::arg("progress"),
             py::arg("threads"), py::arg("memory_budget"));
  module.def("richardson_lucy", counts, py::arg("geometry"), py::arg("weights"), py::arg("b"),
             py::kw_only(), py::arg("background"), py::arg("flat"), py::arg("tolerance"),
             py::arg("max_iterations"), py::arg("progress"), py::arg("threads"),
             py::arg("memory_budget"));
  module.def("total_variation", variation, py::arg("geometry"), py::arg("weights"), py::arg("b"),
             py::kw_only(), py::arg("mu"), py::arg("range"), py::arg("tolerance"),
             py::arg("max_iterations"), py::arg("progress"), py::arg("threads"),
             py::arg("memory_budget"));
}

}  // namespace toeplix::python
