# FindLibZip: the target libzip::zip.
#
# Debian's libzip-dev brings a CMake package that wants the programs of libzip-tools as well, so
# the library is searched for here.

find_path(LIBZIP_INCLUDE_DIR zip.h)
find_library(LIBZIP_LIBRARY zip)
mark_as_advanced(LIBZIP_INCLUDE_DIR LIBZIP_LIBRARY)

if(EXISTS "${LIBZIP_INCLUDE_DIR}/zipconf.h")
  file(STRINGS ${LIBZIP_INCLUDE_DIR}/zipconf.h _line REGEX "define LIBZIP_VERSION +\"")
  string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" LIBZIP_VERSION "${_line}")
  unset(_line)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibZip
  REQUIRED_VARS LIBZIP_LIBRARY LIBZIP_INCLUDE_DIR
  VERSION_VAR LIBZIP_VERSION)

if(LibZip_FOUND AND NOT TARGET libzip::zip)
  add_library(libzip::zip UNKNOWN IMPORTED)
  set_target_properties(libzip::zip PROPERTIES
    IMPORTED_LOCATION ${LIBZIP_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${LIBZIP_INCLUDE_DIR})
endif()
