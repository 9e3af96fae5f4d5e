#pragma once

#include "core/panel/plan.hpp"

namespace toeplix::detail {

/// Divides the kernel rows of a plan into bands, if its rows of sums can roll. Needs the plan's
/// channels, axes and numbers of taps.
void set_bands(PanelPlan& plan, const KernelShape& shape);

/// Combines the taps of the axes to those of every combination of row phases. Needs the bands, and
/// the layout of the panels, into which the taps are offsets.
void set_taps(PanelPlan& plan);

}  // namespace toeplix::detail
