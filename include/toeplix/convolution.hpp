#pragma once

#include <toeplix/spec.hpp>
#include <toeplix/tap_table.hpp>

#include <memory>

namespace toeplix {

/// A checked, immutable convolution with everything that follows from its spec. Whoever holds one
/// need not check again. Cheap to copy.
///
/// As a matrix it has one row per output pixel and channel, one column per input pixel and channel,
/// and one stored entry per pair that the kernel connects, whatever the weights.
class Convolution {
 public:
  /// Throws GeometryError for a spec that describes no convolution; CapacityError where rows,
  /// columns, weights or the taps of an axis exceed 64 bits or a border exceeds what a tap table
  /// holds.
  /// Cost: see TapTable.
  explicit Convolution(ConvolutionSpec spec);

  const ConvolutionSpec& spec() const { return state_->spec; }
  std::size_t axes() const { return state_->spec.input.size(); }
  const Extents& input() const { return state_->spec.input; }
  const Extents& kernel() const { return state_->spec.kernel; }
  const Extents& output() const { return state_->output; }
  Index in_channels() const { return state_->spec.in_channels; }
  Index out_channels() const { return state_->spec.out_channels; }
  Index groups() const { return state_->spec.groups; }
  /// The padding of one axis in numbers, whatever rule it was given by.
  AxisPadding padding(std::size_t axis) const { return state_->padding[axis]; }

  /// Shape of the weights: (out_channels, in_channels / groups, kernel...), C order.
  const Extents& weights() const { return state_->weights; }
  Index weight_count() const { return state_->weight_count; }

  Index rows() const { return state_->rows; }
  Index cols() const { return state_->cols; }
  /// Stored entries of the matrix, exactly. Throws CapacityError where they exceed 64 bits.
  Index nnz() const;
  /// Bytes of the compiled matrix: values, indices and row pointers (`row_major`).
  /// Throws CapacityError where they exceed 64 bits.
  template <class Scalar, class StorageIndex = int>
  Index bytes() const {
    return storage_bytes(sizeof(Scalar), sizeof(StorageIndex));
  }

  /// One tap table per spatial axis, output coordinate -> input coordinates.
  const std::vector<TapTable>& tap_tables() const { return state_->tables; }

 private:
  friend class TransposedConvolution;

  struct State {
    ConvolutionSpec spec;
    Extents output;
    Extents weights;
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
class TransposedConvolution {
 public:
  /// Errors and cost as for Convolution.
  explicit TransposedConvolution(TransposedConvolutionSpec spec);

  const TransposedConvolutionSpec& spec() const { return *spec_; }
  std::size_t axes() const { return spec_->input.size(); }
  const Extents& input() const { return spec_->input; }
  const Extents& kernel() const { return spec_->kernel; }
  const Extents& output() const { return adjoint_.input(); }
  Index in_channels() const { return spec_->in_channels; }
  Index out_channels() const { return spec_->out_channels; }
  Index groups() const { return spec_->groups; }
  /// The padding of one axis in numbers, whatever rule it was given by.
  AxisPadding padding(std::size_t axis) const { return padding_[axis]; }

  /// Shape of the weights: (in_channels, out_channels / groups, kernel...), C order: exactly the
  /// shape that `adjoint()` expects.
  const Extents& weights() const { return adjoint_.weights(); }
  Index weight_count() const { return adjoint_.weight_count(); }

  Index rows() const { return adjoint_.cols(); }
  Index cols() const { return adjoint_.rows(); }
  /// Stored entries of the matrix, exactly. Throws CapacityError where they exceed 64 bits.
  Index nnz() const { return adjoint_.nnz(); }
  /// Bytes of the compiled matrix: values, indices and row pointers (`row_major`).
  template <class Scalar, class StorageIndex = int>
  Index bytes() const {
    return storage_bytes(sizeof(Scalar), sizeof(StorageIndex));
  }

  /// The convolution whose matrix, transposed, is this one. Maps this one's output to its input.
  const Convolution& adjoint() const { return adjoint_; }

 private:
  Index storage_bytes(std::size_t scalar_bytes, std::size_t index_bytes) const;

  std::shared_ptr<const TransposedConvolutionSpec> spec_;
  std::vector<AxisPadding> padding_;
  Convolution adjoint_;
};

}  // namespace toeplix
