#include "support/failures.hpp"
#include "support/optional_libraries.hpp"
#include "support/random_numbers.hpp"
#include "support/solving.hpp"

#include <toeplix/error.hpp>
#include <toeplix/solvers/deblur.hpp>
#include <toeplix/solvers/nonnegative_least_squares.hpp>
#include <toeplix/solvers/richardson_lucy.hpp>
#include <toeplix/solvers/total_variation.hpp>

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

// Images of one, two and three axes deblurred by every model, against dense solutions and the
// solvers that the models stand for.

BOOST_AUTO_TEST_SUITE(deblurring)

namespace {

using namespace toeplix;
using namespace toeplix::test;

Index product(const Extents& extents) {
  return std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
}

Eigen::MatrixXd random_pixels(Random& random, const Extents& extents, Index channels) {
  Eigen::MatrixXd pixels(product(extents), channels);
  for (double& pixel : pixels.reshaped()) {
    pixel = 0.5 + 0.01 * static_cast<double>(random.between(-40, 40));
  }
  return pixels;
}

/// Positive numbers of sum 1 with most of it in the middle, so that nothing is nearly singular.
BlurKernel random_kernel(Random& random, const Extents& extents) {
  BlurKernel kernel{extents, {}};
  for (Index i = 0; i < product(extents); ++i) {
    kernel.values.push_back(static_cast<double>(random.between(1, 9)));
  }
  double& middle = kernel.values[kernel.values.size() / 2];
  middle += 3 * std::accumulate(kernel.values.begin(), kernel.values.end(), 0.0);
  const double sum = std::accumulate(kernel.values.begin(), kernel.values.end(), 0.0);
  for (double& value : kernel.values) value /= sum;
  return kernel;
}

/// The blur as the documentation has it.
Convolution blur_of(const Extents& extents, const BlurKernel& kernel,
                    const DeblurOptions& options) {
  return Convolution({.input = extents,
                      .kernel = kernel.extents,
                      .padding = Padding::same_upper(),
                      .boundary = options.boundary,
                      .operation = options.operation});
}

Regularizer l_of(RegularizerKind kind, const Convolution& blur) {
  std::vector<Boundary> boundaries;
  for (std::size_t axis = 0; axis < blur.input().size(); ++axis) {
    const Boundary own = blur.spec().boundary[axis];
    boundaries.push_back(own == Boundary::circular ? own : Boundary::replicate);
  }
  if (kind == RegularizerKind::gradient) return Regularizer::gradient(blur, boundaries);
  if (kind == RegularizerKind::identity) return Regularizer::identity();
  for (std::size_t axis = 0; axis < boundaries.size(); ++axis) {
    if (blur.spec().boundary[axis] == Boundary::symmetric) boundaries[axis] = Boundary::symmetric;
  }
  return Regularizer::laplacian(blur, boundaries);
}

/// The solution of the normal equations, densely.
Eigen::MatrixXd dense_solution(const Convolution& blur, const BlurKernel& kernel,
                               const Regularizer& l, double lambda, const Eigen::MatrixXd& b) {
  const Eigen::MatrixXd a = dense(blur, kernel.values);
  const Eigen::MatrixXd small(l.matrix(blur.cols()));
  return (a.transpose() * a + lambda * small.transpose() * small).ldlt().solve(a.transpose() * b);
}

SolveReport solve_report(const Deblurred& sharp) {
  return std::get<SolveReport>(sharp.report);
}

/// A photograph of steps, blurred and with a little noise.
struct Scene {
  Extents extents;
  BlurKernel kernel;
  Eigen::MatrixXd truth;
  Eigen::MatrixXd blurred;

  Scene(Extents size, BlurKernel psf, Boundary boundary, Index channels, double noise)
      : extents(std::move(size)), kernel(std::move(psf)) {
    Random random("scene");
    const Convolution blur = blur_of(extents, kernel, {.boundary = boundary});
    truth.resize(product(extents), channels);
    for (Index i = 0; i < truth.size(); ++i) {
      const Index x = i % extents.back();
      const Index y = i / extents.back();
      truth.data()[i] = static_cast<double>(1 + x / 5 % 3 + y / 7 % 4) / 8;
    }
    blurred = compile(blur, kernel.values) * truth;
    for (double& pixel : blurred.reshaped()) {
      pixel += noise * static_cast<double>(random.between(-1000, 1000)) / 577;
    }
  }
};

BlurKernel lopsided() {
  return {{3, 3}, {0.02, 0.08, 0.1, 0.1, 0.4, 0.1, 0.1, 0.08, 0.02}};
}

BlurKernel mirrored() {
  return {{3, 3}, {0.05, 0.1, 0.05, 0.1, 0.4, 0.1, 0.05, 0.1, 0.05}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_method_against_dense_solutions) {
  Failures failures;
  Random random("deblur");
  for (int repeat = 0; repeat < 60; ++repeat) {
    const auto axes = static_cast<std::size_t>(random.between(1, 3));
    Extents extents, kernel_extents;
    std::vector<Boundary> boundaries;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      extents.push_back(random.between(3, axes == 3 ? 5 : 8));
      kernel_extents.push_back(random.between(1, 4));
      boundaries.push_back(random.pick({Boundary::zero, Boundary::circular, Boundary::reflect,
                                        Boundary::symmetric, Boundary::replicate}));
    }
    const BlurKernel kernel = random_kernel(random, kernel_extents);
    const auto kind = random.pick(
        {RegularizerKind::identity, RegularizerKind::gradient, RegularizerKind::laplacian});
    DeblurOptions options{
        .boundary = boundaries,
        .operation = random.pick({Operation::convolution, Operation::correlation}),
        .lambda = 0.25,
        .tolerance = 1e-12};
    const Convolution blur = blur_of(extents, kernel, options);
    const Eigen::MatrixXd b = random_pixels(random, extents, 2);
    const Eigen::MatrixXd expected = dense_solution(blur, kernel, l_of(kind, blur), 0.25, b);
    for (const SolveMethod method :
         {SolveMethod::automatic, SolveMethod::factorization, SolveMethod::iterative}) {
      options.model = DeblurByTikhonov{.regularizer = kind, .method = method};
      const Deblurred sharp = deblur(b, extents, kernel, options);
      failures.expect_none(blur.spec(), std::string(to_string(method)),
                           close(sharp.pixels.reshaped(), expected.reshaped(), 1e-8));
    }
  }
  BOOST_TEST(failures.checked() == 180);
}

BOOST_AUTO_TEST_CASE(transforms_where_the_regularizer_takes_the_boundary_of_the_blur,
                     *needs_transforms()) {
  for (const Boundary boundary : {Boundary::circular, Boundary::symmetric}) {
    const Scene scene({12, 9}, mirrored(), boundary, 1, 0);
    for (const auto kind : {RegularizerKind::gradient, RegularizerKind::laplacian}) {
      const Deblurred sharp = deblur(
          scene.blurred, scene.extents, scene.kernel,
          {.boundary = boundary, .model = DeblurByTikhonov{.regularizer = kind}, .lambda = 1e-9});
      BOOST_TEST(to_string(solve_report(sharp).method) == "transform");
      BOOST_TEST((sharp.pixels - scene.truth).norm() < 1e-3);
    }
  }
}

BOOST_AUTO_TEST_CASE(colours_are_solved_as_if_each_were_alone) {
  const Scene scene({14, 11}, lopsided(), Boundary::reflect, 3, 0.01);
  for (const DeblurModel& model :
       {DeblurModel(DeblurByTikhonov{}),
        DeblurModel(DeblurByTikhonov{.method = SolveMethod::iterative}),
        DeblurModel(DeblurNonnegative{}), DeblurModel(DeblurByTotalVariation{.weight = 0.01}),
        DeblurModel(DeblurByRichardsonLucy{.iterations = 7})}) {
    DeblurOptions options{.model = model};
    if (model.index() < 2) options.lambda = 0.01;
    const Deblurred all = deblur(scene.blurred, scene.extents, scene.kernel, options);
    double squares = 0;
    for (Eigen::Index channel = 0; channel < 3; ++channel) {
      const Deblurred one =
          deblur(scene.blurred.col(channel), scene.extents, scene.kernel, options);
      BOOST_TEST((one.pixels == all.pixels.col(channel)));
      std::visit([&](const auto& report) { squares += report.residual * report.residual; },
                 one.report);
    }
    std::visit(
        [&](const auto& report) {
          BOOST_TEST(std::abs(report.residual - std::sqrt(squares)) < 1e-12);
          BOOST_TEST(std::abs(report.relative_residual - report.residual / scene.blurred.norm()) <
                     1e-12);
        },
        all.report);
  }
}

BOOST_AUTO_TEST_CASE(the_worst_channel_decides_the_status) {
  const Scene scene({14, 11}, lopsided(), Boundary::reflect, 2, 0.01);
  Eigen::MatrixXd b = scene.blurred;
  b.col(1).setZero();  // needs no iteration
  const DeblurModel iterations = DeblurByTikhonov{.method = SolveMethod::iterative};
  for (const bool is_last : {false, true}) {
    if (is_last) b.col(0).swap(b.col(1));
    const SolveReport report = solve_report(
        deblur(b, scene.extents, scene.kernel,
               {.model = iterations, .lambda = 1e-6, .tolerance = 1e-9, .max_iterations = 2}));
    BOOST_TEST(to_string(report.status) == "iteration_limit");
    BOOST_TEST(report.reason.find("wanted") != std::string::npos);
    BOOST_TEST(report.iterations == 2);
    BOOST_TEST(report.history.size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(kernels_are_scaled_by_their_sum) {
  const Scene scene({10, 12}, lopsided(), Boundary::reflect, 1, 0.01);
  const DeblurOptions options{.lambda = 0.01};
  const Deblurred sharp = deblur(scene.blurred, scene.extents, scene.kernel, options);
  BOOST_TEST(to_string(sharp.kernel.scale) == "unit");
  const auto times = [&](double factor) {
    BlurKernel kernel = scene.kernel;
    for (double& value : kernel.values) value *= factor;
    return kernel;
  };
  for (const double factor : {3.0, 0.001, -2.0, 1e-310, 1e308}) {
    const Deblurred scaled = deblur(scene.blurred, scene.extents, times(factor), options);
    BOOST_TEST(to_string(scaled.kernel.scale) == "divided");
    BOOST_TEST(std::abs(scaled.kernel.sum / factor - 1) < 1e-6);
    BOOST_TEST((scaled.pixels - sharp.pixels).norm() < 1e-6);
  }
  const Deblurred rounded = deblur(scene.blurred, scene.extents, times(1 + 1e-7), options);
  BOOST_TEST(to_string(rounded.kernel.scale) == "unit");
  DeblurOptions as_it_is = options;
  as_it_is.kernel_sum = KernelSum::kept;
  as_it_is.lambda = 0.04;
  const Deblurred kept = deblur(scene.blurred, scene.extents, times(2), as_it_is);
  BOOST_TEST(to_string(kept.kernel.scale) == "kept");
  BOOST_TEST(std::abs(kept.kernel.sum - 2) < 1e-12);
  BOOST_TEST((2 * kept.pixels - sharp.pixels).norm() < 1e-9);
}

BOOST_AUTO_TEST_CASE(kernels_whose_sum_vanishes_are_left_as_they_are) {
  const Scene scene({10, 12}, lopsided(), Boundary::reflect, 1, 0.01);
  const BlurKernel edges{{1, 3}, {-0.1, 0.2, -0.1 + 1e-9}};
  const DeblurOptions options{.model = DeblurByTikhonov{RegularizerKind::identity}, .lambda = 0.5};
  const Deblurred sharp = deblur(scene.blurred, scene.extents, edges, options);
  BOOST_TEST(to_string(sharp.kernel.scale) == "vanishing");
  BOOST_TEST(std::abs(sharp.kernel.sum - 1e-9) < 1e-12);
  const Convolution blur = blur_of(scene.extents, edges, options);
  const Eigen::MatrixXd expected =
      dense_solution(blur, edges, Regularizer::identity(), 0.5, scene.blurred);
  BOOST_TEST((sharp.pixels - expected).norm() < 1e-9);
}

BOOST_AUTO_TEST_CASE(frames_of_zeros_make_no_difference) {
  const Scene scene({10, 12}, lopsided(), Boundary::reflect, 1, 0.01);
  const DeblurOptions options{.lambda = 0.01};
  const Deblurred sharp = deblur(scene.blurred, scene.extents, scene.kernel, options);
  BlurKernel framed{{7, 5}, std::vector<double>(35)};
  for (std::size_t y = 0; y < 3; ++y) {
    for (std::size_t x = 0; x < 3; ++x) {
      framed.values[(y + 2) * 5 + x + 1] = scene.kernel.values[y * 3 + x];
    }
  }
  const Deblurred same = deblur(scene.blurred, scene.extents, framed, options);
  BOOST_TEST((same.pixels == sharp.pixels));
  // As many lines on either side: what is off the centre stays there.
  const BlurKernel shifted{{1, 5}, {0, 0, 0, 1, 0}};
  const Deblurred moved =
      deblur(scene.blurred, scene.extents, shifted, {.boundary = Boundary::circular, .lambda = 0});
  BOOST_TEST((moved.pixels.topRows(11) - scene.blurred.middleRows(1, 11)).norm() < 1e-9);
}

BOOST_AUTO_TEST_CASE(transforms_find_lambda_on_the_whole_image, *needs_transforms()) {
  const Scene scene({150, 140}, mirrored(), Boundary::symmetric, 2, 0.02);
  const Convolution blur = blur_of(scene.extents, scene.kernel, {.boundary = Boundary::symmetric});
  Tikhonov solver(blur, scene.kernel.values, Regularizer::gradient(blur, Boundary::symmetric),
                  {.method = SolveMethod::transform});
  const double expected = choose_by_cross_validation(solver, scene.blurred).lambda;
  const Deblurred sharp =
      deblur(scene.blurred, scene.extents, scene.kernel, {.boundary = Boundary::symmetric});
  BOOST_TEST(sharp.lambda->choice.lambda == expected);
  BOOST_TEST((sharp.lambda->part == scene.extents));
  BOOST_TEST(to_string(sharp.lambda->rule) == "cross_validation");
  BOOST_TEST((sharp.pixels - scene.truth).norm() < (scene.blurred - scene.truth).norm());
  // So much noise that it must be found, and the residual is as large.
  const Deblurred noisy = deblur(scene.blurred, scene.extents, scene.kernel,
                                 {.boundary = Boundary::symmetric, .noise = 0.02});
  BOOST_TEST(to_string(noisy.lambda->rule) == "discrepancy");
  const double wanted = 0.02 * std::sqrt(static_cast<double>(scene.blurred.size()));
  BOOST_TEST(std::abs(solve_report(noisy).residual / wanted - 1) < 0.01);
}

BOOST_AUTO_TEST_CASE(other_methods_find_lambda_on_the_middle) {
  const BlurKernel kernel{{1, 3}, {0.1, 0.7, 0.2}};
  const Scene scene({131, 136}, kernel, Boundary::replicate, 1, 0.02);
  // By hand: the middle of 128 x 128 pixels, of 128 x 130 unknowns.
  Eigen::MatrixXd part(128 * 128, 1);
  for (Index y = 0; y < 128; ++y) {
    part.middleRows(y * 128, 128) = scene.blurred.middleRows((y + 1) * 136 + 4, 128);
  }
  const Convolution blur(
      {.input = {128, 130}, .kernel = {1, 3}, .operation = Operation::convolution});
  Tikhonov solver(blur, kernel.values, Regularizer::gradient(blur),
                  {.method = SolveMethod::factorization});
  const double expected = choose_by_discrepancy(solver, part, 0.02).lambda;
  const Deblurred sharp = deblur(scene.blurred, scene.extents, kernel,
                                 {.boundary = Boundary::replicate, .noise = 0.02});
  BOOST_TEST(sharp.lambda->choice.lambda == expected);
  BOOST_TEST((sharp.lambda->part == Extents{128, 128}));
  BOOST_TEST(sharp.lambda->choice.trials > 5);
  BOOST_TEST(sharp.lambda->seconds > 0);
}

BOOST_AUTO_TEST_CASE(lambda_does_not_depend_on_how_closely_the_image_is_solved) {
  const Scene scene({30, 31}, lopsided(), Boundary::replicate, 1, 0.02);
  std::vector<DeblurWork> announced;
  const auto lambda_of = [&](SolveMethod method, std::optional<double> tolerance, Index budget) {
    announced.clear();
    DeblurOptions options{.boundary = Boundary::replicate,
                          .model = DeblurByTikhonov{.method = method},
                          .tolerance = tolerance,
                          .resources = {.memory_budget = budget}};
    options.announce = [&](const DeblurWork& work) { announced.push_back(work); };
    return deblur(scene.blurred, scene.extents, scene.kernel, options).lambda->choice.lambda;
  };
  const double exact = lambda_of(SolveMethod::factorization, {}, 0);
  BOOST_TEST(lambda_of(SolveMethod::iterative, 0.3, 0) == exact);
  // Memory for vectors alone: the search is by iterations, too.
  BOOST_TEST(std::abs(lambda_of(SolveMethod::iterative, 0.3, 200'000) / exact - 1) < 0.05);
  BOOST_TEST((announced.at(0).stage == DeblurStage::choosing_lambda));
  BOOST_TEST(to_string(announced.at(0).method) == "iterative");
}

// A kernel for which every factorization of the middle would take many seconds.
BOOST_AUTO_TEST_CASE(large_kernels_find_lambda_by_transforms, *needs_transforms()) {
  BlurKernel kernel{{41, 41}, Numbers(41 * 41)};
  for (Index i = 0; i < 41 * 41; ++i) {
    const auto y = static_cast<double>(i / 41 - 20);
    const auto x = static_cast<double>(i % 41 - 20);
    kernel.values[static_cast<std::size_t>(i)] = std::exp(-(x * x + x * y + y * y) / 8);
  }
  double sum = 0;
  for (const double value : kernel.values) sum += value;
  for (double& value : kernel.values) value /= sum;
  const Scene scene({120, 110}, kernel, Boundary::replicate, 1, 0.01);
  const auto solve = [&](std::optional<double> lambda) {
    return deblur(scene.blurred, scene.extents, kernel,
                  {.boundary = Boundary::replicate, .lambda = lambda, .tolerance = 1e-3});
  };
  const auto error_of = [&](const Deblurred& sharp) { return (sharp.pixels - scene.truth).norm(); };
  const Deblurred found = solve({});
  BOOST_TEST(found.lambda->faded);
  BOOST_TEST((found.lambda->part == scene.extents));
  BOOST_TEST(to_string(solve_report(found).method) == "iterative");
  // No other lambda is much better.
  double best = error_of(found);
  for (const double lambda : {1e-6, 1e-4, 1e-2, 1e-1, 1.0}) {
    best = std::min(best, error_of(solve(lambda)));
  }
  BOOST_TEST(error_of(found) <= 1.1 * best);
  // What is soon done assumes nothing.
  const Scene small({20, 20}, lopsided(), Boundary::replicate, 1, 0.02);
  const Deblurred exact =
      deblur(small.blurred, small.extents, small.kernel, {.boundary = Boundary::replicate});
  BOOST_TEST(!exact.lambda->faded);
}

BOOST_AUTO_TEST_CASE(a_volume) {
  BlurKernel kernel{{3, 1, 3}, {0.05, 0.2, 0.05, 0.1, 0.3, 0.1, 0.05, 0.1, 0.05}};
  const Scene scene({28, 6, 27}, kernel, Boundary::replicate, 1, 0.02);
  const Deblurred sharp = deblur(scene.blurred, scene.extents, kernel,
                                 {.boundary = Boundary::replicate, .noise = 0.02});
  BOOST_TEST((sharp.lambda->part == Extents{25, 6, 25}));
  BOOST_TEST((sharp.pixels - scene.truth).norm() < (scene.blurred - scene.truth).norm());
}

BOOST_AUTO_TEST_CASE(models_by_products_alone) {
  const Scene scene({10, 12}, lopsided(), Boundary::replicate, 1, 0.01);
  const Convolution blur = blur_of(scene.extents, scene.kernel, {.boundary = Boundary::replicate});
  const Eigen::VectorXd b = scene.blurred.col(0);
  const auto sharp = [&](DeblurModel model, std::optional<double> lambda = {}) {
    return deblur(scene.blurred, scene.extents, scene.kernel,
                  {.boundary = Boundary::replicate, .model = model, .lambda = lambda});
  };
  const std::vector<double>& kernel = scene.kernel.values;
  const Deblurred bounded = sharp(DeblurNonnegative{}, 0.01);
  BOOST_TEST((bounded.pixels == nonnegative_least_squares(blur, kernel, b, {.lambda = 0.01}).x));
  BOOST_TEST(bounded.lambda->choice.lambda == 0.01);
  const Deblurred edges = sharp(DeblurByTotalVariation{.weight = 0.02});
  BOOST_TEST((edges.pixels == total_variation(blur, kernel, b, 0.02).x));
  BOOST_TEST(!edges.lambda.has_value());
  const Deblurred photons = sharp(DeblurByRichardsonLucy{.iterations = 9});
  const auto expected = richardson_lucy(blur, kernel, b, {.tolerance = 0, .max_iterations = 9});
  BOOST_TEST((photons.pixels == expected.x));
  const auto& report = std::get<IterationReport>(photons.report);
  BOOST_TEST(report.iterations == 9);
  BOOST_TEST(to_string(report.status) == "converged");
  BOOST_TEST(report.reason.empty());
}

BOOST_AUTO_TEST_CASE(lambda_of_a_bounded_problem_is_that_without_the_bound) {
  for (const Boundary boundary : {Boundary::circular, Boundary::replicate}) {
    const Scene scene({16, 15}, lopsided(), boundary, 1, 0.02);
    const Deblurred free = deblur(scene.blurred, scene.extents, scene.kernel,
                                  {.boundary = boundary,
                                   .model = DeblurByTikhonov{RegularizerKind::identity},
                                   .noise = 0.02});
    const Deblurred bounded =
        deblur(scene.blurred, scene.extents, scene.kernel,
               {.boundary = boundary, .model = DeblurNonnegative{}, .noise = 0.02});
    BOOST_TEST(bounded.lambda->choice.lambda == free.lambda->choice.lambda);
    BOOST_TEST(bounded.pixels.minCoeff() >= 0);
  }
}

BOOST_AUTO_TEST_CASE(iterations_tell_how_far_they_are) {
  const Scene scene({10, 12}, lopsided(), Boundary::replicate, 2, 0.01);
  std::vector<Index> last(2);
  DeblurOptions options{.boundary = Boundary::replicate,
                        .model = DeblurByTikhonov{.method = SolveMethod::iterative},
                        .lambda = 0.01};
  options.progress = [&](Index channel, Index iteration, double residual) {
    BOOST_TEST(iteration == last.at(static_cast<std::size_t>(channel)) + 1);
    BOOST_TEST(residual > 0);
    ++last[static_cast<std::size_t>(channel)];
  };
  std::vector<DeblurWork> announced;
  options.announce = [&](const DeblurWork& work) { announced.push_back(work); };
  const Deblurred sharp = deblur(scene.blurred, scene.extents, scene.kernel, options);
  BOOST_TEST(std::max(last[0], last[1]) == solve_report(sharp).iterations);
  BOOST_TEST(std::min(last[0], last[1]) > 2);
  BOOST_TEST(announced.size() == 1u);
  BOOST_TEST(to_string(announced[0].method) == "iterative");
}

BOOST_AUTO_TEST_CASE(what_is_thrown_while_they_tell_passes_through) {
  const Scene scene({10, 12}, lopsided(), Boundary::replicate, 1, 0.01);
  const std::vector<DeblurModel> models = {
      DeblurByTikhonov{.method = SolveMethod::iterative}, DeblurNonnegative{},
      DeblurByTotalVariation{.weight = 0.01}, DeblurByRichardsonLucy{}};
  for (const DeblurModel& model : models) {
    DeblurOptions options{.boundary = Boundary::replicate, .model = model};
    if (model.index() < 2) options.lambda = 0.01;
    Index last = 0;
    options.progress = [&](Index, Index iteration, double) {
      last = iteration;
      if (iteration == 2) throw std::out_of_range("enough");
    };
    BOOST_CHECK_THROW(
        static_cast<void>(deblur(scene.blurred, scene.extents, scene.kernel, options)),
        std::out_of_range);
    BOOST_TEST(last == 2);
  }
}

BOOST_AUTO_TEST_CASE(factorizations_are_announced_in_two_steps) {
  const Scene scene({10, 12}, lopsided(), Boundary::replicate, 1, 0.01);
  std::vector<DeblurWork> announced;
  DeblurOptions options{.boundary = Boundary::replicate,
                        .model = DeblurByTikhonov{.method = SolveMethod::factorization}};
  options.announce = [&](const DeblurWork& work) { announced.push_back(work); };
  const Deblurred sharp = deblur(scene.blurred, scene.extents, scene.kernel, options);
  BOOST_TEST(announced.size() == 3u);
  BOOST_TEST((announced[0].stage == DeblurStage::choosing_lambda));
  BOOST_TEST(announced[0].products > 0);
  BOOST_TEST(announced[1].factorizations == 18);
  BOOST_TEST((announced[2].stage == DeblurStage::solving));
  BOOST_TEST(announced[2].factorizations == 1);
  BOOST_TEST(announced[2].fill == solve_report(sharp).fill);
  BOOST_TEST(announced[2].flops == solve_report(sharp).flops);
}

BOOST_AUTO_TEST_CASE(a_singular_system_is_a_status) {
  const Scene scene({10, 12}, lopsided(), Boundary::replicate, 2, 0.01);
  const BlurKernel even{{1, 2}, {0.5, 0.5}};
  const Deblurred sharp =
      deblur(scene.blurred, scene.extents, even, {.boundary = Boundary::circular, .lambda = 0});
  BOOST_TEST(to_string(solve_report(sharp).status) == "singular");
  BOOST_TEST(!solve_report(sharp).reason.empty());
  BOOST_TEST(sharp.pixels.cols() == 0);
}

BOOST_AUTO_TEST_CASE(a_kernel_too_large_for_equations_is_left_to_iterations) {
  // 25^4 products of pairs of its values exceed the budget.
  const Eigen::MatrixXd b = Eigen::MatrixXd::Constant(144, 1, 0.5);
  Random random("large");
  const BlurKernel large = random_kernel(random, {25, 25});
  const Deblurred sharp =
      deblur(b, {12, 12}, large, {.lambda = 0.1, .resources = {.memory_budget = 1'000'000}});
  BOOST_TEST(to_string(solve_report(sharp).method) == "iterative");
  BOOST_TEST((sharp.pixels - b).norm() < 1e-3);
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  const Scene scene({10, 12}, lopsided(), Boundary::replicate, 1, 0.01);
  const auto refuses = [&](const std::string& words, const BlurKernel& kernel,
                           const DeblurOptions& options, const Eigen::MatrixXd& pixels) {
    BOOST_CHECK_EXCEPTION((void)deblur(pixels, scene.extents, kernel, options), SolverError,
                          [&](const SolverError& error) {
                            BOOST_TEST_INFO(error.what());
                            return std::string(error.what()).find(words) != std::string::npos;
                          });
  };
  const Eigen::MatrixXd& b = scene.blurred;
  const BlurKernel& psf = scene.kernel;
  refuses("zero everywhere", {{2, 2}, {0, 0, 0, 0}}, {}, b);
  refuses("length 3; expected 4", {{2, 2}, {1, 1, 1}}, {}, b);
  refuses("a NaN at 1", {{1, 2}, {1, not_a_number}}, {}, b);
  refuses("an extent of 0", {{0, 2}, {}}, {}, b);
  refuses("has 1 axes; expected 2", {{2}, {1, 1}}, {}, b);
  refuses("pixels have 119 rows; the extents are 120", psf, {}, b.topRows(119));
  refuses("pixels have no columns", psf, {}, Eigen::MatrixXd(120, 0));
  refuses("an infinity", psf, {}, b * infinity);
  refuses("noise is for finding lambda", psf, {.lambda = 1, .noise = 1}, b);
  refuses("lambda is -1", psf, {.lambda = -1}, b);
  refuses("noise 0 must be positive", psf, {.noise = 0}, b);
  const DeblurByTotalVariation edges{.weight = 0.1};
  refuses("lambda is for Tikhonov's problem", psf, {.model = edges, .lambda = 1}, b);
  refuses("noise is for Tikhonov's problem", psf, {.model = edges, .noise = 1}, b);
  refuses("max_iterations is not for Richardson-Lucy", psf,
          {.model = DeblurByRichardsonLucy{}, .max_iterations = 3}, b);
  refuses("the kernel has -0.5 at 1; Richardson-Lucy", {{1, 3}, {1, -0.5, 0.5}},
          {.model = DeblurByRichardsonLucy{}}, b);
  refuses("the image has -", psf, {.model = DeblurByRichardsonLucy{}}, -b);
  refuses("weight is -1; expected a finite number of at least 0", psf,
          {.model = DeblurByTotalVariation{.weight = -1}}, b);
  refuses("weight is nan", psf, {.model = DeblurByTotalVariation{.weight = not_a_number}}, b);
  refuses("iterations is 0; expected at least 1", psf,
          {.model = DeblurByRichardsonLucy{.iterations = 0}}, b);
  refuses("tolerance is 2", psf, {.lambda = 1, .tolerance = 2}, b);
  BOOST_CHECK_THROW((void)deblur(b, {10, 11}, psf), SolverError);
  BOOST_CHECK_THROW((void)deblur(b, scene.extents, psf,
                                 {.boundary = {Boundary::zero, Boundary::zero, Boundary::zero}}),
                    GeometryError);
  const DeblurByTikhonov factorized{.method = SolveMethod::factorization};
  BOOST_CHECK_EXCEPTION(
      (void)deblur(b, scene.extents, psf,
                   {.model = factorized, .lambda = 1, .resources = {.memory_budget = 60000}}),
      CapacityError, [](const CapacityError& error) {
        BOOST_TEST_INFO(error.what());
        return std::string(error.advice()).find("method iterative") != std::string::npos;
      });
}

BOOST_AUTO_TEST_SUITE_END()
