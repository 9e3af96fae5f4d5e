#pragma once

#include <toeplix/index.hpp>

#include "onnx/schema/tensor.hpp"

#include <onnx/onnx_pb.h>

#include <optional>
#include <string>

namespace toeplix::onnx_detail {

/// The attributes of a node by name. Throws FormatError, without the node's name, for one of
/// another type than is asked for, and for one that is there twice.
class Attributes {
 public:
  explicit Attributes(const ::onnx::NodeProto& node) : node_(&node) {}

  bool has(const std::string& name) const { return find(name) != nullptr; }
  Index whole(const std::string& name, Index otherwise) const;
  double number(const std::string& name, double otherwise) const;
  std::string text(const std::string& name, const std::string& otherwise) const;
  /// Nothing if it is not there.
  std::optional<Extents> wholes(const std::string& name) const;
  std::optional<std::vector<float>> numbers(const std::string& name) const;
  /// A list of `count` numbers, `otherwise` throughout if it is not there.
  Extents wholes(const std::string& name, std::size_t count, Index otherwise) const;
  /// 0 or 1.
  bool flag(const std::string& name, bool otherwise) const;
  /// Nothing if it is not there.
  const ::onnx::AttributeProto* find(const std::string& name) const;

 private:
  const ::onnx::AttributeProto* typed(const std::string& name, int type, const char* words) const;

  const ::onnx::NodeProto* node_;
};

}  // namespace toeplix::onnx_detail
