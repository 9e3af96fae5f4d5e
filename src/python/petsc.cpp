#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"

#include <toeplix/bands.hpp>
#include <toeplix/petsc/matrix.hpp>
#include <toeplix/petsc/shell.hpp>
#include <toeplix/petsc/vectors.hpp>

#include <petsc4py/petsc4py.h>

#include <optional>
#include <string>

/// The module `toeplix._petsc`: matrices of petsc4py's. It is apart from `_core`, so that the
/// package needs no PETSc, and starts no MPI, unless it is asked for such a matrix.
///
/// Its calls keep the lock of the interpreter: PETSc is not for several threads.
namespace toeplix::python {

namespace py = pybind11;

namespace {

/// What a process brings to a collective call: a convolution and its weights, or what was wrong
/// with its arguments, which the other processes have to learn.
class Given {
 public:
  Given(std::string_view text, bool per_pixel, const py::array& weights)
      : geometry_(std::in_place, text, per_pixel), weights_(weights) {
    numbers<double>(weights_);
  }
  Given(std::string kind, std::string failure)
      : kind_(std::move(kind)), failure_(std::move(failure)) {}

  /// Called within collective calls. Throws the failure, if there is one.
  Pattern pattern() const {
    if (geometry_) return geometry_->pattern();
    if (kind_ == "GeometryError") throw GeometryError(failure_);
    if (kind_ == "CapacityError") throw CapacityError(failure_);
    if (kind_ == "FormatError") throw FormatError(failure_);
    throw Error(failure_);
  }
  std::span<const double> weights() const {
    return geometry_ ? numbers<double>(weights_) : std::span<const double>();
  }

 private:
  std::optional<Geometry> geometry_;
  py::array weights_;
  std::string kind_;
  std::string failure_;
};

MPI_Comm comm_of(const py::object& object) {
  const MPI_Comm comm = PyPetscComm_Get(object.ptr());
  if (PyErr_Occurred() != nullptr) throw py::error_already_set();
  return comm;
}

/// The matrix of an object of petsc4py's, which goes on owning it.
Mat mat_of(const py::object& object) {
  Mat mat = PyPetscMat_Get(object.ptr());
  if (PyErr_Occurred() != nullptr) throw py::error_already_set();
  if (mat == nullptr) throw Error("mat is empty; it was not created, or is destroyed");
  return mat;
}

/// An object of petsc4py's that owns the matrix.
py::object owned(Mat mat) {
  PyObject* const object = PyPetscMat_New(mat);
  MatDestroy(&mat);  // the object has a reference of its own
  if (object == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(object);
}

using Make = Mat (*)(MPI_Comm, const petsc::detail::MakePattern&, std::span<const double>,
                     const petsc::Options&);

/// A function of the module that makes a matrix.
void bind_maker(py::module_& module, const char* name, Make make) {
  module.def(
      name,
      [make](const py::object& comm, const Given& given, Index output_lines, Index input_lines,
             int threads, Index budget) {
        const Interruptible guard{SignalCheck()};
        return owned(make(comm_of(comm), [&] { return given.pattern(); }, given.weights(),
                          {.layout = {output_lines, input_lines}, .resources = {threads, budget}}));
      },
      py::arg("comm"), py::arg("given"), py::arg("output_lines") = Index{PETSC_DECIDE},
      py::arg("input_lines") = Index{PETSC_DECIDE}, py::arg("threads") = 1,
      py::arg("memory_budget") = 0);
}

void update(const py::object& mat, const Given& given, int threads, Index budget) {
  const Interruptible guard{SignalCheck()};
  petsc::detail::update(mat_of(mat), [&] { return given.pattern(); }, given.weights(),
                        {threads, budget});
}

/// Where the numbers that this process has lie in the tensor.
py::array places(const BandNumbering& numbering, Index process) {
  std::vector<Index> found(static_cast<std::size_t>(numbering.size(process)));
  Index banded = numbering.first(process);
  for (Index& place : found) place = numbering.natural(banded++);
  const Extents shape = {std::ssize(found)};
  return to_array(std::move(found), shape);
}

/// Of the rows and of the columns.
py::tuple order(const py::object& object, const Given& given) {
  Mat mat = mat_of(object);
  const Pattern pattern = given.pattern();
  int process = 0;
  MPI_Comm_rank(PetscObjectComm(reinterpret_cast<PetscObject>(mat)), &process);
  const BandNumbering rows = petsc::row_numbering(mat, pattern);
  const BandNumbering columns = petsc::column_numbering(mat, pattern);
  return py::make_tuple(places(rows, process), places(columns, process));
}

[[noreturn]] void refuse(const std::string& theirs, const std::string& ours) {
  throw py::import_error("petsc4py works with " + theirs + "; toeplix._petsc was built for " +
                         ours);
}

/// Throws ImportError unless petsc4py, which starts PETSc when it is imported, works with the PETSc
/// that this module is linked to.
void import_same_petsc() {
  const py::module_ theirs = py::module_::import("petsc4py.PETSc");
  const auto dtype = [&](const char* name) { return py::dtype::from_args(theirs.attr(name)); };
  const auto scalar = py::str(dtype("ScalarType")).cast<std::string>();
  if (scalar != "float64") refuse("numbers of " + scalar, "float64");
  const auto bits = 8 * dtype("IntType").itemsize();
  if (bits != 8 * py::ssize_t{sizeof(PetscInt)}) {
    refuse("indices of " + std::to_string(bits) + " bits",
           std::to_string(8 * sizeof(PetscInt)) + " bits");
  }
  if (import_petsc4py() < 0) throw py::error_already_set();
  PetscBool started = PETSC_FALSE;
  PetscBool ended = PETSC_FALSE;
  PetscInitialized(&started);
  PetscFinalized(&ended);
  if (!started && !ended) refuse("a PETSc library of its own", "another");
}

}  // namespace

void bind_petsc(py::module_& module) {
  import_same_petsc();
  py::class_<Given>(module, "Given")
      .def(py::init<std::string_view, bool, const py::array&>(), py::arg("text"),
           py::arg("per_pixel"), py::arg("weights"))
      .def(py::init<std::string, std::string>(), py::arg("kind"), py::arg("failure"));
  bind_maker(module, "matrix", petsc::detail::matrix);
  bind_maker(module, "shell", petsc::detail::shell);
  bind_maker(module, "normal_equations", petsc::detail::normal_equations);
  module.def("update", &update, py::arg("mat"), py::arg("given"), py::arg("threads") = 1,
             py::arg("memory_budget") = 0);
  module.def("order", &order, py::arg("mat"), py::arg("given"));
}

}  // namespace toeplix::python

PYBIND11_MODULE(_petsc, module) {
  toeplix::python::bind_errors();
  toeplix::python::bind_petsc(module);
}
