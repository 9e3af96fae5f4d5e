#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(pattern)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operation;
using toeplix::Pattern;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;

Pattern pattern_of(const ConvolutionSpec& spec) {
  return Pattern(Convolution(spec));
}

Pattern pattern_of(const TransposedConvolutionSpec& spec) {
  return Pattern(TransposedConvolution(spec));
}

/// `column:weight` of every entry of a row; `+` between weights that share an entry.
std::string draw_row(const Pattern& pattern, Index row) {
  std::string drawing;
  for (const Pattern::Entry& entry : pattern.row(row)) {
    if (!drawing.empty()) drawing += ' ';
    drawing += std::to_string(entry.column) + ':';
    for (std::size_t i = 0; i < entry.weights.size(); ++i) {
      drawing += (i > 0 ? "+" : "") + std::to_string(entry.weights[i]);
    }
  }
  return drawing;
}

/// All rows, `|` between them.
std::string draw(const Pattern& pattern) {
  std::string drawing;
  for (Index row = 0; row < pattern.rows(); ++row) {
    if (row > 0) drawing += " | ";
    drawing += draw_row(pattern, row);
  }
  return drawing;
}

/// Two channels of 2 x 3 pixels, and a kernel of 1 x 2.
ConvolutionSpec two_channels(TensorOrder order) {
  return {.input = {2, 3}, .kernel = {1, 2}, .in_channels = 2, .out_channels = 2, .order = order};
}

bool is_ascending(const std::vector<Index>& numbers) {
  return std::ranges::adjacent_find(numbers, std::greater_equal<>()) == numbers.end();
}

/// What is wrong with a pattern in itself; empty if nothing is.
std::string flaw(const Pattern& pattern) {
  Index before = 0;
  for (Index row = 0; row < pattern.rows(); ++row) {
    const std::string at = " of row " + std::to_string(row);
    const std::vector<Pattern::Entry> entries = pattern.row(row);
    std::vector<Index> columns;
    for (const Pattern::Entry& entry : entries) {
      columns.push_back(entry.column);
      if (entry.weights.empty() || !is_ascending(entry.weights)) return "weights" + at;
      if (entry.weights.front() < 0 || entry.weights.back() >= pattern.weight_count()) {
        return "weights" + at + " are out of range";
      }
    }
    if (!is_ascending(columns)) return "columns" + at;
    if (!columns.empty() && (columns.front() < 0 || columns.back() >= pattern.cols())) {
      return "columns" + at + " are out of range";
    }
    if (pattern.row_length(row) != static_cast<Index>(entries.size())) return "row_length" + at;
    if (pattern.entries_before(row) != before) return "entries_before" + at;
    before += pattern.row_length(row);
  }
  if (pattern.entries_before(pattern.rows()) != before) return "entries_before of the end";
  return pattern.nnz() == before ? "" : "nnz";
}

/// Whether the entries of `transposed` are those of `pattern`, mirrored.
bool is_transpose(const Pattern& pattern, const Pattern& transposed) {
  if (pattern.rows() != transposed.cols() || pattern.cols() != transposed.rows()) return false;
  std::vector<std::vector<Pattern::Entry>> mirrored(static_cast<std::size_t>(pattern.cols()));
  for (Index row = 0; row < pattern.rows(); ++row) {
    for (const Pattern::Entry& entry : pattern.row(row)) {
      mirrored[static_cast<std::size_t>(entry.column)].push_back({row, entry.weights});
    }
  }
  for (Index row = 0; row < transposed.rows(); ++row) {
    const bool same =
        std::ranges::equal(transposed.row(row), mirrored[static_cast<std::size_t>(row)],
                           [](const Pattern::Entry& a, const Pattern::Entry& b) {
                             return a.column == b.column && a.weights == b.weights;
                           });
    if (!same) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_CASE(draws_the_notebook) {
  BOOST_TEST(draw(pattern_of(ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}})) ==
             "0:0 1:1 3:2 4:3 | 1:0 2:1 4:2 5:3 | 3:0 4:1 6:2 7:3 | 4:0 5:1 7:2 8:3");
  BOOST_TEST(draw(pattern_of(TransposedConvolutionSpec{.input = {2, 2}, .kernel = {2, 2}})) ==
             "0:0 | 0:1 1:0 | 1:1 | 0:2 2:0 | 0:3 1:2 2:1 3:0 | 1:3 3:1 | 2:2 | 2:3 3:2 | 3:3");
}

BOOST_AUTO_TEST_CASE(draws_every_order) {
  const Pattern first = pattern_of(two_channels(TensorOrder::channels_first));
  BOOST_TEST(draw_row(first, 0) == "0:0 1:1 6:2 7:3");
  BOOST_TEST(draw_row(first, 3) == "4:0 5:1 10:2 11:3");
  BOOST_TEST(draw_row(first, 5) == "1:4 2:5 7:6 8:7");
  const Pattern last = pattern_of(two_channels(TensorOrder::channels_last));
  BOOST_TEST(draw_row(last, 0) == "0:0 1:2 2:1 3:3");
  BOOST_TEST(draw_row(last, 1) == "0:4 1:6 2:5 3:7");
  BOOST_TEST(draw_row(last, 6) == "8:0 9:2 10:1 11:3");
  const Pattern column_major = pattern_of(two_channels(TensorOrder::column_major));
  BOOST_TEST(draw_row(column_major, 0) == "0:0 2:1 6:2 8:3");
  BOOST_TEST(draw_row(column_major, 1) == "1:0 3:1 7:2 9:3");
  BOOST_TEST(draw_row(column_major, 6) == "2:4 4:5 8:6 10:7");
}

BOOST_AUTO_TEST_CASE(draws_groups) {
  const ConvolutionSpec pairs = {
      .input = {1}, .kernel = {1}, .in_channels = 4, .out_channels = 2, .groups = 2};
  BOOST_TEST(draw(pattern_of(pairs)) == "0:0 1:1 | 2:2 3:3");
  BOOST_TEST(draw(pattern_of(pairs).transposed()) == "0:0 | 0:1 | 1:2 | 1:3");
  ConvolutionSpec uneven = {
      .input = {2}, .kernel = {2}, .in_channels = 2, .out_channels = 4, .groups = 2};
  BOOST_TEST(draw(pattern_of(uneven)) == "0:0 1:1 | 0:2 1:3 | 2:4 3:5 | 2:6 3:7");
  uneven.order = TensorOrder::channels_last;
  BOOST_TEST(draw(pattern_of(uneven)) == "0:0 2:1 | 0:2 2:3 | 1:4 3:5 | 1:6 3:7");
}

BOOST_AUTO_TEST_CASE(draws_weights_that_share_a_pixel) {
  ConvolutionSpec corner = {.input = {2, 2},
                            .kernel = {2, 2},
                            .padding = {{1, 0}, {1, 0}},
                            .boundary = Boundary::symmetric};
  BOOST_TEST(draw(pattern_of(corner)) == "0:0+1+2+3 | 0:0+2 1:1+3 | 0:0+1 2:2+3 | 0:0 1:1 2:2 3:3");
  corner.operation = Operation::convolution;
  BOOST_TEST(draw(pattern_of(corner)) == "0:0+1+2+3 | 0:1+3 1:0+2 | 0:2+3 2:0+1 | 0:3 1:2 2:1 3:0");
  corner.boundary = {Boundary::zero, Boundary::symmetric};
  BOOST_TEST(draw(pattern_of(corner)) == "0:0+1 | 0:1 1:0 | 0:2+3 2:0+1 | 0:3 1:2 2:1 3:0");
}

BOOST_AUTO_TEST_CASE(counts_itself_in_every_row) {
  toeplix::test::Random random("counts_itself_in_every_row");
  toeplix::test::Failures failures;
  for (int i = 0; i < 150; ++i) {
    const auto spec = toeplix::test::draw_sound_spec<ConvolutionSpec>(random);
    const Pattern pattern = pattern_of(spec);
    failures.expect_none(spec, "pattern", flaw(pattern));
    failures.expect_none(spec, "transposed pattern", flaw(pattern.transposed()));
    failures.expect(spec, "transposed", is_transpose(pattern, pattern.transposed()));
    failures.expect(spec, "nnz", pattern.nnz() == Convolution(spec).nnz());
    const auto up = toeplix::test::draw_sound_spec<TransposedConvolutionSpec>(random);
    failures.expect_none(up, "pattern", flaw(pattern_of(up)));
    failures.expect(up, "nnz", pattern_of(up).nnz() == TransposedConvolution(up).nnz());
  }
  BOOST_TEST(failures.checked() == 900);
}

BOOST_AUTO_TEST_CASE(transposing_twice_gives_the_pattern_back) {
  toeplix::test::Random random("transposing_twice_gives_the_pattern_back");
  for (int i = 0; i < 50; ++i) {
    const auto spec = toeplix::test::draw_sound_spec<ConvolutionSpec>(random);
    const Pattern pattern = pattern_of(spec);
    BOOST_TEST(draw(pattern.transposed().transposed()) == draw(pattern), to_string(spec));
  }
}

BOOST_AUTO_TEST_CASE(positions_in_every_order) {
  // Rows are 2 x 2 pixels, columns 2 x 3, both in two channels.
  for (Index channel = 0; channel < 2; ++channel) {
    for (Index y = 0; y < 2; ++y) {
      for (Index x = 0; x < 3; ++x) {
        const auto check = [&](TensorOrder order, Index row, Index column) {
          const Pattern pattern = pattern_of(two_channels(order));
          BOOST_TEST(pattern.column_position(column).channel == channel);
          BOOST_TEST(pattern.column_position(column).coordinate == (Extents{y, x}));
          if (x == 2) return;  // there is no such row
          BOOST_TEST(pattern.row_position(row).channel == channel);
          BOOST_TEST(pattern.row_position(row).coordinate == (Extents{y, x}));
        };
        check(TensorOrder::channels_first, channel * 4 + y * 2 + x, channel * 6 + y * 3 + x);
        check(TensorOrder::channels_last, y * 4 + x * 2 + channel, y * 6 + x * 2 + channel);
        check(TensorOrder::column_major, y + x * 2 + channel * 4, y + x * 2 + channel * 6);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(strides_of_the_three_vectors) {
  const auto strides = [](const Pattern& pattern) {
    std::vector<Extents> all;
    for (const Pattern::Axis& axis : pattern.axes()) {
      all.push_back({axis.row_stride, axis.column_stride, axis.weight_stride});
    }
    const Pattern::Channels& c = pattern.channels();
    all.push_back({c.row_stride, c.column_stride});
    all.push_back({c.weight_group_stride, c.weight_row_stride, c.weight_column_stride});
    return all;
  };
  using All = std::vector<Extents>;
  ConvolutionSpec spec = {.input = {4, 5, 6},
                          .kernel = {2, 3, 1},
                          .in_channels = 4,
                          .out_channels = 6,
                          .groups = 2};  // rows are 3 x 3 x 6 pixels
  BOOST_TEST((strides(pattern_of(spec)) ==
              All{{18, 30, 3}, {6, 6, 1}, {1, 1, 1}, {54, 120}, {36, 12, 6}}));
  spec.order = TensorOrder::channels_last;
  BOOST_TEST((strides(pattern_of(spec)) ==
              All{{108, 120, 3}, {36, 24, 1}, {6, 4, 1}, {1, 1}, {36, 12, 6}}));
  spec.order = TensorOrder::column_major;  // the last axis is the slowest
  BOOST_TEST(
      (strides(pattern_of(spec)) == All{{9, 20, 1}, {3, 4, 1}, {1, 1, 3}, {54, 120}, {36, 12, 6}}));
  BOOST_TEST((strides(pattern_of(spec).transposed()) ==
              All{{20, 9, 1}, {4, 3, 1}, {1, 1, 3}, {120, 54}, {36, 6, 12}}));
}

BOOST_AUTO_TEST_CASE(refuses_rows_outside) {
  const Pattern pattern = pattern_of(ConvolutionSpec{.input = {5}, .kernel = {2}});
  for (const Index row : {-1, 4}) {
    toeplix::test::check_throws<GeometryError>(
        [&] { return pattern.row(row); },
        "row " + std::to_string(row) + " is outside the matrix; it has 4 rows");
  }
}

BOOST_AUTO_TEST_CASE(refuses_to_count_beyond_64_bits) {
  const Pattern pattern = pattern_of(ConvolutionSpec{
      .input = {1 << 20, 1 << 20}, .kernel = {1, 1}, .in_channels = 8192, .out_channels = 1024});
  toeplix::test::check_throws<toeplix::CapacityError>(
      [&] { static_cast<void>(pattern.nnz()); },
      "the entries of a 1125899906842624 x 9007199254740992 matrix exceed 64 bits");
}

BOOST_AUTO_TEST_CASE(columns_in_the_same_places) {
  const ConvolutionSpec spec = {.input = {4, 5}, .kernel = {2, 2}, .in_channels = 2};
  const auto with = [&spec](auto change) {
    ConvolutionSpec changed = spec;
    change(changed);
    return pattern_of(changed);
  };
  const Pattern pattern = pattern_of(spec);
  const auto same = [&](const Pattern& other) {
    BOOST_TEST(pattern.has_columns_of(other) == other.has_columns_of(pattern));
    return pattern.has_columns_of(other);
  };
  BOOST_TEST(same(pattern));
  // Rows, groups and kernels may differ.
  BOOST_TEST(same(with([](auto& s) { s.out_channels = 6; })));
  BOOST_TEST(same(with([](auto& s) { s.groups = s.out_channels = 2; })));
  BOOST_TEST(same(with([](auto& s) { s.kernel = {1, 3}; })));
  BOOST_TEST(!same(with([](auto& s) { s.in_channels = 1; })));
  BOOST_TEST(!same(with([](auto& s) { s.input = {5, 4}; })));
  BOOST_TEST(!same(with([](auto& s) { s.order = TensorOrder::channels_last; })));
  BOOST_TEST(!same(with([](auto& s) { s = {.input = {20}, .kernel = {1}, .in_channels = 2}; })));
  BOOST_TEST(same(pattern_of(TransposedConvolutionSpec{
      .input = {4, 5}, .kernel = {3, 3}, .in_channels = 2, .out_channels = 1})));
}

// One channel is first and last at once.
BOOST_AUTO_TEST_CASE(columns_of_a_single_channel) {
  const auto of = [](TensorOrder order) {
    return pattern_of(ConvolutionSpec{.input = {4, 5}, .kernel = {2, 2}, .order = order});
  };
  BOOST_TEST(of(TensorOrder::channels_first).has_columns_of(of(TensorOrder::channels_last)));
  BOOST_TEST(!of(TensorOrder::channels_first).has_columns_of(of(TensorOrder::column_major)));
}

BOOST_AUTO_TEST_SUITE_END()
