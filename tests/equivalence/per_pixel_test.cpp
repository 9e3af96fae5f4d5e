#include "equivalence/all_paths.hpp"
#include "support/effort.hpp"
#include "support/layout.hpp"
#include "support/random_spec.hpp"

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <type_traits>

// Kernels that vary over the image: everything against the oracle, and against the matrices of one
// kernel. Row p of a convolution's matrix is row p of the matrix that has pixel p's kernel at every
// pixel; of a transposed convolution, column p.

BOOST_AUTO_TEST_SUITE(per_pixel)

namespace {

using namespace toeplix;
using test::Failures;
using test::Random;
using Numbers = std::vector<double>;

template <int Order>
using Matrix = Eigen::SparseMatrix<double, Order, std::int64_t>;

template <class Spec>
Extents kernel_extents(const Spec& spec) {
  if constexpr (std::same_as<Spec, ConvolutionSpec>) return reference::output_extents(spec);
  return spec.input;
}

/// Rows of a convolution and columns of a transposed one are the outer vectors of this order.
template <class Spec>
constexpr int order_of_pixels =
    std::same_as<Spec, ConvolutionSpec> ? Eigen::RowMajor : Eigen::ColMajor;

template <class Spec>
Index channels_of_pixels(const Spec& spec) {
  return std::same_as<Spec, ConvolutionSpec> ? spec.out_channels : spec.in_channels;
}

/// The outer vectors of `got` that belong to one pixel must be those of `expected`.
template <class Matrix>
std::string pixel_difference(const Matrix& got, const Matrix& expected, Index outer) {
  const auto begin = [outer](const Matrix& matrix) { return matrix.outerIndexPtr()[outer]; };
  const auto count = [outer](const Matrix& matrix) {
    return matrix.outerIndexPtr()[outer + 1] - matrix.outerIndexPtr()[outer];
  };
  const bool same =
      count(got) == count(expected) &&
      std::equal(got.innerIndexPtr() + begin(got), got.innerIndexPtr() + begin(got) + count(got),
                 expected.innerIndexPtr() + begin(expected)) &&
      std::equal(got.valuePtr() + begin(got), got.valuePtr() + begin(got) + count(got),
                 expected.valuePtr() + begin(expected));
  return same ? "" : "outer vector " + std::to_string(outer) + " is not that of its own kernel";
}

template <class Spec>
void check_kernel_by_kernel(const Spec& spec, Random& random, Failures& failures) {
  const auto convolution = test::make(spec);
  const Extents extents = kernel_extents(spec);
  const Index channels = channels_of_pixels(spec);
  const auto size = static_cast<std::ptrdiff_t>(convolution.weight_count());
  const Numbers weights =
      test::small_integers<double>(random, size * test::product(extents), -9, 9);
  const CompileOptions options = {.prune_zero_weights = random.once_in(2),
                                  .resources = {.threads = 1}};
  using Compiled = Matrix<order_of_pixels<Spec>>;
  const auto varying = compile_as<Compiled>(convolution, PerPixelWeights(weights), options);
  auto kernel = weights.begin();
  test::for_each_pixel(extents, [&](const Extents& at) {
    const Numbers own(kernel, kernel + size);
    kernel += size;
    const auto alone = compile_as<Compiled>(convolution, own, options);
    for (Index channel = 0; channel < channels; ++channel) {
      failures.expect_none(
          spec, "per-pixel weights",
          pixel_difference(varying, alone,
                           test::place_of(spec.order, channels, extents, channel, at)));
    }
  });
}

/// One kernel, once for each pixel.
Numbers repeated(const Numbers& kernel, Index pixels) {
  Numbers all;
  for (Index pixel = 0; pixel < pixels; ++pixel)
    all.insert(all.end(), kernel.begin(), kernel.end());
  return all;
}

template <class Spec>
void check_constant_kernels(const Spec& spec, Random& random, Failures& failures) {
  const auto convolution = test::make(spec);
  Numbers kernel;  // fractions, so that another order of a sum is another number
  for (Index i = 0; i < convolution.weight_count(); ++i) {
    kernel.push_back(static_cast<double>(random.between(-1000, 1000)) / 777);
  }
  const Numbers kernels = repeated(kernel, test::product(kernel_extents(spec)));
  const PerPixelWeights varying(kernels);
  const CompileOptions options = {.prune_zero_weights = random.once_in(2)};
  failures.expect(spec, "row-major bits of a constant kernel",
                  test::same_bits(compile(convolution, varying, options),
                                  compile(convolution, kernel, options)));
  failures.expect(spec, "column-major bits of a constant kernel",
                  test::same_bits(compile<int, Eigen::ColMajor>(convolution, varying, options),
                                  compile<int, Eigen::ColMajor>(convolution, kernel, options)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_paths_equal_the_oracle) {
  Failures failures;
  test::for_random_specs("per pixel", test::by_effort(150, 600, 8000),
                         [&](auto spec, Random& random) {
                           test::draw_weights_order(random, spec);
                           if (random.once_in(3)) {
                             test::check_all_paths_per_pixel<std::complex<float>>(spec, failures);
                           } else {
                             test::check_all_paths_per_pixel<double>(spec, failures);
                           }
                         });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(every_pixel_has_the_entries_of_its_own_kernel) {
  Failures failures;
  test::for_random_specs(
      "kernel by kernel", test::by_effort(60, 200, 2000),
      [&](const auto& spec, Random& random) { check_kernel_by_kernel(spec, random, failures); });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(a_kernel_that_does_not_vary_makes_the_ordinary_matrix) {
  Failures failures;
  test::for_random_specs(
      "constant kernels", test::by_effort(150, 600, 8000),
      [&](const auto& spec, Random& random) { check_constant_kernels(spec, random, failures); });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_SUITE_END()
