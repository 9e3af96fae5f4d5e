# What is built. An option is ON, OFF or AUTO: ON insists, and configuring fails if something is
# missing; AUTO builds what can be built, and names what it leaves out.

# toeplix_part(<option> <words>): an option that is AUTO here and OFF within another project.
function(toeplix_part option words)
  set(value OFF)
  if(PROJECT_IS_TOP_LEVEL)
    set(value AUTO)
  endif()
  set(${option} ${value} CACHE STRING "Build ${words}: ON, OFF or AUTO (if all it needs is found)")
  set_property(CACHE ${option} PROPERTY STRINGS AUTO ON OFF)
endfunction()

# toeplix_decide(<result> <option> <part> [<missing>...]): whether to build a part of which these
# are missing.
function(toeplix_decide result option part)
  set(${result} FALSE PARENT_SCOPE)
  list(JOIN ARGN ", " missing)
  if(NOT ${option})
    return()
  elseif(NOT missing)
    set(${result} TRUE PARENT_SCOPE)
  elseif("${${option}}" STREQUAL "AUTO")
    toeplix_leave_out("${part}" "not found: ${missing}")
  else()
    message(FATAL_ERROR "Toeplix: ${option} is ${${option}}, but what ${part} needs was not found: "
      "${missing}. Install it, or leave the part out: -D ${option}=OFF")
  endif()
endfunction()

# Optional parts that cannot be built here are named, with what they miss, at the end of configuring.
# They are kept as text: a reason may contain what separates lists.
function(toeplix_leave_out part reason)
  set_property(GLOBAL APPEND_STRING PROPERTY toeplix_left_out "\n--   ${part}: ${reason}")
endfunction()

function(toeplix_report_left_out)
  get_property(parts GLOBAL PROPERTY toeplix_left_out)
  if(NOT "${parts}" STREQUAL "")
    message(STATUS "Toeplix: left out${parts}")
  endif()
endfunction()
