#include "solvers/transform/grid_transform.hpp"

#include "core/base/parallel.hpp"
#include "solvers/transform/line_plan.hpp"

#include <algorithm>
#include <optional>

namespace toeplix::detail {

namespace {

/// Lines that are transformed together, so that whole cache lines are read where an image's lines
/// do not lie together.
constexpr Index lines_at_once = 8;

/// The lines of an array along one axis: of both arrays, if a transform changes its length. Numbers
/// are `unit` doubles.
struct Lines {
  Index before;         // product of the extents of slower axes
  Index after;          // and of faster axes
  Index source_extent;  // numbers along the axis
  Index target_extent;
  Index source_unit;
  Index target_unit;
};

/// Room for lines side by side, each aligned.
class LineRoom {
 public:
  explicit LineRoom(Index doubles)
      : stride_((doubles + 7) / 8 * 8), memory_(allocate(stride_ * lines_at_once)) {}
  double* line(Index number) { return memory_.get() + number * stride_; }

 private:
  struct Free {
    void operator()(double* memory) const {
      ::operator delete[](memory, std::align_val_t(line_alignment));
    }
  };
  static double* allocate(Index doubles) {
    const std::size_t bytes = static_cast<std::size_t>(doubles) * sizeof(double);
    return static_cast<double*>(::operator new[](bytes, std::align_val_t(line_alignment)));
  }

  Index stride_;
  std::unique_ptr<double, Free> memory_;
};

/// Copies `count` neighbouring lines between an array and the room for lines: pixel by pixel, as
/// the array's cache lines have one pixel of each.
template <Index Unit, class Move>
void move_lines(double* array, Index extent, Index after, Index count, LineRoom& room,
                const Move& move) {
  const Index apart = room.line(1) - room.line(0);
  for (Index i = 0; i < extent; ++i) {
    double* const outside = array + i * after * Unit;
    double* const inside = room.line(0) + i * Unit;
    for (Index line = 0; line < count; ++line) {
      for (Index part = 0; part < Unit; ++part) {
        move(outside[line * Unit + part], inside[line * apart + part]);
      }
    }
  }
}

template <class Move>
void move_lines(Index unit, double* array, Index extent, Index after, Index count, LineRoom& room,
                const Move& move) {
  if (unit == 1) return move_lines<1>(array, extent, after, count, room, move);
  move_lines<2>(array, extent, after, count, room, move);
}

/// Transforms every line along an axis; the arrays may be the same if the lines are equally long.
void along_axis(const LinePlan& plan, const Lines& lines, double* source, double* target,
                int threads) {
  const Index blocks_per_slab = (lines.after + lines_at_once - 1) / lines_at_once;
  const Index blocks = lines.before * blocks_per_slab;
  const Index numbers = lines.before * lines.after * lines.source_extent;
  const int workers = threads_to_write(numbers, threads);
  const Index chunks = std::min<Index>(blocks, Index{16} * workers);
  for_each_chunk(workers, chunks, [&] {
    return [&, from = LineRoom(plan.size()), to = LineRoom(plan.size())](Index chunk) mutable {
      const Index end = chunk_begin(blocks, chunks, chunk + 1);
      for (Index block = chunk_begin(blocks, chunks, chunk); block < end; ++block) {
        const Index slab = block / blocks_per_slab;
        const Index first = block % blocks_per_slab * lines_at_once;
        const Index count = std::min(lines_at_once, lines.after - first);
        move_lines(lines.source_unit,
                   source + (slab * lines.source_extent * lines.after + first) * lines.source_unit,
                   lines.source_extent, lines.after, count, from,
                   [](const double& outside, double& inside) { inside = outside; });
        for (Index line = 0; line < count; ++line) plan.run(from.line(line), to.line(line));
        move_lines(lines.target_unit,
                   target + (slab * lines.target_extent * lines.after + first) * lines.target_unit,
                   lines.target_extent, lines.after, count, to,
                   [](double& outside, const double& inside) { outside = inside; });
      }
    };
  });
}

Index product(const Extents& extents, std::size_t first, std::size_t last) {
  Index result = 1;
  for (std::size_t i = first; i < last; ++i) result *= extents[i];
  return result;
}

/// There and back along an axis.
struct AxisPlans {
  LinePlan forward;
  LinePlan inverse;
};

AxisPlans plans_for(Basis basis, bool is_halved, Index extent) {
  if (basis == Basis::cosine) {
    return {LinePlan(LineKind::cosine, extent), LinePlan(LineKind::inverse_cosine, extent)};
  }
  if (basis == Basis::even) {
    return {LinePlan(LineKind::even, extent), LinePlan(LineKind::even, extent)};
  }
  if (is_halved) {
    return {LinePlan(LineKind::real_to_complex, extent),
            LinePlan(LineKind::complex_to_real, extent)};
  }
  return {LinePlan(LineKind::forward, extent), LinePlan(LineKind::backward, extent)};
}

double scale_of(Basis basis, Index extent) {
  if (basis == Basis::cosine) return 2 * static_cast<double>(extent);
  if (basis == Basis::even) return 2 * static_cast<double>(extent - 1);
  return static_cast<double>(extent);
}

/// The DCT-I of a single pixel is that pixel.
bool is_left_out(Basis basis, Index extent) {
  return basis == Basis::even && extent == 1;
}

}  // namespace

bool has_transforms() {
  return true;
}

struct GridTransform::State {
  Extents extents;
  std::vector<Basis> bases;
  int threads;
  std::optional<std::size_t> halved;  // the axis that becomes complex
  Extents frequencies = extents;
  double scale = 1;
  std::vector<std::optional<AxisPlans>> plans = {};

  State(Extents extents_, std::vector<Basis> bases_, int threads_)
      : extents(std::move(extents_)), bases(std::move(bases_)), threads(threads_) {
    for (std::size_t axis = 0; axis < bases.size(); ++axis) {
      if (bases[axis] == Basis::fourier) halved = axis;
    }
    if (halved) frequencies[*halved] = extents[*halved] / 2 + 1;
    for (std::size_t axis = 0; axis < bases.size(); ++axis) {
      plans.emplace_back();
      if (is_left_out(bases[axis], extents[axis])) continue;
      plans.back() = plans_for(bases[axis], axis == halved, extents[axis]);
      scale *= scale_of(bases[axis], extents[axis]);
    }
  }

  /// The lines of real numbers of the image along an axis.
  [[nodiscard]] Lines real_lines(std::size_t axis) const {
    return {product(extents, 0, axis),
            product(extents, axis + 1, extents.size()),
            extents[axis],
            extents[axis],
            1,
            1};
  }
  /// The lines of complex numbers of the spectrum along an axis.
  [[nodiscard]] Lines complex_lines(std::size_t axis) const {
    return {product(frequencies, 0, axis),
            product(frequencies, axis + 1, frequencies.size()),
            frequencies[axis],
            frequencies[axis],
            2,
            2};
  }
  /// The lines along the axis that becomes complex.
  [[nodiscard]] Lines halved_lines() const {
    Lines lines = real_lines(*halved);
    lines.target_extent = frequencies[*halved];
    lines.target_unit = 2;
    return lines;
  }
  /// What becomes of the image, real to real; then, of the spectrum, complex to complex.
  template <class Work>
  void for_real_axes(const Work& work) const {
    for (std::size_t axis = 0; axis < bases.size(); ++axis) {
      if (bases[axis] != Basis::fourier && plans[axis]) work(axis);
    }
  }
  template <class Work>
  void for_complex_axes(const Work& work) const {
    for (std::size_t axis = 0; axis < bases.size(); ++axis) {
      if (bases[axis] == Basis::fourier && axis != halved) work(axis);
    }
  }
};

GridTransform::GridTransform(Extents extents, std::vector<Basis> bases, int threads)
    : state_(std::make_unique<const State>(std::move(extents), std::move(bases), threads)) {}
GridTransform::GridTransform(GridTransform&&) noexcept = default;
GridTransform& GridTransform::operator=(GridTransform&&) noexcept = default;
GridTransform::~GridTransform() = default;

Index GridTransform::pixels() const {
  return product(state_->extents, 0, state_->extents.size());
}

bool GridTransform::is_complex() const {
  return state_->halved.has_value();
}

const Extents& GridTransform::frequencies() const {
  return state_->frequencies;
}

Index GridTransform::spectrum_size() const {
  return product(state_->frequencies, 0, state_->frequencies.size()) * (is_complex() ? 2 : 1);
}

double GridTransform::scale() const {
  return state_->scale;
}

void GridTransform::forward(std::span<double> image, std::span<double> spectrum) const {
  const State& state = *state_;
  double* const pixels = image.data();
  state.for_real_axes([&](std::size_t axis) {
    along_axis(state.plans[axis]->forward, state.real_lines(axis), pixels, pixels, state.threads);
  });
  if (!state.halved) {
    if (spectrum.data() != pixels) std::copy(image.begin(), image.end(), spectrum.begin());
    return;
  }
  along_axis(state.plans[*state.halved]->forward, state.halved_lines(), pixels, spectrum.data(),
             state.threads);
  state.for_complex_axes([&](std::size_t axis) {
    along_axis(state.plans[axis]->forward, state.complex_lines(axis), spectrum.data(),
               spectrum.data(), state.threads);
  });
}

void GridTransform::inverse(std::span<double> spectrum, std::span<double> image) const {
  const State& state = *state_;
  double* const pixels = image.data();
  if (state.halved) {
    state.for_complex_axes([&](std::size_t axis) {
      along_axis(state.plans[axis]->inverse, state.complex_lines(axis), spectrum.data(),
                 spectrum.data(), state.threads);
    });
    Lines lines = state.halved_lines();
    std::swap(lines.source_extent, lines.target_extent);
    std::swap(lines.source_unit, lines.target_unit);
    along_axis(state.plans[*state.halved]->inverse, lines, spectrum.data(), pixels, state.threads);
  } else if (spectrum.data() != pixels) {
    std::copy(spectrum.begin(), spectrum.end(), image.begin());
  }
  state.for_real_axes([&](std::size_t axis) {
    along_axis(state.plans[axis]->inverse, state.real_lines(axis), pixels, pixels, state.threads);
  });
}

}  // namespace toeplix::detail
