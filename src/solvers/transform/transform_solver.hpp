#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/tikhonov_options.hpp>

#include "solvers/base/normal_solver.hpp"

#include <memory>
#include <span>
#include <string>

namespace toeplix::detail {

/// Why transforms do not solve (A^T A + lambda L^T L) x = right directly; empty if they do.
std::string transform_misfit(const Pattern& pattern, std::span<const double> weights,
                             const Regularizer& regularizer);

/// The solver that divides spectra. Precondition: there is no misfit. Throws CapacityError if the
/// spectra exceed the memory budget. Cost: to make it, two transforms of an image for each channel;
/// of each solution, two more.
std::unique_ptr<NormalSolver> make_transform_solver(const Pattern& pattern,
                                                    std::span<const double> weights,
                                                    const Regularizer& regularizer,
                                                    const TikhonovOptions& options,
                                                    SolveReport& report);

}  // namespace toeplix::detail
