#include "files/matlab/find.hpp"

#include "files/bytes/shown_name.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace toeplix::detail {
namespace {

constexpr std::size_t most_variables_listed = 12;
constexpr const char* advice_for_octave =
    "; convert such a matrix with double() before you save it";

/// What messages call one variable of a kind, and several.
struct KindWords {
  const char* one;
  const char* several;
};

KindWords words_of(MatlabKind kind) {
  if (kind == MatlabKind::sparse) return {"a sparse matrix", "sparse matrices"};
  return {"a dense array of real numbers", "arrays of numbers"};
}

bool is_of_kind(const MatlabVariable& variable, MatlabKind kind) {
  if (kind == MatlabKind::sparse) return variable.is_sparse();
  return variable.number_type() && !variable.is_complex();
}

/// What a variable is, for those who expected another.
std::string kind_of(const MatlabVariable& variable) {
  switch (variable.flags & mat::class_mask) {
    case mat::class_cell:
      return "a cell array";
    case mat::class_structure:
      return "a structure";
    case mat::class_object:
      return "an object";
    case mat::class_text:
      return "a text";
    case mat::class_sparse:
      return "a sparse matrix";
    default:
      break;
  }
  if (variable.is_octaves_sparse) {
    return "a sparse logical matrix that Octave wrote as a dense one";
  }
  if (!variable.number_type()) return "no array";
  return variable.is_complex() ? "an array of complex numbers" : "a dense array";
}

std::string listed_variables(const std::vector<std::string>& variables) {
  std::string text;
  for (std::size_t i = 0; i < variables.size() && i < most_variables_listed; ++i) {
    text += (i == 0 ? "" : ", ") + variables[i];
  }
  if (variables.size() <= most_variables_listed) return text;
  return text + " and " + std::to_string(variables.size() - most_variables_listed) + " more";
}

/// The variables of a file, on the way to the one that is meant.
struct Search {
  std::optional<MatlabVariable> found;
  std::vector<std::string> candidates;  ///< names of those of the kind
  std::vector<std::string> others;      ///< names, and what they are
  bool has_octaves_sparse = false;      ///< among the others
  std::string problem;                  ///< of the first variable that cannot be understood
};

/// Looks at every variable up to the one of that name, or at all of them.
Search search(const ByteSource& source, const std::string& name, MatlabKind kind) {
  MatlabFile file(source);
  Search result;
  while (std::optional<MatlabVariable> next = file.next()) {
    if (result.problem.empty()) result.problem = next->problem;
    if (!next->problem.empty() || next->name.empty()) continue;
    const bool could_be_read = is_of_kind(*next, kind);
    const std::string quoted = quoted_name(next->name);
    if (could_be_read) {
      result.candidates.push_back(quoted);
    } else {
      result.others.push_back(quoted + ", " + kind_of(*next));
      result.has_octaves_sparse = result.has_octaves_sparse || next->is_octaves_sparse;
    }
    const bool is_meant = name.empty() ? could_be_read : next->name == name;
    if (is_meant && !result.found) result.found = std::move(next);
    if (result.found && !name.empty()) break;
  }
  return result;
}

/// Why there is no variable to read.
std::string reason_of(const Search& result, const std::string& name, MatlabKind kind) {
  const KindWords words = words_of(kind);
  const std::string wanted = name.empty() ? std::string("expected ") + words.one
                                          : "found no variable " + quoted_name(name);
  if (!result.candidates.empty()) {
    return wanted + "; it has the " + words.several + " " + listed_variables(result.candidates);
  }
  if (!result.others.empty()) {
    return wanted + "; it has " + listed_variables(result.others) +
           (result.has_octaves_sparse ? advice_for_octave : "");
  }
  return wanted + (name.empty() ? ", found none" : "");
}

}  // namespace

MatlabVariable find_variable(const ByteSource& source, const std::string& name, MatlabKind kind) {
  Search result = search(source, name, kind);
  if (!result.found) {
    const std::string reason = reason_of(result, name, kind);
    if (!result.problem.empty()) throw FormatError(result.problem + "; " + reason);
    throw format_error(source.name(), reason);
  }
  if (name.empty() && result.candidates.size() > 1) {
    throw MatlabChoiceError(source.name() + ": holds several " + words_of(kind).several + ", " +
                            listed_variables(result.candidates) + ": expected the name of one");
  }
  if (is_of_kind(*result.found, kind)) return std::move(*result.found);
  throw format_error(source.name(), quoted_name(name) + " is " + kind_of(*result.found) +
                                        ": expected " + words_of(kind).one +
                                        (result.found->is_octaves_sparse ? advice_for_octave : ""));
}

MatlabHeader header_of(const MatlabVariable& variable) {
  return {variable.name,         variable.dimensions,   variable.is_sparse(),
          variable.is_complex(), variable.is_logical(), variable.number_type()};
}

}  // namespace toeplix::detail
