#!/usr/bin/env bash
# The example petsc_deblur on one process and on three, by both methods: the same picture as the
# program toeplix makes, pixel by pixel.
#
# Usage: deblur.sh EXAMPLE PROGRAM OUTPUT_DIRECTORY MPIEXEC FLAG
set -euo pipefail
example=$1 program=$2 output=$3 mpiexec=$4 flag=$5
mkdir -p "$output"
cd "$output"

# on PROCESSES ARGUMENT...
on() {
  local processes=$1
  shift
  "$mpiexec" "$flag" "$processes" "$example" "$@" </dev/null
}

# fails WORDS COMMAND...: it must fail, and say so.
fails() {
  local words=$1
  shift
  if "$@" >out 2>&1 || ! grep -qF "$words" out; then
    echo "FAILED: expected '$words' of $*"
    cat out
    return 1
  fi
}

on 2 -output photo.png
"$program" deblur photo.png --kernel gaussian:9:1.5 --lambda 1e-3 --regularizer laplacian \
  --boundary replicate --output serial.png
for processes in 1 3; do
  for method in "" -least_squares; do
    on "$processes" -image photo.png -output sharp.png -ksp_rtol 1e-10 $method
    cmp serial.png sharp.png
  done
done
on 3 -image photo.png -output sharp.png -ksp_type minres -ksp_rtol 1e-10 -ksp_monitor | tee out
grep -q "KSP Residual norm" out
cmp serial.png sharp.png
fails "there_is_none.png" on 2 -image there_is_none.png
fails "NOT converged" on 2 -image photo.png -ksp_max_it 2
