# FindUMFPACK: the target SuiteSparse::UMFPACK.
#
# SuiteSparse 7 and newer bring a CMake package of their own, which is used if it is there;
# SuiteSparse 5, as in Debian 12, does not, and is searched for here.

find_package(UMFPACK CONFIG QUIET)
if(UMFPACK_FOUND AND TARGET SuiteSparse::UMFPACK)
  return()
endif()

find_package(CHOLMOD QUIET)
find_path(UMFPACK_INCLUDE_DIR umfpack.h PATH_SUFFIXES suitesparse)
find_library(UMFPACK_LIBRARY umfpack)
mark_as_advanced(UMFPACK_INCLUDE_DIR UMFPACK_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(UMFPACK REQUIRED_VARS UMFPACK_LIBRARY UMFPACK_INCLUDE_DIR CHOLMOD_FOUND)

if(UMFPACK_FOUND AND NOT TARGET SuiteSparse::UMFPACK)
  add_library(SuiteSparse::UMFPACK UNKNOWN IMPORTED)
  set_target_properties(SuiteSparse::UMFPACK PROPERTIES
    IMPORTED_LOCATION ${UMFPACK_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${UMFPACK_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES SuiteSparse::CHOLMOD)
endif()
