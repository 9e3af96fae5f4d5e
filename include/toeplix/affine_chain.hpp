#pragma once

#include <toeplix/affine_map.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/Core>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace toeplix {

/// Affine maps one after another, kept as a list of factors: a product of sparse matrices may have
/// many times the entries of its factors. Cheap to copy; cannot be changed.
///
///     auto net = toeplix::chain<float>({conv1, pool, conv2});  // conv1 is applied first
///     Eigen::VectorXf y = net.apply(x);
///     auto whole = net.compile();  // one matrix and one offset
template <MatrixScalar ScalarType, MatrixIndex IndexType = int>
class AffineChain {
 public:
  /// What the factors are.
  using Map = AffineMap<ScalarType, IndexType>;
  /// Of all factors.
  using Scalar = ScalarType;
  /// What `apply` returns.
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  /// The first factor is applied first. Throws GeometryError for an empty list, and if a factor
  /// takes another shape than the one before it gives; the message names both.
  explicit AffineChain(std::vector<Map> factors);

  /// The factors, the one that is applied first in front.
  [[nodiscard]] const std::vector<Map>& factors() const { return *factors_; }
  /// The shape of x.
  [[nodiscard]] const Extents& input_shape() const { return factors_->front().input_shape(); }
  /// The shape of y.
  [[nodiscard]] const Extents& output_shape() const { return factors_->back().output_shape(); }
  /// Elements of y.
  [[nodiscard]] Index rows() const { return factors_->back().rows(); }
  /// Elements of x.
  [[nodiscard]] Index cols() const { return factors_->front().cols(); }
  /// Entries of all factors.
  [[nodiscard]] Index nnz() const;

  /// What the maps make of `x`, one after another. Throws GeometryError unless `x` has cols()
  /// elements. Cost: one multiplication per entry of a factor.
  template <VectorArgument X>
  [[nodiscard]] Vector apply(const X& x, const Resources& resources = {}) const {
    return apply_span(detail::span_of<Scalar>(x), resources);
  }
  /// The transpose of the linear part: A^T y for the product A of the matrices, without offsets and
  /// without conjugation. Throws GeometryError unless `y` has rows() elements. Cost: one
  /// multiplication per entry of a factor, and a search in each of its rows for every thread.
  template <VectorArgument Y>
  [[nodiscard]] Vector apply_transpose(const Y& y, const Resources& resources = {}) const {
    return apply_transpose_span(detail::span_of<Scalar>(y), resources);
  }

  /// All factors as one map. The product is associated as takes the fewest multiplications, by
  /// `predicted_multiplications`. Structure, errors and cost are those of `compose`; the budget
  /// holds for all that exists at a time but the factors. The sums are taken in the order of the
  /// association, so that numbers that are not exact may differ in their last bits from `apply`.
  [[nodiscard]] Map compile(const AffineOptions& options = {}) const;
  /// How `compile` associates, by numbers of factors: `2 (1 0)` multiplies the first two first.
  /// Cost as for `predicted_multiplications`.
  [[nodiscard]] std::string association() const;
  /// Multiplications of the best association. Of every product of neighbours up to 32 rows, evenly
  /// spaced, are followed through the factors and their entries counted; the other rows are taken
  /// to be like them. Cost: the structure of those rows, beginning with every factor.
  [[nodiscard]] double predicted_multiplications() const;

 private:
  Vector apply_span(std::span<const Scalar> x, const Resources& resources) const;
  Vector apply_transpose_span(std::span<const Scalar> y, const Resources& resources) const;

  std::shared_ptr<const std::vector<Map>> factors_;
};

/// Affine maps one after another, the first applied first, as torch.nn.Sequential: see AffineChain.
///
///     auto net = toeplix::chain<float>({conv1, pool, conv2});
template <MatrixScalar Scalar, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineChain<Scalar, StorageIndex> chain(
    std::vector<AffineMap<Scalar, StorageIndex>> factors) {
  return AffineChain<Scalar, StorageIndex>(std::move(factors));
}

}  // namespace toeplix
