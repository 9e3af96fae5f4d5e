# Models in files, by the program: real ones from npm, and random ones of PyTorch. Each test says so
# if what it needs cannot be had.
if(NOT TARGET toeplix_cli OR NOT TARGET toeplix_onnx)
  toeplix_leave_out("tests onnx.models, onnx.chains, onnx.documentation"
    "need the program with the component onnx")
  return()
endif()
if(NOT TOEPLIX_PYTHON)
  toeplix_leave_out("tests onnx.models, onnx.chains, onnx.documentation" "need Python")
  return()
endif()

set(onnx_source ${PROJECT_SOURCE_DIR}/tests/onnx)
set(packages ${PROJECT_BINARY_DIR}/npm)
set(norms)
if(TARGET onnx_norms)
  set(norms $<TARGET_FILE:onnx_norms>)
endif()
add_test(NAME onnx.models COMMAND ${TOEPLIX_PYTHON} ${onnx_source}/real_models.py
  $<TARGET_FILE:toeplix_cli> ${packages})
add_test(NAME onnx.chains COMMAND ${TOEPLIX_PYTHON} ${onnx_source}/random_chains.py
  $<TARGET_FILE:toeplix_cli> ${packages})
add_test(NAME onnx.documentation COMMAND ${TOEPLIX_PYTHON} ${onnx_source}/documentation.py
  ${PROJECT_SOURCE_DIR} ${packages} $<TARGET_FILE:toeplix_cli> ${norms})
set_tests_properties(onnx.models onnx.chains onnx.documentation PROPERTIES
  SKIP_RETURN_CODE 77 LABELS models COST 80 TIMEOUT 1500
  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
