#!/usr/bin/env bats
# Programs of older versions that many still use (older/package.json): a job of each is killed, and
# resumed. All that there is on them: REAL_SET=older bats -f '^(claude|pi): ' t/real/real.bats

bats_require_minimum_version 1.5.0
export REAL_SET=older
load lib
load jobs

@test "an older claude: killed in a tool call, it is resumed in its session" { agent_lost claude; }
@test "an older pi: killed in a tool call, it is resumed in its session" { agent_lost pi; }

@test "an older claude ends what it left in the background, and so has ended" {
	room later-bash-60
	task claude -n job
	go "$T"
	ends 60 "$T" completed
	[ "$(real_get "$T" attempt)" = 1 ]
	[ "$(real_turns "$KEY")" = 2 ]
}
