#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

namespace toeplix::onnx_detail {

namespace {

/// A matrix in memory: its extents, and the steps along rows and columns.
struct MatrixLayout {
  Index rows;
  Index cols;
  Index row_step;
  Index col_step;
};

MatrixLayout gemm_operand(const Extents& shape, const char* name, bool transposed) {
  if (shape.size() != 2) {
    throw FormatError(std::string(name) + " has the shape " + shape_text(shape) +
                      "; expected two axes");
  }
  if (transposed) return {shape[1], shape[0], 1, shape[1]};
  return {shape[0], shape[1], shape[1], 1};
}

void check_inner(const Extents& a, const Extents& b, Index columns, Index rows) {
  if (columns == rows) return;
  throw FormatError("the matrices " + shape_text(a) + " and " + shape_text(b) +
                    " cannot be multiplied: " + std::to_string(columns) + " columns meet " +
                    std::to_string(rows) + " rows");
}

/// Operand C of Gemm, broadcast to the product.
void add_gemm_c(OpResult& result, const NodeContext& node) {
  if (!node.has(2)) return;
  const Extents& product = result.forms[0].shape;
  const Extents& c = node.shape(2);
  if (broadcast_shape(c, product) != product) {
    throw FormatError("C " + shape_text(c) + " cannot be broadcast to " + shape_text(product));
  }
  const double beta = node.attributes.number("beta", 1);
  result.forms[0].terms.push_back({broadcast_part(c, product, beta), 2});
}

/// One operand of numpy.matmul, as a stack of matrices.
struct Stack {
  Extents batch;
  MatrixLayout matrix;
  bool is_vector;
};

Stack stack_of(const Extents& shape, bool is_left) {
  if (shape.empty()) throw FormatError("a factor is a single number; expected one axis or more");
  if (shape.size() == 1) {
    const Index length = shape[0];
    const MatrixLayout row = {1, length, length, 1};
    const MatrixLayout column = {length, 1, 1, length};
    return {{}, is_left ? row : column, true};
  }
  const Index rows = shape[shape.size() - 2];
  const Index cols = shape.back();
  return {{shape.begin(), shape.end() - 2}, {rows, cols, cols, 1}, false};
}

/// Steps from a matrix to the next, along every axis of the product's batch.
Extents batch_steps(const Stack& stack, const Extents& batch) {
  Extents steps = broadcast_steps(stack.batch, batch);
  for (Index& step : steps) step *= stack.matrix.rows * stack.matrix.cols;
  return steps;
}

/// The terms of a product, where `x` is the input and `w` are the weights.
ContractionSpec product_spec(const Extents& input, const Extents& batch, const Extents& x_steps,
                             const Extents& w_steps) {
  ContractionSpec spec{.input = input};
  for (std::size_t axis = 0; axis < batch.size(); ++axis) {
    spec.output.push_back({batch[axis], x_steps[axis], w_steps[axis]});
  }
  return spec;
}

}  // namespace

OpResult gemm(const NodeContext& node) {
  const Extents& a_shape = node.shape(0);
  const Extents& b_shape = node.shape(1);
  const MatrixLayout a = gemm_operand(a_shape, "A", node.attributes.flag("transA", false));
  const MatrixLayout b = gemm_operand(b_shape, "B", node.attributes.flag("transB", false));
  check_inner(a_shape, b_shape, a.cols, b.rows);
  const double alpha = node.attributes.number("alpha", 1);
  const Extents shape = {a.rows, b.cols};
  const bool right = node.input(1).constant != nullptr;
  if (!right && node.input(0).constant == nullptr) {
    return nonlinear("multiplies two tensors that are not constant", shape);
  }
  ContractionSpec spec{.input = right ? a_shape : b_shape};
  if (right) {
    spec.output = {{a.rows, a.row_step, 0}, {b.cols, 0, b.col_step}};
    spec.summed = {{a.cols, a.col_step, b.row_step}};
  } else {
    spec.output = {{a.rows, 0, a.row_step}, {b.cols, b.col_step, 0}};
    spec.summed = {{a.cols, b.row_step, a.col_step}};
  }
  const std::size_t input = right ? 0 : 1;
  OpResult result = linear(shape, {});
  if (a.cols > 0) {
    result.forms[0].terms.push_back(
        {make_part(std::move(spec), {node.input(1 - input).constant, alpha}), input});
  }
  add_gemm_c(result, node);
  return result;
}

OpResult matmul(const NodeContext& node) {
  const Stack a = stack_of(node.shape(0), true);
  const Stack b = stack_of(node.shape(1), false);
  check_inner(node.shape(0), node.shape(1), a.matrix.cols, b.matrix.rows);
  const Extents batch = broadcast_shape(a.batch, b.batch);
  Extents shape = batch;
  if (!a.is_vector) shape.push_back(a.matrix.rows);
  if (!b.is_vector) shape.push_back(b.matrix.cols);
  const bool right = node.input(1).constant != nullptr;
  if (!right && node.input(0).constant == nullptr) {
    return nonlinear("multiplies two tensors that are not constant", std::move(shape));
  }
  const Extents a_steps = batch_steps(a, batch);
  const Extents b_steps = batch_steps(b, batch);
  if (a.matrix.cols == 0) return linear(std::move(shape), {});
  const std::size_t input = right ? 0 : 1;
  ContractionSpec spec = right ? product_spec(node.shape(0), batch, a_steps, b_steps)
                               : product_spec(node.shape(1), batch, b_steps, a_steps);
  const MatrixLayout& left = a.matrix;
  const MatrixLayout& other = b.matrix;
  if (right) {
    spec.output.insert(spec.output.end(),
                       {{left.rows, left.row_step, 0}, {other.cols, 0, other.col_step}});
    spec.summed = {{left.cols, left.col_step, other.row_step}};
  } else {
    spec.output.insert(spec.output.end(),
                       {{left.rows, 0, left.row_step}, {other.cols, other.col_step, 0}});
    spec.summed = {{left.cols, other.row_step, left.col_step}};
  }
  return linear(std::move(shape),
                {{make_part(std::move(spec), {node.input(1 - input).constant, 1}), input}});
}

}  // namespace toeplix::onnx_detail
