#!/usr/bin/env bash
# The C++ that the documentation shows compiles. A block that includes headers of Toeplix is a file of
# its own; any other stands in a function that knows the names of snippets.hpp.
#
# Usage: snippets.sh COMPILER SOURCE [INCLUDE FOLDER...]
#   A block below the line `<!-- not compiled: REASON -->` is left out, and named.
set -euo pipefail
compiler=$1 source=$2
shift 2
folders=("${@/#/-isystem}")
here=$source/tests/structure
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$source"

# Each block becomes a file, with a second one that says where it stands.
awk -v work="$work" '
  function close_block() { close(file); file = "" }
  /^```cpp$/ {
    if (skip != "") { print "left out: " FILENAME ":" FNR " (" skip ")"; ignore = 1 }
    else {
      file = work "/" ++count ".cpp"
      print "// " FILENAME ":" FNR > (file ".place")
    }
    inside = 1; next
  }
  /^```/ && inside { inside = ignore = 0; skip = ""; if (file != "") close_block(); next }
  inside { if (!ignore) print > file; next }
  /^<!-- not compiled: .* -->$/ { skip = $0; gsub(/<!-- not compiled: | -->/, "", skip); next }
  NF { skip = "" }
' README.md docs/*.md

if [[ -z $(find "${@:-.}" -maxdepth 1 -name petscmat.h 2>/dev/null) ]]; then
  for block in $(grep -ls '^#include <toeplix/petsc/' "$work"/*.cpp || true); do
    echo "left out: $(<"$block.place") (there is no PETSc)"
    rm "$block"
  done
fi

# One program, so that Eigen is read once: each block in a namespace or function of its own, where
# main is a function like any other.
program=$work/all.cpp
{
  echo '#include "snippets.hpp"'
  for block in $(printf '%s\n' "$work"/*.cpp | grep -v all.cpp | sort -V); do
    name=block_$(basename "$block" .cpp)
    place=$(sed 's|// ||' "$block.place")
    if grep -q '^#include <toeplix/' "$block"; then
      grep '^#include' "$block"
      printf 'namespace %s {\n#line %d "%s"\n' "$name" $((${place##*:} + 1)) "${place%:*}"
      # Includes stay as empty lines, so that the numbers are right.
      sed 's|^#include.*||' "$block"
      printf '}\n'
    else
      printf 'void %s() {\n#line %d "%s"\n' "$name" $((${place##*:} + 1)) "${place%:*}"
      cat "$block"
      printf '}\n'
    fi
  done
} >"$program"
compiled=$(find "$work" -name '*.cpp.place' | wc -l)
echo "$compiled blocks of C++"
((compiled > 0))
"$compiler" -std=c++20 -fsyntax-only -Wno-return-type -Iinclude "-I$here" "${folders[@]}" "$program"
