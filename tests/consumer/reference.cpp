// The oracle alone: nothing but the standard library is needed to compile, link and run this.

#include <toeplix/first_difference.hpp>
#include <toeplix/reference.hpp>

#include <iostream>
#include <string>
#include <vector>

int main() {
  const std::vector<float> kernel = {0, 1, 2, 3};
  const std::vector<float> x = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  const toeplix::ConvolutionSpec spec{.input = {3, 3}, .kernel = {2, 2}};
  const std::vector<float> y = toeplix::reference::convolve(spec, kernel, x);
  const std::vector<float> expected = {19, 25, 37, 43};
  const std::string difference = toeplix::reference::first_difference(spec, expected, y);
  if (!difference.empty()) {
    std::cerr << toeplix::to_string(spec) << ": " << difference << '\n';
    return 1;
  }
}
