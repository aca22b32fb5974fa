#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2314
# Tasks as jobs of a real Slurm of two nodes (slurm-up). The user is on "head", from where no
# process of a node can be seen. All tests share that Slurm, one home, and the agents' log: nowhere
# in it may two agents have worked on one task.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup_file()
{
	rca_setup
	export ROOM PROJECT TASKS CLUSTER=$ROOM/slurm
	export SLURM_CONF=$CLUSTER/slurm.conf
	printf '%s\n' engine=slurm base=1 grace=1 max_interval=2 kill_grace=1 linger=1 silence=60 \
		dispatch_wait=2 >"$XDG_CONFIG_HOME/rca/config"
	"$TOP/t/real/slurm-up" "$CLUSTER" 3>&- || {
		echo "*** THE ENGINE slurm WAS NOT TRIED: see above ***"
		return 1
	}
	# Its time is over while others are tested: slurmctld looks each 30 s.
	job limit '-w n1' hold:3 ok
	held
	scontrol update "jobid=$(get engine_job)" "endtime=$(date -d '+2 sec' +%FT%T)"
}

teardown_file()
{
	"$TOP/t/real/slurm-down" "$CLUSTER" 3>&-
	rca_teardown
}

setup() { cd "$PROJECT" || return; }

teardown()
{
	scancel -n filler
	! line_in '^(DOUBLE|LEFTOVER)' "$FAKE_DIR/log" || {
		grep -E '^(DOUBLE|LEFTOVER)' "$FAKE_DIR/log"
		return 1
	}
	[ -n "$BATS_TEST_COMPLETED" ] || {
		squeue -a -t all
		tail -n 60 "$CLUSTER"/log/slurm*
		tail -n 30 "$TASKS"/*/history "$TASKS"/*/monitor.log
	}
}

# at NAME COMMAND...: runs it on that host.
at()
{
	nsenter -t "$(<"$CLUSTER/run/$1.pid")" -p -m -u -- "${@:2}" 3>&-
}

slurm() { "$TOP/lib/plugins/engines/slurm" "$@" 3>&-; }

# new NAME OPTIONS WORD...: a task, and what each of its attempts is to do.
new()
{
	# shellcheck disable=SC2086
	task claude "$1" -k "engine_opts=$2" ${settings-}
	fake "${@:3}"
}

# job NAME OPTIONS WORD...: the same, launched and watched from the head.
job()
{
	new "$@"
	at head rca-launch "$T" >/dev/null 2>"$ROOM/said"
	at head rca-monitor -d "$T"
}

# of NAME: this task is meant from here on.
of()
{
	T=$TASKS/claude-$1 S=$FAKE_DIR/claude-$1
}

# filler OPTIONS: a job of somebody else that takes all of a node, and runs.
filler()
{
	# shellcheck disable=SC2086
	sbatch --parsable -J filler --exclusive -o /dev/null $1 --wrap 'exec sleep 1000' \
		>"$ROOM/filler"
	wait_for 15 filler_runs
}

filler_runs() { [ "$(squeue -h -n filler -o %T)" = RUNNING ]; }

slurm_says() { [[ $(slurm alive "$T") == "$1"* ]]; }

node() { cut -d' ' -f1 "$T/lock"; }

# kill_there PID: kills that process of the task on its node.
kill_there() { at "$(node)" kill -9 "$1"; }

in_its_session() { [ "$(starts "resume session=$(<"$T/session_id")")" = 1 ]; }

# resumed RETRIES: in its second attempt; lets it end, which has cost that many retries.
resumed()
{
	wait_done 30
	ended completed
	[ "$(starts)" = 2 ] && in_its_session
	[ "$(get retry_count)" = "$1" ]
}

@test "a task runs on a node, out of sight of its monitor, and can be looked at from the head" {
	job see '' hold:3
	held
	is_status running
	[[ $(node) == n[12] ]]
	[ "$(cut -d' ' -f1 "$T/monitor.lock")" = head ]
	slurm_says 'running RUNNING'
	[ "$(squeue -h -j "$(get engine_job)" -o %N)" = "$(node)" ]
	at head rca-probe -k "$T" >"$ROOM/out"
	grep -qx "elsewhere=$(node)" "$ROOM/out"
	grep -qx health=ok "$ROOM/out"
	[ "$(slurm on "$T" uname -n)" = "$(node)" ]
	slurm on "$T" "$TOP/bin/rca-probe" -k "$T" >"$ROOM/out"
	grep -qx health=ok "$ROOM/out"
	not grep -q ^elsewhere= "$ROOM/out"
	complains 1 'rca-log -f follows it' at head rca-attach "$T" || cat "$ROOM/err"
	command timeout 1 "$TOP/lib/plugins/engines/slurm" attach "$T" >"$ROOM/out" 3>&- || :
	grep -q 'working on it' "$ROOM/out"
	go_on
	wait_done
	ended completed
	[ "$(starts)" = 1 ]
}

@test "in the queue for longer than a launch may take: well, once, and without a retry" {
	filler '-w n2'
	for name in waits cancelled reaped; do
		new $name '-w n2' ok
		at head rca-launch "$T" 2>"$ROOM/said"
		line_in 'queued \(' "$ROOM/said"
		at head rca-monitor -d "$T"
	done
	for name in waits cancelled reaped; do
		of $name
		wait_for 10 line_in '^waited=[3-9]' "$T/manifest"
		[ "$(status_of)" = launching ]
		[[ $(get reason) == 'queued ('* ]]
		not line_in crashed "$T/history"
		[ "$(squeue -h -a -t all -o %j | grep -c "rca-claude-$name-")" = 1 ]
	done
	[ "$(at head rca-list -s launching | grep -c 'queued (')" = 3 ]
	of cancelled
	scancel "$(get engine_job)"
	of reaped
	at head rca-reap -k "$T"
	ended stopped
	[ "$(squeue -h -t all -j "$(get engine_job)" -o %T)" = CANCELLED ]
	of cancelled
	wait_done
	ended stopped
	scancel -n filler
	of waits
	wait_done 20
	ended completed
	[ "$(starts) $(get retry_count)" = '1 0' ]
	not grep -E '^START .* task=claude-(reaped|cancelled) ' "$FAKE_DIR/log"
}

@test "an agent and a wrapper that are killed on their node are resumed in their session" {
	job agent '' hold:3 ok
	job wrapper '' hold:3 ok
	held
	kill_there "$(cut -d' ' -f3 "$T/lock")"
	of agent
	held
	kill_there "$(<"$T/pid")"
	resumed 1
	of wrapper
	resumed 1
	history_has 'crashed reason=wrapper_gone'
}

@test "scancel of a running task stops it, and so does rca-reap -k on the head" {
	job closed '' hold:3 ok
	job reaped-too '' hold:3 ok
	held
	at head rca-reap -k "$T"
	ended stopped
	wait_for 10 slurm_says closed
	of closed
	held
	scancel "$(get engine_job)"
	wait_done 20
	ended stopped
	[ "$(starts)" = 1 ]
}

@test "preempted, it waits for its turn again and goes on, and no retry is spent" {
	job preempted '-w n2' hold:3 ok
	held
	filler '-w n2 -p high'
	wait_for 15 line_in 'engine_ended because=PREEMPTED' "$T/history"
	wait_for 15 line_in ' queued because' "$T/history"
	scancel -n filler
	resumed 0
}

@test "requeue is refused by Slurm; where a site does it anyway, the same job goes on" {
	job requeued '-w n2' hold:3 ok
	held
	run ! scontrol requeue "$(get engine_job)"
	slurm_says running
	scontrol update "jobid=$(get engine_job)" requeue=1
	scontrol requeue "$(get engine_job)"
	# Slurm lets it wait for two minutes.
	wait_for 10 line_in ' queued because=BeginTime' "$T/history"
	scontrol update "jobid=$(get engine_job)" starttime=now
	resumed 0
}

@test "slurmd dies and its jobs go on; a node is lost and comes back" {
	job slurmd '-w n2' hold:3
	job lost '-w n2' hold:3 ok
	held
	"$TOP/t/real/slurm-down" "$CLUSTER" slurmd n2
	of slurmd
	held
	go_on
	wait_done
	ended completed
	[ "$(starts)" = 1 ]
	"$TOP/t/real/slurm-up" "$CLUSTER" slurmd n2 3>&-
	of lost
	slurm_says 'running RUNNING'
	"$TOP/t/real/slurm-down" "$CLUSTER" node n2
	# While Slurm does not know it, nothing is started.
	nap 2
	slurm_says 'running RUNNING'
	[ "$(squeue -h -a -t all -o %j | grep -c rca-claude-lost-)" = 1 ]
	scontrol update nodename=n2 state=down reason=lost
	wait_for 15 line_in 'engine_ended because=NODE_FAIL' "$T/history"
	wait_for 15 line_in ' queued because' "$T/history"
	"$TOP/t/real/slurm-up" "$CLUSTER" node n2 3>&-
	resumed 0
}

@test "while slurmctld is down nothing is started, and after it all goes on" {
	job back '' hold:3 ok
	job again '' hold:3 ok
	held
	scancel "$(get engine_job)"
	wait_done 20
	ended stopped
	"$TOP/t/real/slurm-down" "$CLUSTER" ctld
	run -111 at head rca-launch -r "$T"
	[[ $output == *'Unable to contact slurm controller'* ]]
	at head rca-monitor -d "$T"
	of back
	kill_there "$(<"$T/pid")"
	wait_status crashed
	run -3 slurm alive "$T"
	[[ $output == 'unknown '* ]]
	nap 3
	[ "$(starts)" = 1 ]
	"$TOP/t/real/slurm-up" "$CLUSTER" ctld 3>&-
	resumed 1
	of again
	wait_done 20
	ended completed
	in_its_session
}

@test "an agent that is silent and works is not hung, one that is silent and idle is" {
	settings='-k silence=2 -k grace=1'
	job works '-w n1' busy:6 ok
	job hangs '-w n2' hang:2 ok
	resumed 1
	history_has ' hung silent_s='
	of works
	wait_done 20
	ended completed
	not line_in ' hung ' "$T/history"
	history_has ' busy '
	[ "$(starts)" = 1 ]
}

# A pass as cron makes it; what it starts is soon gone.
pass()
{
	at head env -i HOME="$HOME" PATH="$PATH" RCA_HOME="$RCA_HOME" SLURM_CONF="$SLURM_CONF" \
		XDG_CONFIG_HOME="$XDG_CONFIG_HOME" "$TOP/bin/rca-watchdog" >"$ROOM/out"
	wait_for 20 none_on_head
}

none_on_head() { ! at head pgrep -f 'rca-[a-z]* .*claude-cron-' >/dev/null; }

passed() { pass; [ -e "$T/done" ]; }

@test "cron alone carries tasks: no process stays on the head" {
	settings='-k monitor=no'
	job cron-lost '' hold:3 ok
	job cron-closed '' hold:3 ok
	filler '-w n2'
	job cron-waits '-w n2' ok
	wait_for 10 none_on_head
	pass
	[[ $(get reason) == 'queued ('* ]]
	of cron-closed
	held
	scancel "$(get engine_job)"
	of cron-lost
	held
	kill_there "$(cut -d' ' -f3 "$T/lock")"
	scancel -n filler
	wait_for 20 passed
	resumed 1
	of cron-closed
	wait_for 20 passed
	ended stopped
	[ "$(starts)" = 1 ]
	of cron-waits
	wait_for 20 passed
	ended completed
	[ "$(starts) $(get retry_count)" = '1 0' ]
}

@test "a time limit of Slurm spends no retry" {
	of limit
	wait_for 60 line_in 'engine_ended because=TIMEOUT' "$T/history"
	resumed 0
}
