#!/usr/bin/env bats
# The machine's clock is set, the machine sleeps or was off, another host's clock differs: none of
# it ends anything, or holds anything up.
# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup_file()
{
	${CC:-cc} -shared -fPIC -o "$BATS_FILE_TMPDIR/clock.so" "$TOP/t/harness/preload/clock.c" \
		-ldl
}

setup()
{
	rca_setup
	quick
	export CLOCK_OFF=$ROOM/off ASAN_OPTIONS=verify_asan_link_order=0:${ASAN_OPTIONS-}
	clocks 0 0 0
}

# The monitors first: they would start again what else is ended.
teardown()
{
	# shellcheck disable=SC2046
	kill -9 $(ours rca-monitor | cut -d' ' -f 1) 2>/dev/null || :
	rca_teardown
}

# clocks WALL AWAKE BOOT: from now on the clocks of `clocked` programs are off by so many seconds.
clocks() { echo "$*" >"$ROOM/off.new" && mv "$ROOM/off.new" "$ROOM/off"; }

clocked() { LD_PRELOAD=$BATS_FILE_TMPDIR/clock.so "$@"; }

launch() { rca-launch -e none "$T" >/dev/null; }

# In the foreground: one that detaches itself takes no LD_PRELOAD along.
watched()
{
	clocked rca-monitor "$T" >/dev/null 2>"$ROOM/said" </dev/null 3>&- &
	wait_for 5 locked "$T/monitor.lock"
	wait_for 5 test -n "$(get last_checked_at)$(get watched)"
}

# never REGEX: for longer than some looks would need, history has it not; and the attempt is alive.
never()
{
	WAIT_SCALE=1 not wait_for "${2:-4}" history_has "$1" >/dev/null
	is_status running
	locked "$T/monitor.lock"
}

health() { [ "$(rca-probe -k "$T" | sed -n 's/^health=//p')" = "$1" ]; }

@test "a clock that is set back while a retry waits does not make it wait longer" {
	task claude fix
	fake crash:1 crash:1 ok
	launch
	clocks 3600 0 0
	watched
	wait_for 20 history_has ' retry count=1'
	clocks 0 0 0
	wait_done 20
	ended completed
}

@test "a clock that is put right, by hours and either way, ends no living agent" {
	task claude fix -k deadline=100 -k silence=50 -k tool_timeout=50
	fake hold:3
	launch
	held
	watched
	clocks 36000 0 36000
	never 'quiet|hung|abandoned'
	clocks -36000 0 0
	never 'quiet|hung|abandoned'
	health ok
	go_on
	wait_done
	ended completed
}

@test "a machine that was off for longer than the deadline carries its tasks on" {
	task claude fix
	fake hang:3 ok
	launch
	wait_for 10 grep -q tool_use "$T/events.jsonl"
	watched
	wait_for 10 test -n "$(get watched_since)"
	kill -9 "$(monitor_pid)"
	# shellcheck disable=SC2046
	kill -9 $(wrap_pid) $(marked "$T")
	wait_for 5 unlocked "$T/lock"
	sed -i 's/^\(watched_since\|attempt_at\|started_at\)=.*/\1=2026-01-31T12:00:00Z/' \
		"$T/manifest"
	rca-watchdog
	wait_done
	ended completed
	[ "$(get attempt)" = 2 ]
}

@test "the deadline counts what all monitors have watched" {
	task claude fix -k deadline=20
	fake hold:3
	launch
	held
	rca-monitor -d "$T" 3>&-
	two() { [ "$(get watched)" -ge 2 ]; }
	wait_for 10 two 2>/dev/null
	kill "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	two
	# what is left of a deadline that none of the next ones lives to see
	sed -i 's/^watched=.*/watched=86399/; s/^deadline=.*/deadline=86400/' "$T/manifest"
	run rca-monitor "$T"
	[ "$status" = 1 ]
	[ "$(get abandon_reason)" = deadline ]
	# -r begins anew
	rca-launch -r "$T" >/dev/null
	[ -z "$(get watched)" ]
}

@test "after a sleep of the machine nothing is hung and no deadline over, on any clock" {
	config silence=30
	for awake in 0 7200; do
		task claude "fix$awake" -k deadline=3600
		fake hang:2
		launch
		wait_for 10 grep -q '"text"' "$T/events.jsonl"
		watched
		clocks 7200 "$awake" 7200
		never 'quiet|hung|abandoned'
		rca-reap -k "$T"
		clocks 0 0 0
	done
}

@test "the age of a tool is what it lived while the machine was awake" {
	config silence=1 grace=1
	task opencode fix -k silence=1 -k tool_timeout=600
	fake tool:1000
	launch
	watched
	wait_for 10 history_has ' quiet'
	clocks 7200 0 7200
	never hung
	rca-reap -k "$T"
}

@test "times of another host's clock neither hide a hang nor make one" {
	task claude fix -k silence=2
	fake hang:1 ok
	launch
	wait_for 10 test -s "$T/events.jsonl"
	touch -d '2 days' "$T/events.jsonl" "$T/output.log" "$T/progress"
	rca-monitor -d "$T" 3>&-
	wait_for 10 history_has ' quiet'
	wait_done
	ended completed
	history_has ' hung silent_s=[0-9]+ '
}

@test "what a monitor saw counts more for rca-probe and rca-list than the times of files" {
	task claude fix -k silence=3 -k tool_timeout=600
	fake hang:3
	launch
	wait_for 10 grep -q tool_use "$T/events.jsonl"
	both() { health "$1" && [ "$(rca-list -j | jq -r .health)" = "$1" ]; }
	touch -d '2 days' "$T/events.jsonl" "$T/output.log" "$T/progress"
	rca-monitor -d "$T" 3>&-
	wait_for 15 both quiet
	touch -d '2 days ago' "$T/events.jsonl" "$T/output.log" "$T/progress" "$T/pid"
	wait_for 15 both ok
	rca-reap -k "$T"
}

@test "a limit is not waited for longer because the clock was set back" {
	task claude fix
	fake limit:4 ok
	launch
	wait_status limited
	watched
	clocks -36000 0 0
	wait_done 30
	ended completed
}

@test "rca-wait -i waits for silence that it sees itself" {
	task claude fix
	fake hang:3
	launch
	wait_for 10 grep -q tool_use "$T/events.jsonl"
	LD_PRELOAD=$BATS_FILE_TMPDIR/clock.so rca-wait -t 6 -i 100 "$T" >"$ROOM/out" 3>&- &
	# in poll, that is: once it has looked, and not while it is read from a disk
	sleeps() { grep -q poll "/proc/$1/wchan" && grep -q rca-wait "/proc/$1/comm"; }
	wait_for 5 sleeps $!
	clocks 36000 0 36000
	echo "a word" >>"$T/events.jsonl"
	code=0
	wait $! || code=$?
	[ "$code" = 99 ]
	touch -d '2 days' "$T/events.jsonl" "$T/progress" "$T/pid"
	rca-wait -t 20 -i 2 "$T"
	rca-reap -k "$T"
}
