#include "core/panel/product.hpp"

#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"

#include "reference/instantiate.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <new>

namespace toeplix::detail {
namespace {

/// Multiplications that are worth a thread.
constexpr double work_per_thread = 1 << 17;

/// A real weight as it acts from part `input` of a number on part `output` of another.
template <class Real>
Real part_of(Real weight, Index, Index) {
  return weight;
}
template <class Real>
Real part_of(const std::complex<Real>& weight, Index output, Index input) {
  if (output == input) return weight.real();
  return output == 0 ? -weight.imag() : weight.imag();
}

/// The weights in the order in which micro-kernels read them: by group, row phase, block of output
/// channels, input channel, tap, and output channel.
template <class Scalar>
std::vector<typename Parts<Scalar>::Real> packed(const PanelPlan& plan,
                                                 const Pattern::Channels& channels,
                                                 std::span<const Scalar> weights) {
  std::vector<typename Parts<Scalar>::Real> result;
  result.reserve(static_cast<std::size_t>(plan.groups * plan.packed_group));
  for (Index group = 0; group < plan.groups; ++group) {
    for (const PanelPlan::RowPhase& phase : plan.row_phases) {
      for (Index block = 0; block < plan.blocks; ++block) {
        for (Index input = 0; input < plan.inputs; ++input) {
          for (const Index kernel : phase.kernels) {
            const Index from = group * channels.weight_group_stride +
                               input / plan.parts * channels.weight_column_stride + kernel;
            for (Index o = plan.block_begin(block); o < plan.block_begin(block + 1); ++o) {
              const Index at = from + o / plan.parts * channels.weight_row_stride;
              result.push_back(part_of(weights[static_cast<std::size_t>(at)], o % plan.parts,
                                       input % plan.parts));
            }
          }
        }
      }
    }
  }
  return result;
}

bool is_finite(float number) {
  return std::isfinite(number);
}
bool is_finite(double number) {
  return std::isfinite(number);
}
template <class Real>
bool is_finite(const std::complex<Real>& number) {
  return std::isfinite(number.real()) && std::isfinite(number.imag());
}

/// Numbers that begin on a cache line, all zero: what vectors read beyond a panel must be no
/// denormal number, which some processors are slow with.
template <class Real>
class LineAligned {
 public:
  explicit LineAligned(Index size)
      : numbers_(new (alignment) Real[static_cast<std::size_t>(size)]()) {}

  Real* data() const { return numbers_.get(); }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Delete {
    void operator()(Real* numbers) const { ::operator delete[](numbers, alignment); }
  };

  std::unique_ptr<Real[], Delete> numbers_;
};

}  // namespace

/// Memory of all threads of one product.
template <class Scalar>
class PanelProduct<Scalar>::Memory {
 public:
  /// Makes memory for so many threads.
  void grow(std::span<const PanelPlan> plans, const KernelShape& shape, int threads) {
    while (std::ssize(threads_) < threads) {
      Index panel = 0;
      Index results = 0;
      for (const PanelPlan& plan : plans) {
        panel = std::max(panel, plan.panel_size(shape));
        results = std::max(results, plan.result_size(shape));
      }
      auto one = std::make_unique<OfThread>(panel, results);
      for (const PanelPlan& plan : plans) {
        // The first tile is the largest. Twice, because vectors take turns.
        for (int turn = 0; turn < 2; ++turn) {
          one->lines.columns.map_columns(plan, plan.tiles.front());
          one->lines.rows.map_rows(plan, plan.tiles.front());
        }
      }
      threads_.push_back(std::move(one));
    }
    next_ = 0;
  }

  /// That of one thread, which no other has.
  PanelMemory<Real>& take() { return threads_[static_cast<std::size_t>(next_++)]->lines; }
  /// Gives all back.
  void put_back() { next_ = 0; }

 private:
  struct OfThread {
    OfThread(Index panel_size, Index result_size)
        : panel(panel_size), results(result_size), lines{panel.data(), results.data(), {}, {}} {}

    LineAligned<Real> panel;
    LineAligned<Real> results;
    PanelMemory<Real> lines;
  };

  std::vector<std::unique_ptr<OfThread>> threads_;
  std::atomic<int> next_{0};
};

/// Memory while a product needs it.
template <class Scalar>
class PanelProduct<Scalar>::Borrowed {
 public:
  explicit Borrowed(const PanelProduct& product) : product_(product) {
    const std::lock_guard lock(product.mutex_);
    if (product.unused_.empty()) {
      // Room to give it back: that must not fail.
      product.unused_.reserve(product.unused_.capacity() + 1);
      memory_ = std::make_unique<Memory>();
      return;
    }
    memory_ = std::move(product.unused_.back());
    product.unused_.pop_back();
  }
  ~Borrowed() {
    const std::lock_guard lock(product_.mutex_);
    product_.unused_.push_back(std::move(memory_));
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  Memory& operator*() const { return *memory_; }

 private:
  const PanelProduct& product_;
  std::unique_ptr<Memory> memory_;
};

template <class Scalar>
PanelProduct<Scalar>::PanelProduct(std::vector<PanelPlan> plans, const PanelKernels<Real>& kernels,
                                   const Pattern& pattern, std::span<const Scalar> weights)
    : plans_(std::move(plans)),
      kernels_(kernels),
      rows_(pattern.rows() * plans_.front().parts),
      columns_(pattern.cols() * plans_.front().parts),
      weights_(packed(plans_.front(), pattern.channels(), weights)) {
  for (const PanelPlan& plan : plans_) {
    if (!plan.turned) continue;
    turned_weights_ = packed(plan, pattern.channels(), weights);
    break;
  }
  const PanelPlan& plan = plans_.front();
  work_ = static_cast<double>(rows_) * static_cast<double>(plan.inputs * plan.taps) /
          static_cast<double>(plan.row_phase_count);
}

template <class Scalar>
PanelProduct<Scalar>::~PanelProduct() = default;

template <class Scalar>
PanelJob<typename PanelProduct<Scalar>::Real> PanelProduct<Scalar>::job(const PanelPlan& plan,
                                                                        const Real* x, Real* y,
                                                                        Index image,
                                                                        Index group_part) const {
  const Index first = group_part * plan.groups_together;
  return {.x = x + image * columns_,
          .y = y + image * rows_,
          .weights = plan.turned ? turned_weights_.data() : weights_.data(),
          .first_group = first,
          .last_group = std::min(first + plan.groups_together, plan.groups),
          .first_block = 0,
          .last_block = plan.blocks,
          .tile = nullptr};
}

template <class Scalar>
void PanelProduct<Scalar>::multiply_tiles(const Real* x, Real* y, Index images, int threads,
                                          Memory& memory) const {
  const PanelPlan& plan = plans_.front();
  const Index group_parts = ceil_div(plan.groups, plan.groups_together);
  const Index tiles = std::ssize(plan.tiles);
  const Index whole = images * group_parts * tiles;
  // Tiles that cannot be shared out evenly: several multiply the same panel by different weights.
  const Index block_parts =
      whole % threads == 0 ? 1 : std::clamp<Index>(ceil_div(4 * threads, whole), 1, plan.blocks);
  for_each_own_chunk(threads, whole * block_parts, [&] {
    return [&, &own = memory.take()](Index chunk) {
      const Index block_part = chunk % block_parts;
      chunk /= block_parts;
      PanelJob<Real> part =
          job(plan, x, y, chunk / tiles / group_parts, chunk / tiles % group_parts);
      part.tile = &plan.tiles[static_cast<std::size_t>(chunk % tiles)];
      part.first_block = chunk_begin(plan.blocks, block_parts, block_part);
      part.last_block = chunk_begin(plan.blocks, block_parts, block_part + 1);
      kernels_.multiply(plan, part, own);
    };
  });
  memory.put_back();
}

/// The tiles beyond the edges, for each row one after the other: sums are taken in one order.
template <class Scalar>
void PanelProduct<Scalar>::add_frame(const Real* x, Real* y, Index images, int threads,
                                     Memory& memory) const {
  const PanelPlan& any = plans_.front();
  for_each_own_chunk(threads, images * any.groups * any.blocks, [&] {
    return [&, &own = memory.take()](Index chunk) {
      const Index image = chunk / any.blocks / any.groups;
      const Index group = chunk / any.blocks % any.groups;
      for (const PanelPlan& plan : std::span(plans_).subspan(1)) {
        PanelJob<Real> part = job(plan, x, y, image, 0);
        part.first_group = group;
        part.last_group = group + 1;
        part.first_block = chunk % any.blocks;
        part.last_block = part.first_block + 1;
        for (const PanelTile& tile : plan.tiles) {
          part.tile = &tile;
          kernels_.multiply(plan, part, own);
        }
      }
    };
  });
  memory.put_back();
}

template <class Scalar>
void PanelProduct<Scalar>::multiply(const Scalar* x, Scalar* y, Index images, int threads) const {
  const double worth = work_ * static_cast<double>(images) / work_per_thread;
  threads = static_cast<int>(std::clamp<double>(worth, 1, thread_count(threads)));
  const Borrowed memory(*this);
  (*memory).grow(plans_, kernels_.shape, threads);
  const Real* const from = reinterpret_cast<const Real*>(x);
  Real* const to = reinterpret_cast<Real*>(y);
  multiply_tiles(from, to, images, threads, *memory);
  if (plans_.size() > 1) add_frame(from, to, images, threads, *memory);
}

template <class Scalar>
std::unique_ptr<const PanelProduct<Scalar>> panel_product(const Pattern& pattern,
                                                          std::span<const Scalar> weights,
                                                          int threads) {
  using Real = typename Parts<Scalar>::Real;
  if (!std::all_of(weights.begin(), weights.end(), [](const Scalar& w) { return is_finite(w); })) {
    return nullptr;
  }
  const PanelKernels<Real>* const kernels = panel_kernels<Real>();
  if (kernels == nullptr) return nullptr;
  std::vector<PanelPlan> plans = panel_plans(pattern, Parts<Scalar>::count,
                                             {.shape = kernels->shape,
                                              .number_bytes = sizeof(Real),
                                              .cache_bytes = panel_cache_bytes(),
                                              .threads = thread_count(threads)});
  if (plans.empty()) return nullptr;
  return std::make_unique<const PanelProduct<Scalar>>(std::move(plans), *kernels, pattern, weights);
}

#define TOEPLIX_INSTANTIATE(Scalar)                                   \
  template class PanelProduct<Scalar>;                                \
  template std::unique_ptr<const PanelProduct<Scalar>> panel_product( \
      const Pattern&, std::span<const Scalar>, int);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
