#include "fuzz/byte_draw.hpp"
#include "fuzz/target.hpp"

#include "support/compare.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/verify.hpp>
#include <toeplix/weight_gradient.hpp>

#include <algorithm>
#include <complex>

// Draws a small convolution from bytes and compares everything that the library makes of it with
// the direct loops. All numbers are small integers, so equality is exact.

namespace toeplix::fuzz::differential {

namespace {

using test::DenseMatrix;
using test::difference;
using test::vector_difference;

// --- the spec ------------------------------------------------------------------------------------

template <class T, class Draw>
PerAxis<T> draw_per_axis(ByteDraw& bytes, std::size_t axes, Draw draw) {
  if (bytes.once_in(3)) return draw();
  std::vector<T> values;
  for (std::size_t axis = 0; axis < axes; ++axis) values.push_back(draw());
  return values;
}

Padding draw_padding(ByteDraw& bytes, std::size_t axes) {
  // Some wider than any image drawn here, so that boundaries fold more than once.
  const auto side = [&bytes] { return bytes.pick<Index>({0, 1, 2, 3, 4, 7, 13, -1, -2, -3}); };
  switch (bytes.between(0, 9)) {
    case 0:
      return Padding::valid();
    case 1:
      return Padding::same_upper();
    case 2:
      return Padding::same_lower();
    case 3:
      return Padding::full();
    case 4:
      return Padding::causal();
    case 5:
      return Padding::same_tf();
    case 6:
      return side();
    default: {
      std::vector<AxisPadding> sides;
      for (std::size_t axis = 0; axis < axes; ++axis) {
        const Index lower = side();
        sides.push_back({lower, side()});
      }
      return sides;
    }
  }
}

template <class Spec>
Spec draw_spec(ByteDraw& bytes) {
  const auto axes = static_cast<std::size_t>(bytes.between(1, 4));
  const Index longest_input = std::vector<Index>{14, 6, 4, 3}[axes - 1];
  const Index longest_kernel = std::vector<Index>{6, 4, 3, 2}[axes - 1];
  Spec spec{.input = {}, .kernel = {}};
  for (std::size_t axis = 0; axis < axes; ++axis) {
    spec.input.push_back(bytes.between(1, longest_input));
    spec.kernel.push_back(bytes.between(1, longest_kernel));
  }
  spec.groups = bytes.between(1, 3);
  spec.in_channels = spec.groups * bytes.between(1, 3);
  spec.out_channels = spec.groups * bytes.between(1, 3);
  spec.stride = draw_per_axis<Index>(bytes, axes, [&] { return bytes.between(1, 4); });
  spec.dilation = draw_per_axis<Index>(bytes, axes, [&] {
    return bytes.pick<Index>({1, 1, 2, 3, 4, 6});
  });
  if constexpr (requires { spec.input_dilation; }) {
    spec.input_dilation = draw_per_axis<Index>(bytes, axes, [&] {
      return bytes.pick<Index>({1, 1, 1, 2, 3, 4});
    });
  }
  spec.padding = draw_padding(bytes, axes);
  if constexpr (requires { spec.output_padding; }) {
    spec.output_padding = draw_per_axis<Index>(bytes, axes, [&] { return bytes.between(0, 4); });
    if (bytes.between(0, 4) == 0) {
      spec.output =
          draw_per_axis<Index>(bytes, axes, [&] { return bytes.between(1, 24); }).values();
    }
  }
  spec.boundary = draw_per_axis<Boundary>(bytes, axes, [&] {
    return bytes.pick({Boundary::zero, Boundary::circular, Boundary::reflect, Boundary::symmetric,
                       Boundary::replicate});
  });
  spec.operation = bytes.pick({Operation::correlation, Operation::convolution});
  spec.order = bytes.pick(
      {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major});
  if (bytes.once_in(4)) spec.kernel.resize(1);
  if constexpr (requires { spec.padding_value; }) {
    const bool fills = std::ranges::count(spec.boundary.values(), Boundary::zero) > 0;
    if (fills) spec.padding_value = bytes.pick<double>({0, 0, 1, -2});
  }
  return spec;
}

// --- the comparison ------------------------------------------------------------------------------

template <class Scalar, class Spec>
class Differential {
 public:
  Differential(const Spec& spec, ByteDraw& bytes)
      : spec_(spec),
        bytes_(bytes),
        convolution_(test::make(spec)),
        pattern_(convolution_),
        weights_(draw(convolution_.weight_count(), 1, 9)),
        x_(draw(convolution_.cols(), -4, 4)),
        y_(draw(convolution_.rows(), -4, 4)),
        expected_(test::probe(spec, weights_)) {}

  void check() {
    check_matrix<int, Eigen::RowMajor>("matrix");
    check_matrix<std::int64_t, Eigen::ColMajor>("column-major matrix");
    check_rows();
    check_operator();
    check_other_weights();
    compare("weight_gradient",
            vector_difference(weight_gradient(convolution_, x_, y_, options_.resources),
                              reference::weight_gradient(spec_, x_, y_)));
  }

 private:
  using Vector = std::vector<Scalar>;
  using EigenVector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  /// Complex numbers get an imaginary part that keeps the sum of positive ones from zero.
  Vector draw(Index count, Index lowest, Index highest) {
    Vector values(static_cast<std::size_t>(count));
    for (Scalar& value : values) {
      const Index number = bytes_.between(lowest, highest);
      if constexpr (std::floating_point<Scalar>) {
        value = static_cast<Scalar>(number);
      } else {
        using Real = typename Scalar::value_type;
        value = {static_cast<Real>(number), static_cast<Real>(number % 3)};
      }
    }
    return values;
  }

  void compare(const std::string& what, const std::string& fault) const {
    if (!fault.empty()) fuzz::report(to_string(spec_) + "\n  " + what + ": " + fault);
  }

  /// Structure, values and both products.
  template <class StorageIndex, int Order>
  void check_matrix(const std::string& name) const {
    const auto matrix = compile<StorageIndex, Order>(convolution_, weights_, options_);
    compare(name + ", structure", structure_fault(matrix, pattern_));
    compare(name, difference(matrix, expected_));
    check_products(name, matrix, weights_);
  }

  template <class Matrix>
  void check_products(const std::string& name, const Matrix& matrix, const Vector& weights) const {
    compare(name + " * x", vector_difference(EigenVector(matrix * test::as_eigen(x_)),
                                             test::oracle_apply(spec_, weights, x_)));
    compare(name + "^T * y", vector_difference(EigenVector(matrix.transpose() * test::as_eigen(y_)),
                                               test::oracle_apply_transpose(spec_, weights, y_)));
  }

  void check_rows() {
    const Index last = bytes_.between(0, 255) % (convolution_.rows() + 1);
    const Index first = bytes_.between(0, 255) % (last + 1);
    compare("compile_rows " + std::to_string(first) + " " + std::to_string(last),
            difference(compile_rows(convolution_, weights_, first, last, options_),
                       expected_.slice(first, last)));
  }

  void check_operator() const {
    const Operator<Scalar> op(convolution_, weights_, options_.resources);
    compare("operator * x", vector_difference(op * x_, test::oracle_apply(spec_, weights_, x_)));
    compare("operator^T * y", vector_difference(op.transpose() * y_,
                                                test::oracle_apply_transpose(spec_, weights_, y_)));
  }

  /// Weights of any sign, and zero: recompiled into the structure of the positive ones, and pruned.
  void check_other_weights() {
    const Vector others = draw(convolution_.weight_count(), -1, 1);
    auto matrix = compile(convolution_, weights_, options_);
    recompile(matrix, convolution_, others, options_.resources);
    compare("recompiled, structure", structure_fault(matrix, pattern_));
    check_products("recompiled", matrix, others);
    // Pruning is slow, and none of its ways depends on the geometry alone.
    if (bytes_.once_in(4)) check_pruned(others, dense(matrix));
  }

  void check_pruned(const Vector& weights, const DenseMatrix<Scalar>& expected) const {
    CompileOptions prune = options_;
    prune.prune_zero_weights = true;
    compare("pruned", difference(compile(convolution_, weights, prune), expected));
  }

  static DenseMatrix<Scalar> dense(const Eigen::SparseMatrix<Scalar, Eigen::RowMajor>& matrix) {
    auto result = test::zero_matrix<Scalar>(matrix.rows(), matrix.cols());
    for (Index row = 0; row < matrix.rows(); ++row) {
      for (typename Eigen::SparseMatrix<Scalar, Eigen::RowMajor>::InnerIterator entry(matrix, row);
           entry; ++entry) {
        result.at(row, entry.col()) = entry.value();
      }
    }
    return result;
  }

  const Spec& spec_;
  ByteDraw& bytes_;
  decltype(test::make(std::declval<Spec>())) convolution_;
  Pattern pattern_;
  Vector weights_;
  Vector x_;
  Vector y_;
  DenseMatrix<Scalar> expected_;
  // Starting a thread, or asking the machine for its memory, takes longer than a small matrix.
  CompileOptions options_ = {.resources = {.threads = 1, .memory_budget = Index{1} << 30}};
};

/// Matrix and offset of a convolution that pads with a value.
void check_padded(const ConvolutionSpec& spec, ByteDraw& bytes) {
  const Convolution conv(spec);
  const auto draw = [&bytes](Index count) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double& value : values) value = static_cast<double>(bytes.between(-4, 4));
    return values;
  };
  const std::vector<double> weights = draw(conv.weight_count());
  const std::vector<double> x = draw(conv.cols());
  const CompileOptions options{.resources = {.threads = 1, .memory_budget = Index{1} << 30}};
  const Eigen::VectorXd y = compile(conv, weights, options) * test::as_eigen(x) +
                            padding_offset(conv, weights, options.resources);
  const std::string fault = vector_difference(y, reference::convolve(spec, weights, x));
  if (!fault.empty()) fuzz::report(to_string(spec) + "\n  matrix and offset: " + fault);
}

/// What keeps an input at about a millisecond: multiplications of the direct loops when they find a
/// matrix column by column, and the size of that matrix with all its zeros.
constexpr Index most_work = 1'000;
constexpr Index most_elements = 2'000;

template <class Spec>
bool is_quick(const Spec& spec) {
  const Index rows = spec.out_channels * test::product(reference::output_extents(spec));
  const Index cols = spec.in_channels * test::product(spec.input);
  return rows * cols <= most_elements && test::probing_work(spec) <= most_work;
}

template <class Spec>
void check(ByteDraw& bytes) {
  const Index scalar = bytes.between(0, 8);
  Spec spec = draw_spec<Spec>(bytes);
  if (!test::is_sound(spec)) {
    try {
      test::make(spec);
    } catch (const GeometryError&) {
      return;
    }
    fuzz::report(to_string(spec) + "\n  the oracle refuses what the library makes");
  }
  if (!is_quick(spec)) return;
  if constexpr (requires { spec.padding_value; }) {
    if (spec.padding_value != 0) check_padded(spec, bytes);
    spec.padding_value = 0;
  }
  if (scalar == 0) return Differential<float, Spec>(spec, bytes).check();
  if (scalar == 1) return Differential<std::complex<double>, Spec>(spec, bytes).check();
  Differential<double, Spec>(spec, bytes).check();
}

}  // namespace

void run(Bytes bytes) {
  ByteDraw draw(bytes);
  if (draw.once_in(2)) {
    check<ConvolutionSpec>(draw);
  } else {
    check<TransposedConvolutionSpec>(draw);
  }
}

}  // namespace toeplix::fuzz::differential
