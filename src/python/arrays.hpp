#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/index.hpp>

#include <pybind11/complex.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <complex>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace toeplix::python {

/// Calls `work(Scalar())` for the scalar that an array holds. The package hands over arrays of the
/// four types alone, in C order, of the machine's byte order.
template <class Work>
auto with_scalar_of(const pybind11::array& array, const Work& work) {
  namespace py = pybind11;
  if (py::isinstance<py::array_t<float>>(array)) return work(float());
  if (py::isinstance<py::array_t<double>>(array)) return work(double());
  if (py::isinstance<py::array_t<std::complex<float>>>(array)) return work(std::complex<float>());
  if (py::isinstance<py::array_t<std::complex<double>>>(array)) {
    return work(std::complex<double>());
  }
  throw py::type_error("arrays must be of float32, float64, complex64 or complex128");
}

/// The numbers of an array of that scalar in C order, where they are.
template <class Scalar>
std::span<const Scalar> numbers(const pybind11::array& array) {
  namespace py = pybind11;
  if (!py::isinstance<py::array_t<Scalar, py::array::c_style>>(array)) {
    throw py::type_error("arrays of one call must be of one scalar type, in C order");
  }
  return {static_cast<const Scalar*>(array.data()), static_cast<std::size_t>(array.size())};
}

/// The same, to be written. Throws ValueError for an array that may not be written.
template <class Scalar>
std::span<Scalar> writable_numbers(pybind11::array& array) {
  const std::span<const Scalar> view = numbers<Scalar>(array);
  return {static_cast<Scalar*>(array.mutable_data()), view.size()};
}

/// An array whose memory belongs to `owner`, which it keeps alive.
template <class T>
pybind11::array_t<T> view_of(const T* data, Index length, const pybind11::handle& owner) {
  return pybind11::array_t<T>(static_cast<pybind11::ssize_t>(length), data, owner);
}

/// An object of C++ that lives as long as arrays point into it.
template <class T>
pybind11::capsule owner_of(std::unique_ptr<T> object) {
  return {object.release(), [](void* pointer) { delete static_cast<T*>(pointer); }};
}

/// The numbers of a vector as an array of that shape, without a copy.
template <class Vector>
pybind11::array to_array(Vector vector, const Extents& shape) {
  auto owned = std::make_unique<Vector>(std::move(vector));
  const auto* const data = owned->data();
  const pybind11::capsule owner = owner_of(std::move(owned));
  return pybind11::array(std::vector<pybind11::ssize_t>(shape.begin(), shape.end()), data, owner);
}

}  // namespace toeplix::python
