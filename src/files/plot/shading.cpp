#include "files/plot/shading.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {
namespace {

/// Convolutions with at most so many entries are added up entry by entry, so that folded weights
/// can cancel.
constexpr Index most_visited_entries = Index{1} << 20;
constexpr Index most_single_rows = Index{1} << 20;
/// The darkness of a pixel with a single entry among many.
constexpr double palest = 0.3;
/// The part of its light that a grey mixture loses.
constexpr double darkening = 0.75;

/// 1 for a colour that lacks one component, 0 for a grey.
double saturation(const Rgb& colour) {
  const auto [least, most] = std::minmax({colour.red, colour.green, colour.blue});
  return most > 0 ? 1 - std::max(0.0, least) / most : 0;
}

bool add_entries_singly(const Subject& subject) {
  if (subject.pattern() == nullptr) return true;
  return subject.by_value() && subject.rows.count <= most_single_rows &&
         subject.entries() <= most_visited_entries;
}

WeightInks inks_of(const Subject& subject) {
  WeightInks inks;
  if (!subject.by_value()) {
    const Extents extents = palette_extents(subject.kernel);
    inks.most_per_axis = *std::ranges::max_element(extents);
    inks.inks = kernel_palette(extents);
    return inks;
  }
  inks.by = WeightInks::By::value;
  inks.inks.reserve(subject.weights.size());
  for (const double w : subject.weights) {
    inks.inks.push_back({std::max(w, 0.0), 0, std::max(-w, 0.0)});
  }
  return inks;
}

/// By value, entry by entry: folded weights of opposite sign cancel, and an entry counts once.
MatrixRaster rasterize_entries(const Subject& subject, Index row_cell, Index column_cell) {
  MatrixRaster raster(ceil_div(subject.rows.count, row_cell),
                      ceil_div(subject.columns.count, column_cell), row_cell, column_cell);
  subject.for_each_value([&](Index row, Index column, double value) {
    Ink& ink = raster.ink(row / row_cell, column / column_cell);
    ink.count += 1;
    ink.sum += Rgb{std::max(value, 0.0), 0, std::max(-value, 0.0)};
  });
  return raster;
}

}  // namespace

Extents palette_extents(const Extents& kernel) {
  const Index most = kernel.size() <= 2 ? 64 : kernel.size() == 3 ? 16 : kernel.size() <= 5 ? 8 : 2;
  Extents extents;
  for (const Index extent : kernel) extents.push_back(std::min(extent, most));
  return extents;
}

std::size_t palette_position(const Extents& kernel, Index weight) {
  const Extents extents = palette_extents(kernel);
  Index position = 0;
  Index stride = 1;
  for (std::size_t axis = kernel.size(); axis-- > 0;) {
    position += weight % kernel[axis] * extents[axis] / kernel[axis] * stride;
    weight /= kernel[axis];
    stride *= extents[axis];
  }
  return static_cast<std::size_t>(position);
}

MatrixRaster rasterize(const Subject& subject, Index row_cell, Index column_cell) {
  if (add_entries_singly(subject)) {
    return rasterize_entries(subject, row_cell, column_cell);
  }
  return rasterize(*subject.pattern(), inks_of(subject), row_cell, column_cell);
}

Shading::Shading(const Subject& subject, const MatrixRaster& raster)
    : by_value_(subject.by_value()) {
  double inked = 0;
  raster.for_each_inked([&](Index, Index, const Ink& ink) {
    inked += 1;
    densest_ = std::max(densest_, ink.count);
    largest_ = std::max(largest_, std::abs(ink.sum.red - ink.sum.blue) / ink.count);
    colourfulness_ += ink.count * saturation((1 / ink.count) * ink.sum);
    all_.count += ink.count;
    all_.sum += ink.sum;
  });
  if (largest_ == 0) largest_ = 1;
  if (inked == 0) return;
  filled_ = inked / static_cast<double>(raster.height() * raster.width());
  colourfulness_ /= all_.count;
}

Rgb Shading::colour(const Ink& ink) const {
  const Rgb mean = (1 / ink.count) * ink.sum;
  return by_value_ ? value_colour(mean.red - mean.blue, largest_) : mean;
}

double Shading::strength(const Ink& ink) const {
  return ink.count > 0 ? std::sqrt(ink.count / densest_) : 0;
}

Rgb Shading::on_paper(const Ink& ink) const {
  const Rgb paper{1, 1, 1};
  if (ink.count <= 0) return paper;
  const Rgb mean = colour(ink);
  // A mixture of all colours is a grey as light as they are; it has to stand out from the paper.
  const double greyness = by_value_ ? 0 : 1 - saturation(mean);
  const Rgb darkened = (1 - darkening * greyness) * mean;
  return mix(paper, darkened, palest + (1 - palest) * strength(ink));
}

Rgb value_colour(double value, double largest) {
  return diverging(largest > 0 ? value / largest : 0);
}

}  // namespace toeplix::detail
