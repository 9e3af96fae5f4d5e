#!/usr/bin/env bash
# Plants every bug of this folder in a copy of the project, one at a time, and runs the tests that
# should notice. Fails if one survives, or if a patch no longer applies or compiles.
#
#   tests/mutants/run.sh [NAME...]     all mutants, or those named (without .patch)
#
# TOEPLIX_JOBS copies are worked on at a time (default: one per core). A shared compiler cache is
# used where ccache is installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
jobs=${TOEPLIX_JOBS:-$(nproc)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In this order: what notices most comes first.
suites=(equivalence unit properties)

if [ $# -gt 0 ]; then
  mutants=("$@")
else
  mapfile -t mutants < <(cd "$here" && ls -- *.patch | sed 's/\.patch$//')
fi

make_copy() {  # FOLDER: a copy of the project there, configured
  mkdir -p "$1"
  (cd "$root" && git ls-files -z --cached --others --exclude-standard \
    | xargs -0 -I{} sh -c '[ -e "{}" ] && printf "%s\0" "{}"' | tar --null -cf - -T -) \
    | tar -C "$1" -xf -
  local launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  CCACHE_BASEDIR=$1 cmake -S "$1" -B "$1/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DTOEPLIX_BUILD_CLI=OFF -DTOEPLIX_BUILD_DOCS=OFF -DTOEPLIX_BUILD_BENCHMARKS=OFF \
    "${launcher[@]}" >"$1/configure.log" 2>&1
}

build_and_test() {  # FOLDER: prints "builds not", "passes", or the suite that fails
  local copy=$1 suite
  for suite in "${suites[@]}"; do
    if ! CCACHE_BASEDIR=$copy ninja -C "$copy/build" "toeplix_${suite}_tests" \
      >"$copy/build.log" 2>&1; then
      echo "builds not"
      return
    fi
    if ! timeout 300 "$copy/build/tests/toeplix_${suite}_tests" --log_level=nothing \
      --report_level=no >/dev/null 2>&1; then
      echo "$suite"
      return
    fi
  done
  echo passes
}

try_mutant() {  # FOLDER NAME: one line, "ok", or what is wrong
  local copy=$1 patch=$here/$2.patch outcome
  if ! patch -d "$copy" -p1 -s --dry-run <"$patch" >/dev/null 2>&1; then
    echo "FAILED $2: the patch does not apply"
    return
  fi
  patch -d "$copy" -p1 -s <"$patch"
  outcome=$(build_and_test "$copy")
  patch -d "$copy" -p1 -s -R <"$patch"
  case $outcome in
    passes) echo "FAILED $2: survives" ;;
    "builds not") echo "FAILED $2: does not compile"; tail -n 5 "$copy/build.log" ;;
    *) echo "ok $2: caught by $outcome" ;;
  esac
}

work_on() {  # WORKER: every jobs-th mutant, in a copy of its own
  local copy=$work/$1 i
  make_copy "$copy" || { cat "$copy/configure.log"; return 1; }
  for ((i = $1; i < ${#mutants[@]}; i += jobs)); do
    try_mutant "$copy" "${mutants[i]}"
  done
}

# A suite that fails without a bug would call every mutant caught.
make_copy "$work/clean"
outcome=$(build_and_test "$work/clean")
if [ "$outcome" != passes ]; then
  echo "without any mutant: $outcome"
  tail -n 20 "$work/clean/build.log"
  exit 1
fi
rm -rf "$work/clean"

for ((worker = 0; worker < jobs; ++worker)); do
  work_on "$worker" >"$work/$worker.log" 2>&1 &
done
wait
cat "$work"/*.log
passed=$(cat "$work"/*.log | grep -c '^ok ' || true)
failed=$((${#mutants[@]} - passed))
echo "mutants: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
