#include <toeplix/explain.hpp>
#include <toeplix/inspect.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>

BOOST_AUTO_TEST_SUITE(to_json_suite)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::inspect;
using toeplix::Inspection;
using toeplix::Separability;
using toeplix::to_json;

/// The text without its line ends and what follows them.
std::string joined(const std::string& text) {
  std::string result;
  bool indenting = false;
  for (const char letter : text) {
    indenting = letter == '\n' || (indenting && letter == ' ');
    if (!indenting) result += letter;
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_member_of_an_inspection_in_order) {
  const Convolution conv({.input = {4}, .kernel = {3}, .padding = 1});
  const std::string json = joined(to_json(inspect(conv, std::vector<double>{1, 2, -1})));
  BOOST_TEST(json ==
             R"({"convolution": {"spec": "input=4 kernel=3 padding=1","in_channels": 1,)"
             R"("input": [4],"out_channels": 1,"output": [4],"weights_shape": [1,1,3],)"
             R"("padding_value": 0.0},)"
             R"("rows": 4,"cols": 4,"nnz": 10,"density": 0.625,)"
             R"("bytes": {"float_32": 100,"double_32": 140,"float_64": 160,"double_64": 200},)"
             R"("row_lengths": [[2,2],[3,2]],"column_lengths": [[2,2],[3,2]],)"
             R"("lower_bandwidth": 1,"upper_bandwidth": 1,"cyclic_diagonals": 3,)"
             R"("rotations": 2,"packed_rotations": null,)"
             R"("empty_rows": {"count": 0,"first": []},"unused_inputs": {"count": 0,"first": []},)"
             R"("structure": {"levels": [)"
             R"({"name": "channels","kind": "channels","rows": 1,"cols": 1,)"
             R"("toeplitz": true,"circulant": true,"toeplitz_plus_hankel": true},)"
             R"({"name": "axis 0","kind": "axis","rows": 4,"cols": 4,)"
             R"("toeplitz": true,"circulant": false,"toeplitz_plus_hankel": true}],)"
             R"("toeplitz": true,"circulant": false,"block_toeplitz": true,)"
             R"("block_circulant": false,"block_toeplitz_plus_hankel": true,)"
             R"("symmetric": false,"normal": true,"doubly_stochastic": false},)"
             R"("separability": {"separable": true,"kernel_rank": null,"kronecker_rank": null,)"
             R"("factors": [[1.0,2.0,-1.0]],"channel_factor": [1.0]}})");
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_null) {
  const std::string json = joined(to_json(inspect(Convolution({.input = {2}, .kernel = {1}}))));
  BOOST_TEST(
      (json.find(R"("doubly_stochastic": null},"separability": null})") != std::string::npos),
      json);
  Inspection inspection;
  BOOST_TEST((joined(to_json(inspection)).find(R"({"convolution": null,"rows": 0,)") == 0));
}

BOOST_AUTO_TEST_CASE(empty_rows_are_listed) {
  const std::string json =
      joined(to_json(inspect(Convolution({.input = {1}, .kernel = {1}, .padding = 1}))));
  BOOST_TEST((json.find(R"("empty_rows": {"count": 2,"first": [)"
                        R"({"index": 0,"channel": 0,"coordinate": [0]},)"
                        R"({"index": 2,"channel": 0,"coordinate": [2]}]})") != std::string::npos),
             json);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_null) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Inspection inspection;
  inspection.density = std::numeric_limits<double>::quiet_NaN();
  inspection.separability.emplace();
  inspection.separability->factors = {{infinity, -infinity, 0.1}};
  const std::string json = joined(to_json(inspection));
  BOOST_TEST((json.find(R"("density": null,)") != std::string::npos), json);
  BOOST_TEST((json.find(R"("factors": [[null,null,0.1]],)") != std::string::npos), json);
}

BOOST_AUTO_TEST_CASE(names_are_escaped) {
  Inspection inspection;
  inspection.structure.levels.resize(1);
  inspection.structure.levels[0].level = {1, 1, "a \"b\"\n\\ \xc3\xa9 \xff"};
  const std::string json = to_json(inspection);
  BOOST_TEST(
      (json.find("\"name\": \"a \\\"b\\\"\\n\\\\ \xc3\xa9 \xef\xbf\xbd\"") != std::string::npos),
      json);
  BOOST_TEST((json.find("\"kind\": \"blocks\"") != std::string::npos), json);
}

BOOST_AUTO_TEST_CASE(two_blanks_a_level_and_a_line_end) {
  const std::string json = to_json(Inspection{});
  BOOST_TEST((json.find("{\n  \"convolution\": null,\n  \"rows\": 0,\n") == 0), json);
  BOOST_TEST((json.find("  \"empty_rows\": {\n    \"count\": 0,\n    \"first\": []\n  },\n") !=
              std::string::npos),
             json);
  BOOST_TEST(json.substr(json.size() - 3) == "\n}\n");
}

BOOST_AUTO_TEST_CASE(every_member_of_an_explanation_in_order) {
  const Convolution conv(
      {.input = {4}, .kernel = {3}, .padding = 1, .boundary = Boundary::reflect});
  BOOST_TEST(joined(to_json(explain(conv, 0, 1))) ==
             R"({"spec": "input=4 kernel=3 padding=1 boundary=reflect","transposed": false,)"
             R"("weights_shape": [1,1,3],"row": 0,"col": 1,"out_channel": 0,"output": [0],)"
             R"("in_channel": 0,"input": [1],"meetings": [)"
             R"({"weight": 0,"kernel": [0],"extended": [-1],"folds": ["lower"]},)"
             R"({"weight": 2,"kernel": [2],"extended": [1],"folds": ["straight"]}],)"
             R"("absence": "","input_dilation": [1],"padding_value": 0.0})");
}

BOOST_AUTO_TEST_CASE(every_member_of_a_weights_landings_in_order) {
  const Convolution conv({.input = {3}, .kernel = {2}});
  BOOST_TEST(joined(to_json(explain_weight(conv, {0, 0, 1}))) ==
             R"({"spec": "input=3 kernel=2","weight": 1,"position": [0,0,1],"out_channel": 0,)"
             R"("in_channel": 0,"count": 2,"first": [)"
             R"({"row": 0,"col": 1,"output": [0],"input": [1],"folds": ["straight"]},)"
             R"({"row": 1,"col": 2,"output": [1],"input": [2],"folds": ["straight"]}],)"
             R"("diagonal_count": 1,"first_diagonals": [1],"padding_value": 0.0})");
}

BOOST_AUTO_TEST_CASE(what_a_convolution_pads_with) {
  const Convolution conv({.input = {3}, .kernel = {2}, .padding = 1, .padding_value = 0.5});
  const std::string end = R"("padding_value": 0.5})";
  BOOST_TEST(joined(to_json(explain(conv, 0, 1))).ends_with(end));
  BOOST_TEST(joined(to_json(explain_weight(conv, {0, 0, 1}))).ends_with(end));
  BOOST_TEST(joined(to_json(inspect(conv))).find(end) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
