#pragma once

#include "core/panel/plan.hpp"
#include "core/panel/tile_lines.hpp"

namespace toeplix::detail {

/// Part of a product: some groups, a tile, and some blocks of output channels.
template <class Real>
struct PanelJob {
  const Real* x;        ///< the image
  Real* y;              ///< the result
  const Real* weights;  ///< packed, of all groups
  Index first_group;
  Index last_group;  ///< one past it
  Index first_block;
  Index last_block;  ///< one past it
  const PanelTile* tile;
  bool is_gathered;  ///< whether the thread's last job had the same image, groups and tile
};

/// Memory of a thread, enough for any job of a plan.
template <class Real>
struct PanelMemory {
  Real* panel;
  Real* results;
  TileLines columns;
  TileLines rows;
};

/// What is made for one family of processors.
template <class Real>
struct PanelKernels {
  const char* name;
  KernelShape shape;
  void (*multiply)(const PanelPlan& plan, const PanelJob<Real>& job, PanelMemory<Real>& memory);
};

/// Those of the best family that this processor belongs to; null in a build without Highway.
template <class Real>
const PanelKernels<Real>* panel_kernels();
template <>
const PanelKernels<float>* panel_kernels<float>();
template <>
const PanelKernels<double>* panel_kernels<double>();

}  // namespace toeplix::detail
