#include "python/affine_map.hpp"

#include "python/bind.hpp"
#include "python/sparse.hpp"

#include <toeplix/affine_chain.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace toeplix::python {

namespace py = pybind11;

namespace {

template <class Scalar, class StorageIndex>
AffineHandle map_of_arrays(const py::tuple& arrays, Index cols, std::span<const Scalar> offset,
                           const Extents& input, const Extents& output, const std::string& name) {
  using Map = AffineMap<Scalar, StorageIndex>;
  using Matrix = typename Map::Matrix;
  const auto values = numbers<Scalar>(arrays[0].cast<py::array>());
  const auto indices = numbers<StorageIndex>(arrays[1].cast<py::array>());
  const auto pointers = numbers<StorageIndex>(arrays[2].cast<py::array>());
  const Eigen::Map<const Matrix> view(static_cast<Eigen::Index>(pointers.size()) - 1, cols,
                                      static_cast<Eigen::Index>(values.size()), pointers.data(),
                                      indices.data(), values.data());
  const Eigen::Map<const typename Map::Vector> b(offset.data(),
                                                 static_cast<Eigen::Index>(offset.size()));
  return {Map(Matrix(view), b, input, output, name)};
}

/// Precondition: the arrays are those of a compressed matrix of so many columns, without
/// duplicates.
AffineHandle from_arrays(const py::tuple& arrays, Index cols, const py::array& offset,
                         const Extents& input, const Extents& output, const std::string& name) {
  const bool wide = py::isinstance<py::array_t<std::int64_t>>(arrays[2]);
  return with_scalar_of(offset, [&]<class Scalar>(Scalar) {
    const std::span b = numbers<Scalar>(offset);
    return wide ? map_of_arrays<Scalar, std::int64_t>(arrays, cols, b, input, output, name)
                : map_of_arrays<Scalar, std::int32_t>(arrays, cols, b, input, output, name);
  });
}

/// A function of the map that a handle holds.
template <class Function>
auto of_map(const Function& function) {
  return [function](const AffineHandle& handle) { return std::visit(function, handle.map); };
}

/// The arrays of the matrix, which keep the map alive.
py::tuple matrix_arrays(const AffineHandle& handle) {
  return std::visit(
      [](const auto& map) {
        using Map = std::decay_t<decltype(map)>;
        return arrays_of(map.matrix(), owner_of(std::make_unique<Map>(map)));
      },
      handle.map);
}

py::array offset_array(const AffineHandle& handle) {
  return std::visit(
      [](const auto& map) -> py::array {
        using Map = std::decay_t<decltype(map)>;
        return view_of(map.offset().data(), map.rows(), owner_of(std::make_unique<Map>(map)));
      },
      handle.map);
}

template <class Map>
py::array apply_map(const Map& map, const py::array& images, const Resources& resources) {
  using Scalar = typename Map::Scalar;
  const std::span x = numbers<Scalar>(images);
  const auto length = static_cast<std::size_t>(map.cols());
  const std::size_t count = x.size() / length;
  py::array_t<Scalar> results({static_cast<py::ssize_t>(count), py::ssize_t{map.rows()}});
  Scalar* const begin = results.mutable_data();
  without_gil([&] {
    for (std::size_t image = 0; image < count; ++image) {
      const typename Map::Vector y =
          toeplix::apply(map, x.subspan(image * length, length), resources);
      std::ranges::copy(y, begin + static_cast<Index>(image) * map.rows());
    }
  });
  return results;
}

/// What `combine` makes of maps of one type. Throws TypeError if they are of several.
template <class Combine>
AffineHandle combined(const std::vector<AffineHandle>& handles, const Combine& combine) {
  if (handles.empty()) throw GeometryError("there is no map; expected one at least");
  return std::visit(
      [&]<class Map>(const Map&) -> AffineHandle {
        std::vector<Map> maps;
        for (const AffineHandle& handle : handles) {
          const auto* const map = std::get_if<Map>(&handle.map);
          if (map == nullptr) throw py::type_error("maps of one call must be of one type");
          maps.push_back(*map);
        }
        return without_gil([&]() -> AffineHandle { return {combine(std::move(maps))}; });
      },
      handles.front().map);
}

void bind_class(py::module_& module) {
  py::class_<AffineHandle>(module, "AffineMap")
      .def(py::init(&from_arrays), py::arg("arrays"), py::arg("cols"), py::arg("offset"),
           py::arg("input_shape"), py::arg("output_shape"), py::arg("name"))
      .def_property_readonly("matrix", &matrix_arrays)
      .def_property_readonly("offset", &offset_array)
      .def_property_readonly("input_shape", of_map([](const auto& m) { return m.input_shape(); }))
      .def_property_readonly("output_shape", of_map([](const auto& m) { return m.output_shape(); }))
      .def_property_readonly("name", of_map([](const auto& m) { return m.name(); }))
      .def_property_readonly("rows", of_map([](const auto& m) { return m.rows(); }))
      .def_property_readonly("cols", of_map([](const auto& m) { return m.cols(); }))
      .def_property_readonly("nnz", of_map([](const auto& m) { return m.nnz(); }))
      .def("with_shapes",
           [](const AffineHandle& handle, const Extents& input, const Extents& output) {
             return std::visit(
                 [&](const auto& map) { return AffineHandle{map.with_shapes(input, output)}; },
                 handle.map);
           })
      .def("with_name", [](const AffineHandle& handle, const std::string& name) {
        return std::visit([&](const auto& map) { return AffineHandle{map.with_name(name)}; },
                          handle.map);
      });
  module.def(
      "affine_apply",
      [](const AffineHandle& handle, const py::array& images, int threads, Index budget) {
        return std::visit(
            [&](const auto& map) {
              return apply_map(map, images, {threads, budget});
            },
            handle.map);
      },
      py::arg("map"), py::arg("images"), py::kw_only(), py::arg("threads"),
      py::arg("memory_budget"));
}

}  // namespace

void bind_affine_map(py::module_& module) {
  bind_class(module);
  using Handles = std::vector<AffineHandle>;
  const auto maps = py::arg("maps");
  // compose(maps) and sum(maps) take two.
  define_maker(
      module, "affine_compose",
      [](const Handles& handles, const std::string& name, int threads, Index budget) {
        return combined(handles, [&](const auto& given) {
          return compose(given.at(0), given.at(1), affine_options(name, threads, budget));
        });
      },
      maps);
  define_maker(
      module, "affine_sum",
      [](const Handles& handles, const std::string& name, int threads, Index budget) {
        return combined(handles, [&](const auto& given) {
          return sum(given.at(0), given.at(1), affine_options(name, threads, budget));
        });
      },
      maps);
  define_maker(
      module, "affine_chain",
      [](const Handles& handles, const std::string& name, int threads, Index budget) {
        return combined(handles, [&](auto given) {
          return chain(std::move(given)).compile(affine_options(name, threads, budget));
        });
      },
      maps);
  define_maker(
      module, "affine_concatenate",
      [](const Handles& handles, Index axis, const std::string& name, int threads, Index budget) {
        return combined(handles, [&](const auto& given) {
          return concatenate(given, axis, affine_options(name, threads, budget));
        });
      },
      maps, py::arg("axis"));
}

}  // namespace toeplix::python
