#include <toeplix/affine_chain.hpp>

#include "core/affine/association.hpp"
#include "core/affine/combine.hpp"
#include "core/affine/product.hpp"
#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

namespace {

constexpr detail::RoomAdvice chain_advice = {
    .narrow_index = "use maps with 64-bit indices",
    .memory = "apply the factors one after another, or raise Resources::memory_budget"};

/// The factors as a product of matrices has them: the one that is applied last in front.
template <class Map>
const typename Map::Matrix& matrix_from_left(const std::vector<Map>& factors, std::size_t place) {
  return factors[factors.size() - 1 - place].matrix();
}

/// Follows single rows through a product, and knows how many columns each has. Takes a mark for
/// every column of the widest factor.
template <class Map>
class RowFollower {
 public:
  /// Throws CapacityError for marks beyond the budget.
  RowFollower(const std::vector<Map>& factors, const Resources& resources) : factors_(factors) {
    Index widest = 0;
    for (const Map& map : factors) widest = std::max(widest, map.cols());
    detail::check_room("following rows through " + std::to_string(widest) + " columns",
                       detail::checked_product(widest, sizeof(Index)), resources,
                       chain_advice.memory);
    marks_.resize(static_cast<std::size_t>(widest), -1);
  }

  /// Adds to `lengths[j]` the entries of a row of L[first] ... L[j], for every j.
  void follow(std::size_t first, Index row, std::vector<double>& lengths) {
    std::vector<Index> rows = {row};
    for (std::size_t place = first; place < factors_.size(); ++place) {
      rows = columns_of(matrix_from_left(factors_, place), rows);
      lengths[place] += static_cast<double>(rows.size());
    }
  }

 private:
  /// The columns that some rows have, each once.
  std::vector<Index> columns_of(const typename Map::Matrix& matrix,
                                const std::vector<Index>& rows) {
    ++round_;
    std::vector<Index> columns;
    for (const Index row : rows) {
      const Index end = matrix.outerIndexPtr()[row + 1];
      for (Index entry = matrix.outerIndexPtr()[row]; entry < end; ++entry) {
        const Index column = matrix.innerIndexPtr()[entry];
        Index& mark = marks_[static_cast<std::size_t>(column)];
        if (mark != round_) columns.push_back(column);
        mark = round_;
      }
    }
    return columns;
  }

  const std::vector<Map>& factors_;
  std::vector<Index> marks_;  // for every column, the last round that found it
  Index round_ = 0;
};

template <class Map>
detail::Association associate(const std::vector<Map>& factors, const Resources& resources = {}) {
  constexpr Index most_samples = 32;
  const std::size_t count = factors.size();
  detail::ProductSizes sizes;
  sizes.lengths.assign(count, std::vector<double>(count));
  RowFollower<Map> follower(factors, resources);
  for (std::size_t first = 0; first < count; ++first) {
    const Index rows = matrix_from_left(factors, first).rows();
    const Index samples = std::min(rows, most_samples);
    sizes.rows.push_back(static_cast<double>(rows));
    for (Index sample = 0; sample < samples; ++sample) {
      follower.follow(first, detail::chunk_begin(rows, samples, sample), sizes.lengths[first]);
    }
    for (double& length : sizes.lengths[first]) length /= static_cast<double>(samples);
  }
  return detail::Association(sizes);
}

/// Forms a product as an association says. Knows what it has allocated.
template <class Map>
class ProductFormer {
 public:
  using Matrix = typename Map::Matrix;

  ProductFormer(const std::vector<Map>& factors, const detail::Association& association,
                const Resources& resources)
      : factors_(factors), association_(association), resources_(resources) {}

  /// L[first] ... L[last], for first < last.
  Matrix form(std::size_t first, std::size_t last) {
    const std::size_t split = association_.split(first, last);
    Matrix left;
    Matrix right;
    if (first < split) left = form_part(first, split);
    if (split + 1 < last) right = form_part(split + 1, last);
    const Matrix& a = first < split ? left : matrix_from_left(factors_, first);
    const Matrix& b = split + 1 < last ? right : matrix_from_left(factors_, last);
    Matrix product = detail::product_of(a, b, what_is_left(), chain_advice);
    allocated_ -= bytes_of(left) + bytes_of(right);
    return product;
  }

 private:
  Matrix form_part(std::size_t first, std::size_t last) {
    Matrix part = form(first, last);
    allocated_ += bytes_of(part);
    return part;
  }

  static Index bytes_of(const Matrix& matrix) {
    if (matrix.rows() == 0) return 0;
    return detail::matrix_bytes(matrix.nonZeros(), matrix.rows() + 1,
                                sizeof(typename Matrix::Scalar),
                                sizeof(typename Matrix::StorageIndex))
        .value_or(0);
  }

  /// A budget of 0 is what is free, which knows what is allocated.
  Resources what_is_left() const {
    Resources left = resources_;
    if (left.memory_budget > 0)
      left.memory_budget = std::max<Index>(1, left.memory_budget - allocated_);
    return left;
  }

  const std::vector<Map>& factors_;
  const detail::Association& association_;
  const Resources& resources_;
  Index allocated_ = 0;  // by parts
};

/// A^T y. Threads share the columns, so that every sum is taken by one of them, in the order of the
/// rows.
template <class Map>
typename Map::Vector transposed_product(const Map& map, const typename Map::Vector& y,
                                        const Resources& resources) {
  const auto& matrix = map.matrix();
  const Index cols = map.cols();
  typename Map::Vector x = Map::Vector::Zero(cols);
  const int threads = detail::threads_to_write(map.nnz(), resources.threads);
  detail::for_each_chunk(threads, threads, [&] {
    return [&](Index chunk) {
      const Index first = detail::chunk_begin(cols, threads, chunk);
      const Index last = detail::chunk_begin(cols, threads, chunk + 1);
      const auto* const columns = matrix.innerIndexPtr();
      for (Index row = 0; row < map.rows(); ++row) {
        const Index end = matrix.outerIndexPtr()[row + 1];
        Index entry =
            std::lower_bound(columns + matrix.outerIndexPtr()[row], columns + end, first) - columns;
        for (; entry < end && columns[entry] < last; ++entry) {
          x[columns[entry]] += matrix.valuePtr()[entry] * y[row];
        }
      }
    };
  });
  return x;
}

}  // namespace

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineChain<Scalar, StorageIndex>::AffineChain(std::vector<Map> factors) {
  if (factors.empty()) throw GeometryError("no maps to chain; expected at least one");
  for (std::size_t next = 1; next < factors.size(); ++next) {
    detail::check_follows(factors[next].name(), factors[next].input_shape(),
                          factors[next - 1].name(), factors[next - 1].output_shape());
  }
  factors_ = std::make_shared<const std::vector<Map>>(std::move(factors));
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
Index AffineChain<Scalar, StorageIndex>::nnz() const {
  Index entries = 0;
  for (const Map& map : *factors_) entries += map.nnz();
  return entries;
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
typename AffineChain<Scalar, StorageIndex>::Vector AffineChain<Scalar, StorageIndex>::apply_span(
    std::span<const Scalar> x, const Resources& resources) const {
  Vector y = detail::apply_span(factors_->front(), x, resources);
  for (auto map = factors_->begin() + 1; map != factors_->end(); ++map) {
    y = toeplix::apply(*map, y, resources);
  }
  return y;
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
typename AffineChain<Scalar, StorageIndex>::Vector
AffineChain<Scalar, StorageIndex>::apply_transpose_span(std::span<const Scalar> y,
                                                        const Resources& resources) const {
  detail::check_resources(resources);
  detail::check_length("y", y.size(), rows());
  Vector x = Eigen::Map<const Vector>(y.data(), static_cast<Eigen::Index>(y.size()));
  for (auto map = factors_->rbegin(); map != factors_->rend(); ++map) {
    x = transposed_product(*map, x, resources);
  }
  return x;
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> AffineChain<Scalar, StorageIndex>::compile(
    const AffineOptions& options) const {
  detail::check_resources(options.resources);
  const std::vector<Map>& factors = *factors_;
  std::string name = options.name;
  for (auto map = factors.rbegin(); options.name.empty() && map != factors.rend(); ++map) {
    name += (name.empty() ? "" : " after ") + map->name();
  }
  if (factors.size() == 1) return factors.front().with_name(std::move(name));
  Vector offset = factors.front().offset();
  for (auto map = factors.begin() + 1; map != factors.end(); ++map) {
    offset = toeplix::apply(*map, offset, options.resources);
  }
  const detail::Association association = associate(factors, options.resources);
  ProductFormer<Map> former(factors, association, options.resources);
  return {former.form(0, factors.size() - 1), std::move(offset), input_shape(), output_shape(),
          std::move(name)};
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
std::string AffineChain<Scalar, StorageIndex>::association() const {
  return associate(*factors_).text();
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
double AffineChain<Scalar, StorageIndex>::predicted_multiplications() const {
  return associate(*factors_).multiplications();
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex) template class AffineChain<Scalar, StorageIndex>;
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
