#include "onnx/verify/compare.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace toeplix::onnx_verify {

namespace {

Extents coordinates_of(const Extents& shape, std::size_t row) {
  Extents at(shape.size());
  auto rest = static_cast<Index>(row);
  for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
    at[axis] = rest % shape[axis];
  }
  return at;
}

/// What is no number on both sides, is the same.
bool agrees(double given, double expected, double bound) {
  if (given == expected || (std::isnan(given) && std::isnan(expected))) return true;
  return std::abs(given - expected) <= bound;
}

std::string difference_text(const OnnxDifference& difference) {
  std::ostringstream text;
  text.precision(17);
  text << onnx_oracle::text_of(difference.at) << " is " << difference.given << ", expected "
       << difference.expected;
  return text.str();
}

}  // namespace

std::string title(const OnnxCheck& check) {
  if (check.op_type.empty()) return "the segment " + check.name;
  return check.name + " (" + check.op_type + ')';
}

void compare(const Extents& shape, const Numbers& given, const Numbers& bounds,
             const onnx_oracle::Array& expected, OnnxCheck& check) {
  check.verdict = OnnxVerdict::differs;
  if (!expected.is_real() || expected.shape != shape) {
    check.message = title(check) + ": has the shape " + onnx_oracle::text_of(shape) +
                    ", expected " + onnx_oracle::text_of(expected.shape) +
                    (expected.is_real() ? "" : " of whole numbers");
    return;
  }
  check.rows = static_cast<Index>(given.size());
  for (std::size_t row = 0; row < given.size(); ++row) {
    const double right = expected.reals[row];
    if (given[row] != right) {
      check.largest_error = std::max(check.largest_error, std::abs(given[row] - right));
    }
    if (check.difference || agrees(given[row], right, bounds[row])) continue;
    check.difference = {coordinates_of(shape, row), right, given[row], bounds[row]};
  }
  if (check.difference) {
    check.message = title(check) + ": " + difference_text(*check.difference);
    return;
  }
  check.verdict = OnnxVerdict::agrees;
  std::ostringstream text;
  text << title(check) << ": " << check.rows << " rows agree";
  if (check.largest_error > 0) text << " within " << check.largest_error;
  check.message = text.str();
}

}  // namespace toeplix::onnx_verify
