#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The program `toeplix`: a thin layer over the library.
namespace toeplix::cli {

/// A command line that asks for what cannot be done.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A verification that ran and failed.
class VerificationFailed : public Error {
 public:
  using Error::Error;
};

/// Either kind of convolution, checked.
using AnyConv = std::variant<Convolution, TransposedConvolution>;

/// Adds the positional words `SPEC...`.
void add_spec(CLI::App& command, std::vector<std::string>& words);
/// Ends the help of a command: `text`, then where SPEC and KERNEL are described.
void set_help(CLI::App& command, const std::string& text);
/// Adds `--threads`.
void add_threads(CLI::App& command, int& threads);
/// Adds `--memory`, a number of bytes; 0 stands for what the machine has free.
void add_memory(CLI::App& command, Index& bytes);
/// A check of a value: a whole number from `least` to `most`. Both checks say what is wrong;
/// nothing, if nothing is.
std::function<std::string(const std::string&)> whole_number(std::uint64_t most,
                                                            std::uint64_t least = 0);
/// A check of a value: a finite number above 0.
std::string positive_number(const std::string& text);
/// Adds an option whose value is one of some words, which stand for what is chosen. `value` is the
/// help's word for it.
template <class T>
void add_choice(CLI::App& command, const std::string& name, const std::string& value,
                const std::map<std::string, T>& choices, T& chosen, const std::string& help) {
  command
      .add_option_function<std::string>(
          name, [choices, &chosen](const std::string& text) { chosen = choices.at(text); }, help)
      ->check(CLI::IsMember(choices))
      ->type_name(value);
}
/// Adds `--json`.
void add_json(CLI::App& command, bool& json);
/// Adds `--places`: how many empty rows and unused inputs are listed.
void add_places(CLI::App& command, std::size_t& most);

/// Reads the words of a spec, each `key=value` or `transposed`; does not check the geometry. Throws
/// UsageError for any other words.
AnySpec parse_words(const std::vector<std::string>& words);
/// The convolution of the words of a spec. Throws UsageError for any other
/// words, GeometryError for a convolution that cannot exist.
AnyConv parse_convolution(const std::vector<std::string>& words);

TensorOrder order_of(const AnyConv& convolution);

/// `(2, 3)`, as NumPy writes a shape.
std::string format_shape(const Extents& shape);

/// The extension of a path in small letters, `.png`.
std::string extension_of(const std::filesystem::path& path);
/// Throws UsageError unless the path ends in one of the extensions, in small letters or capitals.
void check_extension(const std::filesystem::path& path,
                     std::initializer_list<std::string_view> extensions);
/// The same of a file that may also be `-`, a stream.
void check_extension_or_stream(const std::filesystem::path& path,
                               std::initializer_list<std::string_view> extensions);
/// Throws FormatError if the folder of a file that is to be written does not exist, so that
/// nobody waits for a result that cannot be kept.
void check_folder(const std::filesystem::path& path);
/// Throws UsageError if a file that is to be written is also one of those to be read, or another
/// one to be written, whatever its name, also if it is read through standard input: one of the two
/// would be lost; and if standard input stands for several. Empty paths do not count.
void check_distinct(const std::vector<std::filesystem::path>& outputs,
                    const std::vector<std::filesystem::path>& inputs);

}  // namespace toeplix::cli
