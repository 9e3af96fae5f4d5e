#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <onnx/onnx_pb.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::onnx_oracle {

/// A tensor in C order. Numbers of floating types are in `reals`, others in `wholes`; the other
/// list is empty.
struct Array {
  int type = ::onnx::TensorProto::FLOAT;  ///< TensorProto's number of the type
  Extents shape = {};
  std::vector<double> reals = {};
  std::vector<std::int64_t> wholes = {};  ///< true is 1
  bool is_constant = true;                ///< whether it depends on no tensor that was fed
  /// Of a result whose rounding is not that of a sum of products of its input alone: the sum of
  /// the magnitudes of whatever is rounded; else empty.
  std::vector<double> magnitudes = {};

  bool is_real() const;
  Index size() const;
  /// An element as a real number.
  double number(Index place) const;
};

using ArrayPointer = std::shared_ptr<const Array>;

/// Whether a type has `reals`.
bool is_real_type(int type);

/// `(2, 3)`.
std::string text_of(const Extents& shape);

/// Bytes that arrays may take.
struct Budget {
  Index left;

  /// The number of elements of a shape. Throws FormatError for a negative extent, CapacityError if
  /// an array of this shape takes more bytes than are left.
  Index ask(const Extents& shape) const;
};

/// An array of zeros. Errors as `Budget::ask`.
Array make_array(int type, Extents shape, const Budget& budget);
Array whole_array(Extents shape, std::vector<std::int64_t> numbers);

/// Where the element at these coordinates is.
Index place_of(const Extents& shape, const Extents& at);

/// Calls `visit(coordinates)` for every element of a shape in C order.
template <class Visit>
void for_each(const Extents& shape, const Visit& visit) {
  for (const Index extent : shape) {
    if (extent == 0) return;
  }
  Extents at(shape.size(), 0);
  for (std::size_t axis = 1; axis > 0;) {
    visit(std::as_const(at));
    axis = shape.size();
    while (axis > 0 && ++at[axis - 1] == shape[axis - 1]) at[--axis] = 0;
  }
}

/// An array of this shape whose element at `coordinates` is the element of `from` at
/// `source(coordinates)`, other coordinates.
template <class Source>
Array rearranged(const Array& from, Extents shape, const Budget& budget, const Source& source) {
  Array to = make_array(from.type, std::move(shape), budget);
  std::size_t place = 0;
  for_each(to.shape, [&](const Extents& at) {
    const auto there = static_cast<std::size_t>(place_of(from.shape, source(at)));
    if (from.is_real()) to.reals[place] = from.reals[there];
    if (!from.is_real()) to.wholes[place] = from.wholes[there];
    ++place;
  });
  return to;
}

/// numpy's broadcasting. Throws FormatError for shapes that do not fit.
Extents common_shape(const Extents& a, const Extents& b);
/// The coordinates in an array that is broadcast.
Extents coordinates_in(const Extents& shape, const Extents& at);

}  // namespace toeplix::onnx_oracle
