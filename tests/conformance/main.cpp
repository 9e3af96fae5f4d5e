// toeplix-conform: compares Toeplix with cases that other programs computed.

#include <toeplix/version.hpp>

#include "case_folder.hpp"
#include "check.hpp"
#include "mutate.hpp"

#ifdef TOEPLIX_CONFORM_ONNX
#include "onnx_case.hpp"
#endif

#include <charconv>
#include <cmath>
#include <functional>
#include <iostream>

namespace toeplix::conformance {
namespace {

namespace fs = std::filesystem;

constexpr const char* usage = R"(usage: toeplix-conform [--mutate SEED] [--onnx] DIR...

Checks every case in the folders: a case folder, a folder of case folders, or one with an index.txt.
Prints a line for every failure and closes with the counts.

  --mutate SEED  corrupts one element of every array that a case expects, which must then be
                 noticed, at that element, in every way that the array is computed; a case where
                 one is not, or that cannot be checked, counts as passed
  --onnx         DIR holds ONNX's backend tests (model.onnx, test_data_set_*/*.pb)

exit codes: 0 no case failed, 1 one did, 2 wrong usage. With --mutate: 0 every case that was not
skipped failed, as it must, and there is one; 1 it did not.
)";

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Arguments {
  std::optional<std::uint64_t> seed;  ///< of mutations
  bool onnx = false;
  bool help = false;
  std::vector<fs::path> folders;
};

std::uint64_t parse_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size()) return seed;
  throw UsageError("--mutate " + text + ": expected a number");
}

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--help") {
      arguments.help = true;
    } else if (words[i] == "--onnx") {
      arguments.onnx = true;
    } else if (words[i] == "--mutate") {
      if (++i == words.size()) throw UsageError("--mutate: expected a number");
      arguments.seed = parse_seed(words[i]);
    } else if (words[i].starts_with("-")) {
      throw UsageError("unknown option " + words[i]);
    } else {
      arguments.folders.emplace_back(words[i]);
    }
  }
  if (arguments.folders.empty() && !arguments.help) throw UsageError("no folder is named");
  return arguments;
}

/// A case that can be read when its turn comes.
struct Source {
  std::string name;    ///< where it is
  std::string id;      ///< what it is called, wherever that may be
  std::string replay;  ///< runs it alone
  std::function<Case()> read;
};

std::vector<Source> sources_in(const fs::path& folder, bool onnx) {
  std::vector<Source> sources;
  if (onnx) {
#ifdef TOEPLIX_CONFORM_ONNX
    for (const OnnxCase& found : find_onnx_cases(folder)) {
      sources.push_back({.name = found.data.string(),
                         .id = found.id(),
                         .replay = "toeplix-conform --onnx " + found.model.parent_path().string(),
                         .read = [found] { return read_onnx_case(found); }});
    }
    return sources;
#else
    throw UsageError("--onnx: this program was built without libonnx-dev and protobuf");
#endif
  }
  for (const fs::path& found : find_cases(folder)) {
    sources.push_back({.name = found.string(),
                       .id = found.filename().string(),
                       .replay = "toeplix-conform " + found.string(),
                       .read = [found] { return read_case(found); }});
  }
  return sources;
}

/// How many cases ended how.
struct Tally {
  std::map<std::string, Index> passed;   ///< by operator; "" if the case could not be read
  std::map<std::string, Index> failed;   ///< likewise
  std::map<std::string, Index> skipped;  ///< likewise
};

Index total(const std::map<std::string, Index>& counts) {
  Index sum = 0;
  for (const auto& [op, count] : counts) sum += count;
  return sum;
}

void print_tally(const Tally& tally) {
  const auto print = [](const char* outcome, const std::map<std::string, Index>& counts) {
    for (const auto& [op, count] : counts) {
      std::cout << outcome << ' ' << count << ' ' << (op.empty() ? "unreadable" : op) << '\n';
    }
  };
  print("passed", tally.passed);
  print("failed", tally.failed);
  for (const auto& [op, count] : tally.skipped) {
    std::cout << "skipped " << count << ": no operator " << op << '\n';
  }
  std::cout << total(tally.passed) << " passed, " << total(tally.failed) << " failed, "
            << total(tally.skipped) << " skipped\n";
}

/// `(1, 0, 2)`: the coordinates of an element.
std::string place_of(std::size_t element, const Extents& shape) {
  Extents at(shape.size());
  auto rest = static_cast<Index>(element);
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    at[axis] = rest % shape[axis];
    rest /= shape[axis];
  }
  return to_string(at);
}

/// What runs a case alone: its text form, if it has one, or else its folder.
std::string replay(const Source& source, const std::string& text_form) {
  return "; replay: " + (text_form.empty() ? source.replay : text_form);
}

void print_mismatch(const Source& source, const Case& checked, const Comparison& comparison) {
  const Mismatch& mismatch = *comparison.mismatch;
  const Extents& shape = checked.expected.at(comparison.expectation).shape;
  std::cout << "FAILED " << source.name << ": " << to_string(comparison.expectation) << " by the "
            << comparison.way << ": element " << place_of(mismatch.element, shape) << " is "
            << mismatch.got << ", expected " << mismatch.expected << " (off by "
            << std::abs(mismatch.got - mismatch.expected) << ", allowed " << mismatch.allowed << ')'
            << replay(source, text_form(checked)) << '\n';
}

/// Prints the mismatches. Returns whether there are any.
bool report_mismatches(const Source& source, const Case& checked) {
  bool any = false;
  for (const Comparison& comparison : check(checked)) {
    if (!comparison.mismatch) continue;
    print_mismatch(source, checked, comparison);
    any = true;
  }
  return any;
}

void print_unnoticed(const Source& source, const Case& mutated, const Mutation& mutation,
                     const std::string& by) {
  const Extents& shape = mutated.expected.at(mutation.expectation).shape;
  std::cout << "NOT NOTICED " << source.name << ": " << to_string(mutation.expectation) << by
            << ": element " << place_of(mutation.element, shape) << " was corrupted"
            << replay(source, text_form(mutated)) << '\n';
}

/// Whether every way, of at least one, noticed a corrupted element at the right place.
bool is_noticed(const Source& source, const Case& mutated, const Mutation& mutation,
                const std::vector<Comparison>& comparisons) {
  bool noticed = true;
  bool compared = false;
  for (const Comparison& comparison : comparisons) {
    if (comparison.expectation != mutation.expectation) continue;
    compared = true;
    if (comparison.mismatch) print_mismatch(source, mutated, comparison);
    if (comparison.mismatch && comparison.mismatch->element == mutation.element) continue;
    print_unnoticed(source, mutated, mutation, " by the " + comparison.way);
    noticed = false;
  }
  if (!compared) print_unnoticed(source, mutated, mutation, ", which is compared in no way");
  return compared && noticed;
}

/// Whether all corrupted elements were noticed.
bool report_mutations(const Source& source, const Case& mutated,
                      const std::vector<Mutation>& mutations) {
  const std::vector<Comparison> comparisons = check(mutated);
  bool all = !mutations.empty();
  for (const Mutation& mutation : mutations) {
    all = is_noticed(source, mutated, mutation, comparisons) && all;
  }
  return all;
}

/// Prints why a case could not be checked.
void print_error(const Source& source, const std::exception& error, const std::string& text_form) {
  std::cout << "FAILED " << source.name << ": " << error.what() << replay(source, text_form)
            << '\n';
}

void run_case(const Source& source, const std::optional<std::uint64_t>& seed, Tally& tally) {
  std::optional<Case> read;
  // A corruption that nothing looks for counts as not noticed.
  const auto fail = [&](const std::exception& error, const std::string& spec) {
    print_error(source, error, read ? text_form(*read) : spec);
    ++(seed ? tally.passed : tally.failed)[read ? read->op : ""];
  };
  try {
    read = source.read();
    const bool failed = seed ? report_mutations(source, *read, mutate(*read, source.id, *seed))
                             : report_mismatches(source, *read);
    ++(failed ? tally.failed : tally.passed)[read->op];
  } catch (const UnknownOperator& unknown) {
    ++tally.skipped[unknown.name()];
  } catch (const CaseError& error) {
    fail(error, error.text_form());
  } catch (const std::exception& error) {
    fail(error, {});
  }
}

int run(const Arguments& arguments) {
  std::cout.precision(17);
  if (arguments.help) {
    std::cout << usage;
    return 0;
  }
  std::vector<Source> sources;
  for (const fs::path& folder : arguments.folders) {
    for (Source& source : sources_in(folder, arguments.onnx)) sources.push_back(std::move(source));
  }
  Tally tally;
  for (const Source& source : sources) run_case(source, arguments.seed, tally);
  print_tally(tally);
  const Index failed = total(tally.failed);
  if (arguments.seed) return total(tally.passed) == 0 && failed > 0 ? 0 : 1;
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace toeplix::conformance

int main(int count, char** arguments) {
  using namespace toeplix::conformance;
  try {
    return run(parse({arguments + 1, arguments + count}));
  } catch (const UsageError& error) {
    std::cerr << "toeplix-conform: " << error.what() << '\n' << usage;
  } catch (const std::exception& error) {
    std::cerr << "toeplix-conform: " << error.what() << '\n';
  }
  return 2;
}
