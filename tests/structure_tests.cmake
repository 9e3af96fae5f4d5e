# Tests of how the project is put together. No compiler flag changes what they say, so one build of
# them is enough (TOEPLIX_LEAVE_OUT=structure leaves them out of another).

find_program(TOEPLIX_BASH bash)
mark_as_advanced(TOEPLIX_BASH)
if(NOT TOEPLIX_BASH)
  toeplix_leave_out("tests of the structure" "need bash")
  return()
endif()

set(structure_source ${PROJECT_SOURCE_DIR}/tests/structure)
set(structure_build ${PROJECT_BINARY_DIR}/structure)

# toeplix_structure_test(<script> <argument>...)
function(toeplix_structure_test name)
  add_test(NAME structure.${name} COMMAND ${TOEPLIX_BASH} ${structure_source}/${name}.sh ${ARGN})
  set_tests_properties(structure.${name} PROPERTIES LABELS structure)
endfunction()

toeplix_structure_test(configure ${PROJECT_SOURCE_DIR} ${structure_build}/configure
  -G ${CMAKE_GENERATOR} -D CMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER})
toeplix_structure_test(includes ${PROJECT_SOURCE_DIR})

# What is only parsed needs headers, those of Eigen and, for the component petsc, of PETSc and MPI.
if(TARGET Eigen3::Eigen)
  get_target_property(folders Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
  if(TARGET toeplix_petsc)
    list(APPEND folders ${PETSC_INCLUDE_DIR} ${MPI_CXX_INCLUDE_DIRS})
  endif()
  foreach(script headers must_not_compile snippets)
    toeplix_structure_test(${script} ${CMAKE_CXX_COMPILER} ${PROJECT_SOURCE_DIR} ${folders})
  endforeach()
  # What takes longest begins first, so that nothing is left to one core at the end.
  set_tests_properties(structure.headers PROPERTIES COST 100)
endif()
