#!/usr/bin/env bats
# The unit tests that stand alone: each prints "ROOM: ok" and ends with 0. `make check` builds them.

TOP=$(cd "${BATS_TEST_DIRNAME}/.." && pwd)

passes()
{
	run timeout 120 "$TOP/t/unit/$1_test"
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "$1: ok" ]
}

@test "spawn: a program starts clean, and what failed is told exactly" {
	passes spawn
}

@test "tree: all that belongs to a task is found and ended, and nothing else" {
	passes tree
}

@test "pty: a terminal of our own is one, and the outer one is left as it was" {
	passes pty
}
