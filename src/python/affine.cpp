#include "python/affine_map.hpp"
#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"

#include <toeplix/affine.hpp>

#include <pybind11/stl.h>

#include <optional>

namespace toeplix::python {

namespace py = pybind11;

namespace {

AffineHandle of_convolution(const Geometry& geometry, const py::array& weights,
                            const std::optional<py::array>& bias, const AffineOptions& options) {
  return with_scalar_of(weights, [&]<class Scalar>(Scalar) {
    const std::span w = numbers<Scalar>(weights);
    const std::span b = bias ? numbers<Scalar>(*bias) : std::span<const Scalar>();
    return make_affine([&]<class StorageIndex>(StorageIndex) {
      return std::visit(
          [&](const auto& conv) {
            return bias ? affine_map<StorageIndex>(conv, w, b, options)
                        : affine_map<StorageIndex>(conv, w, options);
          },
          geometry.convolution());
    });
  });
}

/// `example` has the scalar type, here and below.
AffineHandle of_windows(const std::string& text, bool back, const py::array& example,
                        const AffineOptions& options) {
  const ConvolutionSpec windows = parse_convolution(text);
  return with_scalar_of(example, [&]<class Scalar>(Scalar) -> AffineHandle {
    if constexpr (RealMatrixScalar<Scalar>) {
      return make_affine([&]<class StorageIndex>(StorageIndex) {
        return back ? col2im_map<Scalar, StorageIndex>(windows, options)
                    : im2col_map<Scalar, StorageIndex>(windows, options);
      });
    } else {
      throw py::type_error("windows are of float32 or float64");
    }
  });
}

AffineHandle of_scale(const Extents& shape, Index axis, const py::array& scale,
                      const py::array& shift, const AffineOptions& options) {
  return with_scalar_of(scale, [&]<class Scalar>(Scalar) {
    const std::span factors = numbers<Scalar>(scale);
    const std::span terms = numbers<Scalar>(shift);
    return make_affine([&]<class StorageIndex>(StorageIndex) {
      return scale_map<StorageIndex>(shape, axis, factors, terms, options);
    });
  });
}

AffineHandle of_shapes(const Extents& from, const Extents& to, const py::array& example,
                       const AffineOptions& options) {
  return with_scalar_of(example, [&]<class Scalar>(Scalar) {
    return make_affine([&]<class StorageIndex>(StorageIndex) {
      return reshape_map<Scalar, StorageIndex>(from, to, options);
    });
  });
}

/// The convolution that is im2col, and its weights, most of which are zero.
py::tuple windows_and_weights(const std::string& text, const py::array& example) {
  const Convolution conv = im2col(parse_convolution(text));
  const Geometry geometry(to_string(conv.spec()), false);
  const Extents shape = {static_cast<Index>(conv.weight_count())};
  if (py::isinstance<py::array_t<float>>(example)) {
    return py::make_tuple(geometry, to_array(im2col_weights<float>(conv), shape));
  }
  return py::make_tuple(geometry, to_array(im2col_weights<double>(conv), shape));
}

}  // namespace

void bind_affine(py::module_& module) {
  define_maker(
      module, "affine_convolution",
      [](const Geometry& geometry, const py::array& weights, const std::optional<py::array>& bias,
         const std::string& name, int threads, Index budget) {
        return of_convolution(geometry, weights, bias, affine_options(name, threads, budget));
      },
      py::arg("geometry"), py::arg("weights"), py::arg("bias"));
  define_maker(
      module, "affine_windows",
      [](const std::string& text, bool back, const py::array& example, const std::string& name,
         int threads, Index budget) {
        return of_windows(text, back, example, affine_options(name, threads, budget));
      },
      py::arg("text"), py::arg("back"), py::arg("example"));
  define_maker(
      module, "affine_scale",
      [](const Extents& shape, Index axis, const py::array& scale, const py::array& shift,
         const std::string& name, int threads, Index budget) {
        return of_scale(shape, axis, scale, shift, affine_options(name, threads, budget));
      },
      py::arg("shape"), py::arg("axis"), py::arg("scale"), py::arg("shift"));
  define_maker(
      module, "affine_reshape",
      [](const Extents& from, const Extents& to, const py::array& example, const std::string& name,
         int threads, Index budget) {
        return of_shapes(from, to, example, affine_options(name, threads, budget));
      },
      py::arg("input_shape"), py::arg("output_shape"), py::arg("example"));
  module.def("im2col", &windows_and_weights, py::arg("text"), py::arg("example"));
}

}  // namespace toeplix::python
