#include "python/geometry.hpp"

#include "python/bind.hpp"
#include "python/gil.hpp"

#include <pybind11/stl.h>

#include <algorithm>

namespace toeplix::python {

namespace py = pybind11;

namespace {

using AnyConvolution = std::variant<Convolution, TransposedConvolution>;

AnyConvolution read(std::string_view text) {
  const AnySpec spec = parse_spec(text);
  if (const auto* transposed = std::get_if<TransposedConvolutionSpec>(&spec)) {
    return TransposedConvolution(*transposed);
  }
  return Convolution(std::get<ConvolutionSpec>(spec));
}

Pattern pattern_of(const AnyConvolution& convolution, bool per_pixel) {
  const Pattern pattern = std::visit([](const auto& conv) { return Pattern(conv); }, convolution);
  return per_pixel ? detail::per_pixel(pattern) : pattern;
}

/// Channels and extents as the axes of an array in C order.
Extents tensor_shape(Index channels, Extents extents, TensorOrder order) {
  if (order == TensorOrder::column_major) std::ranges::reverse(extents);
  const bool last = order == TensorOrder::channels_last;
  extents.insert(last ? extents.end() : extents.begin(), channels);
  return extents;
}

}  // namespace

Geometry::Geometry(std::string_view text, bool per_pixel)
    : convolution_(read(text)), pattern_(pattern_of(convolution_, per_pixel)) {}

std::string Geometry::text() const {
  return std::visit([](const auto& conv) { return to_string(conv.spec()); }, convolution_);
}

bool Geometry::channels_last() const {
  return std::visit(
      [](const auto& conv) { return conv.spec().order == TensorOrder::channels_last; },
      convolution_);
}

Extents Geometry::input_shape() const {
  return std::visit(
      [](const auto& conv) {
        return tensor_shape(conv.in_channels(), conv.input(), conv.spec().order);
      },
      convolution_);
}

Extents Geometry::output_shape() const {
  return std::visit(
      [](const auto& conv) {
        return tensor_shape(conv.out_channels(), conv.output(), conv.spec().order);
      },
      convolution_);
}

Extents Geometry::weights_shape() const {
  return std::visit([](const auto& conv) { return conv.weights_shape(); }, convolution_);
}

Extents Geometry::kernel_pixels() const {
  if (const auto* transposed = std::get_if<TransposedConvolution>(&convolution_)) {
    return transposed->input();
  }
  return std::get<Convolution>(convolution_).output();
}

void bind_geometry(py::module_& module) {
  const auto of_pattern = [](auto member) {
    return [member](const Geometry& geometry) { return (geometry.pattern().*member)(); };
  };
  py::class_<Geometry>(module, "Geometry")
      .def(py::init([](std::string_view text, bool per_pixel) {
             return without_gil([&] { return Geometry(text, per_pixel); });
           }),
           py::arg("text"), py::arg("per_pixel") = false)
      .def_property_readonly("text", &Geometry::text)
      .def_property_readonly("channels_last", &Geometry::channels_last)
      .def_property_readonly("input_shape", &Geometry::input_shape)
      .def_property_readonly("output_shape", &Geometry::output_shape)
      .def_property_readonly("weights_shape", &Geometry::weights_shape)
      .def_property_readonly("kernel_pixels", &Geometry::kernel_pixels)
      .def_property_readonly("rows", of_pattern(&Pattern::rows))
      .def_property_readonly("cols", of_pattern(&Pattern::cols))
      .def_property_readonly("nnz", of_pattern(&Pattern::nnz))
      .def_property_readonly("per_pixel", of_pattern(&Pattern::is_per_pixel));
}

}  // namespace toeplix::python
