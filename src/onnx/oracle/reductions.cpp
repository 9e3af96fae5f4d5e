#include "onnx/oracle/operators.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::onnx_oracle {

namespace {

/// Which axes are reduced: all, if none are named and no attribute says that none are meant.
std::vector<bool> reduced_axes(const Call& call, std::size_t axes) {
  const Index since = call.node.op_type() == "ReduceSum" ? 13 : 18;
  const Extents named = call.list_or_input("axes", 1, since).value_or(Extents());
  const bool keeps_all = call.whole("noop_with_empty_axes", 0) != 0;
  std::vector<bool> reduced(axes, named.empty() && !keeps_all);
  for (const Index axis : named) reduced[axis_of(axis, axes)] = true;
  return reduced;
}

double neutral(const std::string& op) {
  if (op == "ReduceProd") return 1;
  if (op == "ReduceMax") return -HUGE_VAL;
  if (op == "ReduceMin") return HUGE_VAL;
  return 0;
}

double reduce(const std::string& op, double so_far, double number) {
  if (op == "ReduceProd") return so_far * number;
  if (op == "ReduceMax") return std::max(so_far, number);
  if (op == "ReduceMin") return std::min(so_far, number);
  return so_far + number;
}

}  // namespace

Outputs reduction(const Call& call) {
  const Array& x = call.input(0);
  const std::string& op = call.node.op_type();
  const std::vector<bool> reduced = reduced_axes(call, x.shape.size());
  Extents kept = x.shape;
  Extents short_shape;
  for (std::size_t axis = 0; axis < kept.size(); ++axis) {
    if (!reduced[axis]) short_shape.push_back(kept[axis]);
    if (reduced[axis]) kept[axis] = 1;
  }
  std::vector<double> results(static_cast<std::size_t>(call.budget.ask(kept)), neutral(op));
  Index place = 0;
  for_each(x.shape, [&](const Extents& at) {
    const auto to = static_cast<std::size_t>(place_of(kept, coordinates_in(kept, at)));
    results[to] = reduce(op, results[to], x.number(place++));
  });
  if (op == "ReduceMean" && !results.empty()) {
    const auto count = static_cast<double>(x.size()) / static_cast<double>(results.size());
    for (double& result : results) result /= count;
  }
  Array y{.type = x.type, .shape = call.whole("keepdims", 1) != 0 ? kept : short_shape};
  if (x.is_real()) {
    y.reals = std::move(results);
    return {y};
  }
  for (const double result : results) {
    if (!(std::abs(result) <= 0x1p53)) throw FormatError("a whole number exceeds 2^53");
    y.wholes.push_back(static_cast<std::int64_t>(result));
  }
  return {y};
}

}  // namespace toeplix::onnx_oracle
