// Transposed convolution as Dive into Deep Learning has it (section 14.10): every figure of the
// notebook, by direct loops as there, and by the matrix that Toeplix compiles for any geometry.
// Exits with 1 if a figure is not the book's.

#include <toeplix/toeplix.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using toeplix::Extents;
using toeplix::Index;
using Matrix = Eigen::SparseMatrix<float, Eigen::RowMajor>;

/// A matrix of the notebook, in C order.
struct Tensor {
  Index rows;
  Index cols;
  std::vector<float> values;

  float operator()(Index row, Index col) const {
    return values[static_cast<std::size_t>(row * cols + col)];
  }
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// The tensor of this shape that lies in an Eigen vector.
Tensor reshape(const Eigen::VectorXf& vector, Index rows, Index cols) {
  return {rows, cols, {vector.begin(), vector.end()}};
}

Eigen::VectorXf flatten(const Tensor& tensor) {
  return Eigen::VectorXf::Map(tensor.values.data(), tensor.rows * tensor.cols);
}

/// `corr2d` of the notebook: every output is the sum over one window.
Tensor corr2d(const Tensor& X, const Tensor& K) {
  const toeplix::ConvolutionSpec spec{.input = {X.rows, X.cols}, .kernel = {K.rows, K.cols}};
  const Extents output = toeplix::reference::output_extents(spec);
  return {output[0], output[1], toeplix::reference::convolve(spec, K.values, X.values)};
}

/// `trans_conv` of the notebook: every input adds its multiple of the kernel to one window.
Tensor trans_conv(const toeplix::TransposedConvolution& conv, const Tensor& X, const Tensor& K) {
  return {conv.output()[0], conv.output()[1],
          toeplix::reference::convolve_transposed(conv.spec(), K.values, X.values)};
}

/// `kernel2matrix` of the notebook, for any image and kernel.
Matrix kernel2matrix(const toeplix::Convolution& conv, const Tensor& K) {
  return toeplix::compile(conv, K.values);
}

/// As PyTorch prints a tensor of whole numbers.
std::string to_text(const Tensor& tensor) {
  const auto text_of = [](float value) { return std::to_string(static_cast<int>(value)) + "."; };
  int width = 0;
  for (const float value : tensor.values) {
    width = std::max(width, static_cast<int>(text_of(value).size()));
  }
  std::ostringstream text;
  for (Index row = 0; row < tensor.rows; ++row) {
    text << (row == 0 ? "tensor([[" : ",\n        [");
    for (Index col = 0; col < tensor.cols; ++col) {
      text << (col == 0 ? "" : ", ") << std::setw(width) << text_of(tensor(row, col));
    }
    text << ']';
  }
  text << "])";
  return text.str();
}

std::string to_text(const Extents& shape) {
  std::string text;
  for (const Index extent : shape) text += (text.empty() ? "(" : ", ") + std::to_string(extent);
  return text + ")";
}

/// What is printed, and whether all of it is as in the book.
class Notebook {
 public:
  void show(const std::string& title, const Tensor& got, const Tensor& expected) {
    std::cout << '\n' << title << '\n' << to_text(got) << '\n';
    check("as in the book", got == expected);
  }

  void check(const std::string& claim, bool holds) {
    std::cout << (holds ? "  yes: " : "  WRONG: ") << claim << '\n';
    sound_ = sound_ && holds;
  }

  bool sound() const { return sound_; }

 private:
  bool sound_ = true;
};

void show_transposed_convolution(Notebook& notebook, const std::string& title,
                                 const toeplix::TransposedConvolutionSpec& spec,
                                 const Tensor& expected) {
  const Tensor X{2, 2, {0, 1, 2, 3}};
  const Tensor K{2, 2, {0, 1, 2, 3}};
  const toeplix::TransposedConvolution conv(spec);
  const Tensor Y = trans_conv(conv, X, K);
  notebook.show(title, Y, expected);
  const Matrix T = toeplix::compile(conv, K.values);
  notebook.check("T x, with its matrix T", reshape(T * flatten(X), Y.rows, Y.cols) == Y);
}

void show_matrix(Notebook& notebook) {
  const Tensor X{3, 3, {0, 1, 2, 3, 4, 5, 6, 7, 8}};
  const Tensor K{2, 2, {0, 1, 2, 3}};
  const Tensor Y = corr2d(X, K);
  notebook.show("Y = corr2d(X, K), X = arange(9)", Y, {2, 2, {19, 25, 37, 43}});

  const toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  const Matrix W = kernel2matrix(conv, K);
  const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> dense = W;
  notebook.show("W = kernel2matrix(K)", reshape(dense.reshaped<Eigen::RowMajor>(), 4, 9),
                {4, 9, {0, 1, 0, 2, 3, 0, 0, 0, 0,  //
                        0, 0, 1, 0, 2, 3, 0, 0, 0,  //
                        0, 0, 0, 0, 1, 0, 2, 3, 0,  //
                        0, 0, 0, 0, 0, 1, 0, 2, 3}});
  notebook.check("W x is corr2d(X, K)", reshape(W * flatten(X), 2, 2) == Y);

  const toeplix::TransposedConvolution back({.input = {2, 2}, .kernel = {2, 2}});
  const Tensor Z = trans_conv(back, Y, K);
  notebook.show("Z = trans_conv(Y, K)", Z, {3, 3, {0, 19, 25, 38, 144, 118, 74, 197, 129}});
  notebook.check("W^T y is trans_conv(Y, K)", reshape(W.transpose() * flatten(Y), 3, 3) == Z);
}

void show_shapes(Notebook& notebook) {
  const toeplix::Convolution conv({.input = {16, 16},
                                   .kernel = {5, 5},
                                   .in_channels = 10,
                                   .out_channels = 30,
                                   .stride = 3,
                                   .padding = 2});
  const toeplix::TransposedConvolution back({.input = conv.output(),
                                             .kernel = {5, 5},
                                             .in_channels = 30,
                                             .out_channels = 10,
                                             .stride = 3,
                                             .padding = 2});
  const auto shape_of = [](Index channels, Extents extents) {
    extents.insert(extents.begin(), channels);
    return extents;
  };
  const Extents input = shape_of(conv.in_channels(), conv.input());
  const Extents between = shape_of(conv.out_channels(), conv.output());
  const Extents output = shape_of(back.out_channels(), back.output());
  std::cout << "\n10 -> 30 channels, kernel 5, padding 2, stride 3, and its transpose\n"
            << to_text(input) << " -> " << to_text(between) << " -> " << to_text(output) << '\n';
  notebook.check("the shape is back at (10, 16, 16)", output == Extents{10, 16, 16});

  std::vector<float> weights(static_cast<std::size_t>(conv.weight_count()));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i % 7) - 3;
  const Matrix W = toeplix::compile(conv, weights);
  const Matrix T = toeplix::compile(back, weights);
  std::cout << "W: " << W.rows() << " x " << W.cols() << " with " << W.nonZeros() << " entries\n";
  notebook.check("the matrix of the one is the other's, transposed",
                 (Matrix(W.transpose()) - T).squaredNorm() == 0);
}

}  // namespace

int main() {
  Notebook notebook;
  show_transposed_convolution(notebook, "trans_conv(X, K)", {.input = {2, 2}, .kernel = {2, 2}},
                              {3, 3, {0, 0, 1, 0, 4, 6, 4, 12, 9}});
  show_transposed_convolution(notebook, "trans_conv(X, K) with padding 1",
                              {.input = {2, 2}, .kernel = {2, 2}, .padding = 1}, {1, 1, {4}});
  show_transposed_convolution(notebook, "trans_conv(X, K) with stride 2",
                              {.input = {2, 2}, .kernel = {2, 2}, .stride = 2},
                              {4, 4, {0, 0, 0, 1, 0, 0, 2, 3, 0, 2, 0, 3, 4, 6, 6, 9}});
  show_shapes(notebook);
  show_matrix(notebook);
  return notebook.sound() ? 0 : 1;
}
