#include "onnx/schema/decode_tensor.hpp"

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"

#include <Eigen/Core>

#include <bit>
#include <cstring>
#include <limits>

namespace toeplix::onnx_detail {

namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

using Wholes = std::vector<std::int64_t>;

[[noreturn]] void refuse_count(const std::string& what, const Extents& shape, Index expected,
                               const std::string& given) {
  throw FormatError(what + ": the shape " + shape_text(shape) + " has " + std::to_string(expected) +
                    " elements, but there are " + given);
}

/// A tensor in the making: what is known of it before its numbers are.
struct TensorDraft {
  const ::onnx::TensorProto& proto;
  const std::string& what;
  Extents shape;
  Index count;
  std::string bytes;  ///< raw or external ones
  bool has_bytes;
};

/// Elements of type `Stored` from bytes, or from the list of their type, each made a `Value`.
template <class Value, class Stored, class List, class Convert>
std::vector<Value> values_of(const TensorDraft& draft, const List& list, const Convert& convert) {
  std::vector<Value> values;
  if (!draft.has_bytes) {
    if (list.size() != draft.count) {
      refuse_count(draft.what, draft.shape, draft.count, std::to_string(list.size()));
    }
    values.reserve(static_cast<std::size_t>(draft.count));
    for (const auto& element : list) {
      const auto stored = static_cast<Stored>(element);
      if (static_cast<decltype(element)>(stored) != element && stored == stored) {
        throw FormatError(draft.what + ": the number " + std::to_string(element) +
                          " is not one of its type");
      }
      values.push_back(convert(stored));
    }
    return values;
  }
  values.resize(static_cast<std::size_t>(draft.count));
  if constexpr (std::is_same_v<Value, Stored>) {
    if (!values.empty()) std::memcpy(values.data(), draft.bytes.data(), draft.bytes.size());
    return values;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, draft.bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = convert(stored);
  }
  return values;
}

template <class Stored, class List>
Wholes wholes_of(const TensorDraft& draft, const List& list) {
  return values_of<std::int64_t, Stored>(draft, list, [&](Stored element) {
    if constexpr (std::is_same_v<Stored, std::uint64_t>) {
      if (element > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        throw FormatError(draft.what + ": the number " + std::to_string(element) +
                          " exceeds 63 bits");
      }
    }
    return static_cast<std::int64_t>(element);
  });
}

/// `Half` is one of Eigen's types of 16 bits.
template <class Half>
std::vector<float> halves_of(const TensorDraft& draft) {
  return values_of<float, std::uint16_t>(draft, draft.proto.int32_data(), [](std::uint16_t bits) {
    return static_cast<float>(Eigen::numext::bit_cast<Half>(bits));
  });
}

Wholes truths_of(const TensorDraft& draft) {
  return values_of<std::int64_t, std::uint8_t>(
      draft, draft.proto.int32_data(),
      [](std::uint8_t element) { return static_cast<std::int64_t>(element != 0); });
}

Tensor::Values draft_values(const TensorDraft& draft, ElementType type) {
  const ::onnx::TensorProto& proto = draft.proto;
  const auto same = [](auto element) { return element; };
  switch (type) {
    case ElementType::float64:
      return values_of<double, double>(draft, proto.double_data(), same);
    case ElementType::float16:
      return halves_of<Eigen::half>(draft);
    case ElementType::bfloat16:
      return halves_of<Eigen::bfloat16>(draft);
    case ElementType::int64:
      return wholes_of<std::int64_t>(draft, proto.int64_data());
    case ElementType::int32:
      return wholes_of<std::int32_t>(draft, proto.int32_data());
    case ElementType::int16:
      return wholes_of<std::int16_t>(draft, proto.int32_data());
    case ElementType::int8:
      return wholes_of<std::int8_t>(draft, proto.int32_data());
    case ElementType::uint8:
      return wholes_of<std::uint8_t>(draft, proto.int32_data());
    case ElementType::uint16:
      return wholes_of<std::uint16_t>(draft, proto.int32_data());
    case ElementType::uint32:
      return wholes_of<std::uint32_t>(draft, proto.uint64_data());
    case ElementType::uint64:
      return wholes_of<std::uint64_t>(draft, proto.uint64_data());
    case ElementType::boolean:
      return truths_of(draft);
    default:
      return values_of<float, float>(draft, proto.float_data(), same);
  }
}

/// Bytes of one element in a file.
Index stored_bytes(ElementType type) {
  switch (type) {
    case ElementType::float64:
    case ElementType::int64:
    case ElementType::uint64:
      return 8;
    case ElementType::float32:
    case ElementType::int32:
    case ElementType::uint32:
      return 4;
    case ElementType::boolean:
    case ElementType::int8:
    case ElementType::uint8:
      return 1;
    default:
      return 2;
  }
}

Extents tensor_shape(const ::onnx::TensorProto& proto, const std::string& what) {
  Extents shape(proto.dims().begin(), proto.dims().end());
  for (const Index extent : shape) {
    if (extent >= 0) continue;
    throw FormatError(what + ": the shape " + shape_text(shape) + " has the negative extent " +
                      std::to_string(extent));
  }
  return shape;
}

}  // namespace

Constant decode_tensor(::onnx::TensorProto& proto, const std::string& what,
                       const TensorFolder& folder, ReadingBudget& budget) {
  const auto type = static_cast<ElementType>(proto.data_type());
  const Extents shape = tensor_shape(proto, what);
  if (!is_floating(type) && !is_whole(type)) return nullptr;
  const auto count = element_count(shape);
  if (!count) throw FormatError(what + ": the shape " + shape_text(shape) + " exceeds 64 bits");
  const bool external = proto.data_location() == ::onnx::TensorProto::EXTERNAL;
  // A shape alone, without the numbers, must not take memory.
  if (!external && !proto.has_raw_data() && *count > static_cast<Index>(proto.ByteSizeLong())) {
    refuse_count(what, shape, *count, "fewer");
  }
  const auto bytes = detail::checked_product(count, stored_bytes(type));
  if (!external && proto.has_raw_data() && bytes != static_cast<Index>(proto.raw_data().size())) {
    refuse_count(what, shape, *count, std::to_string(proto.raw_data().size()) + " bytes");
  }
  const Index element = is_whole(type) || type == ElementType::float64 ? 8 : 4;
  budget.ask(what, detail::checked_product(count, element));
  TensorDraft draft{proto, what, shape, *count, {}, external || proto.has_raw_data()};
  if (external) {
    if (!bytes) refuse_count(what, shape, *count, "fewer");
    draft.bytes = read_external(proto, *bytes, what, folder);
  } else if (proto.has_raw_data()) {
    draft.bytes = std::move(*proto.mutable_raw_data());
    proto.clear_raw_data();
  }
  return std::make_shared<const Tensor>(Tensor{type, shape, draft_values(draft, type)});
}

}  // namespace toeplix::onnx_detail
