#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2317
# Commands that are meant to stay: servers that answer on 127.0.0.1, are killed in every way, and
# answer again.

load ../harness/lib

setup()
{
	rca_setup
	quick
	SITE=$ROOM/p/site
	mkdir "$SITE"
	echo 'the page' >"$SITE/page"
}

teardown() { rca_teardown; }

there()
{
	command -v "$1" >/dev/null && return
	echo "# *** NOT TRIED: $1 is not installed ***" >&3
	return 1
}

# A port that nobody has now.
free_port()
{
	PORT=$((20000 + RANDOM % 12000))
	while (exec 9<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; do
		PORT=$((20000 + RANDOM % 12000))
	done
}

answers()
{
	local line

	(
		exec 9<>"/dev/tcp/127.0.0.1/$PORT" || exit 1
		printf 'GET /page HTTP/1.0\r\n\r\n' >&9
		while read -r -t 5 line <&9; do
			[ "$line" != 'the page' ] || exit 0
		done
		exit 1
	) 2>/dev/null
}

attempts_are() { [ "$(get attempt)" -ge "$1" ] && is_status running; }
agent() { cat "$T/pid"; }

lives() { ps -o pid=,stat=,ppid=,args= -p "$1" | grep -v '^ *[0-9]* Z'; }

living() { [ -n "$(lives "$(agent)")" ]; }

# up N: the N-th attempt (or a later one) runs and answers.
up()
{
	wait_for 15 attempts_are "$1" || {
		cat "$T/history" "$T/monitor.log" "$T/output.log"
		return 1
	}
	wait_for 15 answers || { cat "$T/history" "$T/output.log"; return 1; }
	wait_for 5 living # DIR/pid is of this attempt
}

watched()
{
	rca-launch "$T" >/dev/null
	rca-monitor -d "$T"
}

# revived: what $T serves is killed in each way, and serves again, with one process on the port;
# then it is ended, and stays so.
revived()
{
	local server wrap monitor

	watched
	up 1
	server=$(agent)
	kill -9 "$server"
	up 2
	[ "$(agent)" != "$server" ]
	server=$(agent)
	wrap=$(wrap_pid)
	kill -9 "$wrap"
	up 3
	[ "$(wrap_pid)" != "$wrap" ]
	not lives "$server"
	server=$(agent)
	kill -9 "$(wrap_pid)" "$server"
	up 4
	kill -TERM "$(agent)"
	up 5
	tmux -S "$RCA_HOME/tmux.sock" kill-server
	up 5
	monitor=$(monitor_pid)
	kill -9 "$monitor"
	wait_for 5 unlocked "$T/monitor.lock"
	kill -9 "$(agent)"
	rca-monitor -d "$T"
	up 6
	run rca-launch "$T"
	[ "$status" = 0 ]
	[[ "$output" == *"already running"* ]]
	rca-reap -k "$T"
	ended stopped
	not answers
	wait_for 5 unlocked "$T/monitor.lock"
	not answers
	ended stopped
}

@test "python3 -m http.server is back after every kill, and gone when it is ended" {
	there python3 || return 0
	free_port
	T=$(rca-mktask -n web -d "$SITE" -k restart=always -k max_retries=100 -- python3 \
		-u -m http.server --bind 127.0.0.1 "$PORT")
	revived
}

@test "a node server is back after every kill, and gone when it is ended" {
	there node || return 0
	free_port
	cat >"$SITE/server.js" <<-END
		const server = require('http').createServer((q, r) => r.end('the page\n'));
		server.listen($PORT, '127.0.0.1', () => console.log('Listening on $PORT'));
	END
	T=$(rca-mktask -n web -d "$SITE" -k restart=always -k max_retries=100 -- node server.js)
	revived
	grep -q "Listening on $PORT" "$T/output.log"
}

@test "what a service has started does not outlive it, whether it or its wrapper dies" {
	cat >"$ROOM/service" <<-'END'
		#!/bin/bash
		trap '' HUP
		tag=${1##*/}
		for name in apart stubborn; do
			! pgrep -af "^$tag-$name 9301\$" >>"$1/bad" ||
				echo "beside an old one" >>"$1/bad"
		done
		setsid bash -c 'exec -a "$0" sleep 9301' "$tag-apart" &
		(trap '' HUP TERM; exec -a "$tag-stubborn" sleep 9301) &
		while [ "$(pgrep -cf "^$tag-[a-z]* 9301\$")" != 2 ]; do sleep 0.01; done
		echo "$$" >>"$1/starts"
		while :; do sleep 0.1; done
	END
	chmod +x "$ROOM/service"
	T=$(rca-mktask -n web -k restart=always -k max_retries=100 -- "$ROOM/service" "$ROOM")
	last_is_ours() { [ "$(tail -n 1 "$ROOM/starts")" = "$(agent)" ] && kill -0 "$(agent)"; }
	watched
	for n in 2 3 4 5; do
		wait_for 10 attempts_are $((n - 1))
		wait_for 15 last_is_ours
		if [ $((n % 2)) = 0 ]; then kill -9 "$(agent)"; else kill -9 "$(wrap_pid)"; fi
		wait_for 15 attempts_are $n
	done
	cat "$ROOM/bad"
	[ ! -s "$ROOM/bad" ]
	rca-reap -k "$T"
	ended stopped
	[ -z "$(marked "$T")" ]
}

old_gone()
{
	! kill -0 "$1" 2>/dev/null || [ "$(ps -o state= -p "$1")" = Z ]
}

two_began()
{
	[ "$(wc -l <"$ROOM/pids")" -ge 2 ]
}

@test "one that wrote over its environment is ended before the next, however its wrapper ended" {
	T=$(rca-mktask -n a -k restart=always -- "$TOP/t/fake/settitle" "$ROOM/pids")
	watched
	wait_for 10 test -s "$ROOM/pids"
	pid=$(cat "$ROOM/pids")
	[ -z "$(marked "$T")" ]
	[ "$(cut -d' ' -f3 "$T/start.lock")" = "$pid" ]
	kill -9 "$(wrap_pid)"
	wait_for 20 two_began
	old_gone "$pid"
	history_has " ended pid=$pid what=\"settitle: at work\""
	# Nobody carries it on, and rca-reap is asked.
	pid=$(tail -n 1 "$ROOM/pids")
	kill -9 "$(monitor_pid)"
	kill -9 "$(wrap_pid)"
	wait_for 5 unlocked "$T/lock"
	not old_gone "$pid"
	rca-reap -k "$T"
	wait_for 5 old_gone "$pid"
	[ "$(cat "$T/start.lock")" = - ]
}

@test "one that goes into the background is told why it does not stay" {
	daemon=("$TOP/t/fake/settitle" -d "$ROOM/pids")
	# One that hides its mark, too, is found by its parent, which is the wrapper where the
	# system can do that.
	: >"$ROOM/pids"
	# shellcheck disable=SC2016
	[ "${FALLBACK:-0}" != 1 ] || daemon=(sh -c 'n=$(wc -l <"$0")
		setsid sh -c "echo \$\$ >>\"\$0\"; exec sleep 9391" "$0" >/dev/null 2>&1 \
			</dev/null &
		until [ "$(wc -l <"$0")" -gt "$n" ]; do sleep 0.05; done' "$ROOM/pids")
	T=$(rca-mktask -n a -k restart=always -k base=1 -k max_retries=1 -- "${daemon[@]}")
	watched
	wait_status abandoned 20
	history_has ' crashed reason="it went into the background, .* foreground'
	history_has ' ended pid='
	rca-probe -k "$T" >"$ROOM/probe" || :
	not grep -q ^health=ok "$ROOM/probe"
	T=$(rca-mktask -n b -- "${daemon[@]}")
	watched
	wait_done
	ended completed
	history_has ' daemon hint="it went into the background'
	while read -r pid; do wait_for 5 old_gone "$pid"; done <"$ROOM/pids"
}

@test "a tmux server that somebody uses is left alone with all in it; the task's own is ended" {
	s=$ROOM/s
	for name in alone used stopped; do
		T=$(rca-mktask -n "$name" -- sh -c "env -u TMUX tmux -S $s.$name -f /dev/null new -d -s one 'sleep 9311' \\; new -d -s two 'sleep 9312'; echo ready; while [ ! -e $ROOM/go ]; do sleep 0.1; done")
		rca-launch "$T" >/dev/null
		wait_for 10 grep -q ready "$T/output.log"
	done
	sleep 2.1 # what a server makes within a second of its start is its own
	for name in used stopped; do
		tmux -S "$s.$name" new-session -d -s "my work" 'sleep 9313'
	done
	rca-reap -k "$T"
	touch "$ROOM/go"
	for name in alone used stopped; do
		T=$TASKS/command-$name
		wait_done
		if [ "$name" = alone ]; then
			not tmux -S "$s.alone" ls
			history_has ' ended pid=[0-9]* what="tmux -S '
			continue
		fi
		[ "$(tmux -S "$s.$name" ls | wc -l)" = 3 ]
		history_has ' left_alone pid=[0-9]* what="tmux .* sessions="my work"'
		not grep -q 'ended .*sleep 931' "$T/history"
		tmux -S "$s.$name" kill-server
	done
}

@test "where processes cannot be listed, the session of a dead attempt is ended all the same" {
	# What lists them for the POSIX build, ps, needs /proc itself here; so does LeakSanitizer,
	# whose options an engine's environment does not have.
	[ "${FALLBACK:-0}" != 1 ] && [ -z "${ASAN_OPTIONS-}" ] || return 0
	unshare -rm true 2>/dev/null || skip "no namespaces here"
	# shellcheck disable=SC2016
	unshare -rm sh -c 'mount -t tmpfs none /proc
		T=$(rca-mktask -n a -k restart=always -- sh \
			-c "trap \"\" HUP; echo \$\$ >>\"$0\"; exec sleep 60") || exit
		rca-launch -e none "$T" >/dev/null
		rca-monitor -d "$T"
		until [ -s "$0" ]; do sleep 0.1; done
		wrap=$(cut -d" " -f3 "$T/lock")
		kill -9 "$wrap"
		until [ "$(wc -l <"$0")" -ge 2 ]; do sleep 0.1; done
		rca-reap -k "$T"' "$ROOM/pids"
	T=$TASKS/command-a
	ended stopped
	history_has ' leftovers state="processes cannot be listed here'
	while read -r pid; do wait_for 5 old_gone "$pid"; done <"$ROOM/pids"
}

@test "on-failure: an end with 0 is an end, any other is not" {
	T=$(rca-mktask -n a -k restart=on-failure -- sh \
		-c 'echo run >>"$HOME/a"; [ $(wc -l <"$HOME/a") -ge 3 ]')
	rca-launch "$T" >/dev/null
	run timeout 30 rca-monitor "$T"
	[ "$status" = 0 ]
	ended completed
	[ "$(wc -l <"$HOME/a")" = 3 ]
	T=$(rca-mktask -n b -k restart=on-failure -- sh \
		-c 'echo run >>"$HOME/b"; [ $(wc -l <"$HOME/b") -lt 2 ] || exit 0; kill -9 $$')
	watched
	wait_done
	ended completed
	[ "$(wc -l <"$HOME/b")" = 2 ]
}

@test "never: what failed stays so" {
	T=$(rca-mktask -n a -- sh -c 'echo run >>"$HOME/a"; exit 3')
	watched
	wait_done
	ended failed
	[ "$(wc -l <"$HOME/a")" = 1 ]
}

@test "one that dies at once is restarted at longer intervals, and at last given up" {
	T=$(rca-mktask -n a -k restart=always -k max_retries=3 -- sh \
		-c 'date +%s.%N >>"$HOME/a"; echo "cannot bind"; exit 1')
	began=$(now_ms)
	MONITOR_BASE_INTERVAL=1 MONITOR_MAX_INTERVAL=100 watched
	wait_status abandoned 20
	[ "$(get abandon_reason)" = max_retries_exceeded ]
	[ "$(wc -l <"$HOME/a")" = 4 ]
	# at once, 1 s, 2 s (of whole seconds: up to one less)
	awk -v scale="${WAIT_SCALE:-1}" '{ if (NR > 1) d[NR] = $1 - p; p = $1 } END { for (i in d) print i, d[i]; exit !(d[2] < scale && d[4] > 1 && d[4] > d[2] + 0.5) }' "$HOME/a"
	within 15 "$began"
	[ ! -e "$T/done" ]
	wait_for 5 unlocked "$T/monitor.lock"
	[ -z "$(marked "$T")" ]
}

@test "one that ran well for long has all its retries again" {
	T=$(rca-mktask -n a -k restart=always -k max_retries=1 -- sh -c 'echo run >>"$HOME/a"; n=$(wc -l <"$HOME/a"); [ $n -gt 3 ] || exec sleep 3; exit 1')
	MONITOR_MAX_INTERVAL=2 watched
	wait_status abandoned 30
	# three that lasted, each followed by a retry that was the first again; then one that did
	# not, and that was one too many
	[ "$(wc -l <"$HOME/a")" = 4 ]
	[ "$(grep -c ' retry count=1' "$T/history")" = 3 ]
	[ "$(get abandon_reason)" = max_retries_exceeded ]
}

@test "a launch that fails does not give a service its retries again" {
	T=$(rca-mktask -n a -k restart=always -k max_retries=3 -d "$SITE" -- sleep 3)
	MONITOR_MAX_INTERVAL=1 watched
	wait_status running
	wait_for 10 test -s "$T/pid"
	rm -r "$SITE"
	wait_status abandoned 30
	[ "$(get abandon_reason)" = max_retries_exceeded ]
	[ "$(get attempt)" = 1 ]
}

@test "the deadline is not for services, but one that was set is kept" {
	T=$(rca-mktask -n a -k restart=always -k deadline=2 -- sleep 9303)
	watched
	wait_status abandoned 15
	[ "$(get abandon_reason)" = deadline ]
	[ -z "$(marked "$T")" ]
	T=$(rca-mktask -n b -k restart=always -- sleep 9303)
	# as if it had been watched since long ago
	echo 'watched_since=2020-01-01T00:00:00Z' >>"$T/manifest"
	watched
	checked() { [ -n "$(get last_checked_at)" ]; }
	wait_for 10 checked
	is_status running
	[ "$(get watched_since)" = 2020-01-01T00:00:00Z ]
	rca-reap -k "$T"
	ended stopped
}

@test "Ctrl-C in its pane stops a service, also one that then exits with 0" {
	for code in 0 1 130; do
		T=$(rca-mktask -n "a$code" -k restart=always -- sh -c 'trap "echo bye; exit $0" INT; echo ready; while :; do sleep 0.05; done' "$code")
		watched
		wait_for 10 grep -q ready "$T/output.log"
		tmux -S "$RCA_HOME/tmux.sock" send-keys -t "=${T##*/}:" C-c
		wait_done
		ended stopped
	done
}

@test "the session closed by hand stops a service; its server's death does not" {
	T=$(rca-mktask -n a -k restart=always -- sh -c 'echo ready; exec sleep 9304')
	watched
	wait_for 10 grep -q ready "$T/output.log"
	tmux -S "$RCA_HOME/tmux.sock" kill-server
	kill -9 "$(agent)"
	wait_for 10 attempts_are 2
	tmux -S "$RCA_HOME/tmux.sock" kill-session -t "=${T##*/}"
	wait_done
	ended stopped
}
