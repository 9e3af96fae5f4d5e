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

BOOST_AUTO_TEST_CASE(a_message_is_a_problem_and_its_advice) {
  const auto check = [](const std::string& problem, const std::string& advice,
                        const std::string& message) {
    const CapacityError error(problem, CapacityCause::limit, {}, {}, advice);
    BOOST_TEST(error.what() == message);
    BOOST_TEST(std::string(error.problem()) == problem);
    BOOST_TEST(std::string(error.advice()) == advice);
  };
  check("a matrix is too large", "use Operator", "a matrix is too large; use Operator");
  check("my; file.npz: too large", "", "my; file.npz: too large");
  check("my; file.npz: too large", "read it; later", "my; file.npz: too large; read it; later");
  check("", "", "");
}

BOOST_AUTO_TEST_SUITE_END()
