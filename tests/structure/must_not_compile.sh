#!/usr/bin/env bash
# Calls that must not compile, and what the compiler must say of them.
#
# Usage: must_not_compile.sh COMPILER SOURCE [INCLUDE FOLDER...]
#
# A file of must_not_compile/ begins with `// Refused: TEXT`, an extended regular expression, and
# perhaps `// With: FLAG`. With CORRECT defined all of them compile, as one program: what is refused is
# the call, and nothing beside it.
set -euo pipefail
compiler=$1 source=$2
shift 2
folders=("$source/include" "$@")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failures=0

# compile FILE FLAG...
compile() {
  "$compiler" -std=c++20 -fsyntax-only "${folders[@]/#/-I}" "${@:2}" "$1" >"$log" 2>&1
}

fail() {
  echo "FAILED: $1: $2"
  grep -E 'error|note' "$log" | head -n 20 || true
  failures=$((failures + 1))
}

count=0
for file in "$source"/tests/structure/must_not_compile/*.cpp; do
  name=$(basename "$file" .cpp)
  expected=$(sed -n '1s|^// Refused: ||p' "$file")
  flag=$(sed -n '2s|^// With: ||p' "$file")
  count=$((count + 1))
  [[ $expected ]] || { fail "$name" "does not begin with '// Refused: '"; continue; }
  if compile "$file" ${flag:+"$flag"}; then
    fail "$name" "compiles"
  elif ! grep -qE -- "$expected" "$log"; then
    fail "$name" "the compiler does not say '$expected'"
  fi
done

all=("$source"/tests/structure/must_not_compile/*.cpp)
compile /dev/null -D CORRECT "${all[@]/#/-include}" -x c++ || fail all "do not compile with CORRECT"
echo "$count programs, $failures failures"
((failures == 0 && count > 0))
