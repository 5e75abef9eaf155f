# The words of the language and their types, from the tokens of the grammar: `cmake -DTOKENS=… -DOUT=… -P words.cmake`.
file(STRINGS ${TOKENS} lines REGEX "^[A-Z]+=[0-9]+$")
set(words "")
foreach(line ${lines})
  string(REGEX MATCH "^([A-Z]+)=" name ${line})
  string(TOLOWER ${CMAKE_MATCH_1} word)
  list(APPEND words "{\"${word}\", L::${CMAKE_MATCH_1}},")
  if(CMAKE_MATCH_1 STREQUAL "ZONE") # the last of them
    break()
  endif()
endforeach()
list(SORT words)
list(JOIN words "\n" text)
file(WRITE ${OUT} "${text}\n")
