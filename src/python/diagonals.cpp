#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/sparse_argument.hpp"

#include <toeplix/diagonals.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace toeplix::python {

namespace py = pybind11;

namespace {

template <class Scalar>
py::tuple to_tuple(Diagonal<Scalar> diagonal) {
  const auto count = static_cast<Index>(diagonal.rows.size());
  return py::make_tuple(diagonal.block_row, diagonal.block_column, diagonal.offset,
                        to_array(std::move(diagonal.rows), {count}),
                        to_array(std::move(diagonal.values), {count}));
}

/// Diagonals one after the other, and None at the end.
struct Walk {
  std::function<py::object()> next;
};

/// The diagonals of any matrix, of any scalar.
class DiagonalSource {
 public:
  DiagonalSource() = default;
  DiagonalSource(const DiagonalSource&) = delete;
  DiagonalSource& operator=(const DiagonalSource&) = delete;
  virtual ~DiagonalSource() = default;

  virtual Index size() const = 0;
  virtual Index block_rows() const = 0;
  virtual Index block_columns() const = 0;
  virtual Index count() const = 0;
  virtual Index rotations() const = 0;
  virtual py::tuple at(const DiagonalPlace& place) const = 0;
  /// Must not outlive the object.
  virtual Walk walk() const = 0;
};

/// What both kinds of diagonals of the library do alike.
template <class Found>
class DiagonalsOf : public DiagonalSource {
 public:
  template <class... Arguments>
  explicit DiagonalsOf(const Arguments&... arguments) : found_(arguments...) {}

  Index size() const override { return found_.size(); }
  Index block_rows() const override { return found_.structure().block_rows(); }
  Index block_columns() const override { return found_.structure().block_columns(); }
  Index count() const override {
    return without_gil([&] { return found_.count(); });
  }
  Index rotations() const override {
    return without_gil([&] { return found_.structure().rotations(); });
  }

 protected:
  const Found& found() const { return found_; }

 private:
  Found found_;
};

template <class Scalar>
class ConvolutionDiagonals : public DiagonalsOf<Diagonals<Scalar>> {
 public:
  using DiagonalsOf<Diagonals<Scalar>>::DiagonalsOf;

  py::tuple at(const DiagonalPlace& place) const override {
    return to_tuple(without_gil([&] { return this->found().at(place); }));
  }

  /// Each is made when it is its turn.
  Walk walk() const override {
    return {[this, place = this->found().structure().begin()]() mutable -> py::object {
      Diagonal<Scalar> diagonal;
      without_gil([&] {
        for (; diagonal.rows.empty() && place != std::default_sentinel; ++place) {
          diagonal = this->found().at(*place);
        }
      });
      if (diagonal.rows.empty()) return py::none();
      return to_tuple(std::move(diagonal));
    }};
  }
};

template <class Scalar>
class StoredDiagonals : public DiagonalsOf<MatrixDiagonals<Scalar>> {
 public:
  using DiagonalsOf<MatrixDiagonals<Scalar>>::DiagonalsOf;

  py::tuple at(const DiagonalPlace& place) const override {
    if (this->found().entries(place) == 0) {
      return to_tuple(Diagonal<Scalar>{.offset = place.offset,
                                       .size = this->size(),
                                       .rows = {},
                                       .values = {},
                                       .block_row = place.block_row,
                                       .block_column = place.block_column});
    }
    const auto& structure = this->found().structure();
    const auto at = std::lower_bound(structure.begin(), structure.end(), place);
    return to_tuple(this->found().begin()[at - structure.begin()]);
  }

  Walk walk() const override {
    return {[at = this->found().begin(), end = this->found().end()]() mutable -> py::object {
      if (at == end) return py::none();
      return to_tuple(*at++);
    }};
  }
};

using Source = std::shared_ptr<DiagonalSource>;

Source diagonals_of_geometry(const Geometry& geometry, const py::array& weights,
                             const DiagonalOptions& options) {
  return with_scalar_of(weights, [&]<class Scalar>(Scalar) -> Source {
    return std::make_shared<ConvolutionDiagonals<Scalar>>(geometry.pattern(),
                                                          numbers<Scalar>(weights), options);
  });
}

/// Places and their number, as the package hands them over.
using OrderArgument = std::optional<std::pair<py::array, Index>>;

SlotOrder to_order(const OrderArgument& argument) {
  if (!argument) return {};
  return {numbers<Index>(argument->first), argument->second};
}

Source diagonals_of_matrix(const SparseArgument& argument, const DiagonalOptions& options,
                           const SlotOrders& orders) {
  return with_scalar_of(argument[0], [&]<class Scalar>(Scalar) -> Source {
    const auto matrix = to_eigen<Scalar, Eigen::RowMajor>(argument);
    return without_gil(
        [&] { return std::make_shared<StoredDiagonals<Scalar>>(matrix, options, orders); });
  });
}

}  // namespace

void bind_diagonals(py::module_& module) {
  module.def("diagonals", [](const Geometry& geometry, const py::array& weights, Index size,
                             bool prune, Index budget, const std::optional<PixelShuffle>& packing) {
    return diagonals_of_geometry(geometry, weights,
                                 {size, prune, {.memory_budget = budget}, packing});
  });
  module.def("diagonals_of_matrix", [](const SparseArgument& matrix, Index size, bool prune,
                                       Index budget, const std::optional<PixelShuffle>& packing,
                                       const OrderArgument& rows, const OrderArgument& columns) {
    return diagonals_of_matrix(matrix, {size, prune, {.memory_budget = budget}, packing},
                               {to_order(rows), to_order(columns)});
  });
  py::class_<Walk>(module, "DiagonalWalk").def("next", [](Walk& walk) { return walk.next(); });
  py::class_<DiagonalSource, Source>(module, "DiagonalSource")
      .def_property_readonly("size", &DiagonalSource::size)
      .def_property_readonly("block_rows", &DiagonalSource::block_rows)
      .def_property_readonly("block_columns", &DiagonalSource::block_columns)
      .def("count", &DiagonalSource::count)
      .def("rotations", &DiagonalSource::rotations)
      .def("at",
           [](const DiagonalSource& source, Index block_row, Index block_column, Index offset) {
             return source.at({block_row, block_column, offset});
           })
      .def("walk", &DiagonalSource::walk, py::keep_alive<0, 1>());
}

}  // namespace toeplix::python
