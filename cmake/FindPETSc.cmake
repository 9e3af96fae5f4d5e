# FindPETSc: the target PETSc::PETSc, PETSc for real numbers in double precision, and MPI. Found by
# pkg-config; TOEPLIX_PETSC_MODULE is the module, petsc64 for Debian's PETSc with 64-bit indices.
#
# Of pkg-config's answer the folders and libraries are taken alone: Debian's has definitions of the
# compilation of PETSc itself, which warn without optimization.

set(TOEPLIX_PETSC_MODULE petsc CACHE STRING "What pkg-config calls the PETSc to use")
mark_as_advanced(TOEPLIX_PETSC_MODULE)

find_package(PkgConfig QUIET)
find_package(MPI QUIET COMPONENTS CXX)
set(PETSc_refused)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_PETSC QUIET ${TOEPLIX_PETSC_MODULE})
endif()
# Another module has other folders.
if(NOT "${TOEPLIX_PETSC_MODULE}" STREQUAL "${PETSC_FOUND_MODULE}")
  unset(PETSC_INCLUDE_DIR CACHE)
  unset(PETSC_LIBRARY CACHE)
  set(PETSC_FOUND_MODULE ${TOEPLIX_PETSC_MODULE} CACHE INTERNAL "")
endif()
find_path(PETSC_INCLUDE_DIR petscmat.h HINTS ${PC_PETSC_INCLUDE_DIRS} NO_DEFAULT_PATH)
find_library(PETSC_LIBRARY NAMES ${PC_PETSC_LIBRARIES} HINTS ${PC_PETSC_LIBRARY_DIRS}
  NO_DEFAULT_PATH)
mark_as_advanced(PETSC_INCLUDE_DIR PETSC_LIBRARY)

# What a PETSc was built for stands in a header.
if(EXISTS "${PETSC_INCLUDE_DIR}/petscconf.h")
  file(STRINGS ${PETSC_INCLUDE_DIR}/petscconf.h _lines
    REGEX "define PETSC_USE_(COMPLEX|REAL_SINGLE|REAL___FLOAT128|REAL___FP16)")
  if(_lines)
    list(GET _lines 0 _line)
    string(REGEX REPLACE ".*(PETSC_USE_[A-Z_0-9]+).*" "\\1" PETSc_refused "${_line}")
  endif()
  unset(_lines)
endif()
set(PETSc_USABLE TRUE)
if(PETSc_refused)
  set(PETSc_USABLE FALSE)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(PETSc
  REQUIRED_VARS PETSC_LIBRARY PETSC_INCLUDE_DIR PETSc_USABLE MPI_CXX_FOUND
  VERSION_VAR PC_PETSC_VERSION)

if(PETSc_FOUND AND NOT TARGET PETSc::PETSc)
  add_library(PETSc::PETSc UNKNOWN IMPORTED)
  set_target_properties(PETSc::PETSc PROPERTIES
    IMPORTED_LOCATION ${PETSC_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${PETSC_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES MPI::MPI_CXX)
endif()
