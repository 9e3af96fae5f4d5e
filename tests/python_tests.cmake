# The Python package, by pytest: every file tests/python/NAME_test.py is a test python.NAME.
if(NOT TARGET toeplix_python)
  toeplix_leave_out("tests python.*" "the Python package is not built")
  return()
endif()
toeplix_python_lacks(lacking numpy scipy pytest)
if(lacking)
  toeplix_leave_out("tests python.*" "${TOEPLIX_PYTHON} does not have ${lacking}")
  return()
endif()

# toeplix_python_test(<name> <argument>...): the interpreter with these arguments, which finds the package.
function(toeplix_python_test name)
  add_test(NAME python.${name} COMMAND ${TOEPLIX_PYTHON} ${ARGN})
  set_tests_properties(python.${name} PROPERTIES LABELS python SKIP_RETURN_CODE 77
    ENVIRONMENT "PYTHONPATH=${PROJECT_BINARY_DIR}/python;PYTHONDONTWRITEBYTECODE=1;TOEPLIX_SOURCE=${PROJECT_SOURCE_DIR};${mpi_environment}")
endfunction()

file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/python/*_test.py)
foreach(test ${tests})
  cmake_path(GET test STEM name)
  string(REGEX REPLACE "_test$" "" name ${name})
  toeplix_python_test(${name} -m pytest -q -rs -p no:cacheprovider ${test})
endforeach()

# The same checks of shared matrices as in petsc_test.py, on several processes.
if(NOT TARGET toeplix_python_petsc)
  toeplix_leave_out("tests python.petsc_on_*" "the Python package is built without PETSc")
elseif(NOT COMMAND toeplix_mpi_test)
  toeplix_leave_out("tests python.petsc_on_*" "needs mpiexec, as the tests petsc.*")
else()
  foreach(processes 2 3)
    toeplix_mpi_test(python.petsc_on_${processes} ${processes}
      ${TOEPLIX_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/python/petsc_checks.py)
    set_tests_properties(python.petsc_on_${processes} PROPERTIES LABELS "petsc;python"
      ENVIRONMENT "PYTHONPATH=${PROJECT_BINARY_DIR}/python;PYTHONDONTWRITEBYTECODE=1;${mpi_environment}")
  endforeach()
endif()
