#!/usr/bin/env bash
# Undoes a blur of a photograph, `camera` of scikit-image, which it takes out of Debian's package
# python3-skimage without installing that. Leaves its pictures in build/deblur. Takes some minutes.
#
# Usage: docs/examples/deblur.sh    (after docs/demo.sh or tests/run.sh, which build the program)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
toeplix=$root/build/bin/toeplix
folder=build/deblur
data=usr/lib/python3/dist-packages/skimage/data
blur=gaussian:9:1.5

if ! [[ -x $toeplix ]] || ! "$toeplix" deblur --help >/dev/null 2>&1; then
  echo "build/bin/toeplix has no command deblur: run bash docs/demo.sh first (needs libsuitesparse-dev)"
  exit 1
fi
mkdir -p "$folder"
cd "$folder"

fetch_photo() {
  local unpacked
  unpacked=$(mktemp -d)
  chmod 755 "$unpacked"
  (
    cd "$unpacked"
    apt-get download python3-skimage || { apt-get update && apt-get download python3-skimage; }
    dpkg-deb --fsys-tarfile python3-skimage_*.deb | tar -x "./$data/camera.png"
  ) >fetch.log 2>&1
  mv "$unpacked/$data/camera.png" .
  rm -rf "$unpacked"
}

if ! [[ -s camera.png ]] && ! fetch_photo; then
  echo "The photograph could not be fetched; $folder/fetch.log says why."
  exit 1
fi

# The middle of `camera`, 256 x 256: negative padding crops.
"$toeplix" apply input=512,512 kernel=1,1 padding=-128 --weights box:1 \
  --input camera.png --output truth.png >/dev/null
echo "A blur of our own, 9 x 9, rounded to 8 bits: that is the noise."
echo "PSNR of truth.png after deblurring, in dB; columns: what the solver takes the border for"
boundaries=(zero circular reflect symmetric replicate)
printf '%-22s %8s' "blurred with" "before"
printf ' %9s' "${boundaries[@]}"
echo
for real in "${boundaries[@]}" surroundings; do
  if [[ $real == surroundings ]]; then
    # As a camera does it: what lies beyond the border is the rest of the scene.
    "$toeplix" apply input=512,512 kernel=9,9 padding=-124 operation=convolution \
      --weights "$blur" --input camera.png --output "blurred-$real.png" >/dev/null
  else
    "$toeplix" apply input=256,256 kernel=9,9 padding=4 boundary="$real" operation=convolution \
      --weights "$blur" --input truth.png --output "blurred-$real.png" >/dev/null
  fi
  line=
  for assumed in "${boundaries[@]}"; do
    psnr=$("$toeplix" deblur "blurred-$real.png" --kernel "$blur" --boundary "$assumed" \
      --lambda 1e-4 --truth truth.png --output "deblurred-$real-as-$assumed.png" \
      --compare "compare-$real-as-$assumed.png" | grep PSNR)
    read -r _ before _ _ after _ <<<"$psnr"
    line+=$(printf ' %9s' "$after")
  done
  printf '%-22s %8s%s\n' "$real" "$before" "$line"
done

echo
echo "Pictures, before and after: $folder/compare-*.png"
