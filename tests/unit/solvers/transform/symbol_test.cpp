#include "support/diagonal_spec.hpp"
#include "support/failures.hpp"
#include "support/optional_libraries.hpp"
#include "support/random.hpp"
#include "support/solving.hpp"

#include "solvers/base/planes.hpp"
#include "solvers/transform/diagonal_bases.hpp"
#include "solvers/transform/symbol.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <complex>

// What transforms diagonalize, against the compiled matrix: A = F^-1 diag(symbol) F.

BOOST_AUTO_TEST_SUITE(symbol, *toeplix::test::needs_transforms())

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::detail::Basis;
using toeplix::detail::diagonal_bases;
using toeplix::detail::DiagonalBases;
using toeplix::detail::GridTransform;
using toeplix::detail::KernelTaps;

/// The image times the symbol in the transform's basis.
Eigen::VectorXd filtered(const GridTransform& transform, const std::vector<double>& symbol,
                         Eigen::VectorXd image) {
  std::vector<double> spectrum(static_cast<std::size_t>(transform.spectrum_size()));
  const std::span<double> pixels(image.data(), static_cast<std::size_t>(image.size()));
  transform.forward(pixels, spectrum);
  for (std::size_t i = 0; i < spectrum.size(); ++i) {
    if (!transform.is_complex()) {
      spectrum[i] *= symbol[i];
    } else if (i % 2 == 0) {
      const std::complex<double> product = std::complex<double>(spectrum[i], spectrum[i + 1]) *
                                           std::complex<double>(symbol[i], symbol[i + 1]);
      spectrum[i] = product.real();
      spectrum[i + 1] = product.imag();
    }
  }
  transform.inverse(spectrum, pixels);
  return image / transform.scale();
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_the_matrix_in_another_basis) {
  Failures failures;
  Random random(1);
  for (int repeat = 0; repeat < 400; ++repeat) {
    const ConvolutionSpec spec =
        draw_diagonal_spec(random, {Boundary::circular, Boundary::symmetric, Boundary::reflect});
    const Convolution conv(spec);
    const Numbers kernel = draw_mirrored_kernel(random, spec);
    const DiagonalBases found = diagonal_bases(Pattern(conv), kernel);
    failures.expect_none(spec, "bases", found.reason);
    if (!found.exist()) continue;
    const KernelTaps taps = toeplix::detail::taps_of(Pattern(conv), kernel, {});
    const Extents extents = toeplix::detail::column_extents(Pattern(conv));
    const int threads = repeat % 2 == 0 ? 1 : 3;
    const GridTransform transform(extents, found.bases, threads);
    const std::vector<double> symbol =
        toeplix::detail::symbol_of(taps, extents, found.bases, threads);
    failures.expect(spec, "length", static_cast<Index>(symbol.size()) == transform.spectrum_size());
    const Eigen::MatrixXd a = dense(conv, kernel);
    for (Index column = 0; column < a.cols(); ++column) {
      const Eigen::VectorXd unit = Eigen::VectorXd::Unit(a.cols(), column);
      failures.expect_none(spec, "column",
                           close(filtered(transform, symbol, unit), a.col(column), 1e-13));
    }
  }
}

// A^T A of a circular matrix is that of the kernel's autocorrelation.
BOOST_AUTO_TEST_CASE(autocorrelation_is_that_of_the_normal_equations) {
  Failures failures;
  Random random(2);
  for (int repeat = 0; repeat < 100; ++repeat) {
    const Index height = random.between(1, 9);
    const Index width = random.between(1, 9);
    // More than a hundred taps go by transforms, fewer by pairs.
    const Index size = repeat % 2 == 0 ? random.between(1, 5) : random.between(11, 13);
    const ConvolutionSpec spec{.input = {height, width},
                               .kernel = {size, size},
                               .padding = toeplix::Padding::same_upper(),
                               .boundary = Boundary::circular};
    const Convolution conv(spec);
    const Numbers kernel = small_integers<double>(random, conv.weight_count());
    const std::vector<Basis> bases(2, Basis::fourier);
    const KernelTaps squared =
        toeplix::detail::autocorrelation(toeplix::detail::taps_of(Pattern(conv), kernel, {}));
    const GridTransform transform(spec.input, bases, 1);
    const std::vector<double> symbol = toeplix::detail::symbol_of(squared, spec.input, bases, 1);
    const Eigen::MatrixXd a = dense(conv, kernel);
    const Eigen::MatrixXd normal = a.transpose() * a;
    const Eigen::VectorXd unit = Eigen::VectorXd::Unit(a.cols(), 0);
    failures.expect_none(spec, "column",
                         close(filtered(transform, symbol, unit), normal.col(0), 1e-12));
  }
}

BOOST_AUTO_TEST_CASE(says_why_there_is_none) {
  const Numbers kernel{1, 2, 3};
  const auto reason = [&](ConvolutionSpec spec) {
    return diagonal_bases(Pattern(Convolution(std::move(spec))), kernel).reason;
  };
  BOOST_TEST(reason({.input = {8}, .kernel = {3}, .padding = 1}) ==
             "axis 0 of memory has a boundary that no transform diagonalizes");
  BOOST_TEST(reason({.input = {8}, .kernel = {3}, .padding = 1, .boundary = Boundary::symmetric}) ==
             "axis 0 of memory has a kernel that is not its own mirror image");
  BOOST_TEST(reason({.input = {8}, .kernel = {3}, .boundary = Boundary::circular}) ==
             "axis 0 of memory changes its extent");
  BOOST_TEST(reason({.input = {8},
                     .kernel = {3},
                     .stride = 2,
                     .padding = 1,
                     .boundary = Boundary::circular}) == "axis 0 of memory has a stride");
}

BOOST_AUTO_TEST_SUITE_END()
