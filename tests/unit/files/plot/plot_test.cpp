#include <toeplix/files/plot.hpp>
#include <toeplix/files/png.hpp>

#include "files/plot/shading.hpp"
#include "support/format_bytes.hpp"
#include "support/occurrences.hpp"

#include <array>
#include <cstdint>
#include <limits>

BOOST_AUTO_TEST_SUITE(plot)

using namespace format_test;
using namespace toeplix;
using toeplix::detail::MatrixRaster;

namespace {

const Convolution small({.input = {3, 3}, .kernel = {2, 2}});

}  // namespace

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
  const std::string values = plot_svg(small, std::array<double, 4>{0.25, -1, 3, 1e-5});
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
MatrixRaster raster_of(const std::vector<detail::Ink>& pixels) {
  MatrixRaster raster(1, static_cast<Index>(pixels.size()));
  for (std::size_t x = 0; x < pixels.size(); ++x) raster.ink(0, static_cast<Index>(x)) = pixels[x];
  return raster;
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
  const std::string values = plot_svg(wide, std::vector<int>{5, 5, 5});
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

BOOST_AUTO_TEST_CASE(refusals) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto geometry_error = [](auto action) { return message_of<GeometryError>(action); };
  BOOST_TEST(geometry_error([] { (void)plot_svg(small, {.size = 15}); }) ==
             "plot: size 15: expected from 16 to 8192");
  BOOST_TEST(geometry_error([] {
               (void)plot_svg(small, std::vector<float>{1, 2});
             }) == "plot: weights has length 2; expected 4");
  BOOST_TEST(geometry_error([&] {
               (void)plot_svg(small, std::vector<double>{1, 2, nan, 4});
             }) == "plot: weight 2 is nan: expected a magnitude of at most 1e280");
  BOOST_TEST(geometry_error([] { (void)plot_terminal(small, {.columns = 19}); }) ==
             "plot: a terminal of 19 columns and 24 lines: expected from 20 x 10 to 1000 x 1000");
  const Convolution wide({.input = {1 << 22}, .kernel = {1 << 21}});
  BOOST_CHECK_THROW((void)plot_svg(wide), CapacityError);
}

BOOST_AUTO_TEST_CASE(files_appear_whole_or_not_at_all) {
  const TemporaryDirectory folder;
  const toeplix::PlotExtents extents = write_plot(folder / "W.png", small);
  const Image image = read_png(folder / "W.png");
  BOOST_TEST((image.samples == plot_image(small).samples));
  BOOST_TEST((extents.width == image.width && extents.height == image.height));
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
