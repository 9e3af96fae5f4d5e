#include "python/operator.hpp"

#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"

#include <toeplix/error.hpp>

#include <type_traits>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// y = A x of one image or several, one after the other.
template <class Any>
void multiply(const Any& any, const py::array& x, py::array y) {
  std::visit(
      [&]<class Map>(const Map& map) {
        using Scalar = typename Map::Scalar;
        const std::span from = numbers<Scalar>(x);
        const std::span to = writable_numbers<Scalar>(y);
        without_gil([&] { map.apply(from, to); });
      },
      any.map);
}

/// The transpose, the conjugate, or both.
template <class Any>
Any formed(const Any& any, bool transposed, bool conjugated) {
  return without_gil([&] {
    return std::visit(
        [&](const auto& map) -> Any {
          if (transposed) return {conjugated ? map.adjoint() : map.transpose()};
          return {conjugated ? map.conjugate() : map};
        },
        any.map);
  });
}

/// What every class of matrices without memory has.
template <class Any>
py::class_<Any> bind_products(py::module_& module, const char* name) {
  py::class_<Any> bound(module, name);
  bound.def("apply", &multiply<Any>, py::arg("x"), py::arg("y"))
      .def("formed", &formed<Any>, py::arg("transposed"), py::arg("conjugated"));
  return bound;
}

AnyOperator make_operator(const Geometry& geometry, const py::array& weights, int threads,
                          Index budget) {
  return with_scalar_of(weights, [&]<class Scalar>(Scalar) {
    const std::span given = numbers<Scalar>(weights);
    return without_gil([&] {
      return AnyOperator{Operator<Scalar>(geometry.pattern(), given, {threads, budget})};
    });
  });
}

/// The same operator in double precision.
AnyOperator widened(const AnyOperator& any) {
  return without_gil([&] {
    return std::visit(
        []<class Scalar>(const Operator<Scalar>& op) -> AnyOperator {
          using Wide =
              std::conditional_t<Eigen::NumTraits<Scalar>::IsComplex, std::complex<double>, double>;
          const std::vector<Wide> weights(op.weights().begin(), op.weights().end());
          return {Operator<Wide>(op.pattern(), std::span<const Wide>(weights), op.resources())};
        },
        any.map);
  });
}

/// The sum of products by axes and the number of its terms, or None if that would gain nothing.
py::object separate(const AnyOperator& any) {
  return std::visit(
      []<class Scalar>(const Operator<Scalar>& op) -> py::object {
        const auto parts = without_gil([&] { return separated(op); });
        if (!parts) return py::none();
        return py::make_tuple(AnyMap{parts->map}, parts->terms);
      },
      any.map);
}

/// A copy of the weights, in one line.
py::array weights_of(const AnyOperator& any) {
  return std::visit(
      []<class Scalar>(const Operator<Scalar>& op) {
        std::vector<Scalar> weights(op.weights().begin(), op.weights().end());
        const Extents shape = {static_cast<Index>(weights.size())};
        return to_array(std::move(weights), shape);
      },
      any.map);
}

/// Whether the weights have a kernel for every pixel.
bool is_per_pixel(const AnyOperator& any) {
  return std::visit([](const auto& op) { return op.pattern().is_per_pixel(); }, any.map);
}

/// Threads and memory budget.
py::tuple resources_of(const AnyOperator& any) {
  return std::visit(
      [](const auto& op) {
        return py::make_tuple(op.resources().threads, op.resources().memory_budget);
      },
      any.map);
}

/// A method that computes a vector of one number per row, column or entry.
template <class Compute>
auto vector_of(Compute compute) {
  return [compute](const AnyOperator& any) {
    return std::visit(
        [&](const auto& op) -> py::array {
          auto vector = without_gil([&] { return compute(op); });
          const Extents shape = {vector.size()};
          return to_array(std::move(vector), shape);
        },
        any.map);
  };
}

/// A method that computes one number.
template <class Compute>
auto number_of(Compute compute) {
  return [compute](const AnyOperator& any) {
    return std::visit(
        [&](const auto& op) {
          return static_cast<double>(without_gil([&] { return compute(op); }));
        },
        any.map);
  };
}

}  // namespace

void bind_operator(py::module_& module) {
  bind_products<AnyMap>(module, "LinearMap");
  bind_products<AnyOperator>(module, "Operator")
      .def(py::init(&make_operator), py::arg("geometry"), py::arg("weights"), py::kw_only(),
           py::arg("threads"), py::arg("memory_budget"))
      .def_property_readonly("nnz",
                             [](const AnyOperator& any) {
                               return std::visit([](const auto& op) { return op.nnz(); }, any.map);
                             })
      .def_property_readonly("weights", &weights_of)
      .def_property_readonly("per_pixel", &is_per_pixel)
      .def_property_readonly("resources", &resources_of)
      .def("widened", &widened)
      .def("separated", &separate)
      .def("diagonal", vector_of([](const auto& op) { return op.diagonal(); }))
      .def("row_sums", vector_of([](const auto& op) { return op.row_sums(); }))
      .def("column_sums", vector_of([](const auto& op) { return op.column_sums(); }))
      .def("row_squared_norms", vector_of([](const auto& op) { return op.row_squared_norms(); }))
      .def("column_squared_norms",
           vector_of([](const auto& op) { return op.column_squared_norms(); }))
      .def("frobenius_norm", number_of([](const auto& op) { return op.frobenius_norm(); }))
      .def("norm_1", number_of([](const auto& op) { return op.norm_1(); }))
      .def("norm_inf", number_of([](const auto& op) { return op.norm_inf(); }));
}

}  // namespace toeplix::python
