#include <toeplix/explain.hpp>

#include "core/geometry/text.hpp"
#include "core/inspect/window_position.hpp"
#include "reference/number_text.hpp"

namespace toeplix {

namespace {

using detail::join;

constexpr std::size_t most_meetings_said = 8;

std::string at(Index channel, const Extents& coordinate) {
  return "channel " + std::to_string(channel) + " at (" + join(coordinate, ", ") + ")";
}

/// `straight`, or `folded over the lower border of axis 0 (from -1)`. `extended` and
/// `input_dilation` may be empty.
std::string how(const std::vector<AxisFold>& folds, const Extents& extended,
                const Extents& input_dilation) {
  std::string text;
  for (std::size_t axis = 0; axis < folds.size(); ++axis) {
    if (folds[axis] == AxisFold::straight) continue;
    text += text.empty() ? "folded over " : " and ";
    text +=
        "the " + std::string(to_string(folds[axis])) + " border of axis " + std::to_string(axis);
    if (extended.empty()) continue;
    const bool is_spread = !input_dilation.empty() && input_dilation[axis] > 1;
    text +=
        " (from " + std::to_string(extended[axis]) + (is_spread ? " of the spread image)" : ")");
  }
  return text.empty() ? "straight" : text;
}

/// What is no part of the matrix; empty if that is nothing.
std::string offset_text(double padding_value) {
  if (padding_value == 0) return {};
  return "padding_value " + detail::shortest_text(padding_value) +
         " times the weights on padding is added to the output; no entry has it.\n";
}

std::string name_of(Index weight, const Extents& shape) {
  return "w[" + join(detail::weight_position(shape, weight), ",") + "]";
}

}  // namespace

std::string to_text(const EntryExplanation& e) {
  const std::string entry = "entry (" + std::to_string(e.row) + ", " + std::to_string(e.col) + ")";
  const std::string ends =
      (e.transposed ? " receives input " : " reads input ") + at(e.in_channel, e.input);
  const std::string output = "output " + at(e.out_channel, e.output);
  if (e.meetings.empty()) {
    return entry + " is not stored: " + output + " does not" +
           (e.transposed ? " receive input " : " read input ") + at(e.in_channel, e.input) +
           ", as " + e.absence + ".\n" + offset_text(e.padding_value);
  }
  std::string text = entry + ": " + output + ends + " through ";
  for (std::size_t i = 0; i < e.meetings.size(); ++i) {
    if (i == most_meetings_said) {
      text += " and " + std::to_string(e.meetings.size() - i) + " more";
      break;
    }
    const KernelMeeting& meeting = e.meetings[i];
    if (i > 0) text += i + 1 == e.meetings.size() ? " and " : ", ";
    text += name_of(meeting.weight, e.weights_shape) + " (weight " +
            std::to_string(meeting.weight) + ", " +
            how(meeting.folds, meeting.extended, e.input_dilation) + ")";
  }
  return text + ".\n" + offset_text(e.padding_value);
}

std::string to_text(const WeightLandings& landings) {
  const std::string name =
      "w[" + join(landings.position, ",") + "] (weight " + std::to_string(landings.weight) + ")";
  const std::string offset = offset_text(landings.padding_value);
  if (landings.count == 0) {
    return name + " adds to no entry: it only ever meets padding.\n" + offset;
  }
  std::string text = name + " takes input channel " + std::to_string(landings.in_channel) +
                     " to output channel " + std::to_string(landings.out_channel) +
                     " and adds to " + std::to_string(landings.count) +
                     (landings.count == 1 ? " entry" : " entries");
  if (landings.diagonal_count) {
    const bool all =
        *landings.diagonal_count == static_cast<Index>(landings.first_diagonals.size());
    text += ", on " + std::string(*landings.diagonal_count == 1 ? "diagonal" : "diagonals") +
            " col - row = " + join(landings.first_diagonals, ", ");
    if (!all) text += ", ... (" + std::to_string(*landings.diagonal_count) + " in all)";
  }
  text += ":\n";
  for (const WeightLanding& landing : landings.first) {
    text += "  (" + std::to_string(landing.row) + ", " + std::to_string(landing.col) +
            ")  output (" + join(landing.output, ", ") + "), input (" + join(landing.input, ", ") +
            "), " + how(landing.folds, {}, {}) + "\n";
  }
  const Index rest = landings.count - static_cast<Index>(landings.first.size());
  if (rest > 0) text += "  and " + std::to_string(rest) + " more\n";
  return text + offset;
}

}  // namespace toeplix
