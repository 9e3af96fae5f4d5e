// The optional component on ONNX: what is no model is refused.

#include <toeplix/onnx/model.hpp>

#include <cstddef>
#include <iostream>
#include <vector>

int main() {
  const std::vector<std::byte> bytes(3, std::byte{1});
  try {
    const auto model = toeplix::read_onnx(bytes);
    std::cerr << "wrong: a model of operator set " << model.opset() << '\n';
    return 1;
  } catch (const toeplix::FormatError& error) {
    std::cout << error.what() << '\n';
  }
}
