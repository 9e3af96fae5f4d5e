#include "cli/kernel/builtin.hpp"

#include "cli/arguments.hpp"
#include "cli/kernel/shapes.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace toeplix::cli {

namespace {

using Profile = std::vector<double>;

/// The kernel that `text` names, being put together.
struct Request {
  std::string text;
  std::string_view usage;  ///< `gaussian:SIZE:SIGMA`
  std::vector<std::string_view> parameters;
  const Extents& kernel;
};

[[noreturn]] void fail(const Request& request, const std::string& what) {
  throw UsageError(request.text + ": " + what);
}

void expect_parameters(const Request& request, std::size_t least, std::size_t most) {
  const std::size_t count = request.parameters.size();
  if (count >= least && count <= most) return;
  fail(request, "expected " + std::string(request.usage));
}

template <class Number>
Number parameter(const Request& request, std::size_t position, Number least, Number most) {
  const std::string_view word = request.parameters[position];
  const auto number = number_of<Number>(word);
  if (number && *number >= least && *number <= most) return *number;
  fail(request, fmt::format("'{}': expected a number from {} to {}", word, least, most));
}

void expect_extents(const Request& request, Index size) {
  for (const Index extent : request.kernel) {
    if (extent != size) {
      fail(request, "expected a kernel of " + std::to_string(size) +
                        " along every axis, the spec has " + format_shape(request.kernel));
    }
  }
}

/// SIZE, which must be the extent of the kernel along every axis.
Index size_parameter(const Request& request) {
  const Index size = parameter<Index>(request, 0, 1, Index{1} << 20);
  expect_extents(request, size);
  return size;
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
  return on_every_axis(request, with_sum_one(std::move(profile)));
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
  expect_extents(request, 3);
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
  expect_extents(request, 3);
  const std::size_t axes = request.kernel.size();
  const auto last = static_cast<Index>(axes) - 1;
  const Index axis = request.parameters.empty() ? last : parameter<Index>(request, 0, 0, last);
  std::vector<Profile> profiles(axes, {1, 2, 1});
  profiles[static_cast<std::size_t>(axis)] = {-1, 0, 1};
  return product(profiles);
}

/// The Laplacian of a Gaussian, sampled: (|x|^2 - axes * SIGMA^2) / SIGMA^4 times the Gaussian. The
/// mean is subtracted, so that a constant image becomes zero.
std::vector<double> log_kernel(const Request& request) {
  expect_parameters(request, 2, 2);
  std::vector<double> values = gaussian(request);
  if (request.kernel.front() < 3) {
    fail(request, "expected a SIZE from 3 on: minus its mean, a smaller one is zero everywhere");
  }
  const auto sigma = parameter<double>(request, 1, 1e-3, 1e6);
  const Index size = request.kernel.front();
  const auto axes = static_cast<double>(request.kernel.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    double distance = 0;
    auto rest = static_cast<Index>(i);
    for (std::size_t axis = 0; axis < request.kernel.size(); ++axis, rest /= size) {
      const double along = static_cast<double>(rest % size) - static_cast<double>(size - 1) / 2;
      distance += along * along;
    }
    values[i] *= (distance - axes * sigma * sigma) / (sigma * sigma * sigma * sigma);
  }
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  for (double& value : values) value -= mean;
  return values;
}

std::vector<double> identity(const Request& request) {
  expect_parameters(request, 0, 0);
  std::vector<Profile> profiles;
  for (const Index extent : request.kernel) {
    if (extent % 2 == 0) {
      fail(request,
           "expected a kernel of odd extents, the spec has " + format_shape(request.kernel));
    }
    profiles.emplace_back(static_cast<std::size_t>(extent), 0);
    profiles.back()[static_cast<std::size_t>(extent / 2)] = 1;
  }
  return product(profiles);
}

void expect_two_axes(const Request& request) {
  if (request.kernel.size() != 2) fail(request, "expected a spec of 2 axes");
}

std::vector<double> motion(const Request& request) {
  expect_parameters(request, 2, 2);
  expect_two_axes(request);
  const Index size = size_parameter(request);
  if (size % 2 == 0 || size > 4095) fail(request, "expected an odd LENGTH of at most 4095");
  return motion_blur(size, parameter<double>(request, 1, -360, 360));
}

double radius_of(const Request& request) {
  expect_parameters(request, 1, 1);
  return parameter<double>(request, 0, 1e-3, 2047);
}

std::vector<double> disk(const Request& request) {
  const double radius = radius_of(request);
  expect_two_axes(request);
  expect_extents(request, disk_size(radius));
  return disk_blur(radius);
}

Index first_parameter(const Request& request) {
  if (request.parameters.empty()) expect_parameters(request, 1, 1);
  return parameter<Index>(request, 0, 1, 4096);
}

Index three(const Request& /*request*/) {
  return 3;
}

Index one(const Request& /*request*/) {
  return 1;
}

Index size_of_disk(const Request& request) {
  return disk_size(radius_of(request));
}

struct Builtin {
  std::string_view usage;
  std::vector<double> (*make)(const Request&);
  Index (*size)(const Request&);

  std::string_view name() const { return usage.substr(0, usage.find_first_of(":[")); }
};

constexpr std::array<Builtin, 9> builtins{{{"gaussian:SIZE:SIGMA", gaussian, first_parameter},
                                           {"box:SIZE", box, first_parameter},
                                           {"disk:RADIUS", disk, size_of_disk},
                                           {"motion:LENGTH:DEGREES", motion, first_parameter},
                                           {"log:SIZE:SIGMA", log_kernel, first_parameter},
                                           {"laplacian", laplacian, three},
                                           {"sobel[:AXIS]", sobel, three},
                                           {"bilinear:SIZE", bilinear, first_parameter},
                                           {"identity", identity, one}}};

const Builtin* find_builtin(std::string_view name) {
  const auto found = std::ranges::find(builtins, name, &Builtin::name);
  return found == builtins.end() ? nullptr : &*found;
}

const Builtin& builtin_of(std::string_view text) {
  const Builtin* const found = find_builtin(split(text, ':').front());
  if (found != nullptr) return *found;
  throw UsageError(std::string(text) + ": expected one of " + builtin_kernels_help());
}

/// Takes `gaussian:9:1.5` apart.
Request request_of(std::string_view text, const Builtin& builtin, const Extents& kernel) {
  Request request{std::string(text), builtin.usage, split(text, ':'), kernel};
  request.parameters.erase(request.parameters.begin());
  return request;
}

}  // namespace

bool names_builtin_kernel(std::string_view text) {
  return find_builtin(split(text, ':').front()) != nullptr;
}

std::vector<std::string_view> builtin_kernel_names() {
  std::vector<std::string_view> names;
  for (const Builtin& builtin : builtins) names.push_back(builtin.name());
  return names;
}

std::string builtin_kernels_help() {
  std::string text;
  for (const Builtin& builtin : builtins) {
    text += (text.empty() ? "" : ", ") + std::string(builtin.usage);
  }
  return text;
}

std::vector<double> builtin_kernel(std::string_view text, const Extents& kernel) {
  const Builtin& builtin = builtin_of(text);
  return builtin.make(request_of(text, builtin, kernel));
}

Index builtin_kernel_size(std::string_view text) {
  const Builtin& builtin = builtin_of(text);
  const Extents none;
  return builtin.size(request_of(text, builtin, none));
}

}  // namespace toeplix::cli
