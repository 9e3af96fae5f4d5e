#include <toeplix/files/page.hpp>

#include "support/format_bytes.hpp"

#include <limits>

// What the page makes of its data is tested in a browser: tests/page.
BOOST_AUTO_TEST_SUITE(page)

using namespace format_test;
using namespace toeplix;

namespace {

const Convolution small({.input = {3, 3}, .kernel = {2, 2}});

std::string data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t at = page.find(begin) + begin.size();
  return page.substr(at, page.find("</script>", at) - at);
}

template <class Spec>
std::string refusal(const char* text) {
  const AnySpec spec = parse_spec(text);
  return message_of<Error>([&] {
    if constexpr (std::is_same_v<Spec, ConvolutionSpec>) {
      (void)page_html(Convolution(std::get<Spec>(spec)));
    } else {
      (void)page_html(TransposedConvolution(std::get<Spec>(spec)));
    }
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(holds_the_spec_and_the_weights) {
  BOOST_TEST(data_of(page_html(small)) == R"({"spec":"input=3,3 kernel=2,2","weights":null})");
  const std::string numbers = page_html(small, std::vector<double>{0.1, -2, 1e300, 3});
  BOOST_TEST(data_of(numbers) == R"({"spec":"input=3,3 kernel=2,2","weights":[0.1,-2,1e+300,3]})");
  const TransposedConvolution up({.input = {2}, .kernel = {2}, .stride = 2});
  BOOST_TEST(data_of(page_html(up)) ==
             R"({"spec":"transposed input=2 kernel=2 stride=2","weights":null})");
}

BOOST_AUTO_TEST_CASE(holds_the_entries_of_a_matrix) {
  Eigen::SparseMatrix<float> matrix(2, 3);
  matrix.insert(1, 0) = 0.5F;
  matrix.insert(0, 2) = -2;
  BOOST_TEST(data_of(page_html(matrix, "a<\"\\\xe4>")) ==
             R"({"matrix":{"name":"a\u003c\u0022\u005c?\u003e","rows":2,"cols":3,)"
             R"("entries":[[1,0,0.5],[0,2,-2]]}})");
  const auto says = [](const std::string& words) {
    return [words](const Error& error) { return error.what() == words; };
  };
  using Complex = Eigen::SparseMatrix<std::complex<double>>;
  BOOST_CHECK_EXCEPTION(
      (void)page_html(Complex(2, 2)), GeometryError,
      says("page: complex values: expected real ones; toeplix plot draws magnitudes"));
  BOOST_CHECK_EXCEPTION((void)page_html(Eigen::SparseMatrix<int>(2, 0)), GeometryError,
                        says("page: a 2 x 0 matrix: expected at least one row and one column"));
  BOOST_CHECK_EXCEPTION(
      (void)page_html(Eigen::SparseMatrix<int>(2, 401)), CapacityError,
      says("page: a 2 x 401 matrix of 0 entries is too large to read; a page shows up to 400 rows "
           "and columns and 6000 entries; toeplix plot draws any size"));
  matrix.coeffRef(1, 0) = std::numeric_limits<float>::infinity();
  BOOST_CHECK_EXCEPTION((void)page_html(matrix), GeometryError,
                        says("page: the entry in row 1 and column 0 is not a finite number"));
}

BOOST_AUTO_TEST_CASE(is_one_file_that_loads_nothing) {
  const std::string page = page_html(small);
  BOOST_TEST(page.substr(0, 15) == "<!DOCTYPE html>");
  BOOST_TEST(page.substr(page.size() - 8) == "</html>\n");
  for (const char* loading : {"src=\"", "<link", "@import", "url(", "fetch(", "import ", "@PAGE"}) {
    BOOST_TEST((page.find(loading) == std::string::npos), loading);
  }
  BOOST_TEST((page.find("default-src 'none'") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(refusals) {
  const std::string too_large =
      " matrix is too large to read; a page shows up to 400 rows and columns and 6000 entries; "
      "toeplix plot draws any size";
  BOOST_TEST(refusal<ConvolutionSpec>("input=1000000,1000000 kernel=3,3") ==
             "page: a 999996000004 x 1000000000000" + too_large);
  BOOST_TEST(refusal<ConvolutionSpec>("input=100 kernel=80 padding=full") ==
             "page: a 179 x 100" + too_large);
  BOOST_TEST(refusal<TransposedConvolutionSpec>("transposed input=2 kernel=2 stride=500") ==
             "page: a 502 x 2" + too_large);
  BOOST_TEST(refusal<ConvolutionSpec>("input=2 kernel=600 padding=300:500") ==
             "page: a 203 x 2" + too_large);
  const std::string too_much_padding =
      " pixels with the padding are too many to read; a page shows up to 6000; toeplix plot draws "
      "any size";
  BOOST_TEST(refusal<ConvolutionSpec>("input=5,5 kernel=1,1 stride=400 padding=400") ==
             "page: 648025" + too_much_padding);
  BOOST_TEST(refusal<ConvolutionSpec>("input=1,1 kernel=1,1 stride=400 padding=39:38") ==
             "page: 6084" + too_much_padding);
  BOOST_TEST(refusal<ConvolutionSpec>("input=1,1 kernel=1,1 stride=400 padding=38") ==
             "(nothing was thrown)");
  BOOST_TEST(refusal<TransposedConvolutionSpec>(
                 "transposed input=1,1 kernel=2,2 dilation=90 padding=45 output_padding=1") ==
             "page: 8281" + too_much_padding);
  BOOST_TEST(refusal<ConvolutionSpec>("input=3,3,3 kernel=2,2,2") == "(nothing was thrown)");
  BOOST_TEST(refusal<ConvolutionSpec>("input=3,3,3,3 kernel=2,2,2,2") ==
             "page: 4 axes: expected 1, 2 or 3; toeplix plot draws any number");
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(message_of<GeometryError>([&] {
               (void)page_html(small, std::vector<double>{1, infinity, 3, 4});
             }) == "page: weight 1 is not a finite number");
  BOOST_TEST(message_of<GeometryError>([] { (void)page_html(small, std::vector<int>{1}); }) ==
             "page: weights has length 1; expected 4");
}

BOOST_AUTO_TEST_CASE(files_appear_whole_or_not_at_all) {
  const TemporaryDirectory folder;
  write_page(folder / "W.html", small);
  BOOST_TEST((read_text(folder / "W.html") == page_html(small)));
  BOOST_CHECK_THROW(write_page(folder / "missing/W.html", small), FormatError);
  BOOST_CHECK_THROW(write_page(folder / "W.html", Convolution({.input = {500}, .kernel = {1}})),
                    CapacityError);
  BOOST_TEST((read_text(folder / "W.html") == page_html(small)));
}

BOOST_AUTO_TEST_SUITE_END()
