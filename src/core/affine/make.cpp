#include <toeplix/affine.hpp>
#include <toeplix/compile.hpp>

#include "core/affine/shapes.hpp"
#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/compile/allocate.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <type_traits>

namespace toeplix {

namespace {

constexpr detail::RoomAdvice affine_advice = {
    .narrow_index = "use affine_map<std::int64_t>",
    .memory = "use Operator to multiply without the matrix, or raise Resources::memory_budget"};

/// A tensor of a convolution in memory, slowest axis first.
Extents shape_in_memory(Index channels, Extents extents, TensorOrder order) {
  if (order == TensorOrder::column_major) std::ranges::reverse(extents);
  const bool innermost = order == TensorOrder::channels_last;
  extents.insert(innermost ? extents.end() : extents.begin(), channels);
  return extents;
}

std::string name_or(const AffineOptions& options, const std::string& otherwise) {
  return options.name.empty() ? otherwise : options.name;
}

template <class Scalar, class StorageIndex, class Conv>
AffineMap<Scalar, StorageIndex> affine_of_convolution(const Conv& convolution,
                                                      std::span<const Scalar> weights,
                                                      std::span<const Scalar> bias,
                                                      const std::string& name,
                                                      const CompileOptions& options) {
  const TensorOrder order = convolution.spec().order;
  detail::check_bias(bias.size(), convolution.out_channels());
  auto matrix = compile<StorageIndex>(convolution, weights, options);
  auto offset =
      detail::offset_span<Scalar>(Pattern(convolution), detail::padding_value_of(convolution),
                                  weights, bias, options.resources);
  return {detail::KnownSorted(),
          detail::taken(matrix),
          std::move(offset),
          shape_in_memory(convolution.in_channels(), convolution.input(), order),
          shape_in_memory(convolution.out_channels(), convolution.output(), order),
          name};
}

/// A separable operator in any scalar: of complex ones, what is compiled is real.
template <class Scalar, class StorageIndex>
Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex> separable_matrix(
    const Separable& separable, const Resources& resources) {
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  using RealMatrix = Eigen::SparseMatrix<Real, Eigen::RowMajor, StorageIndex>;
  if constexpr (std::is_same_v<Real, Scalar>) {
    return compile_as<RealMatrix>(separable, resources);
  } else {
    return compile_as<RealMatrix>(separable, resources).template cast<Scalar>();
  }
}

}  // namespace

template <MatrixScalar Scalar, MatrixIndex StorageIndex, AnyConvolution Conv>
AffineMap<Scalar, StorageIndex> detail::affine_of(const Conv& convolution,
                                                  std::span<const Scalar> weights,
                                                  std::span<const Scalar> bias,
                                                  const AffineOptions& options) {
  return affine_of_convolution<Scalar, StorageIndex>(
      convolution, weights, bias, name_or(options, to_string(convolution.spec())),
      {.resources = options.resources});
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex, AnyConvolution Conv>
AffineMap<Scalar, StorageIndex> detail::windows_of(const Conv& windows, const char* name,
                                                   const AffineOptions& options) {
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  const std::vector<Real> ones = im2col_weights<Real>(windows);
  const std::vector<Scalar> weights(ones.begin(), ones.end());
  const std::vector<Scalar> bias(static_cast<std::size_t>(windows.out_channels()));
  return affine_of_convolution<Scalar, StorageIndex>(
      windows, std::span<const Scalar>(weights), std::span<const Scalar>(bias),
      name_or(options, name), {.prune_zero_weights = true, .resources = options.resources});
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> detail::affine_of(const Separable& separable,
                                                  std::span<const double> offset, const char* name,
                                                  const AffineOptions& options) {
  using Vector = typename AffineMap<Scalar, StorageIndex>::Vector;
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  auto matrix = separable_matrix<Scalar, StorageIndex>(separable, options.resources);
  Vector added = Vector::Zero(matrix.rows());
  for (std::size_t i = 0; i < offset.size(); ++i) {
    added[static_cast<Eigen::Index>(i)] = Scalar(static_cast<Real>(offset[i]));
  }
  return {detail::taken(matrix), std::move(added), separable.input(), separable.output(),
          name_or(options, name)};
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> detail::affine_of_rows(
    const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>& dense,
    std::span<const Scalar> offset, const AffineOptions& options) {
  check_resources(options.resources);
  check_length("offset", offset.size(), dense.rows());
  typename AffineMap<Scalar, StorageIndex>::Matrix matrix;
  const CompressedSize size = {dense.size(), dense.rows(), dense.cols()};
  check_index_type<decltype(matrix)>(size, affine_advice);
  check_budget(matrix, size, options.resources, affine_advice);
  make_room(matrix, size);
  std::copy_n(dense.data(), dense.size(), matrix.valuePtr());
  for (Index row = 0; row <= dense.rows(); ++row) {
    matrix.outerIndexPtr()[row] = static_cast<StorageIndex>(row * dense.cols());
  }
  for (Index entry = 0; entry < dense.size(); ++entry) {
    matrix.innerIndexPtr()[entry] = static_cast<StorageIndex>(entry % dense.cols());
  }
  using Vector = typename AffineMap<Scalar, StorageIndex>::Vector;
  return {detail::taken(matrix),
          Vector(Eigen::Map<const Vector>(offset.data(), static_cast<Eigen::Index>(offset.size()))),
          {dense.cols()},
          {dense.rows()},
          name_or(options, "dense matrix")};
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex)                                                  \
  template AffineMap<Scalar, StorageIndex> detail::affine_of(                                      \
      const Convolution&, std::span<const Scalar>, std::span<const Scalar>, const AffineOptions&); \
  template AffineMap<Scalar, StorageIndex> detail::affine_of(                                      \
      const TransposedConvolution&, std::span<const Scalar>, std::span<const Scalar>,              \
      const AffineOptions&);                                                                       \
  template AffineMap<Scalar, StorageIndex> detail::windows_of(const Convolution&, const char*,     \
                                                              const AffineOptions&);               \
  template AffineMap<Scalar, StorageIndex> detail::windows_of(const TransposedConvolution&,        \
                                                              const char*, const AffineOptions&);  \
  template AffineMap<Scalar, StorageIndex> detail::affine_of(                                      \
      const Separable&, std::span<const double>, const char*, const AffineOptions&);               \
  template AffineMap<Scalar, StorageIndex> detail::affine_of_rows(                                 \
      const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>&,               \
      std::span<const Scalar>, const AffineOptions&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
