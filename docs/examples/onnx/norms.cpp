// A Lipschitz bound of a segment of an ONNX model: the product of bounds of its nodes.
//
// Usage: onnx_norms MODEL SEGMENT [NAME=EXTENTS...]
//   SEGMENT by its number from 0; shapes as in `toeplix onnx --shape`

#include <toeplix/onnx/model.hpp>
#include <toeplix/solvers/spectral_norm.hpp>
#include <toeplix/toeplix.hpp>

#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>
#include <sstream>
#include <string>

namespace {

/// No less than `number`, which up to `roundings` operations made of positive numbers.
double rounded_up(double number, toeplix::Index roundings) {
  return number * (1 + static_cast<double>(roundings + 4) * std::numeric_limits<double>::epsilon());
}

/// sqrt(|A|_1 |A|_inf), which is no less than |A|, and for a diagonal A no more.
double bound_of_matrix(const toeplix::OnnxNode& node) {
  const auto map = node.map<double>();
  const auto& A = map.matrix();
  Eigen::VectorXd rows = Eigen::VectorXd::Zero(A.rows());
  Eigen::VectorXd cols = Eigen::VectorXd::Zero(A.cols());
  for (int row = 0; row < A.rows(); ++row) {
    for (decltype(map)::Matrix::InnerIterator entry(A, row); entry; ++entry) {
      rows[row] += std::abs(entry.value());
      cols[entry.col()] += std::abs(entry.value());
    }
  }
  return rounded_up(std::sqrt(rows.maxCoeff() * cols.maxCoeff()), A.rows() + A.cols());
}

double bound_of(const toeplix::OnnxNode& node) {
  const auto conv = node.convolution();
  if (!conv) return bound_of_matrix(node);
  // Images of a batch do not meet, so that the norm is that of one.
  return toeplix::spectral_norm(*conv, node.weights<double>(), {.tolerance = 1e-3}).upper;
}

/// Rounded up, so that what is printed is a bound.
std::string six_digits(double bound) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(6) << std::ceil(bound * 1e6) / 1e6;
  return text.str();
}

std::pair<std::string, toeplix::Extents> shape_of(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  toeplix::Extents shape;
  std::istringstream words(text.substr(equals + 1));
  for (std::string word; std::getline(words, word, ',');) shape.push_back(std::stoll(word));
  return {text.substr(0, equals), shape};
}

}  // namespace

int main(int count, char** arguments) {
  toeplix::OnnxOptions options;
  for (int i = 3; i < count; ++i) options.shapes.insert(shape_of(arguments[i]));
  const auto model = toeplix::read_onnx(arguments[1], options);
  const auto segment = model.segments().at(std::stoul(arguments[2]));
  if (!segment.is_chain()) {
    std::cout << segment.name() << " is no chain: branches need the norm of its one matrix\n";
    return 1;
  }
  double product = 1;
  for (const toeplix::OnnxNode& node : segment.nodes()) {
    const double bound = bound_of(node);
    std::cout << node.op_type() << ' ' << node.name() << ": at most " << six_digits(bound) << '\n';
    product = rounded_up(product * bound, 1);
  }
  std::cout << "all of them: at most " << six_digits(product) << '\n';
}
