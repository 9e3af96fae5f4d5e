#include "solvers/spectrum/scaled_weights.hpp"

#include <toeplix/error.hpp>

#include "solvers/base/check.hpp"
#include "solvers/base/judge.hpp"

#include <algorithm>
#include <string>

namespace toeplix::detail {

namespace {

/// Of every kernel position of an axis, whether some output reads a pixel by it.
std::vector<char> landing(const TapTable& table) {
  std::vector<char> lands(static_cast<std::size_t>(table.geometry().kernel), 0);
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    const TapRow row = table.row(table.representative(row_class));
    for (Index i = 0; i < row.size(); ++i) {
      for (const Index k : row[i].kernel) lands[static_cast<std::size_t>(k)] = 1;
    }
  }
  return lands;
}

}  // namespace

ScaledWeights scale_weights(const char* what, const Pattern& pattern,
                            std::span<const double> weights) {
  if (pattern.is_per_pixel()) {
    throw SolverError("the pattern has a kernel for every pixel; " + std::string(what) +
                      " takes one kernel for all pixels");
  }
  check_numbers("weights", weights, pattern.weight_count());
  ScaledWeights scaled{{weights.begin(), weights.end()}};
  for (const Pattern::Axis& axis : pattern.axes()) {
    const std::vector<char> lands = landing(axis.table);
    if (std::ranges::find(lands, 0) == lands.end()) continue;
    const Index kernel = axis.table.geometry().kernel;
    for (std::size_t i = 0; i < scaled.values.size(); ++i) {
      const Index t = static_cast<Index>(i) / axis.weight_stride % kernel;
      if (lands[static_cast<std::size_t>(t)] == 0) scaled.values[i] = 0;
    }
  }
  Eigen::Map<Eigen::VectorXd> all(scaled.values.data(),
                                  static_cast<Eigen::Index>(scaled.values.size()));
  scaled.unit = power_of_two(all);
  all /= scaled.unit;
  return scaled;
}

}  // namespace toeplix::detail
