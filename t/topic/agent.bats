# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154
# Agents are text files: the modules that read them (unit tests), and an agent of one's own, the one
# that rca-agent(5) shows.
load ../harness/lib

AGENTS='claude codex opencode pi command'

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

passes()
{
	(cd "$TOP" && timeout 120 "t/unit/$1_test") >"$ROOM/out" 2>&1 || {
		cat "$ROOM/out"
		return 1
	}
	[ "$(tail -n 1 "$ROOM/out")" = "${1#*/}: ok" ]
}

# The example of the manual page, as it stands there.
gemini_file()
{
	sed -n '/^# Gemini CLI/,/^\.Ed/p' "$TOP/man/rca-agent.5" | sed '$d; s/\\e/\\/g'
}

# gemini [EVENT...]: a program of that name, which prints these events for the first attempt, and
# `done_events` for those after it.
gemini()
{
	mkdir -p "$ROOM/bin"
	PATH=$ROOM/bin:$PATH
	gemini_file >"$XDG_CONFIG_HOME/rca/agents/gemini"
	printf '%s\n' "$@" >"$ROOM/events"
	cat >"$ROOM/bin/gemini" <<-END
		#!/bin/sh
		n=\$((\$(ls '$ROOM'/argv.* 2>/dev/null | wc -l) + 1))
		printf '%s\n' "\$@" >'$ROOM'/argv.\$n
		env >'$ROOM'/env.\$n
		cat >'$ROOM'/prompt.\$n
		if [ \$n = 1 ]; then cat '$ROOM/events'; else cat '$ROOM/done_events'; fi
		exit \$(cat '$ROOM'/exit.\$n 2>/dev/null || echo 0)
	END
	chmod +x "$ROOM/bin/gemini"
	printf '%s\n' "$init" "$end" >"$ROOM/done_events"
}

init='{"type":"init","timestamp":"2030-01-01T00:00:00.000Z","session_id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","model":"gemini-2.5-flash"}'
user='{"type":"message","timestamp":"2030-01-01T00:00:00.000Z","role":"user","content":"do the work"}'
say1='{"type":"message","timestamp":"2030-01-01T00:00:00.000Z","role":"assistant","content":"The work ","delta":true}'
say2='{"type":"message","timestamp":"2030-01-01T00:00:00.000Z","role":"assistant","content":"is done.\nReally.","delta":true}'
use='{"type":"tool_use","timestamp":"2030-01-01T00:00:00.000Z","tool_name":"run_shell_command","tool_id":"run-1","parameters":{"command":"make test"}}'
used='{"type":"tool_result","timestamp":"2030-01-01T00:00:00.000Z","tool_id":"run-1","status":"error","output":"1 failed","error":{"type":"X","message":"exit 2"}}'
end='{"type":"result","timestamp":"2030-01-01T00:00:00.000Z","status":"success","stats":{"total_tokens":120,"input_tokens":100,"output_tokens":20,"duration_ms":5,"tool_calls":1}}'

error_event()
{
	printf '{"type":"result","timestamp":"2030-01-01T00:00:00.000Z","status":"error","error":{"type":"Error","message":"%s"},"stats":{"input_tokens":7,"output_tokens":0}}' "$1"
}

@test "each sentence with which a request ends is sorted as it is meant" {
	passes hook/failures
}

@test "json: events of any size are read the same in any split" {
	passes json/parser
}

@test "agent: files, templates, session files and how failures sort" {
	passes agent/agent
}

@test "events: progress, what is shown and the result, whatever comes" {
	passes events/events
}

@test "replay: what the real programs printed is judged rightly" {
	passes events/replay
}

@test "outcome: each row of the table" {
	passes wrap/outcome
}

@test "clock: UTC words, and reset times out of prose" {
	passes base/clock
}

@test "each agent that comes with rca is read without a complaint" {
	for a in $AGENTS; do
		[ -s "$TOP/lib/plugins/agents/$a" ]
		[ "$a" = command ] || task "$a" x
	done
	T=$(rca-mktask -n x -- true)
	[ "$(ls "$TOP/lib/plugins/agents" | wc -w)" = "$(echo "$AGENTS" | wc -w)" ]
}

@test "an agent of one's own does a task, without a compiler" {
	gemini "$init" "$user" "$use" "$used" "$say1" "$say2" "$end"
	task gemini own -m flash
	wrap
	[ "$W" = 0 ]
	ended completed
	[ "$(cat "$T/result")" = 'The work is done.
Really.' ]
	[ "$(cat "$T/session_id")" = a1b2c3d4-e5f6-7890-abcd-ef1234567890 ]
	[ "$(progress tokens_in)" = 100 ]
	[ "$(progress tokens_out)" = 20 ]
	grep -qx '> run_shell_command: make test' "$T/output.log"
	grep -qx '  exit 2' "$T/output.log"
	grep -qx 'The work is done\.' "$T/output.log"
	grep -q '^= turn ended: ' "$T/output.log"
	cmp "$ROOM/prompt" "$ROOM/prompt.1"
	[ "$(paste -sd ' ' "$ROOM/argv.1")" \
		= '--output-format stream-json --approval-mode yolo --model gemini-2.5-flash' ]
	grep -qx GEMINI_CLI_TRUST_WORKSPACE=true "$ROOM/env.1"
}

@test "it is resumed in its own conversation" {
	gemini "$init" "$user" "$use"
	echo 1 >"$ROOM/exit.1"
	task gemini own
	wrap
	not_done crashed
	wrap
	ended completed
	[ "$(paste -sd ' ' "$ROOM/argv.2")" = '--output-format stream-json --approval-mode yolo --resume a1b2c3d4-e5f6-7890-abcd-ef1234567890' ]
	[ "$(get attempt)" = 2 ]
}

@test "its failures sort by its file and by what holds everywhere" {
	gemini "$init" "$(error_event 'got status 401: API key not valid')"
	task gemini denied
	wrap
	ended failed
	rm "$ROOM"/argv.*
	gemini "$init" "$(error_event 'got status 503: overloaded')"
	task gemini busy
	wrap
	not_done crashed
	rm "$ROOM"/argv.*
	gemini "$init" "$(error_event 'session a1b2 not found')"
	task gemini lost
	wrap
	not_done crashed
	[ "$(get reason)" = session_lost ]
}

@test "its environment is a default: whoever launches has the last word" {
	gemini "$init" "$end"
	GEMINI_CLI_TRUST_WORKSPACE=mine
	export GEMINI_CLI_TRUST_WORKSPACE
	task gemini own
	rca-launch -e none "$T" >/dev/null 3>&-
	wait_done
	ended completed
	grep -qx GEMINI_CLI_TRUST_WORKSPACE=mine "$ROOM/env.1"
}

@test "a wrong file is told with its line, and nothing is made" {
	{ gemini_file; echo 'sart=x'; } >"$XDG_CONFIG_HOME/rca/agents/gemini"
	n=$(wc -l <"$XDG_CONFIG_HOME/rca/agents/gemini")
	complains 100 "agents/gemini: line $n: 'sart': no such key" rca-mktask -a gemini -n x
	printf 'start=gemini\nresume=gemini\nsession=capture\n' \
		>"$XDG_CONFIG_HOME/rca/agents/gemini"
	complains 100 "agents/gemini: session=capture needs event.session" rca-mktask -a gemini -n x
	no_task_made
}

@test "a file of one's own hides the one that comes with rca" {
	printf 'start=nothing-of-that-name\nsession=none\n' >"$XDG_CONFIG_HOME/rca/agents/claude"
	task claude x
	wrap
	[ "$W" = 127 ]
	ended failed
}
