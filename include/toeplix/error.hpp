#pragma once

#include <cstdint>
#include <optional>
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

/// What a `CapacityError` is about, so that a program can say what to do in its own words.
enum class CapacityCause {
  index_type,     ///< more entries, rows or columns than the index type numbers
  memory_budget,  ///< more memory than the budget, or than the machine has free
  limit,          ///< more than the library can count or hold, whatever the machine
};

/// More entries than the index type can number, more memory than the budget, or more than the
/// library can count.
///
///     try {
///       auto A = toeplix::compile(conv, weights);
///     } catch (const toeplix::CapacityError& error) {
///       if (error.cause() == toeplix::CapacityCause::index_type) {
///         auto B = toeplix::compile<std::int64_t>(conv, weights);
///       }
///     }
class CapacityError : public Error {
 public:
  explicit CapacityError(const std::string& message, CapacityCause cause = CapacityCause::limit,
                         std::optional<std::int64_t> entries = {},
                         std::optional<std::int64_t> bytes = {})
      : Error(message), cause_(cause), entries_(entries), bytes_(bytes) {}

  CapacityCause cause() const noexcept { return cause_; }
  /// Exact number of entries that were asked for; nothing where it exceeds 64 bits or is not known.
  std::optional<std::int64_t> entries() const noexcept { return entries_; }
  /// Bytes that they would take; nothing where that exceeds 64 bits or is not known.
  std::optional<std::int64_t> bytes() const noexcept { return bytes_; }

 private:
  CapacityCause cause_;
  std::optional<std::int64_t> entries_;
  std::optional<std::int64_t> bytes_;
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
