// The optional component: NumPy files.

#include <toeplix/files/npy.hpp>

#include <filesystem>
#include <iostream>
#include <vector>

int main() {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const std::filesystem::path path = "files_consumer.npy";
  toeplix::write_npy(path, {2, 3}, values);
  const toeplix::NpyArray<float> read = toeplix::read_npy<float>(path);
  if (read.values != values || read.shape != toeplix::Extents{2, 3}) {
    std::cerr << "wrong: what was written does not come back\n";
    return 1;
  }
}
