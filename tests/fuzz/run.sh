#!/usr/bin/env bash
# Builds the fuzz targets with clang's libFuzzer, ASan and UBSan, and runs each on a copy of its seed
# corpus. Fails if one of them finds something.
#
# Usage: tests/fuzz/run.sh [SECONDS [TARGET...]]    60 seconds each, all targets
#   BUILD_DIR  where to build (default: build-fuzz/ of the work tree)
#   FUZZ_JOBS  how many targets run at a time (default: one per processor)
#
# libFuzzer keeps its corpus in BUILD_DIR/fuzz/TARGET/corpus, and the next run goes on from there.
set -euo pipefail
exec </dev/null

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/fuzz
build=$(realpath -m "${BUILD_DIR:-$root/build-fuzz}")
seconds=${1:-60}
shift $(($# > 0 ? 1 : 0))
targets=("$@")
if ((${#targets[@]} == 0)); then
  targets=(differential onnx npz png matrix_market matlab npy spec_text)
fi

# --- building ------------------------------------------------------------------------------------

# shellcheck source=cmake/packages.sh
source "$root/cmake/packages.sh"
install_packages build onnx ci
use_ninja

cd "$root"
cmake --preset fuzz -B "$build"
cmake --build "$build" --parallel "$(nproc)" --target "${targets[@]/#/toeplix_fuzz_}"

# --- running -------------------------------------------------------------------------------------

# If single allocations are limited, the target's memory budget is well below the limit. A replay shows
# whole stacks; here short ones and a small quarantine are twice as fast.
export ASAN_OPTIONS=malloc_context_size=2:quarantine_size_mb=16
declare -A options=(
  [spec_text]="-max_len=512 -malloc_limit_mb=32"
  [npy]="-max_len=2048 -malloc_limit_mb=4"
  [npz]="-max_len=8192 -malloc_limit_mb=4"
  [matrix_market]="-max_len=2048 -malloc_limit_mb=4"
  [matlab]="-max_len=2048 -malloc_limit_mb=4"
  [png]="-max_len=8192 -malloc_limit_mb=4"
  [onnx]="-max_len=4096 -malloc_limit_mb=256"
  [differential]="-max_len=256 -malloc_limit_mb=32 -entropic=0"
)

# Runs one target; leaves its exit code in a file.
fuzz() {
  local target=$1 folder=$build/fuzz/$1 status=0 dictionary=()
  rm -rf "$folder/findings" "$folder/status"
  mkdir -p "$folder/corpus" "$folder/findings"
  cp "$here/corpus/$target"/* "$folder/corpus"
  if [[ -f $here/$target.dict ]]; then
    dictionary=(-dict="$here/$target.dict")
  fi
  # shellcheck disable=SC2086 # several options
  "$build/bin/toeplix_fuzz_$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 \
    -print_final_stats=1 -artifact_prefix="$folder/findings/" \
    ${options[$target]} "${dictionary[@]}" "$folder/corpus" >"$folder/log" 2>&1 || status=$?
  echo "$status" >"$folder/status"
}

trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
at_a_time=${FUZZ_JOBS:-$(nproc)}
for target in "${targets[@]}"; do
  while (($(jobs -pr | wc -l) >= at_a_time)); do
    wait -n || true
  done
  echo "Fuzzing $target for $seconds s"
  fuzz "$target" &
done
wait

# --- results -------------------------------------------------------------------------------------

passed=0
failed=0
for target in "${targets[@]}"; do
  folder=$build/fuzz/$target
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")
  if [[ $(cat "$folder/status") == 0 && ${executions:-0} -gt 0 ]]; then
    passed=$((passed + 1))
    printf '%-14s %10d executions, nothing found\n' "$target" "$executions"
  else
    failed=$((failed + 1))
    printf '%-14s %10d executions, FAILED:\n' "$target" "${executions:-0}"
    grep -vE '	(NEW|REDUCE|pulse) ' "$folder/log" | tail -n 60
    for finding in "$folder/findings"/*; do
      if [[ -e $finding ]]; then
        echo "Replay: $build/bin/toeplix_fuzz_$target $finding"
      fi
    done
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
