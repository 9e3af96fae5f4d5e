#pragma once

#include <toeplix/index.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// `-` in the place of a file: standard input where a file is read, standard output where one is
/// written.
namespace toeplix::cli {

bool is_stream(const std::filesystem::path& path);

/// What messages call a file that is read, and one that is written.
std::string input_name(const std::filesystem::path& path);
std::string output_name(const std::filesystem::path& path);

/// Throws UsageError if standard input stands for more than one of the files that are read: what
/// was read of it is gone.
void check_one_stream(const std::vector<std::filesystem::path>& inputs);

/// Whether standard input is redirected from this file.
bool is_read_by_standard_input(const std::filesystem::path& path);

/// The first bytes of standard input: as many as are wanted, and one more, by which it shows that
/// there are more. What was read is kept until `forget_standard_input`: a later call reads what is
/// still missing, and the bytes may move. All must give the budget of the first, std::logic_error
/// otherwise. Throws TooLarge if that takes more than the budget (as `check_memory`), FormatError
/// if it cannot be read.
std::span<const std::byte> standard_input(Index budget, std::size_t wanted);

/// All of standard input. If it does not begin as its format does, its beginning is all that is
/// read and answered, for the format's reader to refuse: what is endless need not end.
std::span<const std::byte> all_of_standard_input(Index budget, std::string_view beginning);

bool begins_with(std::span<const std::byte> bytes, std::string_view beginning);

/// Gives back the memory of what was read of standard input. Nobody may ask for it afterwards.
void forget_standard_input();

/// Lets `write` write on standard output. Throws std::system_error with the system's reason if that
/// fails: a full disk, or a pipe that nobody reads any more, which does not end the program then.
void write_standard_output(const std::function<void(std::ostream&)>& write);
void write_standard_output(std::span<const std::byte> bytes);

/// Prints what a command has to say of the file that it wrote: on standard output, or if that has
/// the file, on standard error.
void print_summary(const std::filesystem::path& output, const std::string& text);

}  // namespace toeplix::cli
