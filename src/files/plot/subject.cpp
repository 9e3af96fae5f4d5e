#include "files/plot/subject.hpp"

#include "core/base/check_length.hpp"

#include <toeplix/explain.hpp>

#include <cmath>

namespace toeplix::detail {
namespace {

void check_weights(const std::vector<double>& weights, Index expected) {
  if (weights.empty()) return;
  check_length("plot: weights", weights.size(), expected);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (std::isfinite(weights[i])) continue;
    throw GeometryError("plot: weight " + std::to_string(i) + " is not a finite number");
  }
}

std::string summary_of(Index rows, Index columns, Index entries) {
  return std::to_string(rows) + " x " + std::to_string(columns) + ", " + std::to_string(entries) +
         (entries == 1 ? " entry" : " entries");
}

/// Every character that the type of the pictures lacks is drawn as a question mark.
std::string title_of(const std::string& title, const std::string& otherwise) {
  constexpr std::size_t longest = 200;
  if (title.empty()) return otherwise;
  std::string drawn = title.substr(0, longest);
  for (char& character : drawn) {
    if (character < ' ' || character > '~') character = '?';
  }
  return title.size() > longest ? drawn + "..." : drawn;
}

template <class Conv>
Subject subject_of(const Conv& conv, std::vector<double> weights, const std::string& title) {
  check_weights(weights, conv.weight_count());
  const Pattern pattern(conv);
  const TensorOrder order = conv.spec().order;
  return {.matrix = pattern,
          .rows = lines_of(pattern, MatrixSide::rows, order),
          .columns = lines_of(pattern, MatrixSide::columns, order),
          .title = title_of(title, to_string(conv.spec())),
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
    if (std::isfinite(value)) return;
    throw GeometryError("plot: the entry in row " + std::to_string(row) + " and column " +
                        std::to_string(column) + " is not a finite number");
  });
  return {.matrix = matrix,
          .rows = plain_lines(matrix.rows, MatrixSide::rows),
          .columns = plain_lines(matrix.columns, MatrixSide::columns),
          .title = title_of(title, "matrix"),
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
