#include <toeplix/solvers/deblur.hpp>

#include "python/arrays.hpp"
#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/reports.hpp"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// What is looked for, by its name: `total_variation` has a weight, `richardson_lucy` iterations.
DeblurModel model_of(const std::string& name, const std::string& regularizer, SolveMethod method,
                     double number) {
  if (name == "nonnegative") return DeblurNonnegative{};
  if (name == "total_variation") return DeblurByTotalVariation{number};
  if (name == "richardson_lucy") return DeblurByRichardsonLucy{static_cast<int>(number)};
  DeblurByTikhonov model{.method = method};
  if (regularizer == "identity") model.regularizer = RegularizerKind::identity;
  if (regularizer == "laplacian") model.regularizer = RegularizerKind::laplacian;
  return model;
}

/// What is known besides the report.
py::dict found_of(const Deblurred& sharp) {
  py::dict found;
  found["kernel_sum"] = sharp.kernel.sum;
  found["kernel_scale"] = to_string(sharp.kernel.scale);
  if (!sharp.lambda) return found;
  found["lambda_"] = sharp.lambda->choice.lambda;
  found["rule"] = to_string(sharp.lambda->rule);
  found["seconds"] = sharp.lambda->seconds;
  if (sharp.lambda->rule == LambdaRule::given) return found;
  found["trials"] = sharp.lambda->choice.trials;
  found["at_limit"] = sharp.lambda->choice.at_limit;
  found["part"] = py::tuple(py::cast(sharp.lambda->part));
  found["faded"] = sharp.lambda->faded;
  return found;
}

/// The pixels, or None of a singular system, the report, and what is known besides.
py::tuple to_tuple(Deblurred sharp) {
  const py::dict found = found_of(sharp);
  const py::dict report = std::visit([](const auto& one) { return to_dict(one); }, sharp.report);
  if (sharp.pixels.cols() == 0) return py::make_tuple(py::none(), report, found);
  const Extents shape = {sharp.pixels.cols(), sharp.pixels.rows()};
  return py::make_tuple(to_array(std::move(sharp.pixels), shape), report, found);
}

/// The geometry has the extents, the boundary and the operation; `pixels` a row for each channel.
py::tuple deblur_pixels(const Geometry& geometry, const py::array& kernel, const py::array& pixels,
                        const std::string& model, const std::string& regularizer,
                        SolveMethod method, double number, std::optional<double> lambda,
                        std::optional<double> noise, bool keeps_sum,
                        std::optional<double> tolerance, std::optional<int> max_iterations,
                        const std::function<void(Index, Index, double)>& progress, int threads,
                        Index budget) {
  const ConvolutionSpec spec = std::get<Convolution>(geometry.convolution()).spec();
  const std::span<const double> values = numbers<double>(kernel);
  const std::span<const double> samples = numbers<double>(pixels);
  const DeblurOptions options{.boundary = spec.boundary,
                              .operation = spec.operation,
                              .model = model_of(model, regularizer, method, number),
                              .lambda = lambda,
                              .noise = noise,
                              .kernel_sum = keeps_sum ? KernelSum::kept : KernelSum::one,
                              .tolerance = tolerance,
                              .max_iterations = max_iterations,
                              .progress = progress,
                              .resources = {threads, budget}};
  Eigen::MatrixXd columns =
      Eigen::Map<const Eigen::MatrixXd>(samples.data(), pixels.shape(1), pixels.shape(0));
  return to_tuple(without_gil([&] {
    return deblur(std::move(columns), spec.input, {spec.kernel, {values.begin(), values.end()}},
                  options);
  }));
}

}  // namespace

void bind_deblur(py::module_& module) {
  py::enum_<SolveMethod>(module, "SolveMethod")
      .value("automatic", SolveMethod::automatic)
      .value("factorization", SolveMethod::factorization)
      .value("transform", SolveMethod::transform)
      .value("iterative", SolveMethod::iterative);
  module.def("deblur", deblur_pixels, py::arg("geometry"), py::arg("kernel"), py::arg("pixels"),
             py::kw_only(), py::arg("model"), py::arg("regularizer"), py::arg("method"),
             py::arg("number"), py::arg("lambda_"), py::arg("noise"), py::arg("keeps_sum"),
             py::arg("tolerance"), py::arg("max_iterations"), py::arg("progress"),
             py::arg("threads"), py::arg("memory_budget"));
}

}  // namespace toeplix::python
