#include "files/matlab/find.hpp"

#include "files/bytes/shown_name.hpp"

#include <algorithm>
#include <map>
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

std::string listed(const std::vector<std::string>& variables) {
  std::string text;
  for (std::size_t i = 0; i < variables.size() && i < most_variables_listed; ++i) {
    text += (i == 0 ? "" : ", ") + variables[i];
  }
  if (variables.size() <= most_variables_listed) return text;
  return text + " and " + std::to_string(variables.size() - most_variables_listed) + " more";
}

/// One name of a file, and the last variable that has it.
struct Named {
  std::string name;
  std::uint64_t begin;     ///< byte of the file
  bool could_be_read;      ///< whether it is of the kind that is looked for
  bool is_octaves_sparse;  ///< if not
  std::string kind;        ///< what it is
};

/// The variables of a file.
struct Variables {
  std::vector<Named> named;  ///< in the order of the file, each name once
  std::string problem;       ///< of the first variable that cannot be understood
};

/// Octave appends a variable that changed to a file that has it already: of two variables of one
/// name, the last one counts.
Variables variables_of(MatlabFile& file, MatlabKind kind) {
  Variables result;
  std::map<std::string, std::size_t> places;
  std::uint64_t begin = file.position();
  for (; std::optional<MatlabVariable> next = file.next(); begin = file.position()) {
    if (result.problem.empty()) result.problem = next->problem;
    if (!next->problem.empty() || next->name.empty()) continue;
    const auto [place, is_new] = places.emplace(next->name, result.named.size());
    if (is_new) result.named.emplace_back();
    result.named[place->second] = {next->name, begin, is_of_kind(*next, kind),
                                   next->is_octaves_sparse, kind_of(*next)};
  }
  return result;
}

/// The quoted names of the variables that could be read.
std::vector<std::string> candidates_of(const Variables& variables) {
  std::vector<std::string> names;
  for (const Named& variable : variables.named) {
    if (variable.could_be_read) names.push_back(quoted_name(variable.name));
  }
  return names;
}

/// Why there is no variable to read.
std::string reason_of(const Variables& variables, const std::string& name, MatlabKind kind) {
  const KindWords words = words_of(kind);
  const std::string wanted = name.empty() ? std::string("expected ") + words.one
                                          : "found no variable " + quoted_name(name);
  const std::vector<std::string> candidates = candidates_of(variables);
  if (!candidates.empty()) {
    return wanted + "; it has the " + words.several + " " + listed(candidates);
  }
  std::vector<std::string> others;
  bool has_octaves_sparse = false;
  for (const Named& variable : variables.named) {
    others.push_back(quoted_name(variable.name) + ", " + variable.kind);
    has_octaves_sparse = has_octaves_sparse || variable.is_octaves_sparse;
  }
  if (others.empty()) return wanted + (name.empty() ? ", found none" : "");
  return wanted + "; it has " + listed(others) + (has_octaves_sparse ? advice_for_octave : "");
}

/// The variable of that name, or without a name the first that could be read; null if there is
/// none.
const Named* meant_by(const std::string& name, const Variables& variables) {
  const auto is_meant = [&](const Named& variable) {
    return name.empty() ? variable.could_be_read : variable.name == name;
  };
  const auto found = std::ranges::find_if(variables.named, is_meant);
  return found == variables.named.end() ? nullptr : &*found;
}

}  // namespace

MatlabVariable find_variable(const ByteSource& source, const std::string& name, MatlabKind kind) {
  MatlabFile file(source);
  const Variables variables = variables_of(file, kind);
  const Named* const meant = meant_by(name, variables);
  if (meant == nullptr) {
    const std::string reason = reason_of(variables, name, kind);
    if (!variables.problem.empty()) throw FormatError(variables.problem + "; " + reason);
    throw format_error(source.name(), reason);
  }
  const std::vector<std::string> candidates = candidates_of(variables);
  if (name.empty() && candidates.size() > 1) {
    throw MatlabChoiceError(source.name() + ": holds several " + words_of(kind).several + ", " +
                            listed(candidates) + ": expected the name of one");
  }
  if (!meant->could_be_read) {
    throw format_error(source.name(), quoted_name(name) + " is " + meant->kind + ": expected " +
                                          words_of(kind).one +
                                          (meant->is_octaves_sparse ? advice_for_octave : ""));
  }
  file.go_to(meant->begin);
  return std::move(*file.next());
}

MatlabHeader header_of(const MatlabVariable& variable) {
  return {variable.name,         variable.dimensions,   variable.is_sparse(),
          variable.is_complex(), variable.is_logical(), variable.number_type()};
}

}  // namespace toeplix::detail
