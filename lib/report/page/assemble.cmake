cmake_minimum_required(VERSION 3.25)

# Puts style and script into the template, and their hashes into its policy, so that the browser runs these bytes and
# nothing else of the page: cmake -DTEMPLATE= -DSTYLE= -DSCRIPTS=a.js,b.js -DPAGE= -P assemble.cmake

# Sets `result` to the SHA-256 of `text` as a policy spells it, in base64 (CSP Level 3, section 2.3.1).
function(hash_source text result)
  string(SHA256 hex "${text}")
  set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  string(APPEND hex 00)  # 33 bytes are 11 whole groups; the last digit is then padding
  set(digits)
  foreach(at RANGE 0 60 6)
    string(SUBSTRING ${hex} ${at} 6 group)
    foreach(shift 18 12 6 0)
      math(EXPR index "0x${group} >> ${shift} & 63")
      string(SUBSTRING ${alphabet} ${index} 1 digit)
      string(APPEND digits ${digit})
    endforeach()
  endforeach()
  string(SUBSTRING ${digits} 0 43 digits)
  set(${result} "'sha256-${digits}='" PARENT_SCOPE)
endfunction()

file(READ ${TEMPLATE} page)
file(READ ${STYLE} style)
set(script)
string(REPLACE "," ";" SCRIPTS "${SCRIPTS}")
foreach(file IN LISTS SCRIPTS)
  file(READ ${file} text)
  string(APPEND script "${text}")
endforeach()

hash_source("${style}" style_hash)
hash_source("${script}" script_hash)
string(REPLACE "@STYLE_HASH@" "${style_hash}" page "${page}")
string(REPLACE "@SCRIPT_HASH@" "${script_hash}" page "${page}")
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
file(WRITE ${PAGE} "${page}")
