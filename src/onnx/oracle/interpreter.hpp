#pragma once

#include "onnx/oracle/call.hpp"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace toeplix::onnx_oracle {

/// Evaluates an ONNX graph node by node, on dense arrays. Real numbers are in double, and what does
/// not depend on a fed tensor is rounded to its type, as it is stored.
///
/// Tensors are called as in the model, and in a branch of an If with its name and the branch in
/// front, `if1/then_branch/x`; a node without a name gets one of its operator and its number.
class Interpreter {
 public:
  using Arrays = std::map<std::string, ArrayPointer>;

  /// Keeps a reference to the model. External data are in `folder`. `memory_budget`: bytes that all
  /// arrays may take together.
  Interpreter(const ::onnx::ModelProto& model, std::filesystem::path folder, Index memory_budget);

  /// An array to be filled. Throws CapacityError beyond the budget.
  Array zeros(const Extents& shape) const;
  /// Gives a tensor, whatever makes it in the graph. Throws CapacityError beyond the budget.
  void feed(const std::string& name, Array array);
  /// Evaluates all nodes, but for those whose outputs are all fed, and calls `made` with every
  /// tensor that a node makes. What cannot be evaluated has no value then. Throws FormatError for
  /// graphs with cycles.
  void run(const std::function<void(const std::string&)>& made);

  /// A tensor's numbers. Throws Error if it has none: the message says why.
  ArrayPointer value(const std::string& name) const;
  /// What the node that makes this tensor makes of these inputs, instead of their values. Throws
  /// Error with the node's name.
  Array evaluate(const std::string& name, const Arrays& inputs) const;

 private:
  /// A graph within the model.
  struct Scope {
    const Scope* outer;
    std::string prefix;
    std::map<std::string, std::string> names = {};  ///< those of tensors, to those in the model
    /// Names in the model of what the graph gives, if it is a branch that is surely taken.
    std::map<std::string, std::string> outputs = {};
  };
  struct Tensor {
    ArrayPointer value = nullptr;
    const ::onnx::TensorProto* initializer = nullptr;
    std::string problem = {};  ///< why there is no value
    const ::onnx::NodeProto* maker = nullptr;
    const Scope* scope = nullptr;  ///< of the maker
    std::string title = {};        ///< of the maker
  };

  void walk(const ::onnx::GraphProto& graph, Scope& scope);
  void declare(const ::onnx::GraphProto& graph, Scope& scope);
  void take(const ::onnx::NodeProto& node, Scope& scope);
  void keep_outputs(const ::onnx::NodeProto& node, const Scope& scope, const std::string& title);
  void take_if(const ::onnx::NodeProto& node, Scope& scope, const std::string& name);
  void take_branch(const ::onnx::NodeProto& node, Scope& scope, const std::string& name,
                   const std::string& branch);
  /// Makes an output of an If of a tensor that has a name of its own.
  void pass_on(const ::onnx::NodeProto& node, Scope& scope, const std::string& tensor,
               const std::string& output);
  bool is_fed(const ::onnx::NodeProto& node, const Scope& scope) const;
  std::string unique_name(const ::onnx::NodeProto& node, const Scope& scope);
  void keep(Tensor& tensor, Array array);

  /// The name in the model of a tensor that a graph makes.
  static std::string own_name(const Scope& scope, const std::string& name);
  /// The name in the model of a tensor that is seen from a graph; empty if there is none.
  static std::string full_name(const Scope& scope, const std::string& name);
  std::vector<ArrayPointer> inputs_of(const ::onnx::NodeProto& node, const Scope& scope,
                                      const Arrays& instead) const;
  std::vector<Array> apply(const ::onnx::NodeProto& node, const Scope& scope,
                           const std::string& title, const Arrays& instead) const;

  const ::onnx::ModelProto& model_;
  std::filesystem::path folder_;
  Budget budget_;
  Index opset_ = 0;
  Index position_ = 0;
  std::deque<Scope> scopes_;
  std::deque<::onnx::NodeProto> passing_;  ///< nodes that the model does not have
  std::map<std::string, Tensor> tensors_;
  std::set<std::string> node_names_;
  std::function<void(const std::string&)> made_;
};

}  // namespace toeplix::onnx_oracle
