#pragma once

#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include <optional>
#include <string>

namespace toeplix::onnx_detail {

/// The memory that a model may take while it is read. What is asked for is kept: weights stay.
class ReadingBudget {
 public:
  /// The budget of the resources, or what the machine has free. Throws Error for negative ones.
  explicit ReadingBudget(const Resources& resources);

  /// Throws CapacityError unless there is room for `bytes` (nothing: over 2^63) of `what`.
  void ask(const std::string& what, std::optional<Index> bytes);
  /// Bytes that are given up again.
  void give_back(Index bytes) { used_ -= bytes; }

 private:
  Index budget_;
  Index used_ = 0;
};

}  // namespace toeplix::onnx_detail
