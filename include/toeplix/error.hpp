#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace toeplix {

/// Everything the library throws. The message names the field, the value and the rule.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A convolution that cannot exist: `axis 1: kernel span 5 exceeds padded input 4`.
/// Also weights, vectors or matrices whose length does not fit the convolution.
class GeometryError : public Error {
 public:
  using Error::Error;
};

/// More entries than the index type can number, or more memory than the budget.
class CapacityError : public Error {
 public:
  CapacityError(const std::string& message, std::int64_t entries, std::int64_t bytes)
      : Error(message), entries_(entries), bytes_(bytes) {}

  /// Exact number of entries that were asked for; -1 where it exceeds 64 bits or is not known.
  std::int64_t entries() const noexcept { return entries_; }
  /// Bytes that they would take; -1 where that exceeds 64 bits or is not known.
  std::int64_t bytes() const noexcept { return bytes_; }

 private:
  std::int64_t entries_;
  std::int64_t bytes_;
};

/// A text or a file that is not what it claims to be. The message says where (file, line or
/// byte) and what was expected there.
class FormatError : public Error {
 public:
  using Error::Error;
};

/// A solver was handed something it cannot work on. Non-convergence is a status, not an error.
class SolverError : public Error {
 public:
  using Error::Error;
};

}  // namespace toeplix
