#include "cli/operators/linear_operator.hpp"

#include "cli/capacity.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace toeplix::cli {
namespace {

/// A number of the convolution, or of the separable operator.
template <class Get>
Index number_of_map(const LinearOperator& op, Get get) {
  if (const auto* separable = std::get_if<Separable>(&op.map)) return get(*separable);
  return std::visit(get, std::get<Unfolding>(op.map).convolution);
}

std::vector<double> product(const FileMatrix<double>& matrix, std::span<const double> x) {
  const Eigen::Map<const Eigen::VectorXd> column(x.data(), static_cast<Index>(x.size()));
  std::vector<double> y(static_cast<std::size_t>(matrix.rows()));
  Eigen::Map<Eigen::VectorXd>(y.data(), matrix.rows()) = matrix * column;
  return y;
}

}  // namespace

Index LinearOperator::rows() const {
  return number_of_map(*this, [](const auto& either) { return either.rows(); });
}

Index LinearOperator::cols() const {
  return number_of_map(*this, [](const auto& either) { return either.cols(); });
}

Index LinearOperator::most_entries(Rows rows) const {
  if (const auto* separable = std::get_if<Separable>(&map)) {
    return separable->entries_before(rows.last) - separable->entries_before(rows.first);
  }
  return std::max(rows.count(), cols());
}

std::vector<double> offset_of(const LinearOperator& op, Rows rows, const Resources& resources) {
  check_memory(resources.memory_budget, static_cast<double>(rows.count()) * sizeof(double),
               "the offset of " + std::to_string(rows.count()) + " rows", too_large_for_rows);
  if (op.frame) return pad_offset_rows(*op.frame, rows.first, rows.last, resources);
  return std::vector<double>(static_cast<std::size_t>(rows.count()));
}

double bytes_to_apply(const LinearOperator& op, const Batch& input) {
  const auto rows = static_cast<double>(op.rows());
  const auto cols = static_cast<double>(op.cols());
  const double results = rows * static_cast<double>(input.count);
  double once = 2 * std::max(rows, cols);  // vectors along the axes
  if (std::holds_alternative<Unfolding>(op.map)) {
    // The product, and the matrix: an index and a value per entry, pointers while they are counted.
    once = rows + 2 * static_cast<double>(op.most_entries({0, op.rows()})) + 2 * (rows + 1);
  }
  if (op.frame) once += rows;
  const double held = static_cast<double>(input.values.size()) + results;
  return sizeof(double) * (held + std::max(results, once));
}

LinearOperator separable_operator(const Separable& separable, const Tensor& input,
                                  const Tensor& output, std::vector<MatrixLevel> levels,
                                  Direction direction) {
  if (direction == Direction::forward) return {separable, input, output, std::move(levels)};
  for (MatrixLevel& level : levels) std::swap(level.rows, level.cols);
  return {separable.transposed(), output, input, std::move(levels)};
}

LinearOperator operator_of_axes(const Separable& separable, Direction direction) {
  std::vector<MatrixLevel> levels;
  for (const CoefficientTable& table : separable.tables()) {
    levels.push_back({table.rows(), table.columns(), "axis " + std::to_string(levels.size()),
                      MatrixLevelKind::axis});
  }
  const auto side = [](const Extents& extents) {
    return Tensor{1, extents, TensorOrder::channels_first, false};
  };
  return separable_operator(separable, side(separable.input()), side(separable.output()),
                            std::move(levels), direction);
}

Batch apply_to_all(const LinearOperator& op, const Batch& input, const Resources& resources) {
  const auto* separable = std::get_if<Separable>(&op.map);
  FileMatrix<double> matrix;
  if (separable == nullptr) matrix = compile_operator<FileMatrix<double>>(op, resources);
  std::vector<double> offset;
  if (op.frame) offset = offset_of(op, {0, op.rows()}, resources);
  Batch output = input.without_values();
  output.values.reserve(static_cast<std::size_t>(op.rows() * input.count));
  const auto cols = static_cast<std::size_t>(op.cols());
  for (std::size_t begin = 0; begin < input.values.size(); begin += cols) {
    const auto x = std::span(input.values).subspan(begin, cols);
    std::vector<double> y =
        separable != nullptr ? toeplix::apply(*separable, x, resources) : product(matrix, x);
    for (std::size_t i = 0; i < offset.size(); ++i) y[i] += offset[i];
    output.values.insert(output.values.end(), y.begin(), y.end());
  }
  return output;
}

}  // namespace toeplix::cli
