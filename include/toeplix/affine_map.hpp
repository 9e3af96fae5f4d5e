#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace toeplix {

/// How an affine map is made.
///
///     toeplix::affine_map(conv, weights, bias, {.name = "conv1"});
struct AffineOptions {
  /// What messages call the map; empty: what it is made of, such as the text form of a convolution.
  std::string name = {};
  /// Threads that write the matrix, and bytes that its arrays may take. Small ones are not weighed
  /// against what the machine has free, as in CompileOptions.
  Resources resources = {};
};

namespace detail {

/// Of a matrix that is compressed, and whose columns ascend: nobody need look.
struct KnownSorted {};

}  // namespace detail

/// y = A x + b with the shapes of the tensors that x and y are, and a name for messages.
///
/// A shape lists the extents of a tensor, channels among them, from the slowest axis in memory to
/// the fastest: `x` is an array of `input_shape()` in C order. So an image is (channels, height,
/// width) in the order channels_first, (height, width, channels) in channels_last, and (channels,
/// width, height) in column_major. Cheap to copy; cannot be changed.
///
///     auto layer = toeplix::affine_map(conv, weights, bias);
///     Eigen::VectorXf y = toeplix::apply(layer, x);
template <MatrixScalar ScalarType, MatrixIndex IndexType = int>
class AffineMap {
 public:
  /// Of the matrix, the offset and the vectors.
  using Scalar = ScalarType;
  /// Of the matrix.
  using StorageIndex = IndexType;
  /// The type of A.
  using Matrix = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>;
  /// The type of b, and of what `apply` returns.
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  /// Shares everything. To move is to copy, so that no map is ever empty.
  AffineMap(const AffineMap&) = default;
  /// Likewise.
  AffineMap& operator=(const AffineMap&) = default;
  /// Any matrix and offset. Throws GeometryError for an extent below 1, and unless the matrix has
  /// as many columns as `input_shape` has elements, and matrix and offset as many rows as
  /// `output_shape`. Cost: none, if the matrix is compressed.
  AffineMap(Matrix matrix, Vector offset, Extents input_shape, Extents output_shape,
            std::string name = "affine map");

  /// The same of a matrix that the library has compiled, whose columns are not looked at.
  AffineMap(detail::KnownSorted known, Matrix matrix, Vector offset, Extents input_shape,
            Extents output_shape, std::string name);

  /// A: compressed, columns ascending.
  [[nodiscard]] const Matrix& matrix() const { return *state_->matrix; }
  /// b: one number per row.
  [[nodiscard]] const Vector& offset() const { return state_->offset; }
  /// The shape of x, slowest axis first.
  [[nodiscard]] const Extents& input_shape() const { return state_->input_shape; }
  /// The shape of y, slowest axis first.
  [[nodiscard]] const Extents& output_shape() const { return state_->output_shape; }
  /// What messages call the map.
  [[nodiscard]] const std::string& name() const { return state_->name; }
  /// Elements of y.
  [[nodiscard]] Index rows() const { return state_->matrix->rows(); }
  /// Elements of x.
  [[nodiscard]] Index cols() const { return state_->matrix->cols(); }
  /// Stored entries of A.
  [[nodiscard]] Index nnz() const { return state_->matrix->nonZeros(); }

  /// A alone, without b and shapes; shares the matrix.
  ///
  ///     Eigen::VectorXf gradient = layer.linear().transpose() * residual;
  [[nodiscard]] LinearMap<Scalar> linear() const { return LinearMap<Scalar>(state_->matrix); }
  /// The same, where an operand of a `LinearMap` is expected.
  operator LinearMap<Scalar>() const { return linear(); }  // NOLINT: what matrices do, too

  /// The same map of the same numbers, in tensors of other shapes (numpy.reshape): a layer's output
  /// flattened, an axis of one channel put in front. Throws GeometryError for shapes of other
  /// sizes. Cost: a copy of the offset.
  ///
  ///     auto flat = layer.with_shapes(layer.input_shape(), {layer.rows()});
  [[nodiscard]] AffineMap with_shapes(Extents input_shape, Extents output_shape) const {
    return AffineMap(state_->matrix, offset(), std::move(input_shape), std::move(output_shape),
                     name());
  }
  /// The same matrix with another offset. Throws GeometryError for another length. Cost: none
  /// beyond the vector.
  ///
  ///     auto linear_part = layer.with_offset(Eigen::VectorXf::Zero(layer.rows()));
  [[nodiscard]] AffineMap with_offset(Vector offset) const {
    return AffineMap(state_->matrix, std::move(offset), input_shape(), output_shape(), name());
  }
  /// The same map by another name. Cost: a copy of the offset.
  [[nodiscard]] AffineMap with_name(std::string name) const {
    return AffineMap(state_->matrix, offset(), input_shape(), output_shape(), std::move(name));
  }

 private:
  AffineMap(std::shared_ptr<const Matrix> matrix, Vector offset, Extents input_shape,
            Extents output_shape, std::string name);

  struct State {
    std::shared_ptr<const Matrix> matrix;
    Vector offset;
    Extents input_shape;
    Extents output_shape;
    std::string name;
  };

  std::shared_ptr<const State> state_;
};

namespace detail {

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
typename AffineMap<Scalar, StorageIndex>::Vector apply_span(
    const AffineMap<Scalar, StorageIndex>& map, std::span<const Scalar> x,
    const Resources& resources);

}  // namespace detail

/// A x + b. Throws GeometryError unless `x` has map.cols() elements. Cost: one multiplication per
/// entry; every sum is taken in the order of the columns, whatever the number of threads.
///
///     Eigen::VectorXf y = toeplix::apply(layer, x);
template <MatrixScalar Scalar, MatrixIndex StorageIndex, VectorArgument X>
[[nodiscard]] Eigen::Matrix<Scalar, Eigen::Dynamic, 1> apply(
    const AffineMap<Scalar, StorageIndex>& map, const X& x, const Resources& resources = {}) {
  return detail::apply_span(map, detail::span_of<Scalar>(x), resources);
}

/// `outer` after `inner`: y = A (B x + c) + b, as one map.
///
/// The structure is that of the product of the structures: an entry is stored wherever a row of A
/// meets a row of B, also if its sum is zero. Throws GeometryError unless `outer` takes the shape
/// that `inner` gives, and CapacityError, before anything is formed, if the entries exceed the
/// index type, or they and what is needed to form them the memory budget; Error for negative
/// resources. Cost: one pass over the pairs of entries that meet to count, and one to multiply;
/// sums are taken in the order of the columns of A, whatever the number of threads. Memory: the
/// result, 8 bytes per row, and per thread a number and a mark for every column of B.
///
///     auto both = toeplix::compose(second, first);
///     Eigen::VectorXf y = toeplix::apply(both, x);  // second of first of x
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
[[nodiscard]] AffineMap<Scalar, StorageIndex> compose(const AffineMap<Scalar, StorageIndex>& outer,
                                                      const AffineMap<Scalar, StorageIndex>& inner,
                                                      const AffineOptions& options = {});

/// y = (A + B) x + (a + b): a residual connection is `sum(layer, identity)`.
///
/// An entry is stored wherever either matrix has one. Throws GeometryError unless the shapes agree,
/// CapacityError as `compose`. Cost: two passes over both.
///
///     auto residual = toeplix::sum(layer, toeplix::reshape_map<float>(shape, shape));
template <MatrixScalar Scalar, MatrixIndex StorageIndex>
[[nodiscard]] AffineMap<Scalar, StorageIndex> sum(const AffineMap<Scalar, StorageIndex>& a,
                                                  const AffineMap<Scalar, StorageIndex>& b,
                                                  const AffineOptions& options = {});

/// Maps of one input side by side: their outputs joined along an axis, as numpy.concatenate. Axis
/// -1 is the last one; channels are axis 0 if the order is channels_first or column_major, -1 if it
/// is channels_last.
///
/// Throws GeometryError for an empty list, an axis that is not there, inputs of different shapes
/// and outputs that differ along another axis; CapacityError as `compose`. Cost: a copy.
///
///     auto inception = toeplix::concatenate<float>({narrow, wide, pooled}, 0);
template <MatrixScalar Scalar, MatrixIndex StorageIndex = int>
[[nodiscard]] AffineMap<Scalar, StorageIndex> concatenate(
    const std::vector<AffineMap<Scalar, StorageIndex>>& maps, Index axis,
    const AffineOptions& options = {});

}  // namespace toeplix
