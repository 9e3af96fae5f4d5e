#pragma once

#include <toeplix/affine_chain.hpp>
#include <toeplix/affine_map.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/separable.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// \file
/// The linear parts of a neural network in an ONNX file. Needs the library `toeplix::onnx`.

namespace toeplix {

namespace onnx_detail {

struct ModelState;

}  // namespace onnx_detail

/// How a model is read.
///
///     auto model = toeplix::read_onnx("net.onnx", {.shapes = {{"x", {1, 3, 224, 224}}}});
struct OnnxOptions {
  /// Shapes of inputs that have free dimensions, by name; and of any other tensor whose shape is
  /// not inferred, which a message says then.
  std::map<std::string, Extents> shapes = {};
  /// `memory_budget` is what reading may take: the file, the weights and constants; 0: what the
  /// machine has free.
  Resources resources = {};
};

/// A tensor by its name in the model. Within a branch of an If its name begins with that of the If
/// and the branch: `if1/then_branch/x`. What a branch gives that is surely taken is called as the
/// If calls it.
///
///     toeplix::OnnxTensor image{"x", {1, 3, 224, 224}};
struct OnnxTensor {
  std::string name;  ///< unique
  Extents shape;     ///< all axes, the batch among them; empty also if it is not known

  friend bool operator==(const OnnxTensor&, const OnnxTensor&) = default;
};

/// A node that is an affine function of its inputs: y = A_0 x_0 + A_1 x_1 + ... + b, where the x
/// are tensors that the model has no numbers for. Nearly all have one. Cheap to copy; keeps the
/// model's weights alive.
///
/// A node with several outputs (Split) is one such node for each, called `name[0]`, `name[1]`, ...
/// Nothing is compiled before it is asked for; sizes are from closed forms.
///
///     for (const toeplix::OnnxNode& node : model.nodes()) {
///       std::cout << node.name() << ": " << node.rows() << " x " << node.cols() << '\n';
///     }
class OnnxNode {
 public:
  /// The name; one without gets one of its operator and number, such as `Conv_3`. In a branch of an
  /// If it begins as the names of tensors do. No two are the same.
  [[nodiscard]] const std::string& name() const;
  /// ONNX's name of the operator.
  [[nodiscard]] const std::string& op_type() const;
  /// Its place among all of the model's nodes, also those that are not linear, from 0.
  [[nodiscard]] std::size_t position() const;
  /// The tensors that it is a function of, each once.
  [[nodiscard]] std::vector<OnnxTensor> inputs() const;
  /// What it makes.
  [[nodiscard]] OnnxTensor output() const;

  /// Elements of the output.
  [[nodiscard]] Index rows() const;
  /// Elements of an input. Throws GeometryError for an input that is not there.
  [[nodiscard]] Index cols(std::size_t input = 0) const;
  /// Entries of an input's matrix; more than there are for a Gemm whose input is A or B and C at
  /// once. Errors likewise; CapacityError beyond 64 bits. Cost: a closed form.
  [[nodiscard]] Index nnz(std::size_t input = 0) const;

  /// The matrix of one input, and the shapes. The offset b is in the map of input 0, and zero in
  /// the others, so that y is the sum of what the maps give. Its name is the node's.
  ///
  /// Weights that are floats in the model are the same numbers in a matrix of floats; what is
  /// computed of them (alpha times a weight, a scale of a BatchNormalization) is computed in double
  /// and rounded once. Throws GeometryError for an input that is not there, CapacityError as
  /// `compile`. Cost: writing the matrix.
  ///
  ///     auto layer = model.nodes()[0].map<float>();
  ///     Eigen::VectorXf y = toeplix::apply(layer, x);
  template <RealMatrixScalar Scalar, MatrixIndex StorageIndex = int>
  [[nodiscard]] AffineMap<Scalar, StorageIndex> map(std::size_t input = 0,
                                                    const Resources& resources = {}) const;
  /// Rows [first, last) of it alone, as a map to a tensor of one axis: so a matrix that memory does
  /// not hold is made in parts. Cost and memory are those of these rows. Also throws GeometryError
  /// for a range that is empty or not within the matrix.
  ///
  ///     auto part = node.map_rows<float>(0, node.rows() / 2);
  template <RealMatrixScalar Scalar, MatrixIndex StorageIndex = int>
  [[nodiscard]] AffineMap<Scalar, StorageIndex> map_rows(Index first, Index last,
                                                         std::size_t input = 0,
                                                         const Resources& resources = {}) const;

  /// The geometry of a Conv, for one image of the batch; nothing if it is another operator.
  ///
  ///     if (auto conv = node.convolution()) {
  ///       toeplix::Operator<float> op(*conv, node.weights<float>());  // without the matrix
  ///     }
  [[nodiscard]] std::optional<Convolution> convolution() const;
  /// The geometry of a ConvTranspose, likewise.
  [[nodiscard]] std::optional<TransposedConvolution> transposed_convolution() const;
  /// Images of a Conv or ConvTranspose that are convolved by themselves; 1 for other operators.
  [[nodiscard]] Index batch() const;
  /// The weights of a Conv or ConvTranspose in ONNX's order, which is that of `weights_shape()`;
  /// empty for other operators.
  template <RealMatrixScalar Scalar>
  [[nodiscard]] std::vector<Scalar> weights() const;
  /// The bias of a Conv or ConvTranspose, one number per output channel; zeros if it has none that
  /// is constant; empty for other operators.
  template <RealMatrixScalar Scalar>
  [[nodiscard]] std::vector<Scalar> bias() const;

 private:
  friend class OnnxModel;
  friend class OnnxSegment;
  OnnxNode(std::shared_ptr<const onnx_detail::ModelState> state, std::size_t number)
      : state_(std::move(state)), number_(number) {}

  std::shared_ptr<const onnx_detail::ModelState> state_;
  std::size_t number_;
};

/// A tensor that a node which is not linear needs, or the caller of the model, as an affine
/// function of the tensors that it comes from: inputs of the model, and outputs of nodes that are
/// not linear. y = A_0 x_0 + A_1 x_1 + ... + b. Cheap to copy.
///
/// Branches of one tensor that come together again (residual connections) are one matrix. Segments
/// may share nodes.
///
///     for (const toeplix::OnnxSegment& segment : model.segments()) {
///       auto map = segment.map<float>();  // one matrix for all nodes of the segment
///     }
class OnnxSegment {
 public:
  /// The name of the node that makes the output.
  [[nodiscard]] const std::string& name() const;
  /// The tensors that it comes from: inputs of the model in their order, then others.
  [[nodiscard]] std::vector<OnnxTensor> inputs() const;
  /// The tensor that it makes.
  [[nodiscard]] OnnxTensor output() const;
  /// Its nodes in an order in which they can be computed; the last makes the output.
  [[nodiscard]] std::vector<OnnxNode> nodes() const;

  /// Elements of the output.
  [[nodiscard]] Index rows() const;
  /// Elements of an input. Throws GeometryError for an input that is not there.
  [[nodiscard]] Index cols(std::size_t input = 0) const;
  /// Entries of the matrices of all nodes, as AffineChain::nnz; the one matrix of the segment may
  /// have more or fewer. Throws CapacityError beyond 64 bits.
  [[nodiscard]] Index nnz() const;

  /// Whether every node has one input, the output of the one before it.
  [[nodiscard]] bool is_chain() const;
  /// The nodes' maps one after another. Throws GeometryError unless `is_chain()`; CapacityError if
  /// they exceed the memory budget together. Cost: writing the matrices of the nodes.
  ///
  ///     auto chain = segment.chain<float>();
  ///     Eigen::VectorXf y = chain.apply(x);
  template <RealMatrixScalar Scalar, MatrixIndex StorageIndex = int>
  [[nodiscard]] AffineChain<Scalar, StorageIndex> chain(const Resources& resources = {}) const;
  /// The one matrix of an input. The offset is in the map of input 0, and zero in the others. A
  /// chain of up to 64 nodes is associated as AffineChain does it; otherwise the nodes are composed
  /// in their order.
  /// Throws GeometryError for an input that is not there, CapacityError if what exists at a time
  /// exceeds the index type or the memory budget. Cost: the products of the nodes' matrices.
  ///
  ///     auto residual = segment.map<double>();
  template <RealMatrixScalar Scalar, MatrixIndex StorageIndex = int>
  [[nodiscard]] AffineMap<Scalar, StorageIndex> map(std::size_t input = 0,
                                                    const Resources& resources = {}) const;

 private:
  friend class OnnxModel;
  OnnxSegment(std::shared_ptr<const onnx_detail::ModelState> state, std::size_t number)
      : state_(std::move(state)), number_(number) {}

  std::shared_ptr<const onnx_detail::ModelState> state_;
  std::size_t number_;
};

/// A node that is not linear, or whose operator is not known.
///
///     for (const toeplix::OnnxOtherNode& node : model.nonlinear()) {
///       std::cout << node.name << ' ' << node.reason << '\n';  // relu1 is not linear
///     }
struct OnnxOtherNode {
  std::string name;                 ///< as OnnxNode::name
  std::string op_type;              ///< ONNX's name of the operator
  std::string domain;               ///< empty for ONNX's own
  std::size_t position;             ///< among all nodes, from 0
  std::vector<OnnxTensor> inputs;   ///< those that are not constant; also what is read in its body
  std::vector<OnnxTensor> outputs;  ///< those that are not left out
  bool is_known;       ///< whether the operator is: then it is not linear here, or not supported
  std::string reason;  ///< why it is not linear, or what is not known, after the node's name
};

/// A model's graph as far as it is linear. Cheap to copy; cannot be changed.
///
///     auto model = toeplix::read_onnx("resnet50.onnx");
///     for (const auto& segment : model.segments()) std::cout << segment.name() << '\n';
class OnnxModel {
 public:
  /// The version of ONNX's own operators that the model uses.
  [[nodiscard]] Index opset() const;
  /// The inputs that have no numbers in the model.
  [[nodiscard]] std::vector<OnnxTensor> inputs() const;
  /// What the model gives.
  [[nodiscard]] std::vector<OnnxTensor> outputs() const;
  /// The linear nodes, in an order in which they can be computed. Nodes whose output is constant
  /// are none.
  [[nodiscard]] std::vector<OnnxNode> nodes() const;
  /// What the linear nodes make together, in the order of their last nodes.
  [[nodiscard]] std::vector<OnnxSegment> segments() const;
  /// Files besides the model's own that weights were read from.
  [[nodiscard]] std::vector<std::filesystem::path> external_files() const;
  /// Whether a linear node computes in doubles, so that matrices of floats would round its weights.
  [[nodiscard]] bool has_doubles() const;
  /// The other nodes, likewise in order.
  [[nodiscard]] std::vector<OnnxOtherNode> nonlinear() const;

 private:
  friend OnnxModel read_onnx(const std::filesystem::path& path, const OnnxOptions& options);
  friend OnnxModel read_onnx(std::span<const std::byte> bytes, const OnnxOptions& options);
  explicit OnnxModel(std::shared_ptr<const onnx_detail::ModelState> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const onnx_detail::ModelState> state_;
};

/// Reads an ONNX model, operator sets 7 to 21, and finds its linear parts: what each node and each
/// run of them is as a matrix and an offset, made when it is asked for. Weights are held once, as
/// the model has them. External data are read from the model's folder.
///
/// Shapes are inferred; where the model states one as well, they must agree. Of an If whose
/// condition is constant only that branch counts; of others both are looked at, as far as they go
/// with the shapes. What is in a Loop or Scan is not. Operators that are not known, and uses of
/// known ones that are not, are listed (`nonlinear`) and end a segment, as all do that are not
/// linear. A Cast between floating types is taken for the identity, although it rounds. A tensor
/// without elements is a constant.
///
/// Throws FormatError for a file that is no model, is cut short, or contradicts itself: the message
/// names the node, its operator and what is wrong. GeometryError for shapes that do not fit, and
/// for an input with free dimensions of which `options` has no shape. CapacityError beyond the
/// memory budget. Error for a shape of a tensor that is not there, or is an initializer and no
/// input. Cost: reading the file.
///
///     auto model = toeplix::read_onnx("net.onnx", {.shapes = {{"x", {1, 3, 224, 224}}}});
///     auto first = model.segments().front().map<float>();  // y = A x + b
[[nodiscard]] OnnxModel read_onnx(const std::filesystem::path& path,
                                  const OnnxOptions& options = {});
/// The same from memory: the bytes of a file. It cannot have external data.
///
///     std::vector<std::byte> bytes = download();
///     auto model = toeplix::read_onnx(bytes);
[[nodiscard]] OnnxModel read_onnx(std::span<const std::byte> bytes,
                                  const OnnxOptions& options = {});

}  // namespace toeplix
