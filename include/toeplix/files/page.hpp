#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/files/drawing.hpp>

#include <Eigen/SparseCore>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix {

namespace detail {

std::string page_html(const Convolution& conv, const std::vector<double>& weights);
std::string page_html(const TransposedConvolution& conv, const std::vector<double>& weights);
std::string page_html(const SparseEntries& matrix, std::string_view title);
void write_page(const std::filesystem::path& path, const std::string& html);

}  // namespace detail

/// An HTML page for teaching and debugging: input with its padding, kernel, output and matrix side
/// by side, each of which lights up what belongs to it in the others; controls that rebuild them,
/// steps through the rows, and every row as a sum in words. Images of three axes are shown as
/// slices of one of them.
///
/// With weights, or if the reader asks for it, the page has numbers in place of letters: values of
/// input and kernel that can be typed, and what the convolution and the matrix times a vector make
/// of them. It copies the matrix for LaTeX, and prints one panel after the other. One file, which
/// loads nothing from anywhere.
///
/// Throws GeometryError for weights that do not fit or are not finite, a `padding_value` other than
/// 0, and for more than 3 axes;
/// CapacityError for more than 400 rows, columns or pixels along an axis, 6000 entries, 6000 pixels
/// with their padding or 40000 kernel positions in all: `write_plot` draws those.
///
///     std::string html = toeplix::page_html(conv);
///     std::string with_numbers = toeplix::page_html(conv, kernel);
template <DrawnConvolution Conv>
[[nodiscard]] std::string page_html(const Conv& convolution) {
  return detail::page_html(detail::as_convolution(convolution), {});
}

template <DrawnConvolution Conv, DrawnWeights Weights>
[[nodiscard]] std::string page_html(const Conv& convolution, const Weights& weights) {
  return detail::page_html(detail::as_convolution(convolution), detail::copied_as_doubles(weights));
}

/// A page of any sparse matrix of real numbers: the matrix between x, whose values can be typed,
/// and y, with every row as a sum in words and numbers. `title` stands above it, as in
/// `PlotOptions`. Throws GeometryError for complex values, values that are not finite, and a matrix
/// without rows or columns; CapacityError for more than 400 rows or columns or 6000 entries.
///
///     std::string html = toeplix::page_html(A, "A");
template <class Scalar, int Order, class StorageIndex>
[[nodiscard]] std::string page_html(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                    std::string_view title = "matrix") {
  return detail::page_html(detail::entries_of(matrix), title);
}

/// Writes the page; the file appears whole or not at all. Throws FormatError if it cannot be
/// written, and as `page_html`.
///
///     toeplix::write_page("W.html", conv);
///     toeplix::write_page("W.html", conv, kernel);
template <DrawnConvolution Conv>
void write_page(const std::filesystem::path& path, const Conv& convolution) {
  detail::write_page(path, page_html(convolution));
}

template <DrawnConvolution Conv, DrawnWeights Weights>
void write_page(const std::filesystem::path& path, const Conv& convolution,
                const Weights& weights) {
  detail::write_page(path, page_html(convolution, weights));
}

/// Of any sparse matrix, likewise.
///
///     toeplix::write_page("A.html", A, "A");
template <class Scalar, int Order, class StorageIndex>
void write_page(const std::filesystem::path& path,
                const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                std::string_view title = "matrix") {
  detail::write_page(path, page_html(matrix, title));
}

}  // namespace toeplix
