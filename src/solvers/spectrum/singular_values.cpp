#include <toeplix/solvers/singular_values.hpp>

#include <toeplix/memory.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/serial_section.hpp"
#include "solvers/spectrum/block_values.hpp"
#include "solvers/spectrum/dense_matrix.hpp"
#include "solvers/spectrum/scaled_weights.hpp"
#include "solvers/transform/frequency_blocks.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace toeplix {

namespace {

using detail::FrequencyBlocks;

constexpr const char* instead =
    "use largest_singular_values for some of them, or spectral_norm for bounds of the largest";

void check_budget(const Pattern& pattern, const Resources& resources) {
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  const auto values = static_cast<double>(std::min(pattern.rows(), pattern.cols()));
  const double bytes = 16 * values + 8 * static_cast<double>(pattern.weight_count());
  if (bytes <= static_cast<double>(budget)) return;
  const Index whole = detail::whole_number(bytes);
  throw CapacityError(std::to_string(std::min(pattern.rows(), pattern.cols())) +
                          " singular values need " + std::to_string(whole) +
                          " bytes, which exceeds the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, {}, whole, instead);
}

/// The values of all blocks: each block's together, twice if it stands for two frequencies.
class BlockSpectrum {
 public:
  explicit BlockSpectrum(const FrequencyBlocks& blocks)
      : blocks_(blocks), each_(std::min(blocks.rows(), blocks.cols())) {
    begin_.push_back(0);
    for (Index number = 0; number < blocks.count(); ++number) {
      begin_.push_back(begin_.back() + blocks.multiplicity(number) * each_);
    }
  }

  Eigen::VectorXd values(int threads) const {
    Eigen::VectorXd values(begin_.back() * blocks_.groups());
    const Index pieces = (blocks_.count() + piece - 1) / piece;
    detail::for_each_chunk(threads, pieces * blocks_.groups(), [&] {
      return [&, buffer = Eigen::MatrixXcd(blocks_.rows(), blocks_.cols())](Index chunk) mutable {
        const detail::SerialSection serial;
        const Index group = chunk / pieces;
        const Index first = chunk % pieces * piece;
        for (Index i = first; i < std::min(first + piece, blocks_.count()); ++i) {
          blocks_.write(group, i, 1, buffer.data());
          put(detail::block_values(buffer), group, i, values);
        }
      };
    });
    return values;
  }

 private:
  static constexpr Index piece = 8;  // blocks that a thread takes at a time

  void put(const Eigen::VectorXd& block, Index group, Index number, Eigen::VectorXd& values) const {
    const auto at = static_cast<std::size_t>(number);
    for (Index to = begin_[at]; to < begin_[at + 1]; to += each_) {
      values.segment(group * begin_.back() + to, each_) = block;
    }
  }

  const FrequencyBlocks& blocks_;
  Index each_;
  std::vector<Index> begin_;
};

Eigen::VectorXd by_waves(const Pattern& pattern, std::span<const double> weights,
                         std::vector<detail::FrequencyAxis> axes, const Resources& resources) {
  check_budget(pattern, resources);
  const FrequencyBlocks blocks(pattern, weights, std::move(axes));
  return BlockSpectrum(blocks).values(detail::thread_count(resources.threads));
}

Eigen::VectorXd by_a_dense_matrix(const Pattern& pattern, std::span<const double> weights,
                                  const SingularValuesOptions& options) {
  detail::check_dense(pattern, options.dense_limit, 3, options.resources, instead);
  const Eigen::MatrixXd dense = detail::dense_matrix(pattern, weights, options.resources);
  const detail::SerialSection serial;
  return detail::dense_values(dense);
}

}  // namespace

bool has_exact_spectrum(const Pattern& pattern, std::span<const double> weights) {
  if (pattern.is_per_pixel()) return false;
  if (static_cast<Index>(weights.size()) != pattern.weight_count()) {
    throw SolverError("weights has length " + std::to_string(weights.size()) + "; expected " +
                      std::to_string(pattern.weight_count()));
  }
  return detail::exact_axes(pattern, weights).has_value();
}

Eigen::VectorXd singular_values(const Pattern& pattern, std::span<const double> weights,
                                const SingularValuesOptions& options) {
  detail::check_resources(options.resources);
  const detail::ScaledWeights scaled = detail::scale_weights("singular_values", pattern, weights);
  auto axes = detail::exact_axes(pattern, scaled.values);
  Eigen::VectorXd values =
      axes ? by_waves(pattern, scaled.values, std::move(*axes), options.resources)
           : by_a_dense_matrix(pattern, scaled.values, options);
  std::ranges::sort(values, std::greater<>());
  values *= scaled.unit;
  if (!values.allFinite()) {
    throw SolverError("the largest singular value is beyond what a double holds");
  }
  return values;
}

}  // namespace toeplix
