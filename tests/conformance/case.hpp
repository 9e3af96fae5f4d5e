#pragma once

#include <toeplix/separable.hpp>
#include <toeplix/spec.hpp>

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

/// Cases that other programs computed, and how they are compared with Toeplix. The README of the
/// conformance data defines a case; docs/testing.md has a summary.
namespace toeplix::conformance {

/// A case that cannot be read, or that contradicts itself. It fails.
class CaseError : public std::runtime_error {
 public:
  /// `text_form` is that of the case's spec, if the case was read that far.
  explicit CaseError(const std::string& message, std::string text_form = {})
      : std::runtime_error(message), text_form_(std::move(text_form)) {}
  const std::string& text_form() const { return text_form_; }

 private:
  std::string text_form_;
};

/// A case of an operator that Toeplix does not have. It is skipped.
class UnknownOperator : public std::runtime_error {
 public:
  explicit UnknownOperator(std::string name)
      : std::runtime_error("unknown operator " + name), name_(std::move(name)) {}
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

/// An array in C order. float32 is stored in doubles, which is exact.
struct Tensor {
  Extents shape;
  std::vector<double> values;
};

/// How many elements an array of this shape has.
Index product(const Extents& shape);

/// `(2, 3, 4)`
std::string to_string(const Extents& shape);

/// The precision that a case was computed in, and is checked in.
enum class Precision { float32, float64 };

/// A convolution of any kind with its weights; Col2Im has those of an identity.
struct ConvolutionProblem {
  AnySpec spec;
  std::vector<double> weights;
  std::vector<double> bias;  ///< per output channel; empty if there is none
};

/// A separable operator: of one image of the batch for AveragePool, of the whole tensor for others.
struct SeparableProblem {
  std::variant<AveragePool, Pad, Resize> spec;
};

/// The arrays that results are compared with.
enum class Expectation { y, gx, gw, matrix };
std::string_view to_string(Expectation expectation);

struct Case {
  std::string op;  ///< by its original name, if the case was restated
  Precision precision = Precision::float64;
  double tolerance = 0;  ///< of |got - expected| / max(1, max|expected|)
  std::variant<ConvolutionProblem, SeparableProblem> problem;
  Tensor x;
  Tensor r;                                ///< shaped like y; empty if there is none
  std::map<Expectation, Tensor> expected;  ///< always has y
};

/// Throws UnknownOperator for a description of an operator that Toeplix does not have.
void check_operator(const nlohmann::json& description);

/// Puts a case together. `description` is a case.json; `arrays` has the files that were there, by
/// the names x, w, b, y, r, gx, gw and matrix. Without `effective_pads` the pads follow from
/// `auto_pad`, `output_shape` and `pads`; with it, those must agree with it.
///
/// Throws CaseError for keys that are missing, malformed or contradict one another or the arrays,
/// for keys and arrays that the operator cannot have, and for what the library calls impossible;
/// UnknownOperator for operators that Toeplix does not have. Output shapes are compared with the
/// library's own when the case is checked.
Case make_case(const nlohmann::json& description, const std::map<std::string, Tensor>& arrays);

/// The text form that `toeplix verify` replays; empty for separable operators, which have none.
std::string text_form(const Case& made);

}  // namespace toeplix::conformance
