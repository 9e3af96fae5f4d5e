#include <toeplix/files/page.hpp>
#include <toeplix/weights_order.hpp>

#include "core/base/check_length.hpp"
#include "files/bytes/atomic_file.hpp"
#include "files/page/template.hpp"
#include "files/plot/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdio>
#include <span>

namespace toeplix {
namespace {

// The same limits are in arithmetic.js, for what is changed in the page.
constexpr Index most_axes = 3;
constexpr Index most_lines = 400;
constexpr Index most_entries_drawn = 6000;
constexpr Index most_taps = 40000;
constexpr Index most_cells = 6000;

void check_weights(const std::vector<double>& weights, Index expected) {
  if (weights.empty()) return;
  detail::check_length("page: weights", weights.size(), expected);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (std::isfinite(weights[i])) continue;
    throw GeometryError("page: weight " + std::to_string(i) + " is not a finite number");
  }
}

/// The sides of a convolution: windows lie on the padded image and have one pixel each.
struct Sides {
  const Extents& windows;
  const Extents& image;
  Index image_channels;
};

Sides sides_of(const Convolution& conv) {
  return {conv.output(), conv.input(), conv.in_channels()};
}
Sides sides_of(const TransposedConvolution& conv) {
  return {conv.input(), conv.output(), conv.out_channels()};
}

/// Kernel positions of all windows. At most `most_taps + 1` are counted, so that nothing overflows.
template <class Conv>
Index count_taps(const Conv& conv) {
  const Extents& windows = sides_of(conv).windows;
  Index taps = 1;
  const auto times = [&taps](Index factor) {
    taps = factor > most_taps / taps ? most_taps + 1 : taps * factor;
  };
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    times(windows[axis]);
    times(conv.kernel()[axis]);
  }
  times(conv.in_channels());
  times(conv.out_channels() / conv.groups());
  return taps;
}

/// Pixels of the image with as much of its padding as is drawn.
template <class Conv>
Index count_cells(const Conv& conv) {
  constexpr bool transposed = std::same_as<Conv, TransposedConvolution>;
  const Sides sides = sides_of(conv);
  Index cells = sides.image_channels;
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    const AxisPadding padding = conv.padding(axis);
    const Index span = (conv.kernel()[axis] - 1) * conv.spec().dilation[axis] + 1;
    const Index reach = (sides.windows[axis] - 1) * conv.spec().stride[axis] - padding.lower + span;
    const Index image = sides.image[axis];
    const Index end = transposed ? reach : std::max(reach, image + padding.upper);
    cells *= std::max(image, end) - std::min<Index>(0, -padding.lower);
  }
  return cells;
}

constexpr const char* advice = "toeplix plot draws any size";

CapacityError too_large(const std::string& what) {
  return CapacityError("page: a " + what + " is too large to read; a page shows up to " +
                           std::to_string(most_lines) + " rows and columns and " +
                           std::to_string(most_entries_drawn) + " entries",
                       CapacityCause::limit, {}, {}, advice);
}

void check_holes(const TransposedConvolutionSpec&) {}
void check_holes(const ConvolutionSpec& spec) {
  for (const Index pixels : spec.input_dilation.values()) {
    if (pixels == 1) continue;
    throw GeometryError("page: input_dilation " + std::to_string(pixels) +
                        ": a page shows images without holes; toeplix plot draws them");
  }
}

template <class Conv>
void check_size(const Conv& conv) {
  if (conv.axes() > most_axes) {
    throw GeometryError("page: " + std::to_string(conv.axes()) +
                        " axes: expected 1, 2 or 3; toeplix plot draws any number");
  }
  check_holes(conv.spec());
  bool fits = conv.rows() <= most_lines && conv.cols() <= most_lines;
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    const AxisPadding padding = conv.padding(axis);
    const Index stride = conv.spec().stride[axis];
    fits = fits && conv.kernel()[axis] <= most_lines && stride <= most_lines &&
           conv.spec().dilation[axis] <= most_lines && padding.lower <= most_lines &&
           padding.upper <= most_lines;
  }
  if (fits && conv.nnz() <= most_entries_drawn && count_taps(conv) <= most_taps) {
    const Index cells = count_cells(conv);
    if (cells <= most_cells) return;
    throw CapacityError("page: " + std::to_string(cells) +
                            " pixels with the padding are too many to read; a page shows up to " +
                            std::to_string(most_cells),
                        CapacityCause::limit, {}, {}, advice);
  }
  throw too_large(std::to_string(conv.rows()) + " x " + std::to_string(conv.cols()) + " matrix");
}

/// The shortest digits that read back as the same number.
std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), result.ptr};
}

/// What the script reads. The text form has no character that JSON or HTML would have to escape.
std::string data_of(const std::string& spec, const std::vector<double>& weights) {
  std::string list;
  for (const double weight : weights) list += (list.empty() ? "" : ",") + shortest(weight);
  return "{\"spec\":\"" + spec + "\",\"weights\":" + (weights.empty() ? "null" : "[" + list + "]") +
         "}";
}

std::string page_with(const std::string& data) {
  std::string page;
  for (const std::string_view piece : detail::page_before_data) page += piece;
  page += data;
  for (const std::string_view piece : detail::page_after_data) page += piece;
  return page;
}

/// A page has no place for what a padding value adds.
void check_linear(const Convolution& conv) {
  const double padding = conv.spec().padding_value;
  if (padding == 0) return;
  throw GeometryError(
      "page: padding_value " + shortest(padding) +
      " adds an offset, which a page does not show; leave it out to see the matrix");
}
void check_linear(const TransposedConvolution&) {}

template <class Conv>
std::string page_of(const Conv& conv, const std::vector<double>& weights) {
  check_linear(conv);
  check_size(conv);
  check_weights(weights, conv.weight_count());
  // A page has its weights in one order.
  return page_with(data_of(to_string(with_oihw(conv).spec()),
                           weights.empty() ? weights : weights_to_oihw(conv, weights)));
}

void check_matrix(const detail::SparseEntries& matrix) {
  const std::string shape = std::to_string(matrix.rows) + " x " + std::to_string(matrix.columns);
  if (matrix.are_magnitudes) {
    throw GeometryError("page: complex values: expected real ones; toeplix plot draws magnitudes");
  }
  if (matrix.rows == 0 || matrix.columns == 0) {
    throw GeometryError("page: a " + shape + " matrix: expected at least one row and one column");
  }
  if (std::max(matrix.rows, matrix.columns) > most_lines || matrix.count > most_entries_drawn) {
    throw too_large(shape + " matrix of " + std::to_string(matrix.count) + " entries");
  }
}

/// The text between the quotes of a JSON string, which HTML does not look into.
std::string json_title(std::string_view title) {
  std::string text;
  for (const char character : detail::drawn_title(title)) {
    constexpr std::string_view escaped = "\"\\<>&";
    if (escaped.find(character) == escaped.npos) {
      text += character;
      continue;
    }
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(character));
    text += code.data();
  }
  return text;
}

std::string data_of(const detail::SparseEntries& matrix, std::string_view title) {
  std::string list;
  matrix.for_each([&list](Index row, Index column, double value) {
    if (!std::isfinite(value)) {
      throw GeometryError("page: the entry in row " + std::to_string(row) + " and column " +
                          std::to_string(column) + " is not a finite number");
    }
    list += (list.empty() ? "[" : ",[") + std::to_string(row) + "," + std::to_string(column) + "," +
            shortest(value) + "]";
  });
  return "{\"matrix\":{\"name\":\"" + json_title(title) +
         "\",\"rows\":" + std::to_string(matrix.rows) +
         ",\"cols\":" + std::to_string(matrix.columns) + ",\"entries\":[" + list + "]}}";
}

}  // namespace

namespace detail {

std::string page_html(const Convolution& conv, const std::vector<double>& weights) {
  return page_of(conv, weights);
}

std::string page_html(const TransposedConvolution& conv, const std::vector<double>& weights) {
  return page_of(conv, weights);
}

std::string page_html(const SparseEntries& matrix, std::string_view title) {
  check_matrix(matrix);
  return page_with(data_of(matrix, title));
}

void write_page(const std::filesystem::path& path, const std::string& html) {
  write_file(path, std::as_bytes(std::span(html)));
}

}  // namespace detail
}  // namespace toeplix
