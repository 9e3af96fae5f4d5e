#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"

#include <toeplix/pixel_shuffle.hpp>
#include <toeplix/spec.hpp>

#include <pybind11/stl.h>

#include <string>
#include <utility>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// Precondition: the package has checked the word.
TensorOrder order_of(const std::string& word) {
  for (const TensorOrder order : {TensorOrder::channels_first, TensorOrder::channels_last}) {
    if (to_string(order) == word) return order;
  }
  return TensorOrder::column_major;
}

PixelShuffle shuffle(const Geometry& geometry, const Extents& gap, const Extents& points,
                     Index channels) {
  return pixel_shuffle(geometry.pattern(), {.gap = gap, .points = points, .channels = channels});
}

PixelShuffle shuffle_after(const Geometry& geometry, const PackedTensor& input) {
  return pixel_shuffle(geometry.pattern(), input);
}

}  // namespace

void bind_packing(py::module_& module) {
  py::class_<PackedTensor>(module, "PackedTensor")
      .def(py::init([](Index channels, const Extents& extents, const std::string& order,
                       const Extents& gap, const Extents& points, Index grid_channels) {
        return PackedTensor(channels, extents, order_of(order), {gap, points, grid_channels});
      }))
      .def_property_readonly("channels", &PackedTensor::channels)
      .def_property_readonly("extents", &PackedTensor::extents)
      .def_property_readonly(
          "order", [](const PackedTensor& t) { return std::string(to_string(t.order())); })
      .def_property_readonly("gap", [](const PackedTensor& t) { return t.grid().gap; })
      .def_property_readonly("grid", [](const PackedTensor& t) { return t.grid().points; })
      .def_property_readonly("grid_channels",
                             [](const PackedTensor& t) { return t.grid().channels; })
      .def_property_readonly("elements", &PackedTensor::elements)
      .def_property_readonly("size", &PackedTensor::size)
      .def("places", [](const PackedTensor& tensor) {
        std::vector<Index> places = without_gil([&] { return tensor.places(); });
        return to_array(std::move(places), {tensor.elements()});
      });
  py::class_<PixelShuffle>(module, "PixelShuffle")
      .def(py::init([](const PackedTensor& input, const PackedTensor& output) {
        return PixelShuffle{input, output};
      }))
      .def_property_readonly("input", [](const PixelShuffle& both) { return both.input; })
      .def_property_readonly("output", [](const PixelShuffle& both) { return both.output; });
  module.def("pixel_shuffle", shuffle);
  module.def("pixel_shuffle_after", shuffle_after);
}

}  // namespace toeplix::python
