#pragma once

#include <toeplix/onnx/model.hpp>

#include "onnx/graph/linear_graph.hpp"
#include "onnx/graph/scope.hpp"
#include "onnx/ops/rules.hpp"
#include "onnx/schema/decode_tensor.hpp"

#include <map>
#include <set>

namespace toeplix::onnx_detail {

/// Goes through a model's nodes in order: infers shapes, computes what is constant, and sorts the
/// nodes into linear ones and others.
class Walk {
 public:
  Walk(const OnnxOptions& options, TensorFolder folder, ReadingBudget& budget)
      : options_(options), folder_(std::move(folder)), budget_(budget) {}

  /// The graph of a model. Its weights are taken out of `model`. Throws FormatError, GeometryError
  /// and CapacityError, with the node's name.
  LinearGraph run(::onnx::ModelProto& model);

 private:
  /// A node in its place.
  struct Step {
    ::onnx::NodeProto& proto;
    Scope& scope;
    std::string name;   ///< as it is listed
    std::string title;  ///< as messages have it
  };

  void check_options() const;
  void walk_graph(::onnx::GraphProto& graph, Scope& scope);
  void read_initializers(::onnx::GraphProto& graph, Scope& scope);
  void read_inputs(const ::onnx::GraphProto& graph, Scope& scope);
  void walk_node(Step& step);
  void walk_known(Step& step, const OpRule& rule);
  void take_constant(Step& step);
  void walk_if(Step& step);
  /// The branch that is surely taken: what it gives is called as the If calls it.
  void take_branch(Step& step, const char* branch);
  /// An output of an If that is a tensor from outside of the branch, or one that has a name.
  std::size_t pass_on(Step& step, std::size_t tensor, const std::string& output);
  /// The tensors that a branch gives; `outputs` as in Scope.
  std::vector<std::size_t> walk_branch(Step& step, const char* branch,
                                       std::map<std::string, std::string> outputs = {});
  /// The same of a branch that may not be the one that is taken: nothing if it contradicts the
  /// shapes, so that it cannot be; `problem` says how.
  std::optional<std::vector<std::size_t>> try_branch(Step& step, const char* branch,
                                                     std::string& problem);
  void join_branches(Step& step, const std::vector<std::size_t>& first,
                     const std::vector<std::size_t>& second, const std::string& problem);

  NodeContext context_of(const Step& step);
  void take_result(Step& step, const NodeContext& node, OpResult result);
  void take_linear(Step& step, const NodeContext& node, const OpResult& result);
  /// Terms of a node number its inputs; they become numbers of tensors, or constants.
  void resolve_terms(const Step& step, const NodeContext& node, LinearNode& linear) const;
  void take_other(Step& step, OtherKind kind, OpResult result);
  /// A tensor by the name that it has in the scope.
  std::size_t add_tensor(Scope& scope, const std::string& name, Value value);
  /// Fills in what the model and the caller say of a tensor, and throws if they disagree with what
  /// is known.
  void settle_shape(Scope& scope, const std::string& name, Value& value) const;
  std::string unique_name(const Step& step);
  std::vector<std::size_t> ids_read(const Step& step) const;

  const OnnxOptions& options_;
  TensorFolder folder_;
  ReadingBudget& budget_;
  LinearGraph graph_;
  std::size_t position_ = 0;
  std::set<std::string> names_;
  std::map<std::string, int> copies_;
  std::set<std::string> given_;  ///< names of shapes that were of use
  std::string inputs_;           ///< which inputs the model has, in words
};

}  // namespace toeplix::onnx_detail
