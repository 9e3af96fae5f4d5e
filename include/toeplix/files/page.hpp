#pragma once

#include <toeplix/convolution.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace toeplix {

/// What a page shows besides the spec.
struct PageOptions {
  /// Weights, C order, of the shape that the convolution expects; empty for letters alone.
  std::vector<double> weights = {};
};

/// An HTML page for teaching and debugging: input with its padding, kernel, output and matrix side
/// by side, each of which lights up what belongs to it in the others; controls that rebuild them,
/// steps through the rows, and every row as a sum in words. One file, which loads nothing from
/// anywhere.
///
/// Throws GeometryError for weights that do not fit or are not finite, and for more than 2 axes;
/// CapacityError for more than 400 rows, columns or pixels along an axis, 6000 entries, 6000 pixels
/// with their padding or 40000 kernel positions in all: `write_plot` draws those.
std::string page_html(const Convolution& conv, const PageOptions& options = {});
std::string page_html(const TransposedConvolution& conv, const PageOptions& options = {});

/// Writes the page; the file appears whole or not at all. Throws FormatError where it cannot be
/// written, and as `page_html`.
void write_page(const std::filesystem::path& path, const Convolution& conv,
                const PageOptions& options = {});
void write_page(const std::filesystem::path& path, const TransposedConvolution& conv,
                const PageOptions& options = {});

}  // namespace toeplix
