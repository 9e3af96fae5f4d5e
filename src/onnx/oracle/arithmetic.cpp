#include "onnx/oracle/operators.hpp"

#include <cmath>

namespace toeplix::onnx_oracle {

namespace {

using ::onnx::TensorProto;

[[noreturn]] void overflow() {
  throw FormatError("a result of whole numbers exceeds 64 bits, or is divided by zero");
}

std::int64_t add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) overflow();
  return sum;
}

std::int64_t multiply(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) overflow();
  return product;
}

double of_reals(const std::string& op, double a, double b) {
  if (op == "Add") return a + b;
  if (op == "Sub") return a - b;
  if (op == "Mul") return a * b;
  if (op == "Div") return a / b;
  if (op == "Max") return a < b ? b : a;
  if (op == "Min") return b < a ? b : a;
  if (op == "Pow") return std::pow(a, b);
  throw FormatError("the oracle does not know " + op + " of real numbers");
}

/// Mod has the sign of the divisor, as in Python; Div cuts the fraction off, as in C.
std::int64_t of_wholes(const std::string& op, std::int64_t a, std::int64_t b) {
  if (op == "Add") return add(a, b);
  if (op == "Sub") return add(a, multiply(b, -1));
  if (op == "Mul") return multiply(a, b);
  if (op == "Max") return a < b ? b : a;
  if (op == "Min") return b < a ? b : a;
  if (b == 0) overflow();
  if (op == "Div") return b == -1 ? multiply(a, b) : a / b;
  if (op == "Mod") return b == -1 ? 0 : (a % b + b) % b;
  throw FormatError("the oracle does not know " + op + " of whole numbers");
}

bool compare(const std::string& op, double a, double b) {
  if (op == "Equal") return a == b;
  if (op == "Greater") return a > b;
  if (op == "GreaterOrEqual") return a >= b;
  if (op == "Less") return a < b;
  if (op == "LessOrEqual") return a <= b;
  if (op == "And") return a != 0 && b != 0;
  if (op == "Or") return a != 0 || b != 0;
  return (a != 0) != (b != 0);
}

double of_one(const std::string& op, double a) {
  if (op == "Abs") return std::abs(a);
  if (op == "Ceil") return std::ceil(a);
  if (op == "Exp") return std::exp(a);
  if (op == "Floor") return std::floor(a);
  if (op == "Log") return std::log(a);
  if (op == "Neg") return -a;
  if (op == "Reciprocal") return 1 / a;
  if (op == "Relu") return a > 0 ? a : 0;
  if (op == "Round") return std::nearbyint(a);
  if (op == "Sqrt") return std::sqrt(a);
  throw FormatError("the oracle does not know " + op + " of real numbers");
}

std::int64_t of_one(const std::string& op, std::int64_t a) {
  if (op == "Abs") return a < 0 ? multiply(a, -1) : a;
  if (op == "Neg") return multiply(a, -1);
  if (op == "Not") return a == 0 ? 1 : 0;
  if (op == "Relu") return a > 0 ? a : 0;
  throw FormatError("the oracle does not know " + op + " of whole numbers");
}

/// Calls `visit(place, places)` for each element of what two inputs are broadcast to.
template <class Visit>
void for_each_pair(const Array& result, const Array& a, const Array& b, const Visit& visit) {
  Index place = 0;
  for_each(result.shape, [&](const Extents& at) {
    visit(static_cast<std::size_t>(place++), place_of(a.shape, coordinates_in(a.shape, at)),
          place_of(b.shape, coordinates_in(b.shape, at)));
  });
}

/// One operator on two arrays of the same type. An exponent may be whole.
Array combined(const std::string& op, const Array& a, const Array& b, const Budget& budget) {
  if (a.is_real() != b.is_real() && !(op == "Pow" && a.is_real())) {
    throw FormatError("the inputs are of different types");
  }
  Array result = make_array(a.type, common_shape(a.shape, b.shape), budget);
  for_each_pair(result, a, b, [&](std::size_t place, Index in_a, Index in_b) {
    if (a.is_real()) {
      result.reals[place] = of_reals(op, a.number(in_a), b.number(in_b));
    } else {
      result.wholes[place] = of_wholes(op, a.wholes[static_cast<std::size_t>(in_a)],
                                       b.wholes[static_cast<std::size_t>(in_b)]);
    }
  });
  return result;
}

}  // namespace

Outputs element_function(const Call& call) {
  Array result = call.input(0);
  for (double& number : result.reals) number = of_one(call.node.op_type(), number);
  for (std::int64_t& number : result.wholes) number = of_one(call.node.op_type(), number);
  return {result};
}

Outputs two_elements(const Call& call) {
  if (call.whole("fmod", 0) != 0) call.refuse("fmod");
  if (call.inputs.size() != 2) call.refuse("other than two inputs");
  return {combined(call.node.op_type(), call.input(0), call.input(1), call.budget)};
}

Outputs comparison(const Call& call) {
  const Array& a = call.input(0);
  const Array& b = call.input(1);
  Array result = make_array(TensorProto::BOOL, common_shape(a.shape, b.shape), call.budget);
  for_each_pair(result, a, b, [&](std::size_t place, Index in_a, Index in_b) {
    result.wholes[place] = compare(call.node.op_type(), a.number(in_a), b.number(in_b)) ? 1 : 0;
  });
  return {result};
}

Outputs sum_of_inputs(const Call& call) {
  Array sum = call.input(0);
  for (std::size_t i = 1; i < call.inputs.size(); ++i) {
    sum = combined("Add", sum, call.input(i), call.budget);
  }
  return {sum};
}

Outputs mean_of_inputs(const Call& call) {
  Outputs mean = sum_of_inputs(call);
  for (double& number : mean[0].reals) number /= static_cast<double>(call.inputs.size());
  return mean;
}

Outputs where(const Call& call) {
  const Array& condition = call.input(0);
  const Array& yes = call.input(1);
  const Array& no = call.input(2);
  if (yes.type != no.type) throw FormatError("the inputs are of different types");
  const Extents shape = common_shape(condition.shape, common_shape(yes.shape, no.shape));
  Array result = make_array(yes.type, shape, call.budget);
  std::size_t place = 0;
  for_each(shape, [&](const Extents& at) {
    const Index asked = place_of(condition.shape, coordinates_in(condition.shape, at));
    const Array& chosen = condition.number(asked) != 0 ? yes : no;
    const Index there = place_of(chosen.shape, coordinates_in(chosen.shape, at));
    if (yes.is_real()) result.reals[place] = chosen.reals[static_cast<std::size_t>(there)];
    if (!yes.is_real()) result.wholes[place] = chosen.wholes[static_cast<std::size_t>(there)];
    ++place;
  });
  return {result};
}

Outputs identity(const Call& call) {
  return {call.input(0)};
}

Outputs cast(const Call& call) {
  const Array& from = call.input(0);
  const auto to = static_cast<int>(call.whole("to", 0));
  if (to == from.type) return {from};
  Array result = make_array(to, from.shape, call.budget);
  if (to == TensorProto::STRING || to == TensorProto::UINT64) call.refuse("casts to that type");
  for (Index place = 0; place < from.size(); ++place) {
    const auto at = static_cast<std::size_t>(place);
    const double number = from.number(place);
    if (result.is_real()) {
      result.reals[at] = number;
    } else if (to == TensorProto::BOOL) {
      result.wholes[at] = number != 0 ? 1 : 0;
    } else if (from.is_real()) {
      if (!(std::abs(number) < 0x1p63)) overflow();
      result.wholes[at] = static_cast<std::int64_t>(number);
    } else {
      result.wholes[at] = from.wholes[at];
    }
  }
  return {result};
}

/// As it is, and a mask of ones.
Outputs dropout(const Call& call) {
  const bool has_mode = call.has(2) && call.input(2).size() > 0;
  if (has_mode && call.input(2).number(0) != 0) call.refuse("training mode");
  Array mask = make_array(TensorProto::BOOL, call.input(0).shape, call.budget);
  for (std::int64_t& kept : mask.wholes) kept = 1;
  return {call.input(0), mask};
}

/// (x - mean) / sqrt(variance + epsilon) * scale + bias, by channel.
Outputs batch_normalization(const Call& call) {
  const bool trains = call.opset < 7 ? call.whole("is_test", 0) == 0
                                     : call.opset >= 14 && call.whole("training_mode", 0) != 0;
  if (trains) call.refuse("training mode");
  if (call.whole("spatial", 1) == 0) call.refuse("spatial 0");
  const Array& x = call.real(0);
  if (x.shape.size() < 2) throw FormatError("the input has no channels");
  const double epsilon = call.number("epsilon", static_cast<double>(1e-5F));
  Array y = make_array(x.type, x.shape, call.budget);
  y.magnitudes.resize(y.reals.size());
  std::size_t place = 0;
  for_each(x.shape, [&](const Extents& at) {
    const Index channel = at[1];
    const double mean = call.input(3).number(channel);
    const double scale =
        call.input(1).number(channel) / std::sqrt(call.input(4).number(channel) + epsilon);
    const double bias = call.input(2).number(channel);
    const double number = x.reals[place];
    y.reals[place] = (number - mean) * scale + bias;
    y.magnitudes[place] = (std::abs(number) + std::abs(mean)) * std::abs(scale) + std::abs(bias);
    ++place;
  });
  return {y};
}

}  // namespace toeplix::onnx_oracle
