#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include <boost/test/unit_test.hpp>

#include <toeplix/petsc/matrix.hpp>

#include <iostream>
#include <string>
#include <vector>

// Every process runs every test, so that calls that all must make together are made by all.

namespace {

/// Whether a call says that PETSc cannot be called.
bool is_refused(const std::string& message) {
  try {
    const toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
    static_cast<void>(
        toeplix::petsc::matrix(MPI_COMM_WORLD, conv, std::vector<double>{1, 2, 3, 4}));
  } catch (const toeplix::Error& error) {
    if (error.what() == message) return true;
    std::cerr << "expected: " << message << "\ngot: " << error.what() << '\n';
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (!is_refused("PETSc is not initialized; call PetscInitialize first")) return 1;
  // PETSc takes no arguments: they are Boost.Test's.
  if (PetscInitializeNoArguments() != 0) return 1;
  const int failed = boost::unit_test::unit_test_main([] { return true; }, argc, argv);
  // The others may wait for this one in a call that it did not come to.
  if (failed != 0) MPI_Abort(MPI_COMM_WORLD, failed);
  if (PetscFinalize() != 0) return 1;
  return is_refused("PETSc is finalized already; call PetscFinalize last") ? 0 : 1;
}
