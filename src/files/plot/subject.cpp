#include "files/plot/subject.hpp"

#include "core/base/check_length.hpp"
#include "files/plot/words.hpp"

#include <toeplix/explain.hpp>
#include <toeplix/weights_order.hpp>

#include <cmath>

namespace toeplix::detail {
namespace {

/// Larger numbers would exceed a double where those of a pixel are added up.
constexpr double largest_magnitude = 1e280;

void check_value(double value, const std::string& what) {
  if (std::abs(value) <= largest_magnitude) return;
  throw GeometryError("plot: " + what + " is " + short_number(value) +
                      ": expected a magnitude of at most 1e280");
}

void check_weights(const std::vector<double>& weights, Index expected) {
  if (weights.empty()) return;
  check_length("plot: weights", weights.size(), expected);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    check_value(weights[i], "weight " + std::to_string(i));
  }
}

std::string summary_of(Index rows, Index columns, Index entries) {
  return std::to_string(rows) + " x " + std::to_string(columns) + ", " + std::to_string(entries) +
         (entries == 1 ? " entry" : " entries");
}

/// Colours and names are those of channels and kernel positions, wherever the weights lie.
template <class Conv>
Subject subject_of(const Conv& conv, std::vector<double> weights, const std::string& title) {
  check_weights(weights, conv.weight_count());
  if (!weights.empty()) weights = weights_to_oihw(conv, weights);
  const Pattern pattern(with_oihw(conv));
  const TensorOrder order = conv.spec().order;
  return {.matrix = pattern,
          .rows = lines_of(pattern, MatrixSide::rows, order),
          .columns = lines_of(pattern, MatrixSide::columns, order),
          .title = title.empty() ? to_string(conv.spec()) : drawn_title(title),
          .summary = summary_of(conv.rows(), conv.cols(), conv.nnz()),
          .kernel = conv.kernel(),
          .weights = std::move(weights)};
}

}  // namespace

Subject make_subject(const Convolution& conv, std::vector<double> weights,
                     const std::string& title) {
  return subject_of(conv, std::move(weights), title);
}

Subject make_subject(const TransposedConvolution& conv, std::vector<double> weights,
                     const std::string& title) {
  return subject_of(conv, std::move(weights), title);
}

Subject make_subject(SparseEntries matrix, const std::string& title) {
  std::string summary = summary_of(matrix.rows, matrix.columns, matrix.count);
  if (matrix.are_magnitudes) summary += ", drawn by magnitude";
  if (matrix.rows == 0 || matrix.columns == 0) {
    throw GeometryError("plot: " + summary + ": expected at least one row and one column");
  }
  matrix.for_each([](Index row, Index column, double value) {
    check_value(
        value, "the entry in row " + std::to_string(row) + " and column " + std::to_string(column));
  });
  return {.matrix = matrix,
          .rows = plain_lines(matrix.rows, MatrixSide::rows),
          .columns = plain_lines(matrix.columns, MatrixSide::columns),
          .title = title.empty() ? "matrix" : drawn_title(title),
          .summary = std::move(summary)};
}

Index Subject::entries() const {
  return pattern() != nullptr ? pattern()->nnz() : std::get<SparseEntries>(matrix).count;
}

std::string Subject::name_of(Index weight) const {
  Extents shape{1, 1};
  shape.insert(shape.end(), kernel.begin(), kernel.end());
  Index positions = 1;
  for (const Index extent : kernel) positions *= extent;
  const std::string name = weight_name(shape, weight % positions);
  return pattern()->weight_count() == positions ? name : name.substr(1);
}

void Subject::for_each_value(const EntryVisitor& visit) const {
  if (pattern() == nullptr) return std::get<SparseEntries>(matrix).for_each(visit);
  for (Index row = 0; row < rows.count; ++row) {
    for (const Pattern::Entry& entry : pattern()->row(row)) {
      double value = 0;
      for (const Index weight : entry.weights) value += weights[static_cast<std::size_t>(weight)];
      visit(row, entry.column, value);
    }
  }
}

}  // namespace toeplix::detail
