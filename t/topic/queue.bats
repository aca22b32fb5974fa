#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# Engines that have a queue, run tasks elsewhere, or end them by themselves: what the core does with
# their words. The engine `line` says what the test writes to ROOM/word, and starts the program when
# the test says `turn`.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup()
{
	rca_setup
	quick
	mkdir "$XDG_CONFIG_HOME/rca/engines"
	cat >"$XDG_CONFIG_HOME/rca/engines/line" <<-END
		#!/bin/sh
		verb=\$1 dir=\$2
		shift 2
		case \$verb in
		about) echo 'terminal=no remote=yes queue=yes' ;;
		start)
			echo start >>"$ROOM/starts"
			[ ! -e "$ROOM/busy" ] || { echo 'line: closed for an hour' >&2; exit 111; }
			[ ! -e "$ROOM/hint" ] || cat "$ROOM/hint" >&2
			echo job=\$(grep -c . "$ROOM/starts")
			[ ! -e "$ROOM/wait" ] || exit 0
			echo running >"$ROOM/word"
			"\$@" </dev/null >/dev/null 2>&1 &
			;;
		alive)
			echo >>"$ROOM/asked"
			cat "$ROOM/once" "$ROOM/word" 2>/dev/null | head -n 1
			rm -f "$ROOM/once"
			;;
		stop) echo stop >>"$ROOM/stops"; echo closed >"$ROOM/word" ;;
		on) exec "\$@" ;;
		esac
	END
	chmod +x "$XDG_CONFIG_HOME/rca/engines/line"
	echo 'dead' >"$ROOM/word"
	printf 'engine=line\n' >>"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

starts_are() { [ "$(grep -c . "$ROOM/starts")" = "$1" ]; }

asked() { [ -e "$ROOM/asked" ] && [ "$(grep -c '' "$ROOM/asked")" -ge "$1" ]; }

# The queue lets it in.
turn()
{
	rm -f "$ROOM/wait"
	echo running >"$ROOM/word"
	rca-wrap "$T" </dev/null >/dev/null 2>&1 3>&- &
}

monitor()
{
	rca-monitor "$T" >"$ROOM/out" 2>"$ROOM/said" 3>&- &
	monitor=$!
}

@test "a task in the queue is launched, not started twice, well, and spends no retry" {
	touch "$ROOM/wait"
	echo 'queued Resources' >"$ROOM/word"
	task claude fix -k 'engine_opts=-p short'
	run -0 --separate-stderr rca-launch "$T"
	[ "$stderr" = "rca-launch: claude-fix: queued (Resources)" ]
	[ "$(get engine) $(get engine_opts) $(get engine_job)" = "line -p short 1" ]
	[ "$(status_of) $(get reason)" = "launching queued (Resources)" ]
	run -0 --separate-stderr rca-launch "$T"
	[ "$stderr" = "rca-launch: claude-fix: queued (Resources)" ]
	starts_are 1
	monitor
	echo 'queued Priority' >"$ROOM/word"
	wait_for 10 grep -q 'queued because=Priority' "$T/history"
	run -0 rca-probe -k "$T"
	[[ $output == *health=ok* && $output == *"queued (Priority)"* ]]
	run -0 rca-list
	[[ $output == *launching*ok*"(queued (Priority))"* ]]
	wait_for 10 grep -q '^waited=' "$T/manifest"
	turn
	wait "$monitor"
	ended completed
	[ "$(get retry_count)" = 0 ]
	starts_are 1
	not line_in crashed "$T/history"
}

@test "closed in the queue is stopped; rca-reap -k takes it out of the queue" {
	touch "$ROOM/wait"
	echo 'queued Resources' >"$ROOM/word"
	task claude fix
	rca-launch "$T" 2>/dev/null
	monitor
	echo closed >"$ROOM/word"
	wait_done
	ended stopped
	task claude two
	echo 'queued Resources' >"$ROOM/word"
	rca-launch "$T" 2>/dev/null
	run -0 rca-reap -k "$T"
	wait_done
	ended stopped
	[ -s "$ROOM/stops" ]
	starts_are 2
}

# hit SIGNAL: the wrapper gets it, once its agent holds; the next agent holds anew.
hit()
{
	held
	rm "$S/held" "$S/go"
	kill -"$1" "$(wrap_pid)"
}

# told_to_end WORD...: the wrapper gets SIGTERM while the engine says so, and never again.
told_to_end()
{
	held
	echo "$*" >"$ROOM/once"
	echo dead >"$ROOM/word"
	hit TERM
}

@test "an end that the engine decided spends no retry; any other does" {
	task claude fix -k max_retries=1
	fake hold:3 hold:3 ok
	rca-launch "$T"
	monitor
	held
	echo 'gone PREEMPTED' >"$ROOM/word"
	hit KILL
	wait_for 10 grep -q 'engine_ended because=PREEMPTED' "$T/history"
	wait_for 10 grep -q ' attempt=2 ' "$T/history"
	held
	[ "$(get retry_count)" = 0 ]
	echo gone >"$ROOM/word"
	hit KILL
	wait "$monitor"
	ended completed
	[ "$(get retry_count)" = 1 ]
	starts_are 3
}

@test "a wrapper that is told to end asks why: closed is a stop, the engine's end costs no retry" {
	echo 'line: it ends at midnight' >"$ROOM/hint"
	task claude fix -k max_retries=1
	fake hold:3 hold:3 hold:3
	run -0 --separate-stderr rca-launch "$T"
	[ "$stderr" = 'rca-launch: claude-fix: line: it ends at midnight' ]
	began=$(now_ms)
	monitor
	told_to_end gone TIMEOUT
	wait_for 10 grep -q ' attempt=2 ' "$T/history"
	(($(now_ms) - began >= 1000)) # base: the engine may be going down, and we with it
	history_has ' engine_ended because=TIMEOUT'
	[ "$(get retry_count)" = 0 ]
	[ -z "$(get engine_ended)" ]
	told_to_end running
	wait_for 10 grep -q ' attempt=3 ' "$T/history"
	[ "$(get retry_count)" = 1 ]
	told_to_end closed
	wait "$monitor" || :
	ended stopped
	[ "$(grep -c engine_ended "$T/history")" = 1 ]
	starts_are 3
}

@test "nothing is started while the engine has it, or while a remote one cannot be asked" {
	task claude fix
	fake hold:3 ok
	rca-launch "$T"
	monitor
	held
	kill -9 "$(wrap_pid)"
	wait_for 10 asked 2
	starts_are 1
	echo 'unknown' >"$ROOM/word"
	wait_for 10 line_in 'cannot look at its session' "$ROOM/said"
	starts_are 1
	echo 'dead' >"$ROOM/word"
	wait "$monitor"
	ended completed
	starts_are 2
}

@test "a monitor that has begun under another engine asks the one that has the task now" {
	export MONITOR_BASE_INTERVAL=3
	task claude fix -k engine=none
	fake crash:0 crash:0 ok
	rca-launch "$T"
	monitor
	wait_for 10 grep -q ' attempt=2 ' "$T/history"
	wait_status crashed
	touch "$ROOM/wait"
	echo 'queued Resources' >"$ROOM/word"
	rca-launch -e line "$T"
	wait_for 15 grep -q '^waited=' "$T/manifest"
	starts_are 1
	not line_in 'wrapper_gone' "$T/history"
	turn
	wait "$monitor"
	ended completed
}

@test "an engine that cannot start now is a failed retry, and what it said is the reason" {
	touch "$ROOM/busy"
	task claude fix
	run -111 rca-launch "$T"
	[[ $output == *"line: closed for an hour"* ]]
	monitor
	wait_for 10 line_in 'reason=line: closed for an hour' "$T/manifest"
	rm "$ROOM/busy"
	wait "$monitor"
	ended completed
}

@test "what an engine cannot do is said before anything is made or started" {
	complains 100 'engine line has no terminal' rca-launch "$(rca-mktask -i -a claude -n i)"
	[ ! -e "$ROOM/starts" ]
	complains 100 'no such engine' rca-mktask -a claude -n x -k engine=lime
	complains 100 'engine=../line: not a name' rca-mktask -a claude -n x -k engine=../line
	[ ! -e "$TASKS/claude-x" ]
	echo 'engine=lime' >"$XDG_CONFIG_HOME/rca/config"
	complains 100 'engine lime' rca-mktask -a claude -n x
	[ ! -e "$TASKS/claude-x" ]
}

@test "a command without a terminal is not to be attached to" {
	T=$(rca-mktask -n job -- sleep 100)
	rca-launch "$T"
	rca-monitor -d "$T"
	run -0 script -qc "rca-probe $T" /dev/null
	[[ $output == *rca-log* && $output != *rca-attach* ]]
	rca-reap -k "$T"
}
