# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# Killed at many moments: by the clock while whole jobs run, and by the system call (t/fake/killat)
# one program at a time.
load ../harness/lib

setup()
{
	rca_setup
	quick
	printf 'kill_grace=0\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

# What must hold at every moment, whoever died: the manifest parses, and done is no lie.
sound()
{
	manifest_ok || return 1
	[ -e "$T/done" ] || return 0
	[ "$(cat "$T/exit_code")" = "$(get exit_code)" ] || return 1
	case $(status_of) in
	completed) [ "$(get exit_code)" = 0 ] &&
		grep -qE "^all done by [a-z]*, attempt $(wc -l <"$FAKE_DIR/${T##*/}/starts")\$" \
		"$T/result" ;;
	failed | stopped) [ "$(get exit_code)" != 0 ] ;;
	*) false ;;
	esac
}

say_task() { echo "task ${T##*/}, kill $1:"; ls -lA "$T"; cat "$T/manifest" "$T/history"; }

# --- by the clock

agent_pid() { cat "$T/pid" 2>/dev/null || :; }

# job AGENT NUMBER TARGET DELAY: a job with a monitor; DELAY seconds after the agent's start TARGET
# is killed, and a killed monitor replaced.
job()
{
	local T=$TASKS/$1-$2 pids

	rca-launch -e none "$T" >/dev/null 2>>"$T/job.err"
	rca-monitor -d "$T" 2>>"$T/job.err"
	wait_for 20 test -s "$FAKE_DIR/${T##*/}/starts"
	sleep "$4"
	case $3 in
	agent) pids=$(agent_pid) ;;
	wrapper) pids=$(wrap_pid) ;;
	both) pids="$(wrap_pid) $(agent_pid)" ;;
	monitor) pids=$(monitor_pid) ;;
	all) pids="$(monitor_pid) $(wrap_pid) $(agent_pid)" ;;
	esac
	# shellcheck disable=SC2086
	kill -9 $pids 2>/dev/null || :
	case $3 in
	monitor | all)
		wait_for 5 unlocked "$T/monitor.lock" || return 0
		rca-monitor -d "$T" 2>>"$T/job.err"
		;;
	esac
	return 0
}

# Looks at all tasks again and again until the file ROOM/enough is there; what is wrong goes to
# ROOM/unsound.
look_on()
{
	local T

	while [ -d "$TASKS" ] && [ ! -e "$ROOM/enough" ]; do
		for T in "$TASKS"/*; do
			manifest_ok || echo "$T: manifest" >>"$ROOM/unsound"
			[ -e "$T/done" ] || continue
			if [ ! -s "$T/exit_code" ] || [ ! -e "$T/result" ] ||
				! is_status completed; then
				echo "$T: done, but $(get status)" >>"$ROOM/unsound"
			fi
		done
		sleep 0.05
	done
}

# moments TARGET FIRST STEP: ten jobs at once, the agents in turn, killed FIRST, FIRST+STEP, ...
# milliseconds after the agent's start.
# Five of the ten at least have to be hit while they live; on a loaded machine killers come late,
# and another ten jobs are begun, that take longer, and ten more.
moments()
{
	local n=0 hit child pace

	look_on 3>&- &
	child=$! # never a bare `wait`: bats may have a child of its own
	for pace in 0.15 0.5 1.5; do
		hit=0
		ten "$1" "$2" "$3" "$n" "$pace" || { : >"$ROOM/enough"; return 1; }
		[ "$hit" -lt 5 ] || break
		n=$((n + 10))
	done
	: >"$ROOM/enough"
	wait "$child"
	if [ -e "$ROOM/unsound" ]; then
		cat "$ROOM/unsound"
		return 1
	fi
	echo "hit: $hit"
	[ "$hit" -ge 5 ]
}

# ten TARGET FIRST STEP N PACE: the jobs N to N+9, PACE seconds between two events of each at first;
# adds one to hit for each that was.
ten()
{
	local i a agents=(claude codex opencode pi) ms children=

	for i in {0..9}; do
		a=${agents[i % 4]}
		task "$a" "$(($4 + i))" -k max_retries=20
		fake "slow:$5" slow:0.05 ok
	done
	for i in {0..9}; do
		ms=$(($2 + i * $3))
		job "${agents[i % 4]}" "$(($4 + i))" "$1" \
			"$((ms / 1000)).$(printf %03d $((ms % 1000)))" 3>&- &
		children="$children $!"
	done
	for i in {0..9}; do
		T=$TASKS/${agents[i % 4]}-$(($4 + i))
		wait_done 30 || return 1
	done
	# shellcheck disable=SC2086
	wait $children
	for i in {0..9}; do
		T=$TASKS/${agents[i % 4]}-$(($4 + i))
		ended completed || { say_task "$1"; return 1; }
		sound || { say_task "$1"; return 1; }
		# a monitor that is replaced leaves the attempt alone
		[ "$1" != monitor ] && [ "$(get attempt)" = 1 ] || hit=$((hit + 1))
	done
}

@test "the agent killed at ten moments of its life" { moments agent 0 95; }

@test "the wrapper killed at ten moments of its life" { moments wrapper 10 95; }

@test "wrapper and agent killed together at ten moments" { moments both 20 95; }

@test "the monitor killed at ten moments, and replaced" { moments monitor 0 100; }

@test "all three killed at once at ten moments, and a new monitor" { moments all 30 95; }

# --- by the system call

# A traced program cannot be looked at by LeakSanitizer as well.

# count COMMAND...: how many system calls it makes when nobody kills it.
count()
{
	traced "$ROOM/killat" 0 "$@"
	read -r word calls <"$ROOM/killat"
	[ "$word" = ended ]
	[ "$calls" -gt 20 ]
}

@test "rca-mktask killed at any system call leaves a whole task or none" {
	echo "do the work" >"$ROOM/prompt"
	rca-mktask -n first -- true >/dev/null # directories that are there are looked at, not made
	count rca-mktask -a claude -n all -d "$PROJECT" -p "$ROOM/prompt" -k check=true
	for ((n = 1; n <= calls; n += n < calls - 6 ? 3 : 1)); do
		killed "$n" rca-mktask -a claude -n "n$n" -d "$PROJECT" -p "$ROOM/prompt" \
			-k check=true || continue
		T=$TASKS/claude-n$n
		if [ -e "$T" ]; then
			manifest_ok
			[ "$(get check)" = true ]
			cmp "$ROOM/prompt" "$T/prompt"
			[ -s "$T/session_id" ]
			[ -s "$T/history" ]
			there=$n
		else
			rca-mktask -a claude -n "n$n" -d "$PROJECT" -p "$ROOM/prompt" >/dev/null
		fi
	done
	[ -n "$there" ] # the last ones were after the rename
}

@test "rca-wrap killed at forty-five system calls: the next one brings the task to its end" {
	task claude all
	count rca-wrap "$T"
	step=$((calls / 45 + 1))
	for ((n = 1; n < calls; n += step)); do
		task claude "n$n"
		killed "$n" rca-wrap "$T" || continue
		sound || { say_task "$n"; return 1; }
		drive 4 || { say_task "$n"; return 1; }
		ended completed || { say_task "$n"; return 1; }
		sound || { say_task "$n"; return 1; }
		[ "$(wc -l <"$S/starts")" -le 2 ] || { say_task "$n"; return 1; }
	done
}

@test "a resuming rca-wrap killed at twenty-four system calls goes on in its session" {
	# crash CODE, so that the second attempt resumes
	first()
	{
		task claude "$1"
		fake crash:4
		wrap
		not_done crashed
		echo "use the other file" >"$T/resume"
	}
	first all
	count rca-wrap "$T"
	step=$((calls / 24 + 1))
	for ((n = 1; n < calls; n += step)); do
		first "n$n"
		killed "$n" rca-wrap "$T" || continue
		sound || { say_task "$n"; return 1; }
		drive 4 || { say_task "$n"; return 1; }
		sound || { say_task "$n"; return 1; }
		[ "$(starts fresh)" = 1 ] || { say_task "$n"; return 1; }
		# the next prompt was not lost on the way
		grep -qx "use the other file" "$S"/prompt.[2-9] || { say_task "$n"; return 1; }
	done
}

@test "rca-launch killed at twenty-four system calls: the next one launches" {
	task claude all
	count rca-launch -e none "$T"
	wait_done
	step=$((calls / 24 + 1))
	for ((n = 1; n < calls; n += step)); do
		task claude "n$n"
		killed "$n" rca-launch -e none "$T" || continue
		sound || { say_task "$n"; return 1; }
		rca-launch -e none "$T" >/dev/null 2>"$ROOM/err" ||
			grep -q 'has ended (completed)' "$ROOM/err"
		wait_done
		ended completed || { say_task "$n"; return 1; }
		[ "$(starts)" = 1 ] || { say_task "$n"; return 1; }
	done
}

@test "rca-launch -r of a finished task killed at 24 system calls: still finished, or carried on" {
	task claude all
	wrap
	count rca-launch -r -e none -p "$ROOM/prompt" "$T"
	wait_done
	step=$((calls / 24 + 1))
	for ((n = 1; n < calls; n += step)); do
		task claude "n$n"
		wrap
		ended completed
		killed "$n" rca-launch -r -e none -p "$ROOM/prompt" "$T" || continue
		sound || { say_task "$n"; return 1; }
		# a monitor that looks now takes it as it is
		timeout 20 rca-monitor "$T" 2>"$ROOM/err" || {
			cat "$ROOM/err"
			say_task "$n"
			return 1
		}
		# the next prompt may wait in resume, for the next -r
		if [ ! -e "$T/done" ] || ! is_status completed || ! sound; then
			say_task "$n"
			return 1
		fi
		rca-launch -r -e none "$T" >/dev/null
		wait_done
		ended completed || { say_task "$n"; return 1; }
	done
}

@test "a monitor killed at twenty-four system calls of a relaunch: the next one carries on" {
	first()
	{
		task claude "$1"
		sed -i 's/^engine=.*/engine=none/' "$T/manifest"
		fake crash:4
		wrap
		not_done crashed
	}
	first all
	count timeout 20 rca-monitor "$T"
	first again
	count rca-monitor "$T"
	ended completed
	step=$((calls / 24 + 1))
	for ((n = 1; n < calls; n += step)); do
		first "n$n"
		killed "$n" rca-monitor "$T" || continue
		sound || { say_task "$n"; return 1; }
		timeout 20 rca-monitor "$T" 2>"$ROOM/err" || {
			cat "$ROOM/err"
			say_task "$n"
			return 1
		}
		ended completed || { say_task "$n"; return 1; }
		[ "$(starts)" = 2 ] || { say_task "$n"; return 1; }
		[ "$(starts resume)" = 1 ] || { say_task "$n"; return 1; }
	done
}

@test "rca-reap -k killed at twenty system calls: the next one ends the task" {
	first()
	{
		task claude "$1"
		fake hang:3
		rca-launch -e none "$T" >/dev/null
		wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
	}
	first all
	count rca-reap -k "$T"
	ended stopped
	step=$((calls / 20 + 1))
	for ((n = 1; n < calls; n += step)); do
		first "n$n"
		killed "$n" rca-reap -k "$T" || continue
		sound || { say_task "$n"; return 1; }
		rca-reap -k "$T" || { say_task "$n"; return 1; }
		ended stopped || { say_task "$n"; return 1; }
		[ -z "$(marked "$T")" ]
	done
}

@test "rca-reap -r killed at 20 system calls: a whole task or none; the next one takes the rest" {
	task claude all
	wrap
	count rca-reap -r "$T"
	step=$((calls / 20 + 1))
	for ((n = 1; n < calls; n += step)); do
		task claude "n$n"
		wrap
		killed "$n" rca-reap -r "$T" || continue
		if [ -e "$T" ]; then
			ended completed || { say_task "$n"; return 1; }
			rca-reap -r "$T"
		fi
		[ ! -e "$T" ]
		task claude "n$n"
		rca-reap -kr "$T"
	done
}
