#include <toeplix/diagonals.hpp>
#include <toeplix/onnx/model.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/diagonals/list.hpp"
#include "cli/onnx/listing.hpp"
#include "cli/onnx/part_files.hpp"
#include "cli/onnx/verification.hpp"
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
  PartFiles files;
  std::string folder;
  bool composes = false;
  bool verifies = false;
  bool lists_diagonals = false;
  Index slots = 0;
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
  if (!options.files.output.path.empty()) check_matrix_file(command, options.files.output);
  if (!options.files.offset.empty()) check_offset_file(options.files.offset);
  if (!options.files.plot.empty()) check_extension(options.files.plot, {".png", ".svg"});
  if (!options.files.page.empty()) check_extension(options.files.page, {".html"});
  for (const std::string& path : {options.files.plot, options.files.page}) {
    if (!path.empty()) check_folder(path);
  }
}

void check(const CLI::App& command, const OnnxArguments& options) {
  if (!options.segment.empty() && !options.node.empty()) {
    throw UsageError("--segment and --node: choose one");
  }
  const bool has_files = options.files.any();
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
  if (options.verifies && (has_files || asks_for_a_part(options) || !options.folder.empty() ||
                           options.precision != Precision::by_file)) {
    throw UsageError(
        "--verify is of the whole model, and computes in doubles; it goes with --shape, "
        "--json and --memory alone");
  }
  if (options.slots > 0 && !options.lists_diagonals) throw UsageError("--size is for --diagonals");
  check_files(command, options);
}

template <class Scalar>
void list_diagonals(const OnnxLayer<Scalar>& layer, const OnnxArguments& options) {
  const diagonal_list::Shape shape{layer.matrix.rows(), layer.matrix.cols()};
  const auto found = diagonals(
      layer.matrix, DiagonalOptions{.size = options.slots, .resources = options.resources});
  diagonal_list::list_any(shape, found.structure(), found, options.json);
}

template <class Scalar>
void run_on_part(const OnnxModel& model, const OnnxArguments& options) {
  const OnnxPart part = options.segment.empty() ? find_node(model, options.node)
                                                : find_segment(model, options.segment);
  if (!options.files.any() && !options.lists_diagonals) {
    return print_part(part, sizeof(Scalar), options.json);
  }
  const OnnxLayer<Scalar> layer = [&] {
    const Progress progress("compiling " + part_name(part));
    return compile_layer<Scalar>(part, options.resources);
  }();
  if (options.files.any()) write_files(part, layer, options.files, options.resources, options.json);
  if (options.lists_diagonals) list_diagonals(layer, options);
}

/// The files of the model, which nothing may be written over.
std::vector<std::filesystem::path> inputs_of(const OnnxModel& model, const OnnxArguments& options) {
  std::vector<std::filesystem::path> inputs = model.external_files();
  inputs.emplace_back(options.model);
  return inputs;
}

template <class Scalar>
void run_on_all(const OnnxModel& model, const OnnxArguments& options) {
  const AllWritten all =
      write_all<Scalar>(model, listing_json(options.model, model, sizeof(Scalar)),
                        {options.folder, inputs_of(model, options), options.composes,
                         options.files.output.deflates, options.resources});
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

/// As for a C++ program, but by the option of this one.
[[noreturn]] void refuse_shape(const GeometryError& error) {
  const std::string_view lib = "give it in shapes, such as ";
  std::string message = error.what();
  const std::size_t at = message.find(lib);
  if (at != message.npos) message.replace(at, lib.size(), "give it, such as --shape ");
  throw GeometryError(message);
}

void run_on_model(const OnnxArguments& options) {
  if (options.verifies) {
    return verify_model(options.model, {.shapes = options.shapes, .resources = options.resources},
                        options.json);
  }
  const OnnxModel model = read_within_memory([&] {
    const Progress progress("reading " + input_name(options.model));
    return read_onnx(options.model, {.shapes = options.shapes, .resources = options.resources});
  });
  check_distinct(
      {options.files.output.path, options.files.offset, options.files.plot, options.files.page},
      inputs_of(model, options));
  const bool is_double = options.precision == Precision::twofold ||
                         (options.precision == Precision::by_file && model.has_doubles());
  is_double ? run_as<double>(model, options) : run_as<float>(model, options);
}

void run(const OnnxArguments& options) {
  try {
    run_on_model(options);
  } catch (const GeometryError& error) {
    refuse_shape(error);
  }
}

void add_one_matrix(CLI::App& command, OnnxArguments& options) {
  const std::string one = "One, by its number from 0 or its name";
  command.add_option("--segment", options.segment, "One segment")->type_name("K")->group(one);
  command.add_option("--node", options.node, "One node by itself")->type_name("K")->group(one);
  command
      .add_option("--output", options.files.output.path,
                  "The .npz, .mtx or .mat file for its matrix")
      ->type_name("FILE");
  add_matrix_format(command, options.files.output);
  for (const char* const name : {"--format", "--compress", "--variable"}) {
    command.get_option(name)->group("As in compile");
  }
  for (const char* const name : {"--symmetry", "--pattern"}) {
    command.get_option(name)->group("Of a .mtx file, as in compile");
  }
  command.add_option("--offset", options.files.offset, "The .npy file for what is added")
      ->type_name("FILE");
  const std::string pictures = "A .png or .svg picture; a page of a small one";
  command.add_option("--plot", options.files.plot, "A .png or .svg picture of it")
      ->type_name("FILE")
      ->group(pictures);
  command.add_option("--page", options.files.page, "A .html page of it, if it is small")
      ->type_name("FILE")
      ->group(pictures);
  const std::string diagonals = "List its diagonals, in blocks of N x N";
  command.add_flag("--diagonals", options.lists_diagonals, "List its diagonals")->group(diagonals);
  command.add_option("--size", options.slots, "In blocks of N x N")
      ->group(diagonals)
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
  command->add_flag("--verify", options->verifies, "Hold all against direct loops");
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
