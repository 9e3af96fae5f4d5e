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

struct PngReadOptions {
  /// `resources.memory_budget` is what reading may take; 0: 64 times the size of the file, at least
  /// 1 GiB, but not more than the memory that is available. A file that needs more is a
  /// CapacityError.
  Resources resources = {};
};

/// Reads a PNG file of any colour type, bit depth and interlacing.
///
/// Grey of 1, 2 or 4 bits is stretched to 8 bits, a palette becomes RGB. Transparency that hides
/// nothing (every pixel opaque) is dropped; a pixel that is not opaque is a FormatError, because
/// its colour depends on a background that the file does not have. Gamma and colour profiles are
/// ignored. Throws FormatError for a file that is damaged or cannot be read.
Image read_png(const std::filesystem::path& path, const PngReadOptions& options = {});

/// As `read_png`, from the bytes of a file. Messages call it `name`.
Image parse_png(std::span<const std::byte> bytes, std::string_view name,
                const PngReadOptions& options = {});

/// Writes a grey or RGB file of the image's bit depth; answers how many samples had to be clamped.
///
/// Every sample is rounded to the nearest integer (halves away from zero) and clamped to what the
/// bit depth holds. The file appears whole or not at all. Throws GeometryError where extents,
/// channels, bit depth and samples do not fit together, FormatError for a sample that is not a
/// number and where the file cannot be written.
Index write_png(const std::filesystem::path& path, const Image& image);

/// The bytes that `write_png` writes. `clamped`, if given, gets the number of clamped samples.
std::vector<std::byte> format_png(const Image& image, Index* clamped = nullptr);

}  // namespace toeplix
