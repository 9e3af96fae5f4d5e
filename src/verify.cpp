#include <toeplix/verify.hpp>

#include "shape_check.hpp"

#include <cmath>
#include <limits>
#include <sstream>

namespace toeplix {

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

template <class Scalar>
std::vector<Scalar> forward(const ConvolutionSpec& spec, std::span<const Scalar> weights,
                            std::span<const Scalar> x) {
  return reference::convolve(spec, weights, x);
}

template <class Scalar>
std::vector<Scalar> forward(const TransposedConvolutionSpec& spec, std::span<const Scalar> weights,
                            std::span<const Scalar> x) {
  return reference::convolve_transposed(spec, weights, x);
}

template <class Scalar>
std::vector<Scalar> backward(const ConvolutionSpec& spec, std::span<const Scalar> weights,
                             std::span<const Scalar> y) {
  return reference::convolve_transposed(spec, weights, y);
}

template <class Scalar>
std::vector<Scalar> backward(const TransposedConvolutionSpec& spec, std::span<const Scalar> weights,
                             std::span<const Scalar> y) {
  return reference::convolve(spec, weights, y);
}

std::string list(const Extents& numbers) {
  std::string text;
  for (const Index number : numbers) {
    if (!text.empty()) text += ',';
    text += std::to_string(number);
  }
  return text;
}

std::string describe(const Pattern::Position& position) {
  return "channel " + std::to_string(position.channel) + ", coordinate " +
         list(position.coordinate);
}

/// The taps that meet in one row, as many as fit a line.
template <class Scalar>
std::string describe_taps(const Pattern& pattern, Index row, std::span<const Scalar> weights) {
  constexpr std::size_t shown = 8;
  const std::vector<Pattern::Entry> entries = pattern.row(row);
  std::ostringstream text;
  for (std::size_t i = 0; i < std::min(shown, entries.size()); ++i) {
    text << (i == 0 ? "" : " + ") << '(';
    for (std::size_t k = 0; k < entries[i].weights.size(); ++k) {
      const Index weight = entries[i].weights[k];
      text << (k == 0 ? "" : " + ") << "w[" << weight
           << "]=" << weights[static_cast<std::size_t>(weight)];
    }
    text << ") * x[" << entries[i].column << ']';
  }
  if (entries.size() > shown) text << " + " << entries.size() - shown << " more";
  if (entries.empty()) text << "none";
  return text.str();
}

/// One product held against its expectation. Collects the first mismatch.
template <class Scalar>
class Comparison {
 public:
  Comparison(const Pattern& pattern, std::span<const Scalar> weights,
             std::span<const double> tolerance)
      : pattern_(pattern), weights_(weights), tolerance_(tolerance) {}

  void compare(const std::string& what, const auto& got, const std::vector<Scalar>& expected) {
    for (std::size_t i = 0; i < expected.size() && fault_.empty(); ++i) {
      const Scalar value = got[static_cast<Eigen::Index>(i)];
      const auto error = static_cast<double>(std::abs(value - expected[i]));
      largest_ = std::max(largest_, error);
      // Written so that a NaN is a mismatch, unless it was expected.
      if (error <= tolerance_[i] || (is_nan(value) && is_nan(expected[i]))) continue;
      if (value == expected[i]) continue;
      const auto row = static_cast<Index>(i);
      std::ostringstream text;
      text.precision(std::numeric_limits<double>::max_digits10);
      text << what << ", row " << row << " (" << describe(pattern_.row_position(row))
           << "): expected " << expected[i] << ", got " << value
           << "; taps: " << describe_taps(pattern_, row, weights_);
      fault_ = text.str();
    }
  }

  const std::string& fault() const { return fault_; }
  double largest() const { return largest_; }

 private:
  static bool is_nan(const Scalar& value) { return value != value; }

  const Pattern& pattern_;
  std::span<const Scalar> weights_;
  std::span<const double> tolerance_;
  std::string fault_;
  double largest_ = 0;
};

/// The largest allowed error of each row: none for exact sums, else the rounding bound.
/// `bound` holds sum |w x| of each row and is overwritten.
template <class Scalar>
bool set_tolerance(std::vector<double>& bound, const Pattern& pattern, bool integers) {
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  constexpr double unit = std::numeric_limits<Real>::epsilon();
  const double exact_below = 1 / unit;
  const bool exact =
      integers && std::ranges::all_of(bound, [&](double sum) { return sum < exact_below; });
  for (std::size_t row = 0; row < bound.size(); ++row) {
    const auto terms = static_cast<double>(pattern.row_length(static_cast<Index>(row)) + 8);
    bound[row] = exact ? 0 : 2 * terms * unit * bound[row];
  }
  return exact;
}

}  // namespace

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
std::string structure_fault(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                            const Pattern& given) {
  const Pattern pattern = Order == Eigen::RowMajor ? given : given.transposed();
  if (matrix.outerSize() != pattern.rows() || matrix.innerSize() != pattern.cols() ||
      !matrix.isCompressed() || matrix.nonZeros() != pattern.nnz()) {
    return "the matrix is " + std::to_string(matrix.rows()) + " x " +
           std::to_string(matrix.cols()) + " with " + std::to_string(matrix.nonZeros()) +
           " entries; expected " + std::to_string(given.rows()) + " x " +
           std::to_string(given.cols()) + " with " + std::to_string(pattern.nnz());
  }
  const StorageIndex* const pointers = matrix.outerIndexPtr();
  for (Index row = 0; row < pattern.rows(); ++row) {
    if (pointers[row] != pattern.entries_before(row) ||
        pointers[row + 1] - pointers[row] != pattern.row_length(row)) {
      return "row pointer " + std::to_string(row) + " is " + std::to_string(pointers[row]) +
             "; expected " + std::to_string(pattern.entries_before(row));
    }
    Index previous = -1;
    for (Index entry = pointers[row]; entry < pointers[row + 1]; ++entry) {
      const Index column = matrix.innerIndexPtr()[entry];
      if (column > previous && column < pattern.cols()) {
        previous = column;
        continue;
      }
      return "row " + std::to_string(row) + " has column " + std::to_string(column) + " after " +
             std::to_string(previous) + "; columns must ascend and be below " +
             std::to_string(pattern.cols());
    }
  }
  return {};
}

template <AnyConvolution Conv, MatrixScalar Scalar>
VerifyReport verify(const Conv& convolution, std::span<const Scalar> weights,
                    std::span<const Scalar> x, const CompileOptions& options) {
  detail::check_length("weights", weights.size(), convolution.weight_count());
  detail::check_length("x", x.size(), convolution.cols());
  VerifyReport report;
  report.rows = convolution.rows();
  report.cols = convolution.cols();
  report.nnz = convolution.nnz();
  const Pattern pattern(convolution);
  const Pattern transposed = pattern.transposed();
  CompileOptions whole = options;
  whole.prune_zero_weights = false;
  const auto matrix = compile<std::int64_t>(convolution, weights, whole);
  report.message = structure_fault(matrix, pattern);
  if (!report.message.empty()) return report;

  const auto& spec = convolution.spec();
  const std::vector<Scalar> y = forward(spec, weights, x);
  const std::vector<Scalar> z = backward<Scalar>(spec, weights, y);
  const bool integers = all_integers(weights) && all_integers(x);
  const std::vector<double> w_size = magnitudes(weights);
  std::vector<double> y_bound = forward<double>(spec, w_size, magnitudes(x));
  std::vector<double> z_bound = backward<double>(spec, w_size, magnitudes(y));
  const bool y_exact = set_tolerance<Scalar>(y_bound, pattern, integers);
  const bool z_exact = set_tolerance<Scalar>(z_bound, transposed, integers);
  report.exact = y_exact && z_exact;

  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const Eigen::Map<const Vector> x_vector(x.data(), static_cast<Eigen::Index>(x.size()));
  const Eigen::Map<const Vector> y_vector(y.data(), static_cast<Eigen::Index>(y.size()));
  const Operator<Scalar> op(convolution, weights, options);
  Comparison<Scalar> forward_check(pattern, weights, y_bound);
  forward_check.compare("matrix * x", Vector(matrix * x_vector), y);
  forward_check.compare("operator * x", op * x, y);
  Comparison<Scalar> backward_check(transposed, weights, z_bound);
  backward_check.compare("matrix^T * y", Vector(matrix.transpose() * y_vector), z);
  backward_check.compare("operator^T * y", op.transpose() * y, z);

  report.largest_error = std::max(forward_check.largest(), backward_check.largest());
  report.message = forward_check.fault().empty() ? backward_check.fault() : forward_check.fault();
  report.passed = report.message.empty();
  if (report.passed) {
    report.message = "matrix and operator equal the direct loops, forward and transposed";
    report.message += report.exact ? " (exactly)" : " (within rounding)";
  }
  return report;
}

template VerifyReport verify(const Convolution&, std::span<const float>, std::span<const float>,
                             const CompileOptions&);
template VerifyReport verify(const TransposedConvolution&, std::span<const float>,
                             std::span<const float>, const CompileOptions&);
template std::string structure_fault(
    const Eigen::SparseMatrix<float, Eigen::RowMajor, std::int32_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<float, Eigen::ColMajor, std::int32_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t>&, const Pattern&);
template VerifyReport verify(const Convolution&, std::span<const double>, std::span<const double>,
                             const CompileOptions&);
template VerifyReport verify(const TransposedConvolution&, std::span<const double>,
                             std::span<const double>, const CompileOptions&);
template std::string structure_fault(
    const Eigen::SparseMatrix<double, Eigen::RowMajor, std::int32_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int32_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>&, const Pattern&);
template VerifyReport verify(const Convolution&, std::span<const std::complex<float>>,
                             std::span<const std::complex<float>>, const CompileOptions&);
template VerifyReport verify(const TransposedConvolution&, std::span<const std::complex<float>>,
                             std::span<const std::complex<float>>, const CompileOptions&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int32_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int32_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t>&, const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t>&, const Pattern&);
template VerifyReport verify(const Convolution&, std::span<const std::complex<double>>,
                             std::span<const std::complex<double>>, const CompileOptions&);
template VerifyReport verify(const TransposedConvolution&, std::span<const std::complex<double>>,
                             std::span<const std::complex<double>>, const CompileOptions&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int32_t>&,
    const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int32_t>&,
    const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t>&,
    const Pattern&);
template std::string structure_fault(
    const Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t>&,
    const Pattern&);

}  // namespace toeplix
