#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>
#include <toeplix/interruptible.hpp>
#include <toeplix/resources.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// \file
/// The matrices of an ONNX model against an interpreter of its graph. Needs the library
/// `toeplix::onnx`.

namespace toeplix {

/// How a comparison ended.
enum class OnnxVerdict {
  agrees,    ///< every row does
  differs,   ///< a row does not, or the shapes do not
  left_out,  ///< not compared: what the oracle does not know, or what exceeds the memory budget
};

/// The first row that differs.
///
///     if (check.difference) std::cerr << check.difference->given << '\n';
struct OnnxDifference {
  Extents at;       ///< the row as coordinates of the output tensor
  double expected;  ///< by the oracle
  double given;     ///< by the matrices
  double bound;     ///< how far they may be apart
};

/// What was found of one node or segment.
///
///     for (const toeplix::OnnxCheck& check : result.nodes) std::cout << check.message << '\n';
struct OnnxCheck {
  std::string name;     ///< as OnnxNode::name or OnnxSegment::name
  std::string op_type;  ///< ONNX's name of the operator; empty for a segment
  OnnxVerdict verdict = OnnxVerdict::left_out;  ///< how it ended
  /// One line, which begins with the name: how many rows agree and how closely, the first
  /// difference, or why it was left out.
  std::string message = {};
  std::optional<OnnxDifference> difference = {};  ///< unless shapes differ already
  Index rows = 0;                                 ///< that were compared
  double largest_error = 0;                       ///< largest |given - expected|
};

/// What `verify_onnx` found, in the order of OnnxModel::nodes and OnnxModel::segments.
///
///     if (!result.passed()) std::cerr << result.message() << '\n';
struct OnnxVerification {
  std::vector<OnnxCheck> nodes;     ///< one for every linear node
  std::vector<OnnxCheck> segments;  ///< one for every segment

  /// Whether nothing differs. What was left out is not counted: see `complete`.
  [[nodiscard]] bool passed() const;
  /// Whether nothing was left out.
  [[nodiscard]] bool complete() const;
  /// One line: the first difference; otherwise how many nodes and segments agree, and how many were
  /// left out.
  [[nodiscard]] std::string message() const;
};

/// How a model is verified.
///
///     toeplix::verify_onnx("net.onnx", {.shapes = {{"x", {1, 3, 224, 224}}}, .seed = 7});
struct OnnxVerifyOptions {
  std::map<std::string, Extents> shapes = {};  ///< as OnnxOptions::shapes
  std::uint64_t seed = 1;                      ///< of the inputs
  /// `memory_budget` is what reading may take, one matrix, and the oracle's arrays with their
  /// bounds, each; 0: what the machine has free.
  Resources resources = {};
  /// Told of every node and segment when it is compared, with how many there are so far, and of how
  /// many.
  std::function<void(const OnnxCheck& check, std::size_t done, std::size_t all)> progress = {};
};

/// Reads a model, and holds every linear node's matrices, and every segment's, against an oracle:
/// an interpreter of ONNX graphs on dense arrays in double. It shares no code with `read_onnx`,
/// reads the model's file by itself, and has plain loops by the formulas of ONNX's specification.
/// Only the shapes of inputs, and of what nodes make that are not linear, are told to it.
///
/// Every node gets random inputs of its own, whole numbers from -997 to 997 without 0, and
/// y = A_0 x_0 + A_1 x_1 + ... + b is compared with the oracle's y; the matrices are made in
/// ranges of rows of at most 64 MiB (a quarter of the memory budget, if that is less). A segment is
/// compared, if its one matrix fits the memory budget, with what the oracle makes of its nodes one
/// after the other.
///
/// A row of n entries may differ by 2 (n + 8) eps (|A||x| + |b|): the rounding of two sums of n
/// terms, and of 8 operations that make an entry (Higham, Accuracy and Stability of Numerical
/// Algorithms, section 3.1). For |b| stands what it is made of, where that is more
/// (BatchNormalization); coordinates of Resize are rounded as well. For a segment the bounds of its
/// nodes are carried on, e = |A| e_x + 2 (n + 8) eps (|A| m_x + |b|) with the magnitudes m = |A|
/// m_x + |b|, and doubled.
///
/// Errors of `read_onnx`, CapacityError also for inputs beyond the memory budget; Interrupted,
/// which is asked for before every node, segment and range of rows. Cost: reading twice; each
/// node's matrices, and twice the oracle's loops, which are slow: one multiplication at a time, on
/// one thread; and the segments' matrices. Memory: the model twice, and 24 bytes for each element
/// of the tensors.
///
///     const auto result = toeplix::verify_onnx("net.onnx");
///     for (const auto& check : result.nodes) std::cout << check.message << '\n';
///     return result.passed() ? 0 : 1;
[[nodiscard]] OnnxVerification verify_onnx(const std::filesystem::path& path,
                                           const OnnxVerifyOptions& options = {});
/// The same from memory: the bytes of a file. It cannot have external data.
///
///     std::vector<std::byte> bytes = download();
///     auto result = toeplix::verify_onnx(bytes);
[[nodiscard]] OnnxVerification verify_onnx(std::span<const std::byte> bytes,
                                           const OnnxVerifyOptions& options = {});

}  // namespace toeplix
