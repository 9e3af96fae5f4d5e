#include "python/affine_map.hpp"
#include "python/bind.hpp"
#include "python/sparse.hpp"

#include <toeplix/onnx/model.hpp>

#include <pybind11/stl.h>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// A tensor as Python has it: its name and shape.
using NameAndShape = std::pair<std::string, Extents>;

NameAndShape pair_of(const OnnxTensor& tensor) {
  return {tensor.name, tensor.shape};
}

std::vector<NameAndShape> pairs_of(const std::vector<OnnxTensor>& tensors) {
  std::vector<NameAndShape> pairs;
  for (const OnnxTensor& tensor : tensors) pairs.push_back(pair_of(tensor));
  return pairs;
}

/// What segments and nodes have in common.
template <class Part>
py::class_<Part> bind_part(py::module_& module, const char* name) {
  return py::class_<Part>(module, name)
      .def_property_readonly("name", &Part::name)
      .def_property_readonly("inputs", [](const Part& part) { return pairs_of(part.inputs()); })
      .def_property_readonly("output", [](const Part& part) { return pair_of(part.output()); })
      .def_property_readonly("rows", &Part::rows)
      .def("cols", &Part::cols)
      .def(
          "map",
          [](const Part& part, std::size_t input, bool is_double, int threads, Index budget) {
            return make_affine([&](auto index) -> AnyAffineMap {
              using StorageIndex = decltype(index);
              const Resources resources{threads, budget};
              if (is_double) return part.template map<double, StorageIndex>(input, resources);
              return part.template map<float, StorageIndex>(input, resources);
            });
          },
          py::arg("input"), py::arg("is_double"), py::arg("threads"), py::arg("memory_budget"));
}

AffineHandle rows_of(const OnnxNode& node, Index first, Index last, std::size_t input,
                     bool is_double, int threads, Index budget) {
  return make_affine([&](auto index) -> AnyAffineMap {
    using StorageIndex = decltype(index);
    const Resources resources{threads, budget};
    if (is_double) return node.map_rows<double, StorageIndex>(first, last, input, resources);
    return node.map_rows<float, StorageIndex>(first, last, input, resources);
  });
}

/// The text form of the geometry of a Conv or ConvTranspose; None of other operators.
std::optional<std::string> spec_of(const OnnxNode& node) {
  if (const auto convolution = node.convolution()) return to_string(convolution->spec());
  if (const auto transposed = node.transposed_convolution()) return to_string(transposed->spec());
  return {};
}

std::optional<Extents> weights_shape_of(const OnnxNode& node) {
  if (const auto convolution = node.convolution()) return convolution->weights_shape();
  if (const auto transposed = node.transposed_convolution()) return transposed->weights_shape();
  return {};
}

template <class Scalar>
py::array array_of(std::vector<Scalar> numbers) {
  auto owned = std::make_unique<std::vector<Scalar>>(std::move(numbers));
  const std::vector<Scalar>& kept = *owned;
  return view_of(kept.data(), static_cast<Index>(kept.size()), owner_of(std::move(owned)));
}

void bind_parts(py::module_& module) {
  bind_part<OnnxNode>(module, "OnnxNode")
      .def_property_readonly("op_type", &OnnxNode::op_type)
      .def_property_readonly("position", &OnnxNode::position)
      .def_property_readonly("batch", &OnnxNode::batch)
      .def("nnz", &OnnxNode::nnz)
      .def("rows_of", &rows_of)
      .def_property_readonly("spec", &spec_of)
      .def_property_readonly("weights_shape", &weights_shape_of)
      .def("weights",
           [](const OnnxNode& node, bool is_double) {
             return is_double ? array_of(node.weights<double>()) : array_of(node.weights<float>());
           })
      .def("bias", [](const OnnxNode& node, bool is_double) {
        return is_double ? array_of(node.bias<double>()) : array_of(node.bias<float>());
      });
  bind_part<OnnxSegment>(module, "OnnxSegment")
      .def_property_readonly("nodes", &OnnxSegment::nodes)
      .def_property_readonly("is_chain", &OnnxSegment::is_chain)
      .def("nnz", &OnnxSegment::nnz);
}

py::dict record_of(const OnnxOtherNode& node) {
  py::dict record;
  record["name"] = node.name;
  record["op_type"] = node.op_type;
  record["domain"] = node.domain;
  record["position"] = node.position;
  record["inputs"] = pairs_of(node.inputs);
  record["outputs"] = pairs_of(node.outputs);
  record["known"] = node.is_known;
  record["reason"] = node.reason;
  return record;
}

}  // namespace

void bind_onnx(py::module_& module) {
  module.attr("has_onnx") = true;
  bind_parts(module);
  py::class_<OnnxModel>(module, "OnnxModel")
      .def_property_readonly("opset", &OnnxModel::opset)
      .def_property_readonly("inputs", [](const OnnxModel& m) { return pairs_of(m.inputs()); })
      .def_property_readonly("outputs", [](const OnnxModel& m) { return pairs_of(m.outputs()); })
      .def_property_readonly("nodes", &OnnxModel::nodes)
      .def_property_readonly("segments", &OnnxModel::segments)
      .def_property_readonly("has_doubles", &OnnxModel::has_doubles)
      .def_property_readonly("nonlinear", [](const OnnxModel& model) {
        py::list list;
        for (const OnnxOtherNode& node : model.nonlinear()) list.append(record_of(node));
        return list;
      });
  module.def(
      "read_onnx",
      [](const std::string& path, const std::map<std::string, Extents>& shapes, int threads,
         Index budget) {
        return without_gil([&] {
          return read_onnx(path, {.shapes = shapes, .resources = {threads, budget}});
        });
      },
      py::arg("path"), py::kw_only(), py::arg("shapes"), py::arg("threads"),
      py::arg("memory_budget"));
  module.def(
      "read_onnx_bytes",
      [](const py::bytes& bytes, const std::map<std::string, Extents>& shapes, int threads,
         Index budget) {
        const std::string_view view = bytes;
        return without_gil([&] {
          return read_onnx(std::as_bytes(std::span(view)),
                           {.shapes = shapes, .resources = {threads, budget}});
        });
      },
      py::arg("bytes"), py::kw_only(), py::arg("shapes"), py::arg("threads"),
      py::arg("memory_budget"));
}

}  // namespace toeplix::python
