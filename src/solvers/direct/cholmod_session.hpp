#pragma once

#include <toeplix/error.hpp>

#include "solvers/direct/cholmod_functions.hpp"

#include <string>

namespace toeplix::detail {

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

  /// The same for a call that has failed if it has no result.
  void check(const char* what, const void* result) const {
    check(what);
    if (result == nullptr) throw SolverError(std::string(what) + ": failed");
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

}  // namespace toeplix::detail
