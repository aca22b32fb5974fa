#!/usr/bin/env bats
# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# The machine goes down, and comes up: every process of ours is dead, the sockets are gone, the
# numbers in our files belong to others. Then the watchdog runs, once, as cron runs it.
load ../harness/lib

setup()
{
	rca_setup
	printf 'base=5\nmax_interval=5\ngrace=1\nkill_grace=1\nlinger=1\nsilence=60\n' \
		>"$XDG_CONFIG_HOME/rca/config"
	export XDG_RUNTIME_DIR=$ROOM/run
	mkdir -m 700 "$XDG_RUNTIME_DIR" "$ROOM/bin"
	STRANGERS=
}

teardown()
{
	# shellcheck disable=SC2086
	[ -z "$STRANGERS" ] || kill $STRANGERS
	rca_teardown
}

# job NAME AGENT ENGINE WORD...: a task that runs, and has a monitor
job()
{
	task "$2" "$1"
	fake "${@:4}"
	rca-launch -e "$3" "$T" >/dev/null
	rca-monitor -d "$T"
}

# An interface of pi's: keeps its session where it is told to, shows its screen, stays.
interface()
{
	cat >"$ROOM/bin/pi" <<END
#!/bin/sh
printf '%s\\n' "\$*" >>"$ROOM/pi.argv"
for w; do case \$w in */session.jsonl) : >"\$w" ;; esac; done
cat "$TOP/t/data/screens/pi-idle.txt"
exec sleep 1000
END
	chmod +x "$ROOM/bin/pi"
	PATH=$ROOM/bin:$PATH task pi talk -i
	PATH=$ROOM/bin:$PATH rca-launch "$T" >/dev/null
	rca-monitor -d "$T"
}

everything() { holding "(RCA_HOME|RCA_TASK|FAKE_DIR)=$ROOM/|TMUX=$RCA_HOME"; }

none_left() { [ -z "$(everything)" ]; }

# No process may see another one die: all are stopped, then killed.
power_cut()
{
	local pid before='' now

	while now=$(everything) && [ "$now" != "$before" ]; do
		# shellcheck disable=SC2086
		kill -STOP $now 2>/dev/null || :
		before=$now
	done
	# shellcheck disable=SC2086
	kill -9 $now
	wait_for 5 none_left
}

# What a boot leaves: no socket, no runtime directory; and each number in our files is the pid of
# some process of the same user that has nothing to do with us.
boot()
{
	local d

	rm -rf "$RCA_HOME/tmux.sock" "$XDG_RUNTIME_DIR"
	for d in "$TASKS"/*; do
		env -i sleep 1000 3>&- &
		STRANGERS="$STRANGERS $!"
		[ ! -e "$d/pid" ] || echo "$!" >"$d/pid"
		echo "$!" >"$d/lock"
		echo "$!" >"$d/monitor.lock"
		sed -i "s/^pid=.*/pid=$!/" "$d/manifest"
	done
}

# soon TASK: while we were away most of its waiting has passed
soon()
{
	until=$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)
	sed -i "s/^resume_at=.*/resume_at=$until/" "$TASKS/$1/manifest"
}

strangers_live()
{
	# shellcheck disable=SC2086
	kill -0 $STRANGERS
	none_stopped=$(ps -o stat= -p "${STRANGERS// /,}" | grep -c '^T' || :)
	[ "$none_stopped" = 0 ]
}

# as_cron: the line that -i prints, run by a shell that knows nothing else
as_cron()
{
	rca-watchdog -i | sed -n -e 's/\\%/%/g' -e 's/^@reboot \(.*\) >.*/\1/p' >"$ROOM/line"
	env -i HOME="$HOME" sh -c "$(cat "$ROOM/line")" 2>&1 3>&-
}

crashed_twice() { [ "$(grep -c ' crashed ' "$TASKS/claude-again/history")" = 2 ]; }

in_status() { [ "$(get status "$TASKS/$1")" = "$2" ]; }

ends() { T=$TASKS/$1 S=$FAKE_DIR/$1; wait_done 15 && ended "${2:-completed}"; }

@test "after a power cut one pass brings every task back in its session, and touches no stranger" {
	job limit claude tmux limit:3600 ok
	job work claude tmux hang:3 ok
	job bare codex none hang:3 ok
	task opencode alone
	fake hang:3 ok
	rca-launch "$T" >/dev/null # and nobody watches it
	job over claude none ok
	job halt claude tmux hang:3
	rca-reap -k "$T"
	T=$(rca-mktask -n server -d "$PROJECT" -k restart=always -- sh \
		-c 'echo up >>"$0"; exec sleep 1000' "$ROOM/up")
	rca-launch "$T" >/dev/null
	rca-monitor -d "$T"
	T=$(rca-mktask -n once -d "$PROJECT" -- sh -c 'echo ran >>"$0"; exec sleep 1000' \
		"$ROOM/ran")
	rca-launch "$T" >/dev/null
	rca-monitor -d "$T"
	interface
	task claude given
	fake hang:2
	echo deadline=1 >>"$T/manifest"
	rca-launch -e none "$T" >/dev/null
	rca-monitor -d "$T"
	task claude new
	task claude began # the power went in the middle of a launch
	sed -i 's/^status=.*/status=launching/' "$T/manifest"
	mkfifo "$T/started"
	cp "$TASKS/claude-work/env" "$T"
	for t in claude-work codex-bare opencode-alone; do
		wait_for 5 test -s "$FAKE_DIR/$t/starts"
		wait_for 5 grep -q . "$TASKS/$t/session_id" "$TASKS/$t/events.jsonl"
	done
	wait_for 5 grep -q tool_use "$TASKS/claude-work/events.jsonl"
	wait_for 5 grep -q '"item.started"' "$TASKS/codex-bare/events.jsonl"
	wait_for 5 test -s "$ROOM/pi.argv"
	wait_for 5 test -s "$ROOM/up"
	wait_for 5 test -s "$ROOM/ran"
	wait_for 5 in_status claude-given abandoned
	wait_for 5 in_status claude-over completed
	wait_for 5 in_status claude-limit limited
	job again claude tmux crash:1 crash:1 ok
	# the next retry is at least base from here: the power has to go before
	wait_for 5 crashed_twice
	session=$(cat "$TASKS/claude-work/session_id")
	thread=$(cat "$TASKS/codex-bare/session_id")
	power_cut
	boot
	soon claude-limit
	given=$(md5sum <"$TASKS/claude-given/manifest")
	run as_cron
	echo "$output"
	[ "$status" = 0 ]
	[ "$(wc -l <<<"$output")" = 9 ] || { cat "$TASKS/claude-again/history"; false; }
	in_status claude-limit limited

	# what was at work goes on where it was
	ends claude-work
	[ "$(starts "resume session=$session")" = 1 ]
	ends codex-bare
	[ "$(starts "resume session=$thread")" = 1 ]
	ends opencode-alone
	[ "$(starts)" = 2 ]
	ends claude-began
	[ "$(starts fresh)" = 1 ]
	# the service is up again, the command is not run twice
	wait_for 5 in_status command-server running
	wait_for 5 test "$(wc -l <"$ROOM/up")" = 2
	ends command-once failed
	[ "$(get reason)" = lost ]
	[ "$(wc -l <"$ROOM/ran")" = 1 ]
	# the interface is there again, with its session
	wait_for 5 in_status pi-talk running
	[ "$(wc -l <"$ROOM/pi.argv")" = 2 ]
	grep -q ' running attempt=2 mode=resume ' "$TASKS/pi-talk/history"
	[[ "$(rca-probe -k "$TASKS/pi-talk")" == *"screen=idle"* ]]
	tmux -S "$RCA_HOME/tmux.sock" has-session -t =pi-talk
	# what waited waits for its time
	ends claude-again
	[ "$(get retry_count)" = 2 ] || { cat "$T/history"; false; }
	ends claude-limit
	[[ ! "$(get attempt_at)" < "$until" ]]
	[ "$(starts)" = 2 ]
	# what rested rests
	T=$TASKS/claude-halt
	ended stopped
	T=$TASKS/claude-over
	ended completed
	in_status claude-new created
	[ ! -e "$TASKS/claude-new/monitor.log" ]
	[ "$(md5sum <"$TASKS/claude-given/manifest")" = "$given" ]
	strangers_live
	# and no two of anything
	for d in "$TASKS"/*; do
		[ "$(marked "$d" | wc -l)" -le 2 ]
		manifest_ok "$d"
	done
	rca-reap -k command-server pi-talk
}

@test "after an orderly shutdown, too, where everything was told to end" {
	job work claude tmux hang:3 ok
	wait_for 5 grep -q tool_use "$T/events.jsonl"
	job limit claude tmux limit:3600 ok
	wait_status limited
	T=$(rca-mktask -n server -d "$PROJECT" -k restart=always -- sh \
		-c 'echo up >>"$0"; exec sleep 1000' "$ROOM/up")
	rca-launch "$T" >/dev/null
	rca-monitor -d "$T"
	wait_for 5 test -s "$ROOM/up"
	# shellcheck disable=SC2046
	kill $(everything)
	wait_for 10 none_left
	[ ! -e "$TASKS/claude-work/done" ]
	boot
	soon claude-limit
	run as_cron
	echo "$output"
	[ "$status" = 0 ]
	[ "$(wc -l <<<"$output")" = 3 ]
	ends claude-work
	[ "$(starts resume)" = 1 ]
	wait_for 5 in_status command-server running
	ends claude-limit
	[[ ! "$(get attempt_at)" < "$until" ]]
	strangers_live
	rca-reap -k command-server
}
