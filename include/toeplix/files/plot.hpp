#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/image.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace toeplix {

/// What a picture of a matrix shows.
struct PlotOptions {
  /// Weights, C order, of the shape that the convolution expects. With them an entry has the colour
  /// of its value (diverging: negative blue, positive red); without, that of the kernel position
  /// that meets its pixel there.
  std::vector<double> weights = {};
  /// The longer side of the matrix in pixels, from 16 to 8192, without title, ticks and legend.
  Index size = 840;
};

/// A spy plot as a picture of 3 channels and 8 bits: the matrix with coordinates as ticks (`c2` is
/// channel 2, then one coordinate per axis), lines between the blocks of the two slowest levels
/// (channels, rows of pixels; in the order of memory), and a legend.
///
/// A matrix of up to 400 rows and columns is drawn entry by entry: an entry onto which a border
/// folds several kernel positions has a stripe of each colour, and where there is room its value is
/// written into it, or its weights (`weight_name`; their kernel positions alone where there are
/// several channels). A larger one is drawn by density: a pixel stands for a square of entries, has
/// the mean colour of those that are stored, or the colour of their mean value, and is the darker
/// the more there are. (A folded entry counts once per kernel position.)
///
/// No matrix is built: diagonals of the tap tables are followed from pixel to pixel, so the cost
/// depends on the size of the picture, the kernel and the channels but not on the entries.
/// Throws GeometryError for weights of another number or not finite and for a size out of range;
/// CapacityError for a kernel of so many positions, or a fold of so many taps, that this would take
/// minutes.
Image plot_image(const Convolution& conv, const PlotOptions& options = {});
Image plot_image(const TransposedConvolution& conv, const PlotOptions& options = {});

/// The same picture as the text of an SVG file: entries are shapes; a picture by density is an
/// embedded PNG under vector text.
std::string plot_svg(const Convolution& conv, const PlotOptions& options = {});
std::string plot_svg(const TransposedConvolution& conv, const PlotOptions& options = {});

/// Writes the picture as its extension says, `.png` or `.svg`, in small letters or capitals; the
/// file appears whole or not at all. Throws FormatError for another extension and where the file
/// cannot be written.
void write_plot(const std::filesystem::path& path, const Convolution& conv,
                const PlotOptions& options = {});
void write_plot(const std::filesystem::path& path, const TransposedConvolution& conv,
                const PlotOptions& options = {});

/// Which escape sequences a terminal understands.
enum class TerminalColour { none, palette_256, true_colour };

/// What a picture made of characters shows.
struct TerminalPlotOptions {
  std::vector<double> weights = {};  ///< as in PlotOptions
  Index columns = 80;                ///< width of the terminal in characters, from 20 to 1000
  Index lines = 24;                  ///< its height, from 10 to 1000
  TerminalColour colour = TerminalColour::none;
};

/// The spy plot in UTF-8: two full Braille characters per entry where the matrix is small enough,
/// otherwise 2 x 4 Braille dots per character, each for one entry or, by density, for a square of
/// them. Ends with a line feed. Errors and cost as for `plot_image`.
std::string plot_terminal(const Convolution& conv, const TerminalPlotOptions& options = {});
std::string plot_terminal(const TransposedConvolution& conv,
                          const TerminalPlotOptions& options = {});

}  // namespace toeplix
