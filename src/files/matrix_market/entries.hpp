#pragma once

#include <toeplix/files/matrix_market.hpp>

#include "files/matrix_market/header.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

namespace toeplix::detail {

/// Whether a decimal number beyond the range of its type is too small for it, not too large: the
/// place of its first digit that is not zero, plus its exponent, is before the point.
inline bool is_tiny(std::string_view digits) {
  const std::size_t letter = std::min(digits.find_first_of("eE"), digits.size());
  const std::string_view mantissa = digits.substr(0, letter);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = std::min(mantissa.find_first_of("123456789"), mantissa.size());
  std::string_view exponent = digits.substr(std::min(letter + 1, digits.size()));
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::int64_t power = 0;
  const auto result = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  if (result.ec == std::errc::result_out_of_range) return exponent.starts_with('-');
  const auto place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  return power < -place;
}

/// An entry of a matrix by its line (the row of a row-major matrix, else the column) and its place
/// there.
template <class Scalar, class StorageIndex>
struct Entry {
  StorageIndex outer;
  StorageIndex inner;
  Scalar value;
};

/// Reads the lines of a text that ends in a newline: one entry each.
template <class Scalar, class StorageIndex>
class MatrixMarketEntries {
 public:
  using Entry = detail::Entry<Scalar, StorageIndex>;

  /// Where an entry of a symmetric matrix was first seen in each triangle; null if nowhere.
  struct Triangles {
    const char* lower = nullptr;
    const char* upper = nullptr;
  };

  /// The entries are appended to `entries`.
  MatrixMarketEntries(const MatrixMarketHeader& header, bool by_rows, std::vector<Entry>& entries)
      : header_(header), by_rows_(by_rows), entries_(entries) {}

  /// Parses [begin, end) up to the first line that is wrong, which is thrown as WrongLine. What
  /// came before is then in the entries.
  void parse(const char* begin, const char* end) {
    at_ = begin;
    end_ = end;
    while (at_ != end_) parse_line();
  }

  /// Lines with an entry.
  Index lines() const { return lines_; }
  const Triangles& triangles() const { return triangles_; }

 private:
  void parse_line() {
    line_ = at_;
    skip_blanks();
    if (*at_ == '%') {
      while (*at_ != '\n') ++at_;
    }
    if (*at_ != '\n') parse_entry();
    ++at_;
  }

  void parse_entry() {
    const Index row = parse_index(header_.rows, "row");
    const Index col = parse_index(header_.cols, "column");
    const Scalar value = parse_value();
    skip_blanks();
    if (*at_ != '\n') fail("the end of the line");
    ++lines_;
    append(row, col, value);
    if (header_.symmetry != MatrixMarketSymmetry::general) mirror(row, col, value);
  }

  void append(Index row, Index col, const Scalar& value) {
    entries_.push_back({static_cast<StorageIndex>(by_rows_ ? row : col),
                        static_cast<StorageIndex>(by_rows_ ? col : row), value});
  }

  /// Adds the entry that the symmetry left out.
  void mirror(Index row, Index col, Scalar value) {
    if (row == col) return check_diagonal(value);
    const char*& first = row > col ? triangles_.lower : triangles_.upper;
    if (first == nullptr) first = line_;
    if (header_.symmetry == MatrixMarketSymmetry::skew_symmetric) value = -value;
    if (header_.symmetry == MatrixMarketSymmetry::hermitian) {
      if constexpr (!std::is_floating_point_v<Scalar>) value = std::conj(value);
    }
    append(col, row, value);
  }

  void check_diagonal(const Scalar& value) const {
    if (header_.symmetry == MatrixMarketSymmetry::skew_symmetric && !(value == Scalar(0))) {
      fail_meaning("a skew-symmetric matrix is zero on the diagonal");
    }
    if (header_.symmetry == MatrixMarketSymmetry::hermitian && !(std::imag(value) == 0)) {
      fail_meaning("a hermitian matrix is real on the diagonal");
    }
  }

  /// An index of the file counts from 1; the result from 0.
  Index parse_index(Index extent, const char* what) {
    skip_blanks();
    const char* const begin = at_;
    std::uint64_t index = 0;
    // The extent has at most 19 digits; more than 18 of them are looked at with care.
    while (*at_ >= '0' && *at_ <= '9' && at_ - begin < 18) {
      index = 10 * index + static_cast<std::uint64_t>(*at_++ - '0');
    }
    if (at_ - begin == 18) index = parse_long_index(begin);
    if (at_ != begin && (is_blank(*at_) || *at_ == '\n') && index - 1 < unsigned_of(extent)) {
      return static_cast<Index>(index - 1);
    }
    at_ = begin;
    fail("a " + std::string(what) + " from 1 to " + std::to_string(extent));
  }

  /// 0, which is not an index, if the number exceeds 64 bits.
  std::uint64_t parse_long_index(const char* begin) {
    while (*at_ >= '0' && *at_ <= '9') ++at_;
    std::uint64_t index = 0;
    const auto result = std::from_chars(begin, at_, index);
    return result.ec == std::errc() ? index : 0;
  }

  static std::uint64_t unsigned_of(Index extent) { return static_cast<std::uint64_t>(extent); }

  Scalar parse_value() {
    if (header_.field == MatrixMarketField::pattern) return Scalar(1);
    if constexpr (std::is_floating_point_v<Scalar>) {
      return parse_part<Scalar>();
    } else {
      using Real = typename Scalar::value_type;
      const Real real = parse_part<Real>();
      return header_.field == MatrixMarketField::complex ? Scalar(real, parse_part<Real>())
                                                         : Scalar(real);
    }
  }

  template <class Real>
  Real parse_part() {
    skip_blanks();
    const char* const begin = at_;
    if (*at_ == '+' && at_[1] != '-') ++at_;
    return header_.field == MatrixMarketField::integer ? parse_integer<Real>(begin)
                                                       : parse_real<Real>(begin);
  }

  template <class Real>
  Real parse_real(const char* begin) {
    Real value{};
    const char* const digits = *at_ == '-' ? at_ + 1 : at_;
    const auto [end, error] = std::from_chars(at_, end_, value);
    const bool is_number = (*digits >= '0' && *digits <= '9') || *digits == '.';
    at_ = begin;
    if (error == std::errc::invalid_argument || (!is_blank(*end) && *end != '\n')) {
      fail("a number");
    }
    if (is_number && (error == std::errc::result_out_of_range || std::isinf(value))) {
      if (!is_tiny({digits, end})) {
        fail(sizeof(Real) == 4 ? "a number that float32 can hold"
                               : "a number that float64 can hold");
      }
      value = std::copysign(Real(0), *begin == '-' ? Real(-1) : Real(1));
    }
    at_ = end;
    return value;
  }

  template <class Real>
  Real parse_integer(const char* begin) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(at_, end_, value);
    at_ = begin;
    if (error == std::errc::invalid_argument || (!is_blank(*end) && *end != '\n')) {
      fail("an integer");
    }
    const Real real = static_cast<Real>(value);
    constexpr Real limit = 9223372036854775808.0F;
    const bool exact =
        error == std::errc() && real < limit && static_cast<std::int64_t>(real) == value;
    if (!exact) fail("an integer that float" + std::to_string(8 * sizeof(Real)) + " can hold");
    at_ = end;
    return real;
  }

  void skip_blanks() {
    while (is_blank(*at_)) ++at_;
  }

  const char* end_of_word() const {
    const char* end = at_;
    while (*end != '\n' && !is_blank(*end)) ++end;
    return end;
  }

  [[noreturn]] void fail(const std::string& expected) const {
    throw WrongLine{line_, "expected " + expected + ", got " + quote({at_, end_of_word()})};
  }
  [[noreturn]] void fail_meaning(const char* what) const { throw WrongLine{line_, what}; }

  const MatrixMarketHeader& header_;
  bool by_rows_;
  std::vector<Entry>& entries_;
  Triangles triangles_;
  const char* line_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  Index lines_ = 0;
};

}  // namespace toeplix::detail
