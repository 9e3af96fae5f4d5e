#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace toeplix::detail {

/// Members stay in the order in which they are added; numbers that are not finite print as null.
using Json = nlohmann::ordered_json;

/// Indented by two blanks, ended by a newline. Bytes of a name that are not UTF-8 become U+FFFD.
inline std::string print_json(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// The value, or null if there is nothing.
template <class T>
Json json_of(const std::optional<T>& something) {
  return something ? Json(*something) : Json();
}

}  // namespace toeplix::detail
