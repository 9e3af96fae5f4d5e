#!/usr/bin/env bash
# Asserts the direction of includes between the rooms of the house (docs/design.md). A file may
# include: its own room; the rooms before it in its library; public headers of the libraries below.
#
# Usage: includes.sh SOURCE
set -euo pipefail
cd "$1"

# Rooms from the bottom up, and the public headers that belong to each. A library is what stands
# before the slash.
rooms='
reference          index error concepts spec reference first_difference random_spec version
reference          reference_per_pixel
core/base          resources image memory interruptible
core/geometry      tap_table convolution pattern im2col tap_runs weights_order per_pixel_weights
core/distribution  bands distribution halo
core/compile       compile
core/panel
core/operator      operator operator_eigen linear_map linear_map_operators separated
core/operator      weight_gradient
core/separable     separable coefficient_table
core/affine        affine affine_map affine_chain contraction
core/normal        normal_equations elimination_order
core/inspect       inspect diagonal diagonals diagonal_structure matrix_diagonals explain
core/inspect       matrix_levels packed_tensor pixel_shuffle
core/verify        verify
core               toeplix
files/bytes        files/numbers files/same_file files/text_file
files/numpy        files/npy files/npz files/npz_array files/npz_diagonals
files/matlab       files/matlab files/matlab_array
files/matrix_market  files/matrix_market
files/png          files/png
files/plot         files/plot files/drawing files/series_plot
files/page         files/page
solvers/base       solvers/real_argument solvers/report solvers/regularizer solvers/tikhonov_options
solvers/base       solvers/iteration_report
solvers/transform  solvers/fourier_map
solvers/direct     solvers/solve_square solvers/least_squares
solvers/spectrum   solvers/singular_values solvers/spectral_norm
solvers/iterative  solvers/nonnegative_least_squares solvers/richardson_lucy solvers/total_variation
solvers/tikhonov   solvers/tikhonov solvers/choose_lambda
solvers/deblur     solvers/deblur
onnx/oracle
onnx/schema        onnx/model
onnx/parts
onnx/ops
onnx/graph
onnx/segments
onnx/model
onnx/verify        onnx/verify
petsc/base         petsc/options petsc/vectors
petsc/matrix       petsc/matrix
petsc/shell        petsc/shell
cli
python
'

# Rooms that share nothing with what they judge: they include the public headers of `reference` alone,
# and nobody includes them but the room that is named behind.
walls='
onnx/oracle        onnx/verify
'

# What else is allowed: from, to, and why. A line that nothing needs is a failure too.
exceptions='
core     reference/instantiate.hpp  the one list of instantiations
core     reference/number_text.hpp  the one way to write a number in a message
core     reference/spec_names.hpp   the one list of the words of a spec
files    reference/instantiate.hpp  the one list of instantiations
cli      reference/nearest_word.hpp  the one measure of what was meant
files    core/base/                 the one private room that other libraries use
solvers  core/base/                 the one private room that other libraries use
onnx     core/base/                 the one private room that other libraries use
petsc    core/base/                 the one private room that other libraries use
'

# A private header is named by its path from src/, a public one by <toeplix/...>.
grep -rnE --include='*.hpp' --include='*.cpp' --include='*.in' '^ *# *include' include src |
  awk -v rooms="$rooms" -v walls="$walls" -v exceptions="$exceptions" '
  function fail(what) { print "FAILED: " where ": " what; failures++ }

  # The room of a file, by its path from src/ or include/.
  function room_of(path) {
    if (path ~ /^toeplix\//) {
      sub(/^toeplix\//, "", path); sub(/\.hpp$/, "", path)
      return room_of_header[path]
    }
    sub(/\/[^\/]*$/, "", path)
    sub(/^reference\/.*/, "reference", path); sub(/^cli\/.*/, "cli", path)
    return path in rank ? path : ""
  }
  function library_of(room) { sub(/\/.*/, "", room); return room }

  function is_excepted(library, path,    i) {
    for (i = 1; i <= exception_count; i++)
      if (library == exception_from[i] && index(path, exception_to[i]) == 1) {
        used[i] = 1
        return 1
      }
    return 0
  }
  function below(upper, lower) {
    if (upper == "cli" || upper == "python") return lower != "cli" && lower != "python"
    if (lower == "reference") return 1
    return lower == "core" && (upper == "files" || upper == "solvers" || upper == "onnx" ||
                               upper == "petsc")
  }

  BEGIN {
    count = split(rooms, lines, "\n")
    for (i = 1; i <= count; i++) {
      words = split(lines[i], word, " ")
      if (!words) continue
      rank[word[1]] = ++ranks
      for (j = 2; j <= words; j++) room_of_header[word[j]] = word[1]
    }
    count = split(walls, lines, "\n")
    for (i = 1; i <= count; i++)
      if (split(lines[i], word, " ") == 2) guest[word[1]] = word[2]
    count = split(exceptions, lines, "\n")
    for (i = 1; i <= count; i++)
      if (split(lines[i], word, " ") > 2) {
        exception_from[++exception_count] = word[1]
        exception_to[exception_count] = word[2]
      }
  }

  {
    match($0, /^[^:]*:[0-9]+/); where = substr($0, 1, RLENGTH)
    from = where; sub(/:.*/, "", from); is_public = from ~ /^include\//
    sub(/^(include|src)\//, "", from)
    to = $0; sub(/^[^<"]*/, "", to); quoted = substr(to, 1, 1) == "\""
    to = substr(to, 2); sub(/[>"].*/, "", to)

    if (!quoted && to !~ /^toeplix\//) {
      if (room_of(to) != "") fail("a private header in angle brackets: " to)
      next
    }
    checked++
    if (quoted && is_public) { fail("a public header includes a private one: " to); next }
    if (quoted && to ~ /^toeplix\//) { fail("a public header in quotes: " to); next }
    from_room = room_of(from); to_room = room_of(to)
    if (from_room == "") { fail("the list of rooms does not have this file"); next }
    if (to_room == "") { fail("the list of rooms does not have " to); next }
    from_library = library_of(from_room); to_library = library_of(to_room)
    if (from_room == to_room) next
    if (to_room in guest && guest[to_room] != from_room) { fail(from_room " includes " to ", which is behind a wall"); next }
    if (from_room in guest && to_library != "reference") { fail(from_room " includes " to " from behind a wall"); next }
    if (from_library == to_library && rank[to_room] < rank[from_room]) next
    if (!quoted && below(from_library, to_library)) next
    if (is_excepted(from_library, to)) next
    fail(from_room " includes " to " of " to_room)
  }

  END {
    for (i = 1; i <= exception_count; i++)
      if (!used[i]) { where = "exceptions"; fail("nothing needs " exception_from[i] " " exception_to[i]) }
    print checked " includes checked, " failures + 0 " failures"
    exit failures > 0 || checked == 0
  }'

# Every source file is in a room.
outside=$(find src -maxdepth 1 -type f ! -name CMakeLists.txt
  find src/core src/files src/solvers src/onnx -maxdepth 1 -type f ! -name CMakeLists.txt)
if [[ $outside ]]; then
  echo "FAILED: in no room: $outside"
  exit 1
fi
