#pragma once

#include <toeplix/coefficient_table.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/spec.hpp>

#include <Eigen/SparseCore>

#include <span>
#include <vector>

/// \file
/// Linear operators that work on every axis by itself: pooling by average, padding, resizing. As a
/// matrix each is a Kronecker product of one small sparse matrix per axis.

namespace toeplix {

/// The mean of the pixels in every window, as ONNX's AveragePool and torch.nn.AvgPool1d to 3d:
/// `channels` images of extents `input`, each by itself.
///
/// A window's divisor is the number of its pixels in the image, or with `count_include_pad` of
/// those in the image and its padding. Note the defaults, which are ONNX's: PyTorch's are
/// `stride = kernel` and `count_include_pad = true`. Pooling over a whole image (ONNX's
/// GlobalAveragePool) has the kernel `input`.
///
///     auto A = toeplix::compile(
///         toeplix::AveragePool{.input = {8, 8}, .kernel = {2, 2}, .channels = 3, .stride = 2});
struct AveragePool {
  Extents input;                ///< pixels per spatial axis
  Extents kernel;               ///< window positions: one for all axes, or each
  Index channels = 1;           ///< images, each pooled by itself
  PerAxis<Index> stride = 1;    ///< pixels from one window to the next
  PerAxis<Index> dilation = 1;  ///< pixels between window positions; 1 is dense
  Padding padding = 0;          ///< not negative
  /// Rounds the number of windows up: the last one may stand out at the upper end, unless it would
  /// begin beyond the image. What is there only because of that never counts. Padding by rule
  /// (`Padding::same_upper()` and the like) has its own number of windows, whatever this says.
  bool ceil_mode = false;
  bool count_include_pad = false;                   ///< whether the divisor counts padding
  TensorOrder order = TensorOrder::channels_first;  ///< layout of rows and columns

  friend bool operator==(const AveragePool&, const AveragePool&) = default;
};

/// An image within a frame, as numpy.pad and ONNX's Pad: any axes, batch and channels among them.
///
/// A negative number crops first; the boundaries then extend what is left, without end. With a
/// `constant` other than zero padding is not linear but affine, y = A x + pad_offset(pad).
///
///     auto A = toeplix::compile(
///         toeplix::Pad{.input = {4, 4}, .padding = 2, .boundary = toeplix::Boundary::reflect});
struct Pad {
  Extents input;                                ///< along every axis, the slowest first
  Padding padding = 0;                          ///< in numbers, not by rule
  PerAxis<Boundary> boundary = Boundary::zero;  ///< what the padding is filled with
  double constant = 0;                          ///< what `Boundary::zero` fills in

  friend bool operator==(const Pad&, const Pad&) = default;
};

/// What padding adds whatever the image: `constant` in every pixel that has no source, and zero
/// elsewhere. One output, in C order. Errors as for `Separable`. Throws CapacityError if the output
/// has more pixels than the memory budget, Error for negative resources.
///
///     toeplix::Pad pad{.input = {2}, .padding = 1, .constant = 7};
///     toeplix::pad_offset(pad);  // 7, 0, 0, 7
[[nodiscard]] std::vector<double> pad_offset(const Pad& pad, const Resources& resources = {});
/// Rows [first, last) of it alone, those of `compile_rows`. Also throws GeometryError for a range
/// that is not within the output.
///
///     toeplix::pad_offset_rows(pad, 2, 4);  // 0, 7
[[nodiscard]] std::vector<double> pad_offset_rows(const Pad& pad, Index first, Index last,
                                                  const Resources& resources = {});

/// How a pixel of a resized image is made of those around its place in the original.
enum class Interpolation {
  nearest,  ///< it is one of them: see `NearestPixel`
  linear,   ///< the two neighbours along every axis, by their distance
};

/// Which neighbour is the nearest. Names as in ONNX.
enum class NearestPixel {
  round_prefer_floor,  ///< the nearer; of two equally near the lower
  round_prefer_ceil,   ///< the nearer; of two equally near the upper
  floor,               ///< the lower
  ceil,                ///< the upper
};

/// Where output coordinate `o` lies in the original. Names and formulas as in ONNX; `scale` is the
/// number by which an axis grows, `length = input * scale`, which need not be a whole number.
enum class CoordinateMode {
  half_pixel,            ///< (o + 1/2) / scale - 1/2
  pytorch_half_pixel,    ///< the same; 0 if the output is one pixel
  align_corners,         ///< o * (input - 1) / (length - 1); 0 if length is 1
  asymmetric,            ///< o / scale
  half_pixel_symmetric,  ///< half_pixel, moved to keep the centre: + input/2 * (1 - output/length)
};

/// An image resampled, as ONNX's Resize: any axes, batch and channels among them. Neighbours beyond
/// the border are the edge's pixels.
///
/// One of `scales`, `float_scales` and `sizes` is given. With `scales` an axis gets
/// floor(input * scale) pixels, and coordinates are computed in double. With `sizes` the scale is
/// the exact fraction size / input, and so are all coordinates: no rounding decides a tie.
///
/// `float_scales` are what ONNX files have, and the extents are those of ONNX Runtime: `length`,
/// the product of extent and scale, is rounded to a float, and an axis gets floor(length) pixels.
/// So 10 pixels times 0.7f are 7, and 6 if the same number is given as a double, which is a little
/// less than 0.7. Coordinates follow the formulas of `CoordinateMode` in double with the value of
/// the float and this `length`; ONNX Runtime computes them in float, and takes the number of pixels
/// for `length`.
///
///     auto R = toeplix::compile(toeplix::Resize{
///         .input = {4, 4}, .sizes = {8, 8}, .interpolation = toeplix::Interpolation::linear});
///     toeplix::Resize shorter{.input = {10}, .float_scales = {0.7F}};  // to 7 pixels
struct Resize {
  Extents input;                                            ///< along every axis, the slowest first
  std::vector<double> scales = {};                          ///< per axis; 1 leaves it as it is
  std::vector<float> float_scales = {};                     ///< the same as ONNX multiplies them
  Extents sizes = {};                                       ///< output extents per axis
  Interpolation interpolation = Interpolation::nearest;     ///< how pixels are made
  NearestPixel nearest = NearestPixel::round_prefer_floor;  ///< of Interpolation::nearest alone
  CoordinateMode coordinates = CoordinateMode::half_pixel;  ///< where pixels lie in the original

  friend bool operator==(const Resize&, const Resize&) = default;
};

/// A checked, immutable separable operator: the Kronecker product of one table per axis.
///
/// Row and column vectors are tensors in C order with one axis per table, the first table being the
/// slowest axis; channels are an axis among the others, with an identity. Made of tables, it can be
/// a separable blur, or bicubic resampling.
///
///     toeplix::CoefficientTable sums(2);  // one row, the sum of two pixels
///     sums.append_row({{0, 1}, {1, 1}});
///     auto A = toeplix::compile(toeplix::Separable({sums, sums}));  // 1 x 4, all ones
class Separable {
 public:
  /// Throws GeometryError if there is no table or one without rows, CapacityError if rows, columns
  /// or entries exceed 64 bits.
  explicit Separable(std::vector<CoefficientTable> tables);

  // Not explicit, so that `compile(AveragePool{...})` needs no more words. All throw CapacityError
  // for tables beyond the memory budget.

  /// Throws GeometryError for windows that do not exist or (without `count_include_pad`) that have
  /// no pixel to take the mean of; CapacityError as CoefficientTable. Cost: the tables.
  Separable(const AveragePool& pool, const Resources& resources = {});
  /// Throws GeometryError if an axis ends up without pixels; CapacityError as CoefficientTable.
  Separable(const Pad& pad, const Resources& resources = {});
  /// Throws GeometryError if an axis ends up without pixels, for scales that are not positive,
  /// and unless one of `scales`, `float_scales` and `sizes` is given; CapacityError as
  /// CoefficientTable.
  Separable(const Resize& resize, const Resources& resources = {});

  /// One table per axis, the slowest first.
  [[nodiscard]] const std::vector<CoefficientTable>& tables() const { return tables_; }
  /// Extents of the input, one per table.
  [[nodiscard]] Extents input() const;
  /// Extents of the output, one per table.
  [[nodiscard]] Extents output() const;

  /// Pixels of the output.
  [[nodiscard]] Index rows() const { return rows_; }
  /// Pixels of the input.
  [[nodiscard]] Index cols() const { return cols_; }
  /// Stored entries of the matrix, exactly.
  [[nodiscard]] Index nnz() const { return nnz_; }
  /// Number of entries in the rows before `row`. Precondition: 0 <= row <= rows().
  [[nodiscard]] Index entries_before(Index row) const;

  /// The operator of the transposed matrix.
  [[nodiscard]] Separable transposed() const;

 private:
  std::vector<CoefficientTable> tables_;
  Index rows_;
  Index cols_;
  Index nnz_;
};

/// The product y = A x without the matrix, one axis after the other. `x` has separable.cols()
/// numbers, the result separable.rows().
///
/// Sums are taken in double, one axis after the other; if they are exact, so is the result, and it
/// is that of the compiled matrix; for any number of threads it has the same bits. Throws
/// GeometryError for an `x` of another length, CapacityError if the result exceeds the memory
/// budget, Error for negative resources. Cost: for every axis its taps times the pixels along the
/// others; memory: at most two vectors of the length of `x` or of the result.
///
///     toeplix::Resize twice{.input = {2, 2}, .sizes = {4, 4}};
///     std::vector<double> y = toeplix::apply(twice, std::vector<double>{1, 2, 3, 4});
[[nodiscard]] std::vector<double> apply(const Separable& separable, std::span<const double> x,
                                        const Resources& resources = {});

/// The scalars that a separable operator can be compiled for.
template <class T>
concept RealMatrixScalar = std::same_as<T, float> || std::same_as<T, double>;

/// Compiles a separable operator into `matrix`, whose memory is reused if it is large enough.
///
/// The matrix becomes separable.rows() x separable.cols(), compressed, its columns (rows, for a
/// column-major matrix) ascending and without duplicates. Every value is a product of coefficients,
/// taken in double and rounded once.
///
/// Throws CapacityError if the entries exceed the index type or the memory budget; `matrix` is then
/// unchanged. Cost: writing the result once; no temporary of the result's size. Memory as for
/// the `compile_into` of a convolution.
template <RealMatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                  const Separable& separable, const Resources& resources = {});

/// Compiles rows [first, last) alone: (last - first) x cols, row pointers starting at 0. Everything
/// else as for `compile_into`; also throws GeometryError for a range that is not within the matrix.
///
///     Eigen::SparseMatrix<float, Eigen::RowMajor> R;
///     toeplix::compile_rows_into(R, toeplix::Resize{.input = {4}, .sizes = {8}}, 2, 6);
template <RealMatrixScalar Scalar, MatrixIndex StorageIndex>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Separable& separable, Index first, Index last,
                       const Resources& resources = {});

/// Compiles a separable operator into its sparse matrix of doubles: y = compile(...) * x.
///
/// `compile<std::int64_t, Eigen::ColMajor>(...)` is column-major, filled directly, with 64-bit
/// indices. Errors and cost as for `compile_into`, and those of making the `Separable`.
///
///     auto R = toeplix::compile(toeplix::Resize{.input = {4, 4}, .sizes = {8, 8}});
template <MatrixIndex StorageIndex = int, int Order = Eigen::RowMajor>
[[nodiscard]] Eigen::SparseMatrix<double, Order, StorageIndex> compile(
    const Separable& separable, const Resources& resources = {}) {
  Eigen::SparseMatrix<double, Order, StorageIndex> matrix;
  compile_into(matrix, separable, resources);
  return matrix;
}

/// Rows [first, last) of the matrix, all columns, as doubles: so a matrix that memory does not hold
/// is made in parts. Errors and cost as for `compile_rows_into`.
///
///     auto part = toeplix::compile_rows(toeplix::Resize{.input = {4}, .sizes = {8}}, 2, 6);
template <MatrixIndex StorageIndex = int>
[[nodiscard]] Eigen::SparseMatrix<double, Eigen::RowMajor, StorageIndex> compile_rows(
    const Separable& separable, Index first, Index last, const Resources& resources = {}) {
  Eigen::SparseMatrix<double, Eigen::RowMajor, StorageIndex> matrix;
  compile_rows_into(matrix, separable, first, last, resources);
  return matrix;
}

/// Compiles a separable operator into a matrix of that type, of floats or doubles.
///
///     using Matrix = Eigen::SparseMatrix<float, Eigen::RowMajor>;
///     auto R = toeplix::compile_as<Matrix>(toeplix::Resize{.input = {4, 4}, .sizes = {8, 8}});
template <class Matrix>
[[nodiscard]] Matrix compile_as(const Separable& separable, const Resources& resources = {}) {
  Matrix matrix;
  compile_into(matrix, separable, resources);
  return matrix;
}

}  // namespace toeplix
