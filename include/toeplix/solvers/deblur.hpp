#pragma once

#include <toeplix/error.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/choose_lambda.hpp>
#include <toeplix/solvers/iteration_report.hpp>
#include <toeplix/solvers/report.hpp>
#include <toeplix/spec.hpp>

#include <Eigen/Core>

#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

/// \file
/// Component `solvers`: a sharp image of a blurred one, in one call.

namespace toeplix {

/// The kernel of a blur, its values in C order: the point spread function.
///
///     toeplix::BlurKernel box{{3, 3}, std::vector<double>(9, 1.0 / 9)};
struct BlurKernel {
  Extents extents;             ///< one per axis of the image
  std::vector<double> values;  ///< as many as the product of the extents
};

/// What is small in a sharp image: the L of Tikhonov's problem.
///
///     toeplix::DeblurByTikhonov{.regularizer = toeplix::RegularizerKind::laplacian};
enum class RegularizerKind {
  identity,   ///< pixels
  gradient,   ///< slopes
  laplacian,  ///< curvature
};

/// The x of least |A x - b|^2 + lambda |L x|^2 (`Tikhonov`). L has the boundary of the blur along
/// axes where that is circular or symmetric, so that transforms may diagonalize both, and no slope
/// at the border elsewhere.
///
///     toeplix::DeblurOptions{.model = toeplix::DeblurByTikhonov{}};
struct DeblurByTikhonov {
  RegularizerKind regularizer = RegularizerKind::gradient;  ///< what is small
  SolveMethod method = SolveMethod::automatic;              ///< how it is solved
};

/// The x >= 0 of least |A x - b|^2 + lambda |x|^2 (`nonnegative_least_squares`). A lambda that is
/// to be found is that of the same problem without the bound.
///
///     toeplix::DeblurOptions{.model = toeplix::DeblurNonnegative{}, .lambda = 1e-3};
struct DeblurNonnegative {};

/// The x of least |A x - b|^2 / 2 + weight TV(x) (`total_variation`): smooth areas, sharp edges.
///
///     toeplix::DeblurOptions{.model = toeplix::DeblurByTotalVariation{.weight = 1e-3}};
struct DeblurByTotalVariation {
  double weight = 0;  ///< at least 0, in the units of the pixels
};

/// The x >= 0 for which b is likely if its noise is that of photons (`richardson_lucy`).
///
///     toeplix::DeblurOptions{.model = toeplix::DeblurByRichardsonLucy{.iterations = 50}};
struct DeblurByRichardsonLucy {
  int iterations = 30;  ///< all of which are taken, unless `DeblurOptions::tolerance` ends them
};

/// What is looked for.
using DeblurModel = std::variant<DeblurByTikhonov, DeblurNonnegative, DeblurByTotalVariation,
                                 DeblurByRichardsonLucy>;

/// What becomes of a kernel whose sum is not 1.
///
///     toeplix::DeblurOptions{.kernel_sum = toeplix::KernelSum::kept};
enum class KernelSum {
  one,   ///< it is divided by its sum, so that the sharp image is as bright as the blurred one
  kept,  ///< it is taken as it is
};

/// What was done to a kernel because of its sum.
enum class KernelScale {
  unit,       ///< nothing, as its sum is 1 but for the rounding of floats (10^-6)
  divided,    ///< it was divided by its sum
  kept,       ///< nothing, as was asked for
  vanishing,  ///< nothing, as its sum is 0, or below 10^-6 of the sum of its absolute values
};

/// The name of it, `"divided"`.
///
///     std::cout << toeplix::to_string(sharp.kernel.scale);
[[nodiscard]] std::string_view to_string(KernelScale scale);

/// A kernel's sum, and what was done because of it.
///
///     if (sharp.kernel.scale == toeplix::KernelScale::divided) std::cout << sharp.kernel.sum;
struct KernelScaling {
  double sum = 1;                         ///< before; infinite if it exceeds a double
  KernelScale scale = KernelScale::unit;  ///< what was done
};

/// What is about to be done.
enum class DeblurStage {
  choosing_lambda,  ///< solving with several lambdas, on the whole image or on its middle
  solving,          ///< with the lambda that is taken
};

/// Work that is about to begin. What factorizations take is known in two steps: first the products
/// that make the equations, then the factor.
///
///     if (work.flops > 1e11) std::cerr << "this will take a while\n";
struct DeblurWork {
  DeblurStage stage = DeblurStage::solving;         ///< what it is for
  SolveMethod method = SolveMethod::factorization;  ///< how; `iterative` for all other models
  double products = 0;     ///< of weights, for the equations; 0 but in the first step
  int factorizations = 0;  ///< how many; 0 but in the second step
  Index fill = 0;          ///< entries of a factor
  Index bytes = 0;         ///< of memory, likewise
  double flops = 0;        ///< operations of one factorization
};

/// How lambda was found.
enum class LambdaRule { given, cross_validation, discrepancy };

/// The name of a rule, `"cross_validation"`.
///
///     std::cout << toeplix::to_string(sharp.lambda->rule);
[[nodiscard]] std::string_view to_string(LambdaRule rule);

/// A lambda, and how it was found.
///
///     std::cout << sharp.lambda->choice.lambda;
struct DeblurLambda {
  LambdaChoice choice;                  ///< the number, and how many were tried
  LambdaRule rule = LambdaRule::given;  ///< by which rule
  Extents part = {};  ///< extents of what it was found on: the image, or its middle
  /// Whether the border of the middle was faded, so that transforms could take it to go round:
  /// where a search that assumes nothing of what lies beside it would take long.
  bool faded = false;
  double seconds = 0;  ///< that finding it took
};

/// What is known of a blur, and what is wanted.
///
///     toeplix::DeblurOptions{.boundary = toeplix::Boundary::symmetric, .noise = 2};
struct DeblurOptions {
  PerAxis<Boundary> boundary = Boundary::reflect;  ///< what lies beyond the border
  Operation operation = Operation::convolution;    ///< a convolution turns the kernel, as optics do
  DeblurModel model = DeblurByTikhonov{};          ///< what is looked for
  /// How much to regularize; nothing: it is found. Of `DeblurByTikhonov` and `DeblurNonnegative`.
  std::optional<double> lambda = {};
  /// Standard deviation of the noise, in the units of the pixels: lambda is then found by the
  /// discrepancy principle instead of cross-validation.
  std::optional<double> noise = {};
  KernelSum kernel_sum = KernelSum::one;  ///< whether the kernel is scaled
  /// When iterations stop; nothing: the default of the method (of Richardson-Lucy 0).
  std::optional<double> tolerance = {};
  std::optional<int> max_iterations = {};  ///< likewise; not of Richardson-Lucy, which has its own
  /// Called after each iteration, with its number and residual (`TikhonovOptions`,
  /// `IterationProgress`). What it throws ends the call and passes through.
  std::function<void(Index channel, Index iteration, double residual)> progress = {};
  /// Called before work begins.
  std::function<void(const DeblurWork& work)> announce = {};
  Resources resources = {};  ///< threads and memory, beside that of the pixels
};

/// A sharp image and how it came about.
///
///     auto [pixels, report, lambda, kernel] = toeplix::deblur(blurred, {480, 640}, psf);
struct Deblurred {
  Eigen::MatrixXd pixels;  ///< a column for each channel; no columns if the system is singular
  /// That of `Tikhonov`, or of the other methods, for all channels together: the worst status,
  /// the greatest error, most iterations with their history, the sum of seconds.
  std::variant<SolveReport, IterationReport> report;
  std::optional<DeblurLambda> lambda;  ///< nothing if the model has none
  KernelScaling kernel;                ///< how the kernel was scaled
};

/// A sharp image of a blurred one of any number of axes: of b = A x + noise, A being the kernel
/// under a boundary, with as many rows as columns and the kernel's centre (the upper one of two)
/// on the pixel.
///
/// `pixels` has a column for each channel, in C order, and `extents` are those of the image. They
/// are taken by value, and become the result: move them in to save a copy. Channels are solved one
/// after the other, so that the memory is that of one (at most 12 doubles per pixel, unless a
/// factorization is taken). Lines of zeros at the border of the kernel are cut off, as many on
/// either side.
///
/// Lambda is found for all channels together: on the whole image if transforms diagonalize the
/// system, which is exact and quick; otherwise on the middle, at most 128 x 128 pixels (in other
/// numbers of axes as many in all), whose surroundings are unknowns too.
///
/// Throws SolverError for pixels, a kernel or options that are out of range, not finite, of the
/// wrong length or contradict one another, and for a kernel that is zero; GeometryError for extents
/// that fit no image; CapacityError for what exceeds the memory budget, before it begins. A
/// singular system is a status of the report.
///
///     toeplix::Deblurred sharp = toeplix::deblur(blurred, {480, 640}, psf, {.noise = 2});
///     const auto& report = std::get<toeplix::SolveReport>(sharp.report);
///     std::cout << to_string(report.method) << ", lambda " << sharp.lambda->choice.lambda;
[[nodiscard]] Deblurred deblur(Eigen::MatrixXd pixels, const Extents& extents,
                               const BlurKernel& kernel, const DeblurOptions& options = {});

}  // namespace toeplix
