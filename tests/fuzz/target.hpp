#pragma once

#include <toeplix/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::fuzz {

using Bytes = std::span<const std::byte>;

// The targets. Each takes any input at all, and ends the program if it finds something.
namespace differential {
void run(Bytes bytes);
}
namespace matlab {
void run(Bytes bytes);
}
namespace matrix_market {
void run(Bytes bytes);
}
namespace npy {
void run(Bytes bytes);
}
namespace npz {
void run(Bytes bytes);
}
namespace onnx {
void run(Bytes bytes);
}
namespace png {
void run(Bytes bytes);
}
namespace spec_text {
void run(Bytes bytes);
}

/// Ends the program with a finding; libFuzzer then keeps the input that led to it.
[[noreturn]] inline void report(const std::string& finding) {
  std::fprintf(stderr, "Finding: %s\n", finding.c_str());
  std::abort();
}

inline void require(bool holds, const char* what) {
  if (!holds) report(what);
}

/// The result of an action: a value, or the message of a `toeplix::Error`. Every other exception,
/// `std::bad_alloc` too, is a finding.
template <class T>
struct Outcome {
  std::optional<T> value;
  std::string message;
};

template <class Action>
auto attempt(Action action) -> Outcome<decltype(action())> {
  try {
    return {action(), {}};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

inline Bytes as_bytes(const std::uint8_t* data, std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

/// Whether two arrays are the same bits, NaN or not.
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

}  // namespace toeplix::fuzz
