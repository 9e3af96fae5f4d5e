#!/bin/sh
# Packs the sources as pip would, and installs them by pip into a virtual environment, without a
# network. CMAKE_ARGS and CMAKE_CXX_COMPILER_LAUNCHER of the environment are for the build.
# Usage: pip.sh PYTHON SOURCE OUTPUT_DIRECTORY
set -eu
python=$1 source=$2 output=$3
export PIP_NO_INDEX=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONFIG_FILE=/dev/null
export PYTHONDONTWRITEBYTECODE=1
unset PYTHONPATH

rm -rf "$output"
mkdir -p "$output/source"
(cd "$source" && cp -r CMakeLists.txt CMakePresets.json LICENSE MANIFEST.in README.md cmake include \
  pyproject.toml setup.py src "$output/source")
"$python" -m venv --system-site-packages "$output/venv"
venv=$output/venv/bin/python

# What is packed suffices to build, so it is what is installed.
(cd "$output/source" && "$venv" -c \
  'import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])' "$output" \
  >"$output/sdist.log" 2>&1) || { cat "$output/sdist.log"; exit 1; }
tar -C "$output" -xf "$output"/toeplix-*.tar.gz
rm "$output"/toeplix-*.tar.gz
unpacked=$(echo "$output"/toeplix-*)
"$venv" -m pip install --no-build-isolation --no-deps "$unpacked" >"$output/pip.log" 2>&1 ||
  { cat "$output/pip.log"; exit 1; }

cd "$output"
"$venv" - "$output/venv" <<'END'
import importlib.metadata
import pathlib
import re
import sys

import numpy as np

import toeplix

folder = pathlib.Path(toeplix.__file__).parent
assert folder.is_relative_to(sys.argv[1]), folder
metadata = importlib.metadata.metadata("toeplix")
assert metadata["Version"] == toeplix.__version__, metadata["Version"]
assert importlib.metadata.requires("toeplix") == ["numpy", "scipy"]
assert metadata["License"] == "MIT" and metadata["License-File"] == "LICENSE"
assert (folder / "py.typed").exists() and (folder / "_matrix.pyi").exists()
names = sorted(path.name for path in folder.iterdir() if path.name != "__pycache__")
assert all(re.fullmatch(r"\w+\.(pyi?|typed)|_core\..*\.so", name) for name in names), names

A = toeplix.matrix([[0, 1], [2, 3]], input=(3, 3))
assert np.array_equal(A @ np.arange(9), [19, 25, 37, 43])
print("installed:", " ".join(names))
END
