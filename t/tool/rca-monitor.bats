# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	quick
}

teardown() { rca_teardown; }

tm() { tmux -S "$RCA_HOME/tmux.sock" "$@"; }

launch() { rca-launch -e "${1:-none}" "$T" >/dev/null; }

# watch CODE: the monitor in the foreground, what it said in ROOM/said.
watch()
{
	local got=0

	timeout 40 rca-monitor "$T" >"$ROOM/out" 2>"$ROOM/said" 3>&- || got=$?
	[ "$got" = "$1" ] || {
		echo "exit $got, wanted $1"
		cat "$ROOM/said" "$T/history"
		return 1
	}
}

worked() { wait_for 10 grep -q "tool-ran" "$T/events.jsonl"; }

seconds_since() { echo $((($(now_ms) - $1) / 1000)); }

# --- watching

@test "after what wait, how often and for how long it carries on is a table" {
	run timeout 60 "$TOP/t/unit/monitor/retry_test"
	[ "$output" = "retry: ok" ]
}

@test "it carries a task to its end and exits with 0 for completed" {
	task claude fix
	fake slow:0.05
	launch
	watch 0
	ended completed
	grep -q completed "$ROOM/said"
	[ ! -s "$ROOM/out" ]
}

@test "it exits with 1 for every other end" {
	task claude fix
	fake error:401
	launch
	watch 1
	ended failed
	task claude stop
	fake hang:2
	launch
	rca-monitor "$T" 2>/dev/null 3>&- &
	pid=$!
	wait_for 5 locked "$T/monitor.lock"
	rca-reap -k "$T"
	code=0
	wait $pid || code=$?
	[ "$code" = 1 ]
	ended stopped
}

@test "a task that is done is done at once" {
	task claude fix
	wrap
	watch 0
	task claude bad
	fake error:401
	wrap
	watch 1
}

@test "a task that nobody has launched yet is launched" {
	task claude fix
	watch 0
	ended completed
}

@test "-d lets it go: session, descriptors, and no waiting caller" {
	task claude fix
	fake hold:4
	launch
	exec 251>"$ROOM/held"
	run timeout 10 sh -c "rca-monitor -d '$T' | cat"
	exec 251>&-
	[ "$status" = 0 ]
	[ -z "$output" ]
	pid=$(monitor_pid)
	[ "$(ps -o sid= -p "$pid" | tr -d ' ')" = "$pid" ]
	[ "$(readlink "/proc/$pid/fd/0")" = /dev/null ]
	[ "$(readlink "/proc/$pid/fd/1")" = /dev/null ]
	[ "$(readlink "/proc/$pid/fd/2")" = "$T/monitor.log" ]
	[ -z "$(find "/proc/$pid/fd" -lname "$ROOM/held" -o -lname 'pipe:*')" ]
	held
	go_on
	wait_done
	ended completed
	wait_for 5 unlocked "$T/monitor.lock"
	grep -q completed "$T/monitor.log"
}

@test "there is one for a task" {
	task claude fix
	fake hold:4
	launch
	rca-monitor -d "$T"
	pid=$(monitor_pid)
	run rca-monitor "$T"
	[ "$status" = 1 ]
	[[ "$output" == *"already watched by process $pid"* ]]
	run rca-monitor -d "$T"
	[ "$status" = 0 ]
	[[ "$output" == *"already watched"* ]]
	[ "$(monitor_pid)" = "$pid" ]
	held
	go_on
	wait_done
}

@test "of ten that start at once, one watches" {
	task claude fix
	fake hold:4
	launch
	for i in {1..10}; do
		rca-monitor -d "$T" 2>/dev/null 3>&- &
		pids="${pids-} $!"
	done
	for p in $pids; do wait "$p"; done
	[ "$(ours rca-monitor | wc -l)" = 1 ]
	held
	go_on
	wait_done
	[ "$(starts)" = 1 ]
}

# idle: the monitor of T, once it has done what it does on its start, forks nothing and sleeps for
# two seconds.
idle()
{
	local pid f w

	pid=$(monitor_pid)
	wait_for 10 calm "$pid"
	f=$(forks "$pid") w=$(wakes "$pid")
	sleep 2
	[ "$(forks "$pid")" = "$f" ]
	[ $(($(wakes "$pid") - w)) -le 1 ]
}

calm()
{
	local w

	w=$(wakes "$1")
	sleep 0.3
	[ "$(wakes "$1")" = "$w" ]
}

# Page faults of children it has waited for: none, if there were no children.
forks() { awk '{ print $11 }' "/proc/$1/stat"; }
wakes() { awk '/^(non)?voluntary/ { n += $2 } END { print n }' "/proc/$1/status"; }

@test "while nothing happens it forks nothing and hardly wakes" {
	unset MONITOR_BASE_INTERVAL
	task claude fix
	fake hold:4
	launch
	held
	rca-monitor -d "$T"
	idle
	go_on
	wait_done
	ended completed
}

@test "while it waits for a limit it sleeps, too" {
	unset MONITOR_BASE_INTERVAL
	task claude fix
	fake limit:3600
	launch
	rca-monitor -d "$T"
	wait_status limited
	idle
	rca-reap -k "$T"
}

# --- crash

@test "an agent killed at work is resumed at once, in its session" {
	for a in claude codex opencode pi; do
		task $a fix
		fake hang:4
		launch
		rca-monitor -d "$T"
	done
	for a in claude codex opencode pi; do
		T=$TASKS/$a-fix S=$FAKE_DIR/$a-fix
		worked
		before=$(now_ms)
		kill -9 "$(cat "$T/pid")"
		wait_done
		within 3 "$before"
		ended completed
		[ "$(starts resume)" = 1 ]
		[ "$(get retry_count)" = 1 ]
		[ "$(get attempt)" = 2 ]
		history_has ' crashed reason=signal:9'
	done
}

@test "a wrapper that is killed is noticed at once, and what it left ends before the next attempt" {
	for a in claude codex opencode pi; do
		task $a fix
		fake hang:4
		launch
		rca-monitor -d "$T"
	done
	for a in claude codex opencode pi; do
		T=$TASKS/$a-fix S=$FAKE_DIR/$a-fix
		worked
		before=$(now_ms)
		kill -9 "$(wrap_pid)"
		wait_done
		within 4 "$before"
		ended completed
		[ "$(starts resume)" = 1 ]
		history_has ' crashed reason=wrapper_gone'
	done
}

@test "agent and wrapper killed together, a tool at work" {
	task codex fix
	fake hang:3
	launch
	rca-monitor -d "$T"
	wait_for 5 grep -q command_execution "$T/events.jsonl"
	kill -9 "$(wrap_pid)" "$(cat "$T/pid")"
	wait_done
	ended completed
	[ "$(starts resume)" = 1 ]
}

@test "under tmux the next attempt runs in the same session, and a dead server is no hindrance" {
	task claude fix
	fake hang:4 hang:4
	launch tmux
	rca-monitor -d "$T"
	worked
	kill -9 "$(wrap_pid)"
	two() { [ "$(starts resume)" = 1 ]; }
	wait_for 10 two
	[ "$(tm list-panes -a -F '#{session_name} #{pane_pid}')" = "claude-fix $(wrap_pid)" ]
	wait_for 5 test -e "$T/events.jsonl"
	again() { [ "$(grep -c tool-ran "$T/events.jsonl")" = 2 ]; }
	wait_for 5 again
	kill -9 "$(tm display-message -p '#{pid}')" "$(wrap_pid)"
	wait_done 20
	ended completed
	[ "$(starts resume)" = 2 ]
}

@test "a monitor that is killed is replaced by the next one, whatever the task was at" {
	task claude run
	fake hang:4
	launch
	rca-monitor -d "$T"
	worked
	kill -9 "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	kill -9 "$(cat "$T/pid")"
	wait_status crashed
	rca-monitor -d "$T"
	wait_done
	ended completed
	[ "$(starts resume)" = 1 ]

	task claude gone
	fake hang:4
	launch
	worked
	kill -9 "$(wrap_pid)"
	wait_for 5 unlocked "$T/lock"
	is_status running
	watch 0
	ended completed
	[ "$(starts resume)" = 1 ]
}

@test "the first resume is at once, those after it back off, up to the maximum" {
	task claude fix
	fake crash:1 crash:1 crash:1 crash:1 ok
	before=$(now_ms)
	launch
	watch 0
	# at once, 1, 2, 2
	[ "$(seconds_since "$before")" -ge 4 ]
	within 9 "$before"
	ended completed
	[ "$(get retry_count)" = 4 ]
}

@test "work in between makes the next resume an immediate one again" {
	task claude fix
	fake crash:4 crash:4 crash:4 crash:4 ok
	before=$(now_ms)
	launch
	watch 0
	within 3 "$before"
	ended completed
	[ "$(get retry_count)" = 4 ]
}

@test "three attempts that bring nothing end the task as failed, without a fourth" {
	task claude fix
	fake mute:1 ...
	launch
	watch 1
	cat "$T/history" "$ROOM/said"
	ended failed
	[ "$(get reason)" = no_progress:\ exit:1 ]
	[ "$(wc -l <"$S/starts")" = 3 ]
}

@test "max_retries is the end of patience" {
	task claude fix
	fake crash:4 ...
	export MONITOR_MAX_RETRIES=2
	launch
	watch 1
	is_status abandoned
	[ "$(get abandon_reason)" = max_retries_exceeded ]
	[ -n "$(get abandoned_at)" ]
	[ "$(starts)" = 3 ]
	[ ! -e "$T/done" ]
	manifest_ok
	history_has ' abandoned reason=max_retries_exceeded'
}

@test "why it is given up is told as it was, though the manifest changes meanwhile" {
	mkdir -p "$XDG_CONFIG_HOME/rca/engines"
	cat >"$XDG_CONFIG_HOME/rca/engines/odd" <<-END
		#!/bin/sh
		[ "\$1" != stop ] || ! mkdir "$ROOM/stopped" ||
			sed -i '2i mine=$(printf 'y%.0s' {1..200})' "\$2/manifest"
		exec "$TOP/lib/plugins/engines/none" "\$@"
	END
	chmod +x "$XDG_CONFIG_HOME/rca/engines/odd"
	task claude fix -k max_retries=0
	fake crash:2
	launch odd
	watch 1
	[ -d "$ROOM/stopped" ]
	[[ "$(get mine)" == yyy* ]]
	[ "$(get reason)" = signal:9 ]
	history_has ' abandoned reason=max_retries_exceeded detail=signal:9$'
}

@test "giving up a task ends what a killed wrapper left; telling the monitor to go does not" {
	task claude fix -k max_retries=0
	fake hold:3
	launch
	held
	kill -9 "$(wrap_pid)"
	[ -n "$(marked "$T")" ]
	watch 1
	[ "$(get abandon_reason)" = max_retries_exceeded ]
	[ -z "$(marked "$T")" ]
	task claude two -k max_retries=9 -k base=600
	fake hold:3 hold:3
	launch
	held
	rca-monitor "$T" >/dev/null 2>&1 3>&- &
	wait_for 5 locked "$T/monitor.lock"
	kill "$!"
	wait "$!" || :
	[ "$(get abandon_reason)" = signal ]
	[ -n "$(marked "$T")" ]
	rca-reap -k "$T"
}

@test "the deadline ends the attempt and closes the session" {
	task claude fix
	fake deaf:3
	export MONITOR_DEADLINE=2
	launch tmux
	before=$(now_ms)
	watch 1
	[ "$(seconds_since "$before")" -ge 1 ]
	within 10 "$before"
	is_status abandoned
	[ "$(get abandon_reason)" = deadline ]
	[ -z "$(marked "$T")" ]
	unlocked "$T/lock"
	[ -z "$(tm list-sessions -F '#{session_name}' 2>/dev/null)" ]
}

@test "the environment of a task that is given up goes, and rca-launch -r brings a new one" {
	task claude fix -k max_retries=0
	fake crash:4 ok
	SECRET=hunter2 rca-launch "$T" >/dev/null
	[ -e "$T/env" ]
	watch 1
	is_status abandoned
	[ ! -e "$T/env" ]
	not grep -ra hunter2 "$T"
	SECRET=other rca-launch -r "$T" >/dev/null
	watch 0
	ended completed
}

@test "an abandoned task is left alone until somebody says -r" {
	task claude fix
	fake hang:4
	MONITOR_DEADLINE=1 launch
	MONITOR_DEADLINE=1 watch 1
	is_status abandoned
	watch 1
	grep -q 'abandoned (deadline)' "$ROOM/said"
	[ "$(starts)" = 1 ]
	rca-launch -r -e none "$T"
	watch 0
	ended completed
	[ "$(starts resume)" = 1 ]
	[ -z "$(get abandon_reason)" ]
}

@test "told to go, it says so, leaves the agent at work, and the next one goes on" {
	task claude fix
	fake hold:4
	launch
	rca-monitor "$T" 2>/dev/null 3>&- &
	pid=$!
	wait_for 5 locked "$T/monitor.lock"
	held
	kill -TERM $pid
	code=0
	wait $pid || code=$?
	[ "$code" = 1 ]
	[ "$(get abandon_reason)" = signal ]
	locked "$T/lock"
	rca-monitor -d "$T"
	running() { is_status running && [ -z "$(get abandon_reason)" ]; }
	wait_for 5 running
	go_on
	wait_done
	ended completed
	[ "$(starts)" = 1 ]
}

@test "a session closed by hand is the task's end, not a crash" {
	task claude fix
	fake hang:2
	launch tmux
	rca-monitor -d "$T"
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	tm kill-session -t '=claude-fix'
	wait_done
	ended stopped
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(starts)" = 1 ]
}

@test "a session closed by hand while the task waits for a retry or a limit is a stop" {
	export MONITOR_MAX_INTERVAL=600
	task claude fix
	fake mute:1 crash:1 crash:1 ...
	config base=1
	T1=$T
	launch tmux
	rca-monitor -d "$T"
	task claude lim
	fake limit:3600
	launch tmux
	rca-monitor -d "$T"
	wait_status limited
	wait_for 10 unlocked "$T/lock"
	tm kill-session -t '=claude-lim'
	wait_done
	ended stopped
	history_has ' pane_lost because=session_closed$'
	T=$T1
	wait_for 40 eval '[ "$(get retry_count)" -ge 2 ] && unlocked "$T/lock" && is_status crashed'
	tm kill-session -t '=claude-fix'
	wait_done
	ended stopped
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(get exit_code)" != 0 ]
}

@test "the server's death while a task waits for its next attempt is no stop" {
	export MONITOR_MAX_INTERVAL=600
	task claude fix
	fake mute:1 crash:1 ok
	launch tmux
	wait_status crashed
	tm kill-server
	watch 0
	ended completed
}

# --- hang

@test "a silent agent without processor time or an open tool is ended and resumed, with evidence" {
	for a in claude codex opencode pi; do
		task $a fix -k silence=2
		fake hang:2
		launch
		rca-monitor -d "$T"
	done
	for a in claude codex opencode pi; do
		T=$TASKS/$a-fix S=$FAKE_DIR/$a-fix
		wait_done 20
		ended completed
		[ "$(starts resume)" = 1 ]
		history_has ' hung silent_s=[2-9] cpu_ms=[0-9]* open_tools=0'
	done
}

@test "one that was called hung by a monitor that died before the deed is ended by the next" {
	task claude fix -k silence=2
	fake hang:2
	launch
	# the last that the wrapper writes there while the agent hangs
	wait_for 5 grep -q '^session_worked=.' "$T/manifest"
	sed -i 's/^status=running$/status=hung/' "$T/manifest"
	watch 0
	ended completed
	[ "$(starts resume)" = 1 ]
}

@test "one that is stopped counts as hung, and goes on" {
	task claude fix -k silence=2
	fake slow:0.3
	launch
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	kill -STOP "$(cat "$T/pid")"
	watch 0
	ended completed
	history_has ' hung '
	[ "$(starts resume)" = 1 ]
}

@test "one that ignores TERM is really ended" {
	task claude fix -k silence=2
	fake deaf:2
	launch
	watch 0
	ended completed
	history_has ' hung '
	[ "$(starts resume)" = 1 ]
}

@test "a quiet task that is at work is left alone: processor, open tool, check, long silence" {
	names='busy tool quiet check'
	# ps tells processor time in whole seconds
	export MONITOR_GRACE_PERIOD=3
	for n in $names; do
		case $n in
		busy) task claude "$n" -k silence=2; fake busy:7 ;;
		tool) task claude "$n" -k silence=2; fake tool:7 ;;
		quiet) task claude "$n" -k silence=20; fake retry:7 ;;
		check) task claude "$n" -k silence=2 -k check='exec sleep 7'; fake ok ;;
		esac
		launch
		rca-monitor -d "$T"
	done
	for n in $names; do
		T=$TASKS/claude-$n S=$FAKE_DIR/claude-$n
		wait_done 20
		ended completed
		[ "$(starts)" = 1 ] || { cat "$T/history" "$T/monitor.log"; return 1; }
		not grep -q ' hung ' "$T/history"
	done
	grep -q ' busy cpu_ms=[1-9][0-9]* open_tools=0$' "$TASKS/claude-busy/history"
	grep -q ' busy cpu_ms=[0-9]* open_tools=1$' "$TASKS/claude-tool/history"
	[ "$(grep -c ' busy ' "$TASKS/claude-tool/history")" = 1 ]
}

@test "each agent's tools are seen, also those that are never announced" {
	for a in codex opencode pi; do
		task $a fix -k silence=1
		fake tool:5
		launch
		rca-monitor -d "$T"
	done
	for a in codex opencode pi; do
		T=$TASKS/$a-fix S=$FAKE_DIR/$a-fix
		wait_done 20
		ended completed
		[ "$(starts)" = 1 ]
		not grep -q ' hung ' "$T/history"
	done
}

@test "a tool that is open for longer than tool_timeout is no excuse" {
	task claude fix -k silence=1 -k tool_timeout=3
	fake hang:3
	launch
	watch 0
	ended completed
	history_has ' hung .*open_tools=1'
	[ "$(starts resume)" = 1 ]
}

@test "a command is never called hung" {
	T=$(rca-mktask -n quiet -- sleep 6)
	launch
	watch 0
	ended completed
	not grep -q ' hung ' "$T/history"
}

@test "an agent that has said its last word and stays is no hang: the word counts" {
	export MONITOR_GRACE_PERIOD=1
	task claude end -k silence=1 -k linger=4
	fake hang:6
	launch
	rca-monitor -d "$T"
	task claude login -k silence=1 -k linger=2
	fake dwell:401
	launch
	rca-monitor -d "$T"
	task codex busy -k silence=1 -k linger=2
	fake dwell:500 ok
	launch
	watch 0
	ended completed
	history_has ' lingers silent_s='
	history_has ' crashed reason="unexpected status 500'
	T=$TASKS/claude-login
	wait_done 20
	ended failed
	[[ "$(get reason)" == 401\ * ]]
	T=$TASKS/claude-end
	wait_done 20
	ended completed
	not grep -qh ' hung ' "$TASKS"/*/history
}

# --- usage limit

@test "a limited task goes on when its time has come, not before" {
	for a in claude codex; do
		task $a fix
		fake limit:4
		launch
		rca-monitor -d "$T"
	done
	for a in claude codex; do
		T=$TASKS/$a-fix
		wait_status limited
		get resume_at >"$ROOM/at-$a"
	done
	for a in claude codex; do
		T=$TASKS/$a-fix S=$FAKE_DIR/$a-fix
		at=$(date -d "$(cat "$ROOM/at-$a")" +%s)
		wait_done 20
		[ "$(stat -c %Y "$T/done")" -ge "$at" ]
		[ "$(date +%s)" -le $((at + 8 * ${WAIT_SCALE:-1})) ]
		ended completed
		[ "$(starts resume)" = 1 ]
		[ "$(get retry_count)" = 0 ]
	done
}

@test "a limit that is still there is read again" {
	task claude fix
	fake limit:2 limit:2 ok
	launch
	watch 0
	ended completed
	[ "$(grep -c ' limited ' "$T/history")" = 2 ]
	[ "$(starts resume)" = 2 ]
}

@test "the wait is durable: the next monitor keeps the time" {
	task claude fix
	fake limit:8
	launch
	rca-monitor -d "$T"
	wait_status limited
	at=$(date -d "$(get resume_at)" +%s)
	wait_for 5 unlocked "$T/lock"
	kill -9 "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(starts)" = 1 ]
	watch 0
	[ "$(date +%s)" -ge "$at" ]
	ended completed
	[ "$(starts resume)" = 1 ]
}

@test "a limit whose time is past is over at once" {
	task claude fix
	fake limit:1700000000
	launch
	before=$(now_ms)
	watch 0
	within 3 "$before"
	ended completed
}

@test "a limit without a time is looked at again after limit_retry, and costs no retry" {
	for a in claude codex; do
		task $a fix -k limit_retry=1 -k max_retries=0
		fake limit:none limit:none ok
		launch
		watch 0
		ended completed
		[ "$(starts resume)" = 2 ]
		[ "$(get retry_count)" = 0 ]
		[ -z "$(get resume_at)$(get resume_unsure)$(get limited_since)" ]
		[ "$(grep -c ' limited .* look_at=2' "$T/history")" = 2 ]
		[ "$(grep -c ' limit_look' "$T/history")" = 2 ]
	done
}

@test "when a limit without a time is looked at again is durable, and said as such" {
	task claude fix
	fake limit:none
	before=$(date +%s)
	launch
	wait_status limited
	wait_for 5 unlocked "$T/lock"
	at=$(date -d "$(get resume_at)" +%s)
	[ "$at" -ge $((before + 3600)) ]
	[ "$at" -le $(($(date +%s) + 3600)) ]
	[ "$(get resume_unsure)" = yes ]
	[ "$(rca-probe -k "$T" | grep -c '^resume_')" = 2 ]
	[[ "$(rca-list claude-fix)" == *"limited, looked at again at $(get resume_at)"* ]]
	[[ "$(rca-list -j claude-fix | jq -r .resume_at)" == "$(get resume_at)" ]]
}

@test "a limit that nobody says the end of is given up after limit_patience" {
	task claude fix -k limit_retry=1 -k limit_patience=2
	fake limit:none ...
	launch
	watch 1
	not_done abandoned
	[ "$(get abandon_reason)" = limit_patience ]
	grep -q "abandoned reason=limit_patience detail=.*hit your 5-hour limit" "$T/history"
	[ "$(get retry_count)" = 0 ]

	# Who carries it on begins anew.
	rca-launch -r -e none "$T" >/dev/null
	wait_status limited
	[ "$(get limited_since)" = "$(get finished_at)" ]
}

# --- questions

# asking: a headless agent that asks on its standard error
asking()
{
	printf '#!/bin/sh\ncat >/dev/null\nprintf "Overwrite config? (y/N) " >&2\nexec sleep 1000\n' >"$ROOM/asker"
	chmod +x "$ROOM/asker"
	printf '%s\n' "start=$ROOM/asker" session=none 'event.end=type=end' \
		>"$XDG_CONFIG_HOME/rca/agents/asker"
	task asker ask
}

@test "a question that nobody can answer ends the watch: headless agent, command without terminal" {
	for kind in agent command; do
		if [ "$kind" = agent ]; then
			asking
			launch tmux
		else
			rca-reap -r "$T"
			T=$(rca-mktask -n ask -- sh \
				-c 'printf "Overwrite config? (y/N) "; read -r x; echo "said $x"')
			launch none
		fi
		before=$(now_ms)
		watch 1
		within 8 "$before"
		is_status abandoned
		[ "$(get abandon_reason)" = waiting_for_input ]
		history_has ' abandoned reason=waiting_for_input detail=.*Overwrite config'
		[ -z "$(marked "$T")" ]
		[ -z "$(tm list-sessions -F '#{session_name}' 2>/dev/null)" ]
	done
}

@test "a command or a service that asks waits; each question is told once, rca-send answers it" {
	asks() { [ "$(grep -c ' waiting_for_input ' "$T/history")" = "$1" ]; }
	for restart in never always; do
		T=$(rca-mktask -n "ask-$restart" -k restart="$restart" -- sh -c '
			printf "Overwrite a? (y/N) "; read -r x; echo "said $x"
			printf "Overwrite b? (y/N) "; read -r x; echo "said $x"
			printf "Overwrite b? (y/N) "; read -r x; echo "said $x"
			printf "Password: "; stty -echo; read -r x; stty echo; echo "took $x"
			exec sleep 1000')
		launch tmux
		rca-monitor -d "$T"
		for n in 1 2 3; do
			wait_for 10 asks "$n"
			run rca-probe -k "$T"
			[ "$status" = 1 ]
			[[ "$output" == *health=waiting_for_input* ]]
			rca-send "$T" "y$n"
			wait_for 5 grep -q "said y$n" "$T/output.log"
		done
		wait_for 10 asks 4
		rca-send "$T" secret
		wait_for 5 grep -q 'took secret' "$T/output.log"
		is_status running
		[ "$(get attempt)" = 1 ]
		asks 4
		rca-reap -k "$T"
	done
}

@test "in an interactive task it is a notice, and the answer is waited for" {
	T=$(rca-mktask -i -n ask -- sh \
		-c 'printf "Overwrite config? (y/N) "; read -r x; echo "said $x"')
	launch tmux
	rca-monitor -d "$T"
	wait_for 10 grep -q ' waiting_for_input ' "$T/history"
	is_status running
	tm send-keys -t '=command-ask:' y Enter
	wait_done
	ended completed
	grep -q 'said y' "$T/output.log"
}

@test "a question that is gone at the next look is none" {
	export MONITOR_BASE_INTERVAL=2
	T=$(rca-mktask -n quick -- sh -c 'printf "Overwrite config? (y/N) "; until grep -q "^pane_state=waiting" "$RCA_TASK/manifest"; do sleep 0.05; done; echo; echo "taken for a no"; sleep 3')
	launch tmux
	watch 0
	ended completed
	history_has ' pane state=waiting'
}

@test "a question in the middle of what is said is none" {
	T=$(rca-mktask -n talk -- sh \
		-c 'echo "It then asks: continue? (y/N)"; echo; echo "and so on"; exec sleep 5')
	launch tmux
	watch 0
	ended completed
}

# --- settings

@test "each variable of its table is checked" {
	task claude fix
	for v in BASE_INTERVAL MAX_INTERVAL DEADLINE GRACE_PERIOD MAX_RETRIES DISPATCH_WAIT \
		TOOL_TIMEOUT; do
		export "MONITOR_$v=soon"
		complains 100 "MONITOR_$v" rca-monitor "$T"
		unset "MONITOR_$v"
	done
	is_status created
}

@test "the environment wins over the task, the task over the config" {
	echo max_retries=3 >>"$XDG_CONFIG_HOME/rca/config"
	task claude a
	fake crash:4 crash:4 crash:4 crash:4 crash:4 crash:4
	launch
	watch 1
	[ "$(starts)" = 4 ]
	task claude b -k max_retries=0
	fake crash:4 crash:4
	launch
	watch 1
	[ "$(starts)" = 1 ]
	task claude c -k max_retries=0
	fake crash:4 crash:4 crash:4
	export MONITOR_MAX_RETRIES=1
	launch
	watch 1
	[ "$(starts)" = 2 ]
}

@test "a launch that never came to its wrapper is taken for lost after dispatch_wait" {
	export MONITOR_DISPATCH_WAIT=1
	task claude fix
	sed -i 's/^status=.*/status=launching/; s/^engine=.*/engine=none/' "$T/manifest"
	watch 0
	ended completed
}

# --- what a writer that died left

@test "a terminal status without done is completed, nothing is run again" {
	task claude fix
	wrap
	rm "$T/done"
	watch 0
	ended completed
	[ "$(starts)" = 1 ]
}

@test "a stop that nobody carried out is carried out" {
	task claude fix
	fake crash:4
	wrap
	: >"$T/stop"
	watch 1
	ended stopped
	[ "$(starts)" = 1 ]
}

@test "a launch that fails for good is said, and the task is not tried for ever" {
	task claude fix
	sed -i 's/^engine=.*/engine=none/' "$T/manifest"
	cd /
	rmdir "$PROJECT"
	export MONITOR_MAX_RETRIES=2
	watch 1
	is_status abandoned
	[ -n "$(get abandon_reason)" ]
}

# The agent of T has said its word, and its program is away when it dies.
struck_while_away()
{
	own_agent
	task my fix "$@"
	launch
	wait_for 5 grep -q step "$T/events.jsonl"
	mv "$ROOM/my" "$ROOM/away"
}

@test "a launch that fails waits like any other retry, and what rca-launch said is the reason" {
	struck_while_away
	rca-monitor -d "$T" 3>&-
	kill -9 "$(cat "$T/pid")"
	wait_for 10 history_has ' retry count=3 because='
	[ "$(get reason)" = "agent program $ROOM/my: not found: install it, or put it into PATH" ]
	[ "$(get start_failed)" = yes ]
	is_status crashed
	grep -q "rca-launch: agent program $ROOM/my: not found" "$T/monitor.log"
	mv "$ROOM/away" "$ROOM/my"
	wait_done
	ended completed
	[ "$(get attempt)" = 2 ]
	[ -z "$(get start_failed)" ]
	# at once, 1, 2: not all within a second
	[ "$(get retry_count)" -le 5 ]
}

@test "when patience ends before the launch succeeds, why it failed is told" {
	printf 'notify=command cat >>%s\n' "$ROOM/told" >>"$XDG_CONFIG_HOME/rca/config"
	struck_while_away -k max_retries=2
	kill -9 "$(cat "$T/pid")"
	watch 1
	is_status abandoned
	[ "$(get abandon_reason)" = max_retries_exceeded ]
	history_has ' abandoned reason=max_retries_exceeded detail="agent program .*/my: not found'
	history_has ' notice .*event=abandoned text="max_retries_exceeded: agent program .*/my: not found'
}

@test "the first launch is retried, also by the next monitor; a task that never began stays so" {
	own_agent
	task my fix
	mv "$ROOM/my" "$ROOM/away"
	sed -i 's/^engine=.*/engine=none/' "$T/manifest"
	rca-monitor -d "$T" 3>&-
	wait_for 10 history_has ' retry count=2 '
	is_status created
	[ ! -e "$T/resume" ]
	kill -9 "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	rca-watchdog
	sed -i 's/"$1" = resume/1/' "$ROOM/away"
	mv "$ROOM/away" "$ROOM/my"
	wait_done
	ended completed
	history_has ' running attempt=1 mode=fresh'
}

@test "the launch after a limit counts as a retry if it fails" {
	own_agent
	task my fix
	sed -i 's/^engine=.*/engine=none/; s/^status=.*/status=limited/; s/^attempt=.*/attempt=1/' \
		"$T/manifest"
	echo resume_at=2026-01-31T12:00:00Z >>"$T/manifest"
	mv "$ROOM/my" "$ROOM/away"
	export MONITOR_MAX_RETRIES=2
	watch 1
	[ "$(grep -c ' limit_over' "$T/history")" = 1 ]
	history_has ' retry count=2 '
	[ "$(get abandon_reason)" = max_retries_exceeded ]
}

@test "a project directory that is away, and programs of ours that are, are waited for" {
	own_agent
	task my fix
	cp -r "$TOP/bin" "$ROOM/bin"
	ln -s "$TOP/lib" "$ROOM/lib"
	rca-launch -e none "$T"
	wait_for 5 grep -q step "$T/events.jsonl"
	"$ROOM/bin/rca-monitor" -d "$T" 3>&-
	cd /
	mv "$PROJECT" "$ROOM/q"
	kill -9 "$(cat "$T/pid")"
	wait_for 10 history_has ' retry count=2 because="project directory'
	mv "$ROOM/bin/rca-launch" "$ROOM/x"
	# the directory comes back later: a launch that is under way would find it
	wait_for 10 history_has ' launch_failed reason="rca-launch: not beside rca-monitor'
	mv "$ROOM/q" "$PROJECT"
	mv "$ROOM/x" "$ROOM/bin/rca-launch"
	wait_done
	ended completed
}

@test "a task that is removed under it lets it go" {
	task claude fix
	fake hold:4
	launch
	rca-monitor -d "$T"
	held
	rca-reap -kr "$T"
	wait_for 5 none_of_ours rca-monitor
}

@test "a lock or a log that cannot be had is said: nobody takes the task for watched" {
	task claude fix
	mkdir "$T/monitor.lock"
	complains 111 "lock monitor.lock: not a regular file" rca-monitor "$T"
	complains 111 "monitor.lock: not a regular file" rca-monitor -d "$T"
	rmdir "$T/monitor.lock"
	mkdir "$T/monitor.log"
	complains 111 "open monitor.log: not a regular file" rca-monitor -d "$T"
	rmdir "$T/monitor.log"
	mkdir "$T/lock"
	complains 111 "ask lock: not a regular file" rca-monitor "$T"
	rmdir "$T/lock"
	is_status created
}

@test "a manifest that is none is said, and kept" {
	task claude fix
	printf 'version=1\n' >"$T/manifest"
	complains 100 "manifest" rca-monitor "$T"
	complains 100 "manifest" rca-monitor -d "$T"
	[ "$(cat "$T/manifest")" = version=1 ]
}

@test "a task that is not there, or not to be trusted, is refused" {
	complains 102 "no such task" rca-monitor claude-none
	complains 102 "no such task" rca-monitor -d claude-none
	task claude fix
	ln -s "$T" "$TASKS/link"
	complains 100 "is a symlink" rca-monitor link
	chmod 722 "$T"
	complains 100 "others can write it" rca-monitor "$T"
	chmod 700 "$T"
	is_status created
}

@test "-V is its name and version" {
	run rca-monitor -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-monitor\ [0-9]+\.[0-9] ]]
}

@test "a wrong option, no task or two are answered with the usage" {
	usage_of rca-monitor
	usage_of rca-monitor -x
	usage_of rca-monitor a b
}
