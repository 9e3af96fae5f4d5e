#include "check.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/reference.hpp>
#include <toeplix/weight_gradient.hpp>

#include "naive.hpp"

#include <cmath>
#include <functional>

namespace toeplix::conformance {

namespace {

template <class Scalar>
using Vector = std::vector<Scalar>;

template <class Scalar>
using Apply = std::function<Vector<Scalar>(const Vector<Scalar>&)>;

/// One way to compute what an operator does to a single image.
template <class Scalar>
struct Way {
  std::string name;
  Apply<Scalar> forward;     ///< A x
  Apply<Scalar> transposed;  ///< A^T y
  Vector<Scalar> added;      ///< to A x: bias or constant; may be empty
  /// The gradient of <A(w) x, r> with respect to w; empty if there is none.
  std::function<Vector<Scalar>(const Vector<Scalar>&, const Vector<Scalar>&)> gradient = {};
};

/// Everything that is known of one operator.
template <class Scalar>
struct Ways {
  Extents input;   ///< of one image, channels included
  Extents output;  ///< likewise
  std::vector<Way<Scalar>> ways;
};

template <class Scalar>
Vector<Scalar> converted(const std::vector<double>& values) {
  Vector<Scalar> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back(static_cast<Scalar>(value));
  return result;
}

template <class Scalar>
using EigenVector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

template <class Scalar>
Eigen::Map<const EigenVector<Scalar>> eigen(const Vector<Scalar>& vector) {
  return {vector.data(), static_cast<Eigen::Index>(vector.size())};
}

template <class Scalar>
Vector<Scalar> standard(const EigenVector<Scalar>& vector) {
  return {vector.data(), vector.data() + vector.size()};
}

template <class Scalar, class Matrix>
Way<Scalar> by_matrix(std::string name, Matrix matrix, Vector<Scalar> added) {
  const auto shared = std::make_shared<const Matrix>(std::move(matrix));
  return {
      .name = std::move(name),
      .forward = [shared](const Vector<Scalar>& x) { return standard<Scalar>(*shared * eigen(x)); },
      .transposed =
          [shared](const Vector<Scalar>& y) {
            return standard<Scalar>(shared->transpose() * eigen(y));
          },
      .added = std::move(added)};
}

template <class Scalar>
Way<Scalar> by_operator(const Operator<Scalar>& op, Vector<Scalar> added) {
  return {.name = "operator",
          .forward = [op](const Vector<Scalar>& x) { return standard<Scalar>(op * x); },
          .transposed =
              [op = op.transpose()](const Vector<Scalar>& y) { return standard<Scalar>(op * y); },
          .added = std::move(added)};
}

template <class Scalar, class Spec>
Way<Scalar> by_reference(const Spec& spec, const Vector<Scalar>& weights, Vector<Scalar> added) {
  const Apply<Scalar> gather = [=](const Vector<Scalar>& from) {
    return reference::convolve(spec, weights, from);
  };
  const Apply<Scalar> scatter = [=](const Vector<Scalar>& from) {
    return reference::convolve_transposed(spec, weights, from);
  };
  constexpr bool transposes = std::same_as<Spec, TransposedConvolutionSpec>;
  return {.name = "reference",
          .forward = transposes ? scatter : gather,
          .transposed = transposes ? gather : scatter,
          .added = std::move(added),
          .gradient = [=](const Vector<Scalar>& x, const Vector<Scalar>& r) {
            return reference::weight_gradient(spec, x, r);
          }};
}

Extents with_channels(Index channels, const Extents& extents) {
  Extents shape{channels};
  shape.insert(shape.end(), extents.begin(), extents.end());
  return shape;
}

template <class Conv, class Scalar, class Spec>
Ways<Scalar> ways_of(const Spec& spec, const ConvolutionProblem& problem) {
  const Conv convolution(spec);
  const auto weights = converted<Scalar>(problem.weights);
  const Index pixels = product(convolution.output());
  Vector<Scalar> bias;
  for (const double value : problem.bias) {
    bias.insert(bias.end(), static_cast<std::size_t>(pixels), static_cast<Scalar>(value));
  }
  Way<Scalar> matrix = by_matrix<Scalar>("matrix", compile(convolution, weights), bias);
  matrix.gradient = [=](const Vector<Scalar>& x, const Vector<Scalar>& r) {
    return weight_gradient(convolution, x, r);
  };
  return {with_channels(convolution.in_channels(), convolution.input()),
          with_channels(convolution.out_channels(), convolution.output()),
          {matrix, by_reference(spec, weights, bias),
           by_operator(Operator<Scalar>(convolution, weights), bias)}};
}

template <class Scalar>
Ways<Scalar> ways_of(const ConvolutionProblem& problem) {
  if (const auto* spec = std::get_if<ConvolutionSpec>(&problem.spec)) {
    return ways_of<Convolution, Scalar>(*spec, problem);
  }
  return ways_of<TransposedConvolution, Scalar>(std::get<TransposedConvolutionSpec>(problem.spec),
                                                problem);
}

template <class Scalar>
Way<Scalar> by_loops(const NaiveOperator& loops, Index rows, Index columns) {
  return {.name = "naive loops",
          .forward =
              [=](const Vector<Scalar>& x) {
                std::vector<double> y(static_cast<std::size_t>(rows));
                loops.for_each_entry([&](Index row, Index column, double coefficient) {
                  y.at(static_cast<std::size_t>(row)) +=
                      coefficient * static_cast<double>(x.at(static_cast<std::size_t>(column)));
                });
                return converted<Scalar>(y);
              },
          .transposed =
              [=](const Vector<Scalar>& y) {
                std::vector<double> x(static_cast<std::size_t>(columns));
                loops.for_each_entry([&](Index row, Index column, double coefficient) {
                  x.at(static_cast<std::size_t>(column)) +=
                      coefficient * static_cast<double>(y.at(static_cast<std::size_t>(row)));
                });
                return converted<Scalar>(x);
              },
          .added = converted<Scalar>(loops.offset)};
}

template <class Scalar, class Spec>
Ways<Scalar> separable_ways(const Spec& spec) {
  const Separable separable(spec);
  Vector<Scalar> added;
  if constexpr (std::same_as<Spec, Pad>) added = converted<Scalar>(pad_offset(spec));
  const NaiveOperator loops = naive(spec);
  if (loops.output != separable.output()) {
    throw CaseError("the naive output has shape " + to_string(loops.output) + ", the library's " +
                    to_string(separable.output()));
  }
  return {
      separable.input(),
      separable.output(),
      {by_matrix<Scalar>(
           "matrix", compile_as<Eigen::SparseMatrix<Scalar, Eigen::RowMajor>>(separable), added),
       by_matrix<Scalar>(
           "column-major matrix",
           compile_as<Eigen::SparseMatrix<Scalar, Eigen::ColMajor, std::int64_t>>(separable),
           added),
       by_loops<Scalar>(loops, separable.rows(), separable.cols())}};
}

template <class Scalar>
Ways<Scalar> ways_of(const SeparableProblem& problem) {
  return std::visit([](const auto& spec) { return separable_ways<Scalar>(spec); }, problem.spec);
}

// --- running a batch
// ------------------------------------------------------------------------------

template <class Scalar>
Vector<Scalar> image(const Tensor& batch, Index number, Index size) {
  const auto begin = batch.values.begin() + number * size;
  return converted<Scalar>({begin, begin + size});
}

/// Images in a batch of x, by what is left of its shape before that of one image.
Index batch_size(const Case& checked, const Extents& input) {
  const Index size = product(input);
  return size > 0 ? static_cast<Index>(checked.x.values.size()) / size : 0;
}

/// The dense matrix of a way, one column after the other.
template <class Scalar>
Vector<Scalar> probe(const Way<Scalar>& way, Index rows, Index columns) {
  Vector<Scalar> dense(static_cast<std::size_t>(rows * columns));
  Vector<Scalar> unit(static_cast<std::size_t>(columns));
  for (Index column = 0; column < columns; ++column) {
    unit[static_cast<std::size_t>(column)] = 1;
    const Vector<Scalar> y = way.forward(unit);
    unit[static_cast<std::size_t>(column)] = 0;
    for (Index row = 0; row < rows; ++row) {
      dense[static_cast<std::size_t>(row * columns + column)] = y[static_cast<std::size_t>(row)];
    }
  }
  return dense;
}

/// Computes one of the arrays that a case expects. Nothing if that way cannot compute it.
template <class Scalar>
std::optional<Vector<Scalar>> compute(const Case& checked, const Ways<Scalar>& ways,
                                      const Way<Scalar>& way, Expectation expectation) {
  const Index rows = product(ways.output);
  const Index columns = product(ways.input);
  if (expectation == Expectation::matrix) return probe(way, rows, columns);
  if (expectation == Expectation::gw && !way.gradient) return std::nullopt;
  Vector<Scalar> result;
  for (Index n = 0; n < batch_size(checked, ways.input); ++n) {
    Vector<Scalar> part;
    if (expectation == Expectation::y) {
      part = way.forward(image<Scalar>(checked.x, n, columns));
      for (std::size_t i = 0; i < way.added.size(); ++i) part[i] += way.added[i];
    } else if (expectation == Expectation::gx) {
      part = way.transposed(image<Scalar>(checked.r, n, rows));
    } else {
      part = way.gradient(image<Scalar>(checked.x, n, columns), image<Scalar>(checked.r, n, rows));
    }
    const bool sum = expectation == Expectation::gw && n > 0;
    if (!sum) result.insert(result.end(), part.begin(), part.end());
    for (std::size_t i = 0; sum && i < result.size(); ++i) result[i] += part[i];
  }
  return result;
}

template <class Scalar>
std::optional<Mismatch> first_mismatch(const Vector<Scalar>& got, const Tensor& expected,
                                       double tolerance) {
  double largest = 1;
  for (const double value : expected.values) largest = std::max(largest, std::abs(value));
  const double allowed = tolerance * largest;
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    const auto value = static_cast<double>(got.at(i));
    // Not `>`: a comparison with what is not a number must count as a mismatch.
    if (!(std::abs(value - expected.values[i]) <= allowed)) {
      return Mismatch{i, value, expected.values[i], allowed};
    }
  }
  return std::nullopt;
}

/// Refuses arrays that are not shaped as the library says.
template <class Scalar>
void check_shapes(const Case& checked, const Ways<Scalar>& ways) {
  const auto expect = [](const char* name, const Extents& shape, const Extents& expected) {
    if (shape == expected) return;
    throw CaseError(std::string(name) + " has shape " + to_string(shape) + ", the library's is " +
                    to_string(expected));
  };
  const Tensor& y = checked.expected.at(Expectation::y);
  // The batch is an axis before those of an image; Pad and Resize have it among them.
  const bool has_batch = y.shape.size() == ways.output.size() + 1;
  const Index batch = has_batch ? checked.x.shape.at(0) : 1;
  if (batch < 1) throw CaseError("x has no images");
  expect("y", y.shape, has_batch ? with_channels(batch, ways.output) : ways.output);
  const auto elements = static_cast<Index>(checked.x.values.size());
  if (elements != batch * product(ways.input)) {
    throw CaseError("x has shape " + to_string(checked.x.shape) + ", the library's is " +
                    to_string(has_batch ? with_channels(batch, ways.input) : ways.input));
  }
  const auto matrix = checked.expected.find(Expectation::matrix);
  if (matrix == checked.expected.end()) return;
  expect("matrix", matrix->second.shape, {product(ways.output), product(ways.input)});
}

template <class Scalar>
std::vector<Comparison> check_in(const Case& checked) {
  const Ways<Scalar> ways =
      std::visit([](const auto& problem) { return ways_of<Scalar>(problem); }, checked.problem);
  check_shapes(checked, ways);
  std::vector<Comparison> comparisons;
  for (const auto& [expectation, expected] : checked.expected) {
    const std::size_t before = comparisons.size();
    for (const Way<Scalar>& way : ways.ways) {
      const auto got = compute(checked, ways, way, expectation);
      if (!got) continue;
      if (got->size() != expected.values.size()) {
        throw CaseError(std::string(to_string(expectation)) + " by the " + way.name + " has " +
                        std::to_string(got->size()) + " elements; expected " +
                        std::to_string(expected.values.size()));
      }
      comparisons.push_back(
          {expectation, way.name, first_mismatch(*got, expected, checked.tolerance)});
    }
    if (comparisons.size() == before) {
      throw CaseError(std::string(to_string(expectation)) +
                      " is expected, and there is no way to compute it");
    }
  }
  return comparisons;
}

}  // namespace

std::vector<Comparison> check(const Case& checked) {
  return checked.precision == Precision::float32 ? check_in<float>(checked)
                                                 : check_in<double>(checked);
}

}  // namespace toeplix::conformance
