#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/reports.hpp"

#include <toeplix/solvers/singular_values.hpp>
#include <toeplix/solvers/spectral_norm.hpp>

#include <utility>

namespace toeplix::python {

namespace py = pybind11;

namespace {

using Doubles = std::span<const double>;

py::dict norm_of(const Geometry& geometry, const py::array& weights, double tolerance,
                 Certify certify, int threads, Index budget) {
  const Doubles values = numbers<double>(weights);
  const SpectralNormOptions options = {tolerance, certify, {threads, budget}};
  return to_dict(without_gil([&] { return spectral_norm(geometry.pattern(), values, options); }));
}

py::array all_of(const Geometry& geometry, const py::array& weights, Index dense_limit, int threads,
                 Index budget) {
  const Doubles values = numbers<double>(weights);
  const SingularValuesOptions options = {{threads, budget}, dense_limit};
  Eigen::VectorXd found =
      without_gil([&] { return singular_values(geometry.pattern(), values, options); });
  const Index count = found.size();
  return to_array(std::move(found), {count});
}

/// u transposed, the values, v transposed, and the report: a row of an array for each vector.
py::tuple largest_of(const Geometry& geometry, const py::array& weights, Index k, double tolerance,
                     Index dense_limit, int threads, Index budget) {
  const Doubles values = numbers<double>(weights);
  const LargestSingularValuesOptions options = {tolerance, {threads, budget}, dense_limit};
  SingularTriplets found =
      without_gil([&] { return largest_singular_values(geometry.pattern(), values, k, options); });
  const py::dict report = to_dict(found.report);
  const Index count = found.values.size();
  const Extents left = {count, found.u.rows()};
  const Extents right = {count, found.v.rows()};
  return py::make_tuple(to_array(std::move(found.u), left),
                        to_array(std::move(found.values), {count}),
                        to_array(std::move(found.v), right), report);
}

}  // namespace

void bind_spectrum(py::module_& module) {
  py::enum_<Certify>(module, "Certify")
      .value("automatic", Certify::automatic)
      .value("transforms", Certify::transforms)
      .value("factorization", Certify::factorization);
  module.def("spectral_norm", norm_of, py::arg("geometry"), py::arg("weights"), py::kw_only(),
             py::arg("tolerance"), py::arg("certify"), py::arg("threads"),
             py::arg("memory_budget"));
  module.def("singular_values", all_of, py::arg("geometry"), py::arg("weights"), py::kw_only(),
             py::arg("dense_limit"), py::arg("threads"), py::arg("memory_budget"));
  module.def("largest_singular_values", largest_of, py::arg("geometry"), py::arg("weights"),
             py::kw_only(), py::arg("k"), py::arg("tolerance"), py::arg("dense_limit"),
             py::arg("threads"), py::arg("memory_budget"));
}

}  // namespace toeplix::python
