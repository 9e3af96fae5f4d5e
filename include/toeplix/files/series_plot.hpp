#pragma once

#include <toeplix/error.hpp>
#include <toeplix/image.hpp>

#include <span>
#include <string>

/// \file
/// A picture of numbers over their place in a list.

namespace toeplix {

/// What stands beside a `series_plot`, and how large it is. Characters beyond ASCII are left blank.
///
///     toeplix::SeriesPlotOptions{.title = "singular values", .x_label = "number"};
struct SeriesPlotOptions {
  std::string title = {};    ///< above the picture
  std::string x_label = {};  ///< below
  std::string y_label = {};  ///< above the axis of values
  Index width = 840;         ///< pixels of the whole picture, from 200 to 2^14
  Index height = 560;        ///< likewise
};

/// Draws values[i] over i + 1, i from 0, as a line of dots: with axes, ticks and their numbers. The
/// axis of values begins at 0; it is logarithmic if all values are positive and the largest is at
/// least 100 times the smallest, as far as twelve decades below the largest; what is less is drawn
/// at the lower edge.
///
/// Throws GeometryError for no values, a negative one, one that is not finite, and for a width or
/// height out of range. Cost: one step per value and pixel.
///
///     toeplix::write_png("s.png", toeplix::series_plot(values, {.title = "singular values"}));
[[nodiscard]] Image series_plot(std::span<const double> values,
                                const SeriesPlotOptions& options = {});

}  // namespace toeplix
