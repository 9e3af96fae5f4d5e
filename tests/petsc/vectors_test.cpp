#include "petsc/entries.hpp"
#include "support/failures.hpp"

#include <toeplix/petsc/matrix.hpp>

#include <boost/test/unit_test.hpp>

#include <numeric>

// Tensors to PETSc's vectors, and back.

BOOST_AUTO_TEST_SUITE(vectors)

namespace {

using namespace toeplix::test;
namespace petsc = toeplix::petsc;
using toeplix::Bands;
using toeplix::Convolution;
using toeplix::GeometryError;
using toeplix::Index;

/// Whether the numbers of this process are the natural numbers of their places.
bool holds_natural_numbers(Vec vec, const toeplix::BandNumbering& numbering) {
  const double* numbers = nullptr;
  VecGetArrayRead(vec, &numbers);
  bool right = true;
  for (Index i = 0; i < numbering.size(rank()); ++i) {
    const Index natural = numbering.natural(numbering.first(rank()) + i);
    right = right && numbers[i] == static_cast<double>(natural);
  }
  VecRestoreArrayRead(vec, &numbers);
  return right;
}

template <class Spec>
void check_round_trip(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const std::vector<double> weights(static_cast<std::size_t>(conv.weight_count()), 1);
  Mat mat = petsc::matrix(PETSC_COMM_WORLD, conv, weights, draw_options(random, conv));
  Vec x = nullptr;
  Vec y = nullptr;
  MatCreateVecs(mat, &x, &y);
  const auto of_x = petsc::column_numbering(mat, conv);
  const auto of_y = petsc::row_numbering(mat, conv);
  std::vector<double> tensor(static_cast<std::size_t>(rank() == 0 ? conv.cols() : 0));
  std::iota(tensor.begin(), tensor.end(), 0);
  petsc::scatter(tensor, of_x, x);
  failures.expect(spec, "scatter", holds_natural_numbers(x, of_x));
  failures.expect(spec, "gather", petsc::gather(x, of_x) == tensor);
  MatMult(mat, x, y);
  if (const std::vector<double> product = petsc::gather(y, of_y); rank() == 0) {
    const Rows serial = toeplix::compile(conv, weights);
    const Eigen::VectorXd expected =
        serial * Eigen::Map<const Eigen::VectorXd>(tensor.data(), std::ssize(tensor));
    failures.expect(spec, "product", std::ranges::equal(product, expected));
  }
  VecDestroy(&x);
  VecDestroy(&y);
  MatDestroy(&mat);
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_tensors_there_and_back) {
  Failures failures;
  for_random_specs("petsc vectors", 100, [&](const auto& spec, Random& random) {
    check_round_trip(failures, spec, random);
  });
}

BOOST_AUTO_TEST_CASE(vectors_that_do_not_fit) {
  const Convolution conv({.input = {6, 2}, .kernel = {2, 1}});
  const auto numbering = column_numbering(conv, Bands::even(6, processes()));
  Vec vec = nullptr;
  VecCreateMPI(PETSC_COMM_WORLD, rank() == 0 ? 5 : 0, PETSC_DETERMINE, &vec);
  const std::string where = processes() == 1 ? "" : "process 0: ";
  const Index here = numbering.size(0);
  const std::string expected =
      "the vector has 5 of 5 numbers here; expected " + std::to_string(here) + " of 12";
  // All processes but the first have a wrong number too, except for those without lines.
  const auto check = [&](const auto& action) {
    BOOST_CHECK_EXCEPTION(action(), GeometryError, [&](const GeometryError& error) {
      return std::string(error.what()) == expected || std::string(error.what()) == where + expected;
    });
  };
  check([&] { petsc::gather(vec, numbering); });
  check([&] { petsc::scatter(std::vector<double>(12), numbering, vec); });
  VecDestroy(&vec);
  VecCreateMPI(PETSC_COMM_WORLD, static_cast<PetscInt>(numbering.size(rank())), PETSC_DETERMINE,
               &vec);
  check_throws<GeometryError>(
      [&] { petsc::scatter(std::vector<double>(rank() == 0 ? 11 : 12), numbering, vec); },
      where + "the tensor has 11 numbers; expected 12");
  check_throws<GeometryError>([&] { petsc::gather(nullptr, numbering); }, "there is no vector");
  check_throws<GeometryError>(
      [&] { petsc::gather(vec, column_numbering(conv, Bands::even(6, processes() + 1))); },
      "the numbering is for " + std::to_string(processes() + 1) +
          " processes; the vector is shared among " + std::to_string(processes()));
  VecDestroy(&vec);
}

BOOST_AUTO_TEST_SUITE_END()
