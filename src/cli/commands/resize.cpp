#include "cli/commands/commands.hpp"
#include "cli/operators/command.hpp"
#include "cli/operators/keyed_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace toeplix::cli {
namespace {

constexpr std::array<std::string_view, 1> resize_spec_keys = {"input"};
constexpr std::array<std::string_view, 6> resize_own_keys = {
    "scales", "float_scales", "sizes", "interpolation", "nearest", "coordinates"};
constexpr std::array<KeySynonym, 9> resize_synonyms{
    {{"scale_factor", "scales"},
     {"output", "sizes"},
     {"output_size", "sizes"},
     {"mode", "interpolation"},
     {"nearest_mode", "nearest"},
     {"coordinate_mode", "coordinates"},
     {"coordinate_transformation_mode", "coordinates"},
     {"align_corners", "coordinates=align_corners"},
     {"half_pixel", "coordinates=half_pixel"}}};

constexpr std::array<std::pair<std::string_view, Interpolation>, 2> interpolations{
    {{"nearest", Interpolation::nearest}, {"linear", Interpolation::linear}}};
constexpr std::array<std::pair<std::string_view, NearestPixel>, 4> nearest_pixels{
    {{"round_prefer_floor", NearestPixel::round_prefer_floor},
     {"round_prefer_ceil", NearestPixel::round_prefer_ceil},
     {"floor", NearestPixel::floor},
     {"ceil", NearestPixel::ceil}}};
constexpr std::array<std::pair<std::string_view, CoordinateMode>, 5> coordinate_modes{
    {{"half_pixel", CoordinateMode::half_pixel},
     {"pytorch_half_pixel", CoordinateMode::pytorch_half_pixel},
     {"align_corners", CoordinateMode::align_corners},
     {"asymmetric", CoordinateMode::asymmetric},
     {"half_pixel_symmetric", CoordinateMode::half_pixel_symmetric}}};

Resize parse_resize(const std::vector<std::string>& words) {
  const KeyedWords keyed(words, {"resize", resize_spec_keys, resize_own_keys, resize_synonyms});
  const Extents input = keyed.spec({"kernel=1"}).input;  // every SPEC has one
  const std::size_t axes = input.size();
  const Resize resize = {
      .input = input,
      .scales = one_per_axis(keyed.numbers<double>("scales"), axes),
      .float_scales = one_per_axis(keyed.numbers<float>("float_scales"), axes),
      .sizes = one_per_axis(keyed.numbers<Index>("sizes"), axes),
      .interpolation = keyed.choice("interpolation", interpolations, Interpolation::nearest),
      .nearest = keyed.choice("nearest", nearest_pixels, NearestPixel::round_prefer_floor),
      .coordinates = keyed.choice("coordinates", coordinate_modes, CoordinateMode::half_pixel)};
  if (keyed.has("nearest") && resize.interpolation == Interpolation::linear) {
    const auto rule = std::ranges::find(nearest_pixels, resize.nearest,
                                        [](const auto& named) { return named.second; });
    throw UsageError(
        fmt::format("SPEC: nearest={} goes with interpolation=nearest, not linear", rule->first));
  }
  return resize;
}

LinearOperator resize_of(const std::vector<std::string>& words, Direction direction,
                         const Resources& resources) {
  return operator_of_axes(Separable(parse_resize(words), resources), direction);
}

}  // namespace

void add_resize(CLI::App& program) {
  add_operator_command(
      program, {.name = "resize",
                .description = "An image resampled",
                .example = "toeplix resize input=4,4 scales=2 interpolation=linear --output A.npz",
                .make = resize_of});
}

}  // namespace toeplix::cli
