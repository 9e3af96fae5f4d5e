#include "python/bind.hpp"

#include <toeplix/error.hpp>
#include <toeplix/interruptible.hpp>

#include <pybind11/stl.h>

#include <string>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// An instance of one of the classes of toeplix/_errors.py, with the message of the library.
py::object make_error(const char* name, const Error& error) {
  return py::module_::import("toeplix._errors").attr(name)(std::string(error.what()));
}

void raise(const py::object& error) {
  PyErr_SetObject(py::type::of(error).ptr(), error.ptr());
}

const char* word(CapacityCause cause) {
  switch (cause) {
    case CapacityCause::index_type:
      return "index_type";
    case CapacityCause::memory_budget:
      return "memory_budget";
    case CapacityCause::limit:
      break;
  }
  return "limit";
}

void raise_capacity(const CapacityError& error) {
  const py::object raised = make_error("CapacityError", error);
  raised.attr("cause") = word(error.cause());
  raised.attr("entries") = py::cast(error.entries());
  raised.attr("bytes") = py::cast(error.bytes());
  raise(raised);
}

void translate(std::exception_ptr pointer) {
  try {
    if (pointer) std::rethrow_exception(pointer);
  } catch (const Interrupted& error) {
    // Python's own error is set already (see `SignalCheck`), unless another process was stopped.
    if (PyErr_Occurred() == nullptr) PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
  } catch (const CapacityError& error) {
    raise_capacity(error);
  } catch (const GeometryError& error) {
    raise(make_error("GeometryError", error));
  } catch (const FormatError& error) {
    raise(make_error("FormatError", error));
  } catch (const SolverError& error) {
    raise(make_error("SolverError", error));
  } catch (const Error& error) {
    raise(make_error("Error", error));
  }
}

}  // namespace

void bind_errors() {
  py::register_local_exception_translator(translate);
}

}  // namespace toeplix::python
