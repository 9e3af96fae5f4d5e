#include "fuzz/memory_file.hpp"

#include <toeplix/files/png.hpp>

#include <algorithm>
#include <cmath>

// Reading PNG files within a small memory budget. What can be read must survive writing and
// reading again. png_mutator.cpp makes the inputs.

namespace toeplix::fuzz::png {

namespace {

/// run.sh refuses single allocations of some megabytes, so a reader that ignores this is found.
constexpr PngReadOptions options{.resources = {.memory_budget = Index{1} << 18},
                                 .alpha = PngAlpha::keep};

bool same_image(const Image& a, const Image& b) {
  return a.height == b.height && a.width == b.width && a.channels == b.channels &&
         a.bit_depth == b.bit_depth && fuzz::same_bits(a.samples, b.samples) &&
         fuzz::same_bits(a.alpha, b.alpha);
}

void check_image(const Image& image) {
  require(image.height > 0 && image.width > 0, "no pixels");
  require(image.channels == 1 || image.channels == 3, "neither grey nor RGB");
  require(image.bit_depth == 8 || image.bit_depth == 16, "neither 8 nor 16 bits");
  const Index samples = image.height * image.width * image.channels;
  require(image.samples.size() == static_cast<std::size_t>(samples), "another number of samples");
  const Index opaque = image.height * image.width;
  require(image.alpha.empty() || image.alpha.size() == static_cast<std::size_t>(opaque),
          "alpha of another number of pixels");
  const auto is_sound = [largest = image.bit_depth == 8 ? 255.0 : 65535.0](double sample) {
    return sample >= 0 && sample <= largest && sample == std::floor(sample);
  };
  require(std::ranges::all_of(image.samples, is_sound),
          "a sample that is no number of the bit depth");
  require(std::ranges::all_of(image.alpha, is_sound), "alpha that is no number of the bit depth");
  const auto [written, clamped] = format_png(image);
  require(clamped == 0, "samples were clamped");
  require(same_image(parse_png(written, "written", options), image), "does not survive writing");
}

}  // namespace

void run(Bytes bytes) {
  const MemoryFile file(bytes);
  (void)attempt([&] { return parse_png(bytes, "opaque", {.resources = options.resources}); });
  const auto image = read_both(
      bytes, file, [](auto... from) { return parse_png(from..., options); },
      [](const auto& path) { return read_png(path, options); }, same_image);
  if (image) check_image(*image);
}

}  // namespace toeplix::fuzz::png
