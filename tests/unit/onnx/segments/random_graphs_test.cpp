#include "support/onnx_check.hpp"
#include "support/random.hpp"

#include <boost/test/unit_test.hpp>

// Random graphs of linear nodes on small images, with branches that part and meet, against plain
// loops that follow the graph.

BOOST_AUTO_TEST_SUITE(onnx_random_graphs)

namespace {

using toeplix::Extents;
using toeplix::Index;
using toeplix::test::Array;
using toeplix::test::make_array;
using toeplix::test::ModelBuilder;
using toeplix::test::Random;
using toeplix::test::set;
using toeplix::test::small_array;

/// A graph in the making. Every tensor is (2, 2, 3, 3): batch, channels, rows, columns.
class RandomGraph {
 public:
  explicit RandomGraph(Random& random) : random_(random) {
    values_ = {small_array(shape, 1), small_array(shape, 2)};
    builder_.input("t0", shape).input("t1", shape);
  }

  void add_node() {
    const std::size_t from = draw(values_.size());
    switch (draw(7)) {
      case 0:
        add_convolution(from);
        break;
      case 1:
        add_sum(from);
        break;
      case 2:
        add_scale(from);
        break;
      case 3:
        add_transposition(from);
        break;
      case 4:
        add_concatenation(from);
        break;
      case 5:
        add_frame(from);
        break;
      default:
        add_product(from);
        break;
    }
  }

  /// The last tensor, as the sum of all, so that every node counts.
  void finish() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < values_.size(); ++i) names.push_back(name(i));
    builder_.node("Sum", names, {"y"});
    builder_.output("y");
    Array sum = make_array(shape, [&](const Extents& at) {
      double total = 0;
      for (const Array& value : values_) total += value[at];
      return total;
    });
    toeplix::test::check_linear(builder_.read(), {values_[0], values_[1]}, sum);
  }

 private:
  static const Extents shape;

  std::size_t draw(std::size_t count) {
    return static_cast<std::size_t>(random_.between(0, static_cast<Index>(count) - 1));
  }
  static std::string name(std::size_t number) { return 't' + std::to_string(number); }
  std::string constant(const Array& array) {
    const std::string name = 'c' + std::to_string(constants_++);
    builder_.constant(name, array.shape, array.values);
    return name;
  }
  ::onnx::NodeProto& node(const char* op, const std::vector<std::string>& inputs) {
    return builder_.node(op, inputs, {name(values_.size())});
  }
  void keep(const std::function<double(const Extents&)>& value) {
    values_.push_back(make_array(shape, value));
  }
  double pixel(std::size_t from, Index image, Index channel, Index row, Index col) const {
    const bool inside = row >= 0 && row < 3 && col >= 0 && col < 3;
    return inside ? values_[from][{image, channel, row, col}] : 0;
  }

  void add_convolution(std::size_t from) {
    const Array w = signs({2, 2, 2, 3});
    const Array b = signs({2});
    set(node("Conv", {name(from), constant(w), constant(b)}), "pads", Extents{1, 1, 0, 1});
    keep([&](const Extents& at) {
      double sum = b.values[static_cast<std::size_t>(at[1])];
      toeplix::test::for_each_coordinate({2, 2, 3}, [&](const Extents& k) {
        sum += w[{at[1], k[0], k[1], k[2]}] *
               pixel(from, at[0], k[0], at[2] + k[1] - 1, at[3] + k[2] - 1);
      });
      return sum;
    });
  }

  void add_sum(std::size_t from) {
    const std::size_t other = draw(values_.size());
    node("Sub", {name(from), name(other)});
    keep([&](const Extents& at) { return values_[from][at] - values_[other][at]; });
  }

  void add_scale(std::size_t from) {
    const Array factor = signs({2, 1, 3});
    node("Mul", {constant(factor), name(from)});
    keep([&](const Extents& at) { return factor[{at[1], 0, at[3]}] * values_[from][at]; });
  }

  void add_transposition(std::size_t from) {
    set(node("Transpose", {name(from)}), "perm", Extents{1, 0, 3, 2});
    keep([&](const Extents& at) { return values_[from][{at[1], at[0], at[3], at[2]}]; });
  }

  /// Channel 1 of one tensor in front of channel 0 of another.
  void add_concatenation(std::size_t from) {
    const std::size_t other = draw(values_.size());
    const std::string split = "s" + std::to_string(values_.size());
    set(builder_.node("Split", {name(from)}, {split + "a", split + "b"}), "axis", 1);
    set(builder_.node("Split", {name(other)}, {split + "c", split + "d"}), "axis", 1);
    set(node("Concat", {split + "b", split + "c"}), "axis", 1);
    keep([&](const Extents& at) {
      return at[1] == 0 ? values_[from][{at[0], 1, at[2], at[3]}]
                        : values_[other][{at[0], 0, at[2], at[3]}];
    });
  }

  /// One row of fives above, and the last one left out.
  void add_frame(std::size_t from) {
    const std::string pads = "p" + std::to_string(values_.size());
    builder_.wholes(pads, {0, 0, 1, 0, 0, 0, -1, 0});
    node("Pad", {name(from), pads, constant({{}, {5}})});
    keep([&](const Extents& at) {
      return at[2] == 0 ? 5 : values_[from][{at[0], at[1], at[2] - 1, at[3]}];
    });
  }

  void add_product(std::size_t from) {
    const Array w = signs({3, 3});
    node("MatMul", {name(from), constant(w)});
    keep([&](const Extents& at) {
      double sum = 0;
      for (Index k = 0; k < 3; ++k) {
        sum += values_[from][{at[0], at[1], at[2], k}] * w[{k, at[3]}];
      }
      return sum;
    });
  }

  /// -1, 0 and 1, so that numbers stay small.
  Array signs(const Extents& of) {
    return make_array(of, [&](const Extents&) { return static_cast<double>(draw(3)) - 1; });
  }

  Random& random_;
  ModelBuilder builder_;
  std::vector<Array> values_;
  int constants_ = 0;
};

const Extents RandomGraph::shape = {2, 2, 3, 3};

}  // namespace

BOOST_AUTO_TEST_CASE(equal_plain_loops) {
  Random random("graphs");
  for (int round = 0; round < 40; ++round) {
    BOOST_TEST_CONTEXT("graph " << round) {
      RandomGraph graph(random);
      for (int node = 0; node < 5; ++node) graph.add_node();
      graph.finish();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
