#pragma once

#include <toeplix/error.hpp>
#include <toeplix/spec.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

namespace toeplix::test {

/// Counts what was checked, and reports failures with the text form of the spec that replays them.
/// Gives up a test case after a few: a broken library fails on thousands.
class Failures {
 public:
  /// `difference` says what is wrong with `what`, or is empty.
  template <class Spec>
  void expect_none(const Spec& spec, const std::string& what, const std::string& difference) {
    ++checked_;
    if (difference.empty()) return;
    BOOST_ERROR(to_string(spec) + "\n  " + what + ": " + difference);
    if (++failed_ == most) BOOST_FAIL("too many failures; the rest is not tried");
  }

  template <class Spec>
  void expect(const Spec& spec, const std::string& what, bool holds) {
    expect_none(spec, what, holds ? std::string() : "does not hold");
  }

  /// How many checks there were.
  Index checked() const { return checked_; }

 private:
  static constexpr int most = 10;

  Index checked_ = 0;
  int failed_ = 0;
};

/// Checks that `action` throws `Exception` with exactly this message.
template <class Exception, class Action>
void check_throws(Action action, const std::string& message) {
  BOOST_CHECK_EXCEPTION(action(), Exception, [&](const Exception& error) {
    BOOST_TEST(error.what() == message);
    return error.what() == message;
  });
}

/// Checks that `action` throws a CapacityError with this message and these figures.
template <class Action>
void check_capacity(Action action, const std::string& message, std::optional<Index> entries = {},
                    std::optional<Index> bytes = {}) {
  BOOST_CHECK_EXCEPTION(action(), CapacityError, [&](const CapacityError& error) {
    BOOST_TEST(error.what() == message);
    BOOST_TEST((error.entries() == entries));
    BOOST_TEST((error.bytes() == bytes));
    return true;
  });
}

}  // namespace toeplix::test
