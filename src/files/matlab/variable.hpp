#pragma once

#include <toeplix/index.hpp>

#include "files/bytes/byte_source.hpp"
#include "files/bytes/number_types.hpp"
#include "files/matlab/format.hpp"

#include <bit>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace toeplix::detail {

/// A data element inside a variable: what comes next in the stream.
struct MatlabElement {
  std::uint32_t type;
  std::uint64_t size;     ///< bytes
  std::uint64_t padding;  ///< bytes that follow
};

/// A data element of numbers.
struct MatlabArray {
  StoredNumbers numbers;
  Index count;
  std::uint64_t begin;  ///< byte of the stream where they start
  std::uint64_t padding;
};

/// The number of four bytes in this byte order.
std::uint32_t load_word(const std::byte* from, std::endian order);

/// One variable of a MATLAB 5 file: what it says of itself, and the stream after that.
///
/// The stream reads to the end of the variable, inflated if it is compressed, and no further.
struct MatlabVariable {
  std::unique_ptr<ByteStream> stream;
  std::endian byte_order = std::endian::native;
  std::string name;
  Extents dimensions;
  std::uint32_t flags = 0;         ///< class and flags; 0 for a variable without content
  bool is_octaves_sparse = false;  ///< a sparse logical matrix with the flags of a dense one
  std::string problem;             ///< why the rest is not known; empty if it is

  bool is_sparse() const { return (flags & mat::class_mask) == mat::class_sparse; }
  bool is_complex() const { return (flags & mat::complex_flag) != 0; }
  bool is_logical() const { return (flags & mat::logical_flag) != 0; }
  /// Of the numbers of a dense array; nothing for a variable that is none.
  std::optional<NumberType> number_type() const;

  /// Reads flags, dimensions and name; not those of a variable that is laid out in another way.
  void read_description();
  /// Whether what follows the description is that of a sparse matrix of these dimensions: row
  /// indices, a column pointer more than there are columns, and values. Reads on in any case.
  bool continues_as_sparse();
  /// Reads the tag of the next element; its content must lie inside the variable.
  MatlabElement next_element();
  /// Skips the padding of an element whose content was read; a variable may end without it.
  void skip_padding(std::uint64_t bytes);
  void skip(std::uint64_t bytes);
  /// Reads the tag of an array of numbers; `what` is what messages call it.
  MatlabArray next_array(const char* what);
  /// Reads the tag of the values of `entries` entries, for which there is room for `places`. The
  /// logical values of MATLAB are bytes, whatever their tag says.
  MatlabArray next_values(const char* what, Index entries, Index places);

 private:
  MatlabArray array_of(const MatlabElement& element, std::uint64_t begin, const char* what) const;
};

/// The variables of a file, one after another. Throws FormatError if the source is not a MATLAB
/// 5 file or its variables do not fit into it. A variable that cannot be understood does not keep
/// anybody from the next one: it has a `problem`.
class MatlabFile {
 public:
  /// The source must outlive the file.
  explicit MatlabFile(const ByteSource& source);

  /// The next variable; nothing at the end of the file.
  std::optional<MatlabVariable> next();
  /// Where the next variable begins, and where it is to be looked for.
  std::uint64_t position() const { return position_; }
  void go_to(std::uint64_t position) { position_ = position; }

 private:
  /// Opens the variable that begins there and reads what it says of itself.
  void describe(MatlabVariable& variable, std::uint32_t type, std::uint64_t begin,
                std::uint64_t size) const;
  /// The content of the variable that begins there, after its tag.
  std::unique_ptr<ByteStream> open(std::uint32_t type, std::uint64_t begin,
                                   std::uint64_t size) const;
  /// What messages call the variable that begins there; its own name, if that is known.
  std::string name_of(std::uint64_t begin, const std::string& variable = {}) const;
  std::unique_ptr<ByteStream> open_compressed(std::uint64_t begin, std::uint64_t size) const;
  std::uint32_t load(const std::byte* from) const;

  const ByteSource& source_;
  std::endian byte_order_ = std::endian::native;
  std::uint64_t position_ = mat::header_size;
};

}  // namespace toeplix::detail
