#include "cli/arguments.hpp"

#include "cli/standard_streams.hpp"
#include "cli/words.hpp"

#include <toeplix/files/same_file.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

namespace toeplix::cli {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// The library counts the bytes of a text that nobody typed: the words, joined. What it says after
/// that names the word.
std::string without_bytes(const std::string& message) {
  const std::size_t place = message.starts_with("spec text") ? message.find(": ") : message.npos;
  return place == message.npos ? message : message.substr(place + 2);
}

/// 1000 for K, and so on to T; 1 for no letter, nothing for any other.
std::optional<Index> unit_of(std::string_view letter) {
  constexpr std::string_view letters = "KMGT";
  if (letter.empty()) return 1;
  const std::size_t place = letter.size() == 1 ? letters.find(letter) : letters.npos;
  if (place == letters.npos) return std::nullopt;
  Index unit = 1000;
  for (std::size_t i = 0; i < place; ++i) unit *= 1000;
  return unit;
}

/// A number, with K, M, G or T for powers of 1000.
Index parse_bytes(const std::string& text) {
  const std::string_view word = text;
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  const auto number = number_of<Index>(word.substr(0, digits));
  const auto unit = unit_of(word.substr(digits));
  const bool sound =
      number && unit && *number > 0 && *number <= std::numeric_limits<Index>::max() / *unit;
  if (sound) return *number * *unit;
  throw UsageError("--memory " + text + ": expected a number of bytes, as 500M or 4G");
}

}  // namespace

void add_spec(CLI::App& command, std::vector<std::string>& words) {
  command.add_option("SPEC", words)->required()->type_name("")->allow_extra_args();
}

void set_help(CLI::App& command, const std::string& text) {
  const bool has_weights = command.get_option_no_throw("--weights") != nullptr;
  command.footer(text + (has_weights ? "\nSPEC, KERNEL: toeplix spec" : "\nSPEC: toeplix spec"));
}

void add_threads(CLI::App& command, int& threads) {
  command.add_option("--threads", threads, "Threads to use; 0: all")
      ->check(whole_number(std::numeric_limits<int>::max()))
      ->type_name("N");
}

void add_memory(CLI::App& command, Index& bytes) {
  command
      .add_option_function<std::string>(
          "--memory", [&bytes](const std::string& text) { bytes = parse_bytes(text); },
          "Most to use, as 4G; default: at most what is free")
      ->type_name("BYTES");
}

std::function<std::string(const std::string&)> whole_number(std::uint64_t most,
                                                            std::uint64_t least) {
  return [most, least](const std::string& text) {
    const auto number = number_of<std::uint64_t>(text);
    if (number && *number >= least && *number <= most) return std::string();
    return "'" + text + "': expected a whole number from " + std::to_string(least) + " to " +
           std::to_string(most);
  };
}

std::string positive_number(const std::string& text) {
  const auto number = number_of<double>(text);
  if (number && *number > 0 && std::isfinite(*number)) return {};
  return "'" + text + "': expected a number above 0";
}

void add_places(CLI::App& command, std::size_t& most) {
  command.add_option("--places", most, "Empty rows and unused inputs to list (10)")
      ->check(whole_number(std::numeric_limits<Index>::max()))
      ->type_name("N");
}

void add_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Print JSON");
}

AnySpec parse_words(const std::vector<std::string>& words) {
  try {
    return parse_spec(join(words));
  } catch (const FormatError& error) {
    throw UsageError("SPEC: " + without_bytes(error.what()));
  }
}

AnyConv parse_convolution(const std::vector<std::string>& words) {
  const AnySpec spec = parse_words(words);
  if (const auto* transposed = std::get_if<TransposedConvolutionSpec>(&spec)) {
    return TransposedConvolution(*transposed);
  }
  return Convolution(std::get<ConvolutionSpec>(spec));
}

TensorOrder order_of(const AnyConv& convolution) {
  return std::visit([](const auto& conv) { return conv.spec().order; }, convolution);
}

std::string format_shape(const Extents& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

std::string extension_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& letter : extension) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return extension;
}

void check_extension(const std::filesystem::path& path,
                     std::initializer_list<std::string_view> extensions) {
  const std::string got = extension_of(path);
  if (std::find(extensions.begin(), extensions.end(), got) != extensions.end()) return;
  std::string expected;
  for (const std::string_view extension : extensions) {
    expected += (expected.empty() ? "" : " or ") + std::string(extension);
  }
  throw UsageError(path.string() + ": expected a name that ends in " + expected);
}

void check_extension_or_stream(const std::filesystem::path& path,
                               std::initializer_list<std::string_view> extensions) {
  if (!is_stream(path)) check_extension(path, extensions);
}

void check_folder(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.parent_path();
  std::error_code ignored;
  if (folder.empty() || std::filesystem::is_directory(folder, ignored)) return;
  throw FormatError(path.string() + ": cannot create: the folder does not exist");
}

void check_distinct(const std::vector<std::filesystem::path>& outputs,
                    const std::vector<std::filesystem::path>& inputs) {
  check_one_stream(inputs);
  const auto is_read_as = [](const std::filesystem::path& output,
                             const std::filesystem::path& input) {
    if (is_stream(input)) return is_read_by_standard_input(output);
    return !input.empty() && same_file(output, input);
  };
  for (auto output = outputs.begin(); output != outputs.end(); ++output) {
    if (output->empty() || is_stream(*output)) continue;
    for (const auto& input : inputs) {
      if (!is_read_as(*output, input)) continue;
      throw UsageError(output->string() + ": this file is also read; write to another one");
    }
    for (auto other = outputs.begin(); other != output; ++other) {
      if (other->empty() || !same_file(*output, *other)) continue;
      throw UsageError(output->string() + ": this file is written twice; give each its own name");
    }
  }
}

}  // namespace toeplix::cli
