#include "onnx/verify/verifier.hpp"

#include "core/base/interrupt.hpp"
#include "onnx/verify/compare.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace toeplix::onnx_verify {

namespace {

using onnx_oracle::Array;
using onnx_oracle::ArrayPointer;

constexpr Index largest_range = Index{1} << 26;

/// Does what may fail because the oracle does not know something, or memory is short.
template <class Action>
void or_leave_out(OnnxCheck& check, const Action& action) {
  try {
    action();
  } catch (const Interrupted&) {
    throw;
  } catch (const Error& error) {
    check.verdict = OnnxVerdict::left_out;
    check.message = title(check) + ": left out: " + error.what();
  }
}

Rounding exact(const Array& array) {
  Rounding rounding{array.reals, Numbers(array.reals.size())};
  for (double& number : rounding.magnitudes) number = std::abs(number);
  return rounding;
}

}  // namespace

Verifier::Verifier(const OnnxModel& model, onnx_oracle::Interpreter& oracle,
                   const OnnxVerifyOptions& options)
    : model_(model),
      oracle_(oracle),
      options_(options),
      range_bytes_(largest_range),
      random_(options.seed),
      nodes_(model.nodes()) {
  const Index budget = options.resources.memory_budget;
  if (budget > 0) range_bytes_ = std::min(range_bytes_, budget / 4);
}

OnnxVerification Verifier::run() {
  for (std::size_t number = 0; number < nodes_.size(); ++number) {
    const OnnxNode& node = nodes_[number];
    node_of_[node.output().name] = number;
    result_.nodes.push_back({node.name(), node.op_type()});
    OnnxCheck& check = result_.nodes.back();
    check.verdict = OnnxVerdict::differs;
    check.message = title(check) + ": the oracle makes no '" + node.output().name + '\'';
  }
  feed();
  oracle_.run([&](const std::string& tensor) {
    detail::stop_if_asked();
    const auto found = node_of_.find(tensor);
    if (found != node_of_.end()) take_node(found->second);
  });
  for (const OnnxSegment& segment : model_.segments()) {
    OnnxCheck& check = result_.segments.emplace_back(OnnxCheck{segment.name(), ""});
    or_leave_out(check, [&] { check_segment(segment, check); });
    tell(check);
  }
  return std::move(result_);
}

Array Verifier::random_array(const Extents& shape) {
  Array array = oracle_.zeros(shape);
  for (double& number : array.reals) {
    const std::uint64_t bits = random_();
    const auto size = static_cast<double>(1 + (bits >> 1) % 997);
    number = (bits & 1) != 0 ? size : -size;
  }
  array.is_constant = false;
  return array;
}

void Verifier::feed() {
  std::map<std::string, Extents> fed;
  for (const OnnxTensor& input : model_.inputs()) fed[input.name] = input.shape;
  // A shape that is not known is empty, as that of a single number: those matter if they are read.
  for (const OnnxOtherNode& other : model_.nonlinear()) {
    for (const OnnxTensor& output : other.outputs) {
      if (!output.shape.empty()) fed[output.name] = output.shape;
    }
  }
  for (const OnnxNode& node : nodes_) {
    for (const OnnxTensor& input : node.inputs()) {
      if (!node_of_.contains(input.name)) fed[input.name] = input.shape;
    }
  }
  for (const auto& [name, shape] : fed) {
    Array array = random_array(shape);
    roundings_[name] = exact(array);
    oracle_.feed(name, std::move(array));
  }
}

void Verifier::tell(const OnnxCheck& check) {
  ++done_;
  if (!options_.progress) return;
  options_.progress(check, done_, nodes_.size() + model_.segments().size());
}

void Verifier::take_node(std::size_t number) {
  OnnxCheck& check = result_.nodes[number];
  or_leave_out(check, [&] { check_node(nodes_[number], check); });
  tell(check);
}

void Verifier::check_node(const OnnxNode& node, OnnxCheck& check) {
  detail::stop_if_asked();
  onnx_oracle::Interpreter::Arrays named;
  std::vector<ArrayPointer> inputs;
  for (const OnnxTensor& input : node.inputs()) {
    inputs.push_back(std::make_shared<const Array>(random_array(input.shape)));
    named[input.name] = inputs.back();
  }
  const Array expected = oracle_.evaluate(node.output().name, named);
  const Sums sums = node_sums(node, inputs);
  Numbers bounds;
  for (std::size_t row = 0; row < sums.values.size(); ++row) {
    const double made_of = row < expected.magnitudes.size() ? expected.magnitudes[row] : 0;
    bounds.push_back(rounding_bound(sums.entries[row], std::max(sums.magnitudes[row], made_of)));
  }
  compare(node.output().shape, sums.values, bounds, expected, check);
  carry(node, sums);
}

Sums Verifier::node_sums(const OnnxNode& node, const std::vector<ArrayPointer>& inputs) {
  Sums sums(static_cast<std::size_t>(node.rows()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Rounding& rounding = roundings_[node.inputs()[i].name];
    for (Index first = 0; first < node.rows();) {
      detail::stop_if_asked();
      const Index last = end_of_range(first, node.rows(), node.nnz(i), range_bytes_);
      const Map map = node.map_rows<double, std::int64_t>(first, last, i, options_.resources);
      add_map(map, first, inputs[i]->reals, rounding, sums);
      first = last;
    }
  }
  return sums;
}

/// The rounding of the output, if that of all inputs is known.
void Verifier::carry(const OnnxNode& node, const Sums& sums) {
  for (const OnnxTensor& input : node.inputs()) {
    if (roundings_[input.name].magnitudes.empty()) return;
  }
  const ArrayPointer value = oracle_.value(node.output().name);
  Rounding rounding{sums.carried, sums.errors};
  for (std::size_t row = 0; row < sums.carried.size(); ++row) {
    if (row < value->magnitudes.size()) rounding.magnitudes[row] += value->magnitudes[row];
    rounding.errors[row] += rounding_bound(sums.entries[row], rounding.magnitudes[row]);
  }
  roundings_[node.output().name] = std::move(rounding);
}

void Verifier::check_segment(const OnnxSegment& segment, OnnxCheck& check) {
  detail::stop_if_asked();
  const ArrayPointer expected = oracle_.value(segment.output().name);
  const Rounding& rounding = roundings_[segment.output().name];
  if (rounding.magnitudes.empty()) throw Error("a node of it was left out");
  const std::vector<OnnxTensor> inputs = segment.inputs();
  Sums sums(static_cast<std::size_t>(segment.rows()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Map map = segment.map<double, std::int64_t>(i, options_.resources);
    add_map(map, 0, oracle_.value(inputs[i].name)->reals, {}, sums);
  }
  Numbers bounds;
  for (std::size_t row = 0; row < sums.values.size(); ++row) {
    bounds.push_back(
        2 * (rounding.errors[row] + rounding_bound(sums.entries[row], rounding.magnitudes[row])));
  }
  compare(segment.output().shape, sums.values, bounds, *expected, check);
}

}  // namespace toeplix::onnx_verify
