# discover_boost_tests(<target> PREFIX <prefix> LABELS <label>...)
#
# After the program is built it is asked for its contents, and every top-level suite or case becomes
# a ctest test `<prefix>.<name>`. A program without a single test fails the build.
#
# This file is also the script that does the asking (cmake -P).

if(CMAKE_SCRIPT_MODE_FILE)
  # Boost.Test lists its contents on the standard error output.
  execute_process(COMMAND ${PROGRAM} --list_content=HRF
    OUTPUT_VARIABLE content ERROR_VARIABLE content RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} does not list its tests: ${status}\n${content}")
  endif()
  string(REGEX MATCHALL "(^|\n)[^ \n*:]+" names "${content}")
  # A templated case is listed once for each type, `name<type>`; they run together.
  list(TRANSFORM names REPLACE "\n" "")
  list(TRANSFORM names REPLACE "<.*" "<*")
  list(REMOVE_DUPLICATES names)
  if(NOT names)
    message(FATAL_ERROR "${PROGRAM} has no tests")
  endif()
  set(script)
  foreach(name ${names})
    string(REPLACE "<*" "" label "${name}")
    string(APPEND script
      "add_test([==[${PREFIX}.${label}]==] [==[${PROGRAM}]==] [==[--run_test=${name}]==])\n"
      "set_tests_properties([==[${PREFIX}.${label}]==] PROPERTIES LABELS [==[${LABELS}]==])\n")
  endforeach()
  file(WRITE ${SCRIPT} "${script}")
  return()
endif()

set(_discover_boost_tests_script ${CMAKE_CURRENT_LIST_FILE})

function(discover_boost_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX" "LABELS")
  set(script ${CMAKE_CURRENT_BINARY_DIR}/${target}.ctest.cmake)
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:${target}> -D SCRIPT=${script}
      -D PREFIX=${arg_PREFIX} -D "LABELS=${arg_LABELS}" -P ${_discover_boost_tests_script})
  # Until the program is built, ctest knows one test, which says that it was not.
  set(include_script ${CMAKE_CURRENT_BINARY_DIR}/${target}.include.cmake)
  file(WRITE ${include_script}
    "if(EXISTS \"${script}\")\n  include(\"${script}\")\n"
    "else()\n  add_test(${arg_PREFIX}.NOT_BUILT ${target}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include_script})
endfunction()
