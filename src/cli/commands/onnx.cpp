#include <toeplix/diagonals.hpp>
#include <toeplix/files/page.hpp>
#include <toeplix/files/plot.hpp>
#include <toeplix/onnx/model.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/diagonals/list.hpp"
#include "cli/matrix_summary.hpp"
#include "cli/onnx/layer.hpp"
#include "cli/onnx/listing.hpp"
#include "cli/onnx/write_all.hpp"
#include "cli/standard_streams.hpp"
#include "cli/tensor_files.hpp"
#include "cli/weights.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <span>

namespace toeplix::cli {
namespace {

struct OnnxArguments {
  std::string model;
  std::map<std::string, Extents> shapes;
  std::string segment;
  std::string node;
  MatrixFile output;
  std::string offset;
  std::string folder;
  bool composes = false;
  bool lists_diagonals = false;
  Index slots = 0;
  std::string plot;
  std::string page;
  bool json = false;
  Precision precision = Precision::by_file;
  Resources resources;
};

/// `x=1,3,224,224`, the last sign of equality being the one that counts.
void parse_shape(const std::string& text, OnnxArguments& options) {
  const std::size_t equals = text.rfind('=');
  const auto refuse = [&] {
    throw UsageError("--shape " + text + ": expected NAME=EXTENTS, as x=1,3,224,224");
  };
  if (equals == std::string::npos || equals == 0) refuse();
  Extents shape;
  for (const std::string_view word : split(std::string_view(text).substr(equals + 1), ',')) {
    const auto extent = number_of<Index>(word);
    if (!extent || *extent < 1) refuse();
    shape.push_back(extent.value_or(0));
  }
  const std::string name = text.substr(0, equals);
  if (!options.shapes.try_emplace(name, shape).second) {
    throw UsageError("--shape " + text + ": " + name + " has a shape already");
  }
}

bool asks_for_a_part(const OnnxArguments& options) {
  return !options.segment.empty() || !options.node.empty();
}

void check_files(const CLI::App& command, const OnnxArguments& options) {
  if (!options.output.path.empty()) check_matrix_file(command, options.output);
  if (!options.offset.empty()) check_offset_file(options.offset);
  if (!options.plot.empty()) check_extension(options.plot, {".png", ".svg"});
  if (!options.page.empty()) check_extension(options.page, {".html"});
  for (const std::string& path : {options.plot, options.page}) {
    if (!path.empty()) check_folder(path);
  }
  check_distinct({options.output.path, options.offset, options.plot, options.page},
                 {options.model});
}

void check(const CLI::App& command, const OnnxArguments& options) {
  if (!options.segment.empty() && !options.node.empty()) {
    throw UsageError("--segment and --node: choose one");
  }
  const bool has_files = !options.output.path.empty() || !options.offset.empty() ||
                         !options.plot.empty() || !options.page.empty();
  if (!asks_for_a_part(options) && (has_files || options.lists_diagonals)) {
    throw UsageError(
        "--output, --offset, --diagonals, --plot and --page are of one matrix: choose "
        "it by --segment K; --all DIR writes all");
  }
  if (!options.folder.empty() && asks_for_a_part(options)) {
    throw UsageError("--all writes every matrix; leave out --segment and --node");
  }
  if (options.composes && options.folder.empty() && options.segment.empty()) {
    throw UsageError("--compose is for --all DIR: one matrix for a segment, not for each node");
  }
  if (options.slots > 0 && !options.lists_diagonals) throw UsageError("--size is for --diagonals");
  check_files(command, options);
}

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
                        one["last"].get<Index>() - 1, one["input"].get<std::string>());
  }
  return text;
}

/// Writes the files that are asked for of one matrix.
template <class Scalar>
void write_files(const OnnxPart& part, const OnnxLayer<Scalar>& layer,
                 const OnnxArguments& options) {
  Json json = part_json(part, sizeof(Scalar));
  json["columns"] = columns_json(part);
  json["entries"] = layer.matrix.nonZeros();
  std::string text;
  // What does not fit on a page is refused before anything is written.
  const std::string html = options.page.empty() ? "" : page_html(layer.matrix, part_name(part));
  if (!options.output.path.empty()) {
    const MatrixSummary written =
        write_narrow<Scalar>(layer.matrix, options.output, options.resources.memory_budget);
    text += written.text + columns_text(part);
    json["matrix"] = written.json;
  }
  if (!options.offset.empty()) {
    write_array(options.offset, {layer.matrix.rows()}, layer.offset);
    text += fmt::format("{}: {} numbers\n", output_name(options.offset), layer.matrix.rows());
    json["offset"] = options.offset;
  }
  if (!options.plot.empty()) {
    const PlotExtents picture =
        write_plot(options.plot, layer.matrix, PlotOptions{.title = part_name(part)});
    text += fmt::format("{}: {} x {} pixels\n", options.plot, picture.width, picture.height);
    json["plot"] = options.plot;
  }
  if (!options.page.empty()) {
    detail::write_page(options.page, html);
    text += fmt::format("{}: a page\n", options.page);
    json["page"] = options.page;
  }
  print_summary(options.output.path, options.json ? json_text(json) : text);
}

template <class Scalar>
void list_diagonals(const OnnxLayer<Scalar>& layer, const OnnxArguments& options) {
  const diagonal_list::Shape shape{layer.matrix.rows(), layer.matrix.cols()};
  const auto found = diagonals(
      layer.matrix, DiagonalOptions{.size = options.slots, .resources = options.resources});
  diagonal_list::list_any(shape, found.structure(), found, options.json);
}

/// What one part is, if no file is asked for.
template <class Scalar>
void print_part(const OnnxPart& part, const OnnxArguments& options) {
  if (options.json) return fmt::print("{}", json_text(part_json(part, sizeof(Scalar))));
  fmt::print("{}: {} x {}\n", part_name(part), part_rows(part), part_cols(part));
  for (const OnnxTensor& input : part_inputs(part)) {
    fmt::print("  input   {} {}\n", shape_text(input.shape), input.name);
  }
  const OnnxTensor output = part_output(part);
  fmt::print("  output  {} {}\n", shape_text(output.shape), output.name);
  const auto* const segment = std::get_if<OnnxSegment>(&part);
  if (segment == nullptr) return;
  for (const OnnxNode& node : segment->nodes()) {
    fmt::print("  node    {} {}, {} x {}, {} entries\n", node.op_type(), node.name(), node.rows(),
               part_cols(node), part_nnz(node));
  }
}

template <class Scalar>
void run_on_part(const OnnxModel& model, const OnnxArguments& options) {
  const OnnxPart part = options.segment.empty() ? find_node(model, options.node)
                                                : find_segment(model, options.segment);
  const bool has_files = !options.output.path.empty() || !options.offset.empty() ||
                         !options.plot.empty() || !options.page.empty();
  if (!has_files && !options.lists_diagonals) return print_part<Scalar>(part, options);
  const OnnxLayer<Scalar> layer = [&] {
    const Progress progress("compiling " + part_name(part));
    return compile_layer<Scalar>(part, options.resources);
  }();
  if (has_files) write_files(part, layer, options);
  if (options.lists_diagonals) list_diagonals(layer, options);
}

template <class Scalar>
void run_on_all(const OnnxModel& model, const OnnxArguments& options) {
  const AllWritten all = write_all<Scalar>(
      model, listing_json(options.model, model, sizeof(Scalar)),
      {options.folder, options.composes, options.output.deflates, options.resources});
  if (options.json) {
    fmt::print("{}", json_text(all.manifest));
  } else {
    fmt::print("{}: {} matrices with offsets, {} bytes, and manifest.json\n", options.folder,
               all.parts, all.bytes);
  }
  if (all.left_out.empty()) return;
  for (const std::string& one : all.left_out) fmt::print(stderr, "left out: {}\n", one);
  throw TooLarge(fmt::format("{} of {} matrices were left out; raise --memory", all.left_out.size(),
                             all.parts + all.left_out.size()));
}

template <class Scalar>
void run_as(const OnnxModel& model, const OnnxArguments& options) {
  if (!options.folder.empty()) return run_on_all<Scalar>(model, options);
  if (asks_for_a_part(options)) return run_on_part<Scalar>(model, options);
  const std::string file = input_name(options.model);
  fmt::print("{}", options.json ? json_text(listing_json(file, model, sizeof(Scalar)))
                                : listing_text(file, model, sizeof(Scalar)));
}

void run(const OnnxArguments& options) {
  const OnnxModel model = read_within_memory([&] {
    const Progress progress("reading " + input_name(options.model));
    return read_onnx(options.model, {.shapes = options.shapes, .resources = options.resources});
  });
  const bool is_double = options.precision == Precision::twofold ||
                         (options.precision == Precision::by_file && model.has_doubles());
  is_double ? run_as<double>(model, options) : run_as<float>(model, options);
}

void add_one_matrix(CLI::App& command, OnnxArguments& options) {
  const std::string one = "One, by its number from 0 or its name";
  command.add_option("--segment", options.segment, "One segment")->type_name("K")->group(one);
  command.add_option("--node", options.node, "One node by itself")->type_name("K")->group(one);
  command.add_option("--output", options.output.path, "The .npz, .mtx or .mat file for its matrix")
      ->type_name("FILE");
  add_matrix_format(command, options.output);
  for (const char* const name : {"--format", "--compress", "--variable"}) {
    command.get_option(name)->group("As in compile");
  }
  for (const char* const name : {"--symmetry", "--pattern"}) {
    command.get_option(name)->group("Of a .mtx file, as in compile");
  }
  command.add_option("--offset", options.offset, "The .npy file for what is added")
      ->type_name("FILE");
  const std::string pictures = "A .png or .svg picture; a page of a small one";
  command.add_option("--plot", options.plot, "A .png or .svg picture of it")
      ->type_name("FILE")
      ->group(pictures);
  command.add_option("--page", options.page, "A .html page of it, if it is small")
      ->type_name("FILE")
      ->group(pictures);
  command.add_flag("--diagonals", options.lists_diagonals, "List its diagonals");
  command.add_option("--size", options.slots, "In blocks of N x N")
      ->check(whole_number(Index{1} << 62))
      ->type_name("N");
}

}  // namespace

void add_onnx(CLI::App& program) {
  auto options = std::make_shared<OnnxArguments>();
  CLI::App* command = program.add_subcommand("onnx", "The matrices of a neural network's file");
  command->add_option("MODEL", options->model, "An .onnx file")->required();
  command
      ->add_option_function<std::vector<std::string>>(
          "--shape",
          [options](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) parse_shape(text, *options);
          },
          "The shape of an input; repeatable")
      ->type_name("NAME=EXTENTS")
      ->expected(1)
      ->take_all();
  add_one_matrix(*command, *options);
  command->add_option("--all", options->folder, "Write all, with manifest.json, into a folder")
      ->type_name("DIR");
  command->add_flag("--compose", options->composes, "One matrix for a segment, not for each node");
  add_precision(*command, options->precision);
  add_json(*command, options->json);
  add_threads(*command, options->resources.threads);
  add_memory(*command, options->resources.memory_budget);
  command->footer(
      "Alone it lists the linear segments, and what stands between them.\n"
      "Example: toeplix onnx net.onnx --segment 0 --output A.npz --offset b.npy");
  command->callback([command, options] {
    check(*command, *options);
    run(*options);
  });
}

}  // namespace toeplix::cli
