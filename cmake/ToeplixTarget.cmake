# What all of our own targets share. Nothing here touches a target of anybody else, and nothing
# private reaches whoever links to us.

function(toeplix_default_build_type type)
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE ${type} CACHE STRING "Kind of build" FORCE)
  endif()
endfunction()

# Language, warnings and sanitizers.
function(toeplix_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 imagines overlaps within std::string (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # In a unity build GCC takes our sources for headers, where unnamed namespaces would be wrong.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  if(TOEPLIX_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(TOEPLIX_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${TOEPLIX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
    target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=${TOEPLIX_SANITIZE}>)
  endif()
endfunction()

# toeplix_library(<target> <name> <source>...): known as toeplix::<name>, here and once installed.
function(toeplix_library target export_name)
  add_library(${target} ${ARGN})
  add_library(toeplix::${export_name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${export_name}
    POSITION_INDEPENDENT_CODE ON
    DEFINE_SYMBOL ""
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  toeplix_target(${target})
  toeplix_runtime_path(${target} ${CMAKE_INSTALL_FULL_LIBDIR})
endfunction()

# toeplix_runtime_path(<target> <folder>): once installed there, the target finds our shared libraries
# from where it lies itself, so the installed tree can be moved.
function(toeplix_runtime_path target folder)
  if(NOT BUILD_SHARED_LIBS)
    return()
  endif()
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${folder} OUTPUT_VARIABLE path)
  set(origin $ORIGIN)
  if(APPLE)
    set(origin @loader_path)
  endif()
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "${origin}/${path};${CMAKE_INSTALL_RPATH}")
endfunction()
