# shellcheck shell=bash
# The one list of packages, by their Debian 12 names, and the function that installs them.
# Sourced by docs/demo.sh, tests/run.sh and .ci/run.
# shellcheck disable=SC2034 # the lists are used by name

# Library, program and examples.
packages_build=(
  g++ cmake ninja-build
  libeigen3-dev nlohmann-json3-dev libhwy-dev
  libcli11-dev libfmt-dev
  libpng-dev libzip-dev zlib1g-dev
)

# The component solvers.
packages_solvers=(libsuitesparse-dev libopenblas-dev libfftw3-dev libspectra-dev)

# The component onnx.
packages_onnx=(libonnx-dev libprotobuf-dev protobuf-compiler)

# The component petsc, its part of the Python package, and their tests.
packages_petsc=(
  libpetsc-real-dev libopenmpi-dev openmpi-bin pkgconf
  python3-petsc4py python3-mpi4py
)

# The Python package, and its tests.
packages_python=(
  pybind11-dev python3-dev python3-numpy python3-scipy python3-pytest python3-nbformat
  python3-venv python3-pip python3-setuptools python3-wheel
)

# Tests and benchmarks; ONNX's own test cases, and what makes models.
packages_test=(
  libboost-test-dev
  libbenchmark-dev libdnnl-dev
  libonnx-testdata python3-onnx
  pkgconf
)

# The second compiler, the sanitizers, the other side of file formats, the reference, and the checks
# of .ci/run.
packages_ci=(
  clang-14 libomp-14-dev libclang-rt-14-dev clang-format-14
  python3-pil python3-torch
  libpetsc64-real-dev
  octave libmatio-dev
  chromium chromium-driver
  doxygen
  ccache git patch
)

# install_packages GROUP...: installs what is missing of the groups build, solvers, onnx, petsc, python, test, ci. If it may not
# install, it says what to install and returns 1. On a system without apt it only says what is
# needed, and CMake finds out what is there.
install_packages() {
  local group wanted=() missing=() package
  for group in "$@"; do
    local -n list=packages_$group
    wanted+=("${list[@]}")
  done

  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian. Needed, by their Debian names: ${wanted[*]}"
    echo "Going on; CMake will name what it does not find."
    return 0
  fi

  for package in "${wanted[@]}"; do
    if ! dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then
    return 0
  fi

  local as_root=()
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
      echo "Missing packages, and no right to install them. Please run:"
      echo "  sudo apt-get install --no-install-recommends ${missing[*]}"
      return 1
    fi
    as_root=(sudo -n)
  fi
  echo "Installing ${missing[*]}"
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  local log
  log=$(mktemp)
  if ! "${as_root[@]}" update </dev/null >"$log" 2>&1 ||
    ! "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >>"$log" 2>&1; then
    tail -n 20 "$log"
    rm -f "$log"
    echo "apt-get could not install: ${missing[*]}"
    return 1
  fi
  rm -f "$log"
}

# use_ninja: new builds use Ninja if it is installed and nobody has chosen a generator.
use_ninja() {
  if [[ -z ${CMAKE_GENERATOR:-} ]] && command -v ninja >/dev/null; then
    export CMAKE_GENERATOR=Ninja
  fi
}
