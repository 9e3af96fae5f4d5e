# Tests of the program toeplix, run as its users run it.

if(NOT TARGET toeplix_cli)
  toeplix_leave_out("tests of the program toeplix" "the program is left out")
  return()
endif()

set(cli_source ${PROJECT_SOURCE_DIR}/tests/cli)

find_program(TOEPLIX_BASH bash)
mark_as_advanced(TOEPLIX_BASH)
if(TOEPLIX_BASH)
  add_test(NAME cli.run COMMAND ${TOEPLIX_BASH} ${cli_source}/run_cli.sh $<TARGET_FILE:toeplix_cli>)
  add_test(NAME cli.transcripts COMMAND ${TOEPLIX_BASH} ${cli_source}/check_transcripts.sh
    $<TARGET_FILE:toeplix_cli> ${PROJECT_SOURCE_DIR})
  set_tests_properties(cli.run cli.transcripts PROPERTIES LABELS cli COST 50)
else()
  toeplix_leave_out("tests cli.run and cli.transcripts" "need bash")
endif()

if(TOEPLIX_PYTHON)
  add_test(NAME cli.compare_numpy COMMAND
    ${TOEPLIX_PYTHON} ${cli_source}/compare_numpy.py $<TARGET_FILE:toeplix_cli>)
  add_test(NAME cli.compare_onnx COMMAND
    ${TOEPLIX_PYTHON} ${cli_source}/compare_onnx.py $<TARGET_FILE:toeplix_cli>)
  set_tests_properties(cli.compare_numpy cli.compare_onnx PROPERTIES
    SKIP_RETURN_CODE 77 LABELS cli)
else()
  toeplix_leave_out("tests cli.compare_numpy and cli.compare_onnx" "need Python")
endif()

# The page in a browser. It says so if there is none.
if(TOEPLIX_PYTHON)
  add_test(NAME page.browser COMMAND
    ${TOEPLIX_PYTHON} ${PROJECT_SOURCE_DIR}/tests/page/page_test.py $<TARGET_FILE:toeplix_cli>)
  set_tests_properties(page.browser PROPERTIES SKIP_RETURN_CODE 77 LABELS page TIMEOUT 900 COST 90)
else()
  toeplix_leave_out("test page.browser" "needs Python")
endif()
