# FindSPQR: the target SuiteSparse::SPQR.
#
# SuiteSparse 7 and newer bring a CMake package of their own, which is used if it is there;
# SuiteSparse 5, as in Debian 12, does not, and is searched for here.

find_package(SPQR CONFIG QUIET)
if(SPQR_FOUND AND TARGET SuiteSparse::SPQR)
  return()
endif()

find_package(CHOLMOD QUIET)
find_path(SPQR_INCLUDE_DIR SuiteSparseQR.hpp PATH_SUFFIXES suitesparse)
find_library(SPQR_LIBRARY spqr)
mark_as_advanced(SPQR_INCLUDE_DIR SPQR_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SPQR REQUIRED_VARS SPQR_LIBRARY SPQR_INCLUDE_DIR CHOLMOD_FOUND)

if(SPQR_FOUND AND NOT TARGET SuiteSparse::SPQR)
  add_library(SuiteSparse::SPQR UNKNOWN IMPORTED)
  set_target_properties(SuiteSparse::SPQR PROPERTIES
    IMPORTED_LOCATION ${SPQR_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${SPQR_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES SuiteSparse::CHOLMOD)
endif()
