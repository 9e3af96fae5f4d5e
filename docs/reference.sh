#!/usr/bin/env bash
# Makes the reference of the public headers with Doxygen, in FOLDER/html. Fails if a public name has
# no comment, or if a function or a class has no example.
#
# Usage: docs/reference.sh [FOLDER]      (build/reference if none is named)
set -euo pipefail

folder=$(realpath -m "${1:-build/reference}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p "$folder"
(
  cat docs/Doxyfile
  printf 'OUTPUT_DIRECTORY = "%s"\n' "$folder"
) | doxygen -
python3 tests/structure/docstring_examples.py "$folder/xml"
echo "The reference is $folder/html/index.html"
