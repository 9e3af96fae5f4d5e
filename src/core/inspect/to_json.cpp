#include <toeplix/explain.hpp>
#include <toeplix/inspect.hpp>

#include "core/base/json.hpp"

namespace toeplix {

namespace {

using detail::Json;
using detail::json_of;
using detail::print_json;

Json json_of(const InspectedConvolution& convolution) {
  return {{"spec", convolution.spec},
          {"in_channels", convolution.in_channels},
          {"input", convolution.input},
          {"out_channels", convolution.out_channels},
          {"output", convolution.output},
          {"weights_shape", convolution.weights_shape},
          {"padding_value", convolution.padding_value}};
}

Json json_of(const StorageBytes& bytes) {
  return {{"float_32", json_of(bytes.float_32)},
          {"double_32", json_of(bytes.double_32)},
          {"float_64", json_of(bytes.float_64)},
          {"double_64", json_of(bytes.double_64)}};
}

Json json_of(const std::vector<LineLengthCount>& lengths) {
  Json list = Json::array();
  for (const LineLengthCount& length : lengths) {
    list.push_back(Json::array({length.length, length.count}));
  }
  return list;
}

Json json_of(const VacantLines& vacant) {
  Json first = Json::array();
  for (const MatrixPosition& position : vacant.first) {
    first.push_back({{"index", position.index},
                     {"channel", position.channel},
                     {"coordinate", position.coordinate}});
  }
  return {{"count", vacant.count}, {"first", first}};
}

std::string_view word_of(MatrixLevelKind kind) {
  switch (kind) {
    case MatrixLevelKind::blocks:
      return "blocks";
    case MatrixLevelKind::axis:
      return "axis";
    case MatrixLevelKind::channels:
      return "channels";
  }
  return "unknown";
}

Json json_of(const LevelStructure& structure) {
  return {{"name", structure.level.name},
          {"kind", word_of(structure.level.kind)},
          {"rows", structure.level.rows},
          {"cols", structure.level.cols},
          {"toeplitz", json_of(structure.toeplitz)},
          {"circulant", json_of(structure.circulant)},
          {"toeplitz_plus_hankel", json_of(structure.toeplitz_plus_hankel)}};
}

Json json_of(const MatrixStructure& structure) {
  Json levels = Json::array();
  for (const LevelStructure& level : structure.levels) levels.push_back(json_of(level));
  return {{"levels", levels},
          {"toeplitz", json_of(structure.toeplitz)},
          {"circulant", json_of(structure.circulant)},
          {"block_toeplitz", json_of(block_toeplitz(structure))},
          {"block_circulant", json_of(block_circulant(structure))},
          {"block_toeplitz_plus_hankel", json_of(block_toeplitz_plus_hankel(structure))},
          {"symmetric", json_of(structure.symmetric)},
          {"normal", json_of(structure.normal)},
          {"doubly_stochastic", json_of(structure.doubly_stochastic)}};
}

Json json_of(const Separability& separability) {
  return {{"separable", json_of(separability.separable)},
          {"kernel_rank", json_of(separability.kernel_rank)},
          {"kronecker_rank", json_of(separability.kronecker_rank)},
          {"factors", separability.factors},
          {"channel_factor", separability.channel_factor}};
}

Json json_of(const std::vector<AxisFold>& folds) {
  Json list = Json::array();
  for (const AxisFold fold : folds) list.push_back(to_string(fold));
  return list;
}

Json json_of(const KernelMeeting& meeting) {
  return {{"weight", meeting.weight},
          {"kernel", meeting.kernel},
          {"extended", meeting.extended},
          {"folds", json_of(meeting.folds)}};
}

Json json_of(const WeightLanding& landing) {
  return {{"row", landing.row},
          {"col", landing.col},
          {"output", landing.output},
          {"input", landing.input},
          {"folds", json_of(landing.folds)}};
}

}  // namespace

std::string to_json(const Inspection& inspection) {
  const auto& convolution = inspection.convolution;
  const auto& separability = inspection.separability;
  return print_json({{"convolution", convolution ? json_of(*convolution) : Json()},
                     {"rows", inspection.rows},
                     {"cols", inspection.cols},
                     {"nnz", inspection.nnz},
                     {"density", inspection.density},
                     {"bytes", json_of(inspection.bytes)},
                     {"row_lengths", json_of(inspection.row_lengths)},
                     {"column_lengths", json_of(inspection.column_lengths)},
                     {"lower_bandwidth", inspection.lower_bandwidth},
                     {"upper_bandwidth", inspection.upper_bandwidth},
                     {"cyclic_diagonals", json_of(inspection.cyclic_diagonals)},
                     {"rotations", json_of(inspection.rotations)},
                     {"packed_rotations", json_of(inspection.packed_rotations)},
                     {"empty_rows", json_of(inspection.empty_rows)},
                     {"unused_inputs", json_of(inspection.unused_inputs)},
                     {"structure", json_of(inspection.structure)},
                     {"separability", separability ? json_of(*separability) : Json()}});
}

std::string to_json(const EntryExplanation& explanation) {
  Json meetings = Json::array();
  for (const KernelMeeting& meeting : explanation.meetings) meetings.push_back(json_of(meeting));
  return print_json({{"spec", explanation.spec},
                     {"transposed", explanation.transposed},
                     {"weights_shape", explanation.weights_shape},
                     {"row", explanation.row},
                     {"col", explanation.col},
                     {"out_channel", explanation.out_channel},
                     {"output", explanation.output},
                     {"in_channel", explanation.in_channel},
                     {"input", explanation.input},
                     {"meetings", meetings},
                     {"absence", explanation.absence},
                     {"input_dilation", explanation.input_dilation},
                     {"padding_value", explanation.padding_value}});
}

std::string to_json(const WeightLandings& landings) {
  Json first = Json::array();
  for (const WeightLanding& landing : landings.first) first.push_back(json_of(landing));
  return print_json({{"spec", landings.spec},
                     {"weight", landings.weight},
                     {"position", landings.position},
                     {"out_channel", landings.out_channel},
                     {"in_channel", landings.in_channel},
                     {"count", landings.count},
                     {"first", first},
                     {"diagonal_count", json_of(landings.diagonal_count)},
                     {"first_diagonals", landings.first_diagonals},
                     {"padding_value", landings.padding_value}});
}

}  // namespace toeplix
