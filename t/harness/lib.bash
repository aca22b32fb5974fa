# shellcheck shell=bash disable=SC2034,SC2119,SC2120
# What the bats files share: a private home for each test, waiting with a bound, and a teardown that
# fails the test when something of a finished task still runs or two agents worked on one task at
# once.

TOP=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
RECORDINGS=$TOP/t/data/streams

if [ ! -x "$TOP/bin/rca-wrap" ] || [ ! -x "$TOP/t/fake/seen" ]; then
	echo "the programs that the tests need are not built: run 'make units', or t/harness/run FILE" >&2
	exit 1
fi

# bats asks date(1) at the begin and at the end of each test; bash knows the time by itself.
get_mills_since_epoch()
{
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

rca_setup()
{
	local v

	# Short, for sockets have 108 bytes, and always as long.
	printf -v ROOM "${ROOMS:-/tmp}/rca.%06x" $(((RANDOM << 15 | RANDOM) & 0xffffff))
	for v in "${!MONITOR_@}" "${!RCA_@}" "${!CLAUDE@}" "${!FAKE@}" "${!TMUX@}" XDG_STATE_HOME \
		XDG_DATA_HOME CODEX_HOME PI_CODING_AGENT_DIR; do
		unset "$v"
	done
	export RCA_HOME=$ROOM/r HOME=$ROOM/h XDG_CONFIG_HOME=$ROOM/c FAKE_DIR=$ROOM/f IS_SANDBOX=1
	PROJECT=$ROOM/p
	TASKS=$RCA_HOME/tasks
	# All of it at once, and an error if it is there.
	mkdir "$ROOM" "$HOME" "$XDG_CONFIG_HOME" "$XDG_CONFIG_HOME"/rca{,/agents} "$FAKE_DIR" \
		"$PROJECT"
	PATH=$TOP/bin:$TOP/t/fake:${PATH#"$TOP/bin:$TOP/t/fake:"}
	cd "$PROJECT" || return
}

# Settings under which a monitor needs seconds for what else takes minutes. Silence means nothing
# here unless a test sets it: a loaded machine is silent, too.
quick()
{
	export MONITOR_BASE_INTERVAL=1 MONITOR_GRACE_PERIOD=1 MONITOR_MAX_INTERVAL=2
	printf 'kill_grace=1\nlinger=1\nsilence=60\n' >"$XDG_CONFIG_HOME/rca/config"
}

# The pids whose environment holds the exact string $1 as (the beginning of) a variable, one a line;
# never our own.
holding()
{
	local f pid

	# shellcheck disable=SC2013
	for f in $(grep -lazE "^$1" /proc/[0-9]*/environ 2>/dev/null); do
		pid=${f#/proc/}
		pid=${pid%/environ}
		[ "$pid" = $$ ] || echo "$pid"
	done
	return 0
}

# What a task's agent started and what still lives of it.
marked()
{
	holding "RCA_TASK=$1\$"
}

# Our own programs of this test's RCA_HOME: "pid name" a line; $1 a name, all without.
ours()
{
	local pid comm

	for pid in $(holding "RCA_HOME=$RCA_HOME\$"); do
		read -r comm <"/proc/$pid/comm" 2>/dev/null || continue
		case $comm in "${1:-rca-}"*) echo "$pid $comm" ;; esac
	done
	return 0
}

none_of_ours()
{
	[ -z "$(ours "$@")" ]
}

all_done()
{
	local d

	for d in "$TASKS"/*/; do
		[ ! -d "$d" ] || [ -e "$d/done" ] || return 1
	done
}

# Nothing runs of a task that is done, and none of our programs where all tasks are.
nothing_left()
{
	local bad=0 d pid

	[ -z "${KEEP_LEFTOVERS-}" ] || return 0
	for d in "$TASKS"/*/; do
		d=${d%/}
		[ -e "$d/done" ] || continue
		pid=$(marked "$d")
		[ -n "$pid" ] || continue
		echo "left running after ${d##*/} was done:"
		# shellcheck disable=SC2086
		ps -o pid,ppid,sid,stat,args -p $pid
		bad=1
	done
	if all_done && ! wait_for 5 none_of_ours; then
		echo "all tasks are done, but these still run: $(ours)"
		bad=1
	fi
	return "$bad"
}

rca_teardown()
{
	local bad=0 live pid

	[ -n "${ROOM-}" ] || return 0
	cd / || return
	if [ -e "$FAKE_DIR/log" ] && line_in '^(DOUBLE|LEFTOVER)' "$FAKE_DIR/log"; then
		echo "two agents (DOUBLE), or an agent beside what a dead one left (LEFTOVER)"
		bad=1
	fi
	# One look at all processes, and more only where something of this test still runs.
	live=$(holding "(RCA_HOME|RCA_TASK|FAKE_DIR)=$ROOM/")
	if [ -n "$live" ]; then
		nothing_left || bad=1
		[ ! -e "$RCA_HOME/tmux.sock" ] ||
			tmux -S "$RCA_HOME/tmux.sock" kill-server 2>/dev/null || :
		for pid in $(holding "(RCA_HOME|RCA_TASK|FAKE_DIR)=$ROOM/"); do
			kill -9 "$pid" 2>/dev/null || :
		done
	fi
	if [ "$bad" = 1 ] && [ -e "$FAKE_DIR/log" ]; then
		cat "$FAKE_DIR/log"
		tail -n 40 "$TASKS"/*/history "$TASKS"/*/monitor.log 2>/dev/null
	fi
	rm -rf "$ROOM" 2>/dev/null || { nap 0.2; rm -rf "$ROOM"; }
	return "$bad"
}

# nap SECONDS: without a process. Nobody ever writes to that fifo.
nap()
{
	local fifo=${BATS_RUN_TMPDIR:?}/nap

	[ -p "$fifo" ] || mkfifo "$fifo" 2>/dev/null || [ -p "$fifo" ]
	read -r -t "$1" <>"$fifo" || :
}

# line_in PATTERN FILE: as grep -qE, but without a process; no file is no match.
line_in()
{
	local line lines

	[ -e "$2" ] || return 1
	mapfile -t lines 2>/dev/null <"$2"
	for line in "${lines[@]}"; do
		[[ ! $line =~ $1 ]] || return 0
	done
	return 1
}

# wait_for SECONDS COMMAND...: until it succeeds, or fails after so many seconds (WAIT_SCALE times
# as many where all is slow).
# It looks again after 20 ms at first, and less often later. A plain "grep -q PATTERN FILE" starts
# no process.
wait_for()
{
	local end=$((${EPOCHREALTIME/[.,]/} + $1 * ${WAIT_SCALE:-1} * 1000000)) ms=20

	shift
	if [ "$#,$1,${2-}" = 4,grep,-q ] && [[ $3 != *[\\\(\)+?{}\|]* && $3 != *\$?* ]]; then
		set -- line_in "$3" "$4"
	fi
	until "$@"; do
		if ((${EPOCHREALTIME/[.,]/} >= end)); then
			echo "waited in vain for: $*"
			return 1
		fi
		nap "0.0$ms"
		((ms >= 80)) || ((ms += 4))
	done
}

# timeout SECONDS COMMAND...: its bound is as long as all others where all is slow. In the
# background it is called as "command timeout", for $! would be no program's.
timeout()
{
	case $1 in
	*[!0-9]*) command timeout "$@" ;;
	*) command timeout "$(($1 * ${WAIT_SCALE:-1}))" "${@:2}" ;;
	esac
}

# hold FILE...: locks them as their living owners would, until there is a file $ROOM/let_go.
hold()
{
	rm -f "$ROOM/holding" "$ROOM/let_go"
	python3 -c '
import fcntl, os, sys, time
held = [open(p, "a+") for p in sys.argv[2:]]
for f in held: fcntl.lockf(f, fcntl.LOCK_EX)
open(sys.argv[1] + "/holding", "w").close()
while not os.path.exists(sys.argv[1] + "/let_go"): time.sleep(0.02)
' "$ROOM" "$@" 3>&- &
	wait_for 5 test -e "$ROOM/holding"
}

not()
{
	! "$@"
}

now_ms()
{
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

# within SECONDS BEGAN: not more than so long (WAIT_SCALE times as long where all is slow) has
# passed since now_ms said BEGAN.
within()
{
	local took=$(($(now_ms) - $2))

	((took <= $1 * ${WAIT_SCALE:-1} * 1000)) || {
		echo "took $took ms, should have been within $1 s"
		return 1
	}
}

# task AGENT NAME [mktask options]: a task with a prompt, in the project directory; its path is in
# T.
task()
{
	local agent=$1 name=$2

	shift 2
	[ -e "$ROOM/prompt" ] || echo "do the work" >"$ROOM/prompt"
	T=$(rca-mktask -a "$agent" -n "$name" -d "$PROJECT" -p "$ROOM/prompt" "$@")
	S=$FAKE_DIR/${T##*/}
}

# own_agent: an agent `my` whose program, ROOM/my, a test may change: its first attempt says a word
# and waits, the others end well.
own_agent()
{
	cat >"$ROOM/my" <<-END
		#!/bin/sh
		echo '{"type":"init","id":"x"}'
		echo '{"type":"text","text":"a step"}'
		[ "\$1" = resume ] || exec sleep 1000
		echo '{"type":"end","result":"ok"}'
	END
	chmod +x "$ROOM/my"
	printf '%s\n' "start=$ROOM/my fresh" "resume=$ROOM/my resume" prompt=stdin session=pin \
		'event.session=type=init : id=id' \
		event.open=type=init 'event.text=type=text : text=text' \
		'event.end=type=end : result=result' >"$XDG_CONFIG_HOME/rca/agents/my"
}

# own_git: git with a person's settings, and nothing of a repository around the tests.
own_git()
{
	local v

	while read -r v; do unset "$v"; done < <(git rev-parse --local-env-vars)
	git config --global user.name me
	git config --global user.email me@example.org
	git config --global init.defaultBranch main
}

# What each attempt of the task is to do (see t/fake/common.sh): fake WORD...
fake()
{
	[ -d "$S" ] || mkdir -p "$S"
	echo "$*" >"$S/fake"
}

# value_of KEY FILE: what stands behind KEY= in a file of such lines.
value_of()
{
	local line lines

	mapfile -t lines <"$2" || return
	for line in "${lines[@]}"; do
		[[ $line != "$1="* ]] || printf '%s\n' "${line#*=}"
	done
}

# get KEY [TASK]: from the manifest.
get()
{
	value_of "$1" "${2:-$T}/manifest"
}

progress()
{
	value_of "$1" "$T/progress" 2>/dev/null
}

status_of()
{
	get status "$@"
}

is_status()
{
	[ "$(status_of)" = "$1" ]
}

wait_status()
{
	wait_for "${2:-10}" is_status "$1" || { status_of; tail -n 20 "$T/history"; return 1; }
}

wait_done()
{
	wait_for "${1:-10}" test -e "$T/done" || {
		cat "$T/manifest" "$T/history"
		tail -n 20 "$T/monitor.log" "$T/output.log"
		return 1
	}
}

# These may stand before || too, where bash does not stop at a failing line: hence the &&.

# ended STATUS: the task is finished, in this way, and its files agree with each other.
ended()
{
	[ -e "$T/done" ] && [ "$(status_of)" = "$1" ] && [ -n "$(get finished_at)" ] &&
		[ "$(<"$T/exit_code")" = "$(get exit_code)" ] &&
		[ ! -e "$T/env" ] && [ ! -e "$T/resume" ] && [ ! -e "$T/pid" ] && manifest_ok &&
			return
	ls -A "$T"
	cat "$T/manifest" "$T/history"
	return 1
}

# not_done STATUS: what an attempt leaves that somebody has to carry on.
not_done()
{
	[ ! -e "$T/done" ] && [ "$(status_of)" = "$1" ] && manifest_ok && return
	ls -A "$T"
	cat "$T/manifest" "$T/history"
	return 1
}

# key=value lines, no key twice, all there.
manifest_ok()
{
	local line lines key seen=' '

	mapfile lines <"${1:-$T}/manifest" || return
	for line in "${lines[@]}"; do
		[[ $line =~ ^[a-z][a-z0-9_]*= && $line == *$'\n' ]] || return
		key=${line%%=*}
		[[ $seen != *" $key "* && $line != $'status=\n' ]] || return
		seen+="$key "
	done
	[[ $seen == *' status '* ]]
}

# kept: what stays of an event stream in events.jsonl: all but what pi's drop= takes.
kept()
{
	sed '/^{"type":"message_update"/d'
}

history_has()
{
	line_in "$1" "$T/history" || { printf '%s\n' "$(<"$T/history")"; return 1; }
}

# How many lines of the fakes' log match, task T only.
starts()
{
	local line lines=() n=0

	[ ! -e "$FAKE_DIR/log" ] || mapfile -t lines <"$FAKE_DIR/log"
	for line in "${lines[@]}"; do
		[[ ! $line =~ ^START\ .*\ task=${T##*/}\ .*${1-} ]] || n=$((n + 1))
	done
	echo "$n"
}

# Says the agent of T has come to its hold:N, and lets it go on.
held()
{
	wait_for "${1:-10}" test -e "$S/held"
}

go_on()
{
	local fd

	exec {fd}<>"$S/go"
	echo >&"$fd"
	wait_for 5 not test -e "$S/go"
	exec {fd}>&-
}

# The write lock of $1 as the kernel shows it: the holder's pid, or nothing. Who holds any such lock
# is looked at, for the same file among those he has open, and then for the lock that he has on it.
lock_pid()
{
	local fd i kind lines mode pid proc

	[ -e "$1" ] || return 0
	mapfile -t proc </proc/locks
	for i in "${proc[@]}"; do
		read -r _ kind _ mode pid _ <<<"$i"
		[ "$kind $mode" = 'POSIX WRITE' ] || continue
		for fd in "/proc/$pid/fd"/*; do
			[ "$fd" -ef "$1" ] || continue
			mapfile -t lines 2>/dev/null <"/proc/$pid/fdinfo/${fd##*/}"
			[[ ! "${lines[*]}" =~ lock:.*\ POSIX\ .*\ WRITE\ ([0-9]+)\  ]] || {
				echo "$pid"
				return
			}
		done
	done
}

wrap_pid()
{
	lock_pid "$T/lock"
}

monitor_pid()
{
	lock_pid "$T/monitor.lock"
}

locked()
{
	[ -n "$(lock_pid "$1")" ]
}

unlocked()
{
	[ -z "$(lock_pid "$1")" ]
}

# complains CODE TEXT COMMAND...: it exits with CODE, prints nothing, and says one line "command:
# ...TEXT...", lower case, without a full stop.
# Builtins only: some tests take the PATH away.
complains()
{
	local code=$1 text=$2 got=0 line=() form

	shift 2
	"$@" >"$ROOM/out" 2>"$ROOM/err" 3>&- || got=$?
	mapfile -t line <"$ROOM/err"
	form="^${1##*/}: ([^A-Z]|[A-Z]+_).*[^.]\$"
	if [ "$got" = "$code" ] && [ ! -s "$ROOM/out" ] && [ ${#line[@]} = 1 ] &&
		[[ "${line[0]}" =~ $form && "${line[0]}" == *"$text"* ]]; then
		return 0
	fi
	echo "exit $got, wanted $code and: $text"
	echo "on stdout: $(<"$ROOM/out")"
	printf '%s\n' "${line[@]}"
	return 1
}

# usage_of TOOL [ARG...]: a wrong call is 100 and prints the usage, which is the SYNOPSIS of its
# page.
usage_of()
{
	local got=0

	"$@" >"$ROOM/out" 2>"$ROOM/err" || got=$?
	[ "$got" = 100 ]
	[ ! -s "$ROOM/out" ]
	grep -q "^usage: ${1##*/} " "$ROOM/err"
}

no_task_made()
{
	[ -z "$(ls -A "$TASKS" 2>/dev/null)" ] || { ls -lA "$TASKS"; return 1; }
}

# A program killed at its Nth system call: traced FILE N PROGRAM...; N 0 only counts
# (t/fake/killat.c). What is traced cannot be searched for leaks.
traced()
{
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 "$TOP/t/fake/killat" \
		"$@" >/dev/null 2>&1 3>&- </dev/null || :
}

# killed N COMMAND...: killed at its Nth system call; 1 if it had ended before.
killed()
{
	local n=$1

	shift
	traced "$ROOM/killat" "$n" "$@"
	[ "$(<"$ROOM/killat")" = killed ]
}

# wrap: one attempt in the foreground; its exit code is in W, its pane in ROOM/pane, its complaints
# in ROOM/err.
wrap()
{
	W=0
	rca-wrap "$@" "$T" >"$ROOM/pane" 2>"$ROOM/err" </dev/null 3>&- || W=$?
}

# The same in the background, until it holds its lock; its pid is in WRAP. As in a pane, and other
# than what a shell starts with &, it hears INT and QUIT.
wrap_bg()
{
	(trap - INT QUIT; exec rca-wrap "$T" >"$ROOM/pane" 2>"$ROOM/err" </dev/null 3>&-) &
	WRAP=$!
	wait_for 5 locked "$T/lock"
}

# wait for it: its exit code is in W.
wrap_end()
{
	W=0
	wait "$WRAP" || W=$?
}

# wrap again and again, as a monitor would, until the task is done: at most $1 attempts.
drive()
{
	local i

	for ((i = 0; i < $1; i++)); do
		wrap
		[ ! -e "$T/done" ] || return 0
	done
	echo "not done after $1 attempts"
	cat "$T/history"
	return 1
}

# httpd: t/fake/httpd.py, its room in HTTP, its address in URL; started again it has the same one.
httpd()
{
	HTTP=$ROOM/http
	mkdir -p "$HTTP"
	python3 "$TOP/t/fake/httpd.py" "$HTTP" "$(cat "$HTTP/port" 2>/dev/null || echo 0)" \
		>"$HTTP/err" 2>&1 </dev/null 3>&- &
	HTTPD=$!
	: >"$HTTP/log"
	wait_for 10 listening
	URL=http://127.0.0.1:$(<"$HTTP/port")/in
}

listening()
{
	[ -s "$HTTP/port" ] && (: 3<>"/dev/tcp/127.0.0.1/$(<"$HTTP/port")") 2>/dev/null
}

# config LINE...: into the user's config.
config()
{
	printf '%s\n' "$@" >>"$XDG_CONFIG_HOME/rca/config"
}

# requests [JQ-FILTER]: what has come, one a line.
requests()
{
	jq -r "${1:-.body}" "$HTTP/log"
}

# received N: that many requests have been answered with 200.
received()
{
	[ "$(jq -r 'select(.answer == "200").path' "$HTTP/log" | wc -l)" -ge "$1" ]
}

# tried N: that many have come at all.
tried()
{
	[ "$(wc -l <"$HTTP/log")" -ge "$1" ]
}

# Nothing waits in the outbox of T.
outbox_empty()
{
	[ -z "$(cd "$T/outbox" 2>/dev/null && ls -- *.json 2>/dev/null)" ]
}

# on_terminal COMMAND...: what it writes to a terminal, with controls as cat -v shows them, and
# without the CR at a line's end.
on_terminal()
{
	TERM=xterm python3 -c 'import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' "$@" </dev/null 3>&- |
		tr -d '\r' | cat -v
}
