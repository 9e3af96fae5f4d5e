#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/spec.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

// The text form of any spec, sound or not, is read back as the same spec.

BOOST_AUTO_TEST_SUITE(text_form)

namespace {

using namespace toeplix;
using test::Failures;
using test::Random;

ConvolutionSpec read(const std::string& text, const ConvolutionSpec&) {
  return parse_convolution(text);
}

TransposedConvolutionSpec read(const std::string& text, const TransposedConvolutionSpec&) {
  return parse_transposed_convolution(text);
}

/// The same keys in any other order.
std::string shuffled(const std::string& text, Random& random) {
  std::istringstream words(text);
  std::vector<std::string> fields;
  for (std::string word; words >> word;) fields.push_back(word);
  const std::size_t fixed = fields[0] == "transposed" ? 1 : 0;
  for (std::size_t i = fixed; i < fields.size(); ++i) {
    const auto other = random.between(static_cast<Index>(i), static_cast<Index>(fields.size()) - 1);
    std::swap(fields[i], fields[static_cast<std::size_t>(other)]);
  }
  std::string result;
  for (const std::string& field : fields) result += field + "  ";
  return result;
}

template <class Spec>
void check_texts() {
  Random random("check_texts");
  Failures failures;
  for (int i = 0; i < 1000; ++i) {
    const auto spec = test::draw_spec<Spec>(random);
    const std::string text = to_string(spec);
    failures.expect(spec, "read back", read(text, spec) == spec);
    failures.expect(spec, "read back shuffled", read(shuffled(text, random), spec) == spec);
    failures.expect(spec, "written again", to_string(parse_spec(text)) == text);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_convolutions) {
  check_texts<ConvolutionSpec>();
}

BOOST_AUTO_TEST_CASE(of_transposed_convolutions) {
  check_texts<TransposedConvolutionSpec>();
}

BOOST_AUTO_TEST_SUITE_END()
