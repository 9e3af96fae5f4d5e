# Our files against the programs that other people read them with.

if(NOT TARGET toeplix_files)
  toeplix_leave_out("tests of files" "need the component files")
  return()
endif()

set(files_source ${CMAKE_CURRENT_SOURCE_DIR}/files)

function(toeplix_files_program name)
  add_executable(${name} files/${ARGV1})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  toeplix_target(${name})
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_link_libraries(${name} PRIVATE toeplix_files)
endfunction()

# The system's own Python comes first, as it is the one that cmake/packages.sh gives NumPy to.
find_program(TOEPLIX_PYTHON python3 HINTS /usr/bin)
find_program(TOEPLIX_OCTAVE octave-cli)
mark_as_advanced(TOEPLIX_PYTHON TOEPLIX_OCTAVE)
if(TOEPLIX_PYTHON OR TOEPLIX_OCTAVE)
  toeplix_files_program(toeplix_files_roundtrip roundtrip.cpp)
endif()

if(TOEPLIX_PYTHON)
  foreach(script scipy_roundtrip scipy_matrix_files)
    add_test(NAME files.${script} COMMAND ${TOEPLIX_PYTHON}
      ${files_source}/${script}.py $<TARGET_FILE:toeplix_files_roundtrip>)
    set_tests_properties(files.${script} PROPERTIES SKIP_RETURN_CODE 77 LABELS files)
  endforeach()
else()
  toeplix_leave_out("tests files.scipy_*" "need Python")
endif()

if(TOEPLIX_OCTAVE)
  set(octave_folder ${CMAKE_CURRENT_BINARY_DIR}/octave_files)
  file(MAKE_DIRECTORY ${octave_folder})
  add_test(NAME files.octave COMMAND ${TOEPLIX_OCTAVE} --norc --quiet
    ${files_source}/octave_matrix_files.m $<TARGET_FILE:toeplix_files_roundtrip> ${octave_folder})
  set_tests_properties(files.octave PROPERTIES LABELS files)
else()
  toeplix_leave_out("test files.octave" "octave-cli not found (octave)")
endif()

find_package(CHOLMOD QUIET)
if(TARGET SuiteSparse::CHOLMOD)
  toeplix_files_program(toeplix_cholmod_read cholmod_read.cpp)
  target_link_libraries(toeplix_cholmod_read PRIVATE SuiteSparse::CHOLMOD)
  add_test(NAME files.cholmod_read_sparse
    COMMAND toeplix_cholmod_read ${CMAKE_CURRENT_BINARY_DIR}/cholmod.mtx)
  set_tests_properties(files.cholmod_read_sparse PROPERTIES LABELS files)
else()
  toeplix_leave_out("test files.cholmod_read_sparse" "CHOLMOD not found (libsuitesparse-dev)")
endif()

find_path(MATIO_INCLUDE_DIR matio.h)
find_library(MATIO_LIBRARY matio)
mark_as_advanced(MATIO_INCLUDE_DIR MATIO_LIBRARY)
if(MATIO_INCLUDE_DIR AND MATIO_LIBRARY)
  toeplix_files_program(toeplix_matio_read matio_read.cpp)
  target_include_directories(toeplix_matio_read SYSTEM PRIVATE ${MATIO_INCLUDE_DIR})
  target_link_libraries(toeplix_matio_read PRIVATE ${MATIO_LIBRARY})
  add_test(NAME files.matio COMMAND toeplix_matio_read ${CMAKE_CURRENT_BINARY_DIR}/matio.mat)
  set_tests_properties(files.matio PROPERTIES LABELS files)
else()
  toeplix_leave_out("test files.matio" "libmatio not found (libmatio-dev)")
endif()
