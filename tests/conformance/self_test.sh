#!/usr/bin/env bash
# toeplix-conform over cases whose numbers were computed by hand, sound and damaged ones.
#
# Usage: self_test.sh TOEPLIX_CONFORM [FOLDER OF ONNX'S BACKEND TESTS]
set -euo pipefail

conform=$(realpath "$1")
onnx=${2:-}
cases=$(cd "$(dirname "${BASH_SOURCE[0]}")/cases" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

failures=0
fail() {
  echo "FAILED: toeplix-conform ${command[*]}"
  printf '  %s\n' "$@"
  failures=$((failures + 1))
}

# run CODE LAST ARGUMENT...: runs the program; compares its exit code and its last line.
run() {
  local expected=$1 last=$2 code=0
  shift 2
  command=("$@")
  "$conform" "$@" >out 2>err </dev/null || code=$?
  ((code == expected)) || fail "expected exit code $expected, got $code" "$(cat out err)"
  [[ $(tail -n 1 out) == "$last" ]] || fail "expected '$last' to close with, got" "$(cat out err)"
}

# The last command said TEXT.
says() { grep -qF -- "$1" out err || fail "expected '$1', got" "$(cat out err)"; }

# damage CASE: a copy of a case in ./damaged, the only one there, to be damaged.
damage() {
  rm -rf damaged
  mkdir damaged
  cp -r "$cases/$1" damaged/
}

# fails CASE TEXT: the damaged case fails, and the reason is given.
fails() {
  run 1 "0 passed, 1 failed, 0 skipped" damaged
  says "FAILED damaged/$1: $2"
}

edit() { sed -i "$2" "damaged/$1/case.json"; }

# --- sound cases ---------------------------------------------------------------------------------

run 0 "7 passed, 0 failed, 0 skipped" "$cases"
run 0 "1 passed, 0 failed, 0 skipped" "$cases/conv_1d"
run 0 "8 passed, 0 failed, 0 skipped" "$cases/conv_1d" "$cases"

mkdir -p top/part
cp -r "$cases"/conv_* top/part
run 0 "3 passed, 0 failed, 0 skipped" top
printf 'part/conv_1d\r\n\npart/conv_reflect\n' >top/index.txt
run 0 "2 passed, 0 failed, 0 skipped" top
echo part/nowhere >>top/index.txt
run 1 "2 passed, 1 failed, 0 skipped" top
says "FAILED top/part/nowhere: case.json is missing"

# --- the checker checks itself -------------------------------------------------------------------

for seed in {1..40}; do
  run 0 "0 passed, 7 failed, 0 skipped" --mutate "$seed" "$cases"
done

# Every array is corrupted, and looked for in every way.
run 0 "0 passed, 1 failed, 0 skipped" --mutate 1 "$cases/conv_1d"
for comparison in {y,gx,matrix}" by the "{matrix,reference,operator} "gw by the "{matrix,reference}; do
  says "FAILED $cases/conv_1d: $comparison: element"
done

# What cannot be checked has not been noticed.
damage conv_1d
rm damaged/conv_1d/w.npy
run 1 "1 passed, 0 failed, 0 skipped" --mutate 1 damaged
says "FAILED damaged/conv_1d: w is missing"

damage average_pool_1d
cp damaged/average_pool_1d/x.npy damaged/average_pool_1d/w.npy
cp damaged/average_pool_1d/x.npy damaged/average_pool_1d/gw.npy
run 1 "1 passed, 0 failed, 0 skipped" --mutate 1 damaged

# A corruption that another mismatch hides has not been noticed either.
damage conv_1d
cp damaged/conv_1d/{r,y}.npy
run 1 "1 passed, 0 failed, 0 skipped" --mutate 1 damaged
says "NOT NOTICED damaged/conv_1d: y by the matrix: element (0, 0, "

# --- what does not agree -------------------------------------------------------------------------

damage conv_1d
cp damaged/conv_1d/{r,y}.npy
fails conv_1d "y by the matrix: element (0, 0, 0) is 112, expected 1 (off by 111, allowed"
says "y by the operator: element (0, 0, 0) is 112, expected 1"
says "y by the reference: element (0, 0, 0) is 112, expected 1"
says "; replay: input=4 kernel=2"

damage conv_1d
cp damaged/conv_1d/{x,gx}.npy
fails conv_1d "gx by the matrix: element (0, 0, 0) is 10, expected 1"
says "gx by the operator"
says "gx by the reference"

damage conv_1d
cp damaged/conv_1d/{w,gw}.npy
fails conv_1d "gw by the matrix: element (0, 0, 0) is 14, expected 10"
says "gw by the reference"

damage average_pool_1d
cp damaged/average_pool_1d/{r,y}.npy
fails average_pool_1d "y by the matrix: element (0, 0, 0) is 2, expected 1"
says "y by the column-major matrix"
says "y by the naive loops"
says "; replay: toeplix-conform damaged/average_pool_1d"

damage pad_constant
edit pad_constant 's/"value": 7.0/"value": 6.0/'
fails pad_constant "y by the matrix: element (0, 0) is 6, expected 7"

damage conv_reflect
edit conv_reflect 's/reflect"/replicate"/'
fails conv_reflect "y by the matrix: element (0, 0, 0) is 211, expected 212"

# --- what cannot be read -------------------------------------------------------------------------

damage conv_1d
rm damaged/conv_1d/case.json
fails conv_1d "case.json is missing"

mkdir -p damaged/empty
rm -r damaged/conv_1d
fails empty "case.json is missing"

for name in x w b y r gx gw matrix; do
  damage conv_1d
  rm "damaged/conv_1d/$name.npy"
  fails conv_1d "$name is missing"
done

damage conv_1d
truncate -s -1 damaged/conv_1d/w.npy
fails conv_1d "damaged/conv_1d/w.npy: byte"

damage conv_1d
edit conv_1d '$ d'
fails conv_1d "case.json: [json.exception.parse_error"

damage conv_1d
echo '[]' >damaged/conv_1d/case.json
fails conv_1d "expected an object"

damage conv_1d
edit conv_1d '/"strides"/ d'
fails conv_1d "key strides is missing"

damage conv_1d
edit conv_1d 's/"strides": \[1\]/"strides": [1.5]/'
fails conv_1d "strides is [1.5]; expected whole numbers"

damage conv_1d
edit conv_1d 's/"strides": \[1\]/"strides": [1, 1]/'
fails conv_1d "strides is [1,1]; expected a list of 1"

damage conv_1d
edit conv_1d 's/"group": 1/"group": 99999999999/'
fails conv_1d "group is 99999999999; expected a whole number"

damage conv_1d
edit conv_1d 's/"zeros"/"mirror"/'
fails conv_1d 'padding_mode is "mirror"; expected one of zeros, reflect'

# --- what contradicts itself ---------------------------------------------------------------------

damage conv_1d
edit conv_1d 's/"x_shape": \[1, 1, 4\]/"x_shape": [1, 4, 1]/'
fails conv_1d "x has shape (1, 1, 4); x_shape says otherwise"

damage conv_1d
edit conv_1d 's/"dtype": "float64"/"dtype": "float32"/'
fails conv_1d "x.npy holds float64, case.json says float32"

damage conv_1d
edit conv_1d 's/"bias": true/"bias": false/'
fails conv_1d "b is there, though bias is false"

damage conv_1d
edit conv_1d 's/"tolerance": 1e-12/"tolerance": 10/'
fails conv_1d "tolerance must be at least 0 and below 0.1"

damage conv_1d
edit conv_1d 's/"strides": \[1\]/"strides": [2]/'
fails conv_1d "y has shape (1, 1, 3), the library's is (1, 1, 2); replay: input=4 kernel=2 stride=2"

damage conv_1d
edit conv_1d 's/"kernel_shape": \[2\]/"kernel_shape": [5]/'
fails conv_1d "axis 0: kernel span 5 exceeds padded input 4"
says "; replay: input=4 kernel=5"

damage conv_1d
edit conv_1d 's/"effective_pads": \[0, 0\]/"effective_pads": [0, 1]/'
fails conv_1d "effective_pads differ from pads, and nothing overrides those"

damage conv_1d
edit conv_1d 's/NOTSET/SAME_UPPER/'
fails conv_1d "effective_pads of axis 0 are 0:0; the library resolves input=4 kernel=2"

damage average_pool_1d
edit average_pool_1d 's/NOTSET/SAME_LOWER/'
fails average_pool_1d "effective_pads are not what the library makes of auto_pad"

damage col2im_1d
edit col2im_1d 's/"image_shape": \[4\]/"image_shape": [5]/'
fails col2im_1d "y has shape (1, 1, 4), the library's is (1, 1, 5)"

damage col2im_1d
edit col2im_1d 's/"strides": \[1\]/"strides": [2]/'
fails col2im_1d "x has shape (1, 2, 3), the library's is (1, 2, 2)"

damage conv_1d
cp "$cases/average_pool_1d/y.npy" damaged/conv_1d/r.npy
fails conv_1d "r has shape (1, 2, 2); expected (1, 1, 3)"

damage conv_1d
edit conv_1d 's/"part": "hand"/"part": "torch"/'
run 0 "1 passed, 0 failed, 0 skipped" damaged
rm damaged/conv_1d/{r,gx,gw}.npy
fails conv_1d "r is missing; replay: input=4 kernel=2"

damage conv_1d
edit conv_1d 's/"output_shape": null/"output_shape": [3]/'
fails conv_1d "key output_shape is for ConvTranspose; a case of Conv cannot have it"

damage conv_1d
edit conv_1d 's/"output_padding": \[0\]/"output_padding": [1]/'
fails conv_1d "output_padding must be 0; only a ConvTranspose has it"

damage conv_1d
edit conv_1d '/"ndim"/ a "torch_padding": [0],'
run 0 "1 passed, 0 failed, 0 skipped" damaged
edit conv_1d 's/"torch_padding": \[0\]/"torch_padding": [1]/'
fails conv_1d "torch_padding and pads disagree"
edit conv_1d 's/"torch_padding": \[1\]/"torch_padding": "same"/'
fails conv_1d "effective_pads of axis 0 are 0:0; the library resolves input=4 kernel=2"
edit conv_1d 's/"torch_padding": "same"/"torch_padding": "valid"/'
run 0 "1 passed, 0 failed, 0 skipped" damaged
edit conv_1d 's/NOTSET/VALID/'
fails conv_1d "auto_pad is set beside torch_padding"

damage conv_transpose_2d
edit conv_transpose_2d '/"ndim"/ a "torch_padding": "valid",'
fails conv_transpose_2d "torch_padding by name is for Conv only"

damage average_pool_1d
edit average_pool_1d 's/NOTSET/VALID/'
run 0 "1 passed, 0 failed, 0 skipped" damaged

damage average_pool_1d
edit average_pool_1d 's/"zeros"/"reflect"/'
fails average_pool_1d "padding_mode must be zeros; an AveragePool has no other"
says "; replay: toeplix-conform damaged/average_pool_1d"

damage average_pool_1d
edit average_pool_1d 's/"bias": false/"bias": true/'
fails average_pool_1d "bias is true, though a case of AveragePool cannot have one"

damage average_pool_1d
edit average_pool_1d 's/"group": 1/"group": 7/'
fails average_pool_1d "group is 7; in an AveragePool it must be 1 or the 2 channels"

damage average_pool_1d
edit average_pool_1d 's/"output_padding": \[0\]/"output_padding": [1]/'
fails average_pool_1d "output_padding must be 0; only a ConvTranspose has it"

damage average_pool_1d
edit average_pool_1d '/"ndim"/ a "torch_padding": [0],'
fails average_pool_1d "key torch_padding is for Conv; a case of AveragePool cannot have it"

for name in w gw b; do
  damage average_pool_1d
  cp damaged/average_pool_1d/x.npy "damaged/average_pool_1d/$name.npy"
  fails average_pool_1d "$name is there, though a case of AveragePool cannot have it"
done

damage pad_constant
cp damaged/pad_constant/{x,b}.npy
fails pad_constant "b is there, though a case of Pad cannot have it"

damage resize_linear
edit resize_linear 's/"scales": \[2.0\]/"scales": [3.0]/'
fails resize_linear "scales and sizes of axis 0 disagree"

# --- operators that are not there ----------------------------------------------------------------

damage conv_1d
edit conv_1d 's/"op": "Conv"/"op": "MaxPool"/'
run 0 "0 passed, 0 failed, 1 skipped" damaged
says "skipped 1: no operator MaxPool"
run 1 "0 passed, 0 failed, 1 skipped" --mutate 1 damaged
run 0 "0 passed, 1 failed, 1 skipped" --mutate 1 damaged "$cases/conv_1d"

# --- wrong usage ---------------------------------------------------------------------------------

run 0 "skipped failed, as it must, and there is one; 1 it did not." --help
run 2 ""
says "no folder is named"
run 2 "" --faster "$cases"
says "unknown option --faster"
run 2 "" --mutate "$cases"
says "expected a number"
run 2 "" --mutate
run 2 "" nowhere
says "nowhere is not a folder"
mkdir -p nothing
run 2 "" nothing
says "nothing has no cases in it"

# --- damaged ONNX files --------------------------------------------------------------------------

if [[ -n $onnx ]]; then
  rm -rf damaged
  cp -r "$onnx/node/test_basic_conv_with_padding" damaged
  data=damaged/test_data_set_0
  run 0 "1 passed, 0 failed, 0 skipped" --onnx damaged
  says "passed 1 Conv"
  cp $data/input_0.pb $data/output_0.pb
  run 1 "0 passed, 1 failed, 0 skipped" --onnx damaged
  says "y by the operator: element (0, 0, 0, 0) is 12, expected 0"

  # A tensor that ends early is never taken for a whole one.
  tensor=$onnx/node/test_basic_conv_with_padding/test_data_set_0/output_0.pb
  size=$(wc -c <"$tensor")
  for ((length = 0; length < size; length += 3)); do
    head -c "$length" "$tensor" >$data/output_0.pb
    run 1 "0 passed, 1 failed, 0 skipped" --onnx damaged
    says "FAILED $data: output_0.pb"
  done
  cp "$tensor" $data/output_0.pb
  rm $data/input_1.pb
  run 1 "0 passed, 1 failed, 0 skipped" --onnx damaged
  says "input_1.pb is missing"
  truncate -s 40 damaged/model.onnx
  run 1 "0 passed, 1 failed, 0 skipped" --onnx damaged
  says "model.onnx is not a model"
  rm damaged/model.onnx
  run 1 "0 passed, 1 failed, 0 skipped" --onnx damaged
  says "model.onnx is missing"
  run 2 "" --onnx nothing
  says "nothing has no test_data_set_* in it"
fi

if ((failures)); then
  echo "$failures failures"
  exit 1
fi
