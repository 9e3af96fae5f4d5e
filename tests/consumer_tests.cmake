# Tests that use this build as a stranger would: installed into a prefix of its own and moved
# elsewhere, then found by find_package and pkg-config; and added as a subdirectory.

if(TOEPLIX_SANITIZE)
  toeplix_leave_out("consumer tests" "an installed library is not sanitized")
  return()
endif()

set(consumer_source ${PROJECT_SOURCE_DIR}/tests/consumer)
set(consumer_build ${PROJECT_BINARY_DIR}/consumer)
set(prefix ${consumer_build}/installed)

if(TOEPLIX_INSTALL)
  # Installed under one name, used under another: nothing may remember where it was put.
  add_test(NAME consumer.install COMMAND ${CMAKE_COMMAND}
    -D BUILD=${PROJECT_BINARY_DIR} -D PREFIX=${prefix} -D CONFIG=$<CONFIG>
    -P ${consumer_source}/install.cmake)
  set_tests_properties(consumer.install PROPERTIES FIXTURES_SETUP installed LABELS consumer)
endif()

function(toeplix_consumer_test name)
  add_test(NAME consumer.${name} COMMAND ${CMAKE_CTEST_COMMAND}
    --build-and-test ${consumer_source} ${consumer_build}/${name}
    --build-generator ${CMAKE_GENERATOR}
    --build-config Debug
    --build-options
      -D CMAKE_BUILD_TYPE=Debug
      -D CMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
      -D CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
      -D TOEPLIX_WARNINGS_AS_ERRORS=${TOEPLIX_WARNINGS_AS_ERRORS}
      ${ARGN}
    --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --no-tests=error)
  set_tests_properties(consumer.${name} PROPERTIES LABELS consumer)
endfunction()

if(TOEPLIX_INSTALL)
  toeplix_consumer_test(find_package -D CMAKE_PREFIX_PATH=${prefix})
  set_tests_properties(consumer.find_package PROPERTIES FIXTURES_REQUIRED installed)
  # An optional component is left out only if what it needs is missing.
  toeplix_consumer_test(find_package_alone -D CMAKE_PREFIX_PATH=${prefix}
    -D CMAKE_DISABLE_FIND_PACKAGE_CHOLMOD=ON -D CMAKE_DISABLE_FIND_PACKAGE_PNG=ON)
  set_tests_properties(consumer.find_package_alone PROPERTIES FIXTURES_REQUIRED installed)

  find_program(PKG_CONFIG_PROGRAM pkg-config)
  mark_as_advanced(PKG_CONFIG_PROGRAM)
  if(PKG_CONFIG_PROGRAM AND NOT BUILD_SHARED_LIBS)
    add_test(NAME consumer.pkg_config COMMAND
      ${consumer_source}/pkg_config.sh ${CMAKE_CXX_COMPILER} ${prefix} ${consumer_build}/pkg_config)
    set_tests_properties(consumer.pkg_config PROPERTIES
      FIXTURES_REQUIRED installed LABELS consumer)
  else()
    toeplix_leave_out("test consumer.pkg_config" "needs pkg-config and static libraries")
  endif()
endif()

# The sources are compiled once more, which takes long enough without optimisation, and without the
# components that consumer.find_package has tried.
set(without_components)
foreach(package ZLIB PNG CHOLMOD SPQR UMFPACK)
  list(APPEND without_components -D CMAKE_DISABLE_FIND_PACKAGE_${package}=ON)
endforeach()
toeplix_consumer_test(add_subdirectory
  -D TOEPLIX_SOURCE_DIR=${PROJECT_SOURCE_DIR} ${without_components})
