#!/usr/bin/env bash
# Shows Toeplix on a real photograph, from nothing: installs what is missing (Debian), builds, and
# leaves its pictures in build/demo.
#
# Usage: docs/demo.sh [PHOTO.png]
#   Without a photograph it takes `camera` of scikit-image (512 x 512, CC0) out of Debian's package
#   python3-skimage, without installing that. Without a network there is no picture, only the
#   example of the book.
set -euo pipefail

photo=${1:-}
[[ -z $photo ]] || photo=$(realpath -e "$photo")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
demo=build/demo
toeplix=build/bin/toeplix

main() {
  mkdir -p "$demo"
  step "packages"
  # shellcheck source=cmake/packages.sh
  source cmake/packages.sh
  install_packages build
  use_ninja

  step "build (the first time takes a few minutes; log in $demo/build.log)"
  quietly build

  step "the example of the book: Dive into Deep Learning, 14.10"
  build/docs/examples/dive_into_deep_learning
  "$toeplix" plot input=3,3 kernel=2,2 --output "$demo/matrix.png"

  step "a photograph"
  if ! find_photo; then
    echo "No picture today: there is no network, or no apt. The rest needs one:"
    echo "  bash docs/demo.sh PHOTO.png"
    exit 0
  fi
  read_size
  echo "$photo: $width x $height"
  if [[ ! $photo -ef $demo/photo.png ]]; then
    cp "$photo" "$demo/photo.png"
  fi

  local blur=(input="$height,$width" "kernel=9,9" padding=4 boundary=reflect)
  step "blur it: the matrix W of a 9x9 Gaussian, the photograph mirrored beyond its border"
  run inspect "${blur[@]}"
  if run compile "${blur[@]}" --weights gaussian:9:1.5 --float --output "$demo/W.npz"; then
    run verify "${blur[@]}" --weights gaussian:9:1.5 --float --input "$demo/photo.png"
  else
    echo "  W is left out, which the next command does not mind: it never builds it."
    rm -f "$demo/W.npz"
  fi
  run apply "${blur[@]}" --weights gaussian:9:1.5 --float \
    --input "$demo/photo.png" --output "$demo/blurred.png"

  local up=(transposed input="$height,$width" "kernel=4,4" stride=2 padding=1)
  step "enlarge it: T, the transpose of a convolution that steps by two, bilinear"
  run inspect "${up[@]}"
  run verify "${up[@]}" --weights bilinear:4 --float --input "$demo/photo.png"
  run apply "${up[@]}" --weights bilinear:4 --float \
    --input "$demo/photo.png" --output "$demo/upsampled.png"

  step "where to look"
  echo "  $demo/matrix.png     the matrix of the book: which weight stands where, and zeros"
  echo "  $demo/photo.png      the photograph x, $width x $height"
  echo "  $demo/blurred.png    W x: every pixel an average of 81"
  echo "  $demo/upsampled.png  T x: twice as wide and twice as high"
  if [[ -e $demo/W.npz ]]; then
    echo "  $demo/W.npz          W itself, $(megabytes "$demo/W.npz") MB on disk as in memory;"
    echo "                             in Python: scipy.sparse.load_npz('$demo/W.npz')"
  fi
}

started=$SECONDS
step_number=0

# One line to say what comes.
step() {
  step_number=$((step_number + 1))
  printf '\n[%d/7, after %d s] %s\n' "$step_number" $((SECONDS - started)) "$1"
}

# Runs a command with its output in a log, which is shown only if it fails. On a terminal the last line
# shows how far it is.
quietly() {
  local status=0
  if [[ -t 1 ]]; then
    "$@" 2>&1 | tee "$demo/$1.log" | while read -r line; do printf '\r\033[K  %.76s' "$line"; done || status=1
    printf '\r\033[K'
  else
    "$@" >"$demo/$1.log" 2>&1 || status=1
  fi
  if ((status != 0)); then
    tail -n 40 "$demo/$1.log"
    echo "Failed: $1. All of it is in $demo/$1.log"
    return 1
  fi
}

# Leaves alone what an earlier configuration chose: build/ is shared with tests/run.sh.
build() {
  if [[ ! -e build/CMakeCache.txt ]]; then
    cmake --preset release -D TOEPLIX_BUILD_SOLVERS=OFF -D TOEPLIX_BUILD_PYTHON=OFF \
      -D TOEPLIX_BUILD_TESTS=OFF -D TOEPLIX_BUILD_BENCHMARKS=OFF || return 1
  fi
  cmake --build build --parallel "$(nproc)" --target toeplix_cli dive_into_deep_learning
}

# Sets `photo` to the one given, or to scikit-image's.
find_photo() {
  if [[ -n $photo ]]; then
    return 0
  fi
  photo=$demo/photo-of-scikit-image.png
  if [[ ! -s $photo ]] && ! quietly fetch_photo; then
    return 1
  fi
  echo "camera.png of scikit-image, out of Debian's python3-skimage (CC0)"
}

fetch_photo() {
  command -v apt-get || return 1
  local folder found=./usr/lib/python3/dist-packages/skimage/data/camera.png
  folder=$(mktemp -d)
  chmod 755 "$folder"
  if (
    cd "$folder"
    apt-get download python3-skimage || { apt-get update && apt-get download python3-skimage; }
  ) && dpkg-deb --fsys-tarfile "$folder"/python3-skimage_*.deb | tar -xC "$folder" "$found"; then
    mv "$folder/$found" "$photo"
  fi
  rm -rf "$folder"
  [[ -s $photo ]]
}

# Sets `width` and `height`, as the header of a PNG file has them.
width=
height=
read_size() {
  if [[ $(head -c 8 "$photo" | od -An -tx1 | tr -d ' \n') != 89504e470d0a1a0a ]]; then
    echo "$photo is not a PNG file" >&2
    exit 1
  fi
  read -r width height < <(od -An -tu4 --endian=big -j16 -N8 "$photo")
}

megabytes() {
  echo $(($(stat -c %s "$1") / 1000000))
}

# Shows a command of the program, runs it, and says how long it took and how much memory.
run() {
  printf '\n$ toeplix %s\n' "$*"
  "$toeplix" --resources "$@"
}

main
