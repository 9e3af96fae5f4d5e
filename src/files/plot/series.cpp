#include <toeplix/files/series_plot.hpp>

#include "files/plot/figure.hpp"
#include "files/plot/layout.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

namespace toeplix {

namespace {

using detail::Anchor;
using detail::Figure;

constexpr Index room_left = 110;  // for the numbers of the values
constexpr Index room_right = 24;
constexpr Index room_above = 78;  // for the title and the name of the values
constexpr Index room_below = 78;  // for the numbers of the places and their name

const detail::Rgb line_colour = detail::decode({9, 105, 218});

void check(std::span<const double> values, const SeriesPlotOptions& options) {
  const auto check_size = [](const char* field, Index pixels) {
    if (pixels >= 200 && pixels <= 1 << 14) return;
    throw GeometryError(std::string(field) + " " + std::to_string(pixels) +
                        "; expected 200 to 16384 pixels");
  };
  check_size("width", options.width);
  check_size("height", options.height);
  if (values.empty()) throw GeometryError("there are no values to draw");
  const auto bad = std::ranges::find_if(values, [](double v) { return !(v >= 0 && v < INFINITY); });
  if (bad == values.end()) return;
  throw GeometryError("value " + std::to_string(bad - values.begin()) +
                      " is negative or not finite; expected numbers from 0");
}

std::string number_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

/// A number and what stands beside it.
struct Mark {
  double value;
  std::string label;
};

/// 1, 2 or 5 times a power of ten, so that `most` steps reach `extent`.
double round_step(double extent, double most) {
  const double least = extent / most;
  const double decade = std::pow(10.0, std::floor(std::log10(least)));
  // Below what a double holds, there is one step.
  if (!(decade > 0)) return extent;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * decade >= least * (1 - 1e-12)) return factor * decade;
  }
  return 10 * decade;
}

/// The axis of values.
class ValueAxis {
 public:
  explicit ValueAxis(std::span<const double> values) {
    const auto [least, most] = std::ranges::minmax(values);
    is_log_ = least > 0 && most >= 100 * least;
    if (is_log_) {
      top_ = std::log10(most);
      bottom_ = std::max(std::floor(std::log10(least)), std::ceil(top_) - 12);
      top_ += 0.02 * (top_ - bottom_);
    } else {
      top_ = most > 0 ? most : 1;
    }
  }

  /// From 0 at the lower edge to 1 at the upper one.
  double place(double value) const {
    const double at =
        is_log_ ? std::log10(std::max(value, std::numeric_limits<double>::min())) : value;
    return std::clamp((at - bottom_) / (top_ - bottom_), 0.0, 1.0);
  }

  std::vector<Mark> marks() const {
    std::vector<Mark> marks;
    if (is_log_) {
      const double step = std::max(1.0, std::ceil((top_ - bottom_) / 8));
      for (double at = bottom_; at <= top_; at += step) {
        marks.push_back({std::pow(10.0, at), number_text(std::pow(10.0, at))});
      }
      if (marks.size() > 2) return marks;
    }
    if (is_log_) {
      for (const double factor : {2.0, 5.0, 20.0, 50.0, 200.0, 500.0}) {
        const double value = factor * std::pow(10.0, bottom_);
        if (std::log10(value) <= top_) marks.push_back({value, number_text(value)});
      }
      return marks;
    }
    const double step = round_step(top_, 6);
    for (int i = 0; i * step <= top_ * (1 + 1e-12); ++i) {
      marks.push_back({i * step, number_text(i * step)});
    }
    return marks;
  }

 private:
  bool is_log_ = false;
  double bottom_ = 0;  // of logarithms, if it is logarithmic
  double top_ = 1;
};

/// The square of paper that values are drawn on.
struct Field {
  Index x;
  Index y;
  Index width;
  Index height;

  Index row(const ValueAxis& axis, double value) const {
    return y + height - 1 - std::llround(axis.place(value) * static_cast<double>(height - 1));
  }
  Index column(std::size_t place, std::size_t count) const {
    if (count == 1) return x + width / 2;
    const double part = static_cast<double>(place) / static_cast<double>(count - 1);
    return x + 4 + std::llround(part * static_cast<double>(width - 9));
  }
};

void draw_values(const Field& field, const ValueAxis& axis, Figure& figure) {
  for (const Mark& mark : axis.marks()) {
    const Index row = field.row(axis, mark.value);
    figure.rect(field.x, row, field.width, 1, detail::pale_line);
    figure.rect(field.x - detail::tick_length, row, detail::tick_length, 1, detail::text_colour);
    figure.text(field.x - 12, row, mark.label, Anchor::end, detail::text_colour);
  }
}

void draw_places(const Field& field, std::size_t count, Figure& figure) {
  const double step = std::max(1.0, round_step(static_cast<double>(count), 6));
  std::vector<std::size_t> places{0};
  for (double at = step; at <= static_cast<double>(count); at += step) {
    if (at > 1) places.push_back(static_cast<std::size_t>(at) - 1);
  }
  const Index edge = field.y + field.height;
  for (const std::size_t place : places) {
    const Index column = field.column(place, count);
    figure.rect(column, edge, 1, detail::tick_length, detail::text_colour);
    figure.text(column, edge + 20, std::to_string(place + 1), Anchor::middle, detail::text_colour);
  }
}

/// A dot for every value, joined by vertical lines where they leave a gap.
void draw_series(const Field& field, const ValueAxis& axis, std::span<const double> values,
                 Figure& figure) {
  const Index dot = values.size() <= 100 ? 5 : 3;
  Index before = -1;  // the column of the last dot
  Index highest = 0;
  Index lowest = 0;
  const auto flush = [&] {
    if (before >= 0) {
      figure.rect(before - dot / 2, highest - dot / 2, dot, lowest - highest + dot, line_colour);
    }
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Index column = field.column(i, values.size());
    const Index row = field.row(axis, values[i]);
    if (column != before) {
      flush();
      before = column;
      highest = lowest = row;
    }
    highest = std::min(highest, row);
    lowest = std::max(lowest, row);
  }
  flush();
}

}  // namespace

Image series_plot(std::span<const double> values, const SeriesPlotOptions& options) {
  check(values, options);
  const Field field{room_left, room_above, options.width - room_left - room_right,
                    options.height - room_above - room_below};
  const ValueAxis axis(values);
  Figure figure(options.width, options.height);
  figure.text(detail::margin, detail::margin + 10, options.title, Anchor::start,
              detail::text_colour);
  figure.text(detail::margin, detail::margin + 40, options.y_label, Anchor::start, detail::faint);
  draw_values(field, axis, figure);
  draw_places(field, values.size(), figure);
  figure.frame(field.x, field.y, field.width, field.height, detail::text_colour);
  figure.text(field.x + field.width / 2, field.y + field.height + 52, options.x_label,
              Anchor::middle, detail::faint);
  draw_series(field, axis, values, figure);
  return figure.to_image();
}

}  // namespace toeplix
