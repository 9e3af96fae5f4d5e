#include "onnx/testdata.hpp"

#include <toeplix/error.hpp>
#include <toeplix/onnx/verify.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

// ONNX's own models: their matrices against the oracle, wherever the reader takes them.

BOOST_AUTO_TEST_SUITE(verify_testdata)

namespace {

using toeplix::OnnxCheck;
using toeplix::OnnxVerdict;
using toeplix::OnnxVerification;
using toeplix::test::OnnxCase;
using toeplix::test::real_tensor;

/// The model with initializers for its inputs, but for the first one, and for other real ones as
/// far as they are among the first `free`.
std::string model_bytes(const OnnxCase& one, std::size_t free) {
  ::onnx::ModelProto model = one.model;
  std::set<std::string> given;
  for (const auto& tensor : model.graph().initializer()) given.insert(tensor.name());
  std::size_t number = 0;
  for (const auto& input : one.model.graph().input()) {
    if (given.contains(input.name()) || number >= one.inputs.size()) continue;
    const auto& tensor = one.inputs[number++];
    if (number == 1 || (number <= free && real_tensor(tensor).is_real)) continue;
    *model.mutable_graph()->add_initializer() = tensor;
    model.mutable_graph()->mutable_initializer()->rbegin()->set_name(input.name());
  }
  return model.SerializeAsString();
}

struct Counts {
  int models = 0;
  int nodes = 0;
  int segments = 0;
};

int agreeing(const std::vector<OnnxCheck>& checks) {
  for (const OnnxCheck& check : checks) {
    BOOST_TEST((check.verdict == OnnxVerdict::agrees), check.message);
  }
  return static_cast<int>(checks.size());
}

Counts verify_all(std::size_t free) {
  Counts counts;
  for (const OnnxCase& one : toeplix::test::read_onnx_cases(TOEPLIX_ONNX_TESTDATA)) {
    const std::string bytes = model_bytes(one, free);
    try {
      const OnnxVerification found = toeplix::verify_onnx(std::as_bytes(std::span(bytes)));
      BOOST_TEST_CONTEXT(one.name) {
        counts.nodes += agreeing(found.nodes);
        counts.segments += agreeing(found.segments);
      }
      counts.models += found.nodes.empty() ? 0 : 1;
    } catch (const toeplix::Error&) {
      // What the reader refuses.
    }
  }
  return counts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_free_input) {
  const Counts counts = verify_all(1);
  BOOST_TEST(counts.models >= 300);
  BOOST_TEST(counts.nodes >= 800);
  BOOST_TEST(counts.segments >= 500);
}

BOOST_AUTO_TEST_CASE(all_real_inputs_free) {
  const Counts counts = verify_all(100);
  BOOST_TEST(counts.models >= 300);
  BOOST_TEST(counts.nodes >= 800);
  BOOST_TEST(counts.segments >= 500);
}

BOOST_AUTO_TEST_SUITE_END()
