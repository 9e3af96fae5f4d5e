# Headers, libraries, the program, and what find_package and pkg-config read.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/toeplix)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/toeplix DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS toeplix toeplix_reference EXPORT toeplixTargets)
install(EXPORT toeplixTargets NAMESPACE toeplix:: DESTINATION ${package_dir})
if(TARGET toeplix_files)
  install(TARGETS toeplix_files EXPORT toeplixFilesTargets)
  install(EXPORT toeplixFilesTargets NAMESPACE toeplix:: DESTINATION ${package_dir})
endif()
if(TARGET toeplix_solvers)
  install(TARGETS toeplix_solvers EXPORT toeplixSolversTargets)
  install(EXPORT toeplixSolversTargets NAMESPACE toeplix:: DESTINATION ${package_dir})
  foreach(package CHOLMOD SPQR UMFPACK)
    install(FILES ${PROJECT_SOURCE_DIR}/cmake/Find${package}.cmake DESTINATION ${package_dir})
  endforeach()
endif()
if(TARGET toeplix_cli)
  install(TARGETS toeplix_cli)
endif()
if(TARGET toeplix_manual)
  install(FILES ${PROJECT_BINARY_DIR}/src/cli/toeplix.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/src/cli/toeplix.bash RENAME toeplix
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/toeplixConfig.cmake.in
  ${PROJECT_BINARY_DIR}/toeplixConfig.cmake
  INSTALL_DESTINATION ${package_dir})
# Until 1.0 a new minor version may break what the one before promised.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/toeplixConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/toeplixConfig.cmake
  ${PROJECT_BINARY_DIR}/toeplixConfigVersion.cmake
  DESTINATION ${package_dir})

# The prefix in the .pc files is relative to where they lie: an installed tree can be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir} OUTPUT_VARIABLE TOEPLIX_PC_PREFIX)
set(TOEPLIX_PC_LIBRARIES)
if(OpenMP_CXX_FOUND)
  foreach(library ${OpenMP_CXX_LIB_NAMES})
    cmake_path(GET OpenMP_${library}_LIBRARY PARENT_PATH directory)
    if(NOT directory IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
      string(APPEND TOEPLIX_PC_LIBRARIES " -L${directory}")
    endif()
    string(APPEND TOEPLIX_PC_LIBRARIES " -l${library}")
  endforeach()
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/toeplix.pc.in ${PROJECT_BINARY_DIR}/toeplix.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/toeplix.pc DESTINATION ${pkgconfig_dir})
if(TARGET toeplix_files)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/toeplix-files.pc.in
    ${PROJECT_BINARY_DIR}/toeplix-files.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/toeplix-files.pc DESTINATION ${pkgconfig_dir})
endif()
