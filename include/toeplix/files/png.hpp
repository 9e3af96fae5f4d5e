#pragma once

#include <toeplix/error.hpp>
#include <toeplix/image.hpp>
#include <toeplix/resources.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace toeplix {

/// What becomes of transparency when a PNG file is read: of an alpha channel, of a transparent
/// colour, of a palette with transparent colours.
enum class PngAlpha {
  refuse,  ///< a pixel that is not opaque is a FormatError; what hides nothing is dropped
  keep,    ///< `Image::alpha` has it, even if all pixels are opaque
};

/// How a PNG file is read, and what that may take.
struct PngReadOptions {
  /// `resources.memory_budget` is what reading may take; 0: 64 times the size of the file, at least
  /// 1 GiB, but not more than the memory that is available. A file that needs more is a
  /// CapacityError.
  Resources resources = {};
  PngAlpha alpha = PngAlpha::refuse;  ///< what becomes of transparency
};

/// Reads a PNG file of any colour type, bit depth and interlacing.
///
/// Grey of 1, 2 or 4 bits is stretched to 8 bits, a palette becomes RGB. Unless `options.alpha`
/// keeps it, transparency that hides nothing (every pixel opaque) is dropped, and a pixel that is
/// not opaque is a FormatError, because its colour depends on a background that the file does not
/// have. Gamma and colour profiles are ignored. Throws FormatError for a file that is damaged (also
/// for a pixel whose colour is beyond the palette) or cannot be read.
///
///     toeplix::Image photo = toeplix::read_png("photo.png");
///     toeplix::Image icon = toeplix::read_png("icon.png", {.alpha = toeplix::PngAlpha::keep});
///     bool has_alpha = !icon.alpha.empty();
[[nodiscard]] Image read_png(const std::filesystem::path& path, const PngReadOptions& options = {});

/// As `read_png`, from the bytes of a file. Messages call it `name`.
///
///     toeplix::Image photo = toeplix::parse_png(bytes, "photo.png");
[[nodiscard]] Image parse_png(std::span<const std::byte> bytes, std::string_view name,
                              const PngReadOptions& options = {});

/// A PNG file in memory.
struct FormattedPng {
  std::vector<std::byte> bytes;  ///< of the file
  Index clamped;                 ///< numbers that were beyond the range of the bit depth
};

/// Writes a grey or RGB file of the image's bit depth, with an alpha channel if the image has one;
/// answers how many numbers had to be clamped.
///
/// Every sample, and alpha, is rounded to the nearest integer (halves away from zero) and clamped
/// to what the bit depth holds. The file appears whole or not at all. Throws GeometryError if
/// extents, channels, bit depth, samples and alpha do not fit together, FormatError for a sample
/// that is not a number and if the file cannot be written.
///
///     toeplix::Image image{.height = 1, .width = 2, .samples = {0, 255}};
///     toeplix::Index clamped = toeplix::write_png("grey.png", image);
Index write_png(const std::filesystem::path& path, const Image& image);

/// The bytes that `write_png` writes.
///
///     std::vector<std::byte> bytes = toeplix::format_png(image).bytes;
[[nodiscard]] FormattedPng format_png(const Image& image);

}  // namespace toeplix
