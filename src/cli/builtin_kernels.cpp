#include "cli/builtin_kernels.hpp"

#include "cli/arguments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace toeplix::cli {

const std::string_view builtin_kernels_help =
    "gaussian:SIZE:SIGMA, box:SIZE, bilinear:SIZE, laplacian, sobel[:AXIS], motion:LENGTH:DEGREES";

namespace {

using Profile = std::vector<double>;

/// The kernel that `text` names, being put together.
struct Request {
  std::string text;
  std::vector<std::string_view> parameters;
  const Extents& kernel;
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t colon = 0; (colon = text.find(':')) != text.npos;) {
    words.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  words.push_back(text);
  return words;
}

[[noreturn]] void fail(const Request& request, const std::string& what) {
  throw UsageError(request.text + ": " + what);
}

void expect_parameters(const Request& request, std::size_t least, std::size_t most) {
  const std::size_t count = request.parameters.size();
  if (count >= least && count <= most) return;
  fail(request, "expected one of " + std::string(builtin_kernels_help));
}

template <class Number>
Number parameter(const Request& request, std::size_t position, Number least, Number most) {
  const std::string_view word = request.parameters[position];
  Number number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool sound = error == std::errc() && end == word.data() + word.size();
  if (sound && number >= least && number <= most) return number;
  fail(request, "'" + std::string(word) + "' is not a number in the range that is expected there");
}

/// SIZE, which must be the extent of the kernel along every axis.
Index size_parameter(const Request& request) {
  const Index size = parameter<Index>(request, 0, 1, Index{1} << 20);
  for (const Index extent : request.kernel) {
    if (extent != size) {
      fail(request, "expected a kernel of " + std::to_string(size) +
                        " along every axis, the spec has " + format_shape(request.kernel));
    }
  }
  return size;
}

void expect_threes(const Request& request) {
  for (const Index extent : request.kernel) {
    if (extent != 3) {
      fail(request,
           "expected a kernel of 3 along every axis, the spec has " + format_shape(request.kernel));
    }
  }
}

Profile normalized(Profile profile) {
  double sum = 0;
  for (const double value : profile) sum += value;
  for (double& value : profile) value /= sum;
  return profile;
}

/// The outer product of one profile per axis, C order.
std::vector<double> product(const std::vector<Profile>& profiles) {
  std::vector<double> values{1};
  for (const Profile& profile : profiles) {
    std::vector<double> next;
    next.reserve(values.size() * profile.size());
    for (const double outer : values) {
      for (const double inner : profile) next.push_back(outer * inner);
    }
    values = std::move(next);
  }
  return values;
}

std::vector<double> on_every_axis(const Request& request, const Profile& profile) {
  return product(std::vector<Profile>(request.kernel.size(), profile));
}

std::vector<double> gaussian(const Request& request) {
  expect_parameters(request, 2, 2);
  const Index size = size_parameter(request);
  const auto sigma = parameter<double>(request, 1, 1e-3, 1e6);
  Profile profile;
  for (Index i = 0; i < size; ++i) {
    const double distance = static_cast<double>(i) - static_cast<double>(size - 1) / 2;
    profile.push_back(std::exp(-distance * distance / (2 * sigma * sigma)));
  }
  // An even kernel has no sample in its centre: with a tiny sigma every sample underflows.
  if (*std::max_element(profile.begin(), profile.end()) == 0) fail(request, "SIGMA is too small");
  return on_every_axis(request, normalized(std::move(profile)));
}

std::vector<double> box(const Request& request) {
  expect_parameters(request, 1, 1);
  const auto size = static_cast<std::size_t>(size_parameter(request));
  return on_every_axis(request, Profile(size, 1 / static_cast<double>(size)));
}

std::vector<double> bilinear(const Request& request) {
  expect_parameters(request, 1, 1);
  const Index size = size_parameter(request);
  const auto factor = static_cast<double>((size + 1) / 2);
  Profile profile;
  for (Index i = 0; i < size; ++i) {
    const double distance = static_cast<double>(i) - static_cast<double>(size - 1) / 2;
    profile.push_back(1 - std::abs(distance) / factor);
  }
  return on_every_axis(request, profile);
}

std::vector<double> laplacian(const Request& request) {
  expect_parameters(request, 0, 0);
  expect_threes(request);
  const std::size_t axes = request.kernel.size();
  std::vector<double> sum(static_cast<std::size_t>(std::pow(3, axes)), 0);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::vector<Profile> profiles(axes, {0, 1, 0});
    profiles[axis] = {1, -2, 1};
    const std::vector<double> second = product(profiles);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += second[i];
  }
  return sum;
}

std::vector<double> sobel(const Request& request) {
  expect_parameters(request, 0, 1);
  expect_threes(request);
  const std::size_t axes = request.kernel.size();
  const auto last = static_cast<Index>(axes) - 1;
  const Index axis = request.parameters.empty() ? last : parameter<Index>(request, 0, 0, last);
  std::vector<Profile> profiles(axes, {1, 2, 1});
  profiles[static_cast<std::size_t>(axis)] = {-1, 0, 1};
  return product(profiles);
}

/// A pixel's value is the length of the line inside of it, up to the normalisation.
std::vector<double> motion(const Request& request) {
  expect_parameters(request, 2, 2);
  if (request.kernel.size() != 2) fail(request, "expected a spec of 2 axes");
  const Index size = size_parameter(request);
  if (size % 2 == 0 || size > 4095) fail(request, "expected an odd LENGTH of at most 4095");
  const double angle = parameter<double>(request, 1, -360, 360) * std::numbers::pi / 180;
  const double center = static_cast<double>(size) / 2;
  constexpr Index samples_per_pixel = 64;
  std::vector<double> image(static_cast<std::size_t>(size * size), 0);
  for (Index i = 0; i < size * samples_per_pixel; ++i) {
    const double along = (static_cast<double>(i) + 0.5) / samples_per_pixel - center;
    const auto row = static_cast<Index>(center - along * std::sin(angle));
    const auto column = static_cast<Index>(center + along * std::cos(angle));
    image[static_cast<std::size_t>(row * size + column)] += 1;
  }
  return normalized(std::move(image));
}

using Maker = std::vector<double> (*)(const Request&);
constexpr std::array<std::pair<std::string_view, Maker>, 6> makers{{{"gaussian", gaussian},
                                                                    {"box", box},
                                                                    {"bilinear", bilinear},
                                                                    {"laplacian", laplacian},
                                                                    {"sobel", sobel},
                                                                    {"motion", motion}}};

}  // namespace

std::optional<std::vector<double>> builtin_kernel(std::string_view text, const Extents& kernel) {
  std::vector<std::string_view> words = split(text);
  for (const auto& [name, maker] : makers) {
    if (words.front() != name) continue;
    words.erase(words.begin());
    return maker({std::string(text), words, kernel});
  }
  return std::nullopt;
}

}  // namespace toeplix::cli
