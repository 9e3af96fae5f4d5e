#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/tikhonov_options.hpp>

#include "solvers/base/normal_solver.hpp"

#include <memory>
#include <span>
#include <string>

namespace toeplix::detail {

/// Why (A^T A + lambda L^T L) x = right does not fall into small systems, one for each frequency;
/// empty if it does.
std::string block_misfit(const Pattern& pattern, std::span<const double> weights,
                         const Regularizer& regularizer);

/// The solver for channels that are mixed, and for strides that divide circular extents: the
/// transforms of the channels are coupled only at the same frequency, and at those that a stride
/// aliases. Precondition: there is no misfit. Throws CapacityError if the spectra exceed the memory
/// budget. Cost: of set_lambda the eigenvalues of a small matrix for each frequency, of a solution
/// its Cholesky factorization, and two transforms for each channel of the columns.
std::unique_ptr<NormalSolver> make_block_solver(const Pattern& pattern,
                                                std::span<const double> weights,
                                                const Regularizer& regularizer,
                                                const TikhonovOptions& options,
                                                SolveReport& report);

}  // namespace toeplix::detail
