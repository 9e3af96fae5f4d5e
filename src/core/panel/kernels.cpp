#include "core/panel/job.hpp"

// Highway includes this file once for every family of processors, each time with other
// instructions, and picks the best at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/panel/kernels.cpp"
// Families next to these gain little and take as long to compile; and vectors whose length is not
// known by then cannot be held in arrays.
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>

// In this order: they use one another.
#include "core/panel/gather-inl.hpp"
#include "core/panel/multiply-inl.hpp"
#include "core/panel/roll-inl.hpp"
#include "core/panel/scatter-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace toeplix::detail::HWY_NAMESPACE {

/// Maps the tile, and gathers the panels of the groups.
template <class Real>
void gather_groups(const PanelPlan& plan, const PanelJob<Real>& job, PanelMemory<Real>& memory) {
  memory.columns.map_columns(plan, *job.tile);
  memory.rows.map_rows(plan, *job.tile);
  const Index panel_pitch = plan.inputs * plan.channel_pitch;
  for (Index group = job.first_group; group < job.last_group; ++group) {
    gather(plan, memory.columns, job.x, group,
           memory.panel + (group - job.first_group) * panel_pitch);
  }
}

template <class Real>
void run_job(const PanelPlan& plan, const PanelJob<Real>& job, PanelMemory<Real>& memory) {
  if (!job.is_gathered) gather_groups(plan, job, memory);
  const Index panel_pitch = plan.inputs * plan.channel_pitch;
  const Index result_pitch = std::ssize(plan.row_phases) * plan.most_in_block * plan.result_pitch;
  // Groups are gathered, multiplied and scattered together, so that no load waits for a store that
  // has just been made.
  for (Index block = job.first_block; block < job.last_block; ++block) {
    for (Index group = job.first_group; group < job.last_group; ++group) {
      const Real* const panel = memory.panel + (group - job.first_group) * panel_pitch;
      const Real* const weights = job.weights + group * plan.packed_group;
      Real* const results = memory.results + (group - job.first_group) * result_pitch;
      if (plan.rolls()) {
        roll_tile(plan, *job.tile, panel, weights, results);
      } else {
        multiply_block(plan, *job.tile, block, panel, weights, results);
      }
    }
    for (Index group = job.first_group; group < job.last_group; ++group) {
      scatter(plan, memory.rows, plan.beyond_edges, group, block,
              memory.results + (group - job.first_group) * result_pitch, job.y);
    }
  }
}

template <class Real>
const PanelKernels<Real>* kernels() {
  static const PanelKernels<Real> these{hwy::TargetName(HWY_TARGET),
                                        {lane_count<Real>(), most_channels, most_rolled},
                                        &run_job<Real>};
  return &these;
}

const PanelKernels<float>* float_kernels() {
  return kernels<float>();
}
const PanelKernels<double>* double_kernels() {
  return kernels<double>();
}

}  // namespace toeplix::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace toeplix::detail {

HWY_EXPORT(float_kernels);
HWY_EXPORT(double_kernels);

template <>
const PanelKernels<float>* panel_kernels<float>() {
  return HWY_DYNAMIC_DISPATCH(float_kernels)();
}
template <>
const PanelKernels<double>* panel_kernels<double>() {
  return HWY_DYNAMIC_DISPATCH(double_kernels)();
}

}  // namespace toeplix::detail
#endif
