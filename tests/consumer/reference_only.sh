#!/bin/sh
# Builds, installs and uses the component reference where there is neither Eigen nor anything else.
# What is not built is not installed either.
# Usage: reference_only.sh SOURCE OUTPUT_DIRECTORY [ARGUMENT FOR CMAKE...]
set -eu
source=$1 output=$2
shift 2
rm -rf "$output"

# Whatever is looked for is not there.
none="-D CMAKE_DISABLE_FIND_PACKAGE_Eigen3=ON -D CMAKE_DISABLE_FIND_PACKAGE_OpenMP=ON \
  -D CMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON -D CMAKE_DISABLE_FIND_PACKAGE_CHOLMOD=ON"
# shellcheck disable=SC2086 # several arguments
cmake -S "$source" -B "$output/build" "$@" $none -D CMAKE_BUILD_TYPE=Debug \
  -D TOEPLIX_BUILD_CORE=OFF -D TOEPLIX_BUILD_TESTS=OFF
cmake --build "$output/build"
cmake --install "$output/build" --prefix "$output/prefix"

(cd "$output/prefix" && find . -type f | LC_ALL=C sort) >"$output/installed"
headers=$(sed -n 's|.*/include/toeplix/||p' "$output/installed" | paste -sd' ')
expected="concepts error first_difference index random_spec reference reference_per_pixel spec version"
if [ "$headers" != "$(echo "$expected" | sed 's/[a-z_]*/&.hpp/g')" ]; then
  echo "Installed headers: $headers"
  exit 1
fi
if grep -E 'toeplix-(core|files|solvers|onnx)|toeplix\.pc|bin/' "$output/installed"; then
  echo "is installed, though it is not built"
  exit 1
fi

# shellcheck disable=SC2086
cmake -S "$source/tests/consumer" -B "$output/consumer" "$@" $none \
  -D CMAKE_PREFIX_PATH="$output/prefix" \
  -D TOEPLIX_COMPONENTS=reference -D TOEPLIX_EXPECTED_TARGETS=reference
cmake --build "$output/consumer"
ctest --test-dir "$output/consumer" --output-on-failure --no-tests=error
