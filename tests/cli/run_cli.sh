#!/usr/bin/env bash
# What the program says and leaves behind: exit codes, one line on standard error, whole files only.
#
# Usage: run_cli.sh TOEPLIX
set -euo pipefail

toeplix=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

failures=0
declare -A json_of=()  # the commands whose JSON was parsed
fail() {
  echo "FAILED: toeplix ${command[*]}"
  printf '  %s\n' "$@"
  failures=$((failures + 1))
}

python=$(command -v python3 || true)

# run CODE ARGUMENT...: runs the program and compares its exit code. Failure means one line on
# standard error and nothing on standard output; success means nothing on standard error. What is
# printed for --json is JSON.
run() {
  local expected=$1 code=0
  shift
  command=("$@")
  "$toeplix" "$@" >out 2>err </dev/null || code=$?
  ((code == expected)) || fail "expected exit code $expected, got $code" "$(cat err)"
  if ((expected == 0)); then
    [[ ! -s err ]] || fail "expected nothing on standard error, got" "$(cat err)"
    if [[ $python && " $* " == *" --json "* ]]; then
      "$python" -c 'import json, sys
json.load(sys.stdin, parse_constant=lambda word: sys.exit("JSON has no " + word))' <out 2>err ||
        fail "expected JSON, got" "$(cat out err)"
      : >err
      json_of[$1]=yes
    fi
  else
    [[ $(wc -l <err) == 1 && $(cat err) == "toeplix: "* ]] ||
      fail "expected one line on standard error, got" "$(cat err)"
    [[ ! -s out ]] || fail "expected nothing on standard output, got" "$(cat out)"
  fi
}

# Lines of the last command's output: `says TEXT` on standard output, `complains TEXT` on error.
says() { grep -qF -- "$1" out || fail "expected '$1', got" "$(cat out)"; }
# The JSON that it printed has a member `"name":value`, blanks and line ends aside.
says_member() { tr -d ' \n' <out | grep -qF -- "$1" || fail "expected $1, got" "$(cat out)"; }
complains() { [[ $(cat err) == "toeplix: $1" ]] || fail "expected 'toeplix: $1', got" "$(cat err)"; }
# limited_files FILE ARGUMENT...: runs the program, which may not write files of more than 1 KiB, and expects
# the words and the exit code of the program, not the end by a signal.
limited_files() {
  local file=$1 code=0
  shift
  command=("$@" "(with a limit on the size of files)")
  (ulimit -f 1 && exec "$toeplix" "$@" >/dev/null 2>err) || code=$?
  ((code == 3)) || fail "expected exit code 3, got $code"
  complains "$file: cannot write: File too large"
}
# The folder holds what it should, and no temporary file.
holds() { [[ $(ls -A) == "$1" ]] || fail "expected the files" "$1" "got" "$(ls -A)"; }

spec=(input=3,3 kernel=2,2)

# --- help --------------------------------------------------------------------------------------
run 0 --help
says "Exit codes: 0 success"
run 0 --version
says "toeplix "
run 0 --help
# Several commands share a line if they are of a kind.
mapfile -t commands < <(sed -nE '/^Commands:/,/^$/s/^  (([a-z0-9]+, )*[a-z0-9]+)  .*/\1/p' out | sed 's/, /\n/g')
((${#commands[@]} >= 15)) || fail "expected the names of the commands, got" "${commands[@]}"
# A screen has 80 columns and 24 lines.
fits_screen() {
  (($(wc -l <out) <= 24 && $(wc -L <out) <= 80)) || fail "it does not fit a screen:" "$(cat out)"
}
says "Example: toeplix "
fits_screen
for name in "${commands[@]}"; do
  run 0 "$name" --help
  grep -q "^Example: .*toeplix $name" out || fail "expected an example, got" "$(cat out)"
  fits_screen
done
command=(--resources inspect "${spec[@]}")
"$toeplix" "${command[@]}" >out 2>err || fail "expected success"
grep -qE '^  took [0-9.]+ s, at most [0-9]+ MB of memory$' err || fail "got" "$(cat err)"
run 0 spec
says "gaussian:SIZE:SIGMA"
fits_screen
for name in pool pad resize im2col; do
  run 0 spec $name
  says "SPEC of toeplix $name: "
  fits_screen
done
run 2 spec compile
if [[ -w /dev/full ]]; then
  for option in --help --version; do
    code=0
    command=("$option" "(to a full disk)")
    "$toeplix" "$option" >/dev/full 2>err || code=$?
    ((code == 3)) || fail "expected exit code 3, got $code"
    complains "standard output: No space left on device"
  done
fi

# --- the man page and completion ---------------------------------------------------------------
run 0 manual
for name in "${commands[@]}"; do says ".SS $name"; done
if command -v groff >/dev/null; then
  warnings=$(groff -man -Tascii -wall out 2>&1 >/dev/null || true)
  [[ ! $warnings ]] || fail "groff complains" "$warnings"
fi

run 0 completion
cp out completion.bash
# completes WORD... = EXPECTED: what is offered for the last word. Readline ends words at `=`.
completes() {
  local expected=${*: -1} got
  command=(completion "$@")
  got=$(
    source ./completion.bash
    COMP_WORDS=(toeplix "${@:1:$#-2}")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _toeplix
    echo "${COMPREPLY[*]}"
  )
  [[ $got == "$expected" ]] || fail "expected '$expected', got '$got'"
}
completes insp = inspect
completes inspect ker = kernel=
completes inspect boundary '=' re = "reflect replicate"
completes inspect input '=' 3,3 order '=' = "channels_first channels_last column_major"
completes inspect weights_order '=' h = "hwio hwim"
completes inspect wei = weights_order=
completes verify --th = --threads
completes pool ker = kernel=
completes pool ceil = ceil_mode=
completes pool ceil_mode '=' t = true
completes resize co = coordinates=
completes resize nearest '=' f = floor
completes pad boundary '=' re = "reflect replicate"
completes pad --of = --offset
completes spec --he = --help
completes apply --input compl = completion.bash
completes compile --format c = "coo csc csr"
completes compile --index '' = "32 64 auto"
completes compile --symmetry s = "skew-symmetric symmetric"
completes compile --weights b = "box: bilinear:"
completes compile --weights compl = completion.bash
if [[ " ${commands[*]} " == *" deblur "* ]]; then
  completes deblur compl = ""  # files, which bash itself completes then
  completes deblur --regularizer '' = "gradient identity laplacian"
  completes spectrum --to = "--top --tolerance"
fi
rm completion.bash

# --- inspect -----------------------------------------------------------------------------------
run 0 inspect "${spec[@]}"
says "matrix    4 x 9, 16 entries (44.4 %)"
says "w00 w01   . w10 w11   .   .   .   ."
says "  .   .   .   . w00 w01   . w10 w11"
run 0 inspect transposed input=2,2 kernel=2,2
says "matrix    9 x 4, 16 entries (44.4 %)"
says "w11 w10 w01 w00"
run 0 inspect input=4 kernel=3 padding=1 boundary=reflect
says "   w1 w0+w2     .     ."
run 0 inspect input=3 kernel=3 --weights box:3
says "0.3333 0.3333 0.3333"
run 0 inspect input=100000,100000 kernel=9,9 padding=4
says "matrix    10000000000 x 10000000000, 809964000400 entries"
says "81    9998400064 rows"

says "block Toeplitz          yes"
run 0 inspect input=5,5 kernel=3,3 padding=1 boundary=circular --weights box:3 --json
says '"doubly_stochastic": true'
says '"kernel_rank": 1'
run 0 compile input=4,4 kernel=3,3 padding=1 --weights box:3 --output W.npz
run 0 inspect W.npz
says "matrix    16 x 16, 100 entries (39.1 %)"
run 0 inspect W.npz --levels 4x4,4x4
says "block Toeplitz          yes"
says "separable               yes, a sum of 1 Kronecker product"
run 0 inspect W.npz --levels 4x4,4x4 --json
says '"kronecker_rank": 1'
run 2 inspect W.npz --levels 4x4,3x4
complains "the levels do not multiply to the 16 x 16 matrix"
for levels in 4x 4 4x4, x4 4x4x4 4x4,a ,; do
  run 2 inspect W.npz --levels $levels
  complains "--levels $levels: expected rows and columns of each, as in 4x4,3x3"
done
run 2 inspect W.npz --weights box:3
run 4 inspect W.npz --memory 1
run 2 inspect "${spec[@]}" --levels 4x9
run 2 inspect W.png
complains "W.png: expected a name that ends in .npz or .mtx or .mat"
run 3 inspect missing.npz
mv W.npz W.NPZ
run 0 inspect W.NPZ
# A name is a name if there is such a file, whatever else it could be.
mv W.NPZ kernel=3.npz
run 0 inspect kernel=3.npz
says "matrix    16 x 16, 100 entries (39.1 %)"
rm kernel=3.npz
run 2 inspect kernel=3.npz
complains "SPEC: kernel=3.npz: expected integers separated by commas, got '3.npz'"
run 0 inspect input=2 kernel=1 padding=6
says "empty     12 rows: 0 1 2 3 4 5 8 9 10 11 ..."
run 0 inspect input=2 kernel=1 padding=6 --places 3
says "empty     12 rows: 0 1 2 ..."
run 2 inspect input=2 kernel=1 padding=6 --places -1
# Shared among processes.
run 0 inspect input=32768,32768 kernel=31,31 padding=15 --processes 4096
says "matrix    12.4 TB in all, at most 3.03 GB per process"
says "halo lines                                30                122836"
says "messages received                          4                 16378"
run 0 inspect input=32768,32768 kernel=31,31 padding=15 --processes 256
says "          32-bit PetscInt cannot count 3786037504 entries of a process"
run 0 inspect transposed input=64,64 kernel=4,4 stride=2 --processes 4
says "halo      lines of the output, added up where they belong"
run 0 inspect input=6 kernel=3 --processes 20 --json
says_member '"idle":16'
says_member '"total":{"row_lines":4,"column_lines":6,"rows":4,'
for processes in 0 -1 1.5 x 16777217 99999999999999999999; do
  run 2 inspect "${spec[@]}" --processes $processes
  complains "--processes: '$processes': expected a whole number from 1 to 16777216\
 (toeplix inspect --help says more)"
done
run 2 inspect "${spec[@]}" --processes 2 --weights box:2
run 2 inspect "${spec[@]}" --processes 2 --places 3
run 2 inspect input=3 kernel=4 --processes 2
complains "axis 0: kernel span 4 exceeds padded input 3"
run 0 compile input=4,4 kernel=3,3 padding=1 --weights box:3 --output W.npz
run 2 inspect W.npz --processes 2
complains "--processes goes with a SPEC; W.npz does not say which of its rows are a line"
rm W.npz
run 4 inspect input=4000000000,4000000000 kernel=9,9 --processes 2

# --- explain -----------------------------------------------------------------------------------
run 0 explain input=4 kernel=3 padding=1 boundary=reflect --entry 0,1
says "through w[0,0,0] (weight 0, folded over the lower border of axis 0 (from -1)) and w[0,0,2]"
run 0 explain transposed input=2 kernel=2 stride=2 --entry 3,1 --json
says '"meetings": ['
run 0 explain input=4,4 kernel=3,3 padding=1 --weight 0,0,1,1
says "adds to 16 entries, on diagonal col - row = 0:"
run 0 explain "${spec[@]}" --symbolic
says "w00 w01   . w10 w11   .   .   .   ."
run 0 explain "${spec[@]}" --symbolic --latex
says '\begin{bmatrix}'
run 0 explain "${spec[@]}" --symbolic --latex --weights "0,1;2,3"
says '      0 &     1 & \cdot &     2 & 3 & \cdot & \cdot & \cdot & \cdot \\'
run 0 explain "${spec[@]}" --symbolic --weights "0,1;2,3"
says '0 1 . 2 3 . . . .'
run 2 explain "${spec[@]}" --entry 0,0 --weights "0,1;2,3"
complains "--weights requires --symbolic (toeplix explain --help says more)"
run 2 explain "${spec[@]}" --symbolic --weights 0,1,2
complains "0,1,2: expected weights of shape (1, 1, 2, 2) or a kernel of shape (2, 2), got (1, 3)"
run 0 explain input=4,4 kernel=3,3 --weight 0 --json
run 4 explain input=1,1 kernel=300,300 padding=299 boundary=replicate --entry 0,0
complains "at entry (0, 0) more than 10000 kernel positions meet, too many to explain; explain\
 single weights, or use a smaller kernel"
run 2 explain "${spec[@]}"
complains "explain needs one of --entry, --weight and --symbolic"
run 2 explain "${spec[@]}" --entry 4,0
complains "entry (4, 0) is outside the 4 x 9 matrix"
run 2 explain "${spec[@]}" --entry 4
for entry in 4,x 4, , 4,,1 "4, 1"; do
  run 2 explain "${spec[@]}" --entry "$entry"
  complains "--entry $entry: expected whole numbers with commas between them"
done
run 2 explain "${spec[@]}" --entry 0,0 --latex
run 2 explain "${spec[@]}" --weight 9
run 4 explain input=9,9 kernel=3,3 --symbolic
complains "a 49 x 81 matrix is too large to print in letters (80 x 40 at most); explain single\
 entries or weights, inspect it, or plot it"

# --- diagonals ---------------------------------------------------------------------------------
run 0 diagonals input=4,4 kernel=3,3 padding=1
says "16 x 16 matrix, as 16 x 16: 9 of 16 diagonals have entries; 8 rotations"
run 0 diagonals "${spec[@]}" --size power2 --json
says '"size": 16'
run 0 diagonals input=4,4 kernel=3,3 padding=1 --weights laplacian --prune
says "16 x 16 matrix, as 16 x 16: 5 of 16 diagonals have entries"
run 0 diagonals input=4,4 kernel=3,3 padding=1 --weights laplacian --prune --json
says '"count": 5,'
[[ $(grep -c '"offset"' out) == 5 ]] || fail "expected 5 diagonals, got" "$(cat out)"
run 0 diagonals "${spec[@]}" --weights box:2 --output D.npz --json
says '"file": "D.npz",'
says '"nnz": 16'
run 0 diagonals "${spec[@]}" --weights box:2 --output D.npz
says "D.npz: row d is diagonal d, 9 x 9, 16 entries"
rm D.npz
run 2 diagonals "${spec[@]}" --size half
run 2 diagonals "${spec[@]}" --size -1
run 2 diagonals "${spec[@]}" --output D.npz
complains "--output needs --weights"
run 3 diagonals "${spec[@]}" --weights box:2 --output missing/D.npz
run 4 diagonals input=100000,100000 kernel=9,9 --weights box:9 --output D.npz
# Counts follow from the geometry; nothing of the size of the matrix is built.
for huge in "input=6000,6000 kernel=3,3 padding=1" "input=1099511627776 kernel=3" \
  "input=6000,6000 kernel=3,3 padding=1 boundary=reflect --weights laplacian --prune"; do
  # shellcheck disable=SC2086
  timeout 20 "$toeplix" diagonals $huge >out 2>err \
    || fail "expected the diagonals of $huge at once, got" "$(cat err)"
done
run 0 diagonals input=1099511627776 kernel=3
says "             2  1099511627774 entries"
run 0 diagonals input=6000,6000 kernel=3,3 padding=1 --json
says '{"offset": 1, "entries": 35994000}'
# Blocks of as many slots as a ciphertext has.
run 0 diagonals input=4,4 kernel=3,3 padding=1 --size 8
says "16 x 16 matrix, in 2 x 2 blocks of 8 x 8: 18 diagonals have entries"
run 0 diagonals "${spec[@]}" --size 4 --json
says '"block_columns": 3,'
says '{"block": [0, 1], "offset": 0, "entries": 4}'
run 0 diagonals input=6000,6000 kernel=3,3 padding=1 --size 32768
says "36000000 x 36000000 matrix, in 1099 x 1099 blocks of 32768 x 32768:"
run 0 diagonals "${spec[@]}" --size 4 --weights box:2 --float --output D.npz
says "D.npz: row (3 * b + c) * 4 + d is diagonal d of block (b, c), 12 x 4, 16 entries"
rm D.npz
# The rows of a strided layer, packed: those of two channels by turns.
strided=(input=4 kernel=2 out=2 stride=2)
run 0 diagonals "${strided[@]}"
says "4 x 4 matrix, as 4 x 4: 4 of 4 diagonals have entries; 3 rotations"
run 0 diagonals "${strided[@]}" --pack
says "4 x 4 matrix, as 4 x 4: 3 of 4 diagonals have entries; 2 rotations"
says "  packed output: 1 image of 4 points, pixels 2 apart, in 4 slots"
says "  packed input:  1 image of 4 points, pixels 1 apart, in 4 slots"
run 0 diagonals "${strided[@]}" --pack --json
says '"packing": {"output": {"gap": [2], "grid": [4], "grid_channels": 1, "slots": 4}, "input":'
says '"rotations": 2,'
run 0 inspect "${strided[@]}"
says "rotations 3; packed by pixel shuffle 2"
run 0 inspect "${strided[@]}" --json
says_member '"rotations":3,"packed_rotations":2,'
run 0 diagonals "${strided[@]}" --pack --gap 3 --grid 16,2
says "  packed output: 2 images of 16 points, pixels 6 apart, in 32 slots"
run 0 diagonals "${strided[@]}" --pack --weights box:2 --prune --size 8
says "4 x 4 matrix, as 8 x 8: 3 of 8 diagonals have entries; 2 rotations"
run 0 diagonals "${strided[@]}" --pack --write-orders r.npy c.npy
run 0 compile "${strided[@]}" --weights box:2 --output A.npz
run 0 diagonals A.npz --row-order r.npy --column-order c.npy
says "4 x 4 matrix, as 4 x 4: 3 of 4 diagonals have entries; 2 rotations"
run 2 diagonals A.npz --row-order x.txt
run 3 diagonals A.npz --row-order missing.npy
run 2 diagonals A.npz --pack
complains "--pack goes with a SPEC; a file's rows and columns are packed by --row-order and\
 --column-order"
run 2 diagonals "${strided[@]}" --row-order r.npy
complains "--row-order and --column-order go with a matrix file; a SPEC has --pack"
for option in --gap --grid; do
  run 2 diagonals "${strided[@]}" "$option" 2
  complains "--gap and --grid need --pack"
done
run 2 diagonals "${strided[@]}" --write-orders no.npy no2.npy
complains "--write-orders needs --pack"
run 2 diagonals "${strided[@]}" --pack --write-orders no.npy no.txt
run 2 diagonals "${strided[@]}" --pack --write-orders no.npy no.npy
run 2 diagonals "${strided[@]}" --pack --weights r.npy --write-orders r.npy no.npy
run 2 diagonals "${strided[@]}" --pack --gap 0
complains "--gap 0: expected whole numbers above 0 with commas between them"
run 2 diagonals "${strided[@]}" --pack --grid 4,many
complains "--grid 4,many: expected whole numbers above 0 with commas between them"
run 2 diagonals "${strided[@]}" --pack --grid 4,4,4
complains "points has 3 numbers; expected one for each axis (1)"
run 2 diagonals "${strided[@]}" --pack --grid 3
complains "axis 0: a grid of 3 points does not hold the input and the output; expected at least 4"
run 2 diagonals transposed input=4 kernel=2 stride=2 --pack --gap 1
complains "axis 0: gap 1 of the input; expected a multiple of 2, so that the output's gap is a whole\
 number"
run 4 diagonals "${strided[@]}" --pack --write-orders no.npy no2.npy --memory 20
[[ ! -e no.npy ]] || fail "no.npy was written"
rm A.npz r.npy c.npy
# A diagonal at a time is held, if the budget has room for it.
run 4 diagonals input=1000 kernel=1 --weights box:1 --memory 10K --output D.npz
complains "a diagonal of 1000 entries exceeds the memory budget of 10000 bytes; raise --memory, or\
 multiply without the matrix by toeplix apply"
# Of a file as of the spec that it was compiled from.
run 0 compile "${spec[@]}" --weights box:2 --output W.npz
for options in "" --json "--size 4 --json" "--prune --size power2"; do
  # shellcheck disable=SC2086 # several options
  run 0 diagonals "${spec[@]}" --weights box:2 $options
  mv out expected
  # shellcheck disable=SC2086
  run 0 diagonals W.npz $options
  cmp -s out expected || fail "expected" "$(cat expected)" "got" "$(cat out)"
done
run 2 diagonals W.npz --weights box:2
complains "--weights goes with a SPEC; W.npz has its values in it"
run 2 diagonals W.npz --output W.npz
complains "W.npz: this file is also read; write to another one"
# The names lead to one file.
for output in l.html l.png l.npz; do
  ln -s W.npz "$output"
  case $output in *.html) name=page ;; *.png) name=plot ;; *) name=diagonals ;; esac
  run 2 "$name" W.npz --output "$output"
  complains "$output: this file is also read; write to another one"
  rm "$output"
done
printf '%%%%MatrixMarket matrix coordinate real general\n2 1099511627776 1\n2 5 -1e300\n' >wide.mtx
run 0 diagonals wide.mtx --output D.npz
says "row d is diagonal d, 1099511627776 x 1099511627776, 1 entries"
run 2 diagonals wide.mtx --output D.npz --float
complains "--float: the entry in row 1 and column 4 does not fit 32-bit floats"
run 2 plot wide.mtx --output -
complains "plot: the entry in row 1 and column 4 is -1e+300: expected a magnitude of at most 1e280"
rm D.npz wide.mtx
run 2 diagonals "${spec[@]}" --variable W
complains "--variable goes with a .mat file"
run 0 plot W.npz --output -
says "4 x 9, 16 entries"
run 2 plot W.npz --weights box:2 --output -
complains "--weights goes with a SPEC; W.npz has its values in it"
run 4 plot W.npz --memory 10 --output -
run 4 plot input=3,3 kernel=2,2 in=1000 out=1000 groups=1000 --weights box:2 --memory 10K --output -
code=0
command=(plot W.npz --output - "(into a pipe that nobody reads)")
{ "$toeplix" plot W.npz --output - || echo $? >code; } 2>err | sleep 0.01
# Whether the reader was gone before is a matter of time; a signal is never the end.
[[ ! -s code || $(cat code) == 3 ]] || fail "expected exit code 3, got" "$(cat code)"
rm -f code
run 0 page W.npz --output W.html
grep -qF '"name":"W.npz","rows":4,"cols":9' W.html || fail "expected the matrix in the page"
rm W.html W.npz expected

# More threads than any system gives are not asked for.
for threads in 20000 99999; do
  export OMP_NUM_THREADS=$threads
  run 0 verify input=100,100 kernel=3,3
  run 0 compile input=280,280 kernel=3,3 --weights box:3 --output W.mtx --threads 99999
done
unset OMP_NUM_THREADS
rm W.mtx

# --- usage and specs: 2 ------------------------------------------------------------------------
run 2
run 2 solve
run 2 inspect
run 2 inspect "${spec[@]}" --colour
run 2 inspect input=3,3
complains "SPEC: kernel is missing: expected kernel=<one extent per axis>"
run 2 inspect input=3,3 kernel_size=2,2
complains "SPEC: kernel_size=2,2: no such key; did you mean kernel?"
run 2 inspect "${spec[@]}" padding=1 boundary=zeros
complains "SPEC: boundary=zeros: expected one of zero, circular, reflect, symmetric,\
 replicate, got 'zeros'; did you mean zero?"
run 2 inspect "${spec[@]}" output_padding=1
complains "SPEC: output_padding=1: expected the word 'transposed' in front; only a\
 transposed convolution has this key; the convolution that it transposes has as much less upper\
 padding: padding=0:-1 if it has none"
run 2 inspect "${spec[@]}" stride=0
run 2 inspect input=3,3 kernel=4,4
complains "axis 0: kernel span 4 exceeds padded input 3"
run 2 verify "${spec[@]}" --seed x
run 2 verify "${spec[@]}" --seed -1
complains "--seed: '-1': expected a whole number from 0 to 18446744073709551615\
 (toeplix verify --help says more)"
run 2 verify "${spec[@]}" --seed 99999999999999999999
run 2 verify "${spec[@]}" --seed ''
run 2 verify "${spec[@]}" --threads -1
complains "--threads: '-1': expected a whole number from 0 to 2147483647\
 (toeplix verify --help says more)"
for memory in 4KK K 4.5G -4 99999999T 99999999999999999999; do
  run 2 verify "${spec[@]}" --memory $memory
  complains "--memory $memory: expected a number of bytes, as 500M or 4G"
done
run 2 verify "${spec[@]}" --memory 4X
complains "--memory 4X: expected a number of bytes, as 500M or 4G"
run 2 verify "${spec[@]}" --memory 0
run 2 verify "${spec[@]}" --float --double
# An empty word is not the same as no word.
for option in --weights --levels --processes --places; do
  run 2 inspect "${spec[@]}" $option ''
done
grep -q "^toeplix: --places: " err || fail "got" "$(cat err)"
run 2 plot "${spec[@]}" --output ''
# What is no command is named.
run 2 inspekt "${spec[@]}"
grep -q "^toeplix: no command 'inspekt'; did you mean inspect? expected one of inspect, explain" err || fail "got" "$(cat err)"
run 2 compile "${spec[@]}" --weights box:2
run 2 compile "${spec[@]}" --weights box:2 --output W.txt
complains "W.txt: expected a name that ends in .npz or .mtx or .mat"
run 2 compile "${spec[@]}" --weights box:2 --output W.npz --index 16
run 2 compile "${spec[@]}" --weights box:2 --output W.npz --format bsr
run 2 compile "${spec[@]}" --weights box:2 --output W.mtx --format csr
complains "W.mtx: --format is not for .mtx files"
run 2 compile "${spec[@]}" --weights box:2 --output W.mtx --compress
run 2 compile "${spec[@]}" --weights box:2 --output W.mat --pattern
run 2 compile "${spec[@]}" --weights box:2 --output W.npz --symmetry symmetric
complains "W.npz: --symmetry is not for .npz files"
run 2 compile "${spec[@]}" --weights box:2 --output W.npz --variable A
run 2 compile "${spec[@]}" --weights box:3 --output W.npz
complains "box:3: expected a kernel of 3 along every axis, the spec has (2, 2)"
run 2 compile "${spec[@]}" --weights gaussian:2:0 --output W.npz
run 2 compile "${spec[@]}" --weights gaussian:2 --output W.npz
complains "gaussian:2: expected gaussian:SIZE:SIGMA"
run 2 compile input=3,3 kernel=3,3 --weights sobel:0:1 --output W.npz
complains "sobel:0:1: expected sobel[:AXIS]"
# Minus its mean, a Laplacian of one size is nothing.
run 2 compile input=3,3 kernel=1,1 --weights log:1:1 --output W.npz
complains "log:1:1: expected a SIZE from 3 on: minus its mean, a smaller one is zero everywhere"
run 2 compile "${spec[@]}" --weights log:2:1 --output W.npz
run 2 compile "${spec[@]}" in=3 --weights box:2 --output W.npz
complains "box:2: such a kernel works on each channel alone, but the spec joins 3 channels;\
 expected groups equal to the number of channels"
for kernel in disk w.txt; do
  run 2 compile "${spec[@]}" --weights "$kernel" --output W.npz
done
run 2 compile "${spec[@]}" --weights gausian:2:1 --output W.npz
grep -q "^toeplix: kernel 'gausian:2:1': did you mean gaussian? expected numbers" err || fail "got" "$(cat err)"
run 2 compile "${spec[@]}" --weights '"' --output W.npz
complains "kernel '\"': expected numbers such as 0,1;2,3, a .npy, .npz, .mat or .png file, or \
gaussian:SIZE:SIGMA, box:SIZE, disk:RADIUS, motion:LENGTH:DEGREES, log:SIZE:SIGMA, \
laplacian, sobel[:AXIS], bilinear:SIZE, identity"
run 2 compile "${spec[@]}" --weights identity --output W.npz
complains "identity: expected a kernel of odd extents, the spec has (2, 2)"
run 2 compile "${spec[@]}" --weights '1,+-5' --output W.npz
complains "kernel 1,+-5: '+-5' is not a finite number"
run 2 compile "${spec[@]}" --weights 1,x --output W.npz
complains "kernel 1,x: 'x' is not a finite number"
run 2 compile "${spec[@]}" --weights '1,2;3' --output W.npz
complains "kernel 1,2;3: row 1 has 1 numbers; the first has 2"
run 2 compile "${spec[@]}" --weights 1,2,3 --output W.npz
complains "1,2,3: expected weights of shape (1, 1, 2, 2) or a kernel of shape (2, 2), got (1, 3)"
run 2 apply "${spec[@]}" --weights box:2 --input x.gif --output y.npy
holds $'err\nout'

# --- files: 3 ----------------------------------------------------------------------------------
run 3 compile "${spec[@]}" --weights missing.npy --output W.npz
complains "missing.npy: cannot open: No such file or directory"
run 3 compile "${spec[@]}" --weights box:2 --output missing/W.npz
complains "missing/W.npz: cannot create: the folder does not exist"
mkdir taken.npz
run 3 compile "${spec[@]}" --weights box:2 --output taken.npz
complains "taken.npz: cannot write: expected a regular file"
rmdir taken.npz
echo "no array" >text.npy
run 3 compile "${spec[@]}" --weights text.npy --output W.npz
complains "text.npy: byte 0: expected a .npy file, which starts with \\x93NUMPY"
echo "no picture" >text.png
run 3 apply "${spec[@]}" --weights box:2 --input text.png --output y.npy
complains "text.png: byte 0: expected a PNG file"
rm text.npy text.png
if [[ -w /dev/full ]]; then
  code=0
  command=(inspect "(to a full disk)")
  "$toeplix" inspect "${spec[@]}" >/dev/full 2>err || code=$?
  ((code == 3)) || fail "expected exit code 3, got $code"
fi

# --- capacity: 4 -------------------------------------------------------------------------------
run 4 compile input=1000000,1000000 kernel=99,99 --weights box:99 --output W.npz
run 4 compile input=60000,60000 kernel=3,3 --weights box:3 --output W.npz --index 32
complains "a matrix of 32397840036 entries (403173120452 bytes) with dimensions 3599760004 and\
 3600000000 exceeds 32-bit indices; use --index 64, or multiply without the matrix by toeplix apply"
run 4 inspect input=4000000000,4000000000 kernel=9,9
# Refused before memory is asked for, and in words of the program.
run 4 compile input=100,100 kernel=3,3 --weights box:3 --output W.npz --memory 1K
complains "a matrix of 86436 entries (1075652 bytes) exceeds the memory budget of 1000 bytes; raise\
 --memory, write some rows at a time by --rows A:B, or multiply without the matrix by toeplix apply"
channels="in=1073741824 out=1073741824 groups=1073741824"
for command_line in "compile input=1 kernel=1 $channels --output W.npz" \
  "diagonals input=1 kernel=1 $channels" "inspect input=1 kernel=1 $channels"; do
  # shellcheck disable=SC2086
  run 4 $command_line --weights box:1 --memory 1G
  complains "box:1 for 1073741824 channels takes 8589934592 bytes, which exceeds the memory budget of\
 1000000000 bytes; raise --memory, or use fewer channels or a smaller kernel"
done
run 4 compile input=1048576,1048576 kernel=1048576,1048576 --weights box:1048576 --output W.npz
run 4 verify input=1000000,1000000 kernel=3,3 --memory 4G
complains "verification takes 191999296000848 bytes, which exceeds the memory budget of 4000000000\
 bytes; verify a smaller image: rows repeat in the middle of an axis"
run 4 diagonals input=1 kernel=1 in=10000000 out=10000000
holds $'err\nout'

# --- a failed write leaves the old file -----------------------------------------------------------
run 0 compile "${spec[@]}" --weights box:2 --output W.npz
says "W.npz: 4 x 9, 16 entries, csr, float64, 32-bit indices"
cp W.npz ../old-$$
holds $'W.npz\nerr\nout'
limited_files W.npz compile input=100,100 kernel=5,5 --weights box:5 --output W.npz
cmp -s W.npz ../old-$$ || fail "the old file changed"
rm -f ../old-$$
holds $'W.npz\nerr\nout'

# Links are followed or refused, and stay.
mkdir elsewhere
ln -s elsewhere/made.npz link.npz
run 0 compile "${spec[@]}" --weights box:2 --output link.npz
[[ -L link.npz && -f elsewhere/made.npz ]] || fail "expected the link and its target" "$(ls -l . *)"
cmp -s W.npz elsewhere/made.npz || fail "expected the target to be as W.npz"
ln -sfn nowhere/made.npz link.npz
run 3 compile "${spec[@]}" --weights box:2 --output link.npz
complains "link.npz: cannot create nowhere/made.npz, to which it links: No such file or directory"
rm link.npz
ln -s link.npz link.npz
run 3 compile "${spec[@]}" --weights box:2 --output link.npz
complains "link.npz: cannot write: Too many levels of symbolic links"
ln -sfn elsewhere link.npz
run 3 compile "${spec[@]}" --weights box:2 --output link.npz
complains "link.npz: cannot write: expected a regular file"
if [[ -w /dev/full ]]; then
  ln -sfn /dev/full link.npz
  run 3 compile "${spec[@]}" --weights box:2 --output link.npz
  complains "link.npz: cannot write: expected a regular file"
fi
[[ -L link.npz && $(ls -A elsewhere) == made.npz ]] || fail "expected the link alone" "$(ls -l . *)"
rm -r link.npz elsewhere

# What is printed may be too much for a file as well. (clang's OpenMP needs a file of 1 KiB to start.)
code=0
command=(inspect "(into a file that is as large as it may be)")
head -c 1024 /dev/zero >out
message=$( (ulimit -f 1 && exec "$toeplix" inspect "${spec[@]}" 2>&1 >>out)) || code=$?
((code == 3)) || fail "expected exit code 3, got $code"
[[ $message == "toeplix: "*"File too large" ]] || fail "expected the reason, got" "$message"
if [[ -w /dev/full ]]; then
  code=0
  command=(inspect input=3 "(with errors to a full disk)")
  "$toeplix" inspect input=3 >/dev/null 2>/dev/full || code=$?
  ((code == 2)) || fail "expected exit code 2, got $code"
fi

# --- other formats -----------------------------------------------------------------------------
run 0 compile input=3 kernel=2 --weights box:2 --output W.mtx
says "W.mtx: 2 x 3, 4 entries, real general, "
{
  printf '%%%%MatrixMarket matrix coordinate real general\n'
  printf '%% %s\n' "$("$toeplix" --version)" "weights box:2" "input=3 kernel=2"
  printf '%s\n' "2 3 4" "1 1 0.5" "1 2 0.5" "2 2 0.5" "2 3 0.5"
} >expected
cmp -s W.mtx expected || fail "expected" "$(cat expected)" "got" "$(cat W.mtx)"
run 0 compile input=3 kernel=3 padding=1 --weights box:3 --output W.mtx --symmetry symmetric --pattern
says "W.mtx: 3 x 3, 7 entries, pattern symmetric, "
[[ $(tail -n 1 W.mtx) == "3 3" ]] || fail "expected the last entry, got" "$(cat W.mtx)"
cp W.mtx expected
run 2 compile input=3 kernel=2 --weights box:2 --output W.mtx --symmetry symmetric
complains "W.mtx: --symmetry: cannot be written as symmetric: the matrix is 2 x 3"
run 2 compile input=3 kernel=3 padding=1 --weights 1,2,3 --output W.mtx --symmetry skew-symmetric --pattern
complains "W.mtx: --symmetry: a pattern is general or symmetric, not skew-symmetric"
cmp -s W.mtx expected || fail "the old file changed"
run 0 compile input=3 kernel=2 --weights box:2 --output W.mat --variable Blur --compress
says "W.mat: 2 x 3, 4 entries, variable Blur, "
run 2 compile input=3 kernel=2 --weights box:2 --output W.mat --variable 1
complains "--variable 1: expected a letter, then letters, digits and underscores, at most 63, and no\
 keyword of MATLAB"
run 2 compile input=3 kernel=2 --weights box:2 --output W.mat --variable end
run 0 inspect W.mat
run 0 inspect W.mat --variable Blur
run 3 inspect W.mat --variable W
complains "W.mat: found no variable 'W'; it has the sparse matrices 'Blur'"
run 3 compile input=3 kernel=2 --weights W.mat --output W.npz
complains "W.mat: expected a dense array of real numbers; it has 'Blur', a sparse matrix"
run 0 compile input=5 kernel=2 --weights box:2 --output V.mat --variable Wide
tail -c +129 V.mat >>W.mat # two variables in one file
run 2 inspect W.mat
complains "W.mat: holds several sparse matrices, 'Blur', 'Wide': expected the name of one, as --variable NAME"
run 3 plot W.mat --variable Blurr --output -
complains "W.mat: found no variable 'Blurr'; it has the sparse matrices 'Blur', 'Wide'"
for file in W.mat W.npz; do
  run 2 compile input=3 kernel=2 --weights $file: --output V.npz
  complains "$file:: expected a name behind the colon"
done
run 0 inspect W.mat --variable Blur
says "matrix    2 x 3, 4 entries"
run 0 inspect W.mat --variable Wide
says "matrix    4 x 5, 8 entries"
run 2 inspect W.mat --variable ""
run 2 inspect W.mtx --variable Wide
complains "W.mtx: --variable is not for .mtx files"
run 2 inspect "${spec[@]}" --variable Wide
complains "--variable goes with a .mat file"
rm V.mat
run 0 compile input=3 kernel=2 --weights box:2 --output W.npz --format coo
says "W.npz: 2 x 3, 4 entries, coo, float64, 32-bit indices"
rm W.mtx W.mat expected

# --- pool, pad, resize and im2col --------------------------------------------------------------
run 0 pool input=4 kernel=2 stride=2 in=2
says "spec      pool input=4 kernel=2 stride=2 in=2"
says "input     (2, 4)"
says "output    (2, 2)"
says "matrix    4 x 8, 8 entries (25 %)"
says "0.5 0.5   .   .   .   .   .   ."
run 0 pool input=4 kernel=2 stride=2 --transpose
says "spec      pool input=4 kernel=2 stride=2, transposed"
says "matrix    4 x 2, 4 entries (50 %)"
run 0 pool input=4 kernel=2 stride=2 --json
says_member '"rows":2'
run 0 pad input=3 padding=1 boundary=reflect
says "matrix    5 x 3, 5 entries (33.3 %)"
run 0 pad input=3 padding=1 --places 1 --json
says_member '"rows":5'
run 0 resize input=2 scales=2 interpolation=linear
says "0.75 0.25"
run 0 resize input=2,3 sizes=4,3 --json
says_member '"rows":12'
run 0 im2col input=3 kernel=2 in=2
says "output    (4, 2)"
says "1 . . . . ."
run 0 im2col input=3 kernel=2 --transpose --json
says_member '"rows":3'
run 0 pool input=4,4 kernel=2 stride=2 --output P.npz --json
says_member '"file":"P.npz","rows":4,"cols":16,"nnz":16,"layout":"csr,float64,32-bitindices"'
run 0 pool input=4,4 kernel=2 stride=2 --output P.mtx
says "P.mtx: 4 x 16, 16 entries, real general,"
grep -qx "% pool input=4,4 kernel=2 stride=2" P.mtx || fail "expected where it comes from, got" "$(head -4 P.mtx)"
run 0 pool input=4,4 kernel=2 stride=2 --output P.mtx --transpose
grep -qx "16 4 16" P.mtx || fail "expected 16 rows and 4 columns, got" "$(head -5 P.mtx)"
run 0 pad input=2 padding=1 constant=3 --output P.mtx --offset b.npy --json
says_member '"offset":"b.npy"'
# Words that are not the command's.
run 2 pool
run 2 pool input=4
complains "SPEC: kernel is missing: expected kernel=<one extent per axis>"
run 2 pool input=4 kernel=2 kernel=2
complains "SPEC: kernel=2: expected each key once"
run 2 pool input=4 kernel_size=2
complains "SPEC: kernel_size=2: pool has no such key; did you mean kernel?"
run 2 pool input=4 kernel=2 channels=3
complains "SPEC: channels=3: pool has no such key; did you mean in?"
run 2 pool input=4 kernel=2 strides=2
complains "SPEC: strides=2: pool has no such key; did you mean stride?"
run 2 pool input=4 kernel=2 boundary=circular
complains "SPEC: boundary=circular: pool has no such key; expected one of input, kernel, in, stride,\
 dilation, padding, order, ceil_mode, count_include_pad"
run 2 pool input=4 kernel=2 transposed
complains "SPEC: expected key=value, got 'transposed'; did you mean --transpose?"
run 2 pool input=4 kernel=2 ceil_mode=yes
complains "SPEC: ceil_mode=yes: expected one of false, true"
run 2 pool input=4 kernel=2 ceil_mode=True
complains "SPEC: ceil_mode=True: expected one of false, true; did you mean true?"
run 2 pool input=4 kernel=2 padding=-1
complains "axis 0: padding -1 must not be negative in an average pool"
run 2 pool input=4 kernel=2 in=0
complains "channels 0 must be at least 1"
run 2 pool input=4 kernel=2 padding=same
run 2 pool input=4 kernel=0
run 2 pool input=4,4 kernel=2,2,2
run 2 pad input=4 padding=1:2:3
complains "SPEC: padding=1:2:3: expected integers separated by commas, got '2:3'"
run 2 pad input=4 padding=valid
complains "padding valid needs a kernel; Pad expects numbers"
run 2 pad input=4 mode=edge
complains "SPEC: mode=edge: pad has no such key; did you mean boundary?"
run 2 pad input=4 padding=1 boundary=edge
complains "SPEC: boundary=edge: expected one of zero, circular, reflect, symmetric, replicate, got\
 'edge'; did you mean replicate?"
run 2 pad input=4 padding=1 constant=x
complains "SPEC: constant=x: expected numbers separated by commas, got 'x'"
run 2 pad input=4 padding=1 constant=1,2
complains "SPEC: constant=1,2: expected one number"
run 2 pad input=4 padding=1 constant=nan
complains "constant nan must be finite"
run 2 pad input=4 padding=1 constant=1e999
complains "SPEC: constant=1e999: expected numbers that 64-bit floats hold, got '1e999'"
run 2 pad input=4 padding=1 constant=+5
complains "SPEC: constant=+5: expected numbers without a plus sign, got '+5'"
run 2 inspect input=4 kernel=2 --weights 1,1e-400
complains "kernel 1,1e-400: '1e-400' is no number that 64-bit floats hold"
run 2 pad input=4 padding=-2
complains "axis 0: padding -2:-2 leaves output extent 0; it must be at least 1"
run 2 pad input=4 padding=1 constant=1 --output P.mtx
complains "a constant that is not 0 is added to the product with the matrix; say where to write\
 what is added: --offset FILE.npy"
run 2 resize input=4
complains "sizes, scales and float_scales are missing; expected one of them"
run 2 resize input=4 scales=2 sizes=8
complains "scales and sizes are both given; expected one"
run 2 resize input=4 scales=2 float_scales=2
complains "scales and float_scales are both given; expected one"
run 2 resize input=4 scales=2,2
complains "scales has 2 values; expected one per axis (1)"
run 2 resize input=4 scale_factor=2
complains "SPEC: scale_factor=2: resize has no such key; did you mean scales?"
run 2 resize input=4 size=8
complains "SPEC: size=8: resize has no such key; did you mean sizes?"
run 2 resize input=4 sizes=1.5
complains "SPEC: sizes=1.5: expected whole numbers separated by commas, got '1.5'"
run 2 resize input=4 sizes=99999999999999999999
complains "SPEC: sizes=99999999999999999999: expected whole numbers that 64-bit integers hold, got '99999999999999999999'"
run 2 resize input=4 scales=0
complains "axis 0: scale 0 must be positive and finite"
run 2 resize input=4 scales=inf
run 2 resize input=4 float_scales=1e39
complains "SPEC: float_scales=1e39: expected numbers that 32-bit floats hold, got '1e39'"
run 2 resize input=4 scales=2 interpolation=bilinear
complains "SPEC: interpolation=bilinear: expected one of nearest, linear; did you mean linear?"
run 2 resize input=4 scales=2 interpolation=linear nearest=floor
complains "SPEC: nearest=floor goes with interpolation=nearest, not linear"
run 2 resize input=4 scales=2 coordinates=corners
run 2 im2col input=4 kernel=2 out=2
grep -q "^toeplix: SPEC: out=2: im2col has no such key; " err || fail "got" "$(cat err)"
# Options for other work than what the files say.
run 2 pool input=4 kernel=2 --input x.npy
complains "--input: expected --output too, the file of the result"
run 2 pool input=4 kernel=2 --format csr
complains "--format: it is for the matrix, which --output writes without --input"
run 2 pool input=4 kernel=2 --float
complains "--float and --double go with --output"
run 2 pool input=4 kernel=2 --output P.npz --places 3
complains "--places: it is for the inspection, without --output"
run 2 pool input=4 kernel=2 --input x.npy --output y.npy --index 64
complains "--index: it is for the matrix, which --output writes without --input"
run 2 pool input=4 kernel=2 --input x.npy --output y.npy --rows 0:1
complains "--rows: it is for the matrix, which --output writes without --input"
run 2 pool input=4 kernel=2 --output P.npz --rows 2:5
complains "--rows 2:5: the matrix has the rows 0:3"
run 2 pool input=4 kernel=2 --output P.npz --rows 2
complains "--rows 2: expected A:B, the rows from A to the one before B"
run 2 pool input=4 kernel=2 --output P.npy
complains "P.npy: expected a name that ends in .npz or .mtx or .mat"
run 2 pool input=4 kernel=2 --input x.npy --output P.npz
complains "P.npz: expected a name that ends in .npy or .png"
run 2 pool input=4 kernel=2 --input x.npy --output x.npy
complains "x.npy: this file is also read; write to another one"
run 2 pad input=4 constant=1 --output P.npz --offset P.npz
complains "P.npz: this file is written twice; give each its own name"
run 2 pad input=4 constant=1 --output P.npz --offset b.txt
complains "b.txt: expected a name that ends in .npy"
run 3 pool input=4 kernel=2 --input none.npy --output y.npy
run 3 pool input=4 kernel=2 --output nowhere/P.npz
run 4 pool input=30000,30000 kernel=3 --output P.npz --memory 4M
grep -q "exceeds the memory budget of 4000000 bytes; raise --memory, or write some rows at a time by\
 --rows A:B" err || fail "got" "$(cat err)"
run 0 pool input=30000,30000 kernel=3 --output P.mtx --memory 4M --rows 1000:1001
says "P.mtx: 1 x 900000000, 9 entries, real general,"
grep -qx "% rows 1000:1001" P.mtx || fail "expected the rows, got" "$(head -5 P.mtx)"
run 4 im2col input=3000,3000 kernel=3 --output P.npz --memory 1M
run 0 im2col input=3000,3000 kernel=3 --output P.npz --memory 1M --rows 1000:2000
says "P.npz: 1000 x 9000000, 1000 entries, csr, float64, 32-bit indices"
run 0 im2col input=3000,3000 kernel=3 --output P.npz --memory 1M --rows 1000:2000 --transpose
says "P.npz: 1000 x 80892036, 3000 entries, csr, float64, 32-bit indices"
run 4 pool input=50000,50000 kernel=1 --output P.npz --index 32
grep -q "exceeds 32-bit indices; use --index 64$" err || fail "got" "$(cat err)"
run 4 resize input=10 sizes=999999999 --output P.npz
for arguments in "resize input=10 sizes=60000000" "pad input=10 padding=30000000 constant=1 --offset b.npy" \
  "pool input=60000000 kernel=1"; do
  # shellcheck disable=SC2086
  run 4 $arguments --output P.npz --memory 1M --rows 0:1
  grep -q "^toeplix: storing the tables of the axes (14400[0-9]* bytes) exceeds the memory budget of 1000000 bytes;\
 raise --memory$" err || fail "got" "$(cat err)"
done
run 4 im2col input=3000,3000 kernel=3 --memory 1M
run 2 im2col input=9999999999999 kernel=3
rm P.npz P.mtx b.npy

# --- standard input and output -----------------------------------------------------------------
# streams CODE ARGUMENT...: reads the file `in` as standard input and writes the file `data` as standard
# output. What there is to say is one line on standard error, or JSON.
streams() {
  local expected=$1 code=0
  shift
  command=("$@" "(with streams)")
  "$toeplix" "$@" <in >data 2>err || code=$?
  ((code == expected)) || fail "expected exit code $expected, got $code" "$(cat err)"
  [[ " $* " == *" --json "* || $(wc -l <err) == 1 ]] || fail "expected one line, got" "$(cat err)"
}
remarks() { [[ $(cat err) == "$1" ]] || fail "expected '$1', got" "$(cat err)"; }
command=(compile "| inspect -")
"$toeplix" compile input=3 kernel=2 --weights box:2 --output - 2>err | "$toeplix" inspect - >out ||
  fail "expected a pipeline to work, got" "$(cat err out)"
says "matrix    2 x 3, 4 entries"
says "0.5 0.5   ."
run 0 compile input=3 kernel=2 --weights box:2 --output W.mtx
: >in
streams 0 compile input=3 kernel=2 --weights box:2 --output -
remarks "standard output: 2 x 3, 4 entries, real general, $(stat -c %s W.mtx) bytes"
cmp -s data W.mtx || fail "expected the file" "$(cat W.mtx)" "got" "$(cat data)"
streams 0 compile input=3 kernel=2 --weights box:2 --output - --json
grep -qF '"file": "-",' err || fail "expected JSON, got" "$(cat err)"
cmp -s data W.mtx || fail "expected the file" "$(cat W.mtx)" "got" "$(cat data)"
streams 2 compile input=3 kernel=2 --weights box:2 --output - --format csr
complains "standard output: --format is not for .mtx files"
[[ ! -s data ]] || fail "expected no part of a file" "$(cat data)"
streams 2 compile input=3 kernel=2 --weights box:2 --output - --symmetry symmetric
complains "standard output: --symmetry: cannot be written as symmetric: the matrix is 2 x 3"
[[ ! -s data ]] || fail "expected no part of a file" "$(cat data)"
streams 0 page "${spec[@]}" --output -
remarks "standard output: a page of a 4 x 9 matrix, 16 entries"
[[ $(tail -n 1 data) == "</html>" ]] || fail "expected a whole page, got" "$(tail -n 3 data)"
# An archive has its directory at the end, and needs a file.
streams 2 diagonals "${spec[@]}" --weights box:2 --output -
complains "--output -: a .npz archive is not written from its first byte to its last, as standard output\
 is; give the name of a file, such as D.npz"
for wrong in "apply - --input - --output y.npy" "verify input=3 kernel=2 --weights - --input -" \
  "apply input=3 kernel=2 --weights - --input - --output y.npy"; do
  # shellcheck disable=SC2086
  streams 2 $wrong
  complains "-: standard input can be read once; give files for the others"
done
cp W.mtx in
streams 2 inspect - --variable W
complains "standard input: --variable is not for .mtx files"
streams 2 inspect - --weights box:2
complains "--weights goes with a SPEC; standard input has its values in it"
streams 4 inspect - --memory 100
complains "standard input takes $(stat -c %s W.mtx) bytes, which exceeds the memory budget of 100 bytes;\
 raise --memory, or use a file"
# piped CODE ARGUMENT...: reads the file `in` through a pipe, whose length is not known.
piped() {
  local expected=$1 code=0
  shift
  command=("$@" "(of a pipe)")
  cat in | "$toeplix" "$@" >out 2>err || code=$?
  ((code == expected)) || fail "expected exit code $expected, got $code" "$(cat err)"
}
size=$(stat -c %s W.mtx)
piped 4 inspect - --memory 100
complains "standard input takes more than the memory budget of 100 bytes; raise --memory, or use a file"
piped 4 inspect - --memory $((size + 1))
complains "standard input: reading 2 x 3 with 4 entries takes 184 bytes, which exceeds the memory budget of\
 $((size + 1)) bytes; raise --memory"
piped 0 inspect - --memory 4K
# The budget need not have room for two of them.
{ cat W.mtx && for ((i = 0; i < 20; ++i)); do printf '%99999s\n' ''; done; } >in
piped 0 inspect - --memory 2100K
piped 4 inspect - --memory 2000K
# A file that is read through `<` is not written over either.
for arguments in "compile input=3 kernel=2 --weights -" "diagonals input=3 kernel=2 --weights -" \
  "apply input=3 kernel=2 --weights - --input x.npy" "apply input=3 kernel=2 --weights box:2 --input -" \
  "apply - --input x.npy" "diagonals -" "plot -" "page -" "page input=3 kernel=2 --weights -"; do
  read -ra words <<<"$arguments"
  extension=npy
  [[ $arguments == compile* || $arguments == diagonals* ]] && extension=npz
  [[ $arguments == plot* ]] && extension=png
  [[ $arguments == page* ]] && extension=html
  cp W.mtx "read.$extension"
  code=0
  command=("${words[@]}" --output "./read.$extension" "(which is standard input)")
  "$toeplix" "${words[@]}" --output "./read.$extension" >out 2>err <"read.$extension" || code=$?
  ((code == 2)) || fail "expected exit code 2, got $code" "$(cat err)"
  complains "./read.$extension: this file is also read; write to another one"
  cmp -s W.mtx "read.$extension" || fail "the file changed"
  rm "read.$extension"
done
# It is looked at before there is room for all of it.
command=(inspect - "(of 200 GB that are no matrix)")
if truncate -s 200G huge 2>/dev/null; then
  for memory in "" "--memory 1M" "--memory 1000G"; do
    code=0
    # shellcheck disable=SC2086
    "$toeplix" inspect - $memory >out 2>err <huge || code=$?
    ((code == 3)) || fail "expected exit code 3, got $code" "$(cat err)"
    complains "standard input: line 1: expected a Matrix Market file, which starts with %%MatrixMarket"
  done
fi
rm -f huge
# What begins as no such file is not read on: it need not end.
for arguments in "inspect -" "page - --output W.html" "apply - --input x.npy --output y.npy" \
  "explain input=3 kernel=2 --symbolic --weights -" "compile input=3 kernel=2 --weights - --output V.npz"; do
  read -ra words <<<"$arguments"
  command=("${words[@]}" "(of endless zeros)")
  code=0
  timeout 20 "$toeplix" --resources "${words[@]}" >out 2>err </dev/zero || code=$?
  ((code == 3)) || fail "expected exit code 3, got $code" "$(cat err)"
done
for arguments in "explain input=3 kernel=2 --symbolic --weights - --memory 1M" \
  "compile input=3 kernel=2 --weights - --output V.npz --memory 1M"; do
  read -ra words <<<"$arguments"
  command=("${words[@]}" "(of an endless array)")
  code=0
  { printf '\x93NUMPY'; cat /dev/zero; } 2>data | timeout 20 "$toeplix" "${words[@]}" >out 2>err || code=$?
  ((code == 3)) || fail "expected exit code 3, got $code" "$(cat err)"
  complains "standard input: byte 6: expected format version 1.0, 2.0 or 3.0, got 0.0"
done
echo "no matrix" >in
streams 3 inspect -
complains "standard input: line 1: expected a Matrix Market file, which starts with %%MatrixMarket"
streams 3 apply input=3 kernel=2 --weights box:2 --input - --output -
complains "standard input: byte 0: expected a .npy file, which starts with \\x93NUMPY"
code=0
command=(inspect - "(of a folder)")
"$toeplix" inspect - <. >out 2>err || code=$?
((code == 3)) || fail "expected exit code 3, got $code"
complains "standard input: cannot read: Is a directory"
# A pipe that nobody reads, and a full disk.
for arguments in "compile input=30000 kernel=2 --weights box:2" "page input=3 kernel=2"; do
  read -ra words <<<"$arguments"
  command=("${words[@]}" --output - "(nobody reads it)")
  code=0
  { "$toeplix" "${words[@]}" --output - 2>err || code=$?; echo $code >out; } | sleep 0
  [[ $(cat out) == 3 ]] || fail "expected exit code 3, got $(cat out)"
  complains "standard output: Broken pipe"
  [[ -w /dev/full ]] || continue
  code=0
  command=("${words[@]}" --output - "(to a full disk)")
  "$toeplix" "${words[@]}" --output - >/dev/full 2>err || code=$?
  ((code == 3)) || fail "expected exit code 3, got $code"
  complains "standard output: No space left on device"
done
rm in data W.mtx

# --- plot ----------------------------------------------------------------------------------------
run 0 plot "${spec[@]}" --output -
says "0,1 │  ⣿⣿⣿⣿▏ ⣿⣿⣿⣿▏"
run 0 plot "${spec[@]}" --weights box:2 --output W.svg
size=$(sed -nE '1,5s/.*<svg[^>]* width="([0-9]+)"[^>]* height="([0-9]+)".*/\1 x \2/p' W.svg)
[[ $size ]] || fail "expected the size of the picture in it"
says "W.svg: $size pixels, of a 4 x 9 matrix, 16 entries"
cp W.svg ../old-$$
run 0 plot input=100000,100000 kernel=9,9 padding=4 boundary=reflect --output W.png
run 2 plot "${spec[@]}" --output W.gif
complains "W.gif: expected a name that ends in .png or .svg"
run 2 plot "${spec[@]}" --output W.svg --size 9000
complains "plot: size 9000: expected from 16 to 8192"
run 3 plot "${spec[@]}" --output missing/W.svg
complains "missing/W.svg: cannot create: the folder does not exist"
run 4 plot input=1099511627776 kernel=1000003 padding=500001 --output W.svg
complains "plot: this kernel has too many positions to follow over a picture of 840 x 840 pixels;\
 use a smaller size"
run 4 plot input=4000000 kernel=3000000 --output W.svg
if [[ -w /dev/full ]]; then
  code=0
  command=(plot "(to a full disk)")
  "$toeplix" plot "${spec[@]}" --output - >/dev/full 2>err || code=$?
  ((code == 3)) || fail "expected exit code 3, got $code"
fi
limited_files W.svg plot input=20,20 kernel=5,5 --output W.svg
cmp -s W.svg ../old-$$ || fail "the old file changed"
rm -f ../old-$$ W.svg W.png
holds $'W.npz\nerr\nout'

# --- page ----------------------------------------------------------------------------------------
run 0 page "${spec[@]}" --weights box:2 --output W.html
says "W.html: a page of a 4 x 9 matrix, 16 entries"
cp W.html ../old-$$
run 2 page "${spec[@]}" --output W.txt
complains "W.txt: expected a name that ends in .html"
run 0 page input=3,3,3 kernel=2,2,2 --output W.html
cp ../old-$$ W.html
run 2 page input=3,3,3,3 kernel=2,2,2,2 --output W.html
complains "page: 4 axes: expected 1, 2 or 3; toeplix plot draws any number"
run 3 page "${spec[@]}" --output missing/W.html
complains "missing/W.html: cannot create: the folder does not exist"
run 4 page input=30,30 kernel=3,3 --output W.html
complains "page: a 784 x 900 matrix is too large to read; a page shows up to 400 rows and columns\
 and 6000 entries; toeplix plot draws any size"
limited_files W.html page "${spec[@]}" --output W.html
cmp -s W.html ../old-$$ || fail "the old file changed"
rm -f ../old-$$ W.html
holds $'W.npz\nerr\nout'

# --- apply and verify --------------------------------------------------------------------------
run 0 compile "${spec[@]}" --weights box:2 --output W.npz --format csc --index 64 --float --compress
says "W.npz: 4 x 9, 16 entries, csc, float32, 64-bit indices"
run 0 compile input=3,3 kernel=3,3 padding=1 --weights laplacian --output W.npz --prune
says "9 x 9, 33 entries"
run 0 verify input=28,28 kernel=3,3 in=4 out=8 stride=2 padding=1
says "verified 1568 x 3136, 53792 entries: "
run 0 verify input=28,28 kernel=3,3 in=4 out=8 stride=2 padding=1 --json
says '  "nnz": 53792,'
run 0 compile "${spec[@]}" --weights box:2 --output W.npz --json
says '  "layout": "csr, float64, 32-bit indices",'
run 0 compile input=4 kernel=3 --weights 1,2,3 --output A.npz
run 0 compile input=2 kernel=2 --weights 1,-1 --output B.npz
run 0 compose B.npz A.npz --output C.npz
says "C.npz: 1 x 4, 4 entries, csr, float64, 32-bit indices"
run 0 compose B.npz A.npz --output C.npz --offset c.npy --json
says_member '"nnz":4,'
says_member '"offset":"c.npy"'
run 4 compose B.npz A.npz --output no.npz --memory 150
grep -q "; raise --memory, or multiply by one matrix after another by toeplix apply$" err || fail "got" "$(cat err)"
run 2 compose A.npz A.npz --output no.npz
complains "A.npz is 2 x 4, and A.npz behind it 2 x 4: expected as many rows there as columns here"
run 2 compile input=4 kernel=3 padding=1 padding_value=5 --weights 1,2,3 --output no.npz
complains "padding_value=5 needs --offset FILE.npy, for what is added to the product by the matrix"
run 0 compile input=4 kernel=3 padding=1 padding_value=5 --weights 1,2,3 --output P.npz --offset p.npy
says "p.npy: what the rows add, 4 numbers"
rm A.npz B.npz C.npz c.npy P.npz p.npy
run 0 verify input=4 kernel=3 padding=1 padding_value=5
says "matrix, operator and offset equal the direct loops"
run 0 verify transposed input=7,5 kernel=4,3 in=2 out=2 groups=2 stride=2 order=channels_last
run 0 verify input=9 kernel=3 padding=4 boundary=reflect --weights gaussian:3:1 --seed 7 --threads 1

# write_npy FILE SHAPE BYTES: an array of float64; BYTES as printf has them.
write_npy() {
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' \
    "{'descr': '<f8', 'fortran_order': False, 'shape': $2, }" >"$1"
  # shellcheck disable=SC2059
  printf "$3" >>"$1"
}
# numbers FILE COUNT: the last ones of an array.
numbers() { tail -c $((8 * $2)) "$1" | od -An -tf8 | xargs; }
zero='\0\0\0\0\0\0\0\0'
quarter='\0\0\0\0\0\0\xd0\x3f'
one='\0\0\0\0\0\0\xf0\x3f'
two='\0\0\0\0\0\0\0\x40'
three='\0\0\0\0\0\0\x08\x40'
largest='\xff\xff\xff\xff\xff\xff\xef\x7f'

# An array on standard input is read no further than its header says, and what is too large not at all.
write_npy two.npy '(2,)' "$one$one"
write_npy huge.npy '(125000000000,)' ''
for arguments in "explain input=3 kernel=2 --symbolic --weights - --memory 1M" \
  "apply input=3 kernel=2 --weights box:2 --input - --output y.npy --memory 1M"; do
  read -ra words <<<"$arguments"
  command=("${words[@]}" "(of an array, and endless zeros)")
  code=0
  { cat two.npy /dev/zero; } 2>data | timeout 20 "$toeplix" "${words[@]}" >out 2>err || code=$?
  ((code == 3)) || fail "expected exit code 3, got $code" "$(cat err)"
  complains "standard input: byte 128: expected 16 bytes (2 values of float64), got 17"
  command=("${words[@]}" "(of an array of 1 TB)")
  code=0
  { cat huge.npy /dev/zero; } 2>data | timeout 20 "$toeplix" "${words[@]}" >out 2>err || code=$?
  ((code == 4)) || fail "expected exit code 4, got $code" "$(cat err)"
  complains "standard input takes 1000000000128 bytes, which exceeds the memory budget of 1000000 bytes; raise\
 --memory, or use a file"
done
rm two.npy huge.npy

# 1 2 3 by a kernel of 1 2, and back.
write_npy x.npy '(1, 3)' "$one$two$three"
write_npy w.npy '(1, 1, 2)' "$one$two"
run 0 apply input=3 kernel=2 --weights w.npy --input x.npy --output y.NPY
says "y.NPY: (1, 2) of float64"
[[ $(numbers y.NPY 2) == "5 8" ]] || fail "expected 5 8, got" "$(numbers y.NPY 2)"
run 0 apply input=3 kernel=2 --weights w.npy --input y.NPY --output z.npy --transpose --json
says_member '"shape":[1,3],'
says '"clamped": null'
[[ $(numbers z.npy 3) == "5 18 16" ]] || fail "expected 5 18 16, got" "$(numbers z.npy 3)"
# The same kernel as numbers; a file whose name begins like a number; the example of the book.
run 0 apply input=3 kernel=2 --weights '1, +2' --input x.npy --output z.npy
[[ $(numbers z.npy 2) == "5 8" ]] || fail "expected 5 8, got" "$(numbers z.npy 2)"
cp w.npy 1,2.npy
run 0 apply input=3 kernel=2 --weights 1,2.npy --input x.npy --output z.npy
write_npy x.npy '(1, 2, 2)' "$zero$one$two$three"
run 0 apply input=2,2 kernel=2,2 --weights '0,1;2,3' --input x.npy --output z.npy
[[ $(numbers z.npy 1) == 14 ]] || fail "expected 14, got" "$(numbers z.npy 1)"
# A picture of 1 and 2 next to one another, 160 times as bright: the second is beyond 255.
write_npy x.npy '(1, 1, 2)' "$one$two"
write_npy w.npy '(1, 1, 1, 1)' '\0\0\0\0\0\0\x64\x40'
run 0 apply input=1,2 kernel=1,1 --weights w.npy --input x.npy --output p.PNG --json
says_member '"shape":[1,2,1],'
says '"type": "uint8",'
says '"clamped": 1'
run 0 apply input=1,2 kernel=1,1 --weights w.npy --input x.npy --output p.PNG
says "p.PNG: 1 x 2, 1 channel, 8 bits, 1 of 2 samples clamped"
run 4 apply input=1,2 kernel=1,1 --weights w.npy --input x.npy --output p.PNG --memory 8
# What is read counts, too: 2 numbers, and twice 2 of the result.
run 4 apply input=1,2 kernel=1,1 --weights w.npy --input x.npy --output y.npy --memory 47
complains "the input with a result of (1, 2) takes 48 bytes, which exceeds the memory budget of 47\
 bytes; raise --memory, or apply to fewer images at once, or to parts of one"
run 0 apply input=1,2 kernel=1,1 --weights w.npy --input x.npy --output y.npy --memory 48
for operator in "pool input=2 kernel=2 stride=2" "resize input=2 sizes=1"; do
  write_npy s.npy '(5, 2)' "$one$two$one$two$one$two$one$two$one$two"
  [[ $operator == pool* ]] && write_npy s.npy '(5, 1, 2)' "$one$two$one$two$one$two$one$two$one$two"
  # 10 numbers, and twice 5 of the result.
  # shellcheck disable=SC2086
  run 4 $operator --input s.npy --output y.npy --memory 159
  grep -q "takes 160 bytes, which exceeds the memory budget of 159 bytes; raise --memory, or apply to\
 fewer images at once$" err || fail "got" "$(cat err)"
  # shellcheck disable=SC2086
  run 0 $operator --input s.npy --output y.npy --memory 160
done
rm y.npy s.npy

# The two largest numbers there are fold onto one pixel: their sum, which the matrix has, is infinite;
# that of the products, a quarter of each, is not.
write_npy x.npy '(1, 2)' "$quarter$zero"
write_npy w.npy '(1, 1, 2)' "$largest$largest"
run 1 verify input=2 kernel=2 padding=1:0 boundary=symmetric --weights w.npy --input x.npy
grep -q "^toeplix: verification failed: " err || fail "expected the mismatch, got" "$(cat err)"
run 1 verify input=2 kernel=2 padding=1:0 boundary=symmetric --weights w.npy --input x.npy --json

# What a kernel takes is known before it is read.
write_npy big.npy '(1, 100)' ''
head -c 800 /dev/zero >>big.npy
run 4 compile input=100 kernel=100 --weights big.npy --output a.npz --memory 800
complains "a matrix of 100 entries (1208 bytes) exceeds the memory budget of 800 bytes; raise --memory, write some\
 rows at a time by --rows A:B, or multiply without the matrix by toeplix apply"
run 4 compile input=100 kernel=100 --weights big.npy --output a.npz --memory 799
complains "the array of big.npy takes 800 bytes, which exceeds the memory budget of 799 bytes; raise --memory"
run 4 explain input=100 kernel=100 --symbolic --weights big.npy --memory 799
run 4 page input=100 kernel=100 --weights big.npy --output a.html --memory 799
run 4 compile input=1,2 kernel=1,2 --weights p.PNG --output a.npz --memory 1
grep -q "^toeplix: p.PNG: .* budget of 1 bytes" err || fail "got" "$(cat err)"
if [[ $python ]] && "$python" -c 'import numpy' 2>/dev/null; then
  "$python" -c 'import numpy; numpy.savez_compressed("big.npz", w=numpy.zeros((1, 1000000)))'
  run 4 compile input=1000000 kernel=1000000 --weights big.npz:w --output a.npz --memory 1M
  complains "the array of big.npz:w takes 8000000 bytes, which exceeds the memory budget of 1000000 bytes; raise\
 --memory"
fi
# A file that exists under the whole word is meant.
mkdir -p p.mat:q
write_npy p.mat:q/h.npy '(1, 1)' "$one"
run 0 compile input=2 kernel=1 --weights p.mat:q/h.npy --output a.npz
run 3 compile input=2 kernel=1 --weights p.mat:q/g.npy --output a.npz
complains "p.mat: cannot open: No such file or directory"
mkdir p.mat:g.npy # no file
run 3 compile input=2 kernel=1 --weights p.mat:g.npy --output a.npz
complains "p.mat: cannot open: No such file or directory"
rm -r p.mat:? p.mat:g.npy a.npz big.np?

# Nothing is written over a file that is read, whatever its name.
cp w.npy over.npy
ln -sf over.npy link.npy
for name in over.npy ./over.npy link.npy; do
  run 2 apply input=3 kernel=2 --weights over.npy --input x.npy --output $name
  complains "$name: this file is also read; write to another one"
  run 2 apply input=3 kernel=2 --weights w.npy --input over.npy --output $name
done
cmp -s w.npy over.npy || fail "over.npy has changed"
rm over.npy link.npy
run 2 diagonals input=3 kernel=2 --weights w.npz --output w.npz
run 2 plot "${spec[@]}" --weights k.png --output k.png
complains "k.png: this file is also read; write to another one"
if [[ " ${commands[*]} " == *" deblur "* ]]; then
  ln -sf ./link-target.png link.png
  run 2 deblur p.PNG --kernel box:1 --lambda 0.1 --output link.png --compare link-target.png
  rm link.png
  deblur=(deblur p.PNG --kernel box:1 --lambda 0.1)
  run 2 "${deblur[@]}" --output q.png --compare ./q.png
  complains "./q.png: this file is written twice; give each its own name"
  run 2 "${deblur[@]}" --output q.png --compare p.PNG
  run 2 "${deblur[@]}" --output p.PNG
  run 2 "${deblur[@]}" --output t.png --truth t.png
  run 4 "${deblur[@]}" --output q.png --memory 1
  complains "p.PNG: reading 2 x 1 pixels takes 30 bytes, which exceeds the memory budget of 1 bytes; raise --memory"
  run 4 "${deblur[@]}" --output q.png --memory 30
  grep -q "raise --memory, or use a smaller image or kernel$" err || fail "got" "$(cat err)"
  run 4 "${deblur[@]}" --output q.png --memory 30 --method factorization
  grep -q "use --method iterative, raise --memory, or use a smaller image or kernel$" err ||
    fail "got" "$(cat err)"
  run 2 deblur p.PNG --kernel k.png --lambda 0.1 --output k.png
  complains "k.png: this file is also read; write to another one"
fi

# --- spectrum ----------------------------------------------------------------------------------
if [[ " ${commands[*]} " == *" spectrum "* ]]; then
  ring=(input=6 kernel=3 padding=1 boundary=circular --weights 1,-2,1)
  run 0 spectrum "${ring[@]}" --all
  says "6 singular values of the 6 x 6 matrix, of blocks of frequencies"
  says "  1      4"
  says "  2      3"
  says "condition infinite"
  run 0 spectrum "${ring[@]}" --all --json
  says_member '"by_frequencies":true'
  run 0 spectrum input=6 kernel=3 padding=1 --weights 1,-2,1 --all
  says "of the dense matrix"
  run 0 spectrum "${ring[@]}" --top 2
  says "2 singular values of the 6 x 6 matrix, the largest"
  run 0 spectrum "${ring[@]}" --top 2 --json
  says_member '"converged":true'
  # Nine digits, rounded outwards.
  run 0 spectrum "${ring[@]}"
  says "at least      3.99999"
  says "at most       4"
  run 0 spectrum "${ring[@]}" --norm --tolerance 1e-9 --json --threads 1
  says_member '"converged":true'
  says_member '"norm_1":4.0,"norm_inf":4.0'
  run 0 spectrum "${ring[@]}" --all --plot values.PNG
  [[ $(head -c 4 values.PNG | tail -c 3) == PNG ]] || fail "expected a picture"
  rm values.PNG
  run 2 spectrum "${ring[@]}" --all --norm
  complains "--norm, --top and --all are three questions; ask one"
  run 2 spectrum "${ring[@]}" --all --tolerance 0.1
  complains "--tolerance is for --norm and --top; --all is exact to rounding"
  run 2 spectrum "${ring[@]}" --plot s.png
  complains "--plot draws singular values: with --all or --top K"
  run 2 spectrum "${ring[@]}" --all --plot s.svg
  run 3 spectrum "${ring[@]}" --all --plot nowhere/s.png
  run 2 spectrum "${ring[@]}" --top 0
  run 2 spectrum "${ring[@]}" --top 7
  complains "k is 7; expected a number from 1 to 6, the rows or columns, whichever are fewer"
  run 2 spectrum "${ring[@]}" --tolerance 0
  run 2 spectrum "${ring[@]}" --tolerance 1
  complains "tolerance 1; expected a number between 0 and 1"
  run 2 spectrum input=6 kernel=3
  run 4 spectrum input=300,300 kernel=3 --weights box:3 --all
  grep -q "; ask for --norm or --top K$" err || fail "got" "$(cat err)"
  run 4 spectrum input=1000000,1000000 kernel=3 --weights box:3 --memory 1G
  complains "the vectors of spectral_norm need 135999680000320 bytes, which exceeds the memory budget\
 of 1000000000 bytes; raise --memory, or use a smaller image"
  run 4 spectrum input=60,60 kernel=3 --weights box:3 --top 3 --memory 100K
  grep -q "; raise --memory, or ask for fewer, or for --norm$" err || fail "got" "$(cat err)"
  # Bounds below the normal numbers.
  run 0 spectrum input=6 kernel=3 padding=1 --weights 1e-320,1e-320,1e-320
  grep -q "^  at most  .*e-320 " out || fail "got" "$(cat out)"
  run 4 spectrum input=6,6 kernel=3 --weights box:3 --all --memory 1000
  grep -q "; raise --memory, or ask for --norm or --top K$" err || fail "got" "$(cat err)"
fi

# A kernel that is not symmetric is read one way or the other, and deblur says which.
if [[ " ${commands[*]} " == *" deblur "* ]]; then
  # Grey levels 64 128 64 192.
  write_npy x.npy '(1, 1, 4)' "$one$two$one$three"
  run 0 apply input=1,4 kernel=1,1 --weights 64 --input x.npy --output p4.png
  how=(--lambda 0.1 --boundary symmetric)
  run 0 deblur p4.png --kernel 0.5,0.3,0.2 "${how[@]}" --output q.png
  grep -q '^q.png: 1 x 4, . of 4 samples clamped, the kernel read as a convolution$' out ||
    fail "expected how the kernel was read"
  run 0 deblur p4.png --kernel 0.2,0.3,0.5 --operation correlation "${how[@]}" --output r.png
  grep -q 'clamped, the kernel read as a correlation$' out || fail "expected how the kernel was read"
  cmp q.png r.png || fail "expected the same picture of a kernel that is turned"
  run 0 deblur p4.png --kernel 0.5,0.3,0.2 --operation correlation "${how[@]}" --output r.png
  if cmp -s q.png r.png; then fail "expected another picture of the same kernel"; fi
  run 0 deblur p4.png --kernel 0.2,0.6,0.2 "${how[@]}" --output q.png
  grep -q 'samples clamped$' out || fail "a symmetric kernel can be read one way only"
  run 2 deblur p.PNG --kernel box:1 --operation cross --lambda 0.1 --output q.png
  for noise in 0 -1 nan inf x; do
    run 2 deblur p.PNG --kernel box:1 --noise $noise --output q.png
    complains "--noise: '$noise': expected a number above 0 (toeplix deblur --help says more)"
  done
fi

# How deblur solves, and what contradicts what.
if [[ " ${commands[*]} " == *" deblur "* ]]; then
  deblur=(deblur p4.png --kernel 0.5,0.3,0.2 --output q.png)
  for method in factorization iterative; do
    run 0 "${deblur[@]}" --lambda 0.1 --method $method --json
    says_member "\"method\":\"$method\",\"method_reason\":\"aswasaskedfor\""
    says_member '"kernel_sum":1.0,"kernel_scale":"unit"'
    cp q.png "$method.png"
  done
  cmp factorization.png iterative.png || fail "expected the same picture by both methods"
  # A library that was built without FFTW says so, and solves the same in another way.
  if "$toeplix" "${deblur[@]}" --lambda 0.1 --boundary circular --method transform >out 2>err; then
    run 0 "${deblur[@]}" --lambda 0.1 --boundary circular --json
    says_member '"method":"transform"'
    run 0 "${deblur[@]}" --lambda 0.1 --boundary circular
    grep -q '^solved: .*; by transforms$' out || fail "got" "$(cat out)"
    grep -q '^method transform: ' out || fail "got" "$(cat out)"
    run 2 "${deblur[@]}" --lambda 0.1 --method transform
    grep -q "not its own mirror image" err || fail "got" "$(cat err)"
  else
    run 2 "${deblur[@]}" --lambda 0.1 --boundary circular --method transform
    complains "method is transform, but transforms do not diagonalize this system: the library was\
 built without FFTW"
    run 0 "${deblur[@]}" --lambda 0.1 --boundary circular --json
    says_member '"method":"factorization"'
    grep -q "no transform: the library was built without FFTW" out || fail "got" "$(cat out)"
  fi
  run 0 "${deblur[@]}" --lambda 0.1 --method iterative --tolerance 1e-9 --max-iterations 1
  grep -q '^iteration_limit: .*; 1 iterations, preconditioner: ' out || fail "got" "$(cat out)"
  run 0 "${deblur[@]}" --boundary circular --json
  says_member '"rule":"cross_validation"'
  says_member '"part":[1,4]'
  run 0 "${deblur[@]}" --nonnegative --lambda 0.1 --json
  says_member '"method":"nonnegative_least_squares"'
  says_member '"lambda":0.1,"rule":"given"'
  run 0 "${deblur[@]}" --tv 0.01 --json
  says_member '"method":"total_variation"'
  if grep -q lambda out; then fail "total variation has no lambda"; fi
  run 0 "${deblur[@]}" --richardson-lucy 7
  grep -q '^converged: .*; 7 iterations of richardson_lucy$' out || fail "got" "$(cat out)"
  # Whatever the sum of the kernel is, the picture is as bright, unless that is not wanted.
  run 0 "${deblur[@]}" --lambda 0.1
  cp q.png unit.png
  run 0 deblur p4.png --output q.png --kernel 5,3,2 --lambda 0.1
  says "the kernel was divided by its sum, 10"
  cmp q.png unit.png || fail "expected the same picture of a kernel that is scaled"
  run 0 deblur p4.png --output q.png --kernel 5,3,2 --lambda 0.1 --keep-sum
  says "the kernel was left as it is, with a sum of 10"
  if cmp -s q.png unit.png; then fail "expected another picture of a kernel that is not scaled"; fi
  run 0 deblur p4.png --output q.png --kernel 1,0,-1 --lambda 0.1 --regularizer identity --json
  says_member '"kernel_sum":0.0,"kernel_scale":"vanishing"'
  contradicts() {
    local why=$1
    shift
    run 2 "${deblur[@]}" "$@"
    complains "$why"
  }
  several="these are different problems; choose one"
  contradicts "--nonnegative and --tv: $several" --tv 1 --nonnegative
  contradicts "--nonnegative and --richardson-lucy: $several" --richardson-lucy 3 --nonnegative
  contradicts "--tv and --richardson-lucy: $several" --richardson-lucy 3 --tv 1
  contradicts "--nonnegative and --method: it has a method of its own; leave out --method" \
    --nonnegative --method transform
  contradicts "--tv and --regularizer: it says itself what is small; leave out --regularizer" \
    --tv 1 --regularizer gradient
  contradicts "--tv and --lambda: it has no lambda; leave out --lambda" --tv 1 --lambda auto
  contradicts "--richardson-lucy and --noise: noise is for finding lambda, which it does not have" \
    --richardson-lucy 3 --noise 2
  contradicts "--richardson-lucy and --max-iterations: its number says how many iterations are taken" \
    --richardson-lucy 3 --max-iterations 3
  contradicts "--method factorization and --tolerance: a factorization does not iterate" \
    --method factorization --tolerance 1e-3
  contradicts "--method transform and --max-iterations: a transform does not iterate" \
    --method transform --max-iterations 9
  contradicts "--noise is for --lambda auto, which finds lambda by it" --noise 2 --lambda 1
  for number in 0 -1 nan x; do
    run 2 "${deblur[@]}" --tv $number
    run 2 "${deblur[@]}" --tolerance $number
  done
  for number in -1 1.5 x; do
    run 2 "${deblur[@]}" --richardson-lucy $number
    run 2 "${deblur[@]}" --max-iterations $number
  done
  run 2 "${deblur[@]}" --method cholesky
  run 2 deblur p4.png --output q.png --kernel 1,-1,1 --richardson-lucy 3
  complains "the kernel has -1 at 1; Richardson-Lucy expects numbers of at least 0"
  run 2 "${deblur[@]}" --richardson-lucy 0
  complains "iterations is 0; expected at least 1"
  # A volume of one plane, of one line, and a line are the same problem.
  write_npy line.npy '(4,)' "$one$two$one$three"
  write_npy volume.npy '(1, 1, 4)' "$one$two$one$three"
  write_npy kernel1.npy '(3,)' "$one$three$two"
  write_npy kernel3.npy '(1, 1, 3)' "$one$three$two"
  run 0 deblur line.npy --volume --kernel kernel1.npy --lambda 0.1 --output line-out.npy
  says "line-out.npy: 4, 0 of 4 samples clamped, the kernel read as a convolution"
  run 0 deblur volume.npy --volume --kernel kernel3.npy --lambda 0.1 --output volume-out.npy
  says "volume-out.npy: 1 x 1 x 4, 0 of 4 samples clamped, the kernel read as a convolution"
  tail -c 32 line-out.npy >line-out
  tail -c 32 volume-out.npy | cmp - line-out || fail "expected the same numbers of a line"
  run 0 deblur volume.npy --volume --kernel gaussian:3:1 --lambda 0.1 --output volume-out.npy \
    --truth volume.npy
  run 2 deblur volume.npy --volume --kernel gaussian:3:1 --lambda 0.1 --output q.png
  complains "q.png: a picture cannot hold a volume; write .npy"
  run 2 deblur volume.npy --volume --kernel kernel1.npy --lambda 0.1 --output volume-out.npy
  complains "kernel1.npy: expected a kernel of 3 axes, got shape (3,)"
  run 2 deblur p4.png --volume --kernel kernel1.npy --lambda 0.1 --output volume-out.npy
  write_npy cube.npy '(2, 2, 2)' "$one$two$one$three$one$two$one$three"
  run 2 deblur p4.png --kernel cube.npy --lambda 0.1 --output q.npy
  complains "cube.npy: expected a kernel of 2 axes, got shape (2, 2, 2); or --volume"
  write_npy none.npy '(0, 3)' ''
  run 2 deblur p4.png --output q.png --kernel none.npy
  complains "none.npy: expected a kernel of one number at least, got shape (0, 3)"
  # A picture beyond doubles is no picture: the one that was there stays.
  for how in "--nonnegative --lambda 0" "--richardson-lucy 3" "--tv 1"; do
    read -ra words <<<"$how"
    cp unit.png kept.png
    run 2 deblur p4.png --output kept.png --kernel 1e-320,2e-320,1e-320 --keep-sum "${words[@]}"
    complains "the deblurred picture has numbers beyond what a double holds"
    cmp kept.png unit.png || fail "expected the picture that was there"
  done
fi

# Little address space: every command ends, whether it has enough or not. 127: not even the libraries
# fit. A program with a sanitizer needs more before it begins.
limited_memory() {
  local limit=$1
  shift
  command=("$@" "(ulimit -v $limit)")
  code=0
  (ulimit -v "$limit" && OPENBLAS_NUM_THREADS=2 OMP_NUM_THREADS=1 timeout 60 "$toeplix" "$@") \
    >out 2>err </dev/null || code=$?
}
write_npy w.npy '(1, 1, 2)' "$one$two"
write_npy x.npy '(1, 4)' "$one$two$one$three"
data=(--weights w.npy --input x.npy)
if ! grep -q __asan_init "$toeplix"; then
  # (At some 80000 the libraries fit, but not OpenBLAS's threads, and it ends the program by itself.)
  for limit in 70000 100000 150000 200000 400000; do
    for arguments in "inspect input=4 kernel=2" "plot input=4 kernel=2 --output a.png" "--help" \
      "apply input=4 kernel=2 ${data[*]} --output y.npy" "verify input=4 kernel=2 ${data[*]}" \
      "compile input=4 kernel=2 --weights w.npy --output a.npz" "inspect input=x kernel=2"; do
      read -ra words <<<"$arguments"
      limited_memory $limit "${words[@]}"
      expected=0
      [[ $arguments == *input=x* ]] && expected=2
      ((code == expected || (limit < 200000 && (code == 127 || code == 4)))) ||
        fail "expected exit code $expected, got $code" "$(cat err)"
      ((code == 0 || code == 127)) || grep -q '^toeplix: ' err || fail "expected a message"
    done
    [[ " ${commands[*]} " == *" deblur "* ]] || continue
    limited_memory $limit deblur p4.png --kernel 0.2,0.6,0.2 --lambda 0.1 --output q.png
    ((code == 0 || code == 4 || (code == 127 && limit < 200000))) ||
      fail "expected exit code 0 or 4, got $code" "$(cat err)"
    ((code != 4)) || grep -q '^toeplix: OpenBLAS needs .* bytes of address space' err ||
      fail "expected what does not fit" "$(cat err)"
  done
fi

# A long factorization is announced, if nobody looks at a terminal in one line.
if [[ " ${commands[*]} " == *" deblur "* ]]; then
  write_npy w.npy '(1, 1, 1, 1)' "$one"
  write_npy x.npy '(240, 240)' ''
  head -c $((240 * 240 * 8)) /dev/zero >>x.npy
  run 0 apply input=240,240 kernel=1,1 "${data[@]}" --output long.png
  # announces REGEX ARGUMENT...: the one line on standard error within a minute. The work need not be done,
  # as it is said before.
  announces() {
    local regex=$1 pid
    shift
    command=(deblur "$@")
    : >err
    "$toeplix" deblur "$@" --output q.png >out 2>err </dev/null &
    pid=$!
    for ((i = 0; i < 600; ++i)); do
      if [[ -s err ]] || ! kill -0 $pid 2>out; then break; fi
      sleep 0.1
    done
    { kill $pid && wait $pid; } 2>out || true
    [[ $(wc -l <err) == 1 ]] && grep -qE "$regex" err ||
      fail "expected what it will cost in one line, got" "$(cat err)"
  }
  announces '^deblurring: 1 factorization of [0-9]+ entries, [0-9.]+ GB; about [0-9]+ s of one core$' \
    long.png --kernel box:9 --lambda 0.1 --method factorization
  # The equations of a large kernel take long themselves, however small the picture is.
  write_npy x.npy '(12, 12)' ''
  head -c $((12 * 12 * 8)) /dev/zero >>x.npy
  equations='the equations take [0-9.]+e\+[0-9]+ products; about [0-9]+ s of one core$'
  factorized=(--method factorization)
  announces "^choosing lambda: $equations" x.npy --kernel gaussian:99:9 "${factorized[@]}"
  announces "^deblurring: $equations" x.npy --kernel box:149 --lambda 0.1 "${factorized[@]}"
  # Iterations say how far they are, once.
  { printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' \
    "{'descr': '|u1', 'fortran_order': False, 'shape': (240, 240), }"
    seq 12000 | head -c $((240 * 240)); } >digits.npy
  announces '^deblurring: channel 1 of 1, iteration [0-9]+, residual [0-9.e+-]+, after [0-9]+ s$' \
    digits.npy --kernel motion:31:20 --tv 1e-3 --tolerance 1e-15 --max-iterations 1000000
  # What does not fit is refused before that is said.
  run 4 deblur x.npy --kernel box:999 --lambda 0.1 --output q.png "${factorized[@]}"
  complains "the products of all pairs of weights (7968047968008 bytes) exceed the memory budget of\
 $(sed -E 's/.* budget of ([0-9]+) .*/\1/' err) bytes; use --method iterative, raise --memory, or use a smaller image or kernel"
fi

# Every command that has JSON was asked for it.
if [[ $python ]]; then
  for name in "${commands[@]}"; do
    "$toeplix" "$name" --help | grep -q -- "--json" || continue
    # It takes a model, which compare_onnx.py makes.
    [[ $name != onnx ]] || continue
    # A picture of two pixels is not worth deblurring.
    if [[ $name == deblur ]]; then
      write_npy k.NPY '(1, 1)' "$quarter"
      run 0 deblur p.PNG --kernel k.NPY --lambda 0.1 --output q.png --json
    fi
    command=("$name" --json)
    [[ ${json_of[$name]:-} ]] || fail "no JSON of it was parsed"
  done
fi

((failures == 0)) || exit 1
