#include <toeplix/contraction.hpp>

#include "core/affine/shapes.hpp"
#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>

namespace toeplix {

namespace {

constexpr detail::RoomAdvice contraction_advice = {
    .narrow_index = "use 64-bit indices",
    .memory = "compile some of its rows at a time, or raise Resources::memory_budget"};

[[noreturn]] void refuse_size(const char* what) {
  throw CapacityError(std::string("a contraction has more ") + what + " than 64 bits count");
}

Index product_of_extents(const char* name, const std::vector<ContractionAxis>& axes) {
  std::optional<Index> product = 1;
  for (const ContractionAxis& axis : axes) {
    if (axis.extent < 1) {
      throw GeometryError(std::string(name) + " axis of a contraction has the extent " +
                          std::to_string(axis.extent) + "; it must be at least 1");
    }
    product = detail::checked_product(product, axis.extent);
  }
  if (!product) refuse_size("coordinates");
  return *product;
}

/// Throws GeometryError if a coordinate leads outside: `step` is the one of an axis that counts.
void check_reach(const char* what, const ContractionSpec& spec, Index start, Index count,
                 Index ContractionAxis::*step) {
  std::optional<Index> lowest = start;
  std::optional<Index> highest = start;
  for (const auto* axes : {&spec.output, &spec.summed}) {
    for (const ContractionAxis& axis : *axes) {
      const auto reach = detail::checked_product(axis.extent - 1, axis.*step);
      std::optional<Index>& end = axis.*step < 0 ? lowest : highest;
      end = detail::checked_sum(end, reach);
    }
  }
  if (lowest && highest && *lowest >= 0 && *highest < count) return;
  const auto text = [](std::optional<Index> place) {
    return place ? std::to_string(*place) : std::string("beyond 64 bits");
  };
  throw GeometryError(std::string("a contraction reads ") + what + ' ' + text(lowest) + " to " +
                      text(highest) + " of " + std::to_string(count));
}

/// Throws GeometryError unless the terms of a sum ascend in the input.
void check_ascends(const std::vector<ContractionAxis>& summed) {
  Index reach = 0;  // of the faster axes; it fits, as the whole reach does
  for (std::size_t axis = summed.size(); axis-- > 0;) {
    if (summed[axis].extent == 1) continue;
    if (summed[axis].input_step <= reach) {
      throw GeometryError("summed axis " + std::to_string(axis) +
                          " of a contraction has the input step " +
                          std::to_string(summed[axis].input_step) + "; it must be above " +
                          std::to_string(reach) + ", the reach of those behind it");
    }
    reach += (summed[axis].extent - 1) * summed[axis].input_step;
  }
}

/// A place in the input and one in the weights.
struct Place {
  Index input;
  Index weight;
};

/// Goes through the coordinates of some axes in C order.
class Odometer {
 public:
  Odometer(const std::vector<ContractionAxis>& axes, Place start, Index first)
      : axes_(axes), at_(axes.size()), place_(start) {
    for (std::size_t axis = axes.size(); axis-- > 0;) {
      at_[axis] = first % axes[axis].extent;
      first /= axes[axis].extent;
      move(axes[axis], at_[axis]);
    }
  }

  const Place& place() const { return place_; }
  void next() {
    for (std::size_t axis = axes_.size(); axis-- > 0;) {
      move(axes_[axis], 1);
      if (++at_[axis] < axes_[axis].extent) return;
      move(axes_[axis], -axes_[axis].extent);
      at_[axis] = 0;
    }
  }

 private:
  void move(const ContractionAxis& axis, Index count) {
    place_.input += count * axis.input_step;
    place_.weight += count * axis.weight_step;
  }

  const std::vector<ContractionAxis>& axes_;
  Extents at_;
  Place place_;
};

std::vector<Place> summed_places(const Contraction& contraction) {
  std::vector<Place> places;
  places.reserve(static_cast<std::size_t>(contraction.terms()));
  Odometer odometer(contraction.spec().summed, {0, 0}, 0);
  for (Index term = 0; term < contraction.terms(); ++term, odometer.next()) {
    places.push_back(odometer.place());
  }
  return places;
}

/// Writes the entries of rows from `first` on, as many as the matrix has.
template <class Matrix, class Scalar>
void write_rows(Matrix& matrix, const Contraction& contraction, std::span<const Scalar> weights,
                Index first, const Resources& resources) {
  using StorageIndex = typename Matrix::StorageIndex;
  const ContractionSpec& spec = contraction.spec();
  const std::vector<Place> terms = summed_places(contraction);
  const auto length = static_cast<Index>(terms.size());
  const Index rows = matrix.rows();
  matrix.outerIndexPtr()[0] = 0;
  const int threads = detail::threads_to_write(rows * length, resources.threads);
  const Index chunks = std::min<Index>(rows, threads * detail::chunks_per_thread);
  detail::for_each_own_chunk(threads, chunks, [&] {
    return [&](Index chunk) {
      const Index begin = detail::chunk_begin(rows, chunks, chunk);
      const Index end = detail::chunk_begin(rows, chunks, chunk + 1);
      Odometer odometer(spec.output, {spec.input_start, spec.weight_start}, first + begin);
      Index entry = begin * length;
      for (Index row = begin; row < end; ++row, odometer.next()) {
        for (const Place& term : terms) {
          const auto weight = static_cast<std::size_t>(odometer.place().weight + term.weight);
          matrix.innerIndexPtr()[entry] =
              static_cast<StorageIndex>(odometer.place().input + term.input);
          matrix.valuePtr()[entry++] = weights[weight];
        }
        matrix.outerIndexPtr()[row + 1] = static_cast<StorageIndex>(entry);
      }
    };
  });
}

}  // namespace

Contraction::Contraction(ContractionSpec spec)
    : spec_(std::move(spec)),
      rows_(product_of_extents("an output", spec_.output)),
      cols_(detail::shape_size("the input of a contraction", spec_.input)),
      terms_(product_of_extents("a summed", spec_.summed)) {
  if (!detail::checked_product(rows_, terms_)) refuse_size("entries");
  check_reach("elements", spec_, spec_.input_start, cols_, &ContractionAxis::input_step);
  check_reach("weights", spec_, spec_.weight_start, spec_.weights, &ContractionAxis::weight_step);
  check_ascends(spec_.summed);
}

Extents Contraction::output() const {
  Extents shape;
  for (const ContractionAxis& axis : spec_.output) shape.push_back(axis.extent);
  return shape;
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> detail::contraction_rows(
    const Contraction& contraction, std::span<const Scalar> weights, Index first, Index last,
    const Resources& resources) {
  check_resources(resources);
  check_length("weights", weights.size(), contraction.spec().weights);
  if (first < 0 || last < first || last > contraction.rows()) {
    throw GeometryError("rows " + std::to_string(first) + " to " + std::to_string(last) +
                        " are not within the " + std::to_string(contraction.rows()) + " rows");
  }
  Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> matrix;
  const CompressedSize size = {(last - first) * contraction.terms(), last - first,
                               contraction.cols()};
  check_index_type<decltype(matrix)>(size, contraction_advice);
  check_budget(matrix, size, resources, contraction_advice);
  make_room(matrix, size);
  fill_or_clear(matrix, [&] { write_rows(matrix, contraction, weights, first, resources); });
  return matrix;
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> detail::affine_of(const Contraction& contraction,
                                                  std::span<const Scalar> weights,
                                                  const AffineOptions& options) {
  using Map = AffineMap<Scalar, StorageIndex>;
  auto matrix = contraction_rows<Scalar, StorageIndex>(contraction, weights, 0, contraction.rows(),
                                                       options.resources);
  return {detail::taken(matrix), Map::Vector::Zero(contraction.rows()), contraction.spec().input,
          contraction.output(), options.name.empty() ? "contraction" : options.name};
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex)                                               \
  template Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> detail::contraction_rows( \
      const Contraction&, std::span<const Scalar>, Index, Index, const Resources&);             \
  template AffineMap<Scalar, StorageIndex> detail::affine_of(                                   \
      const Contraction&, std::span<const Scalar>, const AffineOptions&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
