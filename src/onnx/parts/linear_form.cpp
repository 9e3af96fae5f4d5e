#include "onnx/parts/linear_form.hpp"

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::onnx_detail {

namespace {

using DoubleRows = Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t>;
using Wholes = std::vector<std::int64_t>;

/// Rows that are compiled at a time where only their products are wanted.
constexpr Index rows_at_a_time = Index{1} << 16;

/// Calls `visit(first, matrix)` for a part's rows [first, last), some at a time.
template <class Visit>
void for_each_rows(const Part& part, Index first, Index last, const Resources& resources,
                   const Visit& visit) {
  for (Index row = first; row < last; row += rows_at_a_time) {
    const Index end = std::min(last, row + rows_at_a_time);
    visit(row, compile_part<double, std::int64_t>(part, row, end, resources));
  }
}

void add_product(double* sum, const DoubleRows& matrix, const Tensor& x) {
  for (Index row = 0; row < matrix.rows(); ++row) {
    double product = 0;
    for (DoubleRows::InnerIterator entry(matrix, row); entry; ++entry) {
      product += entry.value() * number_at(x, entry.col());
    }
    sum[row] += product;
  }
}

/// Whole numbers are summed without rounding; the coefficients are whole, too.
void add_whole_product(std::int64_t* sum, const DoubleRows& matrix, const Wholes& x) {
  for (Index row = 0; row < matrix.rows(); ++row) {
    std::optional<Index> total = sum[row];
    for (DoubleRows::InnerIterator entry(matrix, row); entry; ++entry) {
      const double rounded = std::nearbyint(entry.value());
      if (rounded != entry.value() || std::abs(rounded) > 0x1p53) {
        throw FormatError("makes numbers that are not whole of whole ones");
      }
      total = detail::checked_sum(
          total, detail::checked_product(static_cast<Index>(rounded),
                                         x[static_cast<std::size_t>(entry.col())]));
    }
    if (!total) throw FormatError("makes a whole number beyond 64 bits");
    sum[row] = *total;
  }
}

Constant evaluate_whole(const LinearForm& form, ElementType type, Index rows,
                        const Resources& resources) {
  Wholes sum(static_cast<std::size_t>(rows));
  for (const Term& term : form.terms) {
    if (!std::holds_alternative<Wholes>(term.constant->values)) {
      throw FormatError("mixes whole numbers with others");
    }
    const Wholes& x = std::get<Wholes>(term.constant->values);
    for_each_rows(*term.part, 0, rows, resources, [&](Index first, const DoubleRows& matrix) {
      add_whole_product(sum.data() + first, matrix, x);
    });
  }
  if (form.fill) {
    const std::vector<double> filled = pad_offset(*form.fill, resources);
    for (std::size_t row = 0; row < sum.size(); ++row) sum[row] += std::llrint(filled[row]);
  }
  return std::make_shared<const Tensor>(Tensor{type, form.shape, std::move(sum)});
}

}  // namespace

Eigen::VectorXd offset_rows(const LinearForm& form, Index first, Index last,
                            const Resources& resources) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(last - first);
  for (const Term& term : form.terms) {
    if (term.constant == nullptr) continue;
    for_each_rows(*term.part, first, last, resources, [&](Index row, const DoubleRows& matrix) {
      add_product(sum.data() + (row - first), matrix, *term.constant);
    });
  }
  if (form.fill && form.fill->constant != 0) {
    const std::vector<double> filled = pad_offset_rows(*form.fill, first, last, resources);
    sum += Eigen::Map<const Eigen::VectorXd>(filled.data(), last - first);
  }
  return sum;
}

Constant evaluate(const LinearForm& form, ElementType type, const Resources& resources) {
  const Index rows = element_count(form.shape).value_or(0);
  if (rows == 0) return make_empty(type, form.shape);
  if (is_whole(type)) return evaluate_whole(form, type, rows, resources);
  const Eigen::VectorXd sum = offset_rows(form, 0, rows, resources);
  if (type == ElementType::float64) {
    return std::make_shared<const Tensor>(
        Tensor{type, form.shape, std::vector<double>(sum.begin(), sum.end())});
  }
  std::vector<float> floats;
  floats.reserve(static_cast<std::size_t>(rows));
  for (const double number : sum) floats.push_back(rounded_to(type, number));
  return std::make_shared<const Tensor>(Tensor{type, form.shape, std::move(floats)});
}

}  // namespace toeplix::onnx_detail
