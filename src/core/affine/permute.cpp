#include <toeplix/affine.hpp>

#include "core/affine/shapes.hpp"
#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/compile/allocate.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>

namespace toeplix {

namespace {

constexpr detail::RoomAdvice monomial_advice = {.narrow_index = "use 64-bit indices",
                                                .memory = "raise Resources::memory_budget"};

/// A square matrix with room for one entry in each row; its columns and values are to be written.
template <class Matrix>
Matrix one_entry_per_row(Index rows, const Resources& resources) {
  detail::check_resources(resources);
  Matrix matrix;
  const detail::CompressedSize size = {rows, rows, rows};
  detail::check_index_type<Matrix>(size, monomial_advice);
  detail::check_budget(matrix, size, resources, monomial_advice);
  detail::make_room(matrix, size);
  for (Index row = 0; row <= rows; ++row) {
    matrix.outerIndexPtr()[row] = static_cast<typename Matrix::StorageIndex>(row);
  }
  return matrix;
}

/// Distances in memory between neighbours along each axis.
Extents steps_of(const Extents& shape) {
  Extents steps(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) steps[axis - 1] = steps[axis] * shape[axis];
  return steps;
}

/// The axes without negative numbers. Throws GeometryError unless each is there once.
std::vector<std::size_t> checked_axes(const std::vector<Index>& axes, std::size_t count) {
  std::vector<std::size_t> numbers;
  for (const Index axis : axes) {
    const std::size_t number = detail::axis_number(axis, count);
    if (std::ranges::find(numbers, number) != numbers.end()) {
      throw GeometryError("axes: axis " + std::to_string(axis) + " is there twice");
    }
    numbers.push_back(number);
  }
  if (numbers.size() == count) return numbers;
  throw GeometryError("axes has " + std::to_string(axes.size()) +
                      " numbers; expected each axis of the shape once (" + std::to_string(count) +
                      ")");
}

/// Calls `visit(row, source)` for every element of a tensor whose axes are permuted: its place, and
/// the place that it had.
template <class Visit>
void for_each_permuted(const Extents& shape, const std::vector<std::size_t>& axes,
                       const Extents& steps, Index size, const Visit& visit) {
  Extents at(axes.size(), 0);
  Index source = 0;
  for (Index row = 0; row < size; ++row) {
    visit(row, source);
    for (std::size_t axis = axes.size(); axis-- > 0;) {
      source += steps[axes[axis]];
      if (++at[axis] < shape[axes[axis]]) break;
      source -= steps[axes[axis]] * shape[axes[axis]];
      at[axis] = 0;
    }
  }
}

}  // namespace

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> transpose_map(const Extents& shape, const std::vector<Index>& axes,
                                              const AffineOptions& options) {
  using Map = AffineMap<Scalar, StorageIndex>;
  const Index size = detail::shape_size("shape", shape);
  const std::vector<std::size_t> order = checked_axes(axes, shape.size());
  auto matrix = one_entry_per_row<typename Map::Matrix>(size, options.resources);
  for_each_permuted(shape, order, steps_of(shape), size, [&](Index row, Index source) {
    matrix.innerIndexPtr()[row] = static_cast<StorageIndex>(source);
    matrix.valuePtr()[row] = Scalar(1);
  });
  Extents permuted;
  for (const std::size_t axis : order) permuted.push_back(shape[axis]);
  return {detail::taken(matrix), Map::Vector::Zero(size), shape, std::move(permuted),
          options.name.empty() ? "transpose" : options.name};
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> reshape_map(const Extents& from, const Extents& to,
                                            const AffineOptions& options) {
  const std::string name = options.name.empty() ? "reshape" : options.name;
  const Index size = detail::shape_size("from", from);
  if (detail::shape_size("to", to) != size) {
    throw GeometryError("'" + name + "': " + detail::shape_text(from) + " and " +
                        detail::shape_text(to) + " have different numbers of elements");
  }
  return transpose_map<Scalar, StorageIndex>({size}, {0}, {name, options.resources})
      .with_shapes(from, to);
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> detail::scale_of(const Extents& shape, Index axis,
                                                 std::span<const Scalar> scale,
                                                 std::span<const Scalar> shift,
                                                 const AffineOptions& options) {
  using Map = AffineMap<Scalar, StorageIndex>;
  const Index size = shape_size("shape", shape);
  const std::size_t along = axis_number(axis, shape.size());
  check_length("scale", scale.size(), shape[along]);
  check_length("shift", shift.size(), shape[along]);
  const Index step = steps_of(shape)[along];
  auto matrix = one_entry_per_row<typename Map::Matrix>(size, options.resources);
  typename Map::Vector offset(size);
  for (Index row = 0; row < size; ++row) {
    const auto place = static_cast<std::size_t>(row / step % shape[along]);
    matrix.innerIndexPtr()[row] = static_cast<StorageIndex>(row);
    matrix.valuePtr()[row] = scale[place];
    offset[row] = shift[place];
  }
  return {detail::taken(matrix), std::move(offset), shape, shape,
          options.name.empty() ? "scale" : options.name};
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex)                                      \
  template AffineMap<Scalar, StorageIndex> transpose_map(                              \
      const Extents&, const std::vector<Index>&, const AffineOptions&);                \
  template AffineMap<Scalar, StorageIndex> reshape_map(const Extents&, const Extents&, \
                                                       const AffineOptions&);          \
  template AffineMap<Scalar, StorageIndex> detail::scale_of(                           \
      const Extents&, Index, std::span<const Scalar>, std::span<const Scalar>,         \
      const AffineOptions&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
