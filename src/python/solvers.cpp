#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/reports.hpp"
#include "python/sparse_argument.hpp"

#include <toeplix/solvers/choose_lambda.hpp>
#include <toeplix/solvers/least_squares.hpp>
#include <toeplix/solvers/solve_square.hpp>

#include <pybind11/functional.h>
#include <pybind11/stl.h>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// The numbers, or None of a singular system, and the report.
py::tuple to_tuple(Solution solution) {
  const py::dict report = to_dict(solution.report);
  if (solution.report.status == SolveStatus::singular) return py::make_tuple(py::none(), report);
  const Index length = solution.x.size();
  return py::make_tuple(to_array(std::move(solution.x), {length}), report);
}

py::tuple to_tuple(Solutions solutions) {
  const py::dict report = to_dict(solutions.report);
  if (solutions.report.status == SolveStatus::singular) return py::make_tuple(py::none(), report);
  const Extents shape = {solutions.x.cols(), solutions.x.rows()};
  return py::make_tuple(to_array(std::move(solutions.x), shape), report);
}

using Doubles = std::span<const double>;
using SolvedMatrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;

constexpr auto solve_square_of = [](const auto&... system) { return solve_square(system...); };
constexpr auto least_squares_of = [](const auto&... system) { return least_squares(system...); };

/// Solves the system of a geometry and weights, and that of a matrix, by one of the functions
/// above.
template <class Solve>
void bind_solve(py::module_& module, const char* name, const Solve& solve) {
  module.def(
      name,
      [solve](const Geometry& geometry, const py::array& weights, const py::array& b, int threads,
              Index budget) {
        const Doubles values = numbers<double>(weights);
        const Doubles right = numbers<double>(b);
        const SolveOptions options = {{threads, budget}};
        return to_tuple(
            without_gil([&] { return solve(geometry.pattern(), values, right, options); }));
      },
      py::arg("geometry"), py::arg("weights"), py::arg("b"), py::kw_only(), py::arg("threads"),
      py::arg("memory_budget"));
  module.def(
      name,
      [solve](const SparseArgument& argument, const py::array& b, int threads, Index budget) {
        const auto matrix = to_eigen<double, Eigen::ColMajor>(argument);
        const Doubles right = numbers<double>(b);
        const SolveOptions options = {{threads, budget}};
        return to_tuple(without_gil([&] { return solve(matrix, right, options); }));
      },
      py::arg("matrix"), py::arg("b"), py::kw_only(), py::arg("threads"), py::arg("memory_budget"));
}

Regularizer regularizer_of(const Geometry& geometry,
                           const std::variant<std::string, SparseArgument>& wish) {
  if (const auto* const matrix = std::get_if<SparseArgument>(&wish)) {
    using Stored = Regularizer::Matrix;
    return Regularizer(to_eigen<double, Eigen::RowMajor, Stored::StorageIndex>(*matrix));
  }
  const std::string& name = std::get<std::string>(wish);
  if (name == "gradient") return Regularizer::gradient(geometry.pattern());
  if (name == "laplacian") return Regularizer::laplacian(geometry.pattern());
  return Regularizer::identity();
}

/// One column for each image of a batch.
Eigen::MatrixXd columns_of(const py::array& b) {
  const Doubles values = numbers<double>(b);
  return Eigen::Map<const Eigen::MatrixXd>(values.data(), b.shape(1), b.shape(0));
}

py::tuple choose(Tikhonov& solver, const py::array& b, std::optional<double> noise, double least,
                 double greatest) {
  const Eigen::MatrixXd columns = columns_of(b);
  const LambdaRange range = {least, greatest};
  const LambdaChoice choice = without_gil([&] {
    return noise ? choose_by_discrepancy(solver, columns, *noise, range)
                 : choose_by_cross_validation(solver, columns, range);
  });
  return py::make_tuple(choice.lambda, choice.trials, choice.at_limit);
}

void bind_tikhonov(py::module_& module) {
  py::enum_<Ordering>(module, "Ordering")
      .value("automatic", Ordering::automatic)
      .value("dissection", Ordering::dissection)
      .value("metis", Ordering::metis)
      .value("amd", Ordering::amd);
  py::class_<Tikhonov>(module, "Tikhonov")
      .def(py::init([](const Geometry& geometry, const py::array& weights,
                       const std::variant<std::string, SparseArgument>& regularizer,
                       Ordering ordering, SolveMethod method, double tolerance,
                       Index max_iterations, const std::function<void(Index, double)>& progress,
                       int threads, Index budget) {
             const Doubles values = numbers<double>(weights);
             const Regularizer wanted = regularizer_of(geometry, regularizer);
             const TikhonovOptions options = {.method = method,
                                              .ordering = ordering,
                                              .tolerance = tolerance,
                                              .max_iterations = max_iterations,
                                              .progress = progress,
                                              .resources = {threads, budget}};
             return without_gil(
                 [&] { return Tikhonov(geometry.pattern(), values, wanted, options); });
           }),
           py::arg("geometry"), py::arg("weights"), py::arg("regularizer"), py::arg("ordering"),
           py::kw_only(), py::arg("method"), py::arg("tolerance"), py::arg("max_iterations"),
           py::arg("progress"), py::arg("threads"), py::arg("memory_budget"))
      .def("set_lambda",
           [](Tikhonov& solver, double lambda) { without_gil([&] { solver.set_lambda(lambda); }); })
      .def("choose", choose)
      .def("solve", [](const Tikhonov& solver, const py::array& b) {
        const Eigen::MatrixXd columns = columns_of(b);
        return to_tuple(without_gil([&] { return solver.solve_many(columns); }));
      });
}

}  // namespace

void bind_solvers(py::module_& module) {
  module.attr("has_solvers") = true;
  bind_solve(module, "solve_square", solve_square_of);
  bind_solve(module, "least_squares", least_squares_of);
  bind_deblur(module);
  bind_tikhonov(module);
  bind_imaging(module);
  bind_spectrum(module);
}

}  // namespace toeplix::python
