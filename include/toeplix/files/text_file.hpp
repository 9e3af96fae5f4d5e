#pragma once

#include <toeplix/error.hpp>

#include <filesystem>
#include <string_view>

namespace toeplix {

/// Writes a text as it is. The file appears whole or not at all. Throws FormatError if it cannot be
/// written.
///
///     toeplix::write_text_file("inspection.json", toeplix::to_json(toeplix::inspect(conv)));
void write_text_file(const std::filesystem::path& path, std::string_view text);

}  // namespace toeplix
