#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031
# slots=N: so many attempts run at once, the others wait for their turn; whatever dies, no slot is
# lost.

load ../harness/lib

setup()
{
	rca_setup
	quick
}

teardown() { rca_teardown; }

# job NAME [mktask options]: a command that writes down when it begins and ends, and waits for
# ROOM/go.NAME in between; its path is in T.
job()
{
	T=$(rca-mktask -n "$1" -d "$PROJECT" "${@:2}" -- sh -c '
		echo "+ $1" >>../log
		until [ -e "../go.$1" ]; do sleep 0.02; done
		echo "- $1" >>../log' job "$1")
}

at()
{
	T=$TASKS/command-$1
}

runs()
{
	line_in "^\\+ $1\$" "$ROOM/log"
}

is_queued()
{
	[ "$(get status "$TASKS/command-$1"),$(get reason "$TASKS/command-$1")" = \
		'launching,queued (slot)' ]
}

# holder FILE: the process that has signed this lock
holder()
{
	local pid

	read -r _ _ pid _ <"$1"
	echo "$pid"
}

none_marked()
{
	[ -z "$(marked "$T")" ]
}

# begun NAME...: launched without a terminal, one after the other
begun()
{
	local name

	for name; do
		[ -d "$TASKS/command-$name" ] || job "$name"
		rca-launch -e none "command-$name"
	done
}

@test "of 24 jobs at most 4 run at once, they begin in their order, and all end" {
	local line lines now=0 most=0 n=0 first

	config slots=4
	begun {10..33} >"$ROOM/out" 2>&1
	touch "$ROOM"/go.{10..33}
	rca-wait -t 60 "$TASKS"/*
	mapfile -t lines <"$ROOM/log"
	for line in "${lines[@]}"; do
		case $line in
		+*)
			now=$((now + 1)) n=$((n + 1)) first=$((${line#+ } - 10))
			# So many that got their slots together may overtake each other.
			((first > n - 6 && first < n + 4))
			;;
		-*) now=$((now - 1)) ;;
		esac
		((now <= most)) || most=$now
	done
	[ "$n,$now" = 24,0 ]
	[ "$most" = 4 ]
	[ "$(echo "$RCA_HOME"/slots/*)" = "$(echo "$RCA_HOME"/slots/{0,1,2,3,queue})" ]
	[ "$(stat -c %a "$RCA_HOME/slots")" = 700 ]
}

@test "who waits says so: rca-launch, rca-list, rca-probe, history" {
	config slots=1
	job a -k 'check=until [ -e ../go.check ]; do sleep 0.02; done'
	begun a
	wait_for 10 runs a
	job b
	run rca-launch -e none "$T"
	[ "$status" = 0 ]
	[[ $output == *'queued (slot)'* ]]
	is_queued b
	history_has ' queued because=slot$'
	rca-list -j command-b | jq -e '.status == "launching" and .reason == "queued (slot)"
		and .health == "ok"'
	run rca-probe "$T"
	[ "$status" = 0 ]
	[[ $output == *status=launching*health=ok* && $output == *'queued (slot)'* ]]
	on_terminal rca-list command-b | grep -q 'queued (slot)'
	rca-wait -t 5 -s launching "$T"
	# It is not idle: it has not begun.
	run rca-wait -t 2 -i 1 "$T"
	[ "$status" = 99 ]
	[ "$(rca-launch -e none "$T" 2>&1)" = "rca-launch: command-b: already running
command-b" ]
	touch "$ROOM"/go.{a,b}
	wait_for 10 grep -q '^== check: ' "$TASKS/command-a/output.log"
	# A check belongs to the attempt.
	nap 0.3
	is_queued b
	touch "$ROOM/go.check"
	rca-wait -t 20 "$TASKS"/*
	[ "$(get reason)" = end ]
}

@test "a monitor leaves a task that waits in peace: no hang, no retry, and no deadline" {
	config slots=1
	begun a
	wait_for 10 runs a
	task claude b -k silence=1 -k deadline=1 -k grace=0
	rca-launch -e none "$T" 2>/dev/null
	rca-monitor "$T" >"$ROOM/out" 2>&1 3>&- &
	wait_for 10 test -s "$T/monitor.lock"
	nap 2.6
	# Another monitor takes it for what it is.
	kill "$!"
	wait "$!" || :
	[ "$(get abandon_reason),$(get reason)" = 'signal,queued (slot)' ]
	(($(get waited) >= 1))
	rca-monitor "$T" >>"$ROOM/out" 2>&1 3>&- &
	wait_status launching
	not history_has 'hung|quiet|retry|deadline'
	touch "$ROOM/go.a"
	wait_done 20
	ended completed
	[ "$(get retry_count),$(get attempt)" = 0,1 ]
}

@test "a slot is free at once when its wrapper or agent is killed, not when its monitor is" {
	local a began

	config slots=1
	task claude a
	a=$T
	fake hang:2
	rca-launch -e none "$T"
	wait_status running
	rca-monitor "$T" 2>&1 3>&- &
	wait_for 5 test -s "$T/monitor.lock"
	begun b c
	kill -9 "$(holder "$a/monitor.lock")"
	is_queued b
	began=$(now_ms)
	kill -9 "$(holder "$a/lock")"
	wait_for 10 runs b
	within 3 "$began"
	# The agent that the killed wrapper left has no slot, so it is ended before its task waits.
	T=$a
	[ -n "$(marked "$T")" ]
	wrap_bg
	wait_for 5 grep -q '^reason=queued (slot)$' "$T/manifest"
	wait_for 5 none_marked
	is_queued c
	began=$(now_ms)
	kill -9 "$(<"$TASKS/command-b/pid")"
	wait_for 10 runs c
	within 3 "$began"
	[ "$(get reason)" = 'queued (slot)' ]
	kill "$WRAP"
	wrap_end
	rca-reap -a -k
}

@test "a wrapper that is killed while it waits keeps nobody behind it waiting" {
	config slots=1
	begun a b c
	wait_for 10 runs a
	is_queued b && is_queued c
	at b
	kill -9 "$(holder "$T/lock")"
	touch "$ROOM"/go.{a,c}
	at c
	wait_done
	at b
	not_done launching
	run rca-probe "$T"
	[ "$status" = 1 ]
	[[ $output == *health=lost* ]]
	touch "$ROOM"/go.b
	timeout 20 rca-monitor "$T" 2>/dev/null
	ended completed
}

@test "a stop works while a task waits: rca-reap -k, Ctrl-C, SIGTERM, and a closed session" {
	local began

	config slots=1
	begun a b
	# Behind another, and as good as never looking by itself.
	job c
	MONITOR_BASE_INTERVAL=100 wrap_bg
	wait_for 5 is_queued c
	nap 0.2
	began=$(now_ms)
	kill -INT "$WRAP"
	wrap_end
	within 3 "$began"
	[ "$W" = 130 ]
	ended stopped
	at b
	began=$(now_ms)
	rca-reap -k "$T"
	within 3 "$began"
	ended stopped
	job d
	wrap_bg
	wait_for 5 is_queued d
	began=$(now_ms)
	kill -TERM "$WRAP"
	wrap_end
	within 3 "$began"
	[ "$W,$(get reason)" = 143,terminated ]
	not_done crashed
	# From another host only by a file.
	begun f
	touch "$T/stop"
	wait_done
	ended stopped
	job e
	rca-launch "$T"
	is_queued e
	tmux -S "$RCA_HOME/tmux.sock" kill-session -t =command-e
	wait_done
	ended stopped
	[ ! -e "$ROOM/go.a" ]
	[ "$(<"$ROOM/log")" = '+ a' ]
}

@test "a service and a job with slot=no need no slot, and take none" {
	config slots=1
	job s -k restart=always
	begun s
	job n -k slot=no
	begun n a b
	wait_for 10 runs s
	wait_for 10 runs n
	wait_for 10 runs a
	is_queued b
	touch "$ROOM"/go.{n,a,b}
	at b
	wait_done
	rca-reap -k command-s
}

@test "more slots in the config let more in, and fewer end nothing and let nobody in too early" {
	config slots=1
	begun a b c
	wait_for 10 runs a
	is_queued b && is_queued c
	sed -i 's/^slots=.*/slots=2/' "$XDG_CONFIG_HOME/rca/config"
	wait_for 5 runs b
	is_queued c
	sed -i 's/^slots=.*/slots=1/' "$XDG_CONFIG_HOME/rca/config"
	touch "$ROOM/go.a"
	at a
	wait_done
	# The first slot is free, but one attempt runs.
	nap 0.6
	is_queued c
	sed -i 's/^slots=.*//' "$XDG_CONFIG_HOME/rca/config"
	wait_for 5 runs c
	touch "$ROOM"/go.{b,c}
	rca-wait -t 20 "$TASKS"/*
}

@test "slots that cannot be made are a failed start with a reason, not a job without a bound" {
	config slots=1
	job a
	ln -s "$ROOM" "$RCA_HOME/slots"
	wrap
	[ "$W" = 111 ]
	grep -q "^rca-wrap: command-a: open $RCA_HOME/slots: " "$ROOM/err"
	not_done created
	rm "$RCA_HOME/slots"
	mkdir -m 770 "$RCA_HOME/slots"
	rca-launch -e none "$T"
	wait_status crashed
	[ "$(get start_failed)" = yes ]
	[[ $(get reason) == *"$RCA_HOME/slots"* ]]
	[ ! -e "$ROOM/log" ]
	chmod 700 "$RCA_HOME/slots"
	touch "$ROOM/go.a"
	timeout 20 rca-monitor "$T" 2>/dev/null
	ended completed
}

@test "how many slots there are is the config's word alone" {
	complains 100 'slots: can only be set in your config file' rca-mktask -k slots=3 -- true
	config slots=many
	complains 100 'slots=many: not a whole number' rca-mktask -- true
	no_task_made
}
