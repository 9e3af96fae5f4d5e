#include "support/onnx_check.hpp"

#include "support/compare.hpp"
#include "support/failures.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/onnx/verify.hpp>

#include <boost/test/unit_test.hpp>

namespace toeplix::test {

namespace {

using DoubleMap = AffineMap<double>;

std::size_t place_of(const Extents& shape, const Extents& at) {
  Index place = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) place = place * shape[axis] + at[axis];
  return static_cast<std::size_t>(place);
}

std::vector<double> numbers_of(const Eigen::VectorXd& vector) {
  return {vector.begin(), vector.end()};
}

/// Any two rows that lie one behind the other are those of the whole matrix, offset and all.
void check_rows(const OnnxNode& node, std::size_t input, const DoubleMap& whole) {
  for (Index first = 0; first < node.rows(); first += 2) {
    const Index last = std::min(node.rows(), first + 3);
    const DoubleMap part = node.map_rows<double>(first, last, input);
    const DoubleMap::Matrix expected = whole.matrix().middleRows(first, last - first);
    BOOST_TEST(same_bits(part.matrix(), expected));
    BOOST_TEST((part.offset() == whole.offset().segment(first, last - first)));
  }
}

void check_node(const OnnxNode& node) {
  for (std::size_t input = 0; input < node.inputs().size(); ++input) {
    const DoubleMap map = node.map<double>(input);
    BOOST_TEST(map.rows() == node.rows());
    BOOST_TEST(map.cols() == node.cols(input));
    BOOST_TEST(map.nnz() == node.nnz(input));
    BOOST_TEST((map.input_shape() == node.inputs()[input].shape));
    BOOST_TEST((map.output_shape() == node.output().shape));
    BOOST_TEST(map.name() == node.name());
    check_rows(node, input, map);
  }
}

/// What the segment's nodes make one after the other.
Eigen::VectorXd value_by_nodes(const OnnxSegment& segment, const std::vector<Array>& inputs) {
  std::map<std::string, Eigen::VectorXd> values;
  const auto names = segment.inputs();
  for (std::size_t i = 0; i < names.size(); ++i) {
    values[names[i].name] = Eigen::Map<const Eigen::VectorXd>(
        inputs[i].values.data(), static_cast<Eigen::Index>(inputs[i].values.size()));
  }
  for (const OnnxNode& node : segment.nodes()) {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(node.rows());
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
      sum += toeplix::apply(node.map<double>(i), values.at(node.inputs()[i].name));
    }
    values[node.output().name] = sum;
  }
  return values.at(segment.output().name);
}

template <class Scalar>
Eigen::VectorXd value_by_maps(const OnnxSegment& segment, const std::vector<Array>& inputs) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(segment.rows());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<Scalar> x(inputs[i].values.begin(), inputs[i].values.end());
    sum += toeplix::apply(segment.map<Scalar>(i), x).template cast<double>();
  }
  return sum;
}

}  // namespace

double Array::operator[](const Extents& at) const {
  return values.at(place_of(shape, at));
}

double& Array::operator[](const Extents& at) {
  return values.at(place_of(shape, at));
}

Index size_of(const Extents& shape) {
  Index size = 1;
  for (const Index extent : shape) size *= extent;
  return size;
}

Array small_array(const Extents& shape, int seed) {
  Array array{shape, {}};
  const Index size = size_of(shape);
  for (Index i = 0; i < size; ++i) {
    array.values.push_back(static_cast<double>((i * i + (7 + seed) * i + seed) % 13 - 6));
  }
  return array;
}

void for_each_coordinate(const Extents& shape, const std::function<void(const Extents&)>& visit) {
  const Index size = size_of(shape);
  for (Index i = 0; i < size; ++i) {
    Extents at(shape.size());
    Index rest = i;
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
      at[axis] = rest % shape[axis];
    }
    visit(at);
  }
}

Array make_array(const Extents& shape, const std::function<double(const Extents&)>& value) {
  Array array{shape, {}};
  for_each_coordinate(shape, [&](const Extents& at) { array.values.push_back(value(at)); });
  return array;
}

void check_linear(const OnnxModel& model, const std::vector<Array>& inputs, const Array& expected) {
  for (const OnnxOtherNode& node : model.nonlinear()) {
    BOOST_ERROR(node.name + " is not linear: " + node.reason);
  }
  BOOST_REQUIRE(model.segments().size() == 1);
  const OnnxSegment segment = model.segments()[0];
  BOOST_TEST((segment.output().shape == expected.shape));
  BOOST_REQUIRE(segment.inputs().size() == inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    BOOST_TEST((segment.inputs()[i].shape == inputs[i].shape));
  }
  BOOST_TEST(numbers_of(value_by_maps<double>(segment, inputs)) == expected.values);
  BOOST_TEST(numbers_of(value_by_maps<float>(segment, inputs)) == expected.values);
  BOOST_TEST(numbers_of(value_by_nodes(segment, inputs)) == expected.values);
  for (const OnnxNode& node : model.nodes()) check_node(node);
}

NodeModel::NodeModel(const std::string& op, Index opset)
    : builder(opset), node(&builder.node(op, {"x"}, {"y"}, "it")), opset_(opset) {
  builder.output("y");
}

NodeModel& NodeModel::constant(const Array& array, int type) {
  const std::string name = "c" + std::to_string(++constants_);
  builder.constant(name, array.shape, array.values, type);
  node->add_input(name);
  return *this;
}

NodeModel& NodeModel::wholes(const std::vector<double>& numbers) {
  return constant({{static_cast<Index>(numbers.size())}, numbers}, ::onnx::TensorProto::INT64);
}

NodeModel& NodeModel::none() {
  node->add_input("");
  return *this;
}

OnnxModel NodeModel::read(const Extents& shape) const {
  ::onnx::ModelProto whole = builder.proto();
  GraphBuilder(*whole.mutable_graph()).input("x", shape);
  const std::string bytes = whole.SerializeAsString();
  return read_onnx(std::as_bytes(std::span(bytes)));
}

void NodeModel::check(const Array& x, const Array& expected) const {
  check_linear(read(x.shape), {x}, expected);
}

std::string NodeModel::title() const {
  return "node 'it' (" + node->op_type() + ", operator set " + std::to_string(opset_) + "): ";
}

template <class Exception>
void NodeModel::refuses(const Extents& shape, const std::string& message) const {
  check_throws<Exception>([&] { read(shape); }, title() + message);
}

template void NodeModel::refuses<FormatError>(const Extents&, const std::string&) const;
template void NodeModel::refuses<GeometryError>(const Extents&, const std::string&) const;

void NodeModel::is_not_linear(const Extents& shape, const std::string& reason,
                              const Extents& output) const {
  const OnnxModel model = read(shape);
  BOOST_TEST(model.nodes().empty());
  BOOST_REQUIRE(model.nonlinear().size() == 1);
  const OnnxOtherNode other = model.nonlinear()[0];
  BOOST_TEST(other.name == "it");
  BOOST_TEST(other.reason == reason);
  BOOST_TEST(other.is_known);
  BOOST_TEST((other.outputs[0].shape == output));
}

void check_verified(const ModelBuilder& builder) {
  const std::string bytes = builder.bytes();
  const auto found = verify_onnx(std::as_bytes(std::span(bytes)), {});
  BOOST_TEST(found.passed(), found.message());
  BOOST_TEST(found.complete(), found.message());
}

}  // namespace toeplix::test
