#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/sparse_argument.hpp"

#include <toeplix/files/page.hpp>
#include <toeplix/files/plot.hpp>
#include <toeplix/files/png.hpp>

#include <pybind11/stl.h>

namespace toeplix::python {

namespace py = pybind11;

namespace {

template <class Scalar>
using DrawnMatrix = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, std::int64_t>;

/// What a picture is of: a convolution with weights, or without if there are none; or a matrix.
struct Drawing {
  using Subject = std::variant<Convolution, TransposedConvolution, DrawnMatrix<double>,
                               DrawnMatrix<std::complex<double>>>;

  Subject subject;
  std::vector<double> weights;

  Drawing(const Geometry& geometry, const std::optional<py::array>& numbers_of_weights)
      : subject(
            std::visit([](const auto& conv) -> Subject { return conv; }, geometry.convolution())) {
    if (!numbers_of_weights) return;
    const auto given = numbers<double>(*numbers_of_weights);
    weights.assign(given.begin(), given.end());
  }

  explicit Drawing(const SparseArgument& matrix) : subject(subject_of(matrix)) {}

  static Subject subject_of(const SparseArgument& matrix) {
    const py::array values = matrix[0];
    Subject subject = DrawnMatrix<double>();
    if (py::isinstance<py::array_t<double>>(values)) {
      take<double>(subject, matrix);
    } else {
      take<std::complex<double>>(subject, matrix);
    }
    return subject;
  }

  /// The matrix is swapped, not moved: Eigen 3.4 would copy it.
  template <class Scalar>
  static void take(Subject& subject, const SparseArgument& matrix) {
    auto made = to_eigen<Scalar, Eigen::RowMajor>(matrix);
    subject.emplace<DrawnMatrix<Scalar>>().swap(made);
  }
};

/// Calls `draw(convolution, weights)` or `draw(matrix)`.
template <class Draw>
auto drawn(const Drawing& drawing, const Draw& draw) {
  return without_gil([&] {
    return std::visit(
        [&]<class Subject>(const Subject& subject) {
          if constexpr (DrawnConvolution<Subject>) {
            return draw(subject, drawing.weights);
          } else {
            return draw(subject);
          }
        },
        drawing.subject);
  });
}

Image image_of(const Drawing& drawing, const PlotOptions& options) {
  return drawn(drawing, [&](const auto&... what) { return plot_image(what..., options); });
}

py::array pixels_of(const Drawing& drawing, const PlotOptions& options) {
  const Image image = image_of(drawing, options);
  std::vector<std::uint8_t> pixels(image.samples.begin(), image.samples.end());
  return to_array(std::move(pixels), {image.height, image.width, image.channels});
}

py::bytes png_of(const Drawing& drawing, const PlotOptions& options) {
  const FormattedPng png =
      drawn(drawing, [&](const auto&... what) { return format_png(plot_image(what..., options)); });
  return {reinterpret_cast<const char*>(png.bytes.data()), png.bytes.size()};
}

std::string svg_of(const Drawing& drawing, const PlotOptions& options) {
  return drawn(drawing, [&](const auto&... what) { return plot_svg(what..., options); });
}

std::string characters_of(const Drawing& drawing, const TerminalPlotOptions& options) {
  return drawn(drawing, [&](const auto&... what) { return plot_terminal(what..., options); });
}

void save_plot(const Drawing& drawing, const std::string& path, const PlotOptions& options) {
  drawn(drawing, [&](const auto&... what) { return write_plot(path, what..., options); });
}

/// A convolution's page has the spec as its title.
template <class PageOf>
auto page_with_title(const Drawing& drawing, const std::string& title, const PageOf& page_of) {
  return drawn(drawing, [&](const auto& subject, const auto&... weights) {
    if constexpr (sizeof...(weights) > 0) {
      return page_of(subject, weights...);
    } else {
      return page_of(subject, title);
    }
  });
}

std::string html_of(const Drawing& drawing, const std::string& title) {
  return page_with_title(drawing, title, [](const auto&... what) { return page_html(what...); });
}

void save_page(const Drawing& drawing, const std::string& path, const std::string& title) {
  page_with_title(drawing, title, [&](const auto&... what) { write_page(path, what...); });
}

}  // namespace

void bind_drawing(py::module_& module) {
  py::enum_<TerminalColour>(module, "TerminalColour")
      .value("none", TerminalColour::none)
      .value("palette_256", TerminalColour::palette_256)
      .value("true_colour", TerminalColour::true_colour);
  using Title = const std::string&;
  py::class_<Drawing>(module, "Drawing")
      .def(py::init<const Geometry&, const std::optional<py::array>&>())
      .def(py::init<const SparseArgument&>())
      .def("pixels",
           [](const Drawing& drawing, Index size, Title title) {
             return pixels_of(drawing, {size, title});
           })
      .def("png",
           [](const Drawing& drawing, Index size, Title title) {
             return png_of(drawing, {size, title});
           })
      .def("svg",
           [](const Drawing& drawing, Index size, Title title) {
             return svg_of(drawing, {size, title});
           })
      .def("save_plot",
           [](const Drawing& drawing, const std::string& path, Index size, Title title) {
             save_plot(drawing, path, {size, title});
           })
      .def("characters",
           [](const Drawing& drawing, Index columns, Index lines, TerminalColour colour,
              Title title) {
             return characters_of(drawing, {columns, lines, colour, title});
           })
      .def("html", html_of)
      .def("save_page", save_page);
}

}  // namespace toeplix::python
