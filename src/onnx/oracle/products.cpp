#include "onnx/oracle/operators.hpp"

namespace toeplix::onnx_oracle {

namespace {

/// The matrices that the last two axes of arrays are, of which the leading ones are broadcast.
struct Matrices {
  Extents a;
  Extents b;
  Extents product;
};

/// A vector on the left is a row, on the right a column.
Matrices matrices_of(const Extents& a, const Extents& b) {
  Matrices shapes{a, b, {}};
  if (a.empty() || b.empty()) throw FormatError("a single number is no matrix");
  if (a.size() == 1) shapes.a.insert(shapes.a.begin(), 1);
  if (b.size() == 1) shapes.b.push_back(1);
  shapes.product =
      common_shape({shapes.a.begin(), shapes.a.end() - 2}, {shapes.b.begin(), shapes.b.end() - 2});
  shapes.product.push_back(shapes.a[shapes.a.size() - 2]);
  shapes.product.push_back(shapes.b.back());
  if (shapes.a.back() != shapes.b[shapes.b.size() - 2]) {
    throw FormatError("matrices " + text_of(a) + " and " + text_of(b) + " do not fit");
  }
  return shapes;
}

}  // namespace

Outputs matmul(const Call& call) {
  const Array& a = call.real(0);
  const Array& b = call.real(1);
  const Matrices shapes = matrices_of(a.shape, b.shape);
  Array y = make_array(a.type, shapes.product, call.budget);
  const std::size_t axes = shapes.product.size();
  std::size_t place = 0;
  for_each(shapes.product, [&](const Extents& at) {
    const Extents batch(at.begin(), at.end() - 2);
    Extents in_a = coordinates_in({shapes.a.begin(), shapes.a.end() - 2}, batch);
    Extents in_b = coordinates_in({shapes.b.begin(), shapes.b.end() - 2}, batch);
    in_a.insert(in_a.end(), {at[axes - 2], 0});
    in_b.insert(in_b.end(), {0, at[axes - 1]});
    Index left = place_of(shapes.a, in_a);
    Index right = place_of(shapes.b, in_b);
    for (Index k = 0; k < shapes.a.back(); ++k) {
      y.reals[place] += a.number(left) * b.number(right);
      left += 1;
      right += shapes.b.back();
    }
    ++place;
  });
  if (b.shape.size() == 1) y.shape.pop_back();
  if (a.shape.size() == 1) y.shape.erase(y.shape.end() - (b.shape.size() == 1 ? 1 : 2));
  return {y};
}

/// alpha op(A) op(B) + beta C.
Outputs gemm(const Call& call) {
  const Array& a = call.real(0);
  const Array& b = call.real(1);
  if (a.shape.size() != 2 || b.shape.size() != 2) throw FormatError("A and B are not matrices");
  const bool a_turned = call.whole("transA", 0) != 0;
  const bool b_turned = call.whole("transB", 0) != 0;
  const Index rows = a.shape[a_turned ? 1 : 0];
  const Index inner = a.shape[a_turned ? 0 : 1];
  const Index columns = b.shape[b_turned ? 0 : 1];
  if (b.shape[b_turned ? 1 : 0] != inner) throw FormatError("A and B do not fit");
  const double alpha = call.number("alpha", 1);
  const double beta = call.number("beta", 1);
  Array y = make_array(a.type, {rows, columns}, call.budget);
  if (call.has(2) && common_shape(y.shape, call.input(2).shape) != y.shape) {
    throw FormatError("C does not fit");
  }
  for_each(y.shape, [&](const Extents& at) {
    double& result = y.reals.at(static_cast<std::size_t>(place_of(y.shape, at)));
    for (Index k = 0; k < inner; ++k) {
      const Extents in_a = a_turned ? Extents{k, at[0]} : Extents{at[0], k};
      const Extents in_b = b_turned ? Extents{at[1], k} : Extents{k, at[1]};
      result += a.number(place_of(a.shape, in_a)) * b.number(place_of(b.shape, in_b));
    }
    result *= alpha;
    if (!call.has(2)) return;
    const Array& c = call.input(2);
    result += beta * c.number(place_of(c.shape, coordinates_in(c.shape, at)));
  });
  return {y};
}

}  // namespace toeplix::onnx_oracle
