# Tests that use this build as a stranger would: installed into a prefix of its own and moved
# elsewhere, then found by find_package, pkg-config and Python; added as a subdirectory; and by pip.

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

# toeplix_installed_test(<script> <argument>...)
function(toeplix_installed_test name)
  add_test(NAME consumer.${name} COMMAND ${consumer_source}/${name}.sh ${ARGN})
  set_tests_properties(consumer.${name} PROPERTIES FIXTURES_REQUIRED installed LABELS consumer)
endfunction()

# toeplix_consumer_test(<name> <argument for cmake>...): configures, builds and runs the consumer.
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
  set_tests_properties(consumer.${name} PROPERTIES LABELS consumer COST 80)
  if(name MATCHES "^find_package")
    set_tests_properties(consumer.${name} PROPERTIES FIXTURES_REQUIRED installed)
  endif()
endfunction()

if(TOEPLIX_INSTALL)
  set(found_targets reference)
  foreach(target toeplix files solvers onnx petsc)
    if(TARGET toeplix::${target})
      list(APPEND found_targets ${target})
    endif()
  endforeach()
  list(JOIN found_targets "," found_targets)
  toeplix_consumer_test(find_package -D CMAKE_PREFIX_PATH=${prefix}
    -D TOEPLIX_EXPECTED_TARGETS=${found_targets})
  # An optional component is left out only if what it needs is missing. A shared library has been
  # linked to what it needs.
  if(NOT BUILD_SHARED_LIBS)
    toeplix_consumer_test(find_package_alone -D CMAKE_PREFIX_PATH=${prefix}
      -D CMAKE_DISABLE_FIND_PACKAGE_CHOLMOD=ON -D CMAKE_DISABLE_FIND_PACKAGE_PNG=ON
      -D CMAKE_DISABLE_FIND_PACKAGE_ONNX=ON -D CMAKE_DISABLE_FIND_PACKAGE_PETSc=ON
      -D TOEPLIX_EXPECTED_TARGETS=reference,toeplix)
  endif()
  toeplix_consumer_test(find_package_reference -D CMAKE_PREFIX_PATH=${prefix}
    -D CMAKE_DISABLE_FIND_PACKAGE_Eigen3=ON -D CMAKE_DISABLE_FIND_PACKAGE_OpenMP=ON
    -D TOEPLIX_COMPONENTS=reference -D TOEPLIX_EXPECTED_TARGETS=reference)

  find_program(PKG_CONFIG_PROGRAM pkg-config)
  mark_as_advanced(PKG_CONFIG_PROGRAM)
  if(PKG_CONFIG_PROGRAM)
    toeplix_installed_test(pkg_config
      ${CMAKE_CXX_COMPILER} ${prefix} ${consumer_build}/pkg_config)
  else()
    toeplix_leave_out("test consumer.pkg_config" "needs pkg-config")
  endif()
  if(TARGET toeplix_files)
    toeplix_installed_test(missing ${prefix} ${consumer_build}/missing
      -D CMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
      -D TOEPLIX_SHARED=${BUILD_SHARED_LIBS} -D TOEPLIX_OPENMP=${OpenMP_CXX_FOUND}
      -D TOEPLIX_HIGHWAY=${hwy_FOUND})
  endif()
  # The installed program, with the libraries that were installed with it.
  if(TARGET toeplix_cli)
    add_test(NAME consumer.program COMMAND
      ${prefix}/${CMAKE_INSTALL_BINDIR}/toeplix verify input=5,5 kernel=3,3 padding=1)
    set_tests_properties(consumer.program PROPERTIES FIXTURES_REQUIRED installed LABELS consumer)
  endif()
endif()

if(TARGET toeplix_python)
  toeplix_python_lacks(lacking numpy scipy)
  if(lacking)
    toeplix_leave_out("test consumer.python" "${TOEPLIX_PYTHON} does not have ${lacking}")
  elseif(TOEPLIX_INSTALL AND NOT TOEPLIX_PYTHON_DIR)
    add_test(NAME consumer.python COMMAND ${consumer_source}/python.sh
      ${TOEPLIX_PYTHON} ${PROJECT_BINARY_DIR} $<CONFIG> ${consumer_build}/python)
    set_tests_properties(consumer.python PROPERTIES LABELS consumer)
  endif()

  # The sources are compiled once more, by way of the compiler cache if there is one.
  toeplix_python_lacks(lacking numpy scipy ensurepip pip setuptools wheel)
  if(lacking)
    toeplix_leave_out("test consumer.pip" "${TOEPLIX_PYTHON} does not have ${lacking}")
  else()
    set(arguments "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} \
-DTOEPLIX_WARNINGS_AS_ERRORS=${TOEPLIX_WARNINGS_AS_ERRORS} '-DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}'")
    set(flags "-O0 -DNDEBUG")
    if(CMAKE_CXX_COMPILER_LAUNCHER)
      set(flags ${CMAKE_CXX_FLAGS_RELEASE})
    endif()
    string(APPEND arguments " '-DCMAKE_CXX_FLAGS_RELEASE=${flags}'")
    add_test(NAME consumer.pip COMMAND ${consumer_source}/pip.sh
      ${TOEPLIX_PYTHON} ${PROJECT_SOURCE_DIR} ${consumer_build}/pip)
    set_tests_properties(consumer.pip PROPERTIES LABELS consumer COST 90 ENVIRONMENT
      "CMAKE_ARGS=${arguments};CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}")
  endif()
endif()

# The oracle alone, built where there is nothing else.
add_test(NAME consumer.reference_only COMMAND ${consumer_source}/reference_only.sh
  ${PROJECT_SOURCE_DIR} ${consumer_build}/reference_only -G ${CMAKE_GENERATOR}
  -D CMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
  -D CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER})
set_tests_properties(consumer.reference_only PROPERTIES LABELS consumer)

# The sources are compiled once more, which takes long enough without optimisation.
toeplix_consumer_test(add_subdirectory
  -D TOEPLIX_SOURCE_DIR=${PROJECT_SOURCE_DIR} -D TOEPLIX_EXPECTED_TARGETS=reference,toeplix)
