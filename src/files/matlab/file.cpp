#include "files/bytes/deflate.hpp"
#include "files/bytes/shown_name.hpp"
#include "files/matlab/other_formats.hpp"
#include "files/matlab/variable.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace toeplix::detail {
namespace {

constexpr std::uint64_t tag_size = 8;
/// No deflate data become more than this many times their size.
constexpr std::uint64_t most_growth = 1032;

/// Octave gives sparse logical matrices the flags of dense ones. `again` is the variable once more.
bool is_octaves_sparse(const MatlabVariable& variable, std::unique_ptr<ByteStream> again) {
  MatlabVariable second;
  second.byte_order = variable.byte_order;
  second.stream = std::move(again);
  try {
    second.read_description();
    return second.continues_as_sparse();
  } catch (const FormatError&) {
    return false;  // who reads it as what it says it is will say what is wrong
  }
}

}  // namespace

MatlabFile::MatlabFile(const ByteSource& source) : source_(source) {
  std::array<std::byte, mat::header_size> header{};
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(source.size(), header.size()));
  source.read_at(0, std::span(header).first(size));
  const auto number = [&](std::size_t begin, std::size_t high) {
    return std::to_integer<unsigned>(header[begin + high]) << 8 |
           std::to_integer<unsigned>(header[begin + 1 - high]);
  };
  const bool little = number(mat::order_begin, 1) == mat::order_mark;
  const bool big = number(mat::order_begin, 0) == mat::order_mark;
  byte_order_ = little ? std::endian::little : std::endian::big;
  const unsigned version = number(mat::version_begin, little ? 1 : 0);
  if ((little || big) && version == mat::version5) return;
  if ((little || big) && version == mat::version73) {
    throw format_error(source.name(), mat::version_begin,
                       "expected a MATLAB 5 file, got MATLAB 7.3, which is HDF5; save it with -v7");
  }
  if (const std::string_view other = other_format(std::span(header).first(size)); !other.empty()) {
    throw format_error(source.name(), "expected a MATLAB 5 file, got " + std::string(other) +
                                          "; save it with -v7");
  }
  if (size == header.size()) {
    throw format_error(source.name(), mat::version_begin, "expected a MATLAB 5 file (.mat)");
  }
  throw format_error(source.name(),
                     "expected a MATLAB 5 file (.mat), got " + std::to_string(size) + " bytes");
}

std::optional<MatlabVariable> MatlabFile::next() {
  const std::uint64_t begin = position_;
  if (begin == source_.size()) return std::nullopt;
  std::array<std::byte, 8> tag;
  source_.read_at(begin, tag);
  const std::uint32_t type = load(tag.data());
  const std::uint64_t size = load(tag.data() + 4);
  if (type != mat::mi_matrix && type != mat::mi_compressed) {
    throw format_error(source_.name(), begin,
                       "expected a variable, got an element of type " + std::to_string(type));
  }
  if (size > source_.size() - begin - tag.size()) {
    throw format_error(
        source_.name(), begin,
        "a variable of " + std::to_string(size) + " bytes does not fit into the file");
  }
  position_ = begin + tag.size() + size;
  MatlabVariable variable;
  variable.byte_order = byte_order_;
  try {
    describe(variable, type, begin, size);
  } catch (const FormatError& error) {
    variable.problem = error.what();
  }
  return variable;
}

void MatlabFile::describe(MatlabVariable& variable, std::uint32_t type, std::uint64_t begin,
                          std::uint64_t size) const {
  variable.stream = open(type, begin, size);
  if (variable.stream->remaining() == 0) return;
  variable.read_description();
  if (!variable.name.empty()) variable.stream->rename(name_of(begin, variable.name));
  if (!variable.is_logical() || variable.is_complex() || !variable.number_type()) return;
  variable.is_octaves_sparse = is_octaves_sparse(variable, open(type, begin, size));
}

std::unique_ptr<ByteStream> MatlabFile::open(std::uint32_t type, std::uint64_t begin,
                                             std::uint64_t size) const {
  if (type == mat::mi_compressed) return open_compressed(begin + tag_size, size);
  return std::make_unique<SectionStream>(source_, name_of(begin), begin + tag_size, size);
}

std::string MatlabFile::name_of(std::uint64_t begin, const std::string& variable) const {
  return source_.name() + ": variable " + (variable.empty() ? "" : quoted_name(variable) + " ") +
         "at byte " + std::to_string(begin);
}

/// The content of the one variable that is compressed there, after its tag.
std::unique_ptr<ByteStream> MatlabFile::open_compressed(std::uint64_t begin,
                                                        std::uint64_t size) const {
  const std::string name = name_of(begin - 8);
  const auto inflate = [&](std::uint64_t inflated) {
    return std::make_unique<InflateStream>(
        std::make_unique<SectionStream>(source_, name, begin, size), inflated);
  };
  std::array<std::byte, 8> tag;
  inflate(tag.size())->read(tag);
  const std::uint64_t content = load(tag.data() + 4);
  if (load(tag.data()) != mat::mi_matrix) {
    throw format_error(name, "expected a variable in the compressed data");
  }
  if (content / most_growth > size) {
    throw format_error(name, "promises " + std::to_string(content) + " bytes from " +
                                 std::to_string(size) + ", more than deflate can hold");
  }
  auto stream = inflate(tag.size() + content);
  stream->read(tag);
  return stream;
}

std::uint32_t MatlabFile::load(const std::byte* from) const {
  return load_word(from, byte_order_);
}

}  // namespace toeplix::detail
