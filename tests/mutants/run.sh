#!/usr/bin/env bash
# Plants every bug of this folder in a copy of the project, one at a time, and runs the tests that
# should notice. Fails if one survives or makes the tests hang, or if a patch no longer applies or
# compiles.
#
#   tests/mutants/run.sh [--minutes M] [NAME...]     all mutants, or those named (without .patch)
#
# With --minutes none is begun after so many, and all are of one suite, so that the time is not spent on
# building the others. Which ones come first, and of which suite, depends on the commit, so that all of
# them have their turn as the project goes on.
#
# The first line of a patch is `Caught by SUITE/TEST`, the test that should notice, of the program
# toeplix_SUITE_tests; only that program is built. `Hangs, caught by SUITE/TEST` says that the test
# is expected not to come back. If that test passes nevertheless, every suite runs.
#
# TOEPLIX_JOBS copies are worked on at a time (default: one per core), each with its share of the
# cores. They share a compiler cache if ccache is installed. They are hardly optimised, because to
# compile takes longer than to test. They are not unity builds: a mutant compiles one source; and
# every source is seen to compile by itself, with warnings as errors. Only what is unused is no error: a
# bug may well be that something is not asked any more.
set -euo pipefail
exec </dev/null

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
jobs=${TOEPLIX_JOBS:-$(nproc)}
cores_each=$((($(nproc) + jobs - 1) / jobs))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CCACHE_NOHASHDIR=1

# In this order: what notices most comes first.
suites=(equivalence unit_core unit_reference unit_files unit_solvers unit_onnx properties)

suite_of() {  # NAME: the suite that its first line names
  sed -n '1s|.*aught by \([a-z_]*\)/.*|\1|p' "$here/$1.patch"
}

minutes=
if [ "${1-}" = --minutes ]; then
  minutes=$2
  shift 2
fi
if [ $# -gt 0 ]; then
  mutants=("$@")
else
  mutants=("$here"/*.patch)
  mutants=("${mutants[@]##*/}")
  mutants=("${mutants[@]%.patch}")
fi

if [ -n "$minutes" ]; then
  commit=$(git -c safe.directory="$root" -C "$root" rev-parse HEAD)
  mapfile -t mutants < <(
    for name in "${mutants[@]}"; do
      echo "$(sha1sum <<<"$commit $name" | cut -d ' ' -f 1) $name"
    done | sort | cut -d ' ' -f 2
  )
  mapfile -t mutants < <(
    suite=$(suite_of "${mutants[0]}")
    for name in "${mutants[@]}"; do
      if [ "$(suite_of "$name")" = "$suite" ]; then echo "$name"; fi
    done
  )
  echo "${#mutants[@]} mutants of $(suite_of "${mutants[0]}")"
fi

unused_is_no_error=
for thing in function variable parameter but-set-variable but-set-parameter local-typedefs const-variable; do
  unused_is_no_error+=" -Wno-error=unused-$thing"
done

make_copy() {  # FOLDER: a copy of the project there, configured
  mkdir -p "$1"
  (cd "$root" && git -c safe.directory="$root" ls-files -z --cached --others --exclude-standard \
    | xargs -0 -I{} sh -c '[ -e "{}" ] && printf "%s\0" "{}"' | tar --null -cf - -T -) \
    | tar -C "$1" -xf -
  local launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  CCACHE_BASEDIR=$1 cmake -S "$1" -B "$1/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1 -DNDEBUG$unused_is_no_error" \
    -DCMAKE_CXX_COMPILER=g++ -DTOEPLIX_WARNINGS_AS_ERRORS=ON \
    -DTOEPLIX_BUILD_CLI=OFF -DTOEPLIX_BUILD_DOCS=OFF -DTOEPLIX_BUILD_BENCHMARKS=OFF \
    "${launcher[@]}" >"$1/configure.log" 2>&1
}

# outcome_of FOLDER SECONDS SUITE [TEST]: builds a suite and runs it, or a test of it. Prints
# "builds not", "has no such test", "passes", "fails" or "hangs".
outcome_of() {
  local copy=$1 seconds=$2 build=$1/build program=toeplix_$3_tests status=0
  if ! CCACHE_BASEDIR=$copy ninja -j "$cores_each" -C "$build" "$program" \
    >"$copy/build.log" 2>&1; then
    echo "builds not"
    return
  fi
  # A filter that matches nothing is an error too, and would look like a test that notices.
  if [ $# -gt 3 ] && ! grep -q "^ *${4##*/}\*" <<<"$("$build/tests/$program" --list_content 2>&1)"; then
    echo "has no such test"
    return
  fi
  timeout "$seconds" "$build/tests/$program" ${4:+--run_test="$4"} \
    --log_level=nothing --report_level=no >/dev/null 2>&1 || status=$?
  case $status in
    0) echo passes ;;
    124) echo hangs ;;
    *) echo fails ;;
  esac
}

# all_suites FOLDER: "SUITE fails", or another outcome, for the first suite that does not pass;
# "pass".
all_suites() {
  local suite outcome
  for suite in "${suites[@]}"; do
    outcome=$(outcome_of "$1" 600 "$suite")
    if [ "$outcome" != passes ]; then
      echo "$suite $outcome"
      return
    fi
  done
  echo pass
}

judge() {  # FOLDER NAME: one line, "ok", or what is wrong
  local copy=$1 head expected=fails test suite outcome others
  head=$(head -n 1 "$here/$2.patch")
  test=${head##* }
  if [[ ! $head =~ ^(Caught by|Hangs, caught by)\ [a-z_]+(/[a-z0-9_]+)+$ ]]; then
    echo "FAILED $2: the patch does not begin with 'Caught by SUITE/TEST'"
    return
  fi
  if [[ $head == Hangs* ]]; then
    expected=hangs
  fi
  suite=${test%%/*}
  outcome=$(outcome_of "$copy" 120 "$suite" "${test#*/}")
  case $outcome in
    "$expected") echo "ok $2: caught by $test" ;;
    passes)
      others=$(all_suites "$copy")
      case $others in
        pass) echo "FAILED $2: survives" ;;
        *" $expected") echo "ok $2: caught by ${others% *}, though not by $test" ;;
        *) echo "FAILED $2: passes $test; $others" ;;
      esac
      ;;
    "builds not") echo "FAILED $2: does not compile"; tail -n 5 "$copy/build.log" ;;
    *) echo "FAILED $2: $test $outcome; expected that it $expected" ;;
  esac
}

try_mutant() {  # FOLDER NAME
  local patch=$here/$2.patch
  if ! patch -d "$1" -p1 -s -F0 --dry-run <"$patch" >/dev/null 2>&1; then
    echo "FAILED $2: the patch does not apply"
    return
  fi
  patch -d "$1" -p1 -s -F0 <"$patch"
  judge "$1" "$2"
  patch -d "$1" -p1 -s -F0 -R <"$patch"
}

work_on() {  # WORKER: every jobs-th mutant, in a copy of its own
  local copy=$work/$1 i
  make_copy "$copy" || { cat "$copy/configure.log"; return 1; }
  for ((i = $1; i < ${#mutants[@]}; i += jobs)); do
    if [ -n "$minutes" ] && ((SECONDS > minutes * 60)); then
      echo "skipped ${mutants[i]}"
      continue
    fi
    try_mutant "$copy" "${mutants[i]}"
  done
}

# passes_clean FOLDER SUITE: whether the tests of a suite that the mutants name pass without a bug. A
# test that fails anyway would call every mutant caught.
passes_clean() {
  local program=toeplix_$2_tests filters
  mapfile -t filters < <(
    for name in "${mutants[@]}"; do
      sed -n "1s|.*aught by $2/|--run_test=|p" "$here/$name.patch"
    done | sort -u
  )
  if ((${#filters[@]} == 0)); then return; fi
  ninja -C "$1/build" "$program" && "$1/build/tests/$program" "${filters[@]}"
}

make_copy "$work/clean" || { cat "$work/clean/configure.log"; exit 1; }
for suite in "${suites[@]}"; do
  if ! CCACHE_BASEDIR=$work/clean passes_clean "$work/clean" "$suite" >"$work/clean.log" 2>&1; then
    echo "without any mutant, $suite does not build or pass:"
    tail -n 20 "$work/clean.log"
    exit 1
  fi
done
rm -rf "$work/clean"

cores_each=$((($(nproc) + jobs - 1) / jobs))
for ((worker = 0; worker < jobs; ++worker)); do
  work_on "$worker" >"$work/$worker.log" 2>&1 &
done
wait
grep -hv '^skipped ' "$work"/*.log || true
passed=$(cat "$work"/*.log | grep -c '^ok ' || true)
skipped=$(cat "$work"/*.log | grep -c '^skipped ' || true)
failed=$((${#mutants[@]} - passed - skipped))
if [ -n "$minutes" ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
