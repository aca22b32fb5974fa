#!/usr/bin/env bats
# The four real agent programs in a box of bubblewrap, side by side: each is killed in a tool call,
# and resumed in its session, which it has kept in the box.

bats_require_minimum_version 1.5.0
load lib
load jobs

AGENTS='claude codex opencode pi'

# at AGENT - the variables of its job
at()
{
	KEY=t$BATS_TEST_NUMBER-$1
	HOME=$BATS_TEST_TMPDIR/$1/home
	T=$RCA_HOME/tasks/$1-job
	cd "$BATS_TEST_TMPDIR/$1/project" || return
}

# What the tool noted is a process id of the box.
boxed_and_resumed()
{
	echo "# $1"
	at "$1"
	ends 60 "$T" completed
	[ "$(real_get "$T" box)" = bwrap ]
	[ "$(real_get "$T" attempt)" = 2 ]
	[ "$(cat "$T/session_id")" = "$2" ]
	[ "$(cat "$T/result")" = "$ANSWER" ]
	[ "$(real_turns "$KEY")" = 3 ]
	holds "$(said PROMPT-ONE)" "$TOOL_RAN" "$TOOL_SAID"
	[ "$(wc -l <tool-ran.txt)" = 1 ]
	[ "$(wc -l <tool-pid.txt)" = 1 ]
	[ "$(cat tool-pid.txt)" -lt 1000 ]
	[ "$1" != claude ] || grep -q 'hook event=Stop decision=record' "$T/history"
}

@test "the four agents, boxed and killed in a tool call, are resumed in their sessions" {
	local agent sessions=() i=0

	for agent in $AGENTS; do
		room toolslow-60 "$agent"
		mkdir -p "$XDG_CONFIG_HOME/rca"
		echo box=bwrap >"$XDG_CONFIG_HOME/rca/config"
		task "$agent" -n job
		go "$T"
	done
	for agent in $AGENTS; do
		at "$agent"
		real_wait 60 in_tool 1
		real_written "$agent"
		sessions+=("$(cat "$T/session_id")")
		# shellcheck disable=SC2046 # words are wanted
		kill_all $(real_tree "$(cat "$T/pid")")
	done
	for agent in $AGENTS; do
		boxed_and_resumed "$agent" "${sessions[i++]}"
	done
}
