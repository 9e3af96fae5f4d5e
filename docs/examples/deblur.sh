#!/usr/bin/env bash
# Undoes blurs of two photographs of scikit-image, which it takes out of Debian's package
# python3-skimage without installing that: `camera`, blurred and noised here, so that the truth is
# known, and `clock_motion`, taken with a moving camera. Leaves its pictures in build/deblur. Takes
# half a minute.
#
# Usage: docs/examples/deblur.sh    (after tests/run.sh, which builds what it needs)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
toeplix=$root/build/bin/toeplix
add_noise=$root/build/docs/examples/add_noise
folder=build/deblur
data=usr/lib/python3/dist-packages/skimage/data
blur=gaussian:9:1.5
sigma=2

if ! [[ -x $toeplix ]] || ! "$toeplix" deblur --help >/dev/null 2>&1; then
  echo "build/bin/toeplix has no command deblur: run bash tests/run.sh first (needs libsuitesparse-dev)"
  exit 1
fi
[[ -x $add_noise ]] || cmake --build build --target add_noise >/dev/null
mkdir -p "$folder"
cd "$folder"

# Unpacks the photographs, which must be there in the end: nothing before says whether it worked.
fetch_photos() {
  local unpacked
  unpacked=$(mktemp -d)
  chmod 755 "$unpacked"
  (
    cd "$unpacked"
    apt-get download python3-skimage || { apt-get update && apt-get download python3-skimage; }
    dpkg-deb --fsys-tarfile python3-skimage_*.deb |
      tar -x "./$data/camera.png" "./$data/clock_motion.png"
  ) >fetch.log 2>&1
  mv "$unpacked/$data"/{camera,clock_motion}.png . >>fetch.log 2>&1
  rm -rf "$unpacked"
  [[ -s camera.png && -s clock_motion.png ]]
}

if ! [[ -s camera.png && -s clock_motion.png ]] && ! fetch_photos; then
  echo "The photographs could not be fetched; $folder/fetch.log says why."
  exit 1
fi

# What deblur wrote to NAME.json. Usage: member KEY NAME
member() {
  sed -n "s/^ *\"$1\": \"\?\([^,\"]*\)\"\?,\?$/\1/p" "$2.json"
}

# Deblurs FROM.png into TO.png, and prints what is known then. Usage: deblur KEY FROM TO ARGUMENT...
deblur() {
  local key=$1 from=$2 to=$3
  shift 3
  "$toeplix" deblur "$from.png" --output "$to.png" --compare "compare-$to.png" --json "$@" >"$to.json" ||
    return
  member "$key" "$to"
}

# --- camera: blurred here --------------------------------------------------------------------------

# The middle of `camera`, 256 x 256: negative padding crops.
"$toeplix" apply input=512,512 kernel=1,1 padding=-128 --weights box:1 \
  --input camera.png --output truth.png >/dev/null
boundaries=(zero circular reflect symmetric replicate)

# Usage: blur_with REAL: a boundary, or `surroundings`, as a camera does it: the rest of the scene.
blur_with() {
  if [[ $1 == surroundings ]]; then
    "$toeplix" apply input=512,512 kernel=9,9 padding=-124 operation=convolution \
      --weights "$blur" --input camera.png --output "blurred-$1.png" >/dev/null
  else
    "$toeplix" apply input=256,256 kernel=9,9 padding=4 boundary="$1" operation=convolution \
      --weights "$blur" --input truth.png --output "blurred-$1.png" >/dev/null
  fi
  "$add_noise" "blurred-$1.png" "noisy-$1.png" "$sigma"
}

for real in "${boundaries[@]}" surroundings; do blur_with "$real"; done
echo "camera, 256 x 256, blurred by $blur, with noise of $sigma grey levels."
echo "PSNR after deblurring with lambda 4e-3, in dB; columns: what the solver takes the border for."
printf '%-22s %8s' "blurred with" "before"
printf ' %9s' "${boundaries[@]}"
echo
for real in "${boundaries[@]}" surroundings; do
  line=
  for assumed in "${boundaries[@]}"; do
    after=$(deblur psnr_after "noisy-$real" "$real-as-$assumed" --kernel "$blur" \
      --boundary "$assumed" --lambda 4e-3 --truth truth.png)
    line+=$(printf ' %9.2f' "$after")
  done
  printf '%-22s %8.2f%s\n' "$real" "$(member psnr_before "$real-as-zero")" "$line"
done

echo
echo "Without the noise, but for 8 bits, and with lambda 1e-4; real surroundings, taken for"
for assumed in symmetric zero; do
  printf '%-22s %18.2f\n' "$assumed" "$(deblur psnr_after blurred-surroundings "quiet-as-$assumed" \
    --kernel "$blur" --boundary "$assumed" --lambda 1e-4 --truth truth.png)"
done

# Usage: find_lambda blurred|noisy ARGUMENT...
find_lambda() {
  local from=$1 psnr
  shift
  psnr=$(deblur psnr_after "$from-surroundings" auto --kernel "$blur" --boundary symmetric \
    --truth truth.png "$@")
  printf '%-22s %8.1e, by %-17s PSNR %5.2f dB\n' "$from" "$(member lambda auto)" \
    "$(member rule auto)," "$psnr"
}
echo
echo "The lambda that is found; real surroundings, taken for symmetric:"
find_lambda blurred
find_lambda noisy
find_lambda noisy --noise "$sigma"

# Other models of the same picture. Usage: model NAME ARGUMENT...
model() {
  local name=$1
  shift
  printf '%-22s %18.2f\n' "$name" "$(deblur psnr_after noisy-surroundings "model-$name" \
    --kernel "$blur" --boundary symmetric --truth truth.png "$@")"
}
echo
echo "The same noisy picture, taken for symmetric, by"
model tikhonov --lambda 4e-3
model nonnegative --nonnegative --lambda 1e-2
model richardson-lucy --richardson-lucy 40
model total-variation --tv 5e-4

# A kernel that is not symmetric, applied as a correlation, and undone both ways round.
slowing=0.36,0.28,0.2,0.12,0.04
"$toeplix" apply input=256,256 kernel=1,5 padding=0,2 boundary=symmetric --weights "$slowing" \
  --input truth.png --output smeared.png >/dev/null
echo
echo "camera smeared by $slowing, a correlation, deblurred with lambda 1e-4 as"
for operation in correlation convolution; do
  printf '%-22s %18.2f\n' "$operation" "$(deblur psnr_after smeared "smeared-as-$operation" \
    --kernel "$slowing" --operation "$operation" --boundary symmetric --lambda 1e-4 --truth truth.png)"
done

# --- clock_motion: blurred by whoever held the camera ----------------------------------------------

# Highlights are level streaks of 37 pixels, or nearly: the path of the camera.
echo
echo "clock_motion, 400 x 300, taken for a level motion of 37 pixels, lambda 2e-3:"
deblur status clock_motion clock --kernel motion:37:0 --boundary symmetric --lambda 2e-3
"$toeplix" apply input=300,808 kernel=1,1 padding=-75:-65,0 --weights box:1 \
  --input compare-clock.png --output clock-middle.png >/dev/null

echo
echo "Pictures, before and after: $folder/compare-*.png, and $folder/clock-middle.png"
