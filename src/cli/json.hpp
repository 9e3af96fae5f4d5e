#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace toeplix::cli {

/// What `--json` prints. Members stay in the order in which they are added; numbers that are not
/// finite print as null.
using Json = nlohmann::ordered_json;

/// The value, or null if there is nothing.
template <class T>
Json json_of(const std::optional<T>& something) {
  return something ? Json(*something) : Json();
}

/// Indented by two blanks, ended by a newline. Bytes of a name that are not UTF-8 become U+FFFD.
std::string json_text(const Json& json);

}  // namespace toeplix::cli
