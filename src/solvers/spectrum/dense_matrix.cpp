#include "solvers/spectrum/dense_matrix.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include "solvers/base/check.hpp"

#include <algorithm>
#include <string>

namespace toeplix::detail {

void check_dense(const Pattern& pattern, Index limit, Index copies, const Resources& resources,
                 const char* instead) {
  const std::string what = "a dense decomposition of a " + std::to_string(pattern.rows()) + " x " +
                           std::to_string(pattern.cols()) + " matrix";
  if (std::min(pattern.rows(), pattern.cols()) > limit) {
    throw CapacityError(what + " is beyond the limit of " + std::to_string(limit) +
                            " rows or columns, whichever are fewer",
                        CapacityCause::limit, {}, {}, instead);
  }
  const double bytes = 8.0 * static_cast<double>(copies) * static_cast<double>(pattern.rows()) *
                       static_cast<double>(pattern.cols());
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (bytes <= static_cast<double>(budget)) return;
  const Index whole = whole_number(bytes);
  throw CapacityError(what + " needs " + std::to_string(whole) +
                          " bytes, which exceeds the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, {}, whole, instead);
}

Eigen::MatrixXd dense_matrix(const Pattern& pattern, std::span<const double> weights,
                             const Resources& resources) {
  Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> sparse;
  compile_into(sparse, pattern, weights, {.resources = resources});
  return Eigen::MatrixXd(sparse);
}

}  // namespace toeplix::detail
