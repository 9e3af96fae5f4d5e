#include <toeplix/files/png.hpp>

#include "files/bytes/atomic_file.hpp"
#include "files/bytes/byte_source.hpp"
#include "files/png/bytes.hpp"
#include "files/png/guard.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <string>

namespace toeplix {
namespace {

using detail::PngFailure;

/// An image whose samples are integers of its bit depth, big-endian as PNG has them.
struct Encoded {
  std::vector<png_byte> bytes;
  Index clamped = 0;
};

std::string describe(const Image& image) {
  return "png: an image of " + std::to_string(image.height) + " x " + std::to_string(image.width) +
         " x " + std::to_string(image.channels) + ", " + std::to_string(image.bit_depth) + " bits";
}

void check_layout(const Image& image) {
  const Index most = PNG_UINT_31_MAX;
  if (image.height < 1 || image.width < 1 || image.height > most || image.width > most) {
    throw GeometryError(describe(image) + ": expected extents from 1 to " + std::to_string(most));
  }
  if (image.channels != 1 && image.channels != 3) {
    throw GeometryError(describe(image) + ": expected 1 or 3 channels");
  }
  if (image.bit_depth != 8 && image.bit_depth != 16) {
    throw GeometryError(describe(image) + ": expected a bit depth of 8 or 16");
  }
  const auto count = static_cast<Index>(image.samples.size());
  const bool fits = count % (image.width * image.channels) == 0 &&
                    count / (image.width * image.channels) == image.height;
  if (!fits) throw GeometryError(describe(image) + ": got " + std::to_string(count) + " samples");
  if (!image.alpha.empty() &&
      image.alpha.size() * static_cast<std::size_t>(image.channels) != image.samples.size()) {
    throw GeometryError(describe(image) + ": got alpha of " + std::to_string(image.alpha.size()) +
                        " pixels");
  }
}

/// The integer a sample is stored as; counts it if it had to be clamped.
unsigned quantize(double sample, unsigned largest, Index& clamped) {
  const double rounded = std::round(sample);
  const double stored = std::clamp(rounded, 0.0, static_cast<double>(largest));
  if (stored != rounded) ++clamped;
  return static_cast<unsigned>(stored);
}

/// Appends one number of a pixel; `what` and its place are what messages call it.
void append_sample(Encoded& encoded, double sample, int bit_depth, const std::string& name,
                   const char* what, std::size_t place) {
  if (std::isnan(sample)) {
    throw detail::format_error(
        name, std::string(what) + ' ' + std::to_string(place) + " is not a number");
  }
  const unsigned value = quantize(sample, (1U << bit_depth) - 1, encoded.clamped);
  if (bit_depth == 16) encoded.bytes.push_back(static_cast<png_byte>(value >> 8));
  encoded.bytes.push_back(static_cast<png_byte>(value & 0xff));
}

Encoded encode(const Image& image, const std::string& name) {
  const auto channels = static_cast<std::size_t>(image.channels);
  Encoded encoded;
  encoded.bytes.reserve((image.samples.size() + image.alpha.size()) *
                        (image.bit_depth == 16 ? 2 : 1));
  for (std::size_t i = 0; i < image.samples.size(); ++i) {
    append_sample(encoded, image.samples[i], image.bit_depth, name, "sample", i);
    const bool ends_pixel = (i + 1) % channels == 0;
    if (image.alpha.empty() || !ends_pixel) continue;
    const std::size_t pixel = i / channels;
    append_sample(encoded, image.alpha[pixel], image.bit_depth, name, "alpha", pixel);
  }
  return encoded;
}

/// Where libpng's output goes. No exception may cross libpng.
void append_output(png_structp png, png_bytep bytes, std::size_t count) {
  auto& output = *static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  bool failed = false;
  try {
    const auto* begin = reinterpret_cast<const std::byte*>(bytes);
    output.insert(output.end(), begin, begin + count);
  } catch (...) {
    failed = true;
  }
  if (failed) png_error(png, "out of memory");
}

void flush_output(png_structp) {}

/// One PNG file being written. Every call into libpng goes through `run_guarded`.
class PngWriter {
 public:
  PngWriter() {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &failure_, detail::on_png_error,
                                   detail::on_png_warning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_write_struct(&png_, nullptr);
      throw std::bad_alloc();
    }
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  std::vector<std::byte> write(const Image& image, const Encoded& encoded,
                               const std::string& name) {
    std::vector<std::byte> output;
    const png_byte* samples = encoded.bytes.data();
    const auto width = static_cast<png_uint_32>(image.width);
    const auto height = static_cast<png_uint_32>(image.height);
    const std::size_t row_bytes = encoded.bytes.size() / height;
    const int colour = (image.channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY) |
                       (image.alpha.empty() ? 0 : PNG_COLOR_MASK_ALPHA);
    const int bit_depth = image.bit_depth;
    auto* destination = &output;
    const bool written = detail::run_guarded(png_, [=, this] {
      png_set_write_fn(png_, destination, append_output, flush_output);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      png_set_IHDR(png_, info_, width, height, bit_depth, colour, PNG_INTERLACE_NONE,
                   PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
      png_write_info(png_, info_);
      for (png_uint_32 y = 0; y < height; ++y) png_write_row(png_, samples + y * row_bytes);
      png_write_end(png_, nullptr);
    });
    if (!written) {
      detail::check_memory(failure_);
      throw detail::format_error(name, std::string("PNG: ") + failure_.message);
    }
    return output;
  }

 private:
  PngFailure failure_{};
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

FormattedPng format_named(const Image& image, const std::string& name) {
  check_layout(image);
  const Encoded encoded = encode(image, name);
  return {PngWriter().write(image, encoded, name), encoded.clamped};
}

}  // namespace

Index write_png(const std::filesystem::path& path, const Image& image) {
  const FormattedPng png = format_named(image, path.string());
  detail::write_file(path, png.bytes);
  return png.clamped;
}

FormattedPng format_png(const Image& image) {
  return format_named(image, "png");
}

std::vector<std::byte> detail::format_png(const RgbBytes& picture) {
  const Image layout{
      .height = picture.height, .width = picture.width, .channels = 3, .samples = {}};
  return PngWriter().write(layout, {picture.samples}, "png");
}

}  // namespace toeplix
