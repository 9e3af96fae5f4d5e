#include "petsc/products.hpp"
#include "support/failures.hpp"

#include <toeplix/interruptible.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

// What fails on one process fails on all, and nobody waits.

BOOST_AUTO_TEST_SUITE(shell_errors)

namespace {

using namespace toeplix::test;
namespace petsc = toeplix::petsc;
using toeplix::CapacityError;
using toeplix::GeometryError;

/// "process 1: " where others go through.
std::string of_last_process() {
  return processes() == 1 ? "" : "process " + std::to_string(processes() - 1) + ": ";
}

bool is_last() {
  return rank() + 1 == processes();
}

const toeplix::ConvolutionSpec small = {.input = {6, 4}, .kernel = {3, 3}, .padding = 1};

/// What PETSc returns, without printing it.
PetscErrorCode quietly(const std::function<PetscErrorCode()>& call) {
  PetscPushErrorHandler(PetscReturnErrorHandler, nullptr);
  const PetscErrorCode code = call();
  PetscPopErrorHandler();
  return code;
}

}  // namespace

BOOST_AUTO_TEST_CASE(errors_are_thrown_by_all) {
  std::vector<double> weights(is_last() ? 8u : 9u, 1.0);
  check_throws<GeometryError>(
      [&] { static_cast<void>(petsc::shell(PETSC_COMM_WORLD, small, weights)); },
      of_last_process() + "weights has length 8; expected 9");
  weights.assign(9, 1.0);
  petsc::Options options;
  options.resources.memory_budget = is_last() ? 1 : 0;
  auto reflected = small;
  reflected.boundary = toeplix::Boundary::reflect;
  BOOST_CHECK_EXCEPTION(
      static_cast<void>(petsc::shell(PETSC_COMM_WORLD, reflected, weights, options)), CapacityError,
      [](const CapacityError& error) {
        return std::string(error.what()).starts_with(of_last_process() + "the halo of a process");
      });
  options = {};
  options.layout = {.output_lines = is_last() ? 6 : 0, .input_lines = is_last() ? 5 : 0};
  check_throws<GeometryError>(
      [&] { static_cast<void>(petsc::shell(PETSC_COMM_WORLD, small, weights, options)); },
      "layout: input lines of all processes add up to 5; the convolution has 6");
}

BOOST_AUTO_TEST_CASE(processes_must_agree) {
  if (processes() == 1) return;
  std::vector<double> weights(9, is_last() ? 2.0 : 1.0);
  const auto last = std::to_string(processes() - 1);
  check_throws<GeometryError>(
      [&] { static_cast<void>(petsc::shell(PETSC_COMM_WORLD, small, weights)); },
      "process " + last +
          " has other weights than process 0; all processes of a communicator must pass the same");
  weights.assign(9, 1.0);
  auto spec = small;
  spec.input = {is_last() ? 7 : 6, 4};
  check_throws<GeometryError>(
      [&] { static_cast<void>(petsc::shell(PETSC_COMM_WORLD, spec, weights)); },
      "process " + last +
          " has another convolution than process 0; all processes of a communicator must pass the "
          "same");
}

BOOST_AUTO_TEST_CASE(a_product_that_one_process_gives_up) {
  const toeplix::Convolution conv(small);
  Random random("petsc stopped");
  const Case c(conv, random, {});
  const auto numbers = petsc::row_numbering(c.mat, conv);
  const TensorVec x(numbers, c.x);
  const TensorVec y(numbers, c.y);
  {
    const toeplix::Interruptible guard([] { return is_last(); });
    BOOST_TEST(
        everywhere(quietly([&] { return MatMult(c.mat, x.vec(), y.vec()); }) == PETSC_ERR_LIB));
    BOOST_TEST(everywhere(quietly([&] { return MatMultTranspose(c.mat, x.vec(), y.vec()); }) ==
                          PETSC_ERR_LIB));
  }
  MatMult(c.mat, x.vec(), y.vec());
  BOOST_TEST(y.equals(Numbers(c.serial * c.x)));
}

BOOST_AUTO_TEST_CASE(only_square_shells_have_a_diagonal) {
  auto spec = small;
  spec.padding = 0;
  const toeplix::Convolution conv(spec);
  Random random("petsc oblong");
  const Case c(conv, random, {});
  const TensorVec y(petsc::row_numbering(c.mat, conv));
  BOOST_TEST(
      everywhere(quietly([&] { return MatGetDiagonal(c.mat, y.vec()); }) == PETSC_ERR_ARG_SIZ));
}

BOOST_AUTO_TEST_SUITE_END()
