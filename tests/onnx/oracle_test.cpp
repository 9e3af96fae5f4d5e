#include "onnx/oracle/interpreter.hpp"

#include "onnx/oracle/decode.hpp"
#include "onnx/testdata.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <set>

// The oracle of models against ONNX's own cases, whose results others computed.

BOOST_AUTO_TEST_SUITE(oracle_testdata)

namespace {

using toeplix::onnx_oracle::Array;
using toeplix::onnx_oracle::Interpreter;
using toeplix::test::OnnxCase;
using toeplix::test::real_tensor;

constexpr toeplix::Index budget = toeplix::Index{1} << 30;

/// The model with all its inputs as initializers.
::onnx::ModelProto closed_model(const OnnxCase& one) {
  ::onnx::ModelProto model = one.model;
  std::set<std::string> given;
  for (const auto& tensor : model.graph().initializer()) given.insert(tensor.name());
  std::size_t number = 0;
  for (const auto& input : one.model.graph().input()) {
    if (given.contains(input.name()) || number >= one.inputs.size()) continue;
    *model.mutable_graph()->add_initializer() = one.inputs[number++];
    model.mutable_graph()->mutable_initializer()->rbegin()->set_name(input.name());
  }
  return model;
}

double worst_difference(const Array& given, const Array& expected) {
  if (given.shape != expected.shape || given.type != expected.type) return HUGE_VAL;
  double worst = 0;
  for (toeplix::Index i = 0; i < expected.size(); ++i) {
    const double right = expected.number(i);
    const double difference = std::abs(given.number(i) - right);
    if (given.number(i) == right || (std::isnan(given.number(i)) && std::isnan(right))) continue;
    worst = std::max(worst, difference / std::max(1.0, std::abs(right)));
  }
  return worst;
}

/// Why a case was not compared; empty if it was, output by output.
std::string run_case(const OnnxCase& one) {
  const ::onnx::ModelProto model = closed_model(one);
  Interpreter oracle(model, {}, budget);
  if (one.outputs.empty()) return "has no data set";
  try {
    oracle.run([](const std::string&) {});
    for (std::size_t i = 0; i < one.outputs.size(); ++i) {
      const auto given = oracle.value(model.graph().output(static_cast<int>(i)).name());
      const Array expected = toeplix::onnx_oracle::decode(one.outputs[i], {}, {budget});
      const double tolerance = expected.is_real() ? real_tensor(one.outputs[i]).tolerance : 0;
      BOOST_TEST(worst_difference(*given, expected) <= tolerance, one.name);
    }
  } catch (const toeplix::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_case_gives_what_is_stored_or_is_refused) {
  int compared = 0;
  for (const OnnxCase& one : toeplix::test::read_onnx_cases(TOEPLIX_ONNX_TESTDATA)) {
    const std::string refused = run_case(one);
    if (!refused.empty()) std::cerr << one.name << "  " << refused << "\n";
    compared += refused.empty() ? 1 : 0;
  }
  BOOST_TEST(compared == 0);
}

BOOST_AUTO_TEST_SUITE_END()
