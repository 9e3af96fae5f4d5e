#include <toeplix/affine_map.hpp>

#include "core/affine/combine.hpp"
#include "core/affine/product.hpp"
#include "core/affine/shapes.hpp"
#include "core/base/check_resources.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>

namespace toeplix {

namespace {

constexpr detail::RoomAdvice combine_advice = {
    .narrow_index = "use maps with 64-bit indices",
    .memory = "keep the maps apart, or raise Resources::memory_budget"};

std::string quoted(const std::string& name) {
  return "'" + name + "'";
}

void check_same_shape(const char* what, const std::string& first, const Extents& shape,
                      const std::string& second, const Extents& other) {
  if (shape == other) return;
  throw GeometryError(quoted(first) + " and " + quoted(second) + " have " + what +
                      " shapes that differ: " + detail::shape_text(shape) + " and " +
                      detail::shape_text(other));
}

/// The shape of outputs joined along an axis.
template <class Map>
Extents joined_shape(const std::vector<Map>& maps, std::size_t axis) {
  Extents shape = maps.front().output_shape();
  for (auto map = maps.begin() + 1; map != maps.end(); ++map) {
    check_same_shape("input", maps.front().name(), maps.front().input_shape(), map->name(),
                     map->input_shape());
    Extents expected = map->output_shape();
    if (axis < expected.size()) expected[axis] = maps.front().output_shape()[axis];
    if (expected != maps.front().output_shape()) {
      throw GeometryError(quoted(maps.front().name()) + " and " + quoted(map->name()) + " give " +
                          detail::shape_text(maps.front().output_shape()) + " and " +
                          detail::shape_text(map->output_shape()) + "; to be joined along axis " +
                          std::to_string(axis) + " they must agree along all others");
    }
    const auto extent = detail::checked_sum(shape[axis], map->output_shape()[axis]);
    if (!extent) throw CapacityError("axis " + std::to_string(axis) + " exceeds 64 bits");
    shape[axis] = *extent;
  }
  return shape;
}

/// Appends rows of a map to a matrix and an offset that have room for them.
template <class Map>
class RowAppender {
 public:
  RowAppender(typename Map::Matrix& matrix, typename Map::Vector& offset)
      : matrix_(matrix), offset_(offset) {
    matrix_.outerIndexPtr()[0] = 0;
  }

  void append(const Map& map, Index first, Index last) {
    const auto& from = map.matrix();
    const Index begin = from.outerIndexPtr()[first];
    const Index count = from.outerIndexPtr()[last] - begin;
    std::copy_n(from.innerIndexPtr() + begin, count, matrix_.innerIndexPtr() + entries_);
    std::copy_n(from.valuePtr() + begin, count, matrix_.valuePtr() + entries_);
    for (Index row = first; row < last; ++row) {
      offset_[rows_++] = map.offset()[row];
      matrix_.outerIndexPtr()[rows_] =
          static_cast<typename Map::StorageIndex>(entries_ + from.outerIndexPtr()[row + 1] - begin);
    }
    entries_ += count;
  }

 private:
  typename Map::Matrix& matrix_;
  typename Map::Vector& offset_;
  Index rows_ = 0;
  Index entries_ = 0;
};

template <class Map>
std::string joined_name(const std::vector<Map>& maps) {
  std::string text;
  for (const Map& map : maps) text += (text.empty() ? "concatenate(" : ", ") + map.name();
  return text + ')';
}

}  // namespace

void detail::check_follows(const std::string& outer, const Extents& takes, const std::string& inner,
                           const Extents& gives) {
  if (takes == gives) return;
  throw GeometryError(quoted(outer) + " takes " + shape_text(takes) + ", but " + quoted(inner) +
                      " before it gives " + shape_text(gives) + "; the shapes must agree");
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> compose(const AffineMap<Scalar, StorageIndex>& outer,
                                        const AffineMap<Scalar, StorageIndex>& inner,
                                        const AffineOptions& options) {
  detail::check_resources(options.resources);
  detail::check_follows(outer.name(), outer.input_shape(), inner.name(), inner.output_shape());
  auto matrix =
      detail::product_of(outer.matrix(), inner.matrix(), options.resources, combine_advice);
  const std::span<const Scalar> inner_offset(inner.offset().data(),
                                             static_cast<std::size_t>(inner.rows()));
  return {detail::taken(matrix), detail::apply_span(outer, inner_offset, options.resources),
          inner.input_shape(), outer.output_shape(),
          options.name.empty() ? outer.name() + " after " + inner.name() : options.name};
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> sum(const AffineMap<Scalar, StorageIndex>& a,
                                    const AffineMap<Scalar, StorageIndex>& b,
                                    const AffineOptions& options) {
  detail::check_resources(options.resources);
  check_same_shape("input", a.name(), a.input_shape(), b.name(), b.input_shape());
  check_same_shape("output", a.name(), a.output_shape(), b.name(), b.output_shape());
  auto matrix = detail::sum_of(a.matrix(), b.matrix(), options.resources, combine_advice);
  return {detail::taken(matrix), a.offset() + b.offset(), a.input_shape(), a.output_shape(),
          options.name.empty() ? a.name() + " + " + b.name() : options.name};
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> concatenate(
    const std::vector<AffineMap<Scalar, StorageIndex>>& maps, Index axis,
    const AffineOptions& options) {
  using Map = AffineMap<Scalar, StorageIndex>;
  detail::check_resources(options.resources);
  if (maps.empty()) throw GeometryError("no maps to concatenate; expected at least one");
  const std::size_t along = detail::axis_number(axis, maps.front().output_shape().size());
  Extents shape = joined_shape(maps, along);
  const Index rows = detail::shape_size("the joined shape", shape);
  std::optional<Index> entries = 0;
  for (const Map& map : maps) entries = detail::checked_sum(entries, map.nnz());
  if (!entries) throw CapacityError("the entries of all maps exceed 64 bits");
  typename Map::Matrix matrix;
  const detail::CompressedSize size = {*entries, rows, maps.front().cols()};
  detail::check_index_type<typename Map::Matrix>(size, combine_advice);
  detail::check_budget(matrix, size, options.resources, combine_advice);
  detail::make_room(matrix, size);
  typename Map::Vector offset(rows);
  RowAppender<Map> rows_of(matrix, offset);
  Index blocks = 1;
  for (std::size_t slower = 0; slower < along; ++slower) blocks *= shape[slower];
  for (Index block = 0; block < blocks; ++block) {
    for (const Map& map : maps) {
      const Index height = map.rows() / blocks;
      rows_of.append(map, block * height, (block + 1) * height);
    }
  }
  return {detail::taken(matrix), std::move(offset), maps.front().input_shape(), std::move(shape),
          options.name.empty() ? joined_name(maps) : options.name};
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex)                                          \
  template AffineMap<Scalar, StorageIndex> compose(const AffineMap<Scalar, StorageIndex>&, \
                                                   const AffineMap<Scalar, StorageIndex>&, \
                                                   const AffineOptions&);                  \
  template AffineMap<Scalar, StorageIndex> sum(const AffineMap<Scalar, StorageIndex>&,     \
                                               const AffineMap<Scalar, StorageIndex>&,     \
                                               const AffineOptions&);                      \
  template AffineMap<Scalar, StorageIndex> concatenate(                                    \
      const std::vector<AffineMap<Scalar, StorageIndex>>&, Index, const AffineOptions&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
