#pragma once

#include "solvers/spectrum/gram_map.hpp"
#include "solvers/transform/grid_transform.hpp"

#include <boost/test/unit_test.hpp>

/// \file
/// What needs a library that the solvers can be built without is skipped there, by its name.
///
///     BOOST_AUTO_TEST_CASE(by_waves, *needs_transforms()) { ... }

namespace toeplix::test {

/// Skips a case or suite with this reason, unless it is possible.
inline boost::unit_test::precondition needs(bool is_possible, const char* reason) {
  return boost::unit_test::precondition([is_possible, reason](boost::unit_test::test_unit_id) {
    boost::test_tools::assertion_result result(is_possible);
    result.message() << reason;
    return result;
  });
}

inline boost::unit_test::precondition needs_transforms() {
  return needs(detail::has_transforms(), "the library was built without FFTW");
}

inline boost::unit_test::precondition needs_top_vectors() {
  return needs(detail::has_top_vectors(), "the library was built without Spectra");
}

}  // namespace toeplix::test
