#pragma once

#include <toeplix/index.hpp>

#include "solvers/direct/cholmod_session.hpp"

#include <Eigen/SparseCore>

#include <memory>

namespace toeplix::detail {

/// Views a compressed column-major matrix, without a copy. `triangle`: 0 for all of it, 1 for the
/// upper one. CHOLMOD does not write to what it is handed as input, but does not say so.
template <class StorageIndex>
cholmod_sparse view(const Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex>& matrix,
                    int triangle) {
  cholmod_sparse view{};
  view.nrow = static_cast<std::size_t>(matrix.rows());
  view.ncol = static_cast<std::size_t>(matrix.cols());
  view.nzmax = static_cast<std::size_t>(matrix.nonZeros());
  view.p = const_cast<StorageIndex*>(matrix.outerIndexPtr());
  view.i = const_cast<StorageIndex*>(matrix.innerIndexPtr());
  view.x = const_cast<double*>(matrix.valuePtr());
  view.stype = triangle;
  view.itype = CholmodFunctions<StorageIndex>::index_type;
  view.xtype = CHOLMOD_REAL;
  view.dtype = CHOLMOD_DOUBLE;
  view.sorted = 1;
  view.packed = 1;
  return view;
}

/// Views columns of numbers, without a copy.
inline cholmod_dense view(const double* values, Index rows, Index columns) {
  cholmod_dense view{};
  view.nrow = static_cast<std::size_t>(rows);
  view.ncol = static_cast<std::size_t>(columns);
  view.nzmax = view.nrow * view.ncol;
  view.d = view.nrow;
  view.x = const_cast<double*>(values);
  view.xtype = CHOLMOD_REAL;
  view.dtype = CHOLMOD_DOUBLE;
  return view;
}

/// The numbers of a dense result, which is given back.
template <class StorageIndex>
Eigen::MatrixXd take(cholmod_dense* dense, CholmodSession<StorageIndex>& session) {
  if (dense == nullptr) return {};
  const auto give_back = [&session](cholmod_dense* result) {
    CholmodFunctions<StorageIndex>::free_dense(&result, session.get());
  };
  const std::unique_ptr<cholmod_dense, decltype(give_back)> owner(dense, give_back);
  return Eigen::Map<const Eigen::MatrixXd>(static_cast<const double*>(dense->x),
                                           static_cast<Eigen::Index>(dense->nrow),
                                           static_cast<Eigen::Index>(dense->ncol));
}

}  // namespace toeplix::detail
