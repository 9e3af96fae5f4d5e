#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"

#include <toeplix/explain.hpp>

#include <pybind11/stl.h>

#include <string>
#include <utility>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// The text and the JSON of an explanation.
using Texts = std::pair<std::string, std::string>;

template <class Explanation>
Texts as_texts(const Explanation& explanation) {
  return {to_text(explanation), to_json(explanation)};
}

Texts explain_entry(const Geometry& geometry, Index row, Index col) {
  return std::visit([&](const auto& conv) { return as_texts(explain(conv, row, col)); },
                    geometry.convolution());
}

Texts explain_weight_at(const Geometry& geometry, const std::variant<Index, Extents>& weight,
                        std::size_t most) {
  return without_gil([&] {
    return std::visit(
        [&](const auto& conv) {
          const auto* const position = std::get_if<Extents>(&weight);
          return as_texts(position ? explain_weight(conv, *position, most)
                                   : explain_weight_index(conv, std::get<Index>(weight), most));
        },
        geometry.convolution());
  });
}

std::string letters(const Geometry& geometry, SymbolicFormat format) {
  return std::visit([&](const auto& conv) { return symbolic_matrix(conv, format); },
                    geometry.convolution());
}

std::string digits(const Geometry& geometry, std::span<const double> weights,
                   SymbolicFormat format) {
  return std::visit([&](const auto& conv) { return numeric_matrix(conv, weights, format); },
                    geometry.convolution());
}

}  // namespace

void bind_explain(py::module_& module) {
  module.def("explain", explain_entry);
  module.def("explain_weight", explain_weight_at);
  module.def("symbolic", [](const Geometry& geometry) {
    return py::make_tuple(letters(geometry, SymbolicFormat::text),
                          letters(geometry, SymbolicFormat::latex));
  });
  module.def("numeric", [](const Geometry& geometry, const py::array& weights) {
    const auto values = numbers<double>(weights);
    return py::make_tuple(digits(geometry, values, SymbolicFormat::text),
                          digits(geometry, values, SymbolicFormat::latex));
  });
}

}  // namespace toeplix::python
