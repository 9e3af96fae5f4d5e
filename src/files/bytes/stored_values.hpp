#pragma once

#include "files/bytes/byte_source.hpp"
#include "files/bytes/number_types.hpp"

#include <span>
#include <string>

namespace toeplix::detail {

/// Refuses a stored type whose numbers would not keep their meaning in `T`. Messages begin with
/// `name`.
template <NumberScalar T>
void check_convertible(NumberType type, const std::string& name);

/// Fills `values` with the next numbers of the stream, in the order of the file, converted as
/// `read_npy` promises. Straight into place if nothing has to be converted.
template <NumberScalar T>
void read_values(ByteStream& stream, StoredNumbers stored, std::span<T> values);

/// The same of numbers that are all of class `meant`, whatever they are stored in: throws
/// FormatError for one that the class does not have. Of class bool, all but 0 are 1.
template <NumberScalar T>
void read_values_of_class(ByteStream& stream, StoredNumbers stored, NumberType meant,
                          std::span<T> values);

}  // namespace toeplix::detail
