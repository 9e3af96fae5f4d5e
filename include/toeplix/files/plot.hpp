#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/files/drawing.hpp>
#include <toeplix/image.hpp>

#include <Eigen/SparseCore>

#include <filesystem>
#include <string>
#include <vector>

namespace toeplix {

/// How large a picture of a matrix is.
struct PlotOptions {
  /// The longer side of the matrix in pixels, from 16 to 8192, without title, ticks and legend.
  Index size = 840;
  /// What stands above the picture; empty: the spec. Up to 200 characters; what is not ASCII is
  /// a question mark.
  std::string title = {};
};

/// Pixels of a whole picture, with title, ticks and legend.
struct PlotExtents {
  Index width;   ///< of a row
  Index height;  ///< of a column
};

/// Which escape sequences a terminal understands.
enum class TerminalColour { none, palette_256, true_colour };

/// How large a picture made of characters is.
struct TerminalPlotOptions {
  Index columns = 80;  ///< width of the terminal in characters, from 20 to 1000
  Index lines = 24;    ///< its height, from 10 to 1000
  TerminalColour colour = TerminalColour::none;  ///< what the terminal understands
  std::string title = {};                        ///< what stands above the picture; empty: the spec
};

namespace detail {

Image plot_image(const Convolution& conv, std::vector<double> weights, const PlotOptions& options);
Image plot_image(const TransposedConvolution& conv, std::vector<double> weights,
                 const PlotOptions& options);
Image plot_image(const SparseEntries& matrix, const PlotOptions& options);
std::string plot_svg(const Convolution& conv, std::vector<double> weights,
                     const PlotOptions& options);
std::string plot_svg(const TransposedConvolution& conv, std::vector<double> weights,
                     const PlotOptions& options);
std::string plot_svg(const SparseEntries& matrix, const PlotOptions& options);
PlotExtents write_plot(const std::filesystem::path& path, const Convolution& conv,
                       std::vector<double> weights, const PlotOptions& options);
PlotExtents write_plot(const std::filesystem::path& path, const TransposedConvolution& conv,
                       std::vector<double> weights, const PlotOptions& options);
PlotExtents write_plot(const std::filesystem::path& path, const SparseEntries& matrix,
                       const PlotOptions& options);
std::string plot_terminal(const Convolution& conv, std::vector<double> weights,
                          const TerminalPlotOptions& options);
std::string plot_terminal(const TransposedConvolution& conv, std::vector<double> weights,
                          const TerminalPlotOptions& options);
std::string plot_terminal(const SparseEntries& matrix, const TerminalPlotOptions& options);

}  // namespace detail

/// A spy plot as a picture of 3 channels and 8 bits: the matrix with coordinates as ticks (`c2` is
/// channel 2, then one coordinate per axis), lines between the blocks of the two slowest levels
/// (channels, rows of pixels; in the order of memory), and a legend.
///
/// With weights an entry has the colour of its value (diverging: negative blue, positive red);
/// without, that of the kernel position that meets its pixel there.
///
/// A matrix of up to 400 rows and columns is drawn entry by entry: an entry onto which a border
/// folds several kernel positions has a stripe of each colour, and if there is room its value is
/// written into it, or its weights (`weight_name`; their kernel positions alone if there are
/// several channels). A larger one is drawn by density: a pixel stands for a square of entries, has
/// the mean colour of those that are stored, or the colour of their mean value, and is the darker
/// the more there are. (A folded entry counts once per kernel position.)
///
/// No matrix is built: diagonals of the tap tables are followed from pixel to pixel, so the cost
/// depends on the size of the picture, the kernel and the channels but not on the entries.
/// Throws GeometryError for weights of another number or beyond 1e280 and for a size out of range;
/// CapacityError for a kernel of so many positions, or a fold of so many taps, that this would take
/// more than about a second.
///
///     toeplix::Image picture = toeplix::plot_image(conv);
///     toeplix::write_png("W.png", toeplix::plot_image(conv, kernel, {.size = 400}));
template <DrawnConvolution Conv>
[[nodiscard]] Image plot_image(const Conv& convolution, const PlotOptions& options = {}) {
  return detail::plot_image(detail::as_convolution(convolution), {}, options);
}

template <DrawnConvolution Conv, DrawnWeights Weights>
[[nodiscard]] Image plot_image(const Conv& convolution, const Weights& weights,
                               const PlotOptions& options = {}) {
  return detail::plot_image(detail::as_convolution(convolution), detail::copied_as_doubles(weights),
                            options);
}

/// Of any sparse matrix, by the values of its entries; those of a complex one by their magnitudes.
/// Ticks are the numbers of rows and columns; `options.title` stands above. Cost: that of going
/// through the entries three times, and of the picture. Throws GeometryError for a matrix without
/// rows or columns, a value beyond 1e280 and a size out of range.
///
///     toeplix::write_png("A.png", toeplix::plot_image(A, {.title = "A"}));
template <class Scalar, int Order, class StorageIndex>
[[nodiscard]] Image plot_image(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                               const PlotOptions& options = {}) {
  return detail::plot_image(detail::entries_of(matrix), options);
}

/// The same picture as the text of an SVG file: entries are shapes; a picture by density is an
/// embedded PNG under vector text. Errors and cost as for `plot_image`.
///
///     std::string svg = toeplix::plot_svg(conv);
///     std::string coloured = toeplix::plot_svg(conv, kernel);
template <DrawnConvolution Conv>
[[nodiscard]] std::string plot_svg(const Conv& convolution, const PlotOptions& options = {}) {
  return detail::plot_svg(detail::as_convolution(convolution), {}, options);
}

template <DrawnConvolution Conv, DrawnWeights Weights>
[[nodiscard]] std::string plot_svg(const Conv& convolution, const Weights& weights,
                                   const PlotOptions& options = {}) {
  return detail::plot_svg(detail::as_convolution(convolution), detail::copied_as_doubles(weights),
                          options);
}

/// Of any sparse matrix, likewise.
///
///     std::string svg = toeplix::plot_svg(A, {.title = "A"});
template <class Scalar, int Order, class StorageIndex>
[[nodiscard]] std::string plot_svg(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                   const PlotOptions& options = {}) {
  return detail::plot_svg(detail::entries_of(matrix), options);
}

/// Writes the picture as its extension says, `.png` or `.svg`, in small letters or capitals; the
/// file appears whole or not at all. Answers how large it is. Throws FormatError for another
/// extension and if the file cannot be written, and as `plot_image`.
///
///     toeplix::write_plot("W.svg", conv);
///     toeplix::write_plot("W.png", conv, kernel, {.size = 2000});
template <DrawnConvolution Conv>
PlotExtents write_plot(const std::filesystem::path& path, const Conv& convolution,
                       const PlotOptions& options = {}) {
  return detail::write_plot(path, detail::as_convolution(convolution), {}, options);
}

template <DrawnConvolution Conv, DrawnWeights Weights>
PlotExtents write_plot(const std::filesystem::path& path, const Conv& convolution,
                       const Weights& weights, const PlotOptions& options = {}) {
  return detail::write_plot(path, detail::as_convolution(convolution),
                            detail::copied_as_doubles(weights), options);
}

/// Of any sparse matrix, likewise.
///
///     toeplix::write_plot("A.svg", A, {.title = "A"});
template <class Scalar, int Order, class StorageIndex>
PlotExtents write_plot(const std::filesystem::path& path,
                       const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                       const PlotOptions& options = {}) {
  return detail::write_plot(path, detail::entries_of(matrix), options);
}

/// The spy plot in UTF-8: two full Braille characters per entry if the matrix is small enough,
/// otherwise 2 x 4 Braille dots per character, each for one entry or, by density, for a square of
/// them. Ends with a line feed. Errors and cost as for `plot_image`.
///
///     std::cout << toeplix::plot_terminal(conv);
///     std::cout << toeplix::plot_terminal(conv, kernel, {.columns = 120, .lines = 40});
template <DrawnConvolution Conv>
[[nodiscard]] std::string plot_terminal(const Conv& convolution,
                                        const TerminalPlotOptions& options = {}) {
  return detail::plot_terminal(detail::as_convolution(convolution), {}, options);
}

template <DrawnConvolution Conv, DrawnWeights Weights>
[[nodiscard]] std::string plot_terminal(const Conv& convolution, const Weights& weights,
                                        const TerminalPlotOptions& options = {}) {
  return detail::plot_terminal(detail::as_convolution(convolution),
                               detail::copied_as_doubles(weights), options);
}

/// Of any sparse matrix, likewise.
///
///     std::cout << toeplix::plot_terminal(A, {.title = "A"});
template <class Scalar, int Order, class StorageIndex>
[[nodiscard]] std::string plot_terminal(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
    const TerminalPlotOptions& options = {}) {
  return detail::plot_terminal(detail::entries_of(matrix), options);
}

}  // namespace toeplix
