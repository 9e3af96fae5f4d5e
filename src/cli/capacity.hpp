#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <string>

namespace toeplix::cli {

/// More than the machine, the budget or a file can hold, in words for those who run the program.
class TooLarge : public Error {
 public:
  using Error::Error;
};

/// Throws TooLarge if `bytes` exceed the budget, as `add_memory` sets it. `what` needs them;
/// `advice` says what to do instead.
void check_memory(Index budget, double bytes, const std::string& what, const std::string& advice);

/// What the library says is too large, with this advice instead of that for C++ programs. A message
/// without advice stays as it is.
std::string with_advice(const CapacityError& error, const std::string& advice);

/// The same with the advice that fits most commands.
std::string in_words_of_the_program(const CapacityError& error);

/// Reads a file by `read`. Throws TooLarge, with the advice that fits a file, if the library says
/// that it takes too much.
template <class Read>
auto read_within_memory(const Read& read) {
  try {
    return read();
  } catch (const CapacityError& error) {
    throw TooLarge(with_advice(error, "raise --memory"));
  }
}

}  // namespace toeplix::cli
