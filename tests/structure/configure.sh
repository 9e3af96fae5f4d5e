#!/usr/bin/env bash
# What configuring says and does: options that are ON, OFF and AUTO, versions of Eigen, and the
# report of what is left out.
#
# Usage: configure.sh SOURCE OUTPUT_DIRECTORY [ARGUMENT FOR CMAKE...]
set -euo pipefail
source=$1 output=$2
shift 2
arguments=("$@")
rm -rf "$output"
mkdir -p "$output"
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# configure NAME [ARGUMENT...]: the library alone; leaves what it says in $output/NAME.log.
configure() {
  local name=$1
  shift
  cmake -S "$source" -B "$output/$name" "${arguments[@]}" -D TOEPLIX_BUILD_CLI=OFF \
    -D TOEPLIX_BUILD_TESTS=OFF -D TOEPLIX_BUILD_BENCHMARKS=OFF -D TOEPLIX_BUILD_DOCS=OFF \
    -D TOEPLIX_BUILD_SOLVERS=OFF -D TOEPLIX_BUILD_ONNX=OFF -D TOEPLIX_BUILD_PETSC=OFF "$@" >"$output/$name.log" 2>&1
}

# says NAME TEXT: in one line or wrapped over several.
says() {
  tr -s ' \n' ' ' <"$output/$1.log" | grep -qF -e "$2" ||
    { fail "$1: expected '$2', got"; cat "$output/$1.log"; }
}

no_png=-DCMAKE_DISABLE_FIND_PACKAGE_PNG=ON
configure auto $no_png || fail "AUTO insists"
says auto "-- Toeplix: left out -- the component files: not found: libpng (libpng-dev)"
! configure on $no_png -D TOEPLIX_BUILD_FILES=ON || fail "ON does not insist"
says on "TOEPLIX_BUILD_FILES is ON, but what the component files needs was not found: libpng"
! configure on_without_core -D TOEPLIX_BUILD_CORE=OFF -D TOEPLIX_BUILD_FILES=ON ||
  fail "ON does not insist on the core"
says on_without_core "the component files needs was not found: the component core"
! configure no_eigen -D CMAKE_DISABLE_FIND_PACKAGE_Eigen3=ON || fail "the core without Eigen"
says no_eigen "TOEPLIX_BUILD_CORE is ON, but what the component core needs was not found: Eigen"

# The solvers without the libraries that they can do without, where those that they need are.
configure bare_solvers -D TOEPLIX_BUILD_SOLVERS=AUTO -D CMAKE_DISABLE_FIND_PACKAGE_FFTW3=ON \
  -D CMAKE_DISABLE_FIND_PACKAGE_Spectra=ON || fail "the solvers insist on FFTW or Spectra"
if ! grep -q "the component solvers: not found" "$output/bare_solvers.log"; then
  says bare_solvers "-- transforms of the solvers: FFTW not found (libfftw3-dev); factorizations\
 and iterations remain"
  says bare_solvers "-- largest_singular_values of large matrices: Spectra not found\
 (libspectra-dev); dense decompositions remain"
fi

configure no_protobuf -D TOEPLIX_BUILD_ONNX=AUTO -D CMAKE_DISABLE_FIND_PACKAGE_Protobuf=ON ||
  fail "the component onnx insists"
says no_protobuf "the component onnx: not found: protobuf (libprotobuf-dev, protobuf-compiler)"

configure no_petsc -D TOEPLIX_BUILD_PETSC=AUTO -D CMAKE_DISABLE_FIND_PACKAGE_PETSc=ON ||
  fail "the component petsc insists"
says no_petsc "the component petsc: not found: PETSc with MPI (libpetsc-real-dev, pkgconf)"

# A PETSc for other numbers, as pkg-config and its own header describe it.
for numbers in COMPLEX REAL_SINGLE; do
  folder=$output/petsc-$numbers
  mkdir -p "$folder"
  touch "$folder/petscmat.h" "$folder/libpetsc_other.so"
  echo "#define PETSC_USE_$numbers 1" >"$folder/petscconf.h"
  printf 'Name: other\nDescription: other\nVersion: 3.18\nCflags: -I%s\nLibs: -L%s -lpetsc_other\n' \
    "$folder" "$folder" >"$folder/petsc_other.pc"
  PKG_CONFIG_PATH=$folder configure petsc_$numbers -D TOEPLIX_BUILD_PETSC=AUTO \
    -D TOEPLIX_PETSC_MODULE=petsc_other || fail "the component petsc insists"
  grep -q "pkgconf" "$output/petsc_$numbers.log" ||
    says petsc_$numbers "PETSc for real numbers in double precision (libpetsc-real-dev): that of\
 $folder has PETSC_USE_$numbers"
done

# stand_in VERSION: a package Eigen3 of that version, with the version file that Eigen comes with.
stand_in() {
  local folder=$output/eigen-$1/share/eigen3/cmake
  mkdir -p "$folder"
  cat >"$output/version.cmake" <<END
include(CMakePackageConfigHelpers)
write_basic_package_version_file($folder/Eigen3ConfigVersion.cmake VERSION $1
  COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
END
  cmake -P "$output/version.cmake"
  cat >"$folder/Eigen3Config.cmake" <<END
add_library(Eigen3::Eigen INTERFACE IMPORTED)
END
}

for version in 3.4.0 3.4.90 5.0.0 5.9.1; do
  stand_in $version
  configure eigen-$version -D CMAKE_PREFIX_PATH="$output/eigen-$version" $no_png ||
    { fail "Eigen $version is refused"; cat "$output/eigen-$version.log"; }
  grep -q "^Eigen3_DIR:PATH=$output/eigen-$version/" "$output/eigen-$version/CMakeCache.txt" ||
    fail "Eigen $version is passed over"
done
for version in 3.3.9 6.0.0; do
  stand_in $version
  ! configure eigen-$version -D CMAKE_PREFIX_PATH="$output/eigen-$version" $no_png ||
    fail "Eigen $version is accepted"
  says eigen-$version "eigen-$version/share/eigen3/cmake is version $version)"
done

# A reason is text, whatever stands in it.
cat >"$output/reasons.cmake" <<END
include($source/cmake/ToeplixOptions.cmake)
toeplix_leave_out("first" "needs a; b [c")
toeplix_leave_out("second; third" "needs d]; \\\\ e;")
toeplix_report_left_out()
END
cmake -P "$output/reasons.cmake" >"$output/reasons.log" 2>&1
if [[ $(<"$output/reasons.log") != '-- Toeplix: left out
--   first: needs a; b [c
--   second; third: needs d]; \ e;' ]]; then
  fail "reasons are taken apart:" "$(<"$output/reasons.log")"
fi

# README's commands work without Ninja.
! grep -n '"generator"' "$source/CMakePresets.json" || fail "a preset insists on a generator"

((failures == 0))
