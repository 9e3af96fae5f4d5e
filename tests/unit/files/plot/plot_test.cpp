#include <toeplix/files/plot.hpp>
#include <toeplix/files/png.hpp>

#include "files/plot/raster.hpp"
#include "files/plot/shading.hpp"
#include "support/format_bytes.hpp"

#include <toeplix/reference.hpp>

#include <cstdint>
#include <limits>

using namespace format_test;
using namespace toeplix;
using toeplix::detail::MatrixRaster;
using toeplix::detail::WeightInks;

namespace {

const char* const specs[] = {
    "input=3,3 kernel=2,2",
    "input=9 kernel=4 padding=2:1 boundary=reflect",
    "input=5,4 kernel=3,3 padding=1 boundary=symmetric,zero",
    "input=4,6 kernel=3,2 padding=3 boundary=circular stride=2,1",
    "input=4,4 kernel=3,3 padding=2 boundary=replicate operation=convolution dilation=2,1",
    "input=5,3 kernel=2,3 in=4 out=6 groups=2 stride=2 padding=1",
    "input=5,3 kernel=2,3 in=4 out=6 groups=2 order=channels_last padding=1:0,0:1",
    "input=4,3 kernel=3,1 in=2 out=3 order=column_major padding=1 boundary=reflect",
    "input=3,3 kernel=1,1 in=7 out=5",
    "input=3 kernel=1 in=12 out=12 groups=12",
    "transposed input=3,3 kernel=3,3 in=2 out=3 stride=2 padding=1 output_padding=1",
    "transposed input=4 kernel=5 padding=2 boundary=reflect in=2 out=2 order=channels_last",
    "input=3,2,4 kernel=2,2,3 padding=1 boundary=circular,reflect,zero",
};

/// The matrix by direct loops: one product with a unit vector per column. Row by row.
struct Dense {
  Index rows;
  Index cols;
  std::vector<double> values;
};

template <class Product>
Dense by_columns(Index rows, Index cols, const Product& product) {
  Dense dense{rows, cols, std::vector<double>(static_cast<std::size_t>(rows * cols))};
  for (Index column = 0; column < cols; ++column) {
    std::vector<double> unit(static_cast<std::size_t>(cols), 0);
    unit[static_cast<std::size_t>(column)] = 1;
    const auto result = product(unit);
    for (Index row = 0; row < rows; ++row) {
      dense.values[static_cast<std::size_t>(row * cols + column)] = result[std::size_t(row)];
    }
  }
  return dense;
}

Dense oracle(const Convolution& conv, const std::vector<double>& weights) {
  return by_columns(conv.rows(), conv.cols(), [&](const std::vector<double>& x) {
    return reference::convolve(conv.spec(), weights, x);
  });
}

Dense oracle(const TransposedConvolution& conv, const std::vector<double>& weights) {
  return by_columns(conv.rows(), conv.cols(), [&](const std::vector<double>& x) {
    return reference::convolve_transposed(conv.spec(), weights, x);
  });
}

/// What the entries of each pixel add up to.
std::vector<double> pooled(const Dense& dense, Index row_cell, Index column_cell) {
  const Index width = (dense.cols + column_cell - 1) / column_cell;
  const Index height = (dense.rows + row_cell - 1) / row_cell;
  std::vector<double> sums(static_cast<std::size_t>(height * width), 0);
  for (Index row = 0; row < dense.rows; ++row) {
    for (Index column = 0; column < dense.cols; ++column) {
      sums[static_cast<std::size_t>(row / row_cell * width + column / column_cell)] +=
          dense.values[static_cast<std::size_t>(row * dense.cols + column)];
    }
  }
  return sums;
}

std::vector<double> parts_of(const MatrixRaster& raster, double (*part)(const detail::Ink&)) {
  std::vector<double> parts;
  for (const detail::Ink& ink : raster.pixels) parts.push_back(part(ink));
  return parts;
}

double count_of(const detail::Ink& ink) {
  return ink.count;
}
double red_of(const detail::Ink& ink) {
  return ink.sum.red;
}
double blue_of(const detail::Ink& ink) {
  return ink.sum.blue;
}

/// A kernel repeated for every pair of channels.
std::vector<double> repeated(const std::vector<double>& kernel, Index count) {
  std::vector<double> weights;
  for (Index i = 0; i < count; ++i) {
    weights.push_back(kernel[static_cast<std::size_t>(i) % kernel.size()]);
  }
  return weights;
}

/// Holds a raster against the oracle's matrix, summed up pixel by pixel.
template <class Conv>
void check_raster(const Conv& conv, Index row_cell, Index column_cell) {
  const Pattern pattern(conv);
  const auto count = static_cast<std::size_t>(conv.weight_count());
  const auto pooled_oracle = [&](const std::vector<double>& weights) {
    return pooled(oracle(conv, weights), row_cell, column_cell);
  };

  // By value: positive and negative weights apart.
  WeightInks by_value{.by = WeightInks::By::value};
  std::vector<double> red;
  std::vector<double> blue;
  for (std::size_t i = 0; i < count; ++i) {
    red.push_back(static_cast<double>(i % 11));
    blue.push_back(static_cast<double>(i * 5 % 7));
    by_value.inks.push_back({red.back(), 0, blue.back()});
  }
  const MatrixRaster values = rasterize(pattern, by_value, row_cell, column_cell);
  BOOST_TEST(parts_of(values, red_of) == pooled_oracle(red));
  BOOST_TEST(parts_of(values, blue_of) == pooled_oracle(blue));
  BOOST_TEST(parts_of(values, count_of) == pooled_oracle(std::vector<double>(count, 1)));

  // By kernel position: the same for every pair of channels.
  WeightInks by_position;
  std::vector<double> kernel;
  Index positions = 1;
  for (const Index extent : conv.kernel()) positions *= extent;
  for (Index k = 0; k < positions; ++k) {
    kernel.push_back(static_cast<double>(k * k % 13 + 1));
    by_position.inks.push_back({kernel.back(), 0, 0});
  }
  const MatrixRaster colours = rasterize(pattern, by_position, row_cell, column_cell);
  BOOST_TEST(parts_of(colours, red_of) == pooled_oracle(repeated(kernel, conv.weight_count())));
}

std::size_t occurrences(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

const Convolution small({.input = {3, 3}, .kernel = {2, 2}});

}  // namespace

BOOST_AUTO_TEST_SUITE(plot)

BOOST_AUTO_TEST_CASE(pixels_are_sums_of_the_entries_in_them) {
  for (const char* text : specs) {
    for (const auto& [row_cell, column_cell] :
         {std::pair<Index, Index>{1, 1}, {2, 3}, {5, 4}, {7, 7}, {1000, 1000}}) {
      BOOST_TEST_CONTEXT(text << ", cells of " << row_cell << " x " << column_cell) {
        std::visit(
            [&, row = row_cell, column = column_cell](const auto& spec) {
              if constexpr (std::is_same_v<std::decay_t<decltype(spec)>, ConvolutionSpec>) {
                check_raster(Convolution(spec), row, column);
              } else {
                check_raster(TransposedConvolution(spec), row, column);
              }
            },
            parse_spec(text));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(entries_by_themselves_cancel_where_they_fold) {
  // -1 and 1 fold onto one pixel at either end.
  const Convolution conv(parse_convolution("input=4 kernel=3 padding=1 boundary=reflect"));
  const std::vector<double> weights = {-1, 0, 1};
  const MatrixRaster raster = detail::rasterize_entries(Pattern(conv), weights, 1, 1);
  const auto value = [&](Index y, Index x) {
    return raster.at(y, x).sum.red - raster.at(y, x).sum.blue;
  };
  BOOST_TEST(raster.at(0, 1).count == 1);
  BOOST_TEST(value(0, 1) == 0);
  BOOST_TEST(value(1, 0) == -1);
  BOOST_TEST(value(1, 2) == 1);
  BOOST_TEST(raster.at(0, 3).count == 0);
}

BOOST_AUTO_TEST_CASE(a_matrix_of_any_size) {
  // 10^10 rows, 8 * 10^11 entries; and all the entries of 10^5 by 10^5 channels.
  for (const char* text : {"input=100000,100000 kernel=9,9 padding=4 boundary=reflect",
                           "input=1 kernel=1 in=100000 out=100000",
                           "input=1000000000000 kernel=3 stride=7 boundary=circular padding=1"}) {
    BOOST_TEST_CONTEXT(text) {
      const Convolution conv(parse_convolution(text));
      const auto subject = detail::make_subject(conv, {});
      const Index row_cell = (conv.rows() + 799) / 800;
      const Index column_cell = (conv.cols() + 799) / 800;
      const MatrixRaster raster = rasterize(subject, row_cell, column_cell);
      double sum = 0;
      for (const detail::Ink& ink : raster.pixels) sum += ink.count;
      // Sums of integers below 2^53 are exact; each output has as many taps as the kernel.
      double expected = static_cast<double>(conv.output()[0]) *
                        static_cast<double>(conv.kernel()[0]) *
                        static_cast<double>(conv.in_channels() * conv.out_channels());
      if (conv.axes() == 2) expected *= static_cast<double>(conv.output()[1] * conv.kernel()[1]);
      BOOST_TEST(sum == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_kernel_too_wide_to_be_followed_exactly) {
  const Convolution conv(parse_convolution("input=2000,2000 kernel=301,301 padding=150"));
  const auto subject = detail::make_subject(conv, {});
  const MatrixRaster raster = rasterize(subject, 4762, 4762);
  double sum = 0;
  for (const detail::Ink& ink : raster.pixels) sum += ink.count;
  BOOST_TEST(sum == static_cast<double>(conv.nnz()), boost::test_tools::tolerance(1e-9));
  // A pixel on the diagonal far from the border: 301 lines of blocks, of which it sees a square of
  // 4762 x 4762, filled by 301 taps in 2000 of each.
  const double density = raster.at(420, 420).count / (4762.0 * 4762.0);
  BOOST_TEST(density == 301.0 / 2000, boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(svg_writes_weights_into_the_entries) {
  const std::string svg = plot_svg(small);
  // Four entries each, and one in the legend.
  for (const char* label : {">w00<", ">w01<", ">w10<", ">w11<"}) {
    BOOST_TEST(occurrences(svg, label) == 5U);
  }
  for (const char* words : {">input=3,3 kernel=2,2<", ">4 x 9, 16 entries<", ">2,2<"}) {
    BOOST_TEST(occurrences(svg, words) == 1U, words);
  }
  const std::string folded =
      plot_svg(Convolution(parse_convolution("input=4 kernel=3 padding=1 boundary=reflect")));
  BOOST_TEST(occurrences(folded, ">w0+w2<") == 2U);
  const std::string values = plot_svg(small, {.weights = {0.25, -1, 3, 1e-5}});
  BOOST_TEST(occurrences(values, ">0.25<") == 4U);
  BOOST_TEST(occurrences(values, ">1e-05<") == 4U);
  BOOST_TEST(occurrences(values, ">colour: value<") == 1U);
}

BOOST_AUTO_TEST_CASE(labels_are_those_of_the_legend_with_several_channels) {
  const Convolution conv(parse_convolution("input=3,3 kernel=2,2 in=2 out=2"));
  const std::string svg = plot_svg(conv);
  // In each of four blocks as often as outputs, and once in the legend.
  for (const char* label : {">00<", ">01<", ">10<", ">11<"}) {
    BOOST_TEST(occurrences(svg, label) == 4U * 4 + 1, label);
  }
  BOOST_TEST(occurrences(svg, ">w") == 0U);
}

BOOST_AUTO_TEST_CASE(all_shapes_lie_on_the_paper) {
  for (const char* text :
       {"input=64,64 kernel=64,64", "input=200,200 kernel=64,64", "input=3,3 kernel=2,2",
        "input=20,20,20 kernel=16,16,16", "input=9,9 kernel=1,9", "input=9,9 kernel=9,1"}) {
    BOOST_TEST_CONTEXT(text) {
      const Convolution conv(parse_convolution(text));
      const std::string svg = plot_svg(conv, {.size = 100});
      const auto number = [&](std::size_t from, const std::string& name) {
        const std::size_t at = svg.find(name + "=\"", from) + name.size() + 2;
        return std::stol(svg.substr(at, 20));
      };
      const long width = number(0, "width");
      const long height = number(0, "height");
      std::size_t at = svg.find("<rect x=");
      for (; at != std::string::npos; at = svg.find("<rect x=", at + 1)) {
        BOOST_TEST_REQUIRE(number(at, " x") + number(at, " width") <= width);
        BOOST_TEST_REQUIRE(number(at, " y") + number(at, " height") <= height);
      }
    }
  }
}

/// A row of pixels.
MatrixRaster raster_of(std::vector<detail::Ink> pixels) {
  return {.height = 1, .width = static_cast<Index>(pixels.size()), .pixels = std::move(pixels)};
}

BOOST_AUTO_TEST_CASE(pixels_by_value_have_the_colour_of_their_mean) {
  const auto subject = detail::make_subject(small, {8, -8, 1, 1});
  // Means 1, -0.5 and 0.
  const MatrixRaster raster = raster_of({{2, {3, 0, 1}}, {4, {0, 0, 2}}, {}, {6, {5, 0, 5}}});
  const detail::Shading shading(subject, raster);
  BOOST_TEST(shading.largest() == 1.0);
  BOOST_TEST(shading.densest() == 6.0);
  BOOST_TEST(shading.filled() == 0.75);
  const auto colour = [&](Index x) { return detail::hex(shading.colour(raster.at(0, x))); };
  BOOST_TEST(colour(0) == detail::hex(detail::diverging(1)));
  BOOST_TEST(colour(1) == detail::hex(detail::diverging(-0.5)));
  BOOST_TEST(colour(3) == detail::hex(detail::diverging(0)));
}

BOOST_AUTO_TEST_CASE(a_matrix_without_entries) {
  // Every window reads padding.
  const Convolution none(parse_convolution("input=1 kernel=1 stride=2 padding=1:3000"));
  BOOST_TEST(none.nnz() == 0);
  const detail::Shading shading(detail::make_subject(none, {}), raster_of({{}, {}}));
  BOOST_TEST(shading.densest() == 0.0);
  BOOST_TEST(shading.largest() == 1.0);
  BOOST_TEST(shading.filled() == 0.0);
  BOOST_TEST(occurrences(plot_terminal(none), ", up to 0 % stored") == 1U);
  BOOST_TEST(occurrences(plot_svg(none), ">0<") >= 2U);
}

BOOST_AUTO_TEST_CASE(legend_says_what_densities_mean) {
  const std::string mixed =
      plot_svg(Convolution(parse_convolution("input=56,56 kernel=3,3 in=64 out=64 padding=1")));
  for (const char* words : {">darkness: stored entries per pixel of 239 x 239<",
                            ">colour: all kernel positions mixed<"}) {
    BOOST_TEST(occurrences(mixed, words) == 1U, words);
  }
  // The colours of single positions would not be found in it.
  BOOST_TEST(occurrences(mixed, ">00<") == 0U);
  const std::string apart = plot_svg(Convolution(
      parse_convolution("input=56,56 kernel=3,3 in=64 out=64 padding=1 order=channels_last")));
  BOOST_TEST(occurrences(apart, ">colour: kernel positions of a pixel's entries, mixed<") == 1U);
  BOOST_TEST(occurrences(apart, ">00<") == 1U);
  const Convolution wide(parse_convolution("input=3000 kernel=3 padding=1"));
  const std::string values = plot_svg(wide, {.weights = {5, 5, 5}});
  BOOST_TEST(occurrences(values, ">colour: mean value of a pixel's entries<") == 1U);
  BOOST_TEST(occurrences(values, ">5<") == 1U);
}

BOOST_AUTO_TEST_CASE(lines_between_blocks_do_not_cut_diagonals) {
  const Convolution identity(parse_convolution("input=600 kernel=1 in=2 out=2 groups=2"));
  const Image image = plot_image(identity, {.size = 600});
  const auto sample = [&](Index x, Index y, Index c) {
    return image.samples[static_cast<std::size_t>((y * image.width + x) * 3 + c)];
  };
  const auto same = [&](Index x, Index y, Index x0, Index y0) {
    return sample(x, y, 0) == sample(x0, y0, 0) && sample(x, y, 1) == sample(x0, y0, 1) &&
           sample(x, y, 2) == sample(x0, y0, 2);
  };
  // The frame is the first thing as dark that is 600 pixels wide; the matrix begins inside of it.
  Index x = 0;
  Index y = 0;
  for (; y < image.height && x == 0; ++y) {
    for (Index begin = 0; begin + 600 < image.width && x == 0; ++begin) {
      Index end = begin;
      while (end < image.width && sample(end, y, 0) < 40) ++end;
      if (end - begin >= 600) x = begin + 1;
    }
  }
  BOOST_TEST_REQUIRE(x > 0);
  for (Index i = 1; i < 600; ++i) BOOST_TEST_REQUIRE(same(x + i, y + i, x, y));
  // There is a line, beside the diagonal.
  BOOST_TEST(!same(x + 300, y + 10, x + 299, y + 10));
}

BOOST_AUTO_TEST_CASE(a_kernel_of_more_positions_than_colours) {
  const std::string svg = plot_svg(Convolution({.input = {300}, .kernel = {200}}));
  BOOST_TEST(occurrences(svg, "<image") == 1U);
  BOOST_TEST(detail::palette_position({200, 3}, 0) == 0U);
  BOOST_TEST(detail::palette_position({200, 3}, 599) == 191U);
}

BOOST_AUTO_TEST_CASE(image_has_the_colours_of_the_palette) {
  const Image image = plot_image(small, {.size = 90});
  BOOST_TEST(image.channels == 3);
  const auto palette = detail::kernel_palette({2, 2});
  for (std::size_t k = 0; k < palette.size(); ++k) {
    const detail::Bytes3 colour = detail::encode(palette[k]);
    std::size_t count = 0;
    for (std::size_t i = 0; i < image.samples.size(); i += 3) {
      count += image.samples[i] == colour[0] && image.samples[i + 1] == colour[1] &&
               image.samples[i + 2] == colour[2];
    }
    // Four cells of 10 x 10 without the line between them; text only in the legend's larger one.
    BOOST_TEST(count >= 4U * 81);
    BOOST_TEST(count <= 4U * 81 + 44 * 44);
  }
}

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
  const TerminalPlotOptions options{
      .weights = {5, 5, 5}, .columns = 200, .colour = TerminalColour::true_colour};
  const std::string seen_from_afar =
      plot_terminal(Convolution(parse_convolution("input=3000 kernel=3 padding=1")), options);
  BOOST_TEST(occurrences(seen_from_afar, "mean -5 ") == 1U, seen_from_afar);
  const std::string by_entries = plot_terminal(Convolution({.input = {9}, .kernel = {3}}), options);
  BOOST_TEST(occurrences(by_entries, "mean") == 0U, by_entries);
  BOOST_TEST(occurrences(by_entries, "-5 ") == 1U, by_entries);
}

BOOST_AUTO_TEST_CASE(terminal_lines_are_no_wider_than_it) {
  for (const char* text : specs) {
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

BOOST_AUTO_TEST_CASE(refusals) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto geometry_error = [](auto action) { return message_of<GeometryError>(action); };
  BOOST_TEST(geometry_error([] { plot_svg(small, {.size = 15}); }) ==
             "plot: size 15: expected from 16 to 8192");
  BOOST_TEST(geometry_error([] {
               plot_svg(small, {.weights = {1, 2}});
             }) == "plot: weights has length 2; expected 4");
  BOOST_TEST(geometry_error([&] {
               plot_svg(small, {.weights = {1, 2, nan, 4}});
             }) == "plot: weight 2 is not a finite number");
  BOOST_TEST(geometry_error([] { plot_terminal(small, {.columns = 19}); }) ==
             "plot: a terminal of 19 columns and 24 lines: expected from 20 x 10 to 1000 x 1000");
  const Convolution wide({.input = {1 << 22}, .kernel = {1 << 21}});
  BOOST_CHECK_THROW(plot_svg(wide), CapacityError);
}

BOOST_AUTO_TEST_CASE(files_appear_whole_or_not_at_all) {
  const TemporaryDirectory folder;
  write_plot(folder / "W.png", small);
  const Image image = read_png(folder / "W.png");
  BOOST_TEST((image.samples == plot_image(small).samples));
  write_plot(folder / "V.PNG", small);
  BOOST_TEST((read_png(folder / "V.PNG").samples == image.samples));
  write_plot(folder / "W.svg", small);
  BOOST_TEST(read_text(folder / "W.svg") == plot_svg(small));
  const auto format_error = [](auto action) { return message_of<FormatError>(action); };
  BOOST_TEST(format_error([&] { write_plot("W.gif", small); }) ==
             "W.gif: expected a name that ends in .png or .svg");
  write_text(folder / "old.svg", "old");
  BOOST_CHECK_THROW(write_plot(folder / "old.svg", small, {.size = 0}), GeometryError);
  BOOST_TEST(read_text(folder / "old.svg") == "old");
  BOOST_CHECK_THROW(write_plot(folder / "missing" / "W.svg", small), FormatError);
}

BOOST_AUTO_TEST_SUITE_END()
