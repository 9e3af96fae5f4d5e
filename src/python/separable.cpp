#include <toeplix/separable.hpp>

#include "python/affine_map.hpp"
#include "python/bind.hpp"
#include "python/sparse.hpp"

#include <toeplix/affine.hpp>

#include <pybind11/stl.h>

#include <limits>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// What works on every axis by itself.
struct SeparableHandle {
  std::variant<AveragePool, Pad, Resize, Separable> what;
};

/// Pairs (lower, upper): one for all axes, or one for each.
using Sides = std::vector<std::pair<Index, Index>>;

Padding padding_of(const Sides& sides) {
  std::vector<AxisPadding> pairs;
  for (const auto& [lower, upper] : sides) pairs.push_back({lower, upper});
  return pairs;
}

/// A word of an enum, named as in C++. The package has checked that it is one of them.
Boundary boundary_of(const std::string& word) {
  return parse_convolution("input=1 kernel=1 boundary=" + word).boundary[0];
}

NearestPixel nearest_of(const std::string& word) {
  if (word == "round_prefer_floor") return NearestPixel::round_prefer_floor;
  if (word == "round_prefer_ceil") return NearestPixel::round_prefer_ceil;
  if (word == "floor") return NearestPixel::floor;
  return NearestPixel::ceil;
}

CoordinateMode coordinates_of(const std::string& word) {
  if (word == "pytorch_half_pixel") return CoordinateMode::pytorch_half_pixel;
  if (word == "align_corners") return CoordinateMode::align_corners;
  if (word == "asymmetric") return CoordinateMode::asymmetric;
  if (word == "half_pixel_symmetric") return CoordinateMode::half_pixel_symmetric;
  return CoordinateMode::half_pixel;
}

/// One pixel for every output coordinate, along every axis.
SeparableHandle selection(const Extents& input, const std::vector<std::vector<Index>>& sources) {
  std::vector<CoefficientTable> tables;
  for (std::size_t axis = 0; axis < input.size(); ++axis) {
    CoefficientTable& table = tables.emplace_back(input[axis]);
    for (const Index source : sources.at(axis)) table.append_row({{source, 1}});
  }
  return {Separable(std::move(tables))};
}

Separable separable_of(const SeparableHandle& handle, const Resources& resources) {
  return std::visit(
      [&]<class What>(const What& what) {
        if constexpr (std::same_as<What, Separable>) {
          return what;
        } else {
          return Separable(what, resources);
        }
      },
      handle.what);
}

template <class Matrix>
py::tuple compile_separable(const Separable& separable, const Resources& resources) {
  Matrix matrix;
  without_gil([&] { compile_into(matrix, separable, resources); });
  return to_arrays(std::move(matrix));
}

template <class Scalar, int Order>
py::tuple compile_order(const Separable& separable, const Resources& resources) {
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  const bool narrow =
      separable.rows() <= most && separable.cols() <= most && separable.nnz() <= most;
  return narrow ? compile_separable<Eigen::SparseMatrix<Scalar, Order, std::int32_t>>(separable,
                                                                                      resources)
                : compile_separable<Eigen::SparseMatrix<Scalar, Order, std::int64_t>>(separable,
                                                                                      resources);
}

/// The arrays of the matrix, and its shape. `example` has the scalar type, here and below.
py::tuple compile_arrays(const SeparableHandle& handle, const py::array& example, bool by_columns,
                         const Resources& resources) {
  const Separable separable = separable_of(handle, resources);
  return with_scalar_of(example, [&]<class Scalar>(Scalar) -> py::tuple {
    if constexpr (RealMatrixScalar<Scalar>) {
      const py::tuple arrays = by_columns
                                   ? compile_order<Scalar, Eigen::ColMajor>(separable, resources)
                                   : compile_order<Scalar, Eigen::RowMajor>(separable, resources);
      return py::make_tuple(arrays, py::make_tuple(separable.rows(), separable.cols()));
    } else {
      throw py::type_error("separable operators are of float32 or float64");
    }
  });
}

AffineHandle to_affine(const SeparableHandle& handle, const py::array& example,
                       const AffineOptions& options) {
  return with_scalar_of(example, [&]<class Scalar>(Scalar) {
    return make_affine([&]<class StorageIndex>(StorageIndex) {
      return std::visit(
          [&](const auto& what) { return affine_map<Scalar, StorageIndex>(what, options); },
          handle.what);
    });
  });
}

void bind_makers(py::module_& module) {
  module.def("average_pool",
             [](Extents input, Extents kernel, Index channels, Extents stride, Extents dilation,
                const Sides& padding, bool ceil_mode, bool count_include_pad) {
               return SeparableHandle{AveragePool{.input = std::move(input),
                                                  .kernel = std::move(kernel),
                                                  .channels = channels,
                                                  .stride = std::move(stride),
                                                  .dilation = std::move(dilation),
                                                  .padding = padding_of(padding),
                                                  .ceil_mode = ceil_mode,
                                                  .count_include_pad = count_include_pad}};
             });
  module.def("pad", [](Extents input, const Sides& padding,
                       const std::vector<std::string>& boundaries, double constant) {
    std::vector<Boundary> boundary;
    for (const std::string& word : boundaries) boundary.push_back(boundary_of(word));
    return SeparableHandle{Pad{.input = std::move(input),
                               .padding = padding_of(padding),
                               .boundary = std::move(boundary),
                               .constant = constant}};
  });
  module.def("resize", [](Extents input, Extents sizes, std::vector<double> scales, bool linear,
                          const std::string& nearest, const std::string& coordinates) {
    return SeparableHandle{
        Resize{.input = std::move(input),
               .scales = std::move(scales),
               .sizes = std::move(sizes),
               .interpolation = linear ? Interpolation::linear : Interpolation::nearest,
               .nearest = nearest_of(nearest),
               .coordinates = coordinates_of(coordinates)}};
  });
  module.def("selection", &selection);
}

}  // namespace

void bind_separable(py::module_& module) {
  py::class_<SeparableHandle>(module, "Separable");
  bind_makers(module);
  module.def(
      "separable_compile",
      [](const SeparableHandle& handle, const py::array& example, bool by_columns, int threads,
         Index budget) {
        return compile_arrays(handle, example, by_columns, {threads, budget});
      },
      py::arg("separable"), py::arg("example"), py::kw_only(), py::arg("by_columns"),
      py::arg("threads"), py::arg("memory_budget"));
  define_maker(
      module, "affine_separable",
      [](const SeparableHandle& handle, const py::array& example, const std::string& name,
         int threads, Index budget) {
        return to_affine(handle, example, affine_options(name, threads, budget));
      },
      py::arg("separable"), py::arg("example"));
}

}  // namespace toeplix::python
