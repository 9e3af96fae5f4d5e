#include "support/boundary_walk.hpp"
#include "support/failures.hpp"
#include "support/plain_taps.hpp"

#include <toeplix/error.hpp>
#include <toeplix/tap_table.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(tap_table)

namespace {

using toeplix::AxisGeometry;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Index;
using toeplix::Operation;
using toeplix::TapRow;
using toeplix::TapTable;
using toeplix::test::describe;
using toeplix::test::every_tap;
using toeplix::test::walk_to;

constexpr std::array boundaries = {Boundary::zero, Boundary::circular, Boundary::reflect,
                                   Boundary::symmetric, Boundary::replicate};

/// `input:kernel` of every tap; `+` between kernel positions that share an input.
std::string draw(const TapRow& row) {
  std::string drawing;
  for (Index position = 0; position < row.size(); ++position) {
    if (position > 0) drawing += ' ';
    drawing += std::to_string(row[position].input) + ':';
    for (std::size_t k = 0; k < row[position].kernel.size(); ++k) {
      drawing += (k > 0 ? "+" : "") + std::to_string(row[position].kernel[k]);
    }
  }
  return drawing;
}

/// All rows, `|` between them.
std::string draw(const TapTable& table) {
  std::string drawing;
  for (Index row = 0; row < table.rows(); ++row) {
    if (row > 0) drawing += " | ";
    drawing += draw(table.row(row));
  }
  return drawing;
}

/// Checks a table, the transposed one, and the one transposed twice against drawings.
void check_drawings(const AxisGeometry& geometry, const std::string& forward,
                    const std::string& transposed) {
  const TapTable table(geometry);
  BOOST_TEST(draw(table) == forward);
  BOOST_TEST(draw(table.transposed()) == transposed);
  BOOST_TEST(draw(table.transposed().transposed()) == forward);
}

/// The kernel positions that connect a row to each column.
using Taps = std::map<Index, std::set<Index>>;

struct BothWays {
  std::vector<Taps> forward;
  std::vector<Taps> transposed;
};

/// Every window position of every output coordinate, one by one.
BothWays walk_all(const AxisGeometry& g) {
  BothWays taps{std::vector<Taps>(static_cast<std::size_t>(g.output)),
                std::vector<Taps>(static_cast<std::size_t>(g.input))};
  for (const auto& [output, input, kernel] : every_tap(g)) {
    taps.forward[static_cast<std::size_t>(output)][input].insert(kernel);
    taps.transposed[static_cast<std::size_t>(input)][output].insert(kernel);
  }
  return taps;
}

/// Whether a row has these taps, in ascending order.
bool same_taps(const TapRow& row, const Taps& expected) {
  if (row.size() != static_cast<Index>(expected.size())) return false;
  Index position = 0;
  for (const auto& [input, kernel] : expected) {
    const toeplix::Tap tap = row[position++];
    if (tap.input != input) return false;
    if (!std::equal(tap.kernel.begin(), tap.kernel.end(), kernel.begin(), kernel.end())) {
      return false;
    }
  }
  return true;
}

/// Whether row `b` is row `a` with all inputs `shift` higher.
bool is_shifted(const TapRow& a, const TapRow& b, Index shift) {
  if (a.size() != b.size()) return false;
  for (Index i = 0; i < a.size(); ++i) {
    if (a[i].input + shift != b[i].input) return false;
    if (!std::ranges::equal(a[i].kernel, b[i].kernel)) return false;
  }
  return true;
}

/// What is wrong with a table, given the taps that its rows must have; empty if nothing is.
std::string flaw(const TapTable& table, const std::vector<Taps>& expected, Index columns) {
  if (table.rows() != static_cast<Index>(expected.size())) return "rows";
  if (table.columns() != columns) return "columns";
  Index before = 0;
  for (Index row = 0; row < table.rows(); ++row) {
    const std::string at = " " + std::to_string(row);
    if (!same_taps(table.row(row), expected[static_cast<std::size_t>(row)])) return "row" + at;
    if (table.entries_before(row) != before) return "entries_before" + at;
    before += table.row(row).size();
  }
  return table.entries() == before ? "" : "entries";
}

/// What is wrong with the repetition that a table claims; empty if nothing is.
std::string class_flaw(const TapTable& table) {
  const TapTable::Middle& m = table.middle();
  if (m.begin < 0 || m.end < m.begin || m.end > table.rows()) return "middle range";
  if (m.period < 1 || (m.begin < m.end && m.end - m.begin < m.period)) return "period";
  for (Index row = m.begin; row + m.period < m.end; ++row) {
    if (!is_shifted(table.row(row), table.row(row + m.period), m.shift)) return "period's shift";
  }
  std::set<Index> classes;
  for (Index row = 0; row < table.rows(); ++row) {
    const Index row_class = table.class_of(row);
    if (row_class < 0 || row_class >= table.classes()) return "class number";
    const Index representative = table.representative(row_class);
    if (classes.insert(row_class).second && representative != row) return "representative";
    if (!is_shifted(table.row(representative), table.row(row), table.shift_of(row))) {
      return "shift of class";
    }
  }
  return static_cast<Index>(classes.size()) == table.classes() ? "" : "number of classes";
}

/// Checks a table and its transpose against the walk. Returns whether they are right.
bool check_against_walk(const AxisGeometry& geometry) {
  const BothWays expected = walk_all(geometry);
  const TapTable forward(geometry);
  const TapTable transposed = forward.transposed();
  std::string flaws = flaw(forward, expected.forward, geometry.input) + class_flaw(forward);
  if (flaws.empty()) {
    flaws = flaw(transposed, expected.transposed, geometry.output) + class_flaw(transposed);
    if (!flaws.empty()) flaws = "transposed " + flaws;
  }
  if (!flaws.empty()) BOOST_ERROR(describe(geometry) + ": " + flaws);
  return flaws.empty();
}

void check_middle(const TapTable& table, const TapTable::Middle& expected) {
  BOOST_TEST(table.middle().begin == expected.begin);
  BOOST_TEST(table.middle().end == expected.end);
  BOOST_TEST(table.middle().period == expected.period);
  BOOST_TEST(table.middle().shift == expected.shift);
}

}  // namespace

BOOST_AUTO_TEST_CASE(fold_draws_the_extensions_of_the_manual) {
  const auto extension = [](Boundary boundary, Index extent, Index lower, Index upper) {
    std::string drawing;
    for (Index coordinate = -lower; coordinate < extent + upper; ++coordinate) {
      const Index at = toeplix::fold_coordinate(coordinate, extent, boundary);
      drawing += at < 0 ? '0' : static_cast<char>('a' + at);
    }
    return drawing;
  };
  BOOST_TEST(extension(Boundary::zero, 4, 3, 3) == "000abcd000");
  BOOST_TEST(extension(Boundary::circular, 4, 3, 3) == "bcdabcdabc");
  BOOST_TEST(extension(Boundary::reflect, 4, 3, 3) == "dcbabcdcba");
  BOOST_TEST(extension(Boundary::symmetric, 4, 3, 3) == "cbaabcddcb");
  BOOST_TEST(extension(Boundary::replicate, 4, 3, 3) == "aaaabcdddd");
  BOOST_TEST(extension(Boundary::circular, 3, 7, 5) == "cabcabcabcabcab");
  BOOST_TEST(extension(Boundary::reflect, 3, 7, 5) == "bcbabcbabcbabcb");
  BOOST_TEST(extension(Boundary::symmetric, 3, 7, 5) == "aabccbaabccbaab");
  for (const Boundary boundary : boundaries) {
    const bool zero = boundary == Boundary::zero;
    BOOST_TEST(extension(boundary, 1, 3, 2) == (zero ? "000a00" : "aaaaaa"));
  }
}

BOOST_AUTO_TEST_CASE(fold_agrees_with_a_walk) {
  for (const Boundary boundary : boundaries) {
    for (Index extent = 1; extent <= 7; ++extent) {
      for (Index coordinate = -40; coordinate <= 40; ++coordinate) {
        BOOST_REQUIRE_EQUAL(toeplix::fold_coordinate(coordinate, extent, boundary),
                            walk_to(coordinate, extent, boundary));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(fold_of_far_coordinates) {
  const Index far = Index{1} << 41;  // divides by 8 and, plus or minus one, by nothing of interest
  BOOST_TEST(toeplix::fold_coordinate(far + 3, 8, Boundary::circular) == 3);
  BOOST_TEST(toeplix::fold_coordinate(-far + 3, 8, Boundary::circular) == 3);
  BOOST_TEST(toeplix::fold_coordinate(far + 3, 5, Boundary::reflect) == 3);
  BOOST_TEST(toeplix::fold_coordinate(-far - 3, 5, Boundary::reflect) == 3);
  BOOST_TEST(toeplix::fold_coordinate(far + 6, 5, Boundary::reflect) == 2);
  BOOST_TEST(toeplix::fold_coordinate(far + 3, 4, Boundary::symmetric) == 3);
  BOOST_TEST(toeplix::fold_coordinate(-far - 1, 4, Boundary::symmetric) == 0);
  BOOST_TEST(toeplix::fold_coordinate(far, 5, Boundary::replicate) == 4);
  BOOST_TEST(toeplix::fold_coordinate(-far, 5, Boundary::replicate) == 0);
  BOOST_TEST(toeplix::fold_coordinate(far, 5, Boundary::zero) == -1);
}

BOOST_AUTO_TEST_CASE(draws_every_boundary) {
  AxisGeometry same = {.input = 4, .output = 4, .kernel = 3, .lower = 1};
  check_drawings(same, "0:1 1:2 | 0:0 1:1 2:2 | 1:0 2:1 3:2 | 2:0 3:1",
                 "0:1 1:0 | 0:2 1:1 2:0 | 1:2 2:1 3:0 | 2:2 3:1");
  same.boundary = Boundary::circular;
  check_drawings(same, "0:1 1:2 3:0 | 0:0 1:1 2:2 | 1:0 2:1 3:2 | 0:2 2:0 3:1",
                 "0:1 1:0 3:2 | 0:2 1:1 2:0 | 1:2 2:1 3:0 | 0:0 2:2 3:1");
  same.boundary = Boundary::reflect;
  check_drawings(same, "0:1 1:0+2 | 0:0 1:1 2:2 | 1:0 2:1 3:2 | 2:0+2 3:1",
                 "0:1 1:0 | 0:0+2 1:1 2:0 | 1:2 2:1 3:0+2 | 2:2 3:1");
  for (const Boundary boundary : {Boundary::symmetric, Boundary::replicate}) {
    same.boundary = boundary;
    check_drawings(same, "0:0+1 1:2 | 0:0 1:1 2:2 | 1:0 2:1 3:2 | 2:0 3:1+2",
                   "0:0+1 1:0 | 0:2 1:1 2:0 | 1:2 2:1 3:0 | 2:2 3:1+2");
  }
}

BOOST_AUTO_TEST_CASE(draws_windows_wider_than_the_image) {
  AxisGeometry wide = {.input = 2, .output = 2, .kernel = 5, .lower = 2};
  check_drawings(wide, "0:2 1:3 | 0:1 1:2", "0:2 1:1 | 0:3 1:2");
  wide.boundary = Boundary::circular;
  check_drawings(wide, "0:0+2+4 1:1+3 | 0:1+3 1:0+2+4", "0:0+2+4 1:1+3 | 0:1+3 1:0+2+4");
  wide.boundary = Boundary::reflect;
  check_drawings(wide, "0:0+2+4 1:1+3 | 0:1+3 1:0+2+4", "0:0+2+4 1:1+3 | 0:1+3 1:0+2+4");
  wide.boundary = Boundary::symmetric;
  check_drawings(wide, "0:1+2 1:0+3+4 | 0:0+1+4 1:2+3", "0:1+2 1:0+1+4 | 0:0+3+4 1:2+3");
  wide.boundary = Boundary::replicate;
  check_drawings(wide, "0:0+1+2 1:3+4 | 0:0+1 1:2+3+4", "0:0+1+2 1:0+1 | 0:3+4 1:2+3+4");
}

BOOST_AUTO_TEST_CASE(draws_flipped_kernels) {
  AxisGeometry flipped = {
      .input = 3, .output = 3, .kernel = 3, .lower = 1, .operation = Operation::convolution};
  check_drawings(flipped, "0:1 1:0 | 0:2 1:1 2:0 | 1:2 2:1", "0:1 1:2 | 0:0 1:1 2:2 | 1:0 2:1");
  flipped.boundary = Boundary::symmetric;
  check_drawings(flipped, "0:1+2 1:0 | 0:2 1:1 2:0 | 1:2 2:0+1",
                 "0:1+2 1:2 | 0:0 1:1 2:2 | 1:0 2:0+1");
}

BOOST_AUTO_TEST_CASE(draws_stride_and_dilation) {
  // Output 0 reads -2 0 2, output 1 reads 0 2 4, and so on: no output reads an odd input.
  check_drawings({.input = 7, .output = 4, .kernel = 3, .stride = 2, .dilation = 2, .lower = 2},
                 "0:1 2:2 | 0:0 2:1 4:2 | 2:0 4:1 6:2 | 4:0 6:1",
                 "0:1 1:0 |  | 0:2 1:1 2:0 |  | 1:2 2:1 3:0 |  | 2:2 3:1");
  // Output 0 reads 0 3, output 1 reads 2 5, output 2 reads 4 7.
  check_drawings({.input = 8, .output = 3, .kernel = 2, .stride = 2, .dilation = 3},
                 "0:0 3:1 | 2:0 5:1 | 4:0 7:1", "0:0 |  | 1:0 | 0:1 | 2:0 | 1:1 |  | 2:1");
  // Output 0 reads -1 1, output 1 reads 2 4, output 2 reads 5 7: 7 is beyond, and reflects to 5.
  check_drawings({.input = 7,
                  .output = 3,
                  .kernel = 2,
                  .stride = 3,
                  .dilation = 2,
                  .lower = 1,
                  .boundary = Boundary::reflect},
                 "1:0+1 | 2:0 4:1 | 5:0+1", " | 0:0+1 | 1:0 |  | 1:1 | 2:0+1 | ");
}

BOOST_AUTO_TEST_CASE(draws_cropping) {
  check_drawings({.input = 6, .output = 2, .kernel = 2, .lower = -2}, "2:0 3:1 | 3:0 4:1",
                 " |  | 0:0 | 0:1 1:0 | 1:1 | ");
}

BOOST_AUTO_TEST_CASE(rows_that_read_nothing) {
  check_drawings({.input = 2, .output = 6, .kernel = 1, .lower = 2}, " |  | 0:0 | 1:0 |  | ",
                 "2:0 | 3:0");
}

BOOST_AUTO_TEST_CASE(a_single_kernel_position_has_no_dilation) {
  const AxisGeometry dilated = {.input = 5, .output = 3, .kernel = 1, .stride = 2, .dilation = 7};
  check_drawings(dilated, "0:0 | 2:0 | 4:0", "0:0 |  | 1:0 |  | 2:0");
}

BOOST_AUTO_TEST_CASE(every_small_table_agrees_with_a_walk) {
  int failures = 0;
  Index tables = 0;
  for (Index input = 1; input <= 7; ++input)
    for (Index output = 1; output <= 6; ++output)
      for (Index kernel = 1; kernel <= 4; ++kernel)
        for (Index stride = 1; stride <= 4; ++stride)
          for (Index dilation = 1; dilation <= 4; ++dilation)
            for (const Index lower : {-3, -1, 0, 1, 2, 4, 9})
              for (const Boundary boundary : boundaries) {
                const AxisGeometry geometry = {.input = input,
                                               .output = output,
                                               .kernel = kernel,
                                               .stride = stride,
                                               .dilation = dilation,
                                               .lower = lower,
                                               .boundary = boundary,
                                               .operation = ++tables % 2 == 0
                                                                ? Operation::correlation  //
                                                                : Operation::convolution};
                if (!check_against_walk(geometry)) ++failures;
                BOOST_REQUIRE_LT(failures, 10);
              }
}

// Long enough that all of them have a middle of several periods.
BOOST_AUTO_TEST_CASE(long_tables_agree_with_a_walk) {
  int failures = 0;
  for (const Index input : {40, 53})
    for (const Index kernel : {1, 2, 3, 5})
      for (const Index stride : {1, 2, 3, 4, 6})
        for (const Index dilation : {1, 2, 3, 4, 6})
          for (const Index lower : {-5, 0, 3})
            for (const Boundary boundary : boundaries) {
              const AxisGeometry geometry = {.input = input,
                                             .output = (input - 1) / stride + 2,
                                             .kernel = kernel,
                                             .stride = stride,
                                             .dilation = dilation,
                                             .lower = lower,
                                             .boundary = boundary};
              if (!check_against_walk(geometry)) ++failures;
              BOOST_REQUIRE_LT(failures, 10);
            }
}

BOOST_AUTO_TEST_CASE(middle_is_all_that_no_border_touches) {
  AxisGeometry geometry = {.input = 10, .output = 10, .kernel = 3, .lower = 1};
  check_middle(TapTable(geometry), {1, 9, 1, 1});
  check_middle(TapTable(geometry).transposed(), {1, 9, 1, 1});
  BOOST_TEST(TapTable(geometry).classes() == 3);
  geometry.boundary = Boundary::reflect;  // folds onto inputs 1 and 8
  check_middle(TapTable(geometry), {1, 9, 1, 1});
  check_middle(TapTable(geometry).transposed(), {2, 8, 1, 1});
  geometry.boundary = Boundary::replicate;  // folds onto inputs 0 and 9
  check_middle(TapTable(geometry).transposed(), {1, 9, 1, 1});
  geometry = {.input = 10, .output = 5, .kernel = 3, .stride = 2, .lower = 1};
  check_middle(TapTable(geometry), {1, 5, 1, 2});
  check_middle(TapTable(geometry).transposed(), {0, 9, 2, 1});
  geometry = {.input = 20, .output = 12, .kernel = 3, .dilation = 4};
  check_middle(TapTable(geometry), {0, 12, 1, 1});
  check_middle(TapTable(geometry).transposed(), {8, 12, 1, 1});
}

BOOST_AUTO_TEST_CASE(no_middle_where_no_window_lies_inside) {
  const TapTable table({.input = 3, .output = 6, .kernel = 4, .lower = 3});
  BOOST_TEST(table.middle().begin == table.middle().end);
  BOOST_TEST(table.classes() == 6);
  BOOST_TEST(table.entries() == 12);
}

// The length of the middle costs nothing.
BOOST_AUTO_TEST_CASE(long_axes) {
  const Index length = Index{1} << 40;
  const TapTable table({.input = length, .output = length, .kernel = 3, .lower = 1});
  BOOST_TEST(table.entries() == 3 * length - 2);
  BOOST_TEST(table.entries_before(length / 2) == 3 * (length / 2) - 1);
  BOOST_TEST(draw(table.row(length - 1)) == "1099511627774:0 1099511627775:1");
  BOOST_TEST(table.classes() == 3);
  BOOST_TEST(table.shift_of(length - 2) == length - 3);
  const TapTable transposed = table.transposed();
  BOOST_TEST(transposed.entries() == 3 * length - 2);
  BOOST_TEST(draw(transposed.row(0)) == "0:1 1:0");
  const TapTable strided({.input = length,
                          .output = length / 4,
                          .kernel = 2,
                          .stride = 4,
                          .dilation = 3,
                          .boundary = Boundary::circular});
  BOOST_TEST(draw(strided.transposed().row(length - 1)) == "274877906943:1");
  BOOST_TEST(strided.transposed().entries() == length / 2);
}

BOOST_AUTO_TEST_CASE(limits) {
  const auto check_refused = [](const AxisGeometry& geometry, const std::string& message) {
    toeplix::test::check_throws<CapacityError>(
        [&] { TapTable table(geometry); },
        message +
            " exceed the limit of 2^24; use less padding, or a smaller output, kernel, stride or "
            "input_dilation");
  };
  const Index limit = Index{1} << 24;
  check_refused({.kernel = limit + 1}, "16777217 kernel positions");
  check_refused({.output = limit + 2, .lower = 5}, "16777218 border rows");
  check_refused({.output = limit + 2, .lower = 5, .boundary = Boundary::circular},
                "16777217 border rows");
  // 2^20 - 1 in the first row, 2^20 in every other: 16 rows fit, 17 do not. Nothing is stored.
  check_refused({.output = 100, .kernel = 1 << 20, .boundary = Boundary::circular},
                "17825791 folded taps");
  check_refused({.output = 2, .kernel = 2, .dilation = limit + 1, .boundary = Boundary::reflect},
                "16777218 pixels of the extension");
  check_refused({.output = 2, .stride = 1, .lower = limit + 1, .boundary = Boundary::reflect},
                "16777217 pixels of the extension");
}

// Which windows read a pixel is found modulo the dilation, by products of numbers below it.
BOOST_AUTO_TEST_CASE(products_modulo_a_dilation_exceed_64_bits) {
  const Index stride = 1'000'003;
  const Index dilation = 400'000'000'003;
  const Index input = 2 * dilation;
  // Two positions; the first windows begin one dilation before the image, the last end beyond it.
  const TapTable table({.input = input,
                        .output = (input + dilation) / stride + 1,
                        .kernel = 2,
                        .stride = stride,
                        .dilation = dilation,
                        .lower = dilation});
  const TapTable transposed = table.transposed();
  BOOST_TEST(transposed.entries() == table.entries());
  // The second position of window 5, and of one far on.
  BOOST_TEST(draw(transposed.row(5 * stride)) == "5:1");
  BOOST_TEST(draw(transposed.row(700'000 * stride)) == "700000:1");
  // The first position of the first window that begins in the image, and of one far on.
  const Index first = dilation / stride + 1;
  BOOST_TEST(draw(transposed.row(first * stride - dilation)) == std::to_string(first) + ":0");
  BOOST_TEST(draw(transposed.row((first + 700'000) * stride - dilation)) ==
             std::to_string(first + 700'000) + ":0");
  BOOST_TEST(draw(transposed.row(5 * stride + 1)) == "");
}

BOOST_AUTO_TEST_SUITE_END()
