#include "cli/onnx/verification.hpp"

#include "cli/arguments.hpp"
#include "cli/capacity.hpp"
#include "cli/json.hpp"
#include "cli/progress.hpp"

#include <fmt/format.h>

#include <vector>

namespace toeplix::cli {
namespace {

const char* word_for(OnnxVerdict verdict) {
  switch (verdict) {
    case OnnxVerdict::agrees:
      return "agrees";
    case OnnxVerdict::differs:
      return "differs";
    case OnnxVerdict::left_out:
      break;
  }
  return "left_out";
}

Json json_of(const OnnxCheck& check) {
  Json json = {{"name", check.name},
               {"op_type", check.op_type},
               {"verdict", word_for(check.verdict)},
               {"rows", check.rows},
               {"largest_error", check.largest_error},
               {"message", check.message}};
  if (!check.difference) return json;
  const OnnxDifference& difference = *check.difference;
  json["difference"] = {{"at", difference.at},
                        {"expected", difference.expected},
                        {"given", difference.given},
                        {"bound", difference.bound}};
  return json;
}

Json json_of(const std::vector<OnnxCheck>& checks) {
  Json list = Json::array();
  for (const OnnxCheck& check : checks) list.push_back(json_of(check));
  return list;
}

/// Those that one has to look at.
void print_others(const char* what, const std::vector<OnnxCheck>& checks) {
  for (const OnnxCheck& check : checks) {
    if (check.verdict != OnnxVerdict::agrees) fmt::print("{} {}\n", what, check.message);
  }
}

}  // namespace

void verify_model(const std::string& path, OnnxVerifyOptions options, bool as_json) {
  const OnnxVerification found = [&] {
    Progress progress("verifying " + path);
    options.progress = [&progress](const OnnxCheck& check, std::size_t done, std::size_t all) {
      progress.say(fmt::format("verifying {} of {}: {}", done, all, check.name));
    };
    return verify_onnx(path, options);
  }();
  if (as_json) {
    fmt::print("{}", json_text({{"file", path},
                                {"passed", found.passed()},
                                {"complete", found.complete()},
                                {"message", found.message()},
                                {"nodes", json_of(found.nodes)},
                                {"segments", json_of(found.segments)}}));
  } else {
    print_others("node", found.nodes);
    print_others("segment", found.segments);
    if (found.passed()) fmt::print("{}\n", found.message());
  }
  if (!found.passed()) throw VerificationFailed(found.message());
  if (!found.complete()) throw TooLarge("not everything was verified: " + found.message());
}

}  // namespace toeplix::cli
