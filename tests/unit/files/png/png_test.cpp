#include "support/format_bytes.hpp"

#include <toeplix/files/png.hpp>

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

BOOST_AUTO_TEST_SUITE(png_file)

using namespace format_test;
using toeplix::GeometryError;
using toeplix::Image;
using toeplix::Index;

namespace {

std::string big_endian(std::uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16 & 0xff),
          static_cast<char>(number >> 8 & 0xff), static_cast<char>(number & 0xff)};
}

std::string chunk(const std::string& type, const std::string& content) {
  const std::string body = type + content;
  const auto crc =
      ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<std::uint32_t>(content.size())) + body +
         big_endian(static_cast<std::uint32_t>(crc));
}

std::string deflate(const std::string& rows) {
  uLongf size = ::compressBound(rows.size());
  std::string packed(size, '\0');
  ::compress(reinterpret_cast<Bytef*>(packed.data()), &size,
             reinterpret_cast<const Bytef*>(rows.data()), rows.size());
  return packed.substr(0, size);
}

struct Header {
  std::uint32_t width;
  std::uint32_t height;
  char bit_depth;
  char colour_type;
  char interlace = 0;
};

/// A file written by hand: `rows` includes the filter byte of each row; `extra` comes before IDAT.
std::string png(const Header& header, const std::string& rows, const std::string& extra = "") {
  const std::string ihdr =
      big_endian(header.width) + big_endian(header.height) +
      std::string{header.bit_depth, header.colour_type, 0, 0, header.interlace};
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", ihdr) + extra + chunk("IDAT", deflate(rows)) +
         chunk("IEND", "");
}

Image parse(const std::string& file) {
  return toeplix::parse_png(to_bytes(file), "p.png");
}

Image parse_with_alpha(const std::string& file) {
  return toeplix::parse_png(to_bytes(file), "p.png", {.alpha = toeplix::PngAlpha::keep});
}

std::string failure(const std::string& file) {
  return message_of([&] { parse(file); });
}

std::string text(const char* begin, std::size_t size) {
  return {begin, size};
}

Image ramp(Index height, Index width, Index channels, int bit_depth) {
  Image image{height, width, channels, bit_depth, {}};
  const unsigned largest = (1U << bit_depth) - 1;
  for (Index i = 0; i < height * width * channels; ++i) {
    image.samples.push_back(static_cast<double>(static_cast<unsigned>(i) * 40503U & largest));
  }
  return image;
}

void check_round_trip(const Image& image) {
  const toeplix::FormattedPng png = toeplix::format_png(image);
  BOOST_TEST(png.clamped == 0);
  const Image read = toeplix::parse_png(png.bytes, "p.png", {.alpha = toeplix::PngAlpha::keep});
  BOOST_TEST(read.height == image.height);
  BOOST_TEST(read.width == image.width);
  BOOST_TEST(read.channels == image.channels);
  BOOST_TEST(read.bit_depth == image.bit_depth);
  BOOST_TEST((read.samples == image.samples));
  BOOST_TEST((read.alpha == image.alpha));
}

}  // namespace

BOOST_AUTO_TEST_CASE(round_trips_are_exact) {
  for (const Index channels : {1, 3}) {
    for (const int bit_depth : {8, 16}) {
      check_round_trip(ramp(5, 7, channels, bit_depth));
      check_round_trip(ramp(1, 1, channels, bit_depth));
      check_round_trip(ramp(70, 130, channels, bit_depth));
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_files_written_by_hand) {
  const Image grey = parse(png({2, 2, 8, 0}, text("\0\x01\xff\0\x03\x04", 6)));
  BOOST_TEST(grey.channels == 1);
  BOOST_TEST(grey.samples == (std::vector<double>{1, 255, 3, 4}));
  const Image rgb = parse(png({1, 2, 8, 2}, text("\0\x01\x02\x03\0\x04\x05\x06", 8)));
  BOOST_TEST(rgb.channels == 3);
  BOOST_TEST(rgb.height == 2);
  BOOST_TEST(rgb.samples == (std::vector<double>{1, 2, 3, 4, 5, 6}));
  const Image deep = parse(png({2, 1, 16, 0}, text("\0\x01\x02\xff\xfe", 5)));
  BOOST_TEST(deep.bit_depth == 16);
  BOOST_TEST(deep.samples == (std::vector<double>{258, 65534}));
}

BOOST_AUTO_TEST_CASE(stretches_few_bits_and_looks_up_palettes) {
  const Image bits = parse(png({8, 1, 1, 0}, text("\0\xa5", 2)));
  BOOST_TEST(bits.bit_depth == 8);
  BOOST_TEST(bits.samples == (std::vector<double>{255, 0, 255, 0, 0, 255, 0, 255}));
  const Image fours = parse(png({2, 1, 4, 0}, text("\0\x1f", 2)));
  BOOST_TEST(fours.samples == (std::vector<double>{17, 255}));
  const std::string palette = chunk("PLTE", "\x01\x02\x03\x04\x05\x06");
  const Image colours = parse(png({2, 1, 8, 3}, text("\0\x01\x00", 3), palette));
  BOOST_TEST(colours.channels == 3);
  BOOST_TEST(colours.samples == (std::vector<double>{4, 5, 6, 1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(reads_interlaced_files) {
  // Adam7 on 2 x 2: pass 1 has (0, 0), pass 6 has (0, 1), pass 7 has row 1.
  const std::string rows = text("\0\x0a\0\x0b\0\x0c\x0d", 7);
  const Image image = parse(png({2, 2, 8, 0, 1}, rows));
  BOOST_TEST(image.samples == (std::vector<double>{10, 11, 12, 13}));
}

BOOST_AUTO_TEST_CASE(drops_transparency_that_hides_nothing) {
  const Image grey = parse(png({2, 1, 8, 4}, text("\0\x01\xff\x02\xff", 5)));
  BOOST_TEST(grey.channels == 1);
  BOOST_TEST(grey.samples == (std::vector<double>{1, 2}));
  const Image rgb = parse(png({1, 1, 8, 6}, text("\0\x01\x02\x03\xff", 5)));
  BOOST_TEST(rgb.channels == 3);
  BOOST_TEST(rgb.samples == (std::vector<double>{1, 2, 3}));
  const std::string unused = chunk("tRNS", text("\0\x09", 2));
  const Image keyed = parse(png({2, 1, 8, 0}, text("\0\x01\x02", 3), unused));
  BOOST_TEST(keyed.samples == (std::vector<double>{1, 2}));
}

BOOST_AUTO_TEST_CASE(refuses_transparency_that_hides_something) {
  BOOST_TEST(failure(png({2, 1, 8, 4}, text("\0\x01\xff\x02\xfe", 5))) ==
             "p.png: the pixel in row 0, column 1 is transparent; expected an opaque picture");
  const std::string key = chunk("tRNS", text("\0\x01", 2));
  BOOST_TEST(failure(png({1, 2, 8, 0}, text("\0\x02\0\x01", 4), key)) ==
             "p.png: the pixel in row 1, column 0 is transparent; expected an opaque picture");
}

BOOST_AUTO_TEST_CASE(keeps_transparency_if_asked_to) {
  using Numbers = std::vector<double>;
  const Image grey = parse_with_alpha(png({2, 1, 8, 4}, text("\0\x01\xff\x02\xfe", 5)));
  BOOST_TEST(grey.channels == 1);
  BOOST_TEST(grey.samples == (Numbers{1, 2}));
  BOOST_TEST(grey.alpha == (Numbers{255, 254}));
  const Image rgb = parse_with_alpha(png({1, 1, 16, 6}, text("\0\0\1\0\2\0\3\1\4", 9)));
  BOOST_TEST(rgb.channels == 3);
  BOOST_TEST(rgb.samples == (Numbers{1, 2, 3}));
  BOOST_TEST(rgb.alpha == (Numbers{260}));
  const std::string key = chunk("tRNS", text("\0\x01", 2));
  const Image keyed = parse_with_alpha(png({2, 1, 8, 0}, text("\0\x02\x01", 3), key));
  BOOST_TEST(keyed.samples == (Numbers{2, 1}));
  BOOST_TEST(keyed.alpha == (Numbers{255, 0}));
  // What hides nothing is kept as well, and what is not there is not made.
  BOOST_TEST(parse_with_alpha(png({1, 1, 8, 4}, text("\0\1\xff", 3))).alpha == (Numbers{255}));
  BOOST_TEST(parse_with_alpha(png({1, 1, 8, 0}, text("\0\1", 2))).alpha.empty());
}

BOOST_AUTO_TEST_CASE(keeps_transparency_of_a_palette_if_asked_to) {
  using Numbers = std::vector<double>;
  const std::string palette = chunk("PLTE", text("\1\2\3\4\5\6\7\x08\x09", 9));
  const std::string one = palette + chunk("tRNS", text("\x80", 1));    // the others are opaque
  const std::string file = png({4, 1, 2, 3}, text("\0\x18", 2), one);  // 0 1 2 0
  const Image image = parse_with_alpha(file);
  BOOST_TEST(image.channels == 3);
  BOOST_TEST(image.samples == (Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}));
  BOOST_TEST(image.alpha == (Numbers{128, 255, 255, 128}));
  BOOST_TEST(failure(file) ==
             "p.png: the pixel in row 0, column 0 is transparent; expected an opaque picture");
  const std::string opaque = png({3, 1, 8, 3}, text("\0\2\1\2", 4), one);
  BOOST_TEST(parse(opaque).samples == (Numbers{7, 8, 9, 4, 5, 6, 7, 8, 9}));
  BOOST_TEST(parse(opaque).alpha.empty());
}

BOOST_AUTO_TEST_CASE(colours_beyond_the_palette_are_refused) {
  const std::string two = chunk("PLTE", text("\1\2\3\4\5\6", 6));
  BOOST_TEST(failure(png({2, 2, 8, 3}, text("\0\0\1\0\1\2", 6), two)) ==
             "p.png: the pixel in row 1, column 1 has colour 2 of a palette of 2; expected less");
  BOOST_TEST(failure(png({2, 1, 8, 3}, text("\0\0\xff", 3), two)) ==
             "p.png: the pixel in row 0, column 1 has colour 255 of a palette of 2; expected less");
  // Two and four bits; bits after the last pixel of a row do not count.
  BOOST_TEST(failure(png({3, 1, 2, 3}, text("\0\x18", 2), two))
                 .starts_with("p.png: the pixel in row 0, column 2 has colour 2 "));
  BOOST_TEST(parse(png({3, 1, 2, 3}, text("\0\x17", 2), two)).samples.size() == 9U);
  BOOST_TEST(failure(png({1, 1, 4, 3}, text("\0\xf0", 2), two))
                 .starts_with("p.png: the pixel in row 0, column 0 has colour 15 "));
  const std::string one = chunk("PLTE", text("\1\2\3", 3));
  BOOST_TEST(failure(png({8, 1, 1, 3}, text("\0\x01", 2), one))
                 .starts_with("p.png: the pixel in row 0, column 7 has colour 1 "));
  // Adam7 on 2 x 2: pass 1 has (0, 0), pass 6 has (0, 1), pass 7 has row 1.
  BOOST_TEST(failure(png({2, 2, 8, 3, 1}, text("\0\0\0\1\0\2\0", 7), two))
                 .starts_with("p.png: the pixel in row 1, column 0 has colour 2 "));
}

BOOST_AUTO_TEST_CASE(writes_transparency) {
  for (const Index channels : {1, 3}) {
    for (const int bit_depth : {8, 16}) {
      Image image = ramp(5, 7, channels, bit_depth);
      image.alpha = ramp(7, 5, 1, bit_depth).samples;
      std::reverse(image.alpha.begin(), image.alpha.end());
      check_round_trip(image);
    }
  }
  Image image = ramp(1, 2, 1, 8);
  image.alpha = {-3, 300};
  const auto png = toeplix::format_png(image);
  BOOST_TEST(png.clamped == 2);
  BOOST_TEST(parse_with_alpha(to_text(png.bytes)).alpha == (std::vector<double>{0, 255}));
  image.alpha = {1, NAN};
  BOOST_TEST(message_of([&] { return toeplix::format_png(image); }) ==
             "png: alpha 1 is not a number");
  image.alpha = {1};
  BOOST_TEST(message_of<GeometryError>([&] { return toeplix::format_png(image); }) ==
             "png: an image of 1 x 2 x 1, 8 bits: got alpha of 1 pixels");
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  BOOST_TEST(failure("") == "p.png: byte 0: expected a PNG file");
  BOOST_TEST(failure("GIF89a and more") == "p.png: byte 0: expected a PNG file");
  const std::string sound = png({2, 2, 8, 0}, text("\0\x01\xff\0\x03\x04", 6));
  BOOST_TEST(failure(sound.substr(0, 50)) ==
             "p.png: byte 41: PNG: the file is truncated or cannot be read");
  std::string wrong = sound;
  wrong[20] = static_cast<char>(wrong[20] ^ 1);
  BOOST_TEST(failure(wrong) == "p.png: byte 33: PNG: IHDR: CRC error");
  BOOST_TEST(failure(png({2, 2, 8, 0}, text("\0\x01\xff", 3))).ends_with("Not enough image data"));
  BOOST_TEST(failure(png({0, 2, 8, 0}, "")) == "p.png: byte 33: PNG: Invalid IHDR data");
}

BOOST_AUTO_TEST_CASE(checks_the_promised_size_before_allocating) {
  BOOST_TEST(failure(png({2'000'000'000, 2'000'000'000, 16, 2}, ""))
                 .ends_with("2000000000 x 2000000000 pixels cannot be in a file of 65 bytes"));
  const std::string large = png({4000, 4000, 8, 0}, std::string(4001 * 4000, '\0'));
  const auto read = [&] {
    return toeplix::parse_png(to_bytes(large), "p.png",
                              {.resources = {.memory_budget = 1'000'000}});
  };
  BOOST_TEST(message_of<toeplix::CapacityError>(read) ==
             "p.png: reading 4000 x 4000 pixels takes 144040000 bytes, which exceeds the memory "
             "budget of 1000000 bytes; raise Resources::memory_budget");
  BOOST_TEST(parse(large).samples.size() == 16'000'000U);
}

BOOST_AUTO_TEST_CASE(skips_metadata_whatever_they_promise) {
  // Five megabytes of text, and a promise of as many in a file that ends.
  const std::string rows = text("\0\x01\xff\0\x03\x04", 6);
  const std::string note = chunk("zTXt", text("Note\0\0", 6) + deflate(std::string(5 << 20, 'x')));
  BOOST_TEST(parse(png({2, 2, 8, 0}, rows, note)).samples == (std::vector<double>{1, 255, 3, 4}));
  BOOST_TEST(failure(png({2, 2, 8, 0}, rows, big_endian(5 << 20) + "iTXt"))
                 .ends_with("PNG: the file is truncated or cannot be read"));
}

BOOST_AUTO_TEST_CASE(counts_rows_against_the_budget_before_they_are_expanded) {
  // 1 bit is stored, 24 are read.
  const std::string wide = png({1 << 24, 1, 1, 3}, std::string(1 + (1 << 21), '\0'),
                               chunk("PLTE", text("\0\0\0\1\1\1", 6)));
  const auto read = [&] {
    return toeplix::parse_png(to_bytes(wide), "p.png", {.resources = {.memory_budget = 1'000'000}});
  };
  BOOST_TEST(message_of<toeplix::CapacityError>(read) ==
             "p.png: reading 16777216 x 1 pixels takes 553648136 bytes, which exceeds the memory "
             "budget of 1000000 bytes; raise Resources::memory_budget");
}

BOOST_AUTO_TEST_CASE(survives_every_damage) {
  // Metadata are ignored, so a damaged file may be read; never with samples out of range.
  const auto accept = [](const Image& image) { return image.samples.size() <= 64; };
  const auto parse_bytes = [](const Bytes& bytes) { return toeplix::parse_png(bytes, "p.png"); };
  check_every_damage(to_bytes(png({2, 2, 8, 0, 1}, text("\0\x0a\0\x0b\0\x0c\x0d", 7))), parse_bytes,
                     accept);
  check_every_damage(toeplix::format_png(ramp(3, 2, 3, 16)).bytes, parse_bytes, accept);
}

BOOST_AUTO_TEST_CASE(writing_rounds_clamps_and_counts) {
  const auto png = toeplix::format_png(Image{1, 6, 1, 8, {-0.4, 0.5, 254.49, 255.49, 255.5, -0.6}});
  const Image read = toeplix::parse_png(png.bytes, "p.png");
  BOOST_TEST(read.samples == (std::vector<double>{0, 1, 254, 255, 255, 0}));
  BOOST_TEST(png.clamped == 2);
  const auto infinite = toeplix::format_png(Image{1, 2, 1, 16, {INFINITY, -INFINITY}});
  const Image limits = toeplix::parse_png(infinite.bytes, "p.png");
  BOOST_TEST(limits.samples == (std::vector<double>{65535, 0}));
  BOOST_TEST(infinite.clamped == 2);
}

BOOST_AUTO_TEST_CASE(refuses_to_write_what_is_no_picture) {
  const auto written = [](const Image& image) { toeplix::format_png(image); };
  BOOST_TEST(message_of([&] {
               written({1, 2, 1, 8, {1, NAN}});
             }) == "png: sample 1 is not a number");
  BOOST_TEST(message_of<GeometryError>([&] {
               written({1, 1, 2, 8, {1, 1}});
             }) == "png: an image of 1 x 1 x 2, 8 bits: expected 1 or 3 channels");
  BOOST_TEST(message_of<GeometryError>([&] {
               written({1, 1, 1, 4, {1}});
             }) == "png: an image of 1 x 1 x 1, 4 bits: expected a bit depth of 8 or 16");
  BOOST_TEST(message_of<GeometryError>([&] {
               written({0, 1, 1, 8, {}});
             }) == "png: an image of 0 x 1 x 1, 8 bits: expected extents from 1 to 2147483647");
  BOOST_TEST(message_of<GeometryError>([&] {
               written({2, 2, 1, 8, {1, 2, 3}});
             }) == "png: an image of 2 x 2 x 1, 8 bits: got 3 samples");
}

BOOST_AUTO_TEST_CASE(writes_and_reads_files) {
  const TemporaryDirectory directory;
  const auto path = directory / "picture.png";
  const Image image = ramp(20, 30, 3, 8);
  BOOST_TEST(toeplix::write_png(path, image) == 0);
  BOOST_TEST((toeplix::read_png(path).samples == image.samples));
  BOOST_TEST(directory.entries() == 1U);
  BOOST_CHECK_THROW(toeplix::write_png(path, {1, 1, 1, 8, {NAN}}), toeplix::FormatError);
  BOOST_TEST((toeplix::read_png(path).samples == image.samples));
  BOOST_TEST(directory.entries() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
