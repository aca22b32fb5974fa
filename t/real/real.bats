#!/usr/bin/env bats
# The four real agent programs, driven through our tools against a scripted model server.
# What counts is what the server was asked: its log shows whether a resumed agent still knows what
# it did.

bats_require_minimum_version 1.5.0
load lib
load jobs

in_one_go()
{
	room tool
	task "$1" -n job
	go "$T"
	ends 60 "$T" completed
	[ "$(cat "$T/result")" = "$ANSWER" ]
	[ "$(cat "$T/exit_code")" = 0 ]
	[ "$(real_get "$T" attempt)" = 1 ]
	[ "$(wc -l <tool-ran.txt)" = 1 ]
	[ "$(real_turns "$KEY")" = 2 ]
	run -0 rca-probe -s "$T"
	[ "$output" = completed ]
	grep -q 'tool-ran.txt' "$T/output.log"
	grep -q 'tool-output' "$T/output.log"
	grep -qF "$ANSWER" "$T/output.log"
	run ! grep -qaP '[\x00-\x08\x0b-\x1f]' "$T/output.log"
	grep -qx tokens_in=200 "$T/progress"
	grep -qx tokens_out=40 "$T/progress"
	grep -qx open_tools=0 "$T/progress"
	grep -qx "turns=$2" "$T/progress"
}

@test "claude: a job is done in one go" { in_one_go claude 2; }
@test "codex: a job is done in one go" { in_one_go codex 1; }
@test "opencode: a job is done in one go" { in_one_go opencode 2; }
@test "pi: a job is done in one go" { in_one_go pi 2; }

@test "claude: killed in a tool call, it is resumed in its session" { agent_lost claude; }
@test "codex: killed in a tool call, it is resumed in its session" { agent_lost codex; }
@test "opencode: killed in a tool call, it is resumed in its session" { agent_lost opencode; }
@test "pi: killed in a tool call, it is resumed in its session" { agent_lost pi; }
@test "claude: killed in a tool call without a terminal server, it is resumed in its session" {
	agent_lost claude -e none
}

# lost_early AGENT SECONDS... - a task for each moment, killed that long after its start; none may
# ask its model without its task
lost_early()
{
	local agent=$1 moment

	shift
	room slowstream-2
	for moment; do
		echo "Do the stub task MOMENT-$moment." >../prompt
		task "$agent" -n "at-${moment/./-}"
		go "$T"
		real_wait 10 test -s "$T/pid"
		sleep "$moment"
		# shellcheck disable=SC2046 # words are wanted
		kill_all $(real_tree "$(cat "$T/pid")")
	done
	for T in "${TASKS[@]}"; do
		ends 60 "$T" completed
		[ "$(real_get "$T" attempt)" -ge 2 ]
	done
	[ -z "$(real_log "$KEY" "select(any(.conv[]; $(said MOMENT-)) | not) | .conv")" ]
}

@test "claude: killed before it has a session, it is given its whole task again" {
	lost_early claude 0.1 0.3 0.4 0.5 0.8
}
@test "codex: killed before it has a session, it is given its whole task again" {
	lost_early codex 0.05 0.1 0.12 0.15 0.2 0.4
}
@test "opencode: killed before it has a session, it is given its whole task again" {
	lost_early opencode 0.5 0.9 1.1 1.3 1.8
}
@test "pi: killed before it has a session, it is given its whole task again" {
	lost_early pi 0.3 0.5 0.6 0.8
}

wrapper_lost()
{
	room toolslow-60
	task "$1" -n job
	go "$T"
	real_wait 60 in_tool 1
	local session pid
	real_written "$1"
	session=$(cat "$T/session_id")
	pid=$(cat "$T/pid")
	kill -KILL "$(ps -o ppid= -p "$pid" | tr -d ' ')"
	resumed "$session"
	real_gone "$pid"
}

@test "claude: its wrapper killed, it is ended and resumed in its session" { wrapper_lost claude; }
@test "codex: its wrapper killed, it is ended and resumed in its session" { wrapper_lost codex; }
@test "opencode: its wrapper killed, it is ended and resumed in its session" {
	wrapper_lost opencode
}
@test "pi: its wrapper killed, it is ended and resumed in its session" { wrapper_lost pi; }

overloaded()
{
	room e529-2
	task "$1" -n job
	go "$T"
	ends 60 "$T" completed
	[ "$(cat "$T/result")" = "$ANSWER" ]
	[ "$(real_get "$T" attempt)" = 1 ]
	[ "$(real_turns "$KEY")" = 3 ]
}

@test "claude: 529 twice is left to the agent" { overloaded claude; }
@test "codex: 529 twice is left to the agent" { overloaded codex; }
@test "opencode: 529 twice is left to the agent" { overloaded opencode; }
@test "pi: 529 twice is left to the agent" { overloaded pi; }

outlasts()
{
	room "e529-$2"
	CLAUDE_CODE_MAX_RETRIES=1 task "$1" -n job
	CLAUDE_CODE_MAX_RETRIES=1 go "$T"
	ends 60 "$T" completed
	[ "$(cat "$T/result")" = "$ANSWER" ]
	[ "$(real_get "$T" attempt)" = 2 ]
	grep -q 'crashed' "$T/history"
	holds "$(said PROMPT-ONE)"
}

@test "claude: 529 that outlasts the agent's own tries is a crash, and resumed" {
	outlasts claude 3
}
@test "pi: 529 that outlasts the agent's own tries is a crash though it exits 0, and resumed" {
	outlasts pi 4
}

login_refused()
{
	local turns

	room e401
	task "$1" -n job
	CLAUDE_CODE_MAX_RETRIES=1 go "$T"
	ends 60 "$T" failed
	[ "$(real_get "$T" attempt)" = 1 ]
	real_get "$T" reason | grep -Eiq '401|auth|login'
	turns=$(real_turns "$KEY")
	run -1 rca-monitor "$T"
	[ "$(real_turns "$KEY")" = "$turns" ]
}

@test "claude: 401 is a failure, and not tried again" { login_refused claude; }
@test "codex: 401 is a failure, and not tried again" { login_refused codex; }
@test "opencode: 401 is a failure, and not tried again" { login_refused opencode; }
@test "pi: 401 is a failure though it exits 0, and not tried again" { login_refused pi; }

is_status()
{
	[ "$(real_get "$1" status)" = "$2" ]
}

# usage_limit AGENT SCENARIO SECONDS
usage_limit()
{
	local until session

	room "$2"
	task "$1" -n job
	go "$T"
	real_wait 20 is_status "$T" limited
	until=$(real_log "$KEY" .action.until | head -n 1)
	[ "$(real_get "$T" resume_at)" = "$(date -u -d "@$until" +%Y-%m-%dT%H:%M:%SZ)" ]
	session=$(cat "$T/session_id")
	run -1 test -e "$T/done"
	ends "$3" "$T" completed
	[ "$(cat "$T/result")" = "$ANSWER" ]
	[ "$(cat "$T/session_id")" = "$session" ]
	holds "$(said PROMPT-ONE)"
}

@test "claude: a usage limit is waited for, and the session resumed at its time" {
	usage_limit claude limit-6 30
	[ "$(real_turns "$KEY")" = 2 ]
}

@test "claude: a limit that is still there is read again" {
	usage_limit claude limit-3-2 40
	[ "$(real_turns "$KEY")" = 3 ]
}

@test "codex: a usage limit is waited for, and the session resumed at its time" {
	usage_limit codex limit-5 90
	[ "$(real_turns "$KEY")" = 2 ]
}

# only WORD OTHER - a resumed request knows WORD and the tool's answer, and no request has both
# words
only()
{
	[ -n "$(real_log "$KEY" "select(.conv[-1].role == \"user\" and any(.conv[]; $TOOL_SAID)) |
		.conv[] | $(said "$1") | .role")" ]
	[ -z "$(real_log "$KEY" \
		"select(any(.conv[]; $(said "$1")) and any(.conv[]; $(said "$2"))) | .n")" ]
}

two_in_one()
{
	local red blue

	room toolslow-60
	echo PROMPT-RED >../prompt
	task "$1" -n red
	red=$T
	echo PROMPT-BLUE >../prompt
	task "$1" -n blue
	blue=$T
	go "$red"
	go "$blue"
	real_wait 60 in_tool 2
	for T in "$red" "$blue"; do
		real_written "$1"
	done
	# shellcheck disable=SC2046 # words are wanted
	kill_all $(real_tree "$(cat "$red/pid")") $(real_tree "$(cat "$blue/pid")")
	ends 60 "$red" completed
	ends 60 "$blue" completed
	[ "$(cat "$red/session_id")" != "$(cat "$blue/session_id")" ]
	# opencode's first run in a home may find its own database locked
	[ "$(real_get "$red" attempt)" -ge 2 ] && [ "$(real_get "$blue" attempt)" -ge 2 ]
	only RED BLUE
	only BLUE RED
}

@test "claude: two tasks in one directory resume each its own session" { two_in_one claude; }
@test "codex: two tasks in one directory resume each its own session" { two_in_one codex; }
@test "opencode: two tasks in one directory resume each its own session" { two_in_one opencode; }
@test "pi: two tasks in one directory resume each its own session" { two_in_one pi; }

checked()
{
	room check
	task "$1" -n job -k check='cat answer.txt'
	go "$T"
	ends 60 "$T" completed
	[ "$(cat answer.txt)" = right ]
	[ "$(real_get "$T" nudge_count)" = 1 ]
	[ "$(real_turns "$KEY")" = 3 ]
	[ "$(cat "$T/result")" = "$ANSWER" ]
	holds "$(said PROMPT-ONE)" "$(said 'answer.txt: No such file')" \
		'select(.text == "All done (it is not).")'
}

@test "claude: a failing check is the next prompt, and only a passing one completes" {
	checked claude
}
@test "codex: a failing check is the next prompt, and only a passing one completes" {
	checked codex
}
@test "opencode: a failing check is the next prompt, and only a passing one completes" {
	checked opencode
}
@test "pi: a failing check is the next prompt, and only a passing one completes" { checked pi; }

# woken KIND-SECONDS... - claude tasks that each leave something in the background, all at once;
# they end only after it has woken them
woken()
{
	local name

	for name; do
		room "later-$name" "${name%-*}"
		task claude -n "${name%-*}" -k linger=1 -k "check=${CHECK:-cat tool-ran.txt}"
		go "$T"
	done
	for T in "${TASKS[@]}"; do
		name=${T##*/claude-}
		KEY=t$BATS_TEST_NUMBER-$name
		ends 150 "$T" completed
		[ "$(cat "$T/result")" = "$ANSWER" ]
		[ "$(real_get "$T" attempt)" = 1 ]
		run ! grep -qE 'nudge_count|hung|background_' "$T/manifest" "$T/history"
		grep -q '^I continue when it is done' "$T/output.log"
		[ "$name" != wakeup ] || [ "$(real_turns "$KEY")" = 3 ]
		# each result speaks of its own turn, but for the cost
		[ "$name" = agent ] || grep -qx turns=3 "$T/progress"
		[ "$name" = agent ] || grep -qx tokens_in=300 "$T/progress"
		grep -qx background=0 "$T/progress"
	done
}

@test "claude: background work is waited for, and what claude says after it is the last word" {
	woken bash-8 monitor-8 agent-8
}
@test "claude: a wakeup that it has set itself is waited for" { CHECK=true woken wakeup-60; }

# waits TASK - its turn has ended, and it waits for what it left in the background
waits()
{
	grep -qx phase=background "$1/progress"
}

@test "claude: killed while it waits for a background command, it is resumed" {
	room later-bash-60
	task claude -n job
	go "$T"
	real_wait 60 waits "$T"
	run -0 rca-probe -k "$T"
	[[ $output == *background=1* ]]
	real_wait 10 in_session 'I continue'
	# shellcheck disable=SC2046 # words are wanted
	kill_all $(real_tree "$(cat "$T/pid")")
	ends 60 "$T" completed
	[ "$(real_get "$T" attempt)" = 2 ]
	[ "$(cat "$T/result")" = "$ANSWER" ]
	grep -q background_lost "$T/history"
	holds "$(said PROMPT-ONE)" 'select(.text == "I continue when it is done.")'
}

@test "claude: asked to end while it waits for a command in the background, it has not ended" {
	room later-bash-60
	task claude -n job
	go "$T"
	real_wait 60 waits "$T"
	kill -TERM "$(cat "$T/pid")"
	ends 60 "$T" completed
	[ "$(real_get "$T" attempt)" = 2 ]
	grep -q background_lost "$T/history"
}

stopped()
{
	room toolslow-60
	task "$1" -n job
	go "$T"
	real_wait 60 in_tool 1
	run -0 rca-reap -k "$T"
	ends 10 "$T" stopped
	real_gone "$(cat tool-pid.txt)"
	[ "$(real_turns "$KEY")" = 2 ]
}

@test "claude: stopped in a tool call, nothing is left" { stopped claude; }
@test "codex: stopped in a tool call, nothing is left" { stopped codex; }
@test "opencode: stopped in a tool call, nothing is left" { stopped opencode; }
@test "pi: stopped in a tool call, nothing is left" { stopped pi; }

continued()
{
	local session

	room tool
	task "$1" -n job
	go "$T"
	ends 60 "$T" completed
	session=$(cat "$T/session_id")
	echo 'And now PROMPT-TWO.' >../next
	go "$T" -r -p ../next
	ends 60 "$T" completed
	[ "$(cat "$T/session_id")" = "$session" ]
	[ "$(real_turns "$KEY")" = 3 ]
	holds "$(said PROMPT-ONE)" "$(said PROMPT-TWO)" "$TOOL_RAN" "$TOOL_SAID" \
		"select(.text == \"$ANSWER\")"
}

@test "claude: a finished task is continued in its session" { continued claude; }
@test "codex: a finished task is continued in its session" { continued codex; }
@test "opencode: a finished task is continued in its session" { continued opencode; }
@test "pi: a finished task is continued in its session" { continued pi; }

# all_four SCENARIO [GRACE] - starts it with each of the four, silence being short; the tasks in
# TASKS
all_four()
{
	local agent

	for agent in claude codex opencode pi; do
		room "$1" "$agent"
		export MONITOR_BASE_INTERVAL=2 MONITOR_GRACE_PERIOD=${2:-3}
		task "$agent" -n job
		go "$T"
	done
}

hung_four()
{
	local agent

	all_four hang-1
	for T in "${TASKS[@]}"; do
		ends 90 "$T" completed
		[ "$(real_get "$T" attempt)" = 2 ]
		grep -q ' hung ' "$T/history"
	done
	for agent in claude codex opencode pi; do
		KEY=t$BATS_TEST_NUMBER-$agent
		[ "$(real_turns "$KEY")" = 2 ]
		holds "$(said PROMPT-ONE)"
	done
}

# at_once_four SCENARIO [GRACE] - each of the four ends it in its first attempt
at_once_four()
{
	all_four "$@"
	for T in "${TASKS[@]}"; do
		ends 90 "$T" completed
		[ "$(real_get "$T" attempt)" = 1 ]
	done
}

@test "one that never hears from its model is hung, ended and resumed: each of the four" {
	hung_four
}
@test "a long and silent tool call is no hang: each of the four" { at_once_four toolslow-20; }
@test "a long answer at a model's speed is no hang: each of the four" {
	at_once_four slowstream-25-20 10
}

@test "rca-run -f follows a real agent to its end" {
	room tool
	run -0 rca-run -f -a claude -n job -d "$PWD" -p ../prompt 3>&-
	TASKS=("$RCA_HOME/tasks/claude-job")
	[[ $output == *"$ANSWER"* ]]
	ends 10 "${TASKS[0]}" completed
}
