#include <toeplix/files/matlab_array.hpp>

#include "unit/files/matlab/mat_builder.hpp"

#include "support/format_bytes.hpp"

#include <limits>
#include <utility>

BOOST_AUTO_TEST_SUITE(matlab_array)

using namespace format_test;
using boost::test_tools::per_element;
using mat_test::Builder;
using mat_test::deflated;
using toeplix::CapacityError;
using toeplix::Extents;
using toeplix::MatlabReadOptions;
using toeplix::NumberType;

namespace {

/// A dense variable: [[1, 3, 5], [2, 4, 6]] in doubles, each part of which can be another.
struct Dense {
  explicit Dense(const Builder& b = Builder(), const std::string& text = "h")
      : builder(b),
        flags(b.element<std::uint32_t>(6, {6, 0})),
        dimensions(b.element<std::int32_t>(5, {2, 3})),
        name(b.small(1, to_bytes(text))),
        values(b.element<double>(9, {1, 2, 3, 4, 5, 6})) {}

  void set_class(std::uint32_t kind) { flags = builder.element<std::uint32_t>(6, {kind, 0}); }
  void set_shape(const std::vector<std::int32_t>& shape) {
    dimensions = builder.element<std::int32_t>(5, shape);
  }
  Bytes variable() const {
    Bytes content;
    for (const Bytes& part : {flags, dimensions, name, values, imaginary}) {
      Builder::join(content, part);
    }
    return builder.wrap(14, content);
  }
  Bytes file() const { return builder.file({variable()}); }

  Builder builder;
  Bytes flags;
  Bytes dimensions;
  Bytes name;
  Bytes values;
  Bytes imaginary = {};
};

template <class T = double>
toeplix::NpyArray<T> parse(const Bytes& bytes, const MatlabReadOptions& options = {}) {
  return toeplix::parse_matlab_array<T>(bytes, "m.mat", options);
}

template <class T = double>
std::string failure(const Bytes& bytes, const MatlabReadOptions& options = {}) {
  return message_of([&] { parse<T>(bytes, options); });
}

template <class T = double>
void check(const Bytes& bytes, const Extents& shape, const std::vector<T>& values) {
  const auto array = parse<T>(bytes);
  BOOST_TEST(array.shape == shape, per_element());
  BOOST_TEST(array.values == values, per_element());
}

Bytes sparse_variable(const std::string& name) {
  return mat_test::Parts(Builder(), name).variable();
}

}  // namespace

BOOST_AUTO_TEST_CASE(turns_columns_into_c_order) {
  for (const auto order : {std::endian::little, std::endian::big}) {
    const Builder builder(order);
    const Dense dense(builder);
    check(dense.file(), {2, 3}, {1, 3, 5, 2, 4, 6});
    check(builder.file({deflated(builder, dense.variable())}), {2, 3}, {1, 3, 5, 2, 4, 6});
    check<float>(dense.file(), {2, 3}, {1, 3, 5, 2, 4, 6});
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_axes) {
  Dense dense;
  dense.set_shape({1, 6});
  check(dense.file(), {1, 6}, {1, 2, 3, 4, 5, 6});
  dense.set_shape({6, 1});
  check(dense.file(), {6, 1}, {1, 2, 3, 4, 5, 6});
  dense.set_shape({1, 1, 2, 3});
  check(dense.file(), {1, 1, 2, 3}, {1, 3, 5, 2, 4, 6});
  dense.set_shape({3, 1, 2});
  check(dense.file(), {3, 1, 2}, {1, 4, 2, 5, 3, 6});
  dense.set_shape({2, 2, 2});
  dense.values = dense.builder.element<double>(9, {1, 2, 3, 4, 5, 6, 7, 8});
  check(dense.file(), {2, 2, 2}, {1, 5, 3, 7, 2, 6, 4, 8});
  dense.set_shape({0, 3});
  dense.values = dense.builder.element<double>(9, {});
  check(dense.file(), {0, 3}, {});
}

BOOST_AUTO_TEST_CASE(numbers_are_stored_in_few_bytes_whatever_their_class) {
  const Builder builder(std::endian::big);
  for (std::uint32_t kind = 6; kind <= 15; ++kind) {
    Dense dense(builder);
    dense.set_class(kind);
    dense.set_shape({1, 3});
    dense.values = builder.small(2, {std::byte{2}, std::byte{3}, std::byte{120}});
    check(dense.file(), {1, 3}, {2, 3, 120});
    dense.values = builder.element<std::int64_t>(12, {2, 0, 127});
    check(dense.file(), {1, 3}, {2, 0, 127});
    dense.values = builder.element<double>(9, {2, 0, 127});
    check(dense.file(), {1, 3}, {2, 0, 127});
  }
  Dense wide;
  wide.set_class(14);
  wide.set_shape({1, 2});
  wide.values = wide.builder.element<std::int64_t>(12, {-1, (std::int64_t{1} << 53) + 1});
  check<std::int64_t>(wide.file(), {1, 2}, {-1, (std::int64_t{1} << 53) + 1});
  BOOST_TEST(
      failure(wide.file()) ==
      "m.mat: variable 'h' at byte 128: byte 56: expected a value that float64 can hold, got "
      "9007199254740993");
}

BOOST_AUTO_TEST_CASE(logical_values_are_0_and_1) {
  Dense dense;
  dense.set_class(0x209);
  dense.set_shape({1, 3});
  dense.values = dense.builder.small(2, {std::byte{1}, std::byte{0}, std::byte{7}});
  check(dense.file(), {1, 3}, {1, 0, 1});
  check<std::uint8_t>(dense.file(), {1, 3}, {1, 0, 1});
  dense.values = dense.builder.element<double>(9, {0.5, 0, -6});
  check(dense.file(), {1, 3}, {1, 0, 1});
  check<float>(dense.file(), {1, 3}, {1, 0, 1});
}

BOOST_AUTO_TEST_CASE(numbers_that_their_class_does_not_have) {
  const auto stored = [](std::uint32_t kind, int type, auto value) {
    Dense dense;
    dense.set_class(kind);
    dense.set_shape({1, 1});
    dense.values = dense.builder.element<decltype(value)>(type, {value});
    return failure(dense.file());
  };
  const auto lacks = [](const std::string& kind, const std::string& value) {
    return "m.mat: variable 'h' at byte 128: byte 48: expected a value that its class, " + kind +
           ", has, got " + value;
  };
  const std::string good = "(nothing was thrown)";
  BOOST_TEST(stored(8, 9, 1.5) == lacks("int8", "1.5"));
  BOOST_TEST(stored(8, 9, -128.0) == good);
  BOOST_TEST(stored(8, 9, -129.0) == lacks("int8", "-129"));
  BOOST_TEST(stored(8, 9, std::numeric_limits<double>::quiet_NaN()) == lacks("int8", "nan"));
  BOOST_TEST(stored(9, 5, std::int32_t{-1}) == lacks("uint8", "-1"));
  BOOST_TEST(stored(9, 3, std::int16_t{255}) == good);
  BOOST_TEST(stored(9, 3, std::int16_t{256}) == lacks("uint8", "256"));
  BOOST_TEST(stored(14, 9, 0x1p63) == lacks("int64", "9223372036854775808"));
  BOOST_TEST(stored(14, 9, -0x1p63) == good);
  BOOST_TEST(stored(15, 9, 0x1p64) == lacks("uint64", "18446744073709551616"));
  BOOST_TEST(stored(15, 9, std::numeric_limits<double>::infinity()) == lacks("uint64", "inf"));
  BOOST_TEST(stored(7, 9, 0.1) == lacks("float32", "0.1"));
  BOOST_TEST(stored(7, 9, 1e300) == lacks("float32", "1e+300"));
  BOOST_TEST(stored(7, 9, -std::numeric_limits<double>::infinity()) == good);
  BOOST_TEST(stored(7, 5, (1 << 24) + 1) == lacks("float32", "16777217"));
  BOOST_TEST(stored(6, 5, (1 << 24) + 1) == good);
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_meaning) {
  Dense dense;
  dense.set_shape({1, 3});
  dense.values = dense.builder.small(2, {std::byte{2}, std::byte{3}, std::byte{5}});
  BOOST_TEST(failure<int>(dense.file()).ends_with("expected integer values, got float64"));
  dense.set_class(8);
  check<int>(dense.file(), {1, 3}, {2, 3, 5});
  dense.values = dense.builder.element<double>(9, {2, 3, 0.5});
  BOOST_TEST(failure<int>(dense.file()).ends_with("expected integer values, got float64"));
}

BOOST_AUTO_TEST_CASE(says_what_a_variable_is_instead) {
  const auto named = [](std::uint32_t kind, const Bytes& imaginary = {}) {
    Dense dense;
    dense.set_class(kind);
    dense.imaginary = imaginary;
    return failure(dense.file(), {.variable = "h"});
  };
  const std::string expected = ": expected a dense array of real numbers";
  BOOST_TEST(named(1) == "m.mat: 'h' is a cell array" + expected);
  BOOST_TEST(named(2) == "m.mat: 'h' is a structure" + expected);
  BOOST_TEST(named(3) == "m.mat: 'h' is an object" + expected);
  BOOST_TEST(named(4) == "m.mat: 'h' is a text" + expected);
  BOOST_TEST(named(0x806, Builder().element<double>(9, {1, 2, 3, 4, 5, 6})) ==
             "m.mat: 'h' is an array of complex numbers" + expected);
  const Builder builder;
  const Bytes sparse = builder.file({sparse_variable("h")});
  BOOST_TEST(failure(sparse, {.variable = "h"}) == "m.mat: 'h' is a sparse matrix" + expected);
  BOOST_TEST(failure(sparse) ==
             "m.mat: expected a dense array of real numbers; it has 'h', a sparse matrix");
  BOOST_TEST(failure(builder.file({})) ==
             "m.mat: expected a dense array of real numbers, found none");
}

BOOST_AUTO_TEST_CASE(chooses_the_variable) {
  const Builder builder;
  Dense text(builder, "t");
  text.set_class(4);
  Dense g(builder, "g");
  g.values = builder.element<double>(9, {6, 5, 4, 3, 2, 1});
  const Dense hidden(builder, "");
  const Bytes one = builder.file(
      {text.variable(), hidden.variable(), sparse_variable("A"), Dense(builder).variable()});
  check(one, {2, 3}, {1, 3, 5, 2, 4, 6});
  BOOST_TEST(failure(one, {.variable = "x"}) ==
             "m.mat: found no variable 'x'; it has the arrays of numbers 'h'");
  const Bytes two = builder.file({Dense(builder).variable(), text.variable(), g.variable()});
  BOOST_TEST(failure(two) ==
             "m.mat: holds several arrays of numbers, 'h', 'g': expected the name of one");
  const auto chosen = parse(two, {.variable = "g"});
  BOOST_TEST(chosen.values == (std::vector<double>{6, 4, 2, 5, 3, 1}), per_element());
}

// Octave's `save -append` leaves the old variable in the file.
BOOST_AUTO_TEST_CASE(of_one_name_the_last_variable_is_read) {
  const Builder builder;
  Dense newer(builder);
  newer.values = builder.element<double>(9, {6, 5, 4, 3, 2, 1});
  const std::vector<double> expected{6, 4, 2, 5, 3, 1};
  const Bytes twice =
      builder.file({Dense(builder).variable(), sparse_variable("A"), newer.variable()});
  check(twice, {2, 3}, expected);
  BOOST_TEST(parse(twice, {.variable = "h"}).values == expected, per_element());
  const Bytes packed = builder.file(
      {deflated(builder, Dense(builder).variable()), deflated(builder, newer.variable())});
  check(packed, {2, 3}, expected);
  // The last one may be of another kind.
  const Bytes turned = builder.file({Dense(builder).variable(), sparse_variable("h")});
  BOOST_TEST(failure(turned, {.variable = "h"}) ==
             "m.mat: 'h' is a sparse matrix: expected a dense array of real numbers");
  BOOST_TEST(failure(turned) ==
             "m.mat: expected a dense array of real numbers; it has 'h', a sparse matrix");
  check(builder.file({Dense(builder, "g").variable(), sparse_variable("h"),
                      Dense(builder).variable(), sparse_variable("g")}),
        {2, 3}, {1, 3, 5, 2, 4, 6});
}

BOOST_AUTO_TEST_CASE(names_are_fit_for_a_terminal) {
  const Builder builder;
  const auto named = [&](const std::string& text) {
    Dense dense(builder);
    dense.name = builder.wrap(1, to_bytes(text));
    return dense.variable();
  };
  const std::string whole(200, 'w');
  const std::string half(100, 'z');
  const Bytes bytes =
      builder.file({named("\x1b[31mX\nY"), named({'a', '\0', 'b'}), named("it's\\x0a"),
                    named(whole), named(half + std::string(3000, 'a') + half)});
  BOOST_TEST(
      failure(bytes) ==
      "m.mat: holds several arrays of numbers, '\\x1b[31mX\\x0aY', 'a\\x00b', 'it\\'s\\\\x0a', '" +
          whole + "', '" + half + "..." + half + "': expected the name of one");
}

BOOST_AUTO_TEST_CASE(sparse_logical_matrices_that_octave_wrote) {
  const Builder builder;
  mat_test::Parts parts(builder, "L");
  parts.flags = builder.element<std::uint32_t>(6, {0x209, 3});
  parts.values = builder.element<double>(9, {1, 1, 1});
  const std::string kind = "a sparse logical matrix that Octave wrote as a dense one";
  const std::string advice = "; convert such a matrix with double() before you save it";
  BOOST_TEST(failure(parts.file(), {.variable = "L"}) ==
             "m.mat: 'L' is " + kind + ": expected a dense array of real numbers" + advice);
  BOOST_TEST(failure(parts.file()) ==
             "m.mat: expected a dense array of real numbers; it has 'L', " + kind + advice);
  // As many entries as the matrix has places.
  parts.dimensions = builder.element<std::int32_t>(5, {3, 1});
  parts.pointers = builder.element<std::int32_t>(5, {0, 3});
  BOOST_TEST(failure(parts.file()).ends_with(kind + advice));
  BOOST_TEST(!toeplix::parse_matlab_headers(parts.file(), "m.mat").at(0).type);
  BOOST_TEST(message_of([&] { toeplix::parse_matlab(parts.file(), "m.mat", {.variable = "L"}); }) ==
             "m.mat: 'L' is " + kind + ": expected a sparse matrix" + advice);
  // Without entries.
  parts.indices = builder.element<std::int32_t>(5, {});
  parts.pointers = builder.element<std::int32_t>(5, {0, 0});
  parts.values = builder.element<double>(9, {});
  BOOST_TEST(failure(parts.file()).ends_with(kind + advice));
  // It is not in the way of one that can be read.
  check(builder.file({parts.variable(), Dense(builder).variable()}), {2, 3}, {1, 3, 5, 2, 4, 6});
}

// Only what looks as Octave writes it is called Octave's.
BOOST_AUTO_TEST_CASE(logical_arrays_with_something_behind) {
  const Builder builder;
  Dense logical(builder);
  logical.set_class(0x209);
  logical.values = builder.element<std::uint8_t>(2, {1, 0, 1, 0, 1, 0});
  logical.imaginary = builder.element<std::uint8_t>(2, {1});
  BOOST_TEST(failure(logical.file()) ==
             "m.mat: variable 'h' at byte 128: byte 56: expected the end, got 16 more bytes");
  mat_test::Parts parts(builder, "L");
  parts.flags = builder.element<std::uint32_t>(6, {0x209, 3});
  parts.dimensions = builder.element<std::int32_t>(5, {3, 1});
  for (const auto& pointers : {std::vector<std::int32_t>{0, 1, 3}, std::vector<std::int32_t>{}}) {
    parts.pointers = builder.element<std::int32_t>(5, pointers);
    BOOST_TEST(failure(parts.file()).find("Octave") == std::string::npos);
  }
  parts.pointers = builder.element<std::int32_t>(5, {0, 3});
  parts.imaginary = builder.element<double>(9, {1});
  BOOST_TEST(failure(parts.file()).find("Octave") == std::string::npos);
  parts.values = {};
  parts.imaginary = {};
  BOOST_TEST(failure(parts.file()).find("Octave") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(lists_a_dozen_names) {
  const Builder builder;
  std::vector<Bytes> variables;
  for (char letter = 'a'; letter < 'a' + 14; ++letter) {
    variables.push_back(Dense(builder, std::string(1, letter)).variable());
  }
  BOOST_TEST(
      failure(builder.file(variables)).ends_with("'k', 'l' and 2 more: expected the name of one"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_understood_does_not_block_the_others) {
  const Builder builder;
  Dense damaged(builder, "d");
  damaged.name = builder.element<double>(9, {1});
  check(builder.file({damaged.variable(), Dense(builder).variable()}), {2, 3}, {1, 3, 5, 2, 4, 6});
  BOOST_TEST(failure(damaged.file())
                 .ends_with("expected the name of a variable; expected a dense array of real "
                            "numbers, found none"));
}

BOOST_AUTO_TEST_CASE(headers_say_the_type) {
  const Builder builder;
  Dense single(builder, "s");
  single.set_class(7);
  Dense logical(builder, "l");
  logical.set_class(0x209);
  Dense text(builder, "t");
  text.set_class(4);
  const auto headers = toeplix::parse_matlab_headers(
      builder.file({single.variable(), logical.variable(), text.variable(), sparse_variable("A")}),
      "m.mat");
  BOOST_REQUIRE(headers.size() == 4U);
  BOOST_TEST((headers[0].type == NumberType::float32));
  BOOST_TEST((headers[1].type == NumberType::boolean));
  BOOST_TEST(!headers[2].type);
  BOOST_TEST(!headers[3].type);
}

BOOST_AUTO_TEST_CASE(the_dimensions_must_have_as_many_numbers) {
  Dense dense;
  const std::string expected = "numbers, as the dimensions say, got 6";
  for (const auto& shape : std::vector<std::vector<std::int32_t>>{
           {2, 2}, {2, 4}, {0, 3}, {2000000000, 2000000000}, {2000000000, 2000000000, 0}}) {
    dense.set_shape(shape);
    BOOST_TEST(failure(dense.file()).ends_with(expected));
  }
  dense.set_shape({2000000000, 2000000000, 2000000000});
  BOOST_TEST(failure(dense.file()).ends_with("expected more than 2^63 " + expected));
  const std::int32_t most = std::numeric_limits<std::int32_t>::max();
  Dense empty;  // whatever its other extents are
  empty.set_shape({most, most, most, 0});
  empty.values = empty.builder.element<double>(9, {});
  check(empty.file(), {most, most, most, 0}, {});
  dense.set_shape({2, -3});
  BOOST_TEST(failure(dense.file()).find("expected an extent from 0 on, got -3") !=
             std::string::npos);
  Dense longer;
  longer.imaginary = longer.builder.element<double>(9, {1});
  BOOST_TEST(failure(longer.file()).ends_with("expected the end, got 16 more bytes"));
}

BOOST_AUTO_TEST_CASE(a_small_file_cannot_ask_for_all_memory) {
  const Builder builder;
  Dense dense(builder);
  dense.set_shape({1000, 1000});
  dense.values = builder.element<std::uint8_t>(2, std::vector<std::uint8_t>(1'000'000, 7));
  const Bytes bytes = builder.file({deflated(builder, dense.variable())});
  const auto read = [&](std::int64_t budget) {
    return message_of<CapacityError>(
        [&] { parse(bytes, {.resources = {.memory_budget = budget}}); });
  };
  BOOST_TEST(read(15'999'999) ==
             "m.mat: reading 1000000 numbers takes 16000000 bytes, which exceeds the memory budget "
             "of 15999999 bytes; raise Resources::memory_budget");
  BOOST_TEST(read(16'000'000) == "(nothing was thrown)");
  dense.set_shape({1, 1'000'000});  // not turned: no second copy
  const Bytes row = builder.file({dense.variable()});
  BOOST_TEST(parse(row, {.resources = {.memory_budget = 8'000'000}}).values.size() == 1'000'000U);
}

BOOST_AUTO_TEST_CASE(survives_every_damage) {
  const Builder builder;
  const Dense dense(builder);
  const auto parse_any = [](const Bytes& bytes) { return parse(bytes); };
  const auto is_whole = [](const toeplix::NpyArray<double>& array) {
    std::size_t count = 1;
    for (const auto extent : array.shape) count *= static_cast<std::size_t>(extent);
    return array.values.size() == count;
  };
  check_every_damage(dense.file(), parse_any, is_whole);
  check_every_damage(builder.file({deflated(builder, dense.variable())}), parse_any, is_whole);
}

BOOST_AUTO_TEST_CASE(reads_files) {
  const TemporaryDirectory folder;
  write_text(folder / "h.mat", to_text(Dense().file()));
  const auto array = toeplix::read_matlab_array<double>(folder / "h.mat");
  BOOST_TEST(array.values == (std::vector<double>{1, 3, 5, 2, 4, 6}), per_element());
  BOOST_TEST(message_of([&] {
               toeplix::read_matlab_array<double>(folder / "g.mat");
             }).ends_with("g.mat: cannot open: No such file or directory"));
}

BOOST_AUTO_TEST_SUITE_END()
