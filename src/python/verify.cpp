#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/sparse.hpp"

#include <toeplix/memory.hpp>
#include <toeplix/verify.hpp>
#include <toeplix/weight_gradient.hpp>

#include <pybind11/stl.h>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// What is compared with what.
template <class Scalar>
struct Compared {
  std::span<const Scalar> weights;
  std::span<const Scalar> x;
  std::optional<std::span<const Scalar>> bias;
};

template <class Conv, class Weights, class Scalar>
VerifyReport verify_with(const Conv& conv, const Weights& weights, const Compared<Scalar>& compared,
                         const Resources& resources) {
  return compared.bias ? verify(conv, weights, compared.x, *compared.bias, resources)
                       : verify(conv, weights, compared.x, resources);
}

template <class Scalar>
VerifyReport verify_scalar(const Geometry& geometry, const Compared<Scalar>& compared,
                           const Resources& resources) {
  return without_gil([&] {
    return std::visit(
        [&](const auto& conv) {
          return geometry.pattern().is_per_pixel()
                     ? verify_with(conv, PerPixelWeights(compared.weights), compared, resources)
                     : verify_with(conv, compared.weights, compared, resources);
        },
        geometry.convolution());
  });
}

VerifyReport verify_arrays(const Geometry& geometry, const py::array& weights, const py::array& x,
                           const std::optional<py::array>& bias, int threads, Index budget) {
  return with_scalar_of(weights, [&]<class Scalar>(Scalar) {
    Compared<Scalar> compared = {numbers<Scalar>(weights), numbers<Scalar>(x), {}};
    if (bias) compared.bias = numbers<Scalar>(*bias);
    return verify_scalar(geometry, compared, {threads, budget});
  });
}

/// The sum over a batch: `x` has as many images as `r` has, one after the other.
template <class Scalar>
std::vector<Scalar> summed_gradient(const Pattern& pattern, std::span<const Scalar> x,
                                    std::span<const Scalar> r, const Resources& resources) {
  const auto columns = static_cast<std::size_t>(pattern.cols());
  const auto rows = static_cast<std::size_t>(pattern.rows());
  std::vector<Scalar> sum(static_cast<std::size_t>(pattern.weight_count()));
  for (std::size_t image = 0; image * columns < x.size(); ++image) {
    const auto gradient = weight_gradient<Scalar>(pattern, x.subspan(image * columns, columns),
                                                  r.subspan(image * rows, rows), resources);
    for (std::size_t weight = 0; weight < sum.size(); ++weight) sum[weight] += gradient[weight];
  }
  return sum;
}

py::array gradient_of(const Geometry& geometry, const py::array& x, const py::array& r, int threads,
                      Index budget) {
  const Pattern& pattern = geometry.pattern();
  return with_scalar_of(x, [&]<class Scalar>(Scalar) {
    const std::span images = numbers<Scalar>(x);
    const std::span gradients = numbers<Scalar>(r);
    auto sum = without_gil([&] {
      return summed_gradient<Scalar>(pattern, images, gradients, {threads, budget});
    });
    return to_array(std::move(sum), {pattern.weight_count()});
  });
}

}  // namespace

void bind_verify(py::module_& module) {
  module.def("available_memory", &available_memory);
  py::class_<VerifyReport>(module, "VerifyReport")
      .def_readonly("passed", &VerifyReport::passed)
      .def_readonly("message", &VerifyReport::message)
      .def_readonly("rows", &VerifyReport::rows)
      .def_readonly("cols", &VerifyReport::cols)
      .def_readonly("nnz", &VerifyReport::nnz)
      .def_readonly("exact", &VerifyReport::exact)
      .def_readonly("largest_error", &VerifyReport::largest_error);
  module.def("verify", verify_arrays, py::arg("geometry"), py::arg("weights"), py::arg("x"),
             py::arg("bias"), py::kw_only(), py::arg("threads"), py::arg("memory_budget"));
  // Precondition: x has as many images of geometry.cols as y_gradient has of geometry.rows.
  module.def("weight_gradient", gradient_of, py::arg("geometry"), py::arg("x"),
             py::arg("y_gradient"), py::kw_only(), py::arg("threads"), py::arg("memory_budget"));
}

}  // namespace toeplix::python
