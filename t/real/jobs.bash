# jobs.bash - what the suites share that carry jobs through with the real programs: directories,
# tasks, ends, and how a resumed agent is known
#
# Needs lib.bash. A job's requests are found in the server's log by KEY, its task is T, all tasks of
# a test are TASKS.
# shellcheck shell=bash disable=SC2034,SC2154

ANSWER='Stub answer: file written.'
PROMPT='Do the stub task PROMPT-ONE.'
TOOL_RAN='select(.call and (.args | tostring | contains("tool-ran.txt")))'
TOOL_SAID='select(.result and (.result | contains("tool-output")))'

setup_file()
{
	real_begin "$(cd "$BATS_TEST_DIRNAME/../../bin" && pwd)"
}

teardown_file()
{
	real_server_stop
}

setup()
{
	TASKS=()
}

teardown()
{
	local dir
	for dir in ${TASKS[@]+"${TASKS[@]}"}; do
		if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
			echo "--- $dir"
			tail -n 30 "$dir/manifest" "$dir/history" "$dir/monitor.log" \
				"$dir/output.log" 2>&1 || true
		fi
		rca-reap -k "$dir" >/dev/null 2>&1 || true
	done
	[ -z "${RCA_HOME:-}" ] || tmux -S "$RCA_HOME/tmux.sock" kill-server 2>/dev/null || true
}

# room SCENARIO [NAME] - a home, a project and a prompt for this test; KEY names its requests in the
# server's log
room()
{
	local dir=$BATS_TEST_TMPDIR/${2:-all}

	KEY=t$BATS_TEST_NUMBER-${2:-all}
	real_home "$dir/home" "$1" "$KEY"
	export RCA_HOME=$BATS_TEST_TMPDIR/rca MONITOR_BASE_INTERVAL=5 MONITOR_GRACE_PERIOD=3
	# as if an agent in a pane had called our tools
	export CLAUDECODE=1 CLAUDE_CODE_ENTRYPOINT=cli OPENCLAW_SHELL=exec TMUX=/nowhere,1,0
	mkdir "$dir/project"
	cd "$dir/project" || return 1
	echo "$PROMPT" >../prompt
}

# task AGENT [OPTION...] - makes a task here; its directory in T
task()
{
	local agent=$1
	shift
	T=$(rca-mktask -a "$agent" -d "$PWD" -p ../prompt "$@")
	TASKS+=("$T")
}

# go TASK [OPTION...]
go()
{
	local task=$1

	shift
	rca-launch "$@" "$task" >/dev/null 3>&-
	rca-monitor -d "$task" 3>&-
}

# ends SECONDS TASK STATUS - waits for the end and checks it, and that nothing is left running
ends()
{
	real_wait "$1" test -e "$2/done"
	[ "$(real_get "$2" status)" = "$3" ]
	real_wait 10 real_clean "$2" || {
		real_left "$2"
		return 1
	}
}

# holds FILTER... - jq's filters find something in the conversation of the last request
holds()
{
	local filter
	for filter in "$@"; do
		[ -n "$(real_log "$KEY" . | tail -n 1 | jq -c ".conv[] | $filter")" ] || {
			echo "the last request lacks: $filter"
			real_log "$KEY" .conv | tail -n 1 | cut -c1-4000
			return 1
		}
	done
}

said()
{
	echo "select(.role == \"user\" and (.text // \"\" | contains(\"$1\")))"
}

# in_tool N - that many tool calls are open here
in_tool()
{
	[ -e tool-pid.txt ] && [ "$(wc -l <tool-pid.txt)" -ge "$1" ]
}

# resumed SESSION - T went on in that session after one loss, knew what it had done, and did not do
# it again
resumed()
{
	ends 60 "$T" completed
	[ "$(real_get "$T" attempt)" = 2 ]
	[ "$(cat "$T/session_id")" = "$1" ]
	[ "$(cat "$T/result")" = "$ANSWER" ]
	[ "$(real_turns "$KEY")" = 3 ]
	holds "$(said PROMPT-ONE)" "$TOOL_RAN" "$TOOL_SAID"
	[ "$(real_log "$KEY" '.conv[-1].role' | tail -n 1)" = '"user"' ]
	[ "$(wc -l <tool-ran.txt)" = 1 ]
	real_gone "$(cat tool-pid.txt)"
	grep -q 'crashed' "$T/history"
}

# agent_lost AGENT [LAUNCH-OPTION...]
agent_lost()
{
	local session

	room toolslow-60
	task "$1" -n job
	go "$T" "${@:2}"
	real_wait 60 in_tool 1
	run ! grep -qsaE 'PROMPT-ONE|sk-(ant-oat01-)?test' /proc/[0-9]*/cmdline
	session=$(cat "$T/session_id")
	# opencode tells of a tool call only when it is over
	[ "$1" = opencode ] || real_wait 5 grep -qx open_tools=1 "$T/progress"
	real_written "$1"
	run -0 rca-probe -k "$T"
	# shellcheck disable=SC2046 # words are wanted
	kill_all $(real_tree "$(cat "$T/pid")")
	resumed "$session"
}
