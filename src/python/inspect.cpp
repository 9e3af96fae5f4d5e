#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/sparse_argument.hpp"

#include <toeplix/inspect.hpp>

#include <pybind11/stl.h>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// The text and the JSON of what was found.
py::tuple described(const Inspection& found) {
  return py::make_tuple(to_text(found), to_json(found));
}

py::tuple inspect_geometry(const Geometry& geometry, const InspectOptions& options) {
  return described(without_gil([&] {
    return std::visit([&](const auto& conv) { return inspect(conv, options); },
                      geometry.convolution());
  }));
}

template <class Scalar>
py::tuple inspect_numbers(const Geometry& geometry, std::span<const Scalar> weights,
                          const InspectOptions& options) {
  return described(without_gil([&] {
    return std::visit([&](const auto& conv) { return inspect(conv, weights, options); },
                      geometry.convolution());
  }));
}

py::tuple inspect_weights(const Geometry& geometry, const py::array& weights,
                          const InspectOptions& options) {
  return py::isinstance<py::array_t<float>>(weights)
             ? inspect_numbers(geometry, numbers<float>(weights), options)
             : inspect_numbers(geometry, numbers<double>(weights), options);
}

py::tuple inspect_matrix(const SparseArgument& argument,
                         const std::vector<std::pair<Index, Index>>& sizes,
                         const InspectOptions& options) {
  std::vector<MatrixLevel> levels;
  for (const auto& [rows, cols] : sizes) levels.push_back({rows, cols});
  return with_scalar_of(argument[0], [&]<class Scalar>(Scalar) {
    const auto matrix = to_eigen<Scalar, Eigen::RowMajor>(argument);
    return described(without_gil([&] { return inspect(matrix, levels, options); }));
  });
}

}  // namespace

void bind_inspect(py::module_& module) {
  module.def("inspect", [](const Geometry& geometry, const std::optional<py::array>& weights,
                           std::size_t most_places, Index most_work) {
    const InspectOptions options = {most_places, most_work};
    return weights ? inspect_weights(geometry, *weights, options)
                   : inspect_geometry(geometry, options);
  });
  module.def("inspect_matrix",
             [](const SparseArgument& matrix, const std::vector<std::pair<Index, Index>>& levels,
                std::size_t most_places, Index most_work) {
               return inspect_matrix(matrix, levels, {most_places, most_work});
             });
}

}  // namespace toeplix::python
