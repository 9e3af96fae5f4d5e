#!/bin/sh
# Compiles the consumer with nothing but a compiler and pkg-config, and runs it.
# Usage: pkg_config.sh COMPILER PREFIX OUTPUT_DIRECTORY
set -eu
compiler=$1 prefix=$2 output=$3
source=$(dirname "$0")

PKG_CONFIG_PATH=$(find "$prefix" -type d -name pkgconfig | paste -sd:)
export PKG_CONFIG_PATH
mkdir -p "$output"
cd "$output"
# shellcheck disable=SC2046 # pkg-config prints words
"$compiler" -std=c++20 -O1 "$source/main.cpp" -o consumer $(pkg-config --cflags --libs toeplix)
./consumer
if pkg-config --exists toeplix-files; then
  # shellcheck disable=SC2046
  "$compiler" -std=c++20 -O1 "$source/files.cpp" -o files_consumer \
    $(pkg-config --cflags --libs toeplix-files)
  ./files_consumer
fi
