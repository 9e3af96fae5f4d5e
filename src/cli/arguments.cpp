#include "arguments.hpp"

#include <algorithm>
#include <cctype>

namespace toeplix::cli {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

AnySpec parse_spec(const std::vector<std::string>& words) {
  try {
    return parse(join(words));
  } catch (const FormatError& error) {
    throw UsageError(std::string("SPEC: ") + error.what());
  }
}

}  // namespace

void add_spec(CLI::App& command, std::vector<std::string>& words) {
  command.add_option("SPEC", words, "Words that describe the convolution, see below")
      ->required()
      ->type_name("")
      ->allow_extra_args();
}

const std::string_view spec_help =
    "SPEC: input=EXTENTS kernel=EXTENTS, e.g. input=28,28 kernel=3,3, and where it is not the\n"
    "  default: in=1 out=1 groups=1 stride=1 dilation=1 padding=0 (or 1,2 or 0:1,0:1 or\n"
    "  same_upper, same_lower, valid, full) boundary=zero (circular, reflect, symmetric,\n"
    "  replicate) operation=correlation (convolution) order=channels_first (channels_last,\n"
    "  column_major); the word transposed for a transposed convolution, with output_padding=0\n"
    "KERNEL: a .npy file of shape (out, in/groups, kernel...), transposed (in, out/groups,\n"
    "  kernel...); or for every channel alone gaussian:SIZE:SIGMA, box:SIZE, bilinear:SIZE,\n"
    "  laplacian, sobel[:AXIS], motion:LENGTH:DEGREES\n";

void set_help(CLI::App& command, const std::string& text) {
  command.footer(std::string(spec_help) + '\n' + text);
}

void add_threads(CLI::App& command, int& threads) {
  command.add_option("--threads", threads, "Threads to use; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

AnyConv parse_convolution(const std::vector<std::string>& words) {
  const AnySpec spec = parse_spec(words);
  if (const auto* transposed = std::get_if<TransposedConvolutionSpec>(&spec)) {
    return TransposedConvolution(*transposed);
  }
  return Convolution(std::get<ConvolutionSpec>(spec));
}

TensorOrder order_of(const AnyConv& convolution) {
  return std::visit([](const auto& conv) { return conv.spec().order; }, convolution);
}

std::string format_shape(const Extents& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

void check_extension(const std::filesystem::path& path,
                     std::initializer_list<std::string_view> extensions) {
  const std::string got = path.extension().string();
  if (std::find(extensions.begin(), extensions.end(), got) != extensions.end()) return;
  std::string expected;
  for (const std::string_view extension : extensions) {
    expected += (expected.empty() ? "" : " or ") + std::string(extension);
  }
  throw UsageError(path.string() + ": expected a name that ends in " + expected);
}

void check_folder(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.parent_path();
  std::error_code ignored;
  if (folder.empty() || std::filesystem::is_directory(folder, ignored)) return;
  throw FormatError(path.string() + ": cannot create: the folder does not exist");
}

}  // namespace toeplix::cli
