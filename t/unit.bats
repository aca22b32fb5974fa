#!/usr/bin/env bats
# The unit tests that stand alone: each prints "ROOM: ok" and ends with 0. `make check` builds them.

TOP=$(cd "${BATS_TEST_DIRNAME}/.." && pwd)

passes()
{
	run timeout 120 "$TOP/t/unit/$1_test" "${@:2}"
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "$1: ok" ]
}

@test "inherit: whatever a caller left, descriptors, signals and rights are in order" {
	passes inherit
}

@test "regular: what is no regular file is refused at once, and never followed or waited for" {
	passes regular
}

@test "state: a task that is handed on while one looks at it is never taken for one left alone" {
	passes state
}

@test "lock: who holds one is known, waited for, and not for ever if it is stopped" {
	passes lock
}

@test "vitals: what was written is seen by that it differs, whatever time it bears" {
	passes vitals
}

@test "spawn: a program starts clean, and what failed is told exactly" {
	passes spawn
}

@test "tree: all that belongs to a task is found and ended, and nothing else" {
	passes tree
}

@test "sieve: lines that begin with given words are left out, in any split" {
	passes sieve
}

@test "pty: a terminal of our own is one, and the outer one is left as it was" {
	passes pty
}

@test "quiet hours hold across midnight, in time zones, and when the clock is put forward or back" {
	passes quiet
}

@test "a notice is one whole line and one whole object, whatever is said and however long" {
	passes notice
}

@test "a model's answer is one of five words, or ESCALATE and why, whatever it holds" {
	passes verdict
}

@test "triage: each rule, what follows from a verdict, and failures counted in a history" {
	passes triage
}

@test "what is quoted in a model's question stays quoted, whatever it is" {
	passes question
}

@test "slim: what lives is as it was, and on Linux the memory of what has returned is given back" {
	local gives=()

	[ "$(uname -s)" != Linux ] || [ "${FALLBACK:-0}" = 1 ] || gives=(gives)
	passes slim "${gives[@]}"
}
