#!/bin/sh
# Compiles the consumers with nothing but a compiler and pkg-config, and runs them: one for each .pc
# file, and there must be one for each header's component.
# Usage: pkg_config.sh COMPILER PREFIX OUTPUT_DIRECTORY
set -eu
compiler=$1 prefix=$2 output=$3
source=$(cd "$(dirname "$0")" && pwd)

PKG_CONFIG_PATH=$(find "$prefix" -type d -name pkgconfig | paste -sd:)
export PKG_CONFIG_PATH
mkdir -p "$output"
cd "$output"

# build_and_run MODULE SOURCE: shared libraries are found by the rpath, as pkg-config has none.
build_and_run() {
  # shellcheck disable=SC2046 # pkg-config prints words
  "$compiler" -std=c++20 "$source/$2.cpp" -o "$2" $(pkg-config --cflags --libs "$1") \
    -Wl,-rpath,"$(pkg-config --variable=libdir "$1")"
  "./$2"
  echo "$1: ok"
}

build_and_run toeplix-reference reference
build_and_run toeplix main
if [ -e "$prefix/include/toeplix/files" ]; then
  build_and_run toeplix-files files
fi
if [ -e "$prefix/include/toeplix/solvers" ]; then
  build_and_run toeplix-solvers solvers
fi
if [ -e "$prefix/include/toeplix/onnx" ]; then
  build_and_run toeplix-onnx onnx
fi
if [ -e "$prefix/include/toeplix/petsc" ]; then
  build_and_run toeplix-petsc petsc
fi
