#pragma once

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the tests of file formats share.
namespace format_test {

using Bytes = std::vector<std::byte>;

inline Bytes to_bytes(std::string_view text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

inline std::string to_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// The message of the exception of that type that `action` throws.
template <class Exception = toeplix::FormatError, class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Exception& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

/// A directory that disappears with its content.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::random_device random;
    path_ = std::filesystem::temp_directory_path() / ("toeplix-test-" + std::to_string(random()));
    std::filesystem::create_directory(path_);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

/// Parses a file that was damaged in every way of a small family: cut at every length, and every
/// byte replaced by a few others. Any exception but a toeplix::Error fails the test. `parse` takes
/// the bytes; `accept` judges a result that came in spite of the damage to a byte.
template <class Parse, class Accept>
void check_every_damage(const Bytes& sound, Parse parse, Accept accept) {
  for (std::size_t size = 0; size < sound.size(); ++size) {
    const Bytes cut(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size));
    BOOST_CHECK_THROW(parse(cut), toeplix::Error);
  }
  for (std::size_t at = 0; at < sound.size(); ++at) {
    for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
      Bytes damaged = sound;
      damaged[at] ^= static_cast<std::byte>(flip);
      try {
        BOOST_TEST(accept(parse(damaged)), "byte " << at << " ^ " << flip);
      } catch (const toeplix::Error&) {
      }
    }
  }
}

}  // namespace format_test
