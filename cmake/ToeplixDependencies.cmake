# What the components need. The build reads this, and so does the installed package.
#
# toeplix_find_dependencies(<component>) looks for what the component needs beyond other components,
# and lists in toeplix_<component>_missing, in words, what is not there. A macro, because the
# variables and targets of find_package belong to the caller.

macro(toeplix_find_dependencies component)
  set(toeplix_${component}_missing)
  if("${component}" STREQUAL "core")
    toeplix_find_eigen()
  elseif("${component}" STREQUAL "files")
    toeplix_find(files LibZip "libzip (libzip-dev)")
    toeplix_find(files ZLIB "zlib (zlib1g-dev)")
    toeplix_find(files PNG "libpng (libpng-dev)")
  elseif("${component}" STREQUAL "solvers")
    toeplix_find(solvers CHOLMOD "CHOLMOD (libsuitesparse-dev)")
    toeplix_find(solvers SPQR "SPQR (libsuitesparse-dev)")
    toeplix_find(solvers UMFPACK "UMFPACK (libsuitesparse-dev)")
  elseif("${component}" STREQUAL "onnx")
    # ONNX's package takes protobuf's target for granted.
    toeplix_find(onnx Protobuf "protobuf (libprotobuf-dev, protobuf-compiler)")
    if(Protobuf_FOUND)
      toeplix_find(onnx ONNX "ONNX (libonnx-dev)")
    endif()
  elseif("${component}" STREQUAL "petsc")
    find_package(PETSc QUIET)
    if(PETSc_refused)
      list(APPEND toeplix_petsc_missing "PETSc for real numbers in double precision \
(libpetsc-real-dev): that of ${PETSC_INCLUDE_DIR} has ${PETSc_refused}")
    elseif(NOT PETSc_FOUND)
      list(APPEND toeplix_petsc_missing "PETSc with MPI (libpetsc-real-dev, pkgconf)")
    endif()
  endif()
endmacro()

# toeplix_find(<component> <package> <words>): a package that has no version to check. The words are
# for people: its name, and Debian's name for it.
macro(toeplix_find component package words)
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND toeplix_${component}_missing "${words}")
  endif()
endmacro()

# Eigen 3.4 to 5.x. Its version file accepts one major version only, and no range that spans two, so
# the version is compared here. Whoever has the target already, has chosen it.
macro(toeplix_find_eigen)
  if(NOT TARGET Eigen3::Eigen)
    find_package(Eigen3 QUIET NO_MODULE)
    if(NOT Eigen3_FOUND)
      list(APPEND toeplix_core_missing "Eigen 3.4 to 5.x (libeigen3-dev)")
    elseif("${Eigen3_VERSION}" VERSION_LESS 3.4 OR NOT "${Eigen3_VERSION}" VERSION_LESS 6)
      list(APPEND toeplix_core_missing
        "Eigen 3.4 to 5.x (${Eigen3_DIR} is version ${Eigen3_VERSION})")
    endif()
  endif()
endmacro()
