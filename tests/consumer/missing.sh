#!/bin/sh
# Usage: missing.sh PREFIX OUTPUT_DIRECTORY [ARGUMENT FOR CMAKE...]
set -eu
prefix=$1 output=$2
shift 2
rm -rf "$output"
mkdir -p "$output"
cp -r "$prefix" "$output/without_files"
find "$output/without_files" -name 'toeplix-files*.cmake' -exec rm {} +
cmake -S "$(dirname "$0")/missing" -B "$output/build" \
  -D TOEPLIX_PREFIX="$prefix" -D TOEPLIX_WITHOUT_FILES="$output/without_files" "$@"
