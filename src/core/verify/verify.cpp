#include <toeplix/affine.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/verify.hpp>

#include "core/base/check_length.hpp"
#include "core/geometry/check_weights.hpp"
#include "core/geometry/text.hpp"
#include "core/verify/direct_loops.hpp"
#include "reference/instantiate.hpp"

#include <cmath>
#include <limits>
#include <sstream>

namespace toeplix {

using detail::direct_product;
using detail::direct_transposed_product;

namespace {

std::vector<double> magnitudes(const auto& values) {
  std::vector<double> result;
  result.reserve(std::size(values));
  for (const auto& value : values) result.push_back(static_cast<double>(std::abs(value)));
  return result;
}

bool all_integers(const auto& values) {
  return std::ranges::all_of(values, [](const auto& value) {
    using std::imag;
    using std::real;
    return std::trunc(real(value)) == real(value) && std::trunc(imag(value)) == imag(value);
  });
}

/// Other numbers as weights of the same kind.
template <class Weights>
auto as_kind_of(const Weights&, const std::vector<double>& values) {
  if constexpr (detail::is_per_pixel<Weights>) {
    return PerPixelWeights(values);
  } else {
    return std::span(values);
  }
}

std::string describe(const Pattern::Position& position) {
  return "channel " + std::to_string(position.channel) + ", coordinate " +
         detail::join(position.coordinate, ",");
}

constexpr std::size_t most_shown = 8;

/// The weights that add up to one entry, or the first of them.
template <class Scalar>
std::string describe_sum(const std::vector<Index>& terms, std::span<const Scalar> weights) {
  std::ostringstream text;
  for (std::size_t i = 0; i < std::min(most_shown, terms.size()); ++i) {
    text << (i == 0 ? "" : " + ") << "w[" << terms[i]
         << "]=" << weights[static_cast<std::size_t>(terms[i])];
  }
  if (terms.size() > most_shown) text << " + " << terms.size() - most_shown << " more";
  return text.str();
}

/// The taps that meet in one row, or the first of them.
template <class Scalar>
std::string describe_taps(const Pattern& pattern, Index row, std::span<const Scalar> weights) {
  const std::vector<Pattern::Entry> entries = pattern.row(row);
  std::ostringstream text;
  for (std::size_t i = 0; i < std::min(most_shown, entries.size()); ++i) {
    text << (i == 0 ? "" : " + ") << '(' << describe_sum(entries[i].weights, weights) << ") * x["
         << entries[i].column << ']';
  }
  if (entries.size() > most_shown) text << " + " << entries.size() - most_shown << " more";
  if (entries.empty()) text << "none";
  return text.str();
}

template <class Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

template <class Scalar>
Eigen::Map<const Vector<Scalar>> as_vector(std::span<const Scalar> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// A x by one thread: Eigen's own product starts as many as OMP_NUM_THREADS says, which may be more
/// than the system gives.
template <class Matrix>
Vector<typename Matrix::Scalar> times(const Matrix& matrix,
                                      std::span<const typename Matrix::Scalar> x) {
  Vector<typename Matrix::Scalar> y(matrix.rows());
  for (Index row = 0; row < matrix.rows(); ++row) {
    typename Matrix::Scalar sum{};
    for (typename Matrix::InnerIterator entry(matrix, row); entry; ++entry) {
      sum += entry.value() * x[static_cast<std::size_t>(entry.col())];
    }
    y[row] = sum;
  }
  return y;
}

/// The number of a padding value, which a transposed convolution does not have.
double padding_value_of(const ConvolutionSpec& spec) {
  return spec.padding_value;
}

double padding_value_of(const TransposedConvolutionSpec&) {
  return 0;
}

/// The same spec with another padding value.
ConvolutionSpec with_padding_value(ConvolutionSpec spec, double value) {
  spec.padding_value = value;
  return spec;
}

TransposedConvolutionSpec with_padding_value(const TransposedConvolutionSpec& spec, double) {
  return spec;
}

template <class Number>
void add(std::vector<Number>& sums, const std::vector<Number>& summands) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += summands[i];
}

/// What the direct loops say, and what rounding may do to it.
template <class Scalar>
struct Expectation {
  template <class Spec, class Weights>
  Expectation(const Spec& spec, const Weights& weights, std::span<const Scalar> x,
              std::span<const Scalar> bias)
      : y(direct_product<Scalar>(with_padding_value(spec, 0), weights, x)),
        z(direct_transposed_product<Scalar>(spec, weights, y)) {
    const double padding = padding_value_of(spec);
    const std::vector<double> magnitude = magnitudes(detail::weights_span(weights));
    const auto sizes = as_kind_of(weights, magnitude);
    y_size = direct_product<double>(with_padding_value(spec, 0), sizes, magnitudes(x));
    z_size = direct_transposed_product<double>(spec, sizes, magnitudes(y));
    integers = all_integers(detail::weights_span(weights)) && all_integers(x);
    if (padding == 0 && bias.empty()) return;
    affine = direct_product<Scalar>(spec, weights, x);
    affine_size =
        direct_product<double>(with_padding_value(spec, std::abs(padding)), sizes, magnitudes(x));
    affine_integers = integers && std::trunc(padding) == padding && all_integers(bias);
    if (bias.empty()) return;
    const std::vector<double> bias_sizes = magnitudes(bias);
    add(affine, detail::direct_biases<Scalar>(spec, bias));
    add(affine_size, detail::direct_biases<double>(spec, bias_sizes));
  }

  std::vector<Scalar> y;       ///< A x
  std::vector<Scalar> z;       ///< A^T y
  std::vector<Scalar> affine;  ///< A x and what padding value and bias add; empty if there is none
  std::vector<double> affine_size;  ///< sum |w x| of every element of it, the padding's among them
  bool affine_integers = false;     ///< `integers`, and so are padding value and bias
  std::vector<double> y_size;       ///< sum |w x| of every element of y
  std::vector<double> z_size;       ///< sum |w y| of every element of z
  bool integers = false;            ///< all weights and all of x are
};

/// Products of one matrix held against their expectation. Keeps the first mismatch.
template <class Scalar>
class Comparison {
 public:
  /// `sizes` holds the sum |w x| of every row.
  Comparison(Pattern pattern, std::span<const Scalar> weights, std::span<const double> sizes,
             bool integers)
      : pattern_(std::move(pattern)), weights_(weights), sizes_(sizes) {
    // Integers below 1/eps, and so all their partial sums, are exact.
    exact_ = integers && std::ranges::all_of(sizes, [](double size) { return size < 1 / unit; });
  }

  /// `more_terms`: summands of every element that are no entries of the matrix.
  void compare(const std::string& what, const auto& got, const std::vector<Scalar>& expected,
               std::size_t more_terms = 0) {
    for (std::size_t i = 0; i < expected.size() && fault_.empty(); ++i) {
      const Scalar value = got[static_cast<Eigen::Index>(i)];
      if (value == expected[i] || (is_nan(value) && is_nan(expected[i]))) continue;
      const auto error = static_cast<double>(std::abs(value - expected[i]));
      largest_ = std::max(largest_, error);
      // Written so that a NaN is a mismatch.
      if (!(error <= tolerance(i, more_terms))) explain(what, i, value, expected[i]);
    }
  }

  const std::string& fault() const { return fault_; }
  double largest() const { return largest_; }
  bool exact() const { return exact_; }

 private:
  static constexpr double unit =
      std::numeric_limits<typename Eigen::NumTraits<Scalar>::Real>::epsilon();

  static bool is_nan(const Scalar& value) { return value != value; }

  double tolerance(std::size_t row, std::size_t more_terms) const {
    if (exact_) return 0;
    // The 8 is for the multiplications, of which a complex one is several.
    std::size_t terms = 8 + more_terms;
    for (const Pattern::Entry& entry : pattern_.row(static_cast<Index>(row))) {
      terms += entry.weights.size();
    }
    return 2 * static_cast<double>(terms) * unit * sizes_[row];
  }

  void explain(const std::string& what, std::size_t i, const Scalar& got, const Scalar& expected) {
    const auto row = static_cast<Index>(i);
    std::ostringstream text;
    text.precision(std::numeric_limits<double>::max_digits10);
    text << what << ", row " << row << " (" << describe(pattern_.row_position(row))
         << "): expected " << expected << ", got " << got
         << "; taps: " << describe_taps(pattern_, row, weights_);
    fault_ = text.str();
  }

  Pattern pattern_;
  std::span<const Scalar> weights_;
  std::span<const double> sizes_;
  bool exact_ = false;
  std::string fault_;
  double largest_ = 0;
};

}  // namespace

template <AnyConvolution Conv, EitherWeights Weights, MatrixScalar Scalar>
VerifyReport detail::verify_spans(const Conv& convolution, const Weights& weights,
                                  std::span<const Scalar> x, std::span<const Scalar> bias,
                                  const Resources& resources) {
  const Pattern pattern = pattern_for(convolution, weights);
  const std::span<const Scalar> numbers = weights_span(weights);
  check_weights(numbers.size(), pattern);
  check_length("x", x.size(), convolution.cols());
  VerifyReport report;
  report.rows = convolution.rows();
  report.cols = convolution.cols();
  report.nnz = convolution.nnz();
  const auto matrix = compile<std::int64_t>(convolution, weights, {.resources = resources});
  report.message = structure_fault(matrix, pattern);
  if (!report.message.empty()) return report;

  const Expectation<Scalar> expected(convolution.spec(), weights, x, bias);
  const Operator<Scalar> op(convolution, weights, resources);
  Comparison<Scalar> forward_check(pattern, numbers, expected.y_size, expected.integers);
  forward_check.compare("matrix * x", times(matrix, x), expected.y);
  forward_check.compare("operator * x", op * x, expected.y);
  const bool has_offset = !expected.affine.empty();
  Comparison<Scalar> offset_check(pattern, numbers, expected.affine_size,
                                  !has_offset || expected.affine_integers);
  if (has_offset) {
    const Vector<Scalar> offset = offset_span<Scalar>(pattern, padding_value_of(convolution.spec()),
                                                      numbers, bias, resources);
    offset_check.compare("matrix * x + offset", Vector<Scalar>(times(matrix, x) + offset),
                         expected.affine, numbers.size() + 1);
  }
  const std::span<const Scalar> y(expected.y);
  Comparison<Scalar> backward_check(pattern.transposed(), numbers, expected.z_size,
                                    expected.integers);
  backward_check.compare("matrix^T * y", Vector<Scalar>(matrix.transpose() * as_vector(y)),
                         expected.z);
  backward_check.compare("operator^T * y", op.transpose() * y, expected.z);

  report.exact = true;
  for (const Comparison<Scalar>* check : {&forward_check, &offset_check, &backward_check}) {
    report.exact = report.exact && check->exact();
    report.largest_error = std::max(report.largest_error, check->largest());
    if (report.message.empty()) report.message = check->fault();
  }
  report.passed = report.message.empty();
  if (report.passed) {
    report.message = has_offset ? "matrix, operator and offset" : "matrix and operator";
    report.message += " equal the direct loops, forward and transposed";
    report.message += report.exact ? " (exactly)" : " (within rounding)";
  }
  return report;
}

#define TOEPLIX_INSTANTIATE_FOR(Conv, Scalar)                                                  \
  template VerifyReport detail::verify_spans(const Conv&, const std::span<const Scalar>&,      \
                                             std::span<const Scalar>, std::span<const Scalar>, \
                                             const Resources&);                                \
  template VerifyReport detail::verify_spans(const Conv&, const PerPixelWeights<Scalar>&,      \
                                             std::span<const Scalar>, std::span<const Scalar>, \
                                             const Resources&);
#define TOEPLIX_INSTANTIATE(Scalar)            \
  TOEPLIX_INSTANTIATE_FOR(Convolution, Scalar) \
  TOEPLIX_INSTANTIATE_FOR(TransposedConvolution, Scalar)
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE
#undef TOEPLIX_INSTANTIATE_FOR

}  // namespace toeplix
