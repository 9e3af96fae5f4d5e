#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace toeplix {

/// Everything that the library throws. The message names the field, the value and the rule.
///
///     try {
///       auto W = toeplix::compile(toeplix::Convolution(text), weights);
///     } catch (const toeplix::Error& error) {
///       std::cerr << error.what() << '\n';
///     }
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A convolution that cannot exist, or weights, vectors or matrices whose length does not fit it.
///
///     toeplix::Convolution({.input = {4}, .kernel = {5}});
///     // throws GeometryError: axis 0: kernel span 5 exceeds padded input 4
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
  /// `entries` and `bytes` are what was asked for, if it is known. The message is the problem, and
  /// behind a `; ` the advice, if there is any.
  explicit CapacityError(const std::string& problem, CapacityCause cause = CapacityCause::limit,
                         std::optional<std::int64_t> entries = {},
                         std::optional<std::int64_t> bytes = {}, const std::string& advice = {})
      : Error(advice.empty() ? problem : problem + "; " + advice),
        problem_length_(problem.size()),
        cause_(cause),
        entries_(entries),
        bytes_(bytes) {}

  /// What was too small.
  [[nodiscard]] CapacityCause cause() const noexcept { return cause_; }
  /// The message without its advice, which is for C++ programs. A program that has advice of its
  /// own, by `cause()`, puts it behind.
  [[nodiscard]] std::string_view problem() const noexcept {
    return std::string_view(what()).substr(0, problem_length_);
  }
  /// What to do instead; empty if nothing is known.
  [[nodiscard]] std::string_view advice() const noexcept {
    const std::string_view message = what();
    return message.size() == problem_length_ ? "" : message.substr(problem_length_ + 2);
  }
  /// The exact number of entries that were asked for; nothing if it exceeds 64 bits or is not
  /// known.
  [[nodiscard]] std::optional<std::int64_t> entries() const noexcept { return entries_; }
  /// The bytes that they would take; nothing if that exceeds 64 bits or is not known.
  [[nodiscard]] std::optional<std::int64_t> bytes() const noexcept { return bytes_; }

 private:
  std::size_t problem_length_;
  CapacityCause cause_;
  std::optional<std::int64_t> entries_;
  std::optional<std::int64_t> bytes_;
};

/// A text or a file that is not what it claims to be. The message says where (file, line or byte)
/// and what was expected there.
///
///     toeplix::parse_spec("input=8 kernel=x");  // throws FormatError: not a number
class FormatError : public Error {
 public:
  using Error::Error;
};

/// Numbers or sizes that no solver can work with. What a solver finds out about a system, such as
/// that it is singular, is a status in its report and not an error.
///
///     toeplix::Tikhonov(conv, weights, -1.0);  // throws SolverError: a negative lambda
class SolverError : public Error {
 public:
  using Error::Error;
};

}  // namespace toeplix
