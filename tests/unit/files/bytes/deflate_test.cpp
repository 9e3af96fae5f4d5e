#include "files/bytes/deflate.hpp"

#include "support/format_bytes.hpp"

#include <algorithm>
#include <memory>

BOOST_AUTO_TEST_SUITE(inflating)

using namespace format_test;
using toeplix::detail::InflateStream;
using toeplix::detail::MemorySource;
using toeplix::detail::SectionStream;

namespace {

/// Numbers that do not repeat, so that they take much room.
std::string noise(std::size_t size) {
  std::string text;
  std::mt19937 random(1);
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(random() & 0xff);
  return text;
}

Bytes packed(const std::string& text) {
  uLongf size = ::compressBound(static_cast<uLong>(text.size()));
  Bytes bytes(size);
  ::compress(reinterpret_cast<Bytef*>(bytes.data()), &size,
             reinterpret_cast<const Bytef*>(text.data()), static_cast<uLong>(text.size()));
  bytes.resize(size);
  return bytes;
}

/// What a stream of `size` bytes inflates to, read in two parts, and then finished.
std::string inflated(const Bytes& bytes, std::size_t size) {
  const MemorySource source(bytes, "z");
  InflateStream stream(std::make_unique<SectionStream>(source), size);
  std::string text(size, ' ');
  const auto into = std::as_writable_bytes(std::span(text));
  stream.read(into.first(size / 3));
  stream.read(into.subspan(size / 3));
  stream.finish();
  return text;
}

std::string inflate_failure(const Bytes& bytes, std::size_t size) {
  return message_of([&] { inflated(bytes, size); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_packed_comes_back) {
  for (const std::size_t size : {0U, 1U, 5U, 300'000U}) {
    const std::string text = noise(size);
    BOOST_TEST((inflated(packed(text), size) == text), size);
  }
}

BOOST_AUTO_TEST_CASE(no_more_and_no_less_than_is_said) {
  BOOST_TEST(inflate_failure(packed("hello"), 4) ==
             "z: byte 4: the compressed data hold more than the directory says");
  BOOST_TEST(inflate_failure(packed("hello"), 6) == "z: byte 5: the compressed data end too early");
}

BOOST_AUTO_TEST_CASE(bytes_that_follow) {
  Bytes bytes = packed("hello");
  bytes.push_back(std::byte{0});
  BOOST_TEST(inflate_failure(bytes, 5) == "z: bytes follow the compressed data");
  // 2^16 bytes are read of the file at a time; those that follow may be beyond.
  const std::size_t most = 65'536 - (packed(noise(65'000)).size() - 65'000);
  bytes = packed(noise(most));
  BOOST_TEST(bytes.size() == 65'536U);
  bytes.resize(65'536 + 7);
  BOOST_TEST(inflate_failure(bytes, most) == "z: byte 65536: expected the end, got 7 more bytes");
}

BOOST_AUTO_TEST_CASE(data_that_are_cut_or_damaged) {
  Bytes bytes = packed("hello");
  bytes.pop_back();
  BOOST_TEST(inflate_failure(bytes, 5) == "z: byte 5: compressed data: they end too early");
  bytes.push_back(std::byte{0x55});
  BOOST_TEST(inflate_failure(bytes, 5) == "z: byte 5: compressed data: incorrect data check");
  BOOST_TEST(inflate_failure(Bytes(9), 5).starts_with("z: byte 0: compressed data: "));
}

BOOST_AUTO_TEST_SUITE_END()
