#include "support/boundary_walk.hpp"
#include "support/compare.hpp"
#include "support/effort.hpp"
#include "support/failures.hpp"
#include "support/layout.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/explain.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <vector>

BOOST_AUTO_TEST_SUITE(explain_entries)

namespace {

using toeplix::AxisFold;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::EntryExplanation;
using toeplix::explain;
using toeplix::explain_weight;
using toeplix::explain_weight_index;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::KernelMeeting;
using toeplix::numeric_matrix;
using toeplix::SymbolicFormat;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::WeightLanding;
using toeplix::WeightLandings;
using namespace toeplix::test;

const ConvolutionSpec& forward_spec(const Convolution& conv) {
  return conv.spec();
}
const ConvolutionSpec& forward_spec(const TransposedConvolution& conv) {
  return conv.adjoint().spec();
}
const Convolution& forward(const Convolution& conv) {
  return conv;
}
const Convolution& forward(const TransposedConvolution& conv) {
  return conv.adjoint();
}

/// All (row, column, meeting) by loops over every window and every kernel position.
template <class Conv>
std::map<std::pair<Index, Index>, std::vector<KernelMeeting>> all_meetings(const Conv& any) {
  constexpr bool transposed = std::same_as<Conv, TransposedConvolution>;
  const Convolution& conv = forward(any);
  const ConvolutionSpec& spec = forward_spec(any);
  const Index out_per_group = spec.out_channels / spec.groups;
  const Index in_per_group = spec.in_channels / spec.groups;
  std::map<std::pair<Index, Index>, std::vector<KernelMeeting>> meetings;
  const auto add = [&](Index out, Index in, const Extents& window, const Extents& kernel) {
    KernelMeeting meeting{out * in_per_group + in % in_per_group, kernel, {}, {}};
    Extents pixel;
    for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
      const bool flips = spec.operation == toeplix::Operation::convolution;
      const Index position = flips ? conv.kernel()[axis] - 1 - kernel[axis] : kernel[axis];
      const Index at = window[axis] * spec.stride[axis] - conv.padding(axis).lower +
                       position * spec.dilation[axis];
      const toeplix::AxisGeometry& g = conv.tap_tables()[axis].geometry();
      pixel.push_back(walk_to(at, g));
      if (pixel.back() < 0) return;
      meeting.extended.push_back(at);
      const Index end = (spec.input[axis] - 1) * spec.input_dilation[axis] + 1;
      meeting.folds.push_back(at < 0     ? AxisFold::lower
                              : at < end ? AxisFold::straight
                                         : AxisFold::upper);
      meeting.weight = meeting.weight * conv.kernel()[axis] + kernel[axis];
    }
    const Index row = place_of(spec.order, spec.out_channels, conv.output(), out, window);
    const Index col = place_of(spec.order, spec.in_channels, spec.input, in, pixel);
    meetings[transposed ? std::pair(col, row) : std::pair(row, col)].push_back(meeting);
  };
  for (Index out = 0; out < spec.out_channels; ++out) {
    for (Index in = 0; in < spec.in_channels; ++in) {
      if (out / out_per_group != in / in_per_group) continue;
      for_each_pixel(conv.output(), [&](const Extents& window) {
        for_each_pixel(conv.kernel(), [&](const Extents& kernel) { add(out, in, window, kernel); });
      });
    }
  }
  return meetings;
}

template <class Conv>
std::string entry_flaw(
    const Conv& conv, const std::map<std::pair<Index, Index>, std::vector<KernelMeeting>>& expected,
    Index row, Index col) {
  const EntryExplanation explanation = explain(conv, row, col);
  const auto found = expected.find({row, col});
  const std::string entry = concatenate("entry (", row, ", ", col, ")");
  if (found == expected.end()) {
    return explanation.meetings.empty() && !explanation.absence.empty() ? "" : entry + " is there";
  }
  auto meetings = found->second;
  std::ranges::sort(meetings, {}, &KernelMeeting::weight);
  if (explanation.meetings != meetings) return entry + " has other meetings";
  if (!explanation.absence.empty()) return entry + " has a reason to be absent";
  const auto order = conv.spec().order;
  const Index row_again = place_of(order, conv.out_channels(), conv.output(),
                                   explanation.out_channel, explanation.output);
  const Index col_again =
      place_of(order, conv.in_channels(), conv.input(), explanation.in_channel, explanation.input);
  return row_again == row && col_again == col ? "" : entry + " has wrong coordinates";
}

template <class Conv>
std::string weight_flaw(
    const Conv& conv, const std::map<std::pair<Index, Index>, std::vector<KernelMeeting>>& expected,
    Index weight, std::size_t most) {
  std::vector<std::tuple<Index, Index, std::vector<AxisFold>>> places;
  std::set<Index> diagonals;
  for (const auto& [place, meetings] : expected) {
    for (const KernelMeeting& meeting : meetings) {
      if (meeting.weight != weight) continue;
      places.emplace_back(place.first, place.second, meeting.folds);
      diagonals.insert(place.second - place.first);
    }
  }
  const WeightLandings landings = explain_weight_index(conv, weight, most);
  const std::string name = concatenate("weight ", weight, ": ");
  if (landings.weight != weight) return name + "index";
  if (landings.count != static_cast<Index>(places.size())) return name + "count";
  if (landings.diagonal_count != static_cast<Index>(diagonals.size())) return name + "diagonals";
  std::vector<Index> lowest(diagonals.begin(), diagonals.end());
  if (lowest.size() > most) lowest.resize(most);
  if (landings.first_diagonals != lowest) return name + "first diagonals";
  if (landings.first.size() != std::min(most, places.size())) return name + "list";
  for (std::size_t i = 0; i < landings.first.size(); ++i) {
    const WeightLanding& got = landings.first[i];
    if (std::tuple(got.row, got.col, got.folds) != places[i])
      return name + concatenate("place ", i);
    const auto order = conv.spec().order;
    const Index row =
        place_of(order, conv.out_channels(), conv.output(), landings.out_channel, got.output);
    const Index col =
        place_of(order, conv.in_channels(), conv.input(), landings.in_channel, got.input);
    if (row != got.row || col != got.col) return name + "coordinates";
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(agree_with_loops_over_every_window) {
  Failures failures;
  for_random_specs("explain", by_effort(40, 300, 3000), [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    const auto expected = all_meetings(conv);
    const Index most_tried = 60;
    for (Index i = 0; i < most_tried; ++i) {
      const Index row = random.between(0, conv.rows() - 1);
      const Index col = random.between(0, conv.cols() - 1);
      failures.expect_none(spec, "explain", entry_flaw(conv, expected, row, col));
    }
    for (const auto& [place, meetings] : expected) {
      if (!random.once_in(4)) continue;
      failures.expect_none(spec, "explain", entry_flaw(conv, expected, place.first, place.second));
    }
    const Index weight = random.between(0, conv.weight_count() - 1);
    const auto most = random.pick<std::size_t>({0, 1, 5, 20, 100000});
    failures.expect_none(spec, "weight", weight_flaw(conv, expected, weight, most));
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(entries_are_said_in_a_sentence) {
  const Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  BOOST_TEST(to_text(explain(conv, 3, 7)) ==
             "entry (3, 7): output channel 0 at (1, 1) reads input channel 0 at (2, 1) through "
             "w[0,0,1,0] (weight 2, straight).\n");
  BOOST_TEST(to_text(explain(conv, 0, 8)) ==
             "entry (0, 8) is not stored: output channel 0 at (0, 0) does not read input channel 0 "
             "at (2, 2), as along axis 0 no kernel position of the window 0 comes to pixel 2.\n");
  const Convolution folded(
      {.input = {4}, .kernel = {3}, .padding = 1, .boundary = Boundary::reflect});
  BOOST_TEST(to_text(explain(folded, 0, 1)) ==
             "entry (0, 1): output channel 0 at (0) reads input channel 0 at (1) through w[0,0,0] "
             "(weight 0, folded over the lower border of axis 0 (from -1)) and w[0,0,2] (weight 2, "
             "straight).\n");
  const Convolution groups(
      {.input = {2}, .kernel = {1}, .in_channels = 2, .out_channels = 2, .groups = 2});
  BOOST_TEST(explain(groups, 0, 2).absence == "the channels belong to different groups");
  const TransposedConvolution up({.input = {2}, .kernel = {2}, .stride = 2});
  BOOST_TEST(to_text(explain(up, 3, 1)) ==
             "entry (3, 1): output channel 0 at (3) receives input channel 0 at (1) through "
             "w[0,0,1] (weight 1, straight).\n");
}

BOOST_AUTO_TEST_CASE(weights_are_said_with_their_diagonals) {
  const Convolution conv(
      {.input = {4}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular});
  BOOST_TEST(to_text(explain_weight(conv, {0, 0, 0})) ==
             "w[0,0,0] (weight 0) takes input channel 0 to output channel 0 and adds to 4 entries, "
             "on diagonals col - row = -1, 3:\n"
             "  (0, 3)  output (0), input (3), folded over the lower border of axis 0\n"
             "  (1, 0)  output (1), input (0), straight\n"
             "  (2, 1)  output (2), input (1), straight\n"
             "  (3, 2)  output (3), input (2), straight\n");
  BOOST_TEST(to_text(explain_weight_index(conv, 1, 1))
                 .ends_with("on diagonal col - row = 0:\n  (0, 0)  output (0), input (0), "
                            "straight\n  and 3 more\n"));
  const Convolution huge({.input = {1 << 20, 1 << 20}, .kernel = {3, 3}, .padding = 1});
  const WeightLandings corner = explain_weight(huge, {0, 0, 2, 2});
  BOOST_TEST(corner.count == Index{(1 << 20) - 1} * ((1 << 20) - 1));
  BOOST_TEST(corner.first_diagonals == std::vector<Index>{(1 << 20) + 1});
  const Convolution unread({.input = {1}, .kernel = {3}, .padding = 1});
  BOOST_TEST(to_text(explain_weight_index(unread, 0)) ==
             "w[0,0,0] (weight 0) adds to no entry: it only ever meets padding.\n");
}

BOOST_AUTO_TEST_CASE(refuse_what_is_outside) {
  const Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  for (const auto& [row, col] : {std::pair<Index, Index>{4, 0}, {0, 9}, {-1, 0}, {0, -1}}) {
    check_throws<GeometryError>(
        [&, r = row, c = col] { (void)explain(conv, r, c); },
        concatenate("entry (", row, ", ", col, ") is outside the 4 x 9 matrix"));
  }
  check_throws<GeometryError>(
      [&] {
        (void)explain_weight(conv, {0, 0, 2, 0});
      },
      "weight 0,0,2,0 does not exist; the weights have shape (1,1,2,2), "
      "expected a coordinate on each of its axes");
  const Convolution large({.input = {1 << 21}, .kernel = {1}});
  check_throws<CapacityError>(
      [&] { (void)explain_weight_index(large, 0, std::size_t(-1)); },
      "of 2097152 entries of a weight more than 2^20 cannot be listed; ask for fewer");
  BOOST_TEST(explain_weight_index(conv, 0, std::size_t(-1)).count ==
             std::ssize(explain_weight_index(conv, 0, std::size_t(-1)).first));
  // 3^39 entries in one row: the first ones are listed without the others.
  const toeplix::Extents ones(39, 1);
  const TransposedConvolution many({.input = toeplix::Extents(39, 3),
                                    .kernel = ones,
                                    .padding = 1,
                                    .boundary = toeplix::Boundary::circular});
  BOOST_TEST(explain_weight_index(many, 0, 5).first.size() == 5u);
  BOOST_CHECK_THROW((void)explain_weight(conv, {4}), GeometryError);
  BOOST_CHECK_THROW((void)explain_weight(conv, {0}), GeometryError);
  BOOST_CHECK_THROW((void)explain_weight(conv, {}), GeometryError);
  BOOST_CHECK_THROW((void)explain_weight(conv, {0, 0, 0}), GeometryError);
  BOOST_CHECK_THROW((void)explain_weight(conv, {0, 0, 0, -1}), GeometryError);
  check_throws<GeometryError>([&] { (void)explain_weight_index(conv, 4); },
                              "weight 4 does not exist; there are 4, from 0");
  BOOST_CHECK_THROW((void)explain_weight_index(conv, -1), GeometryError);
}

BOOST_AUTO_TEST_CASE(matrices_of_letters) {
  BOOST_TEST(symbolic_matrix(Convolution({.input = {3, 3}, .kernel = {2, 2}})) ==
             "w00 w01   . w10 w11   .   .   .   .\n"
             "  . w00 w01   . w10 w11   .   .   .\n"
             "  .   .   . w00 w01   . w10 w11   .\n"
             "  .   .   .   . w00 w01   . w10 w11\n");
  const Convolution folded(
      {.input = {4}, .kernel = {3}, .padding = 1, .boundary = Boundary::reflect});
  BOOST_TEST(symbolic_matrix(folded) ==
             "w1 w0+w2     .  .\n"
             "w0    w1    w2  .\n"
             " .    w0    w1 w2\n"
             " .     . w0+w2 w1\n");
  BOOST_TEST(symbolic_matrix(TransposedConvolution({.input = {2}, .kernel = {2}, .in_channels = 2}),
                             SymbolicFormat::latex) ==
             "\\begin{bmatrix}\n"
             "  w_{000} &   \\cdot & w_{100} &   \\cdot \\\\\n"
             "  w_{001} & w_{000} & w_{101} & w_{100} \\\\\n"
             "    \\cdot & w_{001} &   \\cdot & w_{101} \\\\\n"
             "\\end{bmatrix}\n");
  BOOST_TEST(symbolic_matrix(Convolution({.input = {11}, .kernel = {11}}), SymbolicFormat::latex)
                 .starts_with("\\setcounter{MaxMatrixCols}{11}\n\\begin{bmatrix}\n"));
  BOOST_TEST(symbolic_matrix(Convolution({.input = {11, 1}, .kernel = {11, 1}})) ==
             "w0_0 w1_0 w2_0 w3_0 w4_0 w5_0 w6_0 w7_0 w8_0 w9_0 w10_0\n");
  BOOST_TEST(symbolic_matrix(Convolution({.input = {40}, .kernel = {1}})).size() == 40u * (40 * 3));
  check_throws<CapacityError>(
      [] { (void)symbolic_matrix(Convolution({.input = {41}, .kernel = {1}})); },
      "a 41 x 41 matrix is too large to print in letters (80 x 40 at most); explain single entries "
      "or weights, inspect it, or plot it");
}

BOOST_AUTO_TEST_CASE(matrices_of_numbers) {
  const std::vector<double> kernel = {0, 1, 2, 3};
  const Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  BOOST_TEST(numeric_matrix(conv, kernel) ==
             "0 1 . 2 3 . . . .\n"
             ". 0 1 . 2 3 . . .\n"
             ". . . 0 1 . 2 3 .\n"
             ". . . . 0 1 . 2 3\n");
  // Folded weights are added; a sum of zero is still an entry.
  const Convolution folded(
      {.input = {3}, .kernel = {3}, .padding = 1, .boundary = Boundary::reflect});
  const std::vector<double> odd = {-4, 0.5, 4};
  BOOST_TEST(numeric_matrix(folded, odd, SymbolicFormat::latex) ==
             "\\begin{bmatrix}\n"
             "    0.5 &   0 & \\cdot \\\\\n"
             "     -4 & 0.5 &     4 \\\\\n"
             "  \\cdot &   0 &   0.5 \\\\\n"
             "\\end{bmatrix}\n");
  const TransposedConvolution up({.input = {2}, .kernel = {2}});
  BOOST_TEST(numeric_matrix(up, std::vector<double>{-1, 20}) ==
             "-1  .\n"
             "20 -1\n"
             " . 20\n");
}

BOOST_AUTO_TEST_CASE(numbers_are_short_and_exact) {
  const auto text = [](double value, SymbolicFormat format) {
    const std::string all = numeric_matrix(Convolution({.input = {1}, .kernel = {1}}),
                                           std::vector<double>{value}, format);
    return format == SymbolicFormat::text ? all.substr(0, all.size() - 1)
                                          : all.substr(18, all.find(" \\\\") - 18);
  };
  for (const auto& [value, plain, latex] : {
           std::tuple{0.1, "0.1", "0.1"},
           {-0.0, "0", "0"},
           {100000.0, "100000", "100000"},
           {1.0 / 3, "0.3333333333333333", "0.3333333333333333"},
           {1e20, "100000000000000000000", "100000000000000000000"},
           {1e21, "1e+21", "1 \\times 10^{21}"},
           {0.000001, "0.000001", "0.000001"},
           {-2.5e-7, "-2.5e-7", "-2.5 \\times 10^{-7}"},
       }) {
    BOOST_TEST(text(value, SymbolicFormat::text) == plain);
    BOOST_TEST(text(value, SymbolicFormat::latex) == latex);
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none_are_refused) {
  const Convolution conv(
      {.input = {2}, .kernel = {3}, .padding = 1, .boundary = Boundary::reflect});
  const auto numbers = [&](std::vector<double> weights) {
    return [&conv, weights] { (void)numeric_matrix(conv, weights); };
  };
  check_throws<GeometryError>(numbers({1, 2}), "numeric_matrix: weights has length 2; expected 3");
  check_throws<GeometryError>(numbers({1, 2, std::numeric_limits<double>::infinity()}),
                              "numeric_matrix: weight 2 is not a finite number");
  check_throws<GeometryError>(numbers({1e308, 0, 1e308}),
                              "numeric_matrix: the weights at entry (0, 1) have no finite sum");
  check_throws<CapacityError>(
      [] {
        (void)numeric_matrix(Convolution({.input = {41}, .kernel = {1}}), std::vector<double>{1});
      },
      "a 41 x 41 matrix is too large to print in numbers (80 x 40 at most); explain single entries "
      "or weights, inspect it, or plot it");
}

BOOST_AUTO_TEST_CASE(letters_too_wide_to_read_are_refused) {
  // 40 columns of w0_0_0 to w1_1_10.
  const Convolution wide({.input = {20}, .kernel = {11}, .in_channels = 2, .out_channels = 2});
  for (const SymbolicFormat format : {SymbolicFormat::text, SymbolicFormat::latex}) {
    check_throws<CapacityError>(
        [&] { (void)symbolic_matrix(wide, format); },
        "in letters the matrix has lines of 299 characters, too long to read (200 at most); "
        "explain single entries or weights, inspect it, or plot it");
  }
  // 40 columns of w000 and a blank between them.
  const Convolution readable({.input = {20}, .kernel = {1}, .in_channels = 2, .out_channels = 2});
  BOOST_TEST(symbolic_matrix(readable).find('\n') == 199u);
}

BOOST_AUTO_TEST_CASE(weights_have_one_name) {
  BOOST_TEST(toeplix::weight_name({1, 1, 3}, 2) == "w2");
  BOOST_TEST(toeplix::weight_name({1, 1, 4, 4}, 11) == "w23");
  BOOST_TEST(toeplix::weight_name({1, 1, 4, 11}, 11) == "w1_0");
  BOOST_TEST(toeplix::weight_name({2, 1, 2, 2}, 6) == "w1010");
  using toeplix::WeightsOrder;
  BOOST_TEST(toeplix::weight_name({4, 4, 1, 1}, 11, WeightsOrder::hwio) == "w23");
  BOOST_TEST(toeplix::weight_name({1, 4, 4, 1}, 11, WeightsOrder::ohwi) == "w23");
  BOOST_TEST(toeplix::weight_name({1, 1, 4, 3}, 11, WeightsOrder::hwim) == "w0032");
  BOOST_TEST(toeplix::weight_name({1, 1, 4, 3}, 11, WeightsOrder::ohwi) == "w0032");
}

BOOST_AUTO_TEST_CASE(a_border_of_a_spread_image) {
  const Convolution conv("input=3 kernel=3 padding=2 boundary=reflect input_dilation=2");
  const std::string text = to_text(explain(conv, 0, 1));
  BOOST_TEST(text ==
             "entry (0, 1): output channel 0 at (0) reads input channel 0 at (1) through w[0,0,0] "
             "(weight 0, folded over the lower border of axis 0 (from -2 of the spread image)).\n");
  BOOST_TEST(explain(conv, 0, 1).input_dilation == Extents{2});
}

BOOST_AUTO_TEST_CASE(what_padding_adds_is_said) {
  const Convolution conv("input=3 kernel=2 padding=1:0 padding_value=0.5");
  const std::string said =
      "\npadding_value 0.5 times the weights on padding is added to the output; no entry has it.\n";
  BOOST_TEST(to_text(explain(conv, 0, 0)).ends_with(said));
  BOOST_TEST(to_text(explain(conv, 0, 1)).ends_with(said));
  BOOST_TEST(to_text(explain_weight(conv, {0, 0, 1})).ends_with(said));
  const Convolution lost("input=1 kernel=2 padding=1:0 padding_value=0.5");
  BOOST_TEST(to_text(explain_weight(lost, {0, 0, 0})).ends_with(said));
  const TransposedConvolution up("transposed input=3 kernel=2");
  BOOST_TEST(to_text(explain(up, 0, 0)).find("padding_value") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(letters_follow_the_axes_of_the_weights) {
  const auto letters = [](const std::string& order) {
    const std::string text = "input=2 kernel=2 in=2 out=3 weights_order=";
    return symbolic_matrix(Convolution(text + order));
  };
  BOOST_TEST(letters("oihw") == "w000 w001 w010 w011\nw100 w101 w110 w111\nw200 w201 w210 w211\n");
  BOOST_TEST(letters("hwio") == "w000 w100 w010 w110\nw001 w101 w011 w111\nw002 w102 w012 w112\n");
  BOOST_TEST(letters("ohwi") == "w000 w010 w001 w011\nw100 w110 w101 w111\nw200 w210 w201 w211\n");
  BOOST_TEST(
      symbolic_matrix(Convolution("input=2 kernel=2 in=2 out=4 groups=2 weights_order=hwim")) ==
      "w000 w100    .    .\nw001 w101    .    .\n"
      "   .    . w010 w110\n   .    . w011 w111\n");
}

BOOST_AUTO_TEST_CASE(refuse_more_meetings_than_anyone_reads) {
  const auto all_on_one = [](Index kernel) {
    return Convolution({.input = {1, 1},
                        .kernel = {kernel, kernel},
                        .padding = kernel - 1,
                        .boundary = Boundary::replicate});
  };
  BOOST_TEST(explain(all_on_one(100), 0, 0).meetings.size() == 10000u);
  const Convolution more = all_on_one(101);
  check_throws<CapacityError>([&] { (void)explain(more, 0, 0); },
                              "at entry (0, 0) more than 10000 kernel positions meet, too many to "
                              "explain; explain single weights, or use a smaller kernel");
}

BOOST_AUTO_TEST_CASE(of_many_meetings_eight_are_said) {
  // The window of output 0 lies on the only pixel and before it.
  const auto said = [](Index kernel) {
    const Convolution conv({.input = {1},
                            .kernel = {kernel},
                            .padding = {{kernel - 1, 0}},
                            .boundary = Boundary::replicate});
    return to_text(explain(conv, 0, 0));
  };
  const std::string eight = said(8);
  BOOST_TEST(eight.starts_with(
      "entry (0, 0): output channel 0 at (0) reads input channel 0 at (0) through w[0,0,0] (weight "
      "0, folded over the lower border of axis 0 (from -7)), w[0,0,1] (weight 1, "));
  BOOST_TEST(eight.ends_with(" (from -1)) and w[0,0,7] (weight 7, straight).\n"));
  BOOST_TEST(said(9).ends_with(
      ", w[0,0,7] (weight 7, folded over the lower border of axis 0 (from -1)) and 1 more.\n"));
  BOOST_TEST(said(20).ends_with(
      ", w[0,0,7] (weight 7, folded over the lower border of axis 0 (from -12)) and 12 more.\n"));
}

BOOST_AUTO_TEST_CASE(folds_of_both_axes_are_said) {
  const Convolution corner({.input = {2, 2},
                            .kernel = {2, 2},
                            .padding = {{1, 0}, {0, 1}},
                            .boundary = Boundary::symmetric});
  BOOST_TEST(
      to_text(explain(corner, 1, 1)) ==
      "entry (1, 1): output channel 0 at (0, 1) reads input channel 0 at (0, 1) through w[0,0,0,0] "
      "(weight 0, folded over the lower border of axis 0 (from -1)), w[0,0,0,1] (weight 1, folded "
      "over the lower border of axis 0 (from -1) and the upper border of axis 1 (from 2)), "
      "w[0,0,1,0] (weight 2, straight) and w[0,0,1,1] (weight 3, folded over the upper border of "
      "axis 1 (from 2)).\n");
}

BOOST_AUTO_TEST_CASE(entries_that_a_transposed_convolution_lacks) {
  const TransposedConvolution up({.input = {2}, .kernel = {2}, .stride = 2});
  BOOST_TEST(to_text(explain(up, 0, 1)) ==
             "entry (0, 1) is not stored: output channel 0 at (0) does not receive input channel 0 "
             "at (1), as along axis 0 no kernel position of the window 1 comes to pixel 0.\n");
}

BOOST_AUTO_TEST_CASE(letters_of_many_rows_or_weights_are_refused) {
  const auto of_rows = [](Index rows) {
    return symbolic_matrix(Convolution({.input = {1}, .kernel = {1}, .out_channels = rows}));
  };
  const std::string eighty = of_rows(80);
  BOOST_TEST(std::ranges::count(eighty, '\n') == 80);
  check_throws<CapacityError>([&] { (void)of_rows(81); },
                              "a 81 x 1 matrix is too large to print in letters (80 x 40 at most); "
                              "explain single entries or weights, inspect it, or plot it");
  // One row of one entry, whose only weight is the last.
  const auto of_weights = [](Index width) {
    return symbolic_matrix(Convolution(
        {.input = {1, 1}, .kernel = {80, width}, .padding = {{79, 0}, {width - 1, 0}}}));
  };
  BOOST_TEST(of_weights(80) == "w79_79\n");
  check_throws<CapacityError>(
      [&] { (void)of_weights(81); },
      "a kernel of 6480 weights is too large to print in letters (6400 at most); explain single "
      "entries or weights, inspect it, or plot it");
}

BOOST_AUTO_TEST_SUITE_END()
