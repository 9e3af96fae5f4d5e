#pragma once

#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/report.hpp>
#include <toeplix/solvers/tikhonov_options.hpp>

#include "solvers/base/normal_solver.hpp"

#include <memory>
#include <span>

namespace toeplix::detail {

/// The Cholesky factorization of A^T A + lambda L^T L, with whichever index type it needs:
/// assembled and analyzed; 32-bit indices if they suffice. Throws as `Tikhonov`.
std::unique_ptr<NormalSolver> make_factor(const Pattern& pattern, std::span<const double> weights,
                                          const Regularizer& regularizer,
                                          const TikhonovOptions& options, SolveReport& report);

}  // namespace toeplix::detail
