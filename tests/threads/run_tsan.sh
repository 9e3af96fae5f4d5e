#!/usr/bin/env bash
# Builds the library with clang and ThreadSanitizer and runs the tests of this folder.
#
# Usage: tests/threads/run_tsan.sh [BUILD FOLDER]      (default: build-tsan/)
#
# ThreadSanitizer does not know what OpenMP's runtime synchronises, because the runtime itself is
# not built with it. LLVM's runtime tells it through Archer, a library that comes with the runtime.
# Boost.Test is not built with ThreadSanitizer either, so accesses from such modules are ignored.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(realpath -m "${1:-$root/build-tsan}")
archer=/usr/lib/llvm-14/lib/libarcher.so
if [[ ! -e $archer ]]; then
  echo "Archer is missing (package libomp-14-dev): $archer"
  exit 1
fi

cmake -S "$root" -B "$build" -G Ninja -D CMAKE_BUILD_TYPE=RelWithDebInfo \
  -D CMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1" -D CMAKE_UNITY_BUILD=ON \
  -D CMAKE_CXX_COMPILER=clang++-14 -D TOEPLIX_SANITIZE=thread \
  -D TOEPLIX_BUILD_CLI=OFF -D TOEPLIX_BUILD_DOCS=OFF -D TOEPLIX_BUILD_BENCHMARKS=OFF
cmake --build "$build" --target toeplix_threads_tests
OMP_TOOL_LIBRARIES=$archer TSAN_OPTIONS=ignore_noninstrumented_modules=1 \
  "$build/tests/toeplix_threads_tests"
