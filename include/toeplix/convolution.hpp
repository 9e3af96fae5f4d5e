#pragma once

#include <toeplix/spec.hpp>
#include <toeplix/tap_table.hpp>

#include <memory>
#include <string_view>

namespace toeplix {

/// A checked, immutable convolution with everything that follows from its spec. Whoever holds one
/// need not check again. Cheap to copy.
///
/// As a matrix it has one row per output pixel and channel, one column per input pixel and channel,
/// and one stored entry per pair that the kernel connects, whatever the weights.
///
///     toeplix::Convolution conv({.input = {28, 28}, .kernel = {3, 3}, .out_channels = 8});
///     conv.rows();  // 8 * 26 * 26
class Convolution {
 public:
  /// Shares everything. To move is to copy, so that no convolution is ever empty.
  Convolution(const Convolution&) = default;
  /// Likewise.
  Convolution& operator=(const Convolution&) = default;
  /// Throws GeometryError for a spec that describes no convolution, and CapacityError if rows,
  /// columns, weights or the taps of an axis exceed 64 bits, or a border what a tap table holds.
  /// Cost: see TapTable.
  Convolution(ConvolutionSpec spec);
  /// Reads the text form. Throws FormatError for any other text, and what the constructor of a
  /// spec throws.
  ///
  ///     toeplix::Convolution conv("input=28,28 kernel=3,3 out=8 padding=1");
  explicit Convolution(std::string_view text) : Convolution(parse_convolution(text)) {}

  /// The spec as it was given.
  [[nodiscard]] const ConvolutionSpec& spec() const { return state_->spec; }
  /// Number of spatial axes.
  [[nodiscard]] std::size_t axes() const { return state_->spec.input.size(); }
  /// Pixels of the input per spatial axis.
  [[nodiscard]] const Extents& input() const { return state_->spec.input; }
  /// Kernel positions per spatial axis.
  [[nodiscard]] const Extents& kernel() const { return state_->kernel; }
  /// Pixels of the output per spatial axis.
  [[nodiscard]] const Extents& output() const { return state_->output; }
  /// Channels of the input.
  [[nodiscard]] Index in_channels() const { return state_->spec.in_channels; }
  /// Channels of the output.
  [[nodiscard]] Index out_channels() const { return state_->spec.out_channels; }
  /// Groups that the channels are split into.
  [[nodiscard]] Index groups() const { return state_->spec.groups; }
  /// The padding of one axis in numbers, whatever rule it was given by.
  [[nodiscard]] AxisPadding padding(std::size_t axis) const { return state_->padding[axis]; }

  /// Shape of the weights: (out_channels, in_channels / groups, kernel...), C order, or as the
  /// spec's `weights_order` says.
  [[nodiscard]] const Extents& weights_shape() const { return state_->weights_shape; }
  /// Number of weights.
  [[nodiscard]] Index weight_count() const { return state_->weight_count; }

  /// Rows of the matrix: pixels and channels of the output.
  [[nodiscard]] Index rows() const { return state_->rows; }
  /// Columns of the matrix: pixels and channels of the input.
  [[nodiscard]] Index cols() const { return state_->cols; }
  /// Stored entries of the matrix, exactly. Throws CapacityError if they exceed 64 bits.
  [[nodiscard]] Index nnz() const;
  /// Bytes of the compiled matrix: values, indices and row pointers (`row_major`).
  /// Throws CapacityError if they exceed 64 bits.
  template <class Scalar, class StorageIndex = int>
  [[nodiscard]] Index bytes() const {
    return storage_bytes(sizeof(Scalar), sizeof(StorageIndex));
  }

  /// One tap table per spatial axis, output coordinate -> input coordinates.
  [[nodiscard]] const std::vector<TapTable>& tap_tables() const { return state_->tables; }

 private:
  friend class TransposedConvolution;

  struct State {
    ConvolutionSpec spec;
    Extents kernel;
    Extents output;
    Extents weights_shape;
    std::vector<AxisPadding> padding;
    std::vector<TapTable> tables;
    Index weight_count = 0;
    Index rows = 0;
    Index cols = 0;
  };

  Index storage_bytes(std::size_t scalar_bytes, std::size_t index_bytes) const;

  std::shared_ptr<const State> state_;
};

/// A checked, immutable transposed convolution: the transpose of `adjoint()`.
///
///     toeplix::TransposedConvolution up({.input = {14, 14}, .kernel = {2, 2}, .stride = 2});
///     up.output();  // 28, 28
class TransposedConvolution {
 public:
  /// To move is to copy, so that no convolution is ever empty.
  TransposedConvolution(const TransposedConvolution&) = default;
  /// Likewise.
  TransposedConvolution& operator=(const TransposedConvolution&) = default;
  /// Errors and cost as for Convolution.
  TransposedConvolution(TransposedConvolutionSpec spec);
  /// Reads the text form, which begins with `transposed`. Throws FormatError for any other text,
  /// and what the constructor of a spec throws.
  ///
  ///     toeplix::TransposedConvolution up("transposed input=14,14 kernel=4,4 stride=2 padding=1");
  explicit TransposedConvolution(std::string_view text)
      : TransposedConvolution(parse_transposed_convolution(text)) {}

  /// The spec as it was given.
  [[nodiscard]] const TransposedConvolutionSpec& spec() const { return *spec_; }
  /// Number of spatial axes.
  [[nodiscard]] std::size_t axes() const { return spec_->input.size(); }
  /// Pixels of the input per spatial axis.
  [[nodiscard]] const Extents& input() const { return spec_->input; }
  /// Kernel positions per spatial axis.
  [[nodiscard]] const Extents& kernel() const { return adjoint_.kernel(); }
  /// Pixels of the output per spatial axis.
  [[nodiscard]] const Extents& output() const { return adjoint_.input(); }
  /// Channels of the input.
  [[nodiscard]] Index in_channels() const { return spec_->in_channels; }
  /// Channels of the output.
  [[nodiscard]] Index out_channels() const { return spec_->out_channels; }
  /// Groups that the channels are split into.
  [[nodiscard]] Index groups() const { return spec_->groups; }
  /// The padding of one axis in numbers, whatever rule it was given by.
  [[nodiscard]] AxisPadding padding(std::size_t axis) const { return padding_[axis]; }

  /// Shape of the weights: (in_channels, out_channels / groups, kernel...), C order: exactly the
  /// shape that `adjoint()` expects.
  [[nodiscard]] const Extents& weights_shape() const { return adjoint_.weights_shape(); }
  /// Number of weights.
  [[nodiscard]] Index weight_count() const { return adjoint_.weight_count(); }

  /// Rows of the matrix: pixels and channels of the output.
  [[nodiscard]] Index rows() const { return adjoint_.cols(); }
  /// Columns of the matrix: pixels and channels of the input.
  [[nodiscard]] Index cols() const { return adjoint_.rows(); }
  /// Stored entries of the matrix, exactly. Throws CapacityError if they exceed 64 bits.
  [[nodiscard]] Index nnz() const { return adjoint_.nnz(); }
  /// Bytes of the compiled matrix: values, indices and row pointers (`row_major`).
  template <class Scalar, class StorageIndex = int>
  [[nodiscard]] Index bytes() const {
    return storage_bytes(sizeof(Scalar), sizeof(StorageIndex));
  }

  /// The convolution whose matrix, transposed, is this one. Maps this one's output to its input.
  [[nodiscard]] const Convolution& adjoint() const { return adjoint_; }

 private:
  Index storage_bytes(std::size_t scalar_bytes, std::size_t index_bytes) const;

  std::shared_ptr<const TransposedConvolutionSpec> spec_;
  std::vector<AxisPadding> padding_;
  Convolution adjoint_;
};

}  // namespace toeplix
