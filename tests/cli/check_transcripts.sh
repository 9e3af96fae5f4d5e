#!/usr/bin/env bash
# What the documentation shows of the program is what the program prints, and what it tells the
# reader to type can be typed.
#
# Usage: check_transcripts.sh TOEPLIX SOURCE [FILE.md...]      (default: README.md and docs/*.md)
#
# A command behind `$`, in a `console` block or an indented one, is run, and what it prints compared.
# A `toeplix` command that begins an indented line is run, and must succeed. Left out and counted are
# commands with something to fill in (`...`, SPEC, [OPTION], ...), pipes, and files that no command
# before it in the file has written. A line `...` stands for any number of lines. Of `bash SCRIPT` and `cmake --preset NAME` it is asked that they exist.
set -euo pipefail

toeplix=$(realpath "$1")
source=$(realpath "$2")
shift 2
if (($# == 0)); then
  set -- "$source/README.md" "$source"/docs/*.md
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checked=0 ran=0 left_out=0 failures=0

fail() {
  echo "FAILED: $1: $2"
  failures=$((failures + 1))
}

# can_run COMMAND: sets `words`.
can_run() {
  local word previous=''
  read -ra words <<<"$1"
  [[ ${words[0]:-} == toeplix && $1 != *[\|\<\>\[]* && $1 != *...* ]] || return 1
  for word in "${words[@]:1}"; do
    if [[ $word =~ ^[A-Z]+$ ]]; then return 1; fi
    if [[ $word =~ \.(np[yz]|png|mtx|mat|onnx)$ && $previous != --output && ! -e $word ]]; then return 1; fi
    previous=$word
  done
}

# compare FILE COMMAND EXPECTED: COMMAND as it stands behind the `$`.
compare() {
  if ! can_run "$2"; then
    left_out=$((left_out + 1))
    return
  fi
  local got pattern
  got=$("$toeplix" "${words[@]:1}" 2>&1 </dev/null) || true
  checked=$((checked + 1))
  # As a pattern of the shell: what is special is made plain, but for a line of dots.
  pattern=$(sed -E 's/[][*?\\]/\\&/g; s/^ *\.\.\.$/*/' <<<"$3")
  # shellcheck disable=SC2053 # it is a pattern
  if [[ $got != $pattern ]]; then
    diff <(printf '%s\n' "$3") <(printf '%s\n' "$got") || true
    fail "$1" "$2"
  fi
}

# try FILE COMMAND: of an indented line, without its comment.
try() {
  local script
  if [[ $2 =~ ^bash\ ([^ ]+) ]]; then
    script=${BASH_REMATCH[1]}
    [[ -e $source/$script ]] || fail "$1" "$2: there is no $script"
  elif [[ $2 =~ cmake\ .*--preset\ ([a-z]+) ]]; then
    grep -q "\"name\": \"${BASH_REMATCH[1]}\"" "$source/CMakePresets.json" ||
      fail "$1" "$2: there is no such preset"
  elif [[ $2 == toeplix\ * ]]; then
    if ! can_run "$2"; then
      left_out=$((left_out + 1))
      return
    fi
    ran=$((ran + 1))
    "$toeplix" "${words[@]:1}" >"$work/out" 2>&1 </dev/null || { cat "$work/out"; fail "$1" "$2"; }
  fi
}

# Ends the command that is being read, if there is one.
finish() {
  # Blank lines between two commands belong to neither.
  [[ -z $command ]] || compare "$1" "$command" "$(printf '%s' "$expected")"
  command='' expected=''
}

for file in "$@"; do
  name=${file#"$source/"}
  folder=$(mktemp -d -p "$work")
  cd "$folder"
  block=no command='' expected=''
  while IFS= read -r line; do
    # A command that goes on in the next line.
    while [[ $line == *\\ ]] && IFS= read -r rest; do line="${line%\\} ${rest#"${rest%%[! ]*}"}"; done
    case $block$line in
      'no```console') block=console ;;
      'no```'*) block=other ;;
      'other```' | 'console```') finish "$name"; block=no ;;
      'console$ '*) finish "$name"; command=${line#'$ '} ;;
      'console'*) expected+=$line$'\n' ;;
      'no    $ '*) finish "$name"; command=${line#'    $ '} ;;
      'no    '*)
        if [[ $command ]]; then
          expected+=${line#'    '}$'\n'
        else
          line=${line#'    '}
          try "$name" "${line%% # *}"
        fi
        ;;
      'no') [[ -z $command ]] || expected+=$'\n' ;;
      'no'*) finish "$name" ;;
    esac
  done <"$file"
  finish "$name"
done

echo "$checked compared, $ran run, $left_out left out, $failures failures"
((failures == 0 && checked > 0 && ran > 0))
