# FindCHOLMOD: the target SuiteSparse::CHOLMOD.
#
# SuiteSparse 7 and newer bring a CMake package of their own, which is used if it is there;
# SuiteSparse 5, as in Debian 12, does not, and is searched for here.

find_package(CHOLMOD CONFIG QUIET)
if(CHOLMOD_FOUND AND TARGET SuiteSparse::CHOLMOD)
  return()
endif()

find_path(CHOLMOD_INCLUDE_DIR cholmod.h PATH_SUFFIXES suitesparse)
find_library(CHOLMOD_LIBRARY cholmod)
find_library(CHOLMOD_CONFIG_LIBRARY suitesparseconfig)
mark_as_advanced(CHOLMOD_INCLUDE_DIR CHOLMOD_LIBRARY CHOLMOD_CONFIG_LIBRARY)

if(EXISTS "${CHOLMOD_INCLUDE_DIR}/cholmod_core.h")
  file(STRINGS ${CHOLMOD_INCLUDE_DIR}/cholmod_core.h _lines REGEX "define CHOLMOD_[A-Z]*_VERSION +[0-9]")
  foreach(_part MAIN SUB SUBSUB)
    if("${_lines}" MATCHES "CHOLMOD_${_part}_VERSION +([0-9]+)")
      list(APPEND _numbers ${CMAKE_MATCH_1})
    endif()
  endforeach()
  list(JOIN _numbers "." CHOLMOD_VERSION)
  unset(_lines)
  unset(_numbers)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CHOLMOD
  REQUIRED_VARS CHOLMOD_LIBRARY CHOLMOD_CONFIG_LIBRARY CHOLMOD_INCLUDE_DIR
  VERSION_VAR CHOLMOD_VERSION)

if(CHOLMOD_FOUND AND NOT TARGET SuiteSparse::CHOLMOD)
  add_library(SuiteSparse::CHOLMOD UNKNOWN IMPORTED)
  set_target_properties(SuiteSparse::CHOLMOD PROPERTIES
    IMPORTED_LOCATION ${CHOLMOD_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CHOLMOD_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES ${CHOLMOD_CONFIG_LIBRARY})
endif()
