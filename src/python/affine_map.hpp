#pragma once

#include "python/gil.hpp"

#include <toeplix/affine_map.hpp>
#include <toeplix/error.hpp>

#include <pybind11/pybind11.h>

#include <complex>
#include <string>
#include <utility>
#include <variant>

namespace toeplix::python {

/// An affine map of any scalar and index type.
using AnyAffineMap = std::variant<
    AffineMap<float, std::int32_t>, AffineMap<float, std::int64_t>, AffineMap<double, std::int32_t>,
    AffineMap<double, std::int64_t>, AffineMap<std::complex<float>, std::int32_t>,
    AffineMap<std::complex<float>, std::int64_t>, AffineMap<std::complex<double>, std::int32_t>,
    AffineMap<std::complex<double>, std::int64_t>>;

/// What Python holds of one. (A variant itself would become what it holds.)
struct AffineHandle {
  AnyAffineMap map;
};

/// Makes a map without the lock of the interpreter: `make(std::int32_t())` with indices of 32 bits,
/// and if its entries exceed these `make(std::int64_t())`.
template <class Make>
AffineHandle make_affine(const Make& make) {
  return without_gil([&]() -> AffineHandle {
    try {
      return {make(std::int32_t())};
    } catch (const CapacityError& error) {
      if (error.cause() != CapacityCause::index_type) throw;
    }
    return {make(std::int64_t())};
  });
}

/// A function that makes a map, with the arguments that all of them have.
template <class Function, class... Arguments>
void define_maker(pybind11::module_& module, const char* name, const Function& function,
                  const Arguments&... arguments) {
  namespace py = pybind11;
  module.def(name, function, arguments..., py::kw_only(), py::arg("name"), py::arg("threads"),
             py::arg("memory_budget"));
}

inline AffineOptions affine_options(std::string name, int threads, Index memory_budget) {
  return {.name = std::move(name), .resources = {threads, memory_budget}};
}

}  // namespace toeplix::python
