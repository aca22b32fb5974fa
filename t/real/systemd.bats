#!/usr/bin/env bats
# The engine systemd, with a real one: pid 1 of namespaces of its own (systemd-up), with a system's
# manager for root and a user's, who lingers. Whatever dies, the job is carried to its end by one
# agent at a time.

bats_require_minimum_version 1.5.0
load ../harness/lib

SYSTEMD=$TOP/t/real/systemd-up
JOB_UID=4711 # of the user job

setup_file()
{
	local why

	ROOMS=$(mktemp -d /tmp/rca.XXXXXX)
	export ROOMS
	chmod 755 "$ROOMS"
	if why=$("$SYSTEMD" "$ROOMS" 2>&1); then
		inside useradd -m -u $JOB_UID job
		inside loginctl enable-linger job
		wait_for 10 inside systemctl is-active --quiet user@$JOB_UID
		return
	fi
	echo "*** THE ENGINE systemd WAS NOT TRIED: ${why##*$'\n'} ***"
	return 1
}

teardown_file()
{
	"$SYSTEMD" "$ROOMS" down && rm -rf "$ROOMS"
}

setup()
{
	rca_setup
	quick
	config engine=systemd base=1 grace=1 max_interval=1
	WHO=root
}

teardown()
{
	rca_teardown
}

inside()
{
	"$SYSTEMD" "$ROOMS" in "$@"
}

# as WHO: from now on rca's tools and systemctl are called by root, or by the user job.
as()
{
	WHO=$1
	[ "$WHO" = root ] || chown -R "$JOB_UID:$JOB_UID" "${ROOM:?}"
}

# rca TOOL..., sc ARG...: tools of ours and systemctl in there, by WHO.
rca()
{
	local user=()

	[ "$WHO" = root ] || user=(setpriv --reuid="$JOB_UID" --regid="$JOB_UID" --clear-groups)
	inside "${user[@]}" env -C "$PROJECT" HOME="$HOME" RCA_HOME="$RCA_HOME" \
		XDG_CONFIG_HOME="$XDG_CONFIG_HOME" FAKE_DIR="$FAKE_DIR" IS_SANDBOX=1 SECRET=x1y2z3 \
		PATH="$ROOMS/top/bin:$ROOMS/top/t/fake:/usr/bin:/bin" "$@" 3>&-
}

sc()
{
	local own=()

	[ "$WHO" = root ] || own=(--user)
	XDG_RUNTIME_DIR=/run/user/$JOB_UID rca env XDG_RUNTIME_DIR=/run/user/$JOB_UID systemctl \
		"${own[@]}" "$@"
}

# job NAME WORDS [OPTION...]: a task of the fake claude, with a monitor.
job()
{
	local name=$1 words=$2

	shift 2
	S=$FAKE_DIR/claude-$name
	mkdir "$S"
	echo "$words" >"$S/fake"
	echo 'do the work' >"$ROOM/prompt"
	as "$WHO"
	T=$(rca rca-run -a claude -n "$name" -d "$PROJECT" -p "$ROOM/prompt" "$@")
}

# the unit of T
unit()
{
	printf 'rca-%s-%s.service' "$(get session_name)" "$(printf %s "$T" | cksum | cut -d' ' -f1)"
}

worked() { [ "$(grep -c '^> Bash' "$T/output.log")" -ge "$1" ] && is_status running; }

# at N: the N-th attempt is at work, in its unit.
at()
{
	wait_for 15 worked "$1" || { cat "$T/history" "$T/manifest" "$T/monitor.log"; return 1; }
	sc is-active --quiet "$(unit)"
}

no_units()
{
	[ -z "$(sc list-units --all --no-legend --plain 'rca-claude-*')" ]
}

# once: no two agents at a time, one session, nothing left
once()
{
	[ "$(grep -c '^START .* resume session=' "$FAKE_DIR/log")" = $(($1 - 1)) ]
	[ "$(sed -n 's/.* session=\([^ ]*\) .*/\1/p' "$FAKE_DIR/log" | sort -u | wc -l)" = 1 ]
	wait_for 10 no_units
}

whatever_dies()
{
	as "$1"
	job work 'hang:3 hang:3 hang:3 hang:3 ok' -k engine_opts='TasksMax=77 Nice=3'
	at 1
	sc show -p TasksMax,Nice,Slice,KillMode "$(unit)" >"$ROOM/props"
	printf '%s\n' TasksMax=77 Nice=3 Slice=rca.slice KillMode=mixed | sort |
		diff - <(sort "$ROOM/props")
	inside kill -9 "$(<"$T/pid")"
	at 2
	kill -9 "$(wrap_pid)"
	at 3
	sc kill -s KILL "$(unit)"
	at 4
	kill -9 "$(monitor_pid)" "$(wrap_pid)"
	rca rca-watchdog
	wait_done 15
	ended completed
	once 5
}

@test "a system's unit: agent, wrapper, unit or monitor killed, the job is carried on" {
	whatever_dies root
}

@test "a user's unit: agent, wrapper, unit or monitor killed, the job is carried on" {
	whatever_dies job
}

# halted WHO: somebody stops the unit, whose task is then stopped for good.
halted()
{
	as "$1"
	job work 'hang:3 ok'
	at 1
	sc stop "$(unit)"
	wait_done 5
	ended stopped
	history_has ' pane_lost because=session_closed'
	wait_for 5 unlocked "$T/monitor.lock"
	rca rca-watchdog
	ended stopped
	once 1
}

@test "systemctl stop of a unit stops its task for good" { halted root; }
@test "systemctl --user stop of a unit stops its task for good" { halted job; }

@test "without a terminal: what looks or types says so, and rca-reap -k stops it" {
	as root
	job work 'hang:3 ...'
	at 1
	run -0 rca rca-probe -k "$T"
	[[ "$output" == *health=ok* ]]
	run -1 rca rca-attach "$T"
	[[ "$output" == *'no terminal to look into'*'rca-log -f follows it' ]]
	run -100 rca rca-run -i -a claude -n talk -d "$PROJECT" -p "$ROOM/prompt"
	[[ "$output" == *'engine systemd has no terminal'* ]]
	rca rca-reap -k "$T"
	ended stopped
	once 1
}

@test "a limit that is no property is refused, and nothing is left of the task" {
	as root
	for opts in MemoryMax 'Nice=3 -p' 'x y' Foo=1 MemoryMax=much 'CPUQuota=abc'; do
		run -100 job wrong ok -k engine_opts="$opts"
		rm -r "$FAKE_DIR/claude-wrong"
		no_units
	done
	[ -z "$(ls "$TASKS")" ]
}

@test "a user who does not linger is told so, and the job is started" {
	as job
	inside loginctl disable-linger job
	inside systemctl start user@$JOB_UID
	job work 'hang:3 ok' 2>"$ROOM/err"
	inside loginctl enable-linger job
	grep -q 'ends when you log out: loginctl enable-linger' "$ROOM/err"
	[ "$(get engine_linger)" = no ]
	at 1
	inside kill -9 "$(<"$T/pid")"
	wait_done 10
	ended completed
	[ -z "$(get engine_linger)" ]
	once 2
}

# told WHO: what delivers the last notice outlives the unit that began it.
told()
{
	cat >"$ROOM/slow" <<-END
		#!/bin/sh
		until [ -e "$ROOM/f/go" ]; do sleep 0.05; done
		echo told >"$ROOM/f/told"
	END
	chmod +x "$ROOM/slow"
	config "notify=command $ROOM/slow"
	as "$1"
	T=$(rca rca-mktask -n "by-$1" -d "$PROJECT" -- true)
	rca rca-launch "$T"
	wait_done
	ended completed
	wait_for 10 no_units
	[ ! -e "$ROOM/f/told" ]
	touch "$ROOM/f/go"
	wait_for 10 test -e "$ROOM/f/told"
}

@test "a notice is delivered though the unit that sent it has ended, by root and by a user" {
	told root
	rm -r "$ROOM"
	setup
	told job
}

@test "what systemd itself ends goes on, and that costs no retry" {
	as root
	job work 'hang:3 hang:3 ok' -k engine_opts=RuntimeMaxSec=2
	at 1
	at 2
	wait_done 15
	ended completed
	[ "$(get retry_count)" = 0 ]
	[ "$(grep -c ' engine_ended because=timeout' "$T/history")" = 2 ]
	once 3
}

@test "an agent that needs more than MemoryMax is killed, and its job goes on" {
	local limits='MemoryMax=100M MemorySwapMax=0'

	as root
	if [[ " $(inside cat /sys/fs/cgroup/cgroup.controllers) " != *' memory '* ]]; then
		echo 'left out: *** MemoryMax: no memory controller in cgroup2 here ***' >&3
		job work ok -k engine_opts="$limits"
		wait_done
		ended completed
		return
	fi
	cat >"$ROOM/eats" <<-'END'
		ev_text 'hungry'
		exec python3 -c 'import time; x = b"x" * 500000000; time.sleep(1000)'
	END
	job work "script:$ROOM/eats ok" -k engine_opts="$limits"
	wait_done 30
	ended completed
	history_has ' crashed reason=signal:9'
	[ "$(get retry_count)" = 1 ]
	once 2
}

@test "a user's manager ends and comes back: the job goes on, and that costs no retry" {
	as job
	job work 'hang:3 ok'
	at 1
	inside systemctl restart user@$JOB_UID
	history_has ' engine_ended because="systemd is going down"'
	rca rca-watchdog
	wait_done 15
	ended completed
	[ "$(get retry_count)" = 0 ]
	once 2
}

# timer: installs what rca-watchdog -i prints for systemd.
timer()
{
	local d=$ROOMS/system

	[ "$WHO" = root ] || d=$ROOM/units
	rca mkdir -p "$d"
	rca rca-watchdog -i >"$ROOM/said"
	sed -n '/^# systemd:/,/^# and/{/^#/!p}' "$ROOM/said" >"$d/rca-watchdog.service"
	sed -n '/^# and/,/^# launchd/{/^#/!p}' "$ROOM/said" >"$d/rca-watchdog.timer"
	[ "$WHO" = root ] || sc link "$d/rca-watchdog.service" "$d/rca-watchdog.timer"
	sc daemon-reload
	sc enable --now rca-watchdog.timer
}

# booted WHO: all is dead at once, then shut down in order; the timer brings the job back.
booted()
{
	as "$1"
	job work 'hang:3 hang:3 ok'
	timer
	at 1
	"$SYSTEMD" "$ROOMS" cut
	"$SYSTEMD" "$ROOMS"
	wait_for 15 worked 2
	[ "$(get retry_count)" = 1 ]
	# Nobody may be inside by then: systemd stops every process before it kills them, nsenter
	# does the same to itself, and the kernel waits for nsenter.
	inside systemctl --no-block start poweroff.target
	wait_for 20 not test -d "/proc/$(<"$ROOMS/unshare.pid")"
	"$SYSTEMD" "$ROOMS" cut
	"$SYSTEMD" "$ROOMS"
	wait_done 20
	ended completed
	[ "$(get retry_count)" = 1 ]
	history_has ' engine_ended because="systemd is going down"'
	once 3
	sc disable --now rca-watchdog.timer
	rm -f "$ROOMS/system/rca-watchdog".*
}

@test "a machine that loses its power, or is shut down: root's job goes on after the boot" {
	booted root
}

@test "a machine that loses its power, or is shut down: a user's job goes on after the boot" {
	booted job
}
