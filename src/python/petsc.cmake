# The module toeplix._petsc: matrices of petsc4py's. It has to be the same PETSc: what petsc4py was
# built for stands in the same headers.
set(missing)
if(NOT TARGET toeplix_petsc)
  set(missing "needs the component petsc")
else()
  execute_process(COMMAND ${TOEPLIX_PYTHON} -c "import petsc4py
config = petsc4py.get_config()
print(petsc4py.get_include(), config['PETSC_DIR'], config['PETSC_ARCH'], sep=';', end='')"
    RESULT_VARIABLE failed OUTPUT_VARIABLE found ERROR_QUIET)
  if(failed)
    set(missing "${TOEPLIX_PYTHON} does not have petsc4py (python3-petsc4py)")
  else()
    list(POP_FRONT found petsc4py_include petsc4py_dir petsc4py_arch)
    file(REAL_PATH "${petsc4py_dir}/${petsc4py_arch}/include/petscconf.h" theirs)
    file(REAL_PATH "${PETSC_INCLUDE_DIR}/petscconf.h" ours)
    if(NOT EXISTS ${petsc4py_include}/petsc4py/petsc4py.h)
      set(missing "petsc4py's header not found in ${petsc4py_include}")
    elseif(NOT theirs STREQUAL ours)
      set(missing "petsc4py is for the PETSc of ${petsc4py_dir}, not for that of ${PETSC_INCLUDE_DIR}")
    endif()
  endif()
endif()
if(missing)
  toeplix_leave_out("petsc_matrix of the Python package" "${missing}")
  return()
endif()

pybind11_add_module(toeplix_python_petsc MODULE NO_EXTRAS errors.cpp geometry.cpp petsc.cpp)
toeplix_target(toeplix_python_petsc)
set_target_properties(toeplix_python_petsc PROPERTIES
  OUTPUT_NAME _petsc
  LIBRARY_OUTPUT_DIRECTORY ${package}
  CXX_VISIBILITY_PRESET hidden)
target_include_directories(toeplix_python_petsc PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_include_directories(toeplix_python_petsc SYSTEM PRIVATE ${petsc4py_include})
target_compile_options(toeplix_python_petsc PRIVATE $<$<CONFIG:Release>:-O1>)
target_link_libraries(toeplix_python_petsc PRIVATE toeplix_petsc)
