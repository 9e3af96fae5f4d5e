# What several processes do together: one program, run by mpiexec on 1 to 4 processes.
if(NOT TARGET toeplix_petsc OR NOT boost_tests)
  return()
endif()
if(NOT MPIEXEC_EXECUTABLE)
  toeplix_leave_out("tests petsc.*" "mpiexec not found (openmpi-bin)")
  return()
endif()

# toeplix_petsc_program(<target> <library>)
function(toeplix_petsc_program target library)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/petsc/*.cpp)
  add_executable(${target} ${sources})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  # The main program has macros of its own.
  set_source_files_properties(petsc/main.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  toeplix_target(${target})
  target_compile_options(${target} PRIVATE -Wno-unused-result)
  target_compile_definitions(${target} PRIVATE BOOST_TEST_DYN_LINK)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${library} Boost::unit_test_framework)
endfunction()

# Open MPI's own words for: as root, more processes than cores, processes that wait let others work,
# and no shortcut through another process's memory, which containers forbid. What MPI itself never
# frees is no leak of ours.
set(mpi_environment
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
  OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_btl=self,vader
  ASAN_OPTIONS=detect_leaks=0)

# toeplix_mpi_test(<name> <processes> <program> <argument>...)
function(toeplix_mpi_test name processes)
  add_test(NAME ${name} COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${processes} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS petsc PROCESSORS ${processes} TIMEOUT 600
    ENVIRONMENT "${mpi_environment}")
endfunction()

toeplix_petsc_program(toeplix_petsc_tests toeplix_petsc)
foreach(processes 1 2 3 4)
  toeplix_mpi_test(petsc.on_${processes} ${processes} $<TARGET_FILE:toeplix_petsc_tests>)
endforeach()

# The example, alone and with others, beside the program.
if(TARGET petsc_deblur AND TARGET toeplix_cli AND TARGET toeplix_solvers)
  add_test(NAME petsc.deblur COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/petsc/deblur.sh
    $<TARGET_FILE:petsc_deblur> $<TARGET_FILE:toeplix_cli> ${PROJECT_BINARY_DIR}/petsc_deblur
    ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG})
  set_tests_properties(petsc.deblur PROPERTIES LABELS petsc PROCESSORS 3 TIMEOUT 300
    ENVIRONMENT "${mpi_environment}")
endif()

# The same sources with the other width of indices, if that PETSc is there too.
pkg_check_modules(PC_PETSC64 QUIET petsc64)
if(NOT PC_PETSC64_FOUND OR TOEPLIX_PETSC_MODULE STREQUAL "petsc64")
  toeplix_leave_out("test petsc.with_64_bits" "needs two PETSc (libpetsc64-real-dev)")
  return()
endif()
get_target_property(sources toeplix_petsc SOURCES)
list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/src/petsc/)
add_library(toeplix_petsc64 STATIC ${sources})
toeplix_target(toeplix_petsc64)
target_include_directories(toeplix_petsc64 PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_include_directories(toeplix_petsc64 SYSTEM PUBLIC ${PC_PETSC64_INCLUDE_DIRS})
find_library(PETSC64_LIBRARY ${PC_PETSC64_LIBRARIES} HINTS ${PC_PETSC64_LIBRARY_DIRS}
  NO_DEFAULT_PATH)
mark_as_advanced(PETSC64_LIBRARY)
target_link_libraries(toeplix_petsc64 PUBLIC toeplix ${PETSC64_LIBRARY} MPI::MPI_CXX)
toeplix_petsc_program(toeplix_petsc64_tests toeplix_petsc64)
toeplix_mpi_test(petsc.with_64_bits 2 $<TARGET_FILE:toeplix_petsc64_tests>)
