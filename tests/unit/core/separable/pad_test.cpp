#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/separable.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>

BOOST_AUTO_TEST_SUITE(pad)

namespace {

using toeplix::AxisPadding;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Pad;
using toeplix::Padding;
using toeplix::Separable;
using toeplix::test::check_throws;
using toeplix::test::draw;
using toeplix::test::Random;
using Numbers = std::vector<double>;

/// What becomes of the image 1 2 3 ..., with the constant where nothing else is.
Numbers padded(const Pad& pad) {
  const auto matrix = toeplix::compile(pad);
  Numbers result = toeplix::pad_offset(pad);
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(matrix.cols(), 1, double(matrix.cols()));
  const Eigen::VectorXd y = matrix * x;
  for (std::size_t i = 0; i < result.size(); ++i) result[i] += y[static_cast<Eigen::Index>(i)];
  return result;
}

/// One line, extended by a pixel at a time as the pictures of `Boundary` have it.
std::vector<Index> extended(Index input, AxisPadding sides, Boundary boundary) {
  // Places of the pixels abcd, wide enough on both sides, cropped at the end.
  const Index far = input * 4 + sides.lower + sides.upper;
  std::vector<Index> forth;
  std::vector<Index> back;
  for (Index i = 0; i < input; ++i) forth.push_back(i);
  back.assign(forth.rbegin(), forth.rend());
  if (boundary == Boundary::reflect && input > 1) back.erase(back.begin());
  if (boundary == Boundary::reflect && input > 1) back.pop_back();
  if (boundary == Boundary::reflect && input == 1) back = forth;
  if (boundary == Boundary::circular) back = forth;
  std::vector<Index> upper;  // what follows the image
  std::vector<Index> lower;  // what precedes it, the nearest first
  while (static_cast<Index>(upper.size()) < far) {
    if (boundary == Boundary::zero || boundary == Boundary::replicate) {
      const bool zero = boundary == Boundary::zero;
      upper.push_back(zero ? -1 : input - 1);
      lower.push_back(zero ? -1 : 0);
      continue;
    }
    upper.insert(upper.end(), back.begin(), back.end());
    upper.insert(upper.end(), forth.begin(), forth.end());
    lower.insert(lower.end(), back.rbegin(), back.rend());
    lower.insert(lower.end(), forth.rbegin(), forth.rend());
  }
  std::vector<Index> line(lower.rbegin(), lower.rend());
  const auto origin = static_cast<Index>(line.size());
  line.insert(line.end(), forth.begin(), forth.end());
  line.insert(line.end(), upper.begin(), upper.end());
  return {line.begin() + (origin - sides.lower), line.begin() + (origin + input + sides.upper)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(boundaries_fill_the_frame) {
  Pad pad{.input = {4}, .padding = 3};
  BOOST_TEST(padded(pad) == (Numbers{0, 0, 0, 1, 2, 3, 4, 0, 0, 0}),
             boost::test_tools::per_element());
  pad.boundary = Boundary::circular;
  BOOST_TEST(padded(pad) == (Numbers{2, 3, 4, 1, 2, 3, 4, 1, 2, 3}),
             boost::test_tools::per_element());
  pad.boundary = Boundary::reflect;
  BOOST_TEST(padded(pad) == (Numbers{4, 3, 2, 1, 2, 3, 4, 3, 2, 1}),
             boost::test_tools::per_element());
  pad.boundary = Boundary::symmetric;
  BOOST_TEST(padded(pad) == (Numbers{3, 2, 1, 1, 2, 3, 4, 4, 3, 2}),
             boost::test_tools::per_element());
  pad.boundary = Boundary::replicate;
  BOOST_TEST(padded(pad) == (Numbers{1, 1, 1, 1, 2, 3, 4, 4, 4, 4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_matrix_copies_pixels) {
  Pad pad{.input = {3}, .padding = {{1, 2}}};
  BOOST_TEST(draw(toeplix::compile(pad)) == ". . . / 1 . . / . 1 . / . . 1 / . . . / . . .");
  pad.boundary = Boundary::reflect;
  BOOST_TEST(draw(toeplix::compile(pad)) == ". 1 . / 1 . . / . 1 . / . . 1 / . 1 . / 1 . .");
  // Each axis in its own way: rows wrap around, columns repeat the edge.
  const Pad both{.input = {2, 2},
                 .padding = {{1, 0}, {0, 1}},
                 .boundary = {Boundary::circular, Boundary::replicate}};
  BOOST_TEST(padded(both) == (Numbers{3, 4, 4, 1, 2, 2, 3, 4, 4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(negative_padding_crops) {
  BOOST_TEST(draw(toeplix::compile(Pad{.input = {4}, .padding = {{-1, -2}}})) == ". 1 . .");
  // What is cropped is not there to be repeated.
  Pad pad{.input = {5}, .padding = {{-1, 2}}, .boundary = Boundary::circular};
  BOOST_TEST(padded(pad) == (Numbers{2, 3, 4, 5, 2, 3}), boost::test_tools::per_element());
  pad.padding = {{2, -1}};
  BOOST_TEST(padded(pad) == (Numbers{3, 4, 1, 2, 3, 4}), boost::test_tools::per_element());
  pad.padding = {{-3, 6}};
  pad.boundary = Boundary::symmetric;
  BOOST_TEST(padded(pad) == (Numbers{4, 5, 5, 4, 4, 5, 5, 4}), boost::test_tools::per_element());
  pad.padding = {{-5, 6}};
  BOOST_CHECK_THROW(toeplix::compile(pad), toeplix::GeometryError);
}

BOOST_AUTO_TEST_CASE(a_constant_is_the_offset) {
  const Pad pad{.input = {1, 2}, .padding = {{1, 0}, {0, 1}}, .constant = 7};
  BOOST_TEST(toeplix::pad_offset(pad) == (Numbers{7, 7, 7, 0, 0, 7}),
             boost::test_tools::per_element());
  BOOST_TEST(padded(pad) == (Numbers{7, 7, 7, 1, 2, 7}), boost::test_tools::per_element());
  // Only if the boundary is zero.
  const Pad mixed{.input = {1, 2},
                  .padding = {{1, 0}, {0, 1}},
                  .boundary = {Boundary::replicate, Boundary::zero},
                  .constant = 7};
  BOOST_TEST(padded(mixed) == (Numbers{1, 2, 7, 1, 2, 7}), boost::test_tools::per_element());
  BOOST_TEST(toeplix::pad_offset({.input = {2}, .padding = 1}) == (Numbers{0, 0, 0, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(batch_and_channels_are_axes_like_others) {
  const Pad pad{.input = {2, 1, 2}, .padding = {{0, 1}, {0, 0}, {1, 0}}};
  BOOST_TEST(padded(pad) == (Numbers{0, 1, 2, 0, 3, 4, 0, 0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(is_what_the_pictures_say) {
  Random random(toeplix::test::sweep_seed());
  for (int i = 0; i < 2000; ++i) {
    const Index input = random.between(1, 6);
    const AxisPadding sides = {random.between(-2, 15), random.between(-2, 15)};
    const Boundary boundary = toeplix::test::draw_boundary(random);
    const Pad pad{.input = {input}, .padding = {sides}, .boundary = boundary};
    if (input + sides.lower + sides.upper < 1) {
      BOOST_CHECK_THROW(Separable{pad}, GeometryError);
      continue;
    }
    const Index cropped = std::max<Index>(0, -sides.lower);
    const Index left = input - cropped - std::max<Index>(0, -sides.upper);
    if (boundary != Boundary::zero && left < 1) {
      BOOST_CHECK_THROW(Separable{pad}, GeometryError);
      continue;
    }
    std::vector<Index> line(static_cast<std::size_t>(input + sides.lower + sides.upper), -1);
    if (left > 0) {
      // What is left of the image is an image.
      line = extended(left, {std::max<Index>(0, sides.lower), std::max<Index>(0, sides.upper)},
                      boundary);
      for (Index& pixel : line) pixel += pixel < 0 ? 0 : cropped;
    }
    auto expected = toeplix::test::zero_matrix<double>(static_cast<Index>(line.size()), input);
    for (std::size_t row = 0; row < line.size(); ++row) {
      if (line[row] >= 0) expected.at(static_cast<Index>(row), line[row]) = 1;
    }
    const std::string difference =
        toeplix::test::difference(toeplix::compile<int, Eigen::ColMajor>(pad), expected);
    BOOST_TEST(difference.empty(), "input " << input << " padding " << sides.lower << ':'
                                            << sides.upper << ' ' << to_string(boundary) << ": "
                                            << difference);
  }
}

BOOST_AUTO_TEST_CASE(refuses) {
  check_throws<GeometryError>([] { Separable(Pad{.input = {}}); },
                              "input has no axes; expected at least one extent");
  check_throws<GeometryError>(
      [] {
        Separable(Pad{.input = {2, 0}});
      },
      "axis 1: input extent 0 must be at least 1");
  check_throws<GeometryError>(
      [] {
        Separable(Pad{.input = {3}, .padding = {{-1, -2}}});
      },
      "axis 0: padding -1:-2 leaves output extent 0; it must be at least 1");
  check_throws<GeometryError>(
      [] {
        Separable(Pad{.input = {3}, .padding = {1, 2}});
      },
      "padding has 2 values; expected one, or one per axis (1)");
  check_throws<GeometryError>([] { Separable(Pad{.input = {3}, .padding = Padding::full()}); },
                              "padding full needs a kernel; Pad expects numbers");
  check_throws<GeometryError>(
      [] {
        Separable(Pad{.input = {3}, .boundary = {Boundary::zero, Boundary::zero}});
      },
      "boundary has 2 values; expected one, or one per axis (1)");
  check_throws<GeometryError>(
      [] { Separable(Pad{.input = {3}, .padding = std::numeric_limits<Index>::max()}); },
      "axis 0: padding 9223372036854775807 must be between -2^40 and 2^40");
  check_throws<GeometryError>(
      [] { pad_offset(Pad{.input = {3}, .constant = std::numeric_limits<double>::infinity()}); },
      "constant inf must be finite");
  check_throws<CapacityError>(
      [] { Separable(Pad{.input = {3}, .padding = Index{1} << 30}); },
      "2147483651 rows along one axis exceed the limit of 2^26 of a separable operator");
  const Index wide = Index{1} << 20;
  check_throws<CapacityError>(
      [=] {
        pad_offset(Pad{.input = {wide, wide}}, {.memory_budget = 51'000'000});
      },
      "the offset of 1099511627776 rows (8796093022208 bytes) exceeds the memory budget of "
      "51000000 bytes; use pad_offset_rows for a part of it, or raise Resources::memory_budget");
}

BOOST_AUTO_TEST_CASE(any_range_of_rows_has_its_part_of_the_offset) {
  const Pad pad{.input = {1, 2}, .padding = {{1, 1}, {0, 1}}, .constant = 7};
  const Numbers whole = toeplix::pad_offset(pad);
  for (Index first = 0; first <= 9; ++first) {
    for (Index last = first; last <= 9; ++last) {
      const Numbers part(whole.begin() + first, whole.begin() + last);
      BOOST_TEST(toeplix::pad_offset_rows(pad, first, last) == part, first << ":" << last);
    }
  }
  const Pad large{.input = {1 << 20, 1 << 20}, .padding = 1, .constant = 3};
  BOOST_TEST(
      (toeplix::pad_offset_rows(large, 0, 4, {.memory_budget = 51'000'000}) == Numbers(4, 3)));
  check_throws<GeometryError>([&] { toeplix::pad_offset_rows(pad, 3, 10); },
                              "rows [3, 10) are not within the matrix; it has 9 rows");
}

BOOST_AUTO_TEST_SUITE_END()
