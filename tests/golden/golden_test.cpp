#include <toeplix/toeplix.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

BOOST_AUTO_TEST_SUITE(golden)

/// Cases that other people's programs computed (generate.py), by the compiled matrix, the operator
/// and the reference engine. The data are small integers: equality is exact.

namespace {

using Json = nlohmann::json;

template <class Scalar>
std::vector<Scalar> read_numbers(const Json& list) {
  std::vector<Scalar> numbers;
  for (const Json& number : list) {
    if constexpr (std::is_same_v<Scalar, double>) {
      numbers.push_back(number.get<double>());
    } else {
      numbers.emplace_back(number[0].get<double>(), number[1].get<double>());
    }
  }
  return numbers;
}

Json read_cases() {
  std::ifstream file(TOEPLIX_GOLDEN_CASES);
  BOOST_REQUIRE_MESSAGE(file.good(), "cannot open " TOEPLIX_GOLDEN_CASES);
  return Json::parse(file);
}

template <class Scalar>
std::vector<Scalar> by_reference(const toeplix::ConvolutionSpec& spec,
                                 const std::vector<Scalar>& weights, const std::vector<Scalar>& x) {
  return toeplix::reference::convolve(spec, weights, x);
}

template <class Scalar>
std::vector<Scalar> by_reference(const toeplix::TransposedConvolutionSpec& spec,
                                 const std::vector<Scalar>& weights, const std::vector<Scalar>& x) {
  return toeplix::reference::convolve_transposed(spec, weights, x);
}

template <class Scalar, class Conv>
void check_products(const Json& json, const Conv& conv) {
  const auto weights = read_numbers<Scalar>(json["weights"]);
  const auto x = read_numbers<Scalar>(json["x"]);
  const auto expected = read_numbers<Scalar>(json["y"]);
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const Vector x_vector = Eigen::Map<const Vector>(x.data(), static_cast<Eigen::Index>(x.size()));
  const Vector product = toeplix::compile(conv, weights) * x_vector;
  const Vector without_matrix = toeplix::Operator<Scalar>(conv, weights) * x;
  const std::vector<Scalar> direct = by_reference(conv.spec(), weights, x);
  BOOST_TEST_REQUIRE(static_cast<std::size_t>(product.size()) == expected.size());
  BOOST_TEST(std::ranges::equal(product, expected), "the compiled matrix");
  BOOST_TEST(std::ranges::equal(without_matrix, expected), "the operator");
  BOOST_TEST(std::ranges::equal(direct, expected), "the reference engine");
}

void check_matrix(const Json& json, const toeplix::Convolution& conv) {
  const Eigen::MatrixXd matrix = toeplix::compile(conv, read_numbers<double>(json["weights"]));
  const Json& rows = json["matrix"];
  BOOST_TEST_REQUIRE(static_cast<std::size_t>(matrix.rows()) == rows.size());
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    const auto row = read_numbers<double>(rows[static_cast<std::size_t>(i)]);
    BOOST_TEST(std::ranges::equal(matrix.row(i), row), "row " << i);
  }
}

void check_case(const Json& json) {
  const bool is_complex = json["x"][0].is_array();
  std::visit(
      [&](const auto& spec) {
        using Spec = std::remove_cvref_t<decltype(spec)>;
        using Conv = std::conditional_t<std::is_same_v<Spec, toeplix::ConvolutionSpec>,
                                        toeplix::Convolution, toeplix::TransposedConvolution>;
        const Conv conv(spec);
        if (is_complex) {
          check_products<std::complex<double>>(json, conv);
        } else {
          check_products<double>(json, conv);
        }
        if constexpr (std::is_same_v<Conv, toeplix::Convolution>) {
          if (json.contains("matrix")) check_matrix(json, conv);
        }
      },
      toeplix::parse_spec(json["spec"].get<std::string>()));
}

}  // namespace

BOOST_AUTO_TEST_CASE(cases_of_others_are_reproduced) {
  const Json cases = read_cases();
  BOOST_TEST(cases.size() == 151u);
  for (const Json& json : cases) {
    BOOST_TEST_CONTEXT(json["source"] << ": " << json["spec"]) {
      check_case(json);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
