# page.html with its style and script as C++: two strings, which the data go between. A change of any
# part configures again.
set(page_source ${CMAKE_CURRENT_SOURCE_DIR}/page)
foreach(part page.html page.css arithmetic.js drawing.js page.js)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_source}/${part})
  file(READ ${page_source}/${part} "page_${part}")
endforeach()

# A string literal holds at most 64 KiB with some compilers, so it is put together from pieces.
function(toeplix_literal text variable)
  string(LENGTH "${text}" length)
  set(literals "")
  foreach(begin RANGE 0 ${length} 8000)
    string(SUBSTRING "${text}" ${begin} 8000 piece)
    string(APPEND literals "    R\"~~~~(${piece})~~~~\"\n")
  endforeach()
  string(STRIP "${literals}" literals)
  set(${variable} "    ${literals}" PARENT_SCOPE)
endfunction()

string(REPLACE "@PAGE_STYLE@" "${page_page.css}" page "${page_page.html}")
string(REPLACE "@PAGE_SCRIPT@" "${page_arithmetic.js}${page_drawing.js}${page_page.js}" page
  "${page}")
string(FIND "${page}" "@PAGE_DATA@" page_split)
string(SUBSTRING "${page}" 0 ${page_split} page_head)
string(LENGTH "@PAGE_DATA@" page_mark)
math(EXPR page_split "${page_split} + ${page_mark}")
string(SUBSTRING "${page}" ${page_split} -1 page_tail)
toeplix_literal("${page_head}" PAGE_BEFORE_DATA)
toeplix_literal("${page_tail}" PAGE_AFTER_DATA)
configure_file(${page_source}/template.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/page_template.cpp @ONLY)
