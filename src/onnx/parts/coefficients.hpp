#pragma once

#include "onnx/schema/tensor.hpp"

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace toeplix::onnx_detail {

/// The weights of a matrix: a tensor of the model, each number times a factor. A product is taken
/// in double, and rounded once.
struct Coefficients {
  Constant tensor;
  double factor = 1;
};

/// Numbers of one type: those of a tensor where it has that type, or a copy.
template <class Scalar>
class Converted {
 public:
  explicit Converted(std::span<const Scalar> view) : view_(view) {}
  explicit Converted(std::vector<Scalar> copy) : copy_(std::move(copy)), view_(copy_) {}
  Converted(const Converted&) = delete;
  Converted& operator=(const Converted&) = delete;

  std::span<const Scalar> span() const { return view_; }

 private:
  std::vector<Scalar> copy_;
  std::span<const Scalar> view_;
};

/// The coefficients in a scalar type; `repeats` of them, one behind the other.
template <class Scalar>
Converted<Scalar> convert(const Coefficients& coefficients, Index repeats = 1) {
  return std::visit(
      [&](const auto& values) {
        using Stored = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<Stored, Scalar>) {
          if (coefficients.factor == 1 && repeats == 1) {
            return Converted<Scalar>(std::span<const Scalar>(values));
          }
        }
        std::vector<Scalar> copy;
        copy.reserve(values.size() * static_cast<std::size_t>(repeats));
        for (Index repeat = 0; repeat < repeats; ++repeat) {
          for (const Stored value : values) {
            copy.push_back(static_cast<Scalar>(static_cast<double>(value) * coefficients.factor));
          }
        }
        return Converted<Scalar>(std::move(copy));
      },
      coefficients.tensor->values);
}

}  // namespace toeplix::onnx_detail
