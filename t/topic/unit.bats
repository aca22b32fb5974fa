#!/usr/bin/env bats
# The unit tests that stand alone: each prints "ROOM: ok" and ends with 0. `make check` builds them.

TOP=$(cd "${BATS_TEST_DIRNAME}/../.." && pwd)

passes()
{
	run timeout 120 "$TOP/t/unit/$1_test" "${@:2}"
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "${1#*/}: ok" ]
}

@test "inherit: whatever a caller left, descriptors, signals and rights are in order" {
	passes proc/inherit
}

@test "regular: what is no regular file is refused at once, and never followed or waited for" {
	passes file/regular
}

@test "state: a task that is handed on while one looks at it is never taken for one left alone" {
	passes task/state
}

@test "lock: who holds one is known, waited for, and not for ever if it is stopped" {
	passes proc/lock
}

@test "ticket: processes in a queue are served as they came, whoever is killed or signalled" {
	passes proc/ticket
}

@test "vitals: what was written is seen by that it differs, whatever time it bears" {
	passes probe/probe
}

@test "stop: a stopped wrapper is let run to end itself, and one that will not end is killed" {
	passes engine/stop
}

@test "run: a program gets its input, its output is bounded, and it ends in time" {
	passes proc/run
}

@test "spawn: a program starts clean, and what failed is told exactly" {
	passes proc/spawn
}

@test "tree: all that belongs to a task is found and ended, and nothing else" {
	passes proc/tree
}

@test "line_filter: lines that begin with given words are left out, in any split" {
	passes wrap/line_filter
}

@test "pty: a terminal of our own is one, and the outer one is left as it was" {
	passes proc/pty
}

@test "quiet hours hold across midnight, in time zones, and when the clock is put forward or back" {
	passes task/quiet_hours
}

@test "a notice is one whole line and one whole object, whatever is said and however long" {
	passes notice/format
}

@test "a model's answer is one of five words, or ESCALATE and why, whatever it holds" {
	passes triage/answer
}

@test "triage: each rule, what follows from a verdict, and failures counted in a history" {
	passes triage/verdict_rules
}

@test "what is quoted in a model's question stays quoted, whatever it is" {
	passes triage/question
}

@test "columns: which tasks a person is shown, in which columns and words" {
	passes list/columns
}

@test "keyboard: keys in any split, Escape alone, and what is pasted" {
	passes list/keyboard
}

@test "typing: a line as it is typed, corrected and pasted" {
	passes list/typing
}

@test "slim: what lives is as it was, and on Linux the memory of what has returned is given back" {
	local gives=()

	[ "$(uname -s)" != Linux ] || [ "${FALLBACK:-0}" = 1 ] || gives=(gives)
	passes proc/trim "${gives[@]}"
}
