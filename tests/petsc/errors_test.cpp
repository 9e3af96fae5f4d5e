#include "petsc/entries.hpp"
#include "support/failures.hpp"

#include <toeplix/petsc/matrix.hpp>

#include <boost/test/unit_test.hpp>

// What fails on one process fails on all of them, with the same message, and none waits.

BOOST_AUTO_TEST_SUITE(errors)

namespace {

using namespace toeplix::test;
namespace petsc = toeplix::petsc;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::Error;
using toeplix::GeometryError;
using toeplix::Index;

const std::vector<double> four = {1, 2, 3, 4};

Convolution small_image() {
  return Convolution({.input = {6, 5}, .kernel = {2, 2}});
}

/// Calls everything that makes a matrix.
template <class Kind, class Conv>
void check_all(const Conv& conv, const std::vector<double>& weights, const petsc::Options& options,
               const std::string& message) {
  check_throws<Kind>([&] { petsc::matrix(PETSC_COMM_WORLD, conv, weights, options); }, message);
  check_throws<Kind>([&] { petsc::normal_equations(PETSC_COMM_WORLD, conv, weights, options); },
                     message);
}

const std::string elsewhere =
    "petsc::update: the matrix was not made of this geometry (its entries lie elsewhere); use "
    "petsc::matrix";

/// What a message begins with that comes from one process of several.
std::string from(int process) {
  return processes() == 1 ? "" : "process " + std::to_string(process) + ": ";
}

}  // namespace

BOOST_AUTO_TEST_CASE(wrong_weights_on_all_and_on_one) {
  check_all<GeometryError>(small_image(), {1, 2, 3}, {}, "weights has length 3; expected 4");
  const int last = processes() - 1;
  const std::vector<double> some = rank() == last ? std::vector<double>{1, 2, 3} : four;
  check_all<GeometryError>(small_image(), some, {},
                           from(last) + "weights has length 3; expected 4");
}

BOOST_AUTO_TEST_CASE(a_spec_that_is_none_on_one_process) {
  const int last = processes() - 1;
  const toeplix::ConvolutionSpec spec = {.input = {6, rank() == last ? 1 : 5}, .kernel = {2, 2}};
  check_all<GeometryError>(spec, four, {},
                           from(last) + "axis 1: kernel span 2 exceeds padded input 1");
}

BOOST_AUTO_TEST_CASE(processes_that_disagree) {
  if (processes() == 1) return;
  const bool last = rank() == processes() - 1;
  const std::string name = "process " + std::to_string(processes() - 1);
  const std::string rule = " than process 0; all processes of a communicator must pass the same";
  // Each differs from the small image in one respect, and has as many weights.
  const toeplix::ConvolutionSpec same = small_image().spec();
  for (int respect = 0; respect < 8; ++respect) {
    toeplix::ConvolutionSpec other = same;
    if (respect == 0) other.input = {6, 6};
    if (respect == 1) other.stride = 2;
    if (respect == 2) other.dilation = std::vector<Index>{1, 2};
    if (respect == 3) other.padding = 1;
    if (respect == 4) other.boundary = toeplix::Boundary::reflect;
    if (respect == 5) other.operation = toeplix::Operation::convolution;
    if (respect == 6) other.order = toeplix::TensorOrder::column_major;
    if (respect == 7) other.input_dilation = 2;
    check_all<GeometryError>(last ? other : same, four, {},
                             name + " has another convolution" + rule);
  }
  check_all<GeometryError>(small_image(), last ? std::vector<double>{1, 2, 4, 3} : four, {},
                           name + " has other weights" + rule);
}

BOOST_AUTO_TEST_CASE(layouts_that_do_not_add_up) {
  const Index all = 6 * processes();
  check_all<GeometryError>(small_image(), four, {.layout = {.input_lines = 6 + (rank() == 0)}},
                           "layout: input lines of all processes add up to " +
                               std::to_string(all + 1) + "; the convolution has 6");
  check_all<GeometryError>(
      small_image(), four, {.layout = {.output_lines = rank() == 0 ? 6 : 0, .input_lines = 6}},
      "layout: output lines of all processes add up to 6; the convolution has 5");
  check_all<GeometryError>(
      small_image(), four, {.layout = {.output_lines = rank() == 0 ? -2 : 5}},
      "layout: output lines of process 0 are -2; they must not be negative, or "
      "PETSC_DECIDE on all processes");
  if (processes() == 1) return;
  check_all<GeometryError>(
      small_image(), four, {.layout = {.output_lines = rank() == 0 ? 5 : PETSC_DECIDE}},
      "layout: output lines of process 1 are -1; they must not be negative, or "
      "PETSC_DECIDE on all processes");
}

BOOST_AUTO_TEST_CASE(no_memory_on_one_process) {
  const int last = processes() - 1;
  const Convolution image({.input = {16, 19}, .kernel = {2, 2}});
  try {
    petsc::matrix(PETSC_COMM_WORLD, image, four,
                  {.resources = {.threads = 1, .memory_budget = rank() == last ? 1000 : 0}});
    BOOST_ERROR("nothing was thrown");
  } catch (const CapacityError& error) {
    const std::string message = error.what();
    BOOST_TEST((error.cause() == toeplix::CapacityCause::memory_budget));
    BOOST_TEST(message.starts_with(from(last) + "the rows of one process, with "));
    BOOST_TEST(message.ends_with(
        "exceed the memory budget of 1000 bytes; use more processes, petsc::shell, or raise "
        "Resources::memory_budget"));
    BOOST_TEST(error.bytes().value_or(0) > 1000);
  }
}

BOOST_AUTO_TEST_CASE(more_than_indices_of_32_bits_number) {
  if (sizeof(PetscInt) > 4) return;
  // Nothing of this size is allocated.
  check_all<CapacityError>(
      Convolution(
          {.input = {65536, 65536}, .kernel = {2, 2}, .padding = toeplix::Padding::same_upper()}),
      four, {},
      "the matrix has 4294967296 rows; this PETSc numbers up to 2147483647; "
      "use a PETSc with 64-bit "
      "indices (libpetsc64-real-dev)");
}

BOOST_AUTO_TEST_CASE(more_entries_than_indices_of_32_bits_number) {
  if (sizeof(PetscInt) > 4) return;
  const std::vector<double> kernel(static_cast<std::size_t>(301 * 301), 1);
  const Convolution image({.input = {2000, 2000}, .kernel = {301, 301}, .padding = 150});
  try {
    petsc::matrix(PETSC_COMM_WORLD, image, kernel);
    BOOST_ERROR("nothing was thrown");
  } catch (const CapacityError& error) {
    BOOST_TEST((error.cause() == toeplix::CapacityCause::index_type));
    BOOST_TEST(std::string(error.what()).find("the diagonal part has ") != std::string::npos);
    BOOST_TEST(error.entries().value_or(0) > Index{1} << 31);
  }
}

BOOST_AUTO_TEST_CASE(a_kernel_for_every_pixel) {
  check_throws<GeometryError>(
      [&] {
        petsc::matrix(PETSC_COMM_WORLD, toeplix::detail::per_pixel(toeplix::Pattern(small_image())),
                      four);
      },
      "the pattern has a kernel for every pixel; toeplix::petsc takes one kernel for all pixels");
}

BOOST_AUTO_TEST_CASE(no_communicator) {
  check_throws<Error>([&] { petsc::matrix(MPI_COMM_NULL, small_image(), four); },
                      "the communicator is MPI_COMM_NULL");
}

BOOST_AUTO_TEST_CASE(a_communicator_that_is_freed_meanwhile) {
  MPI_Comm others = MPI_COMM_NULL;
  MPI_Comm_split(PETSC_COMM_WORLD, 0, -rank(), &others);
  Mat mat = petsc::matrix(others, small_image(), four);
  MPI_Comm_free(&others);
  const auto rows = petsc::row_numbering(mat, small_image());
  BOOST_TEST(rows.bands().lines() == 5);
  petsc::update(mat, small_image(), four);
  Vec vec = nullptr;
  MatCreateVecs(mat, nullptr, &vec);
  VecSet(vec, 1);
  const std::vector<double> ones = petsc::gather(vec, rows);
  // The last process is the first of the others.
  BOOST_TEST(ones.size() == (rank() == processes() - 1 ? 20u : 0u));
  VecDestroy(&vec);
  MatDestroy(&mat);
}

BOOST_AUTO_TEST_CASE(updates_of_other_matrices) {
  const Convolution circular({.input = {6, 5},
                              .kernel = {2, 2},
                              .padding = toeplix::Padding::sides({{0, 1}}),
                              .boundary = toeplix::Boundary::circular});
  toeplix::ConvolutionSpec other = circular.spec();
  other.boundary = toeplix::Boundary::zero;
  Mat mat = petsc::matrix(PETSC_COMM_WORLD, circular, four);
  BOOST_CHECK_EXCEPTION(petsc::update(mat, other, four), GeometryError, [&](const auto& error) {
    return std::string(error.what()).ends_with(elsewhere);
  });
  check_throws<GeometryError>([&] { petsc::update(mat, circular, std::vector<double>{1}); },
                              "weights has length 1; expected 4");
  check_throws<GeometryError>([&] { petsc::update(mat, small_image(), four); }, elsewhere);
  // It is as it was.
  const auto rows = petsc::row_numbering(mat, circular);
  BOOST_TEST(wrong_rows(mat, toeplix::compile(circular, four), rows, rows) == "");
  MatDestroy(&mat);
  check_throws<GeometryError>([&] { petsc::update(nullptr, circular, four); },
                              "petsc::update: there is no matrix");
  check_throws<GeometryError>([&] { petsc::row_numbering(nullptr, circular); },
                              "there is no matrix");
  MatCreate(PETSC_COMM_WORLD, &mat);
  check_throws<GeometryError>([&] { petsc::update(mat, circular, four); },
                              "petsc::update: the matrix is not assembled");
  check_throws<GeometryError>([&] { petsc::column_numbering(mat, circular); },
                              "the matrix has no sizes yet; call MatSetUp first");
  MatDestroy(&mat);
  Mat dense = nullptr;
  const auto local = static_cast<PetscInt>(
      row_numbering(circular, toeplix::Bands::even(6, processes())).size(rank()));
  MatCreateDense(PETSC_COMM_WORLD, local, local, 30, 30, nullptr, &dense);
  BOOST_CHECK_EXCEPTION(petsc::update(dense, circular, four), GeometryError, [](const auto& error) {
    return std::string(error.what())
        .starts_with("petsc::update takes a matrix of the type seqaij or mpiaij; this one is ");
  });
  MatDestroy(&dense);
}

BOOST_AUTO_TEST_CASE(updates_of_a_matrix_that_differs_in_other_processes_columns_alone) {
  // With a pixel on each process, a pixel's neighbour after it and that before it differ from three
  // on.
  if (processes() < 3) return;
  const auto neighbours = [](Index before, Index after) {
    return Convolution({.input = {processes()},
                        .kernel = {2},
                        .padding = toeplix::Padding::sides({{before, after}}),
                        .boundary = toeplix::Boundary::circular});
  };
  Mat mat = petsc::matrix(PETSC_COMM_WORLD, neighbours(0, 1), std::vector<double>{1, 2});
  BOOST_CHECK_EXCEPTION(
      petsc::update(mat, neighbours(1, 0), std::vector<double>{2, 1}), GeometryError,
      [](const auto& error) { return std::string(error.what()).ends_with(elsewhere); });
  MatDestroy(&mat);
}

BOOST_AUTO_TEST_SUITE_END()
