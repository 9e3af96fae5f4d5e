#pragma once

#include <cholmod.h>

#include <cstdint>

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

}  // namespace toeplix::detail
