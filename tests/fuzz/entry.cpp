#include "fuzz/target.hpp"

/// What libFuzzer calls with every input. Compiled for each target, whose name the build defines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace target = toeplix::fuzz::TOEPLIX_FUZZ_TARGET;
  target::run(toeplix::fuzz::as_bytes(data, size));
  return 0;
}
