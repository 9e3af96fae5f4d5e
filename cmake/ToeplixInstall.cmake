# Headers, libraries, the program, and what find_package and pkg-config read: all of it component by
# component, as far as it is built.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/toeplix)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
set(header_dir ${CMAKE_INSTALL_INCLUDEDIR}/toeplix)
set(header_source ${PROJECT_SOURCE_DIR}/include/toeplix)

# toeplix_install_component(<component> <target>): an export set of its own, which the package reads
# if the component is asked for.
function(toeplix_install_component component target)
  install(TARGETS ${target} EXPORT toeplix-${component})
  install(EXPORT toeplix-${component} NAMESPACE toeplix:: DESTINATION ${package_dir}
    FILE toeplix-${component}.cmake)
endfunction()

# toeplix_install_pc(NAME <name> TARGET <target> DESCRIPTION <text> [REQUIRES <module>...]
#   [PRIVATE_REQUIRES <module>...] [PRIVATE_LIBS <option>...])
#
# What is private is needed only to link static libraries. The prefix is relative to where the .pc
# file lies: an installed tree can be moved.
function(toeplix_install_pc)
  cmake_parse_arguments(PARSE_ARGV 0 pc "" "NAME;TARGET;DESCRIPTION"
    "REQUIRES;PRIVATE_REQUIRES;PRIVATE_LIBS")
  if(NOT BUILD_SHARED_LIBS)
    list(APPEND pc_REQUIRES ${pc_PRIVATE_REQUIRES})
    set(pc_LIBS ${pc_PRIVATE_LIBS})
  endif()
  list(JOIN pc_REQUIRES " " pc_REQUIRES)
  list(JOIN pc_LIBS " " pc_LIBS)
  get_target_property(pc_library ${pc_TARGET} OUTPUT_NAME)
  if(NOT pc_library)
    set(pc_library ${pc_TARGET})
  endif()
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
    BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir} OUTPUT_VARIABLE pc_prefix)
  set(file ${PROJECT_BINARY_DIR}/${pc_NAME}.pc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/toeplix.pc.in ${file} @ONLY)
  install(FILES ${file} DESTINATION ${pkgconfig_dir})
endfunction()

# --- reference ---------------------------------------------------------------------------------

toeplix_install_component(reference toeplix_reference)
toeplix_install_pc(NAME toeplix-reference TARGET toeplix_reference
  DESCRIPTION "Convolutions by direct loops: an oracle")
# The oracle and what it includes. The test consumer.reference_only has nothing else.
foreach(header concepts error first_difference index random_spec reference reference_per_pixel
    spec version)
  install(FILES ${header_source}/${header}.hpp DESTINATION ${header_dir})
endforeach()

# --- core --------------------------------------------------------------------------------------

if(TARGET toeplix)
  toeplix_install_component(core toeplix)
  set(threads)
  if(OpenMP_CXX_FOUND)
    foreach(library ${OpenMP_CXX_LIB_NAMES})
      cmake_path(GET OpenMP_${library}_LIBRARY PARENT_PATH directory)
      if(NOT directory IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
        list(APPEND threads -L${directory})
      endif()
      list(APPEND threads -l${library})
    endforeach()
  endif()
  set(vectors)
  if(TARGET hwy::hwy)
    set(vectors libhwy)
  endif()
  toeplix_install_pc(NAME toeplix TARGET toeplix DESCRIPTION "${PROJECT_DESCRIPTION}"
    REQUIRES toeplix-reference eigen3 PRIVATE_REQUIRES ${vectors} PRIVATE_LIBS ${threads})
  install(DIRECTORY ${header_source}/ DESTINATION ${header_dir}
    PATTERN files EXCLUDE PATTERN solvers EXCLUDE PATTERN onnx EXCLUDE
    PATTERN petsc EXCLUDE)
endif()

# --- files -------------------------------------------------------------------------------------

if(TARGET toeplix_files)
  toeplix_install_component(files toeplix_files)
  toeplix_install_pc(NAME toeplix-files TARGET toeplix_files
    DESCRIPTION "NumPy, Matrix Market, MATLAB and PNG files for toeplix"
    REQUIRES toeplix PRIVATE_REQUIRES libpng libzip zlib)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/FindLibZip.cmake DESTINATION ${package_dir})
  install(DIRECTORY ${header_source}/files DESTINATION ${header_dir})
endif()

# --- solvers -----------------------------------------------------------------------------------

if(TARGET toeplix_solvers)
  toeplix_install_component(solvers toeplix_solvers)
  list(TRANSFORM CMAKE_DL_LIBS PREPEND "-l" OUTPUT_VARIABLE dl_libs)
  set(transforms)
  if(TARGET FFTW3::fftw3)
    set(transforms fftw3)
  endif()
  toeplix_install_pc(NAME toeplix-solvers TARGET toeplix_solvers
    DESCRIPTION "Systems with the matrices of toeplix, and their singular values"
    REQUIRES toeplix PRIVATE_REQUIRES ${transforms} PRIVATE_LIBS -lspqr -lumfpack -lcholmod ${dl_libs})
  install(DIRECTORY ${header_source}/solvers DESTINATION ${header_dir})
  foreach(package CHOLMOD FFTW3 SPQR UMFPACK)
    install(FILES ${PROJECT_SOURCE_DIR}/cmake/Find${package}.cmake DESTINATION ${package_dir})
  endforeach()
endif()

# --- onnx --------------------------------------------------------------------------------------

if(TARGET toeplix_onnx)
  toeplix_install_component(onnx toeplix_onnx)
  toeplix_install_pc(NAME toeplix-onnx TARGET toeplix_onnx
    DESCRIPTION "The linear parts of ONNX models as matrices of toeplix"
    REQUIRES toeplix PRIVATE_REQUIRES protobuf PRIVATE_LIBS -lonnx_proto)
  install(DIRECTORY ${header_source}/onnx DESTINATION ${header_dir})
endif()

# --- petsc -------------------------------------------------------------------------------------

if(TARGET toeplix_petsc)
  toeplix_install_component(petsc toeplix_petsc)
  # What PETSc's headers include comes from the compiler's own folders, or from MPI's module.
  set(mpi)
  pkg_check_modules(PC_MPI QUIET mpi-c)
  if(PC_MPI_FOUND)
    set(mpi mpi-c)
  endif()
  toeplix_install_pc(NAME toeplix-petsc TARGET toeplix_petsc
    DESCRIPTION "Matrices of toeplix that are shared among processes by PETSc"
    REQUIRES toeplix ${TOEPLIX_PETSC_MODULE} ${mpi})
  install(DIRECTORY ${header_source}/petsc DESTINATION ${header_dir})
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/FindPETSc.cmake DESTINATION ${package_dir})
endif()

# --- the program -------------------------------------------------------------------------------

if(TARGET toeplix_cli)
  install(TARGETS toeplix_cli)
endif()
if(TARGET toeplix_manual)
  install(FILES ${PROJECT_BINARY_DIR}/src/cli/toeplix.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/src/cli/toeplix.bash RENAME toeplix
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()

# --- the Python package ------------------------------------------------------------------------

# Where the interpreter looks: Debian's has dist-packages, which below /usr belong to no one version.
# The prefix is known for good only when somebody installs.
if(TARGET toeplix_python)
  set(TOEPLIX_PYTHON_DIR "" CACHE STRING
    "Folder of the Python package, absolute or below the prefix; empty: where Python looks")
  set(python_dir ${TOEPLIX_PYTHON_DIR})
  if(NOT python_dir)
    execute_process(COMMAND ${TOEPLIX_PYTHON} -c "import sys, sysconfig
debian = 'deb_system' in sysconfig.get_scheme_names() and sys.prefix == sys.base_prefix
print(f'python{sys.version_info.major}.{sys.version_info.minor}', end=';')
print('dist-packages' if debian else 'site-packages', end='')"
      OUTPUT_VARIABLE folders COMMAND_ERROR_IS_FATAL ANY)
    list(POP_FRONT folders version packages)
    if(packages STREQUAL "dist-packages")
      install(CODE "
        set(toeplix_python_folder ${version})
        if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr\")
          set(toeplix_python_folder python3)
        endif()" COMPONENT toeplix_python)
      set(version "\${toeplix_python_folder}")
    endif()
    set(python_dir lib/${version}/${packages})
  endif()
  cmake_path(ABSOLUTE_PATH python_dir BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE full)
  foreach(module toeplix_python toeplix_python_petsc)
    if(TARGET ${module})
      toeplix_runtime_path(${module} ${full}/toeplix)
      install(TARGETS ${module} DESTINATION ${python_dir}/toeplix COMPONENT toeplix_python)
    endif()
  endforeach()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/python/toeplix DESTINATION ${python_dir}
    COMPONENT toeplix_python PATTERN __pycache__ EXCLUDE PATTERN *.egg-info EXCLUDE)
endif()

# --- the package -------------------------------------------------------------------------------

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/toeplixConfig.cmake.in
  ${PROJECT_BINARY_DIR}/toeplixConfig.cmake
  INSTALL_DESTINATION ${package_dir})
# Until 1.0 a new minor version may break what the one before promised.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/toeplixConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/toeplixConfig.cmake
  ${PROJECT_BINARY_DIR}/toeplixConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/ToeplixDependencies.cmake
  DESTINATION ${package_dir})
