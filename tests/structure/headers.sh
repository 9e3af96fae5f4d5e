#!/usr/bin/env bash
# Every public header compiles alone, and without warnings: it includes what it uses.
#
# Usage: headers.sh COMPILER SOURCE [INCLUDE FOLDER...]
set -euo pipefail
compiler=$1 source=$2
shift 2

# check HEADER
check() {
  "$compiler" -std=c++20 -fsyntax-only -Werror -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
    -I. "${folders[@]}" -include "$1" -x c++ /dev/null
}

folders=("${@/#/-isystem}")
cd "$source/include"
headers=(toeplix/*.hpp toeplix/*/*.hpp)
if [[ -z $(find "$@" -maxdepth 1 -name petscmat.h 2>/dev/null) ]]; then
  echo "Left out: toeplix/petsc, because there is no PETSc."
  headers=(toeplix/*.hpp toeplix/[!p]*/*.hpp)
fi
failed=()
for header in "${headers[@]}"; do
  check "$header" || failed+=("$header")
done
echo "${#headers[@]} headers, ${#failed[@]} failures ${failed[*]}"
((${#failed[@]} == 0 && ${#headers[@]} > 1))
