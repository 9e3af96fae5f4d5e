#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include <boost/test/unit_test.hpp>

#include <petscsys.h>

// Every process runs every test, so that calls that all must make together are made by all.

int main(int argc, char** argv) {
  // PETSc takes no arguments: they are Boost.Test's.
  if (PetscInitializeNoArguments() != 0) return 1;
  const int failed = boost::unit_test::unit_test_main([] { return true; }, argc, argv);
  // The others may wait for this one in a call that it did not come to.
  if (failed != 0) MPI_Abort(MPI_COMM_WORLD, failed);
  return PetscFinalize();
}
