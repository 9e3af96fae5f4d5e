#include "support/failures.hpp"
#include "support/optional_libraries.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/tikhonov.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

// Which method Tikhonov's problem is solved by, on both sides of every border.

BOOST_AUTO_TEST_SUITE(choice_of_a_method)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::Padding;
using toeplix::Regularizer;
using toeplix::SolveMethod;
using toeplix::SolveReport;
using toeplix::Tikhonov;
using toeplix::TikhonovOptions;

Convolution blur(Index size, Index kernel, Boundary boundary) {
  return Convolution({.input = {size, size},
                      .kernel = {kernel, kernel},
                      .padding = Padding::same_upper(),
                      .boundary = boundary});
}

/// Kernels that are no mirror image of themselves.
Numbers lopsided(const Convolution& conv) {
  Numbers kernel(static_cast<std::size_t>(conv.weight_count()), 1.0);
  kernel.front() = 5;
  return kernel;
}

SolveReport report_of(const Convolution& conv, const Numbers& kernel,
                      const TikhonovOptions& options = {}) {
  return Tikhonov(conv, kernel, Regularizer::gradient(conv), options).report();
}

bool starts_with(const std::string& text, const std::string& beginning) {
  return text.rfind(beginning, 0) == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(by_transforms_where_they_fit, *needs_transforms()) {
  const auto method = [](const Convolution& conv, const Numbers& kernel, const Regularizer& l) {
    return Tikhonov(conv, kernel, l).report().method;
  };
  const Numbers ones(81, 1.0);
  const auto l = [](const Convolution& conv) { return Regularizer::gradient(conv); };
  const Convolution symmetric = blur(300, 9, Boundary::symmetric);
  BOOST_TEST((method(symmetric, ones, l(symmetric)) == SolveMethod::transform));
  BOOST_TEST((method(symmetric, lopsided(symmetric), l(symmetric)) == SolveMethod::iterative));
  // L has the border's pixels repeated, A goes round.
  const Convolution circular = blur(40, 9, Boundary::circular);
  BOOST_TEST((method(circular, ones, l(circular)) == SolveMethod::factorization));
  BOOST_TEST((method(circular, ones, Regularizer::gradient(circular, Boundary::circular)) ==
              SolveMethod::transform));
  // One axis that stays as it is, whatever its boundary.
  const Convolution rows({.input = {30, 30},
                          .kernel = {1, 3},
                          .padding = Padding::same_upper(),
                          .boundary = {Boundary::zero, Boundary::symmetric}});
  BOOST_TEST((method(rows, Numbers(3, 1.0), l(rows)) == SolveMethod::transform));
}

// A factorization takes half a second for 64 x 64 pixels, and more than seconds for 160 x 160,
// where iterations take tenths; measured, see choose_method.hpp.
BOOST_AUTO_TEST_CASE(by_expected_time) {
  for (const Boundary boundary : {Boundary::zero, Boundary::replicate, Boundary::reflect}) {
    const Convolution small = blur(64, 9, boundary);
    const SolveReport exact = report_of(small, lopsided(small));
    BOOST_TEST((exact.method == SolveMethod::factorization));
    BOOST_TEST(starts_with(exact.method_reason, "exact, and soon done (expected: "));
    const Convolution large = blur(160, 9, boundary);
    const SolveReport iterated = report_of(large, lopsided(large));
    BOOST_TEST((iterated.method == SolveMethod::iterative));
    BOOST_TEST(starts_with(iterated.method_reason, "less time than a factorization (expected: "));
  }
  // A narrow kernel has a small factor; a volume has a large one.
  const Convolution narrow = blur(128, 3, Boundary::reflect);
  BOOST_TEST((report_of(narrow, lopsided(narrow)).method == SolveMethod::factorization));
  const Convolution volume("input=40,40,40 kernel=3,3,3 padding=1 boundary=reflect");
  BOOST_TEST((report_of(volume, lopsided(volume)).method == SolveMethod::iterative));
  const Convolution line("input=20000 kernel=9 padding=4 boundary=reflect");
  BOOST_TEST((report_of(line, lopsided(line)).method == SolveMethod::factorization));
}

// The factor of 64 x 64 pixels is expected to take 41 MB.
BOOST_AUTO_TEST_CASE(by_memory) {
  const Convolution conv = blur(64, 9, Boundary::replicate);
  const auto with_budget = [&](Index bytes) {
    return report_of(conv, lopsided(conv), {.resources = {.memory_budget = bytes}});
  };
  BOOST_TEST((with_budget(100'000'000).method == SolveMethod::factorization));
  const SolveReport small = with_budget(20'000'000);
  BOOST_TEST((small.method == SolveMethod::iterative));
  BOOST_TEST(starts_with(small.method_reason, "a factor may exceed the memory budget"));
}

BOOST_AUTO_TEST_CASE(as_asked) {
  const Convolution conv = blur(16, 3, Boundary::replicate);
  for (const SolveMethod method : {SolveMethod::factorization, SolveMethod::iterative}) {
    const SolveReport report = report_of(conv, lopsided(conv), {.method = method});
    BOOST_TEST((report.method == method));
    BOOST_TEST(report.method_reason == "as was asked for");
  }
}

BOOST_AUTO_TEST_SUITE_END()
