#!/usr/bin/env bash
# Builds everything and runs every test. Installs what is missing first.
#
# Usage: tests/run.sh [ARGUMENT FOR CMAKE...]
#   PRESET               how to build: release (default), dev, sanitize
#   BUILD_DIR            where to build (default: build/ of the work tree)
#   TOEPLIX_CONFORMANCE  folder of conformance cases (default: ../shared/conformance, if it exists)
#   TOEPLIX_LEAVE_OUT    labels of tests that are built but not run, as a regular expression
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(realpath -m "${BUILD_DIR:-$root/build}")
conformance=${TOEPLIX_CONFORMANCE:-$root/../shared/conformance}
jobs=$(nproc)

# shellcheck source=cmake/packages.sh
source "$root/cmake/packages.sh"
install_packages build solvers onnx petsc python test
use_ninja

if [[ -d $conformance ]]; then
  conformance=$(realpath "$conformance")
  echo "Conformance cases: $conformance"
else
  echo "Left out: the conformance cases of $conformance, which does not exist."
  conformance=
fi

cd "$root"
cmake --preset "${PRESET:-release}" -B "$build" -D TOEPLIX_CONFORMANCE="$conformance" "$@"
cmake --build "$build" --parallel "$jobs"
ctest --test-dir "$build" --parallel "$jobs" --output-on-failure --no-tests=error \
  ${TOEPLIX_LEAVE_OUT:+--label-exclude "$TOEPLIX_LEAVE_OUT"}
