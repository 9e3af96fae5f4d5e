#include "onnx/parts/part.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

namespace {

/// The spec of all images of a batch.
template <class Spec>
Spec batched(Spec spec, Index batch) {
  for (Index* count : {&spec.in_channels, &spec.out_channels, &spec.groups}) {
    const auto product = detail::checked_product(*count, batch);
    if (!product) throw CapacityError("the channels of all images exceed 64 bits");
    *count = *product;
  }
  return spec;
}

template <class Conv, class Spec>
PartPointer windows_part(const Spec& image, Index batch, Constant weights) {
  const Conv one(image);
  const Conv whole = batch == 1 ? one : Conv(batched(image, batch));
  return std::make_shared<const Part>(
      WindowsPart<Conv>{one, batch, whole, {std::move(weights), 1}});
}

template <class Matrix, class Conv>
Matrix compile_windows(const WindowsPart<Conv>& part, Index first, Index last,
                       const Resources& resources) {
  using Scalar = typename Matrix::Scalar;
  const Converted<Scalar> weights = convert<Scalar>(part.weights, part.batch);
  Matrix matrix;
  if (first == 0 && last == part.whole.rows()) {
    compile_into(matrix, Pattern(part.whole), weights.span(), {.resources = resources});
  } else {
    compile_rows_into(matrix, Pattern(part.whole), weights.span(), first, last,
                      {.resources = resources});
  }
  return matrix;
}

}  // namespace

PartPointer make_part(const ConvolutionSpec& image, Index batch, Constant weights) {
  return windows_part<Convolution>(image, batch, std::move(weights));
}

PartPointer make_part(const TransposedConvolutionSpec& image, Index batch, Constant weights) {
  return windows_part<TransposedConvolution>(image, batch, std::move(weights));
}

PartPointer make_part(Separable separable) {
  return std::make_shared<const Part>(SeparablePart{std::move(separable)});
}

PartPointer make_part(ContractionSpec spec, Coefficients weights) {
  const auto is_empty = [](const ContractionAxis& axis) { return axis.extent == 0; };
  if (std::ranges::any_of(spec.output, is_empty)) return nullptr;
  spec.weights = weights.tensor->size();
  return std::make_shared<const Part>(
      ContractionPart{Contraction(std::move(spec)), std::move(weights)});
}

PartPointer make_part(ContractionSpec spec, double factor) {
  return make_part(std::move(spec), Coefficients{make_scalar(1), factor});
}

namespace {

/// Calls `get` with what knows the sizes of a part.
template <class Get>
Index size_of(const Part& part, const Get& get) {
  return std::visit(
      [&](const auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, SeparablePart>) {
          return get(kind.separable);
        } else if constexpr (std::is_same_v<Kind, ContractionPart>) {
          return get(kind.contraction);
        } else {
          return get(kind.whole);
        }
      },
      part);
}

}  // namespace

Index rows_of(const Part& part) {
  return size_of(part, [](const auto& kind) { return kind.rows(); });
}

Index cols_of(const Part& part) {
  return size_of(part, [](const auto& kind) { return kind.cols(); });
}

Index nnz_of(const Part& part) {
  return size_of(part, [](const auto& kind) { return kind.nnz(); });
}

bool have_same_entries(const Part& a, const Part& b) {
  const auto* one = std::get_if<ContractionPart>(&a);
  const auto* other = std::get_if<ContractionPart>(&b);
  return one != nullptr && other != nullptr && one->contraction.spec() == other->contraction.spec();
}

bool is_identity(const Part& part) {
  const auto* steps = std::get_if<ContractionPart>(&part);
  if (steps == nullptr || rows_of(part) != cols_of(part)) return false;
  const Coefficients& weights = steps->weights;
  if (weights.tensor->size() != 1 || number_at(*weights.tensor, 0) * weights.factor != 1) {
    return false;
  }
  // As many rows as columns, each with one entry, and the elements in the order of memory.
  const ContractionSpec& spec = steps->contraction.spec();
  Index step = 1;
  for (std::size_t axis = spec.output.size(); axis-- > 0; step *= spec.output[axis].extent) {
    if (spec.output[axis].extent > 1 && spec.output[axis].input_step != step) return false;
  }
  return steps->contraction.terms() == 1;
}

template <class Scalar, class StorageIndex>
Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> compile_part(
    const Part& part, Index first, Index last, const Resources& resources) {
  using Matrix = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>;
  return std::visit(
      [&](const auto& kind) -> Matrix {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, SeparablePart>) {
          Matrix matrix;
          compile_rows_into(matrix, kind.separable, first, last, resources);
          return matrix;
        } else if constexpr (std::is_same_v<Kind, ContractionPart>) {
          const Converted<Scalar> weights = convert<Scalar>(kind.weights);
          return compile_rows<StorageIndex>(kind.contraction, weights.span(), first, last,
                                            resources);
        } else {
          return compile_windows<Matrix>(kind, first, last, resources);
        }
      },
      part);
}

template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int32_t> compile_part(const Part&, Index,
                                                                                Index,
                                                                                const Resources&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> compile_part(const Part&, Index,
                                                                                Index,
                                                                                const Resources&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int32_t> compile_part(const Part&, Index,
                                                                                 Index,
                                                                                 const Resources&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> compile_part(const Part&, Index,
                                                                                 Index,
                                                                                 const Resources&);

}  // namespace toeplix::onnx_detail
