#pragma once

#include "onnx/oracle/operators.hpp"
#include "support/failures.hpp"
#include "support/onnx_builder.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace toeplix::test {

/// One use of an operator of the oracle, with all its inputs.
class OneNode {
 public:
  explicit OneNode(const std::string& op, Index opset = 13) : opset_(opset) {
    node_.set_op_type(op);
  }

  OneNode& real(const Extents& shape, const std::vector<double>& numbers) {
    onnx_oracle::Array array{.shape = shape, .reals = numbers};
    return add(std::move(array));
  }
  OneNode& whole(const Extents& shape, const std::vector<std::int64_t>& numbers) {
    return add(onnx_oracle::whole_array(shape, numbers));
  }
  /// Whole numbers along one axis.
  OneNode& list(const std::vector<std::int64_t>& numbers) {
    return whole({static_cast<Index>(numbers.size())}, numbers);
  }
  OneNode& none() {
    inputs_.push_back(nullptr);
    return *this;
  }
  template <class Value>
  OneNode& with(const std::string& name, const Value& value) {
    set(node_, name, value);
    return *this;
  }
  OneNode& outputs(int count) {
    for (int i = 0; i < count; ++i) node_.add_output("y" + std::to_string(i));
    return *this;
  }

  onnx_oracle::Outputs run() const {
    const onnx_oracle::Budget budget{Index{1} << 20};
    return onnx_oracle::operator_of(node_.op_type())
        ->apply({node_, opset_, inputs_, budget, folder_});
  }
  /// Checks the real numbers of an output, exactly.
  void gives(const Extents& shape, const std::vector<double>& numbers, std::size_t output = 0) {
    const onnx_oracle::Array array = run().at(output);
    BOOST_TEST_CONTEXT(node_.op_type()) {
      BOOST_TEST((array.shape == shape), onnx_oracle::text_of(array.shape));
      BOOST_TEST(array.reals == numbers, boost::test_tools::per_element());
      BOOST_TEST(array.wholes.empty());
    }
  }
  void gives_whole(const Extents& shape, const std::vector<std::int64_t>& numbers) {
    const onnx_oracle::Array array = run().at(0);
    BOOST_TEST_CONTEXT(node_.op_type()) {
      BOOST_TEST((array.shape == shape), onnx_oracle::text_of(array.shape));
      BOOST_TEST(array.wholes == numbers, boost::test_tools::per_element());
      BOOST_TEST(array.reals.empty());
    }
  }
  void refuses(const std::string& message) const {
    check_throws<FormatError>([&] { run(); }, message);
  }

 private:
  OneNode& add(onnx_oracle::Array array) {
    inputs_.push_back(std::make_shared<const onnx_oracle::Array>(std::move(array)));
    return *this;
  }

  Index opset_;
  ::onnx::NodeProto node_;
  std::vector<onnx_oracle::ArrayPointer> inputs_;
  std::filesystem::path folder_;
};

}  // namespace toeplix::test
