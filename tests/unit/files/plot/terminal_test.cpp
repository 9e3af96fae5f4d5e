#include <toeplix/files/plot.hpp>

#include "support/occurrences.hpp"
#include "unit/files/plot/specs.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(terminal_plot)

using namespace toeplix;
using format_test::occurrences;

namespace {

const Convolution small({.input = {3, 3}, .kernel = {2, 2}});

}  // namespace

BOOST_AUTO_TEST_CASE(terminal_draws_small_matrices_entry_by_entry) {
  BOOST_TEST(plot_terminal(small) ==
             "input=3,3 kernel=2,2\n"
             "4 x 9, 16 entries\n"
             "     0,0   1,0   2,0\n"
             "0,0 │⣿⣿⣿⣿  ⣿⣿⣿⣿  ▏\n"
             "0,1 │  ⣿⣿⣿⣿▏ ⣿⣿⣿⣿▏\n"
             "1,0 │▔▔▔▔▔▔⣿⣿⣿⣿▔▔⣿⣿⣿⣿▔▔\n"
             "1,1 │      ▏ ⣿⣿⣿⣿▏ ⣿⣿⣿⣿\n"
             "\n");
}

BOOST_AUTO_TEST_CASE(terminal_parts_the_channels_where_there_is_room) {
  const Convolution pair(parse_convolution("input=8,8 kernel=3,3 in=2 out=2 padding=1"));
  const std::string text = plot_terminal(pair);
  BOOST_TEST(occurrences(text, "▏") > 5U, text);
  BOOST_TEST(occurrences(text, "▔") > 10U, text);
  const Convolution many(parse_convolution("input=8,8 kernel=3,3 in=64 out=64 padding=1"));
  BOOST_TEST(occurrences(plot_terminal(many), "▏") == 0U);
}

BOOST_AUTO_TEST_CASE(terminal_shows_that_an_even_matrix_is_sparse) {
  // 0.3 % of each of the blocks, of which one dot shows nearly all.
  const Convolution conv(parse_convolution("input=56,56 kernel=3,3 in=64 out=64 padding=1"));
  const std::string text = plot_terminal(conv);
  BOOST_TEST(occurrences(text, "⣿") == 0U, text);
  BOOST_TEST(text.find("% stored") != std::string::npos, text);
  // A matrix that is full looks it.
  const Convolution full(parse_convolution("input=1 kernel=1 in=500 out=500"));
  BOOST_TEST(occurrences(plot_terminal(full), "⣿") > 300U);
}

BOOST_AUTO_TEST_CASE(terminal_draws_a_dot_per_entry) {
  const Convolution identity({.input = {48}, .kernel = {1}});
  const std::string text = plot_terminal(identity);
  // Eight dots down make two lines of a diagonal that is two characters wide per line.
  BOOST_TEST(text.find(" 0 │⠑⢄\n") != std::string::npos, text);
  BOOST_TEST(occurrences(text, "⠑⢄\n") == 12U, text);
}

BOOST_AUTO_TEST_CASE(terminal_uses_colours_where_it_is_told_to) {
  BOOST_TEST(occurrences(plot_terminal(small), "\033") == 0U);
  // Entries, the legend, and pieces of the lines between blocks.
  const std::string colours = plot_terminal(small, {.colour = TerminalColour::palette_256});
  BOOST_TEST(occurrences(colours, "\033[38;5;") == 16U + 4 + 8);
  const std::string true_colours = plot_terminal(small, {.colour = TerminalColour::true_colour});
  BOOST_TEST(occurrences(true_colours, "\033[38;2;") == 16U + 4 + 8);
  BOOST_TEST(occurrences(true_colours, "\033[0m") > 0U);
}

BOOST_AUTO_TEST_CASE(terminal_says_that_values_are_means) {
  const std::vector<double> weights{5, 5, 5};
  const TerminalPlotOptions options{.columns = 200, .colour = TerminalColour::true_colour};
  const std::string seen_from_afar =
      plot_terminal(parse_convolution("input=3000 kernel=3 padding=1"), weights, options);
  BOOST_TEST(occurrences(seen_from_afar, "mean -5 ") == 1U, seen_from_afar);
  const std::string by_entries =
      plot_terminal(Convolution({.input = {9}, .kernel = {3}}), weights, options);
  BOOST_TEST(occurrences(by_entries, "mean") == 0U, by_entries);
  BOOST_TEST(occurrences(by_entries, "-5 ") == 1U, by_entries);
}

BOOST_AUTO_TEST_CASE(terminal_lines_are_no_wider_than_it) {
  for (const char* text : plot_test::specs) {
    for (const Index columns : {20, 33, 80}) {
      BOOST_TEST_CONTEXT(text << ", " << columns << " columns") {
        const AnySpec spec = parse_spec(text);
        if (!std::holds_alternative<ConvolutionSpec>(spec)) continue;
        const Convolution conv(std::get<ConvolutionSpec>(spec));
        const std::string drawn = plot_terminal(conv, {.columns = columns, .lines = 12});
        Index width = 0;
        for (const char c : drawn) {
          // Continuation bytes of UTF-8 take no room.
          if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) width = c == '\n' ? 0 : width + 1;
          BOOST_TEST_REQUIRE(width <= columns, drawn);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
