#pragma once

#include <toeplix/solvers/solve.hpp>

#include <cholmod.h>

#include <memory>

namespace toeplix::detail {

/// The functions of CHOLMOD for one index type: `cholmod_*` for int, `cholmod_l_*` for 64 bits.
template <class StorageIndex>
struct CholmodFunctions;

template <>
struct CholmodFunctions<std::int32_t> {
  static constexpr int index_type = CHOLMOD_INT;
  static constexpr auto start = cholmod_start;
  static constexpr auto finish = cholmod_finish;
  static constexpr auto analyze = cholmod_analyze_p;
  static constexpr auto factorize = cholmod_factorize;
  static constexpr auto solve = cholmod_solve;
  static constexpr auto rcond = cholmod_rcond;
  static constexpr auto free_factor = cholmod_free_factor;
  static constexpr auto free_dense = cholmod_free_dense;
  static constexpr auto free_sparse = cholmod_free_sparse;
};

template <>
struct CholmodFunctions<std::int64_t> {
  static constexpr int index_type = CHOLMOD_LONG;
  static constexpr auto start = cholmod_l_start;
  static constexpr auto finish = cholmod_l_finish;
  static constexpr auto analyze = cholmod_l_analyze_p;
  static constexpr auto factorize = cholmod_l_factorize;
  static constexpr auto solve = cholmod_l_solve;
  static constexpr auto rcond = cholmod_l_rcond;
  static constexpr auto free_factor = cholmod_l_free_factor;
  static constexpr auto free_dense = cholmod_l_free_dense;
  static constexpr auto free_sparse = cholmod_l_free_sparse;
};

/// A `cholmod_common` that is started and finished, and never prints.
template <class StorageIndex>
class CholmodSession {
 public:
  CholmodSession() {
    CholmodFunctions<StorageIndex>::start(&common_);
    common_.print = 0;
    common_.try_catch = 1;
    common_.error_handler = nullptr;
  }
  CholmodSession(const CholmodSession&) = delete;
  CholmodSession& operator=(const CholmodSession&) = delete;
  ~CholmodSession() { CholmodFunctions<StorageIndex>::finish(&common_); }

  cholmod_common* get() { return &common_; }
  cholmod_common* operator->() { return &common_; }

  /// Throws for a failure that is not a property of the numbers: memory, or size.
  void check(const char* what) const {
    if (common_.status == CHOLMOD_OUT_OF_MEMORY) {
      throw CapacityError(std::string(what) + ": out of memory", CapacityCause::memory_budget);
    }
    if (common_.status == CHOLMOD_TOO_LARGE) {
      throw CapacityError(std::string(what) + ": exceeds what its indices can number",
                          CapacityCause::index_type);
    }
    if (common_.status < CHOLMOD_OK) {
      throw SolverError(std::string(what) + ": failed with status " +
                        std::to_string(common_.status));
    }
  }

 private:
  cholmod_common common_{};
};

/// A factor that is given back.
template <class StorageIndex>
class CholmodFactor {
 public:
  explicit CholmodFactor(CholmodSession<StorageIndex>& session) : session_(session) {}
  CholmodFactor(const CholmodFactor&) = delete;
  CholmodFactor& operator=(const CholmodFactor&) = delete;
  ~CholmodFactor() { CholmodFunctions<StorageIndex>::free_factor(&factor_, session_.get()); }

  void reset(cholmod_factor* factor) { factor_ = factor; }
  cholmod_factor* get() const { return factor_; }
  cholmod_factor* operator->() const { return factor_; }

 private:
  CholmodSession<StorageIndex>& session_;
  cholmod_factor* factor_ = nullptr;
};

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
