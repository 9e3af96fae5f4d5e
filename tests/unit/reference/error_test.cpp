#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(errors)

using toeplix::CapacityCause;
using toeplix::CapacityError;

BOOST_AUTO_TEST_CASE(a_capacity_error_says_why) {
  const CapacityError plain("too many");
  BOOST_TEST(plain.what() == std::string("too many"));
  BOOST_TEST((plain.cause() == CapacityCause::limit));
  BOOST_TEST(!plain.entries().has_value());
  BOOST_TEST(!plain.bytes().has_value());
  const CapacityError full("too many", CapacityCause::memory_budget, 10, 80);
  BOOST_TEST((full.cause() == CapacityCause::memory_budget));
  BOOST_TEST((full.entries() == 10));
  BOOST_TEST((full.bytes() == 80));
}

BOOST_AUTO_TEST_CASE(every_error_is_a_runtime_error_of_its_own) {
  static_assert(std::is_base_of_v<std::runtime_error, toeplix::Error>);
  static_assert(std::is_base_of_v<toeplix::Error, CapacityError>);
  static_assert(!std::is_base_of_v<toeplix::GeometryError, CapacityError>);
  static_assert(!std::is_base_of_v<toeplix::FormatError, toeplix::GeometryError>);
}

BOOST_AUTO_TEST_CASE(problem_is_the_message_without_its_advice) {
  const auto problem = [](const char* message) {
    const toeplix::CapacityError error(message);
    BOOST_TEST(error.what() == message);
    return std::string(error.problem());
  };
  BOOST_TEST(problem("a matrix is too large; use Operator") == "a matrix is too large");
  BOOST_TEST(problem("a matrix is too large") == "a matrix is too large");
  BOOST_TEST(problem("my; file.npz: too large; read it") == "my; file.npz: too large");
  BOOST_TEST(problem("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
