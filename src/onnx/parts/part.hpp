#pragma once

#include <toeplix/contraction.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/separable.hpp>

#include "onnx/parts/coefficients.hpp"

#include <Eigen/SparseCore>

#include <memory>
#include <variant>

/// The four kinds of matrices that linear nodes have, with their weights. Nothing is compiled
/// before it is asked for.
namespace toeplix::onnx_detail {

/// Images of a batch, each convolved by itself. As a matrix the batch is a convolution with as many
/// times the groups: a diagonal of equal blocks.
template <class Conv>
struct WindowsPart {
  Conv image;  ///< of one image
  Index batch;
  Conv whole;  ///< of all of them
  Coefficients weights;
};

using ConvolutionPart = WindowsPart<Convolution>;
using TransposedPart = WindowsPart<TransposedConvolution>;

/// One small table per axis.
struct SeparablePart {
  Separable separable;
};

/// Steps through memory.
struct ContractionPart {
  Contraction contraction;
  Coefficients weights;
};

using Part = std::variant<ConvolutionPart, TransposedPart, SeparablePart, ContractionPart>;
using PartPointer = std::shared_ptr<const Part>;

/// A convolution of `batch` images. Throws what its constructor throws.
PartPointer make_part(const ConvolutionSpec& image, Index batch, Constant weights);
PartPointer make_part(const TransposedConvolutionSpec& image, Index batch, Constant weights);
PartPointer make_part(Separable separable);
PartPointer make_part(ContractionSpec spec, Coefficients weights);
/// A contraction of which every weight is the same number.
PartPointer make_part(ContractionSpec spec, double factor = 1);

Index rows_of(const Part& part);
Index cols_of(const Part& part);
/// Entries of the matrix, from a closed form. Throws CapacityError beyond 64 bits.
Index nnz_of(const Part& part);

/// Whether two matrices surely have their entries in the same places.
bool have_same_entries(const Part& a, const Part& b);

/// Whether the matrix is surely the identity.
bool is_identity(const Part& part);

/// Rows [first, last) of the matrix. Errors are those of `compile_rows`.
template <class Scalar, class StorageIndex>
Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> compile_part(const Part& part,
                                                                        Index first, Index last,
                                                                        const Resources& resources);

}  // namespace toeplix::onnx_detail
