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
  }

  /// That of one thread, which no other has.
  PanelMemory<Real>& take() { return threads_[static_cast<std::size_t>(next_++)]->lines; }
  /// Takes all back, also from threads that were stopped by an exception.
  void take_back() { next_ = 0; }

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
      waves_(panel_waves(plans_)),
      kernels_(kernels),
      rows_(pattern.rows() * plans_.front().parts),
      columns_(pattern.cols() * plans_.front().parts),
      weights_(packed_weights(plans_.front(), pattern.channels(), weights)) {
  for (const PanelPlan& plan : plans_) {
    if (!plan.turned) continue;
    turned_weights_ = packed_weights(plan, pattern.channels(), weights);
    break;
  }
}

template <class Scalar>
PanelProduct<Scalar>::~PanelProduct() = default;

template <class Scalar>
void PanelProduct<Scalar>::multiply_wave(const PanelWave& wave, const Real* x, Real* y,
                                         Index images, int threads, Memory& memory) const {
  const PanelPlan& any = plans_.front();
  const Index group_parts = ceil_div(any.groups, wave.groups_together);
  const Index tiles = std::ssize(wave.parts);
  const Index panels = images * group_parts * tiles;
  // Panels that cannot be shared out evenly: several threads multiply one by different weights.
  const Index block_parts =
      panels % threads == 0 ? 1 : std::clamp<Index>(ceil_div(4 * threads, panels), 1, any.blocks);
  memory.take_back();
  for_each_own_chunk(threads, panels * block_parts, [&] {
    return [&, &own = memory.take(), gathered = Index{-1}](Index chunk) mutable {
      const Index panel = chunk / block_parts;
      const Index image = panel / tiles / group_parts;
      const Index first_group = panel / tiles % group_parts * wave.groups_together;
      const PanelWave::Part& part = wave.parts[static_cast<std::size_t>(panel % tiles)];
      const PanelJob<Real> job{
          .x = x + image * columns_,
          .y = y + image * rows_,
          .weights = part.plan->turned ? turned_weights_.data() : weights_.data(),
          .first_group = first_group,
          .last_group = std::min(first_group + wave.groups_together, any.groups),
          .first_block = chunk_begin(any.blocks, block_parts, chunk % block_parts),
          .last_block = chunk_begin(any.blocks, block_parts, chunk % block_parts + 1),
          .tile = part.tile,
          .is_gathered = panel == gathered};
      kernels_.multiply(*part.plan, job, own);
      gathered = panel;
    };
  });
}

template <class Scalar>
void PanelProduct<Scalar>::multiply(const Scalar* x, Scalar* y, Index images, int threads) const {
  const int most = thread_count(threads);
  const auto worth_threads = [&](const PanelWave& wave) {
    const double worth = wave.work * static_cast<double>(images) / work_per_thread;
    return static_cast<int>(std::clamp<double>(worth, 1, most));
  };
  int needed = 1;
  for (const PanelWave& wave : waves_) needed = std::max(needed, worth_threads(wave));
  const Borrowed memory(*this);
  (*memory).grow(plans_, kernels_.shape, needed);
  const Real* const from = reinterpret_cast<const Real*>(x);
  Real* const to = reinterpret_cast<Real*>(y);
  for (const PanelWave& wave : waves_) {
    multiply_wave(wave, from, to, images, worth_threads(wave), *memory);
  }
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
