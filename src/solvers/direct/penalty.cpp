#include "solvers/direct/penalty.hpp"

#include <toeplix/error.hpp>
#include <toeplix/normal_equations.hpp>

#include "solvers/base/check.hpp"
#include "solvers/base/regularizer_state.hpp"

#include <algorithm>
#include <limits>

namespace toeplix::detail {

namespace {

template <class StorageIndex>
using Upper = Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex>;

/// Refuses the product L^T L before it is formed: a row of L makes no more entries than the square
/// of its own.
template <class StorageIndex>
void check_product(const Regularizer::Matrix& l, Index budget) {
  double entries = 0;
  for (Index row = 0; row < l.rows(); ++row) {
    const double length = l.outerIndexPtr()[row + 1] - l.outerIndexPtr()[row];
    entries += length * length;
  }
  const auto columns = static_cast<double>(l.cols());
  entries = std::min(entries, columns * columns);
  // Eigen writes the product, sorts a copy of it, and the triangle is another.
  const double bytes = 2.5 * entries * static_cast<double>(sizeof(double) + sizeof(StorageIndex));
  const Index whole = whole_number(entries);
  check_factor_budget("L^T L", whole, bytes, budget);
  if (entries > static_cast<double>(std::numeric_limits<StorageIndex>::max())) {
    throw CapacityError("L^T L may have " + std::to_string(whole) +
                            " entries, which exceeds what its indices can number",
                        CapacityCause::index_type, whole);
  }
}

template <class StorageIndex>
Upper<StorageIndex> product_of(const SparseL& l, const Resources& resources) {
  check_product<StorageIndex>(l.matrix, resources.memory_budget);
  const Upper<StorageIndex> by_columns(l.matrix);
  const Upper<StorageIndex> product = Upper<StorageIndex>(by_columns.transpose()) * by_columns;
  return product.template triangularView<Eigen::Upper>();
}

template <class StorageIndex>
Upper<StorageIndex> identity_of(Index columns) {
  Upper<StorageIndex> identity(columns, columns);
  identity.setIdentity();
  return identity;
}

}  // namespace

template <class StorageIndex>
Upper<StorageIndex> penalty_of(const Regularizer& regularizer, Index columns,
                               const Resources& resources) {
  check_columns(regularizer, columns);
  const RegularizerState& state = state_of(regularizer);
  if (const auto* compiled = std::get_if<CompiledL>(&state.l)) {
    return normal_equations<StorageIndex>(compiled->pattern, std::span(compiled->weights),
                                          resources);
  }
  if (const auto* sparse = std::get_if<SparseL>(&state.l)) {
    return product_of<StorageIndex>(*sparse, resources);
  }
  return identity_of<StorageIndex>(columns);
}

template Upper<std::int32_t> penalty_of(const Regularizer&, Index, const Resources&);
template Upper<std::int64_t> penalty_of(const Regularizer&, Index, const Resources&);

}  // namespace toeplix::detail
