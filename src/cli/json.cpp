#include "cli/json.hpp"

namespace toeplix::cli {

std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace toeplix::cli
