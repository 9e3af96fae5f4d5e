#include <toeplix/convolution.hpp>
#include <toeplix/inspect.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

// How counts and numbers read.

BOOST_AUTO_TEST_SUITE(inspect_text)

namespace {

using namespace toeplix;
using toeplix::inspect;  // not the suite of that name

void check_lines(const std::string& text, std::initializer_list<std::string_view> lines) {
  for (const std::string_view line : lines) {
    BOOST_TEST((text.find(line) != std::string::npos), line << " in\n" << text);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_row_is_no_rows) {
  check_lines(to_text(inspect(Convolution({.input = {4}, .kernel = {3}, .padding = {{1, 0}}}))),
              {"rows      of 2 to 3 entries\n",
               "       3             2 rows  66.67 %\n"
               "       2             1 row   33.33 %\n",
               "       2             2 columns  50.00 %\n"
               "       1             1 column   25.00 %\n"});
}

BOOST_AUTO_TEST_CASE(one_other_length_is_no_lengths) {
  // With `full`, columns have as many entries as the kernel has positions, rows 1, 2, 3, ...
  const auto rows_of = [](Index positions) {
    return to_text(
        inspect(Convolution({.input = {40}, .kernel = {positions}, .padding = Padding::full()})));
  };
  BOOST_TEST((rows_of(12).find("other length") == std::string::npos));
  check_lines(rows_of(13), {"  and 1 other length\n"});
  check_lines(rows_of(14), {"  and 2 other lengths\n"});
}

BOOST_AUTO_TEST_CASE(rotations_before_and_after_packing) {
  check_lines(to_text(inspect(Convolution({.input = {4}, .kernel = {3}, .padding = 1}))),
              {"diagonals 3 cyclic\nrotations 2\nstructure"});
  // Drawn in pixel_shuffle_test.cpp.
  check_lines(
      to_text(inspect(Convolution({.input = {4}, .kernel = {2}, .out_channels = 2, .stride = 2}))),
      {"diagonals 4 cyclic\nrotations 3; packed by pixel shuffle 2\nstructure"});
}

BOOST_AUTO_TEST_CASE(zero_has_no_sign) {
  const std::string text = to_text(inspect(Convolution({.input = {3, 3}, .kernel = {2, 2}}),
                                           std::vector<double>{-0.0, 2, -0.0, 4}));
  BOOST_TEST((text.find("-0") == std::string::npos), text);
  check_lines(text, {"  kernel of axis 1      0 "});
}

BOOST_AUTO_TEST_SUITE_END()
