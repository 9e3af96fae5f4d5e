#!/usr/bin/env bash
# The program prints what the documentation shows: runs every command of the `console` blocks that
# reads and writes no file, and compares.
#
# Usage: check_transcripts.sh TOEPLIX FILE.md...
set -euo pipefail

toeplix=$(realpath "$1")
shift
checked=0
failures=0

# check FILE COMMAND EXPECTED: COMMAND as it stands behind the `$`.
check() {
  local words got
  [[ $2 != *'\' && $2 != *--input* && $2 != *--output* && $2 != *.np[yz]* && $2 != *.png* ]] || return 0
  read -ra words <<<"$2"
  [[ ${words[0]} == toeplix ]] || return 0
  got=$("$toeplix" "${words[@]:1}" 2>&1 </dev/null) || true
  checked=$((checked + 1))
  if ! diff <(printf '%s\n' "$3") <(printf '%s\n' "$got"); then
    echo "FAILED: $1: $2"
    failures=$((failures + 1))
  fi
}

for file in "$@"; do
  inside=no command='' expected=''
  while IFS= read -r line; do
    case $inside$line in
      'no```console') inside=yes ;;
      'yes```' | 'yes$ '*)
        # Blank lines between two commands belong to neither.
        [[ -z $command ]] || check "$file" "$command" "$(printf '%s' "$expected")"
        command='' expected=''
        if [[ $line == '```' ]]; then inside=no; else command=${line#'$ '}; fi
        ;;
      yes*) expected+=$line$'\n' ;;
    esac
  done <"$file"
done

echo "$checked passed, $failures failed"
((failures == 0 && checked > 0))
