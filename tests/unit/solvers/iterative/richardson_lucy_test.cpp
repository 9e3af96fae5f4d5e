#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/interruptible.hpp>
#include <toeplix/solvers/richardson_lucy.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

// Richardson-Lucy against the formula of its papers with a dense matrix.

BOOST_AUTO_TEST_SUITE(richardson_lucy_iterations)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::IterationStatus;
using toeplix::richardson_lucy;
using toeplix::RichardsonLucyOptions;
using toeplix::SolverError;

struct Detector {
  Eigen::VectorXd flat;
  Eigen::VectorXd background;
};

Eigen::VectorXd per_row(const Numbers& given, Index rows, double otherwise) {
  if (given.size() > 1) return vector(given);
  return Eigen::VectorXd::Constant(rows, given.empty() ? otherwise : given[0]);
}

Eigen::VectorXd model(const Eigen::MatrixXd& a, const Detector& detector,
                      const Eigen::VectorXd& x) {
  return detector.flat.cwiseProduct(a * x) + detector.background;
}

/// Of the rows that are not dead.
double divergence(const Eigen::VectorXd& m, const Eigen::VectorXd& b, const Detector& detector) {
  double sum = 0;
  for (Index i = 0; i < b.size(); ++i) {
    if (detector.flat[i] == 0) continue;
    sum += m[i] - b[i] + (b[i] == 0 ? 0 : b[i] * std::log(b[i] / m[i]));
  }
  return sum;
}

/// The step of the papers.
Eigen::VectorXd step(const Eigen::MatrixXd& a, const Detector& detector, const Eigen::VectorXd& b,
                     const Eigen::VectorXd& x) {
  const Eigen::VectorXd m = model(a, detector, x);
  Eigen::VectorXd share(b.size());
  for (Index i = 0; i < b.size(); ++i) share[i] = m[i] > 0 ? detector.flat[i] * b[i] / m[i] : 0;
  const Eigen::VectorXd up = a.transpose() * share;
  const Eigen::VectorXd sums = a.transpose() * detector.flat;
  Eigen::VectorXd next = x;
  for (Index i = 0; i < x.size(); ++i) {
    if (sums[i] > 0) next[i] = x[i] * up[i] / sums[i];
  }
  return next;
}

/// The image of one grey that explains as many counts as there are.
Eigen::VectorXd first(const Eigen::MatrixXd& a, const Detector& detector,
                      const Eigen::VectorXd& b) {
  double counted = 0;
  double background = 0;
  for (Index i = 0; i < b.size(); ++i) {
    if (detector.flat[i] == 0) continue;
    counted += b[i];
    background += detector.background[i];
  }
  const double light = counted > background ? counted - background : counted;
  const double sum = (a.transpose() * detector.flat).sum();
  return Eigen::VectorXd::Constant(a.cols(), sum == 0 ? 0 : light / sum);
}

template <class Spec>
void check_steps(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Numbers weights = small_integers<double>(random, conv.weight_count(), 0, 4);
  const Numbers b = small_integers<double>(random, conv.rows(), 0, 9);
  RichardsonLucyOptions options{.tolerance = 0, .max_iterations = 12};
  const std::vector<Numbers> backgrounds = {
      {}, {2.5}, small_integers<double>(random, conv.rows(), 0, 3)};
  const std::vector<Numbers> flats = {{}, {0.5}, small_integers<double>(random, conv.rows(), 0, 3)};
  options.background = backgrounds[static_cast<std::size_t>(random.between(0, 2))];
  options.flat = flats[static_cast<std::size_t>(random.between(0, 2))];
  const Eigen::MatrixXd a = dense(conv, weights);
  const Detector detector{per_row(options.flat, conv.rows(), 1),
                          per_row(options.background, conv.rows(), 0)};
  Eigen::VectorXd x = first(a, detector, vector(b));
  std::vector<double> history{divergence(model(a, detector, x), vector(b), detector)};
  double change = 0;
  for (int i = 0; i < 12; ++i) {
    const Eigen::VectorXd next = step(a, detector, vector(b), x);
    change = next.norm() == 0 ? 0 : (next - x).norm() / next.norm();
    x = next;
    history.push_back(divergence(model(a, detector, x), vector(b), detector));
    if (change == 0) break;
  }
  const auto solution = richardson_lucy(conv, weights, b, options);
  const auto& report = solution.report;
  failures.expect_none(spec, "x", close(solution.x, x, 1e-9));
  if (report.history.size() == history.size()) {
    for (std::size_t i = 0; i < history.size(); ++i) {
      const double off = std::abs(report.history[i] - history[i]);
      failures.expect(spec, "deviance", report.history[i] == history[i] || off < 1e-8);
      failures.expect(spec, "decrease",
                      i == 0 || report.history[i] <= report.history[i - 1] + 1e-10);
    }
    failures.expect(spec, "change", std::abs(report.last_change - change) < 1e-9);
  } else {
    // A change of 0 is one of rounding there.
    failures.expect(spec, "history", change < 1e-14);
  }
  Eigen::VectorXd missed = model(a, detector, x) - vector(b);
  for (Index i = 0; i < missed.size(); ++i) missed[i] *= detector.flat[i] != 0;
  failures.expect(spec, "residual", std::abs(report.residual - missed.norm()) < 1e-8);
  failures.expect(spec, "limit", report.iterations <= 12);
}

const Numbers gauss{1, 2, 1, 2, 4, 2, 1, 2, 1};

Numbers some_counts(Index count) {
  Numbers counts;
  for (Index i = 0; i < count; ++i) counts.push_back(static_cast<double>(i * i % 23 + i % 5));
  return counts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometries) {
  Failures failures;
  for_random_specs("richardson and lucy", 200, [&](const auto& spec, Random& random) {
    if (make(spec).rows() > 200 || make(spec).cols() > 200) return;
    check_steps(failures, spec, random);
  });
  BOOST_TEST(failures.checked() > 5000);
}

BOOST_AUTO_TEST_CASE(light_is_neither_made_nor_lost) {
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    const Convolution conv({.input = {9, 7}, .kernel = {3, 3}, .padding = 1, .boundary = boundary});
    const Numbers b = some_counts(63);
    const auto solution = richardson_lucy(conv, gauss, b, {.tolerance = 0, .max_iterations = 7});
    const Eigen::VectorXd sums = dense(conv, gauss).colwise().sum().transpose();
    BOOST_TEST(sums.dot(solution.x) == vector(b).sum(), boost::test_tools::tolerance(1e-13));
    if (boundary == Boundary::circular || boundary == Boundary::symmetric) {
      BOOST_TEST(16 * solution.x.sum() == vector(b).sum(), boost::test_tools::tolerance(1e-13));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_border_is_no_darker_than_the_middle) {
  // One grey under a zero boundary: without the border's own column sums it would not stay.
  const Convolution conv({.input = {8, 8}, .kernel = {3, 3}, .padding = 1});
  const Eigen::VectorXd grey = Eigen::VectorXd::Constant(64, 5);
  const Eigen::VectorXd b = dense(conv, gauss) * grey;
  const auto solution = richardson_lucy(conv, gauss, b);
  BOOST_TEST(close(solution.x, grey, 1e-12) == "");
  BOOST_TEST((solution.report.status == IterationStatus::converged));
  BOOST_TEST(solution.report.iterations == 1);
  BOOST_TEST(solution.report.history.back() < 1e-12);
}

BOOST_AUTO_TEST_CASE(pixels_that_no_row_sees_stay) {
  // Every third pixel is seen.
  const Convolution conv({.input = {9}, .kernel = {1}, .stride = 3});
  const auto solution = richardson_lucy(conv, Numbers{2}, Numbers{2, 4, 12}, {.tolerance = 0});
  BOOST_TEST(close(solution.x, vector({1, 3, 3, 2, 3, 3, 6, 3, 3}), 1e-14) == "");
  // And a dead pixel has no say, whatever it counted.
  const auto dead =
      richardson_lucy(conv, Numbers{2}, Numbers{2, 4, 99}, {.flat = {1, 1, 0}, .tolerance = 0});
  BOOST_TEST(close(dead.x, vector({1, 1.5, 1.5, 2, 1.5, 1.5, 1.5, 1.5, 1.5}), 1e-14) == "");
  BOOST_TEST(dead.report.residual < 1e-14);
  const auto blind = richardson_lucy(conv, Numbers{0}, Numbers{2, 4, 12});
  BOOST_TEST(blind.x.norm() == 0);
  BOOST_TEST((blind.report.status == IterationStatus::converged));
  BOOST_TEST(blind.report.history.back() == infinity);
}

BOOST_AUTO_TEST_CASE(stops_at_the_relative_change) {
  const Convolution conv({.input = {16}, .kernel = {3}, .padding = 1});
  const Numbers weights{1, 6, 1};
  const Numbers b = some_counts(16);
  int calls = 0;
  const auto solution = richardson_lucy(
      conv, weights, b,
      {.tolerance = 1e-3, .max_iterations = 1000, .progress = [&](int iteration, double residual) {
         BOOST_TEST(iteration == ++calls);
         BOOST_TEST(residual > 0);
       }});
  BOOST_TEST((solution.report.status == IterationStatus::converged));
  BOOST_TEST(solution.report.last_change <= 1e-3);
  BOOST_TEST(solution.report.error == solution.report.last_change);
  BOOST_TEST(calls == solution.report.iterations);
  BOOST_TEST(std::ssize(solution.report.history) == 1 + solution.report.iterations);
  const int steps = solution.report.iterations;
  BOOST_TEST(steps > 3);
  const auto fewer =
      richardson_lucy(conv, weights, b, {.tolerance = 1e-3, .max_iterations = steps - 1});
  BOOST_TEST((fewer.report.status == IterationStatus::iteration_limit));
  BOOST_TEST(fewer.report.reason.find("the relative change is 0.001") == 0);
}

BOOST_AUTO_TEST_CASE(axis_by_axis_where_nothing_is_dark) {
  const Convolution conv("input=20,18 kernel=15,15 padding=7 boundary=symmetric");
  Numbers weights;
  for (Index i = 0; i < 225; ++i) {
    weights.push_back((8.0 - std::abs(static_cast<double>(i / 15) - 7)) *
                      (8.0 - std::abs(static_cast<double>(i % 15) - 7)) / 4096);
  }
  const Numbers b = some_counts(conv.rows());
  const RichardsonLucyOptions dark{.tolerance = 0, .max_iterations = 5};
  RichardsonLucyOptions bright = dark;
  bright.background = {0.5};
  BOOST_TEST(!richardson_lucy(conv, weights, b, dark).report.separated_terms);
  const auto solution = richardson_lucy(conv, weights, b, bright);
  BOOST_TEST(solution.report.separated_terms.value_or(0) == 1);
  const Eigen::MatrixXd a = dense(conv, weights);
  const Detector detector{Eigen::VectorXd::Ones(360), Eigen::VectorXd::Constant(360, 0.5)};
  Eigen::VectorXd x = first(a, detector, vector(b));
  for (int i = 0; i < 5; ++i) x = step(a, detector, vector(b), x);
  BOOST_TEST(close(solution.x, x, 1e-10) == "");
}

BOOST_AUTO_TEST_CASE(numbers_near_the_ends_of_a_double) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  const auto scaled = [](Numbers numbers, int exponent) {
    for (double& number : numbers) number = std::ldexp(number, exponent);
    return numbers;
  };
  const Numbers weights{1, 4, 1};
  const Numbers b{1, 2, 3, 4, 5, 6};
  const Numbers flat{1, 2, 3, 4, 5, 0};
  const RichardsonLucyOptions options{.background = {0.5}, .flat = flat, .max_iterations = 9};
  const auto one = richardson_lucy(conv, weights, b, options);
  for (const int exponent : {-1000, 660, 1020}) {
    RichardsonLucyOptions far = options;
    far.background = scaled({0.5}, exponent);
    const auto solution = richardson_lucy(conv, weights, scaled(b, exponent), far);
    BOOST_TEST(solution.x == one.x * std::ldexp(1.0, exponent));
    BOOST_TEST(solution.report.residual == std::ldexp(one.report.residual, exponent));
    BOOST_TEST(solution.report.history.back() == std::ldexp(one.report.history.back(), exponent));
    far = options;
    far.flat = scaled(flat, exponent);
    BOOST_TEST(richardson_lucy(conv, scaled(weights, -exponent), b, far).x == one.x);
  }
  const Convolution point({.input = {2}, .kernel = {1}});
  const auto beyond = richardson_lucy(point, Numbers{0x1p-20}, Numbers(2, 0x1p1020));
  BOOST_TEST((beyond.report.status == IterationStatus::overflow));
  // A background that drowns the counts.
  const auto drowned =
      richardson_lucy(conv, weights, b, {.background = {1e300}, .max_iterations = 5});
  BOOST_TEST(drowned.x.allFinite());
  BOOST_TEST(drowned.x.maxCoeff() < 1e-280);
  // Counts that almost no light explains.
  const auto faint = richardson_lucy(conv, Numbers{1e-300, 1, 0}, Numbers{0, 0, 0, 0, 0, 5});
  BOOST_TEST(faint.x.allFinite());
  BOOST_TEST(std::abs(faint.x[5] - 5) < 1e-6);
}

BOOST_AUTO_TEST_CASE(no_counts) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const auto dark = richardson_lucy(conv, Numbers{1, 2, 1}, Numbers(5, 0.0), {.background = {2}});
  BOOST_TEST(dark.x.norm() == 0);
  BOOST_TEST((dark.report.status == IterationStatus::converged));
  BOOST_TEST(dark.report.history.back() == 10);
  const Convolution pixel({.input = {1}, .kernel = {1}});
  BOOST_TEST(std::abs(richardson_lucy(pixel, Numbers{2}, Numbers{6}).x[0] - 3) < 1e-14);
}

BOOST_AUTO_TEST_CASE(the_same_bits_for_any_number_of_threads) {
  const Convolution conv({.input = {400, 401}, .kernel = {3, 3}, .padding = 1});
  const Numbers b = some_counts(conv.rows());
  RichardsonLucyOptions options{.max_iterations = 4, .resources = {.threads = 1}};
  const auto one = richardson_lucy(conv, gauss, b, options);
  options.resources.threads = 3;
  const auto three = richardson_lucy(conv, gauss, b, options);
  BOOST_TEST(one.x == three.x);
  BOOST_TEST(one.report.history == three.report.history);
}

BOOST_AUTO_TEST_CASE(floats_and_specs_give_the_same_bits) {
  const toeplix::ConvolutionSpec spec{.input = {12}, .kernel = {3}, .padding = 2};
  const std::vector<float> weights{1, 0.1f, 2};
  const std::vector<float> b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 0.3f};
  const Numbers exact_weights(weights.begin(), weights.end());
  const Numbers exact_b(b.begin(), b.end());
  const Eigen::VectorXd x = richardson_lucy(spec, exact_weights, exact_b).x;
  BOOST_TEST(richardson_lucy(Convolution(spec), weights, b).x == x);
}

BOOST_AUTO_TEST_CASE(can_be_stopped) {
  const Convolution conv({.input = {20}, .kernel = {3}, .padding = 1});
  int asked = 0;
  const toeplix::Interruptible guard([&] { return ++asked > 50; });
  BOOST_CHECK_THROW(richardson_lucy(conv, Numbers{1, 1.9, 1}, some_counts(20),
                                    {.tolerance = 0, .max_iterations = 1000000}),
                    toeplix::Interrupted);
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const Numbers w{1, 4, 1};
  const Numbers b(5, 1.0);
  const auto check = [&](const Numbers& weights, const Numbers& right,
                         const RichardsonLucyOptions& options, const std::string& message) {
    check_throws<SolverError>([&] { richardson_lucy(conv, weights, right, options); }, message);
  };
  check(w, Numbers(4), {}, "b has length 4; expected 5");
  check(Numbers(4), b, {}, "weights has length 4; expected 3");
  check({1, 4, -0.5}, b, {}, "weights has -0.5 at 2; expected numbers of at least 0");
  check(w, {1, 2, 3, -4, 5}, {}, "b has -4 at 3; expected numbers of at least 0");
  check(w, {1, 2, 3, infinity, 5}, {}, "b has an infinity at 3; expected finite numbers");
  check(w, b, {.background = {-1}}, "background has -1 at 0; expected numbers of at least 0");
  check(w, b, {.background = {1, 2}}, "background has length 2; expected 0, 1 or 5");
  check(w, b, {.flat = {1, 1, 1, not_a_number, 1}}, "flat has a NaN at 3; expected finite numbers");
  check(w, b, {.flat = {1, 1, 1, 1, 1, 1}}, "flat has length 6; expected 0, 1 or 5");
  check(w, b, {.tolerance = -1}, "tolerance is -1; expected a finite number of at least 0");
  check(w, b, {.max_iterations = 0}, "max_iterations is 0; expected at least 1");
  const Index bytes = 8 * (3 * 5 + 3 * 5);
  RichardsonLucyOptions options{.flat = Numbers(5, 1.0), .resources = {.memory_budget = bytes}};
  BOOST_TEST(richardson_lucy(conv, w, b, options).report.bytes == bytes);
  options.resources.memory_budget = bytes - 1;
  check_capacity(
      [&] { richardson_lucy(conv, w, b, options); },
      "the vectors of richardson_lucy need 240 bytes, which exceeds the memory budget of "
      "239 bytes; use a smaller image",
      30, bytes);
}

BOOST_AUTO_TEST_SUITE_END()
