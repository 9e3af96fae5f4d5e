#include <toeplix/inspect.hpp>
#include <toeplix/weights_order.hpp>

#include "core/base/check_length.hpp"
#include "core/base/integer_math.hpp"
#include "core/inspect/counts.hpp"
#include "core/inspect/structure.hpp"
#include "reference/instantiate.hpp"

#include <complex>

namespace toeplix {

namespace {

template <AnyConvolution Conv>
Inspection inspect_every_kernel(const Conv& conv, const InspectOptions& options) {
  Inspection inspection = detail::count_convolution(conv, options);
  inspection.structure = detail::find_structure(conv, options.most_work);
  return inspection;
}

template <AnyConvolution Conv>
Inspection inspect_one_kernel(const Conv& conv, const detail::InspectedWeights& weights,
                              const InspectOptions& options) {
  detail::check_length("weights", weights.values.size(), conv.weight_count());
  Inspection inspection = detail::count_convolution(conv, options);
  inspection.structure = detail::find_structure(conv, weights, options.most_work);
  const std::vector<double> values = weights_to_oihw(conv, weights.values);
  inspection.separability = detail::find_separability(with_oihw(conv).weights_shape(),
                                                      {values, weights.epsilon}, options.most_work);
  return inspection;
}

void check_levels(std::span<const MatrixLevel> levels, Index rows, Index cols) {
  std::optional<Index> row_product = 1;
  std::optional<Index> column_product = 1;
  for (const MatrixLevel& level : levels) {
    const bool positive = level.rows > 0 && level.cols > 0;
    row_product = positive ? detail::checked_product(row_product, level.rows) : std::nullopt;
    column_product = positive ? detail::checked_product(column_product, level.cols) : std::nullopt;
  }
  if (row_product == rows && column_product == cols) return;
  throw GeometryError("the levels do not multiply to the " + std::to_string(rows) + " x " +
                      std::to_string(cols) + " matrix");
}

template <class Scalar>
Inspection inspect_rows(const detail::Rows<Scalar>& matrix, std::span<const MatrixLevel> levels,
                        double epsilon, const InspectOptions& options) {
  Inspection inspection = detail::count_matrix(matrix, options);
  inspection.structure = detail::find_structure(matrix, levels, epsilon, options.most_work,
                                                detail::Stochastic::checked);
  if (levels.size() == 2) {
    inspection.separability =
        detail::find_separability(matrix, levels[1], epsilon, options.most_work);
  }
  return inspection;
}

}  // namespace

Inspection inspect(const Convolution& convolution, const InspectOptions& options) {
  return inspect_every_kernel(convolution, options);
}

Inspection inspect(const TransposedConvolution& convolution, const InspectOptions& options) {
  return inspect_every_kernel(convolution, options);
}

Inspection detail::inspect_weights(const Convolution& convolution, const InspectedWeights& weights,
                                   const InspectOptions& options) {
  return inspect_one_kernel(convolution, weights, options);
}

Inspection detail::inspect_weights(const TransposedConvolution& convolution,
                                   const InspectedWeights& weights, const InspectOptions& options) {
  return inspect_one_kernel(convolution, weights, options);
}

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
Inspection inspect(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                   std::span<const MatrixLevel> levels, const InspectOptions& options) {
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  using Wide =
      std::conditional_t<Eigen::NumTraits<Scalar>::IsComplex, std::complex<double>, double>;
  const auto epsilon = static_cast<double>(Eigen::NumTraits<Real>::epsilon());
  const std::vector<MatrixLevel> whole{{matrix.rows(), matrix.cols(), "matrix"}};
  if (levels.empty()) {
    levels = whole;
  } else {
    check_levels(levels, matrix.rows(), matrix.cols());
  }
  detail::Rows<Wide> rows = matrix.template cast<Wide>();
  rows.makeCompressed();
  return inspect_rows(rows, levels, epsilon, options);
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                               \
  template Inspection inspect(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, \
                              std::span<const MatrixLevel>, const InspectOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
