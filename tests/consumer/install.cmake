# Installs BUILD, configuration CONFIG, into PREFIX by way of another folder.
file(REMOVE_RECURSE ${PREFIX} ${PREFIX}-elsewhere)
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX}-elsewhere --config ${CONFIG})
file(RENAME ${PREFIX}-elsewhere ${PREFIX})
