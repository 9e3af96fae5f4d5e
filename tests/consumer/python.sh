#!/bin/sh
# Installs below another root, and imports the package from where the interpreter would look if that
# were the root.
# Usage: python.sh PYTHON BUILD CONFIG OUTPUT_DIRECTORY
set -eu
python=$1 build=$2 config=$3 output=$4
unset PYTHONPATH
rm -rf "$output"
mkdir -p "$output"

# try_prefix PREFIX: a prefix that the interpreter knows.
try_prefix() {
  root=$output/root$(echo "$1" | tr / _)
  DESTDIR=$root cmake --install "$build" --prefix "$1" --config "$config" >"$output/install.log"
  (cd "$output" && "$python" - "$1" "$root") <<'END'
import pathlib
import sys

prefix, root = sys.argv[1:]
found = [path for path in pathlib.Path(root).rglob("toeplix/__init__.py")]
assert len(found) == 1, found
folder = found[0].parent
place = "/" + str(folder.parent.relative_to(root))
assert place in sys.path, f"{place} is not in {sys.path}"
assert place.startswith(prefix + "/"), place

sys.dont_write_bytecode = True
sys.path.insert(0, str(folder.parent))
import toeplix

assert pathlib.Path(toeplix.__file__).parent == folder, toeplix.__file__
assert toeplix.matrix([1, 2], input=3).toarray().tolist() == [[1, 2, 0], [0, 1, 2]]
stubs = {path.stem for path in folder.glob("*.pyi")}
assert "__init__" in stubs, stubs
print(f"{prefix}: {place}")
END
}

for prefix in "$("$python" -c 'import sys; print(sys.prefix)')" /usr/local; do
  # Some interpreters look below their own prefix alone.
  if "$python" -c 'import sys
sys.exit(not any(path.startswith(sys.argv[1] + "/lib/python3") and path.endswith("-packages")
                 for path in sys.path))' "$prefix"; then
    try_prefix "$prefix"
  fi
done
[ -e "$output/install.log" ]
