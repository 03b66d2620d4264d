/**
 * What pnpm runs scripts with: a few lines of POSIX sh that ask the runner and do as told. Without an answer, or with one it
 * does not know, the script runs as if nobody had been asked.
 *
 * - A ticket is taken by making a file that must not be there yet, which the shell does without a process.
 * - Its pipe `answer` is opened for both ends first and then for reading: that never waits, and once the runner is gone it
 *   reads the end of the file instead of nothing for ever.
 * - Output goes through `tee`, one pipe each unless both are the same; those ignore signals, for the script may still say
 *   something when it gets one, and they end with it.
 * - A script that is told `view` runs with less in sight, by a program that the runner wrote for it. Its output waits until
 *   the runner has said that it stands, or somebody has stopped it: it may have to run once more. Scripts it starts run within its sight, unasked.
 * - The script has a summary of its own, which the runner adds to that of the step: so it is known whose it is.
 * - It stays until the runner has seen what the script left behind: only then may the next one begin.
 *
 * @param dir where the desk is: the pipe `ask` and the folders of tickets
 */
export const wrapperText = (dir: string): string => `#!/bin/sh
d=${quoted(dir)}
case "$npm_command:$npm_config_user_agent" in
  run-script:pnpm/*|test:pnpm/*) ;;
  *) exec sh "$@" ;;
esac
if [ -n "$GANTRY_VIEWED" ] || [ $# -ne 2 ] || [ "$1" != -c ] || [ -t 1 ] || [ -t 2 ]; then exec sh "$@"; fi
t=
for c in "$d"/ticket-*; do
  set -C
  if { true >"$c/taken"; } 2>/dev/null; then t=$c; fi
  set +C
  if [ -n "$t" ]; then break; fi
done
if [ -z "$t" ] || ! [ -p "$t/answer" ] || ! [ -p "$d/ask" ]; then exec sh "$@"; fi
both=
if [ /dev/fd/1 -ef /dev/fd/2 ]; then both=both; fi
printf '%s' "$2" >"$t/script" || exec sh "$@"
if ! [ -r "/proc/$$/environ" ]; then env -0 >"$t/env" || exec sh "$@"; fi
exec 3<>"$t/answer" 4<"$t/answer" 3>&- 5<>"$d/ask"
n=\${t##*/}
printf 'ask %s %s %s\\n' "$n" "$$" "$both" >&5
answer=
IFS= read -r answer <&4
show() { if [ -s "$1" ]; then cat "$1"; fi; }
code=0
stopped=
while [ "$answer" = view ]; do
  trap 'stopped=1' INT TERM HUP
  if [ -n "$both" ]; then
    GANTRY_TASK="$GANTRY_TASK $n " GITHUB_STEP_SUMMARY="$t/summary" GANTRY_VIEWED=1 sh "$t/view" "$@" >"$t/stdout" 2>&1 4<&- 5>&-
  else
    GANTRY_TASK="$GANTRY_TASK $n " GITHUB_STEP_SUMMARY="$t/summary" GANTRY_VIEWED=1 sh "$t/view" "$@" >"$t/stdout" 2>"$t/stderr" 4<&- 5>&-
  fi
  code=$?
  trap - INT TERM HUP
  if [ -n "$stopped" ]; then
    show "$t/stdout"
    show "$t/stderr" >&2
    exit "$code"
  fi
  printf 'viewed %s %s\\n' "$n" "$code" >&5
  answer=
  IFS= read -r answer <&4
done
if { [ "$answer" = hit ] || [ "$answer" = show ]; } && show "$t/stdout" && show "$t/stderr" >&2; then
  printf 'shown %s\\n' "$n" >&5
  exit "$code"
fi
if [ "$answer" != miss ]; then exec sh "$@" 4<&- 5>&-; fi
copy() {
  trap '' INT TERM HUP
  tee "$1" 4<&- 5>&-
  printf 'end %s\\n' "$n" >&5
}
copy "$t/stdout" <"$t/out" &
if [ -n "$both" ]; then
  GANTRY_TASK="$GANTRY_TASK $n " GITHUB_STEP_SUMMARY="$t/summary" sh "$@" >"$t/out" 2>&1 4<&- 5>&-
else
  copy "$t/stderr" <"$t/err" >&2 &
  GANTRY_TASK="$GANTRY_TASK $n " GITHUB_STEP_SUMMARY="$t/summary" sh "$@" >"$t/out" 2>"$t/err" 4<&- 5>&-
fi
code=$?
printf 'done %s %s\\n' "$n" "$code" >&5
IFS= read -r answer <&4
exit "$code"
`

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
