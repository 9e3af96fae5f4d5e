#include "cli/onnx/part_files.hpp"

#include "cli/array_files.hpp"
#include "cli/matrix_summary.hpp"
#include "cli/onnx/listing.hpp"
#include "cli/standard_streams.hpp"
#include "cli/words.hpp"

#include <toeplix/files/page.hpp>
#include <toeplix/files/plot.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace toeplix::cli {
namespace {

/// Which columns belong to which input, if there are several.
Json columns_json(const OnnxPart& part) {
  Json columns = Json::array();
  Index first = 0;
  for (const OnnxTensor& input : part_inputs(part)) {
    Index count = 1;
    for (const Index extent : input.shape) count *= extent;
    columns.push_back({{"input", input.name}, {"first", first}, {"last", first + count}});
    first += count;
  }
  return columns;
}

std::string columns_text(const OnnxPart& part) {
  const Json columns = columns_json(part);
  if (columns.size() < 2) return "";
  std::string text;
  for (const Json& one : columns) {
    text += fmt::format("  columns {} to {}: {}\n", one["first"].get<Index>(),
                        one["last"].get<Index>() - 1, printable(one["input"].get<std::string>()));
  }
  return text;
}

}  // namespace

bool PartFiles::any() const {
  return !output.path.empty() || !offset.empty() || !plot.empty() || !page.empty();
}

template <class Scalar>
void write_files(const OnnxPart& part, const OnnxLayer<Scalar>& layer, const PartFiles& files,
                 const Resources& resources, bool as_json) {
  Json json = part_json(part, sizeof(Scalar));
  json["columns"] = columns_json(part);
  json["entries"] = layer.matrix.nonZeros();
  std::string text;
  // What does not fit on a page is refused before anything is written.
  const std::string html = files.page.empty() ? "" : page_html(layer.matrix, part_name(part));
  if (!files.output.path.empty()) {
    const MatrixSummary written =
        write_narrow<Scalar>(layer.matrix, files.output, resources.memory_budget);
    text += written.text + columns_text(part);
    const bool has_offset = std::ranges::any_of(layer.offset, [](Scalar b) { return b != 0; });
    if (has_offset && files.offset.empty()) {
      text += "  without the offset b, which is not zero: --offset FILE writes it\n";
    }
    json["matrix"] = written.json;
  }
  if (!files.offset.empty()) {
    write_array(files.offset, {layer.matrix.rows()}, layer.offset);
    text += fmt::format("{}: {} numbers\n", output_name(files.offset), layer.matrix.rows());
    json["offset"] = files.offset;
  }
  if (!files.plot.empty()) {
    const PlotExtents picture =
        write_plot(files.plot, layer.matrix, PlotOptions{.title = part_name(part)});
    text += fmt::format("{}: {} x {} pixels\n", files.plot, picture.width, picture.height);
    json["plot"] = files.plot;
  }
  if (!files.page.empty()) {
    detail::write_page(files.page, html);
    text += fmt::format("{}: a page\n", files.page);
    json["page"] = files.page;
  }
  print_summary(files.output.path, as_json ? json_text(json) : text);
}

void print_part(const OnnxPart& part, std::size_t scalar_bytes, bool as_json) {
  if (as_json) return fmt::print("{}", json_text(part_json(part, scalar_bytes)));
  fmt::print("{}: {} x {}\n", printable(part_name(part)), part_rows(part), part_cols(part));
  for (const OnnxTensor& input : part_inputs(part)) {
    fmt::print("  input   {} {}\n", shape_text(input.shape), printable(input.name));
  }
  const OnnxTensor output = part_output(part);
  fmt::print("  output  {} {}\n", shape_text(output.shape), printable(output.name));
  const auto* const segment = std::get_if<OnnxSegment>(&part);
  if (segment == nullptr) return;
  for (const OnnxNode& node : segment->nodes()) {
    fmt::print("  node    {} {}, {} x {}, {} entries\n", node.op_type(), printable(node.name()),
               node.rows(), part_cols(node), part_nnz(node));
  }
}

template void write_files(const OnnxPart&, const OnnxLayer<float>&, const PartFiles&,
                          const Resources&, bool);
template void write_files(const OnnxPart&, const OnnxLayer<double>&, const PartFiles&,
                          const Resources&, bool);

}  // namespace toeplix::cli
