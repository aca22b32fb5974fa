#!/usr/bin/env bats
# What a caller leaves to those it starts (signals, descriptors, umask, limits) is no concern of a
# job. The agent gets defaults, and its launcher's umask.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	quick
}

teardown() { rca_teardown; }

# with PYTHON COMMAND...: the command is run by a caller that has done this before.
with()
{
	python3 -c "import os, resource, signal, sys
$1
os.execvp(sys.argv[1], sys.argv[1:])" "${@:2}" 3>&-
}

deaf='signal.signal(signal.SIGCHLD, signal.SIG_IGN); signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))'
closed='os.closerange(0, 3)'

@test "the first thing in each main is to put in order what it inherited" {
	for f in "$TOP"/bin/*.c; do
		sed -n '/^main(int/,/^}/p' "$f" | grep -m 1 -E '^	[a-z_]+\(.*;' |
			grep -q 'tool_begin(INHERIT_' || { echo "$f"; false; }
	done
}

@test "a caller that ignores SIGCHLD and blocks all signals is no hindrance" {
	for e in tmux none; do
		task claude "$e"
		fake hang:2
		with "$deaf" rca-launch -e "$e" "$T"
		with "$deaf" rca-monitor -d "$T"
		wait_for 10 grep -q 'working on it' "$T/events.jsonl"
		is_status running
		with "$deaf" rca-watchdog
		with "$deaf" rca-reap -k "$T"
		ended stopped
		wait_for 5 unlocked "$T/monitor.lock"
	done
	with "$deaf" rca-run -a claude -n run -d "$PROJECT" -p "$ROOM/prompt"
	T=$TASKS/claude-run
	wait_done
	ended completed
}

@test "descriptors 0 to 2 may be closed: no file of the task gets their numbers" {
	task claude x
	fake ok
	with "$closed" rca-launch -e none "$T" || [ $? = 111 ] # its answer could not be written
	wait_done
	ended completed
	with "$closed" rca-launch -r "$T" || [ $? = 111 ]
	with "$closed" rca-monitor -d "$T"
	wait_done
	ended completed
	: >"$PROJECT/twice"
	with "$closed" rca-run -n y -k restart=on-failure -- sh -c 'rm twice' || [ $? = 111 ]
	T=$TASKS/command-y
	wait_done
	ended completed
	task claude z
	fake crash:4 ok
	rca-launch -e none "$T" >/dev/null
	with "$closed" rca-monitor "$T"
	ended completed
	not grep -rl ': not \|rca-[a-z]*: ' "$TASKS"/*/{manifest,history,env,events.jsonl} \
		2>/dev/null
	rca-reap -k "$T"
	for f in "$TASKS"/*/{lock,launch.lock,monitor.lock,manifest.lock}; do
		[ ! -s "$f" ] || [ "$(wc -l <"$f")" = 1 ]
	done
}

@test "nohup, and a shell's &: HUP and INT that were ignored stay so, and others end the watch" {
	task claude x
	fake hang:2
	rca-launch -e none "$T" >/dev/null
	with 'signal.signal(signal.SIGHUP, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)' rca-monitor "$T" 2>/dev/null &
	wait_for 10 locked "$T/monitor.lock"
	pid=$(monitor_pid)
	kill -HUP "$pid"
	kill -INT "$pid"
	sleep 0.2
	[ "$(monitor_pid)" = "$pid" ]
	is_status running
	kill -TERM "$pid"
	wait_for 10 is_status abandoned
	rca-reap -k "$T"
}

@test "nobody reads what a monitor says: it goes on" {
	T=$(rca-mktask -n x -k restart=always -k ready=x -- sh -c 'echo x >>runs; exit 1')
	rca-launch -e none "$T" >/dev/null
	(rca-monitor "$T" 2>&1 3>&- | true) 3>&- &
	wait_for 30 eval '[ "$(wc -l <runs)" -ge 4 ]'
	locked "$T/monitor.lock"
	rca-reap -k "$T"
}

@test "nobody reads what the watchdog says: it goes on to the others" {
	for n in a b c; do
		task claude $n
		fake hang:2
		rca-launch -e none "$T" >/dev/null
	done
	sh -c 'sleep 0.2; exec rca-watchdog' 3>&- | true
	for n in a b c; do
		wait_for 10 locked "$TASKS/claude-$n/monitor.lock"
		rca-reap -k claude-$n
	done
}

@test "a file at its size limit is like a full disk: the agent goes on, and it is said once" {
	task claude x
	fake many:400
	(ulimit -f 24; rca-launch -e none "$T" >/dev/null)
	wait_done 20
	ended completed
	[ "$(grep -c ' bytes_lost file=events.jsonl ' "$T/history")" = 1 ]
	grep -q 'because="File too large"' "$T/history"
	[ "$(starts)" = 1 ]
	T=$(rca-mktask -n log -k max_log=1000000 -- sh -c 'seq 1 20000; echo the end')
	(ulimit -f 24; rca-launch -e none "$T" >/dev/null)
	wait_done 20
	ended completed
	[ "$(tail -n 2 "$T/output.log" | head -n 1)" = "the end" ]
}

@test "the agent has its launcher's umask, not that of whoever started the tmux server" {
	(umask 022; rca-run -n first -- sleep 1000)
	for m in 0077 0027 0000; do
		(umask $m; rca-run -n m$m -k check='umask >>masks' -- sh -c 'umask >masks; : >made')
		T=$TASKS/command-m$m
		wait_done
		[ "$(tr '\n' ' ' <masks)" = "$m $m " ]
		[ "$(stat -c %a made)" = "$(printf %o $((0666 & ~m)))" ]
		rm made
	done
	# a resumed one has it, too, whoever resumes it
	T=$(umask 007; rca-mktask -n again -k restart=on-failure -- sh \
		-c 'umask >>masks2; [ "$(wc -l <masks2)" = 2 ]')
	(umask 007; rca-launch -e none "$T" >/dev/null)
	(umask 0777; rca-monitor "$T" 2>/dev/null)
	ended completed
	[ "$(tr '\n' ' ' <masks2)" = "0007 0007 " ]
	[ -z "$(find "$RCA_HOME" -perm /077 ! -type l ! -type s)" ]
	rca-reap -k command-first
}

@test "short of descriptors nothing is taken for ended, and it goes on once there are some" {
	task claude x
	fake ok
	for n in 5 8 12 16; do
		# LeakSanitizer needs some, and waits for ever where it gets none
		(ulimit -n $n; ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 rca-wrap \
			"$T" >/dev/null 2>&1 3>&-) || :
		[ ! -e "$T/done" ] || break
		case $(status_of) in completed | failed | stopped | abandoned) false ;; esac
	done
	[ -e "$T/done" ] || wrap
	ended completed
}
