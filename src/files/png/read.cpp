#include <toeplix/files/png.hpp>

#include "files/bytes/byte_source.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/png/guard.hpp"

#include <png.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <span>
#include <string>

namespace toeplix {
namespace {

using detail::format_error;
using detail::PngFailure;

/// Deflated data grow at most this many times.
constexpr double deflate_limit = 1032;

/// What libpng's callbacks are given. Plain data, because libpng jumps over destructors.
struct Input {
  const detail::ByteSource* source;
  std::uint64_t position;
};

/// No exception may cross libpng.
void read_input(png_structp png, png_bytep into, std::size_t count) {
  auto& input = *static_cast<Input*>(png_get_io_ptr(png));
  bool failed = false;
  try {
    input.source->read_at(input.position, {reinterpret_cast<std::byte*>(into), count});
  } catch (...) {
    failed = true;
  }
  if (failed) png_error(png, "the file is truncated or cannot be read");
  input.position += count;
}

/// What the header of the file says.
struct Layout {
  png_uint_32 width;
  png_uint_32 height;
  int bit_depth;
  int colour_type;
  int channels;  ///< of a pixel once it is expanded, alpha included
  std::size_t row_bytes;
};

/// The colours of a palette, which libpng keeps; none if the file has no palette.
struct Palette {
  png_colorp colours;
  int count;
  png_bytep alpha;  ///< of the first colours; the others are opaque
  int alpha_count;
};

/// One PNG file being read. Every call into libpng goes through `guard`.
class PngReader {
 public:
  /// The source must outlive the reader.
  explicit PngReader(const detail::ByteSource& source) : source_(source), input_{&source, 0} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure_, detail::on_png_error,
                                  detail::on_png_warning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  Image read(const PngReadOptions& options) {
    read_header();
    check_promise();
    check_budget(detail::read_budget(options.resources.memory_budget, source_.size()));
    prepare_rows();
    const std::vector<png_byte> rows = read_rows();
    check_palette(rows);
    if (options.alpha == PngAlpha::refuse) check_opaque(rows);
    return to_image(rows, options.alpha == PngAlpha::keep);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw format_error(source_.name(), input_.position, what);
  }

  template <class Phase>
  void guard(Phase phase) {
    if (detail::run_guarded(png_, phase)) return;
    detail::check_memory(failure_);
    fail(std::string("PNG: ") + failure_.message);
  }

  void read_header() {
    png_byte signature[8] = {};
    if (source_.size() >= 8) source_.read_at(0, std::as_writable_bytes(std::span(signature)));
    if (png_sig_cmp(signature, 0, 8) != 0) fail("expected a PNG file");
    guard([this] {
      png_set_read_fn(png_, &input_, read_input);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      // Texts, profiles and the like are skipped: libpng would keep them all, inflated.
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
      png_read_info(png_, info_);
      png_get_IHDR(png_, info_, &layout_.width, &layout_.height, &layout_.bit_depth,
                   &layout_.colour_type, nullptr, nullptr, nullptr);
      layout_.row_bytes = png_get_rowbytes(png_, info_);
      if (layout_.colour_type != PNG_COLOR_TYPE_PALETTE) return;
      png_get_PLTE(png_, info_, &palette_.colours, &palette_.count);
      png_get_tRNS(png_, info_, &palette_.alpha, &palette_.alpha_count, nullptr);
    });
  }

  /// Refuses a header that promises more pixels than the file can hold, before libpng allocates.
  void check_promise() {
    const double most = static_cast<double>(source_.size()) * deflate_limit;
    if (layout_.row_bytes > 0 && layout_.height * static_cast<double>(layout_.row_bytes) <= most) {
      return;
    }
    fail(std::to_string(layout_.width) + " x " + std::to_string(layout_.height) +
         " pixels cannot be in a file of " + std::to_string(source_.size()) + " bytes");
  }

  /// Bytes of a row once it is expanded; known before libpng allocates for it.
  double expanded_row_bytes() const {
    const bool transparent = (layout_.colour_type & PNG_COLOR_MASK_ALPHA) != 0 ||
                             png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
    const bool coloured = (layout_.colour_type & PNG_COLOR_MASK_COLOR) != 0;
    const int channels = (coloured ? 3 : 1) + (transparent ? 1 : 0);
    return static_cast<double>(layout_.width) * channels * static_cast<double>(sample_bytes());
  }

  /// Rows as they come and samples as they are returned lie in memory together; libpng keeps two
  /// rows more.
  void check_budget(Index budget) const {
    const double row = expanded_row_bytes();
    const double stored = layout_.height * (row + static_cast<double>(sizeof(png_bytep)));
    const double samples =
        layout_.height * row * static_cast<double>(sizeof(double) / sample_bytes());
    detail::check_budget(source_.name() + ": reading " + std::to_string(layout_.width) + " x " +
                             std::to_string(layout_.height) + " pixels",
                         stored + samples + 2 * row, budget);
  }

  /// Asks for 8 or 16 bits of grey or RGB, with alpha if the file has transparency; of a file with
  /// a palette for a byte per pixel, because libpng takes any colour beyond the palette for black.
  void prepare_rows() {
    guard([this] {
      if (has_palette()) {
        png_set_packing(png_);
      } else {
        png_set_expand(png_);
      }
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
      layout_.channels = png_get_channels(png_, info_);
      layout_.bit_depth = png_get_bit_depth(png_, info_);
      layout_.row_bytes = png_get_rowbytes(png_, info_);
    });
    if (has_palette()) layout_.channels = palette_.alpha_count > 0 ? 4 : 3;
  }

  std::vector<png_byte> read_rows() {
    std::vector<png_byte> bytes(layout_.row_bytes * layout_.height);
    std::vector<png_bytep> rows(layout_.height);
    for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = bytes.data() + y * layout_.row_bytes;
    png_bytepp first_row = rows.data();
    guard([this, first_row] {
      png_read_image(png_, first_row);
      png_read_end(png_, nullptr);
    });
    return bytes;
  }

  bool has_palette() const { return palette_.count > 0; }
  bool has_alpha() const { return layout_.channels == 2 || layout_.channels == 4; }
  std::size_t sample_bytes() const { return layout_.bit_depth == 16 ? 2 : 1; }
  std::size_t pixels() const { return std::size_t{layout_.width} * layout_.height; }

  unsigned sample(const std::vector<png_byte>& rows, std::size_t pixel, std::size_t channel) const {
    if (has_palette()) return sample_of_colour(rows[pixel], channel);
    const std::size_t index = pixel * static_cast<std::size_t>(layout_.channels) + channel;
    if (sample_bytes() == 1) return rows[index];
    return static_cast<unsigned>(rows[2 * index] << 8 | rows[2 * index + 1]);
  }

  unsigned sample_of_colour(int number, std::size_t channel) const {
    const png_color& colour = palette_.colours[number];
    if (channel == 3) return number < palette_.alpha_count ? palette_.alpha[number] : 255;
    return channel == 0 ? colour.red : channel == 1 ? colour.green : colour.blue;
  }

  [[noreturn]] void fail_pixel(std::size_t pixel, const std::string& what) const {
    throw format_error(source_.name(), "the pixel in row " + std::to_string(pixel / layout_.width) +
                                           ", column " + std::to_string(pixel % layout_.width) +
                                           what);
  }

  void check_palette(const std::vector<png_byte>& rows) const {
    if (!has_palette()) return;
    const auto beyond = [this](png_byte number) { return number >= palette_.count; };
    const auto found = std::find_if(rows.begin(), rows.end(), beyond);
    if (found == rows.end()) return;
    fail_pixel(static_cast<std::size_t>(found - rows.begin()),
               " has colour " + std::to_string(*found) + " of a palette of " +
                   std::to_string(palette_.count) + "; expected less");
  }

  void check_opaque(const std::vector<png_byte>& rows) const {
    if (!has_alpha()) return;
    const unsigned opaque = (1U << layout_.bit_depth) - 1;
    const auto alpha = static_cast<std::size_t>(layout_.channels) - 1;
    for (std::size_t pixel = 0; pixel < pixels(); ++pixel) {
      if (sample(rows, pixel, alpha) == opaque) continue;
      fail_pixel(pixel, " is transparent; expected an opaque picture");
    }
  }

  Image to_image(const std::vector<png_byte>& rows, bool keeps_alpha) const {
    const std::size_t colours = static_cast<std::size_t>(layout_.channels) - (has_alpha() ? 1 : 0);
    Image image{layout_.height, layout_.width, static_cast<Index>(colours), layout_.bit_depth, {}};
    image.samples.reserve(pixels() * colours);
    if (keeps_alpha && has_alpha()) image.alpha.reserve(pixels());
    for (std::size_t pixel = 0; pixel < pixels(); ++pixel) {
      for (std::size_t channel = 0; channel < colours; ++channel) {
        image.samples.push_back(sample(rows, pixel, channel));
      }
      if (keeps_alpha && has_alpha()) image.alpha.push_back(sample(rows, pixel, colours));
    }
    return image;
  }

  const detail::ByteSource& source_;
  Input input_;
  PngFailure failure_{};
  Layout layout_{};
  Palette palette_{};
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

Image read_png(const std::filesystem::path& path, const PngReadOptions& options) {
  const detail::FileSource file(path);
  return PngReader(file).read(options);
}

Image parse_png(std::span<const std::byte> bytes, std::string_view name,
                const PngReadOptions& options) {
  const detail::MemorySource source(bytes, name);
  return PngReader(source).read(options);
}

}  // namespace toeplix
