#include "support/draw_bands.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/halo.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/per_pixel_weights.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

// The parts of a process's rows against the rows of the serial matrix.

BOOST_AUTO_TEST_SUITE(halo)

namespace {

using namespace toeplix::test;
using toeplix::BandNumbering;
using toeplix::Bands;
using toeplix::GeometryError;
using toeplix::HaloPart;
using toeplix::Index;
using toeplix::LineRun;
using toeplix::Pattern;

/// A pattern that is not transposed, with the same entries or those of the transposed matrix.
Pattern forward_pattern(const toeplix::Convolution& conv) {
  return Pattern(conv);
}
Pattern forward_pattern(const toeplix::TransposedConvolution& conv) {
  return Pattern(conv).transposed();
}

using Numbers = std::vector<double>;

double& at(Numbers& numbers, Index place) {
  return numbers[static_cast<std::size_t>(place)];
}

/// The numbers of `line` in each block of a tensor, one after the other.
struct LinesOf {
  Index blocks;
  Index lines;
  Index line_size;

  Index size() const { return blocks * lines * line_size; }
  Index place(Index block, Index line) const { return (block * lines + line) * line_size; }
};

LinesOf columns_of(const BandNumbering& numbering, Index lines) {
  return {numbering.blocks(), lines, numbering.line_size()};
}

/// What a part reads, from the whole input.
Numbers input_of(const HaloPart& part, Numbers& x, const BandNumbering& columns) {
  const LinesOf whole = columns_of(columns, columns.bands().lines());
  const LinesOf here = columns_of(columns, part.lines);
  Numbers input(static_cast<std::size_t>(here.size()));
  for (const LineRun& run : part.runs) {
    for (Index i = 0; i < run.count * here.blocks; ++i) {
      const Index line = i / here.blocks;
      const Index to = here.place(i % here.blocks, run.to + line * run.to_step);
      const Index from = whole.place(i % here.blocks, run.from + line * run.from_step);
      for (Index j = 0; j < here.line_size; ++j) at(input, to + j) = at(x, from + j);
    }
  }
  return input;
}

/// Adds what a part gives to the output of its process.
void add_part(const HaloPart& part, Numbers& product, const BandNumbering& rows, Index process,
              Numbers& y) {
  const LinesOf all = columns_of(rows, rows.bands().size(process));
  const LinesOf here = columns_of(rows, part.rows);
  for (Index block = 0; block < here.blocks; ++block) {
    for (Index i = 0; i < part.rows * here.line_size; ++i) {
      at(y, all.place(block, part.first_row) + i) += at(product, here.place(block, 0) + i);
    }
  }
}

bool is_whole_band(const HaloPart& part, const Bands& columns, Index process) {
  return part.lines == columns.size(process) && !part.has_zeros() &&
         part.runs == std::vector<LineRun>{{.to = 0,
                                            .to_step = 1,
                                            .from = columns.begin(process),
                                            .from_step = 1,
                                            .count = columns.size(process)}};
}

template <class Spec>
void check_parts(Failures& failures, const Spec& spec, Random& random) {
  const Pattern pattern = forward_pattern(make(spec));
  const auto weights = small_integers<double>(random, pattern.weight_count());
  const toeplix::Operator<double> serial(pattern, weights);
  const Index processes = random.between(1, 5);
  const Bands row_bands = draw_bands(random, pattern.axes().front().table.rows(), processes);
  const Bands column_bands = draw_bands(random, pattern.axes().front().table.columns(), processes);
  const BandNumbering rows = row_numbering(pattern, row_bands);
  const BandNumbering columns = column_numbering(pattern, column_bands);
  auto x = small_integers<double>(random, pattern.cols());
  Numbers expected(static_cast<std::size_t>(pattern.rows()));
  serial.apply(x, expected);
  for (Index process = 0; process < processes; ++process) {
    Numbers y(static_cast<std::size_t>(rows.size(process)));
    int own = 0;
    for (const HaloPart& part : halo_parts(pattern, row_bands, column_bands, process)) {
      const toeplix::Operator<double> product(part.pattern, weights);
      Numbers result(static_cast<std::size_t>(product.rows()));
      product.apply(input_of(part, x, columns), result);
      add_part(part, result, rows, process, y);
      own += part.own ? 1 : 0;
      failures.expect(spec, "own", !part.own || is_whole_band(part, column_bands, process));
    }
    failures.expect(spec, "at most one", own <= 1);
    for (Index i = 0; i < rows.size(process); ++i) {
      failures.expect(spec, "row", at(y, i) == at(expected, rows.natural(rows.first(process) + i)));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(parts_add_up_to_rows_of_random_matrices) {
  Failures failures;
  for_random_specs("halo parts", 600,
                   [&](const auto& spec, Random& random) { check_parts(failures, spec, random); });
}

BOOST_AUTO_TEST_CASE(what_is_beyond_the_edges) {
  const auto parts_of = [](toeplix::Boundary boundary, Index process) {
    const Pattern pattern(toeplix::Convolution(
        {.input = {6, 2}, .kernel = {5, 1}, .padding = {2, 0}, .boundary = boundary}));
    return halo_parts(pattern, Bands({3, 3}), Bands({3, 3}), process);
  };
  // Own lines 0 to 2, and lines 3 and 4 of the other.
  const auto zero = parts_of(toeplix::Boundary::zero, 0);
  BOOST_TEST_REQUIRE(zero.size() == 2u);
  BOOST_TEST(zero[0].own);
  BOOST_TEST((zero[0].rows == 3 && zero[0].lines == 3));
  BOOST_TEST((zero[1].first_row == 1 && zero[1].rows == 2 && zero[1].lines == 2));
  BOOST_TEST((zero[1].runs == std::vector<LineRun>{{0, 1, 3, 1, 2}}));
  const auto reflect = parts_of(toeplix::Boundary::reflect, 0);
  BOOST_TEST_REQUIRE(reflect.size() == 3u);
  BOOST_TEST((reflect[2].first_row == 0 && reflect[2].rows == 2));
  BOOST_TEST((reflect[2].runs == std::vector<LineRun>{{0, 1, 2, -1, 2}}));
  const auto circular = parts_of(toeplix::Boundary::circular, 1);
  BOOST_TEST_REQUIRE(circular.size() == 3u);
  BOOST_TEST((circular[1].runs == std::vector<LineRun>{{0, 1, 1, 1, 2}}));
  BOOST_TEST((circular[2].runs == std::vector<LineRun>{{0, 1, 0, 1, 2}}));
  const auto replicate = parts_of(toeplix::Boundary::replicate, 1);
  BOOST_TEST((replicate.back().runs == std::vector<LineRun>{{0, 1, 5, 0, 2}}));
}

BOOST_AUTO_TEST_CASE(lines_with_holes_between) {
  // Lines at 0, 3, 6, 9; what a boundary shows lies at -1 and -2 if it wraps a hole away.
  const auto parts_of = [](toeplix::Boundary boundary) {
    const Pattern pattern(toeplix::Convolution(
        {.input = {4}, .kernel = {5}, .input_dilation = {3}, .padding = 4, .boundary = boundary}));
    const Index rows = pattern.axes().front().table.rows();
    return halo_parts(pattern, Bands({rows}), Bands({4}), 0);
  };
  const auto reflect = parts_of(toeplix::Boundary::reflect);
  BOOST_TEST_REQUIRE(reflect.size() == 3u);
  BOOST_TEST((reflect[1].lines == 1 && !reflect[1].has_zeros()));
  const auto symmetric = parts_of(toeplix::Boundary::symmetric);
  // At -4 lies line 1, at -1 line 0.
  BOOST_TEST_REQUIRE(symmetric.size() == 3u);
  BOOST_TEST((symmetric[1].runs == std::vector<LineRun>{{0, 1, 1, -1, 2}}));
  // All of -4 to -1 is line 0.
  const auto replicate = parts_of(toeplix::Boundary::replicate);
  BOOST_TEST((replicate[1].runs == std::vector<LineRun>{{0, 1, 0, 0, 4}}));
  // Going there and back several times, lines and holes lie at different distances.
  const Pattern twice(toeplix::Convolution({.input = {2},
                                            .kernel = {9},
                                            .input_dilation = {3},
                                            .padding = 8,
                                            .boundary = toeplix::Boundary::symmetric}));
  const auto parts = halo_parts(twice, Bands({twice.rows()}), Bands({2}), 0);
  BOOST_TEST(parts[1].has_zeros());
}

BOOST_AUTO_TEST_CASE(long_signals_take_no_time) {
  constexpr Index samples = Index{1} << 40;
  const Pattern pattern(toeplix::Convolution(
      {.input = {samples}, .kernel = {9}, .padding = 4, .boundary = toeplix::Boundary::circular}));
  const Bands bands = Bands::even(samples, 3);
  const auto parts = halo_parts(pattern, bands, bands, 0);
  BOOST_TEST_REQUIRE(parts.size() == 3u);
  BOOST_TEST(parts[0].lines == bands.size(0));
  BOOST_TEST((parts[1].runs == std::vector<LineRun>{{0, 1, bands.end(0), 1, 4}}));
  BOOST_TEST((parts[2].runs == std::vector<LineRun>{{0, 1, samples - 4, 1, 4}}));
}

BOOST_AUTO_TEST_CASE(patterns_that_have_no_halo_parts) {
  const toeplix::TransposedConvolution conv({.input = {4}, .kernel = {3}});
  check_throws<GeometryError>([&] { halo_parts(Pattern(conv), Bands({6}), Bands({4}), 0); },
                              "halo_parts takes no transposed pattern; take its transposed()");
  const Pattern pattern = Pattern(conv).transposed();
  check_throws<GeometryError>([&] { halo_parts(pattern, Bands({5}), Bands({6}), 0); },
                              "bands of the rows have 5 lines in all; expected 4");
  check_throws<GeometryError>([&] { halo_parts(pattern, Bands({4}), Bands({6}), 1); },
                              "process 1 is none of the 1 that have bands");
  check_throws<GeometryError>(
      [&] { halo_parts(toeplix::detail::per_pixel(pattern), Bands({4}), Bands({6}), 0); },
      "the pattern has a kernel for every pixel; a halo takes one kernel for all "
      "pixels");
}

BOOST_AUTO_TEST_SUITE_END()
