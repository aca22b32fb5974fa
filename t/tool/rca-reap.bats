# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	quick
}

teardown() { rca_teardown; }

tm() { tmux -S "$RCA_HOME/tmux.sock" "$@"; }
has_session() { tm list-sessions -F '#{session_name}' 2>/dev/null | grep -qx "$1"; }

# A task that runs under tmux, its tool call open in a session of its own.
running()
{
	task claude "$1"
	fake "${2:-hang:3}"
	rca-launch "$T" >/dev/null
	wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
}

@test "-k ends a living task: tree, session, status" {
	running fix
	pid=$(cat "$T/pid")
	run rca-reap -k "$T"
	[ "$status" = 0 ]
	ended stopped
	[ ! -e "/proc/$pid" ]
	[ -z "$(marked "$T")" ]
	not has_session claude-fix
	unlocked "$T/lock"
	[ -d "$T" ]
}

@test "-k ends one that ignores TERM" {
	running fix deaf:3
	run rca-reap -k "$T"
	[ "$status" = 0 ]
	ended stopped
	[ -z "$(marked "$T")" ]
}

@test "-k ends one whose wrapper is stopped" {
	running fix
	kill -STOP "$(wrap_pid)"
	rca-reap -k "$T"
	ended stopped
	[ -z "$(marked "$T")" ]
}

@test "-k ends a launch that is stopped while it holds the task" {
	task claude fix
	mkdir "$XDG_CONFIG_HOME/rca/engines"
	printf '#!/bin/sh\n[ "$1" = start ] || exit 3\ntouch "%s"\nsleep 1000\n' "$ROOM/starting" \
		>"$XDG_CONFIG_HOME/rca/engines/own"
	chmod +x "$XDG_CONFIG_HOME/rca/engines/own"
	rca-launch -e own "$T" >/dev/null 2>&1 3>&- &
	pid=$!
	wait_for 10 test -e "$ROOM/starting"
	kill -STOP $pid
	rca-reap -k "$T"
	ended stopped
	code=0
	wait $pid || code=$?
	[ $code = 143 ]
}

@test "-k ends the monitor's work, too: nothing is resumed" {
	running fix
	rca-monitor -d "$T"
	monitor=$(monitor_pid)
	rca-reap -k "$T"
	ended stopped
	wait_for 5 unlocked "$T/monitor.lock"
	wait_for 5 not test -e "/proc/$monitor"
	[ "$(starts)" = 1 ]
}

@test "-k ends one that waits for a usage limit" {
	task claude fix
	fake limit:3600
	rca-launch "$T"
	rca-monitor -d "$T"
	wait_status limited
	rca-reap -k "$T"
	ended stopped
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(starts)" = 1 ]
}

# signed LOCK HOST: its holder is said to be a process of that host; "" for a holder that says
# nothing, as older ones did.
signed()
{
	if [ -n "$2" ]; then sed -i "s/^[^ ]*/$2/" "$1" && return; fi
	: >"$1"
}

@test "a holder that is not proven to be our process is not signalled, and said to be elsewhere" {
	config silence=2
	task claude far
	fake hang:3
	rca-launch -e none "$T" >/dev/null
	wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
	rca-monitor -d "$T"
	[ "$(cut -d' ' -f1,3 "$T/lock")" = "$(uname -n) $(wrap_pid)" ]
	[ "$(cut -d' ' -f1,3 "$T/monitor.lock")" = "$(uname -n) $(monitor_pid)" ]
	pid=$(wrap_pid)
	cp "$T/lock" "$ROOM/lock"
	mon=$(monitor_pid)
	for host in other.example ''; do
		cp "$ROOM/lock" "$ROOM/new"
		signed "$ROOM/new" "$host"
		cat "$ROOM/new" >"$T/lock" # in place: another file would be another lock
		cat "$ROOM/new" >"$T/monitor.lock"
		[ "$(rca-probe -k "$T" | grep ^elsewhere=)" = "elsewhere=${host:-unknown}" ]
		[ "$(rca-list -j "$T" | jq -r .elsewhere)" = "${host:-unknown}" ]
		rca-list "$T" | grep -q "(${host:+on }${host:-elsewhere}"
		rca-wrap "$T" 2>&1 | grep -q "already running, .*${host:-cannot be proven}"
		rca-monitor "$T" 2>&1 | grep -q "already watched by .*${host:-cannot be proven}"
	done
	# Silent for longer than it may be, and nobody here can see what its processes do.
	sleep 4
	[ "$(status_of)" = running ]
	not grep -q ' hung ' "$T/history"
	rm -f "$T/stop"
	not timeout 60 rca-reap -k "$T" 2>"$ROOM/err"
	grep -q 'held by a process that cannot be proven to be of this host.*not signalled' "$ROOM/err"
	[ "$(wrap_pid) $(monitor_pid)" = "$pid $mon" ]
	[ "$(status_of)" = running ]
	# A monitor on its own host ends it.
	cat "$ROOM/lock" >"$T/lock"
	wait_done 20
	ended stopped
	wait_for 5 unlocked "$T/monitor.lock"
}

@test "-k of one that was never launched stops it" {
	task claude fix
	rca-reap -k "$T"
	ended stopped
	[ ! -e "$FAKE_DIR/log" ]
}

@test "-k of one whose wrapper is gone ends what is left of it" {
	running fix
	kill -9 "$(wrap_pid)"
	wait_for 5 unlocked "$T/lock"
	rca-reap -k "$T"
	ended stopped
	[ -z "$(marked "$T")" ]
}

@test "-k of one that ended long ago changes nothing of its end" {
	task claude fix
	wrap
	run rca-reap -k "$T"
	[ "$status" = 0 ]
	ended completed
}

@test "a living task is not touched without -k" {
	running fix
	complains 1 "has not ended (running): -k ends it" rca-reap "$T"
	complains 1 "has not ended" rca-reap -r "$T"
	is_status running
	locked "$T/lock"
	rca-reap -k "$T"
}

@test "a task whose end is being written has ended: its wrapper is waited for" {
	task claude fix
	wrap
	rm "$T/done" # it comes after the manifest, and the lock is let go after both
	hold "$T/lock"
	rca-reap -r "$T" >"$ROOM/out" 2>&1 3>&- &
	pid=$!
	wait_for 5 grep -q '^State:	S' "/proc/$pid/status"
	touch "$T/done" "$ROOM/let_go"
	wait "$pid"
	[ ! -s "$ROOM/out" ]
	[ ! -e "$T" ]
}

@test "names that begin alike are not touched" {
	running fix
	one=$(wrap_pid)
	running fix-2
	two=$(wrap_pid)
	T=$TASKS/claude-fix
	rca-reap -k claude-fix
	ended stopped
	not has_session claude-fix
	has_session claude-fix-2
	[ -d "/proc/$two" ]
	# a zombie is dead: tmux sometimes waits for its children later
	dead() { ! grep -q '^State:[[:blank:]]*[^ZX[:blank:]]' "/proc/$1/status" 2>/dev/null; }
	wait_for 5 dead "$one"
	T=$TASKS/claude-fix-2
	is_status running
	[ -n "$(marked "$T")" ]
	rca-reap -k -r claude-fix-2
	[ ! -e "$T" ]
}

@test "a process that only names the task is not touched" {
	running fix
	sh -c 'exec sleep 1000' "RCA_TASK=$T" 3>&- &
	named=$!
	env "OTHER=RCA_TASK=$T" "RCA_TASK=$T-2" "RCA_TASKS=$T" sleep 1000 3>&- &
	similar=$!
	rca-reap -k "$T"
	kill -0 $named
	kill -0 $similar
	kill $named $similar
	wait $named $similar || :
}

@test "a session of the same name on the user's own server is not touched" {
	tmux -S "$ROOM/own.sock" -f /dev/null new-session -d -s claude-fix 'sleep 1000' 3>&-
	running fix
	rca-reap -k "$T"
	tmux -S "$ROOM/own.sock" has-session -t '=claude-fix'
	tmux -S "$ROOM/own.sock" kill-server
}

@test "leftovers of an ended task are ended" {
	KEEP_LEFTOVERS=1
	task claude fix
	wrap
	ended completed
	env "RCA_TASK=$T" setsid sleep 1000 3>&- >/dev/null 2>&1 &
	one_marked() { [ "$(marked "$T" | wc -l)" = 1 ]; }
	wait_for 5 one_marked
	rca-reap "$T"
	[ -z "$(marked "$T")" ]
	ended completed
	[ -e "$T/result" ]
}

@test "a finished task's session is closed" {
	task claude fix
	rca-launch "$T"
	wait_done
	rca-reap "$T"
	not has_session claude-fix
	ended completed
}

@test "half-written files of dead writers go, the rest stays" {
	task claude fix
	wrap
	: >"$T/.manifest.new"
	: >"$T/.progress.new"
	: >"$T/own-notes"
	mkfifo "$T/started"
	rca-reap "$T"
	[ ! -e "$T/.manifest.new" ]
	[ ! -e "$T/.progress.new" ]
	[ ! -e "$T/started" ]
	[ -e "$T/own-notes" ]
	ended completed
}

@test "words that were on their way when their writer died go, too: they arrived" {
	task claude fix
	wrap
	echo "use the other file" >"$T/next"
	rca-reap "$T"
	[ ! -e "$T/next" ]
}

@test "a half-written notice goes with its writer, one that is being written stays" {
	task claude fix
	wrap
	mkdir -m 700 "$T/outbox"
	: >"$T/outbox/1.note.x.json"
	: >"$T/outbox/.1.note.y.json.new"
	: >"$T/outbox/.1.note.z.json.new"
	touch -d '2 minutes ago' "$T"/outbox/*.json "$T/outbox/.1.note.y.json.new"
	rca-reap "$T"
	[ -e "$T/outbox/1.note.x.json" ]
	[ ! -e "$T/outbox/.1.note.y.json.new" ]
	[ -e "$T/outbox/.1.note.z.json.new" ]
}

@test "an environment that a killed launch left in a finished task goes, but not during a launch" {
	task claude fix
	wrap
	printf 'SECRET=1\0' >"$T/env"
	hold "$T/launch.lock"
	complains 1 "was started again meanwhile" rca-reap "$T"
	[ -e "$T/env" ]
	touch "$ROOM/let_go"
	wait_for 5 unlocked "$T/launch.lock"
	rca-reap "$T"
	[ ! -e "$T/env" ]
	ended completed
}

@test "-a takes away what was left half made or half removed, and nothing that somebody works on" {
	task claude fix
	mkdir "$TASKS/.new-claude-a-1" "$TASKS/.gone-claude-b-2" "$TASKS/.gone-claude-b-2/outbox" \
		"$TASKS/.new-claude-now-4" "$TASKS/.mine"
	touch "$TASKS/.new-claude-a-1/manifest" "$TASKS/.gone-claude-b-2/outbox/x"
	# rca-mktask, stopped while it makes one
	mkdir "$TASKS/.new-claude-slow-5"
	hold "$TASKS/.new-claude-slow-5/launch.lock"
	touch -d '2 minutes ago' "$TASKS"/.new-claude-a-1 "$TASKS"/.gone-* \
		"$TASKS"/.new-claude-slow-* "$TASKS/.mine"
	rca-reap -a
	[ ! -e "$TASKS/.new-claude-a-1" ]
	[ ! -e "$TASKS/.gone-claude-b-2" ]
	[ -e "$TASKS/.new-claude-now-4" ]
	[ -e "$TASKS/.mine" ]
	[ -e "$T/manifest" ]
	[ -e "$TASKS/.new-claude-slow-5" ]
	touch "$ROOM/let_go"
	wait_for 5 unlocked "$TASKS/.new-claude-slow-5/launch.lock"
	touch -d '2 minutes ago' "$TASKS/.new-claude-slow-5"
	rca-reap -a
	[ ! -e "$TASKS/.new-claude-slow-5" ]
}

@test "-r removes the directory, whatever stands in it, and follows no symlink" {
	task claude fix
	wrap
	mkdir -p "$T/deep/er"
	echo x >"$T/deep/er/file"
	mkdir "$ROOM/outside"
	echo precious >"$ROOM/outside/file"
	ln -s "$ROOM/outside" "$T/deep/link"
	ln -s "$ROOM/outside/file" "$T/link"
	rca-reap -r "$T"
	[ ! -e "$T" ]
	[ -z "$(ls -A "$TASKS")" ]
	[ "$(cat "$ROOM/outside/file")" = precious ]
}

@test "-kr ends and removes" {
	running fix
	pid=$(cat "$T/pid")
	rca-reap -kr "$T"
	[ ! -e "$T" ]
	[ ! -d "/proc/$pid" ]
	wait_for 5 none_of_ours rca-monitor
}

@test "-o spares what ended less than so many days ago" {
	task claude new
	wrap
	task claude old
	wrap
	sed -i 's/^finished_at=.*/finished_at=2020-01-02T03:04:05Z/' "$T/manifest"
	rca-reap -r -o 1 claude-new claude-old
	[ -d "$TASKS/claude-new" ]
	[ ! -e "$TASKS/claude-old" ]
	rca-reap -r -o 0 claude-new
	[ ! -e "$TASKS/claude-new" ]
	for d in x -1 1.5 '' 1d 100001 213503982334602 9223372036854775807 99999999999999999999; do
		complains 100 "not a number of days" rca-reap -o "$d" claude-new
	done
}

# rest NAME STATUS [REASON]: a task that has ended without a wrapper or a monitor: its word alone.
rest()
{
	task claude "$1"
	sed -i "s/^status=.*/status=$2/" "$T/manifest"
	[ $# -lt 3 ] || printf 'abandon_reason=%s\nabandoned_at=2020-01-02T03:04:05Z\n' \
		"$3" >>"$T/manifest"
	printf 'SECRET=hunter2\0' >"$T/env"
}

@test "-k -a ends what lives or may live again; a task given up keeps its status unless named" {
	rest late abandoned deadline
	rest off abandoned signal
	rest cut crashed
	rca-reap -k -a
	[ "$(status_of "$TASKS/claude-late")" = abandoned ]
	[ ! -e "$TASKS/claude-late/done" ]
	[ "$(status_of "$TASKS/claude-off")" = stopped ]
	[ "$(status_of "$TASKS/claude-cut")" = stopped ]
	rca-reap -k claude-late
	[ "$(status_of "$TASKS/claude-late")" = stopped ]
	[ -z "$(find "$TASKS" -name env)" ]
}

@test "the environment goes with it, unless the next monitor may need it" {
	rest late abandoned deadline
	rest off abandoned signal
	rca-reap -a
	[ ! -e "$TASKS/claude-late/env" ]
	[ -e "$TASKS/claude-off/env" ]
	rca-reap claude-off
	[ ! -e "$TASKS/claude-off/env" ]
	is_status abandoned
}

@test "what cannot be written, and what lies deep, is removed all the same" {
	local as=() deep

	# root needs no permission
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=nobody --regid=nogroup --clear-groups env \
		-i "PATH=$ROOM/us/bin:$PATH" "RCA_HOME=$ROOM/n/r" "HOME=$ROOM/n")
	[ "$(id -u)" = 0 ] || as=(env "RCA_HOME=$ROOM/n/r")
	mkdir "$ROOM/n"
	[ "$(id -u)" != 0 ] || chown nobody "$ROOM/n"
	chmod 711 "$ROOM"
	# The tree may stand where nobody else can go.
	mkdir -p "$ROOM/us/bin" "$ROOM/us/lib/plugins"
	cp "$TOP/bin/rca-mktask" "$TOP/bin/rca-reap" "$TOP/bin/rca-wrap" "$ROOM/us/bin"
	cp -R "$TOP/lib/plugins/agents" "$TOP/lib/plugins/engines" "$ROOM/us/lib/plugins"
	chmod -R go+rX "$ROOM/us"
	T=$("${as[@]}" rca-mktask -n ro -d / -- true)
	echo abandon_reason=deadline >>"$T/manifest"
	sed -i 's/^status=.*/status=abandoned/' "$T/manifest"
	deep=$T/a$(printf '/d%.0s' {1..150})
	"${as[@]}" sh -c 'mkdir -p "$1" "$2/go/pkg/mod" "$2/shut"; touch "$2/go/pkg/mod/x" "$2/shut/x" "$1/x"
		ln -s "$3" "$2/shut/link"; chmod -R 555 "$2/a" "$2/go"; chmod 0 "$2/shut"' \
		x "$deep" "$T" "$ROOM"
	"${as[@]}" rca-reap -r ro 2>/dev/null || "${as[@]}" rca-reap -r "$T"
	[ -z "$(ls -A "$ROOM/n/r/tasks")" ]
	[ -d "$ROOM/n" ]
}

@test "what is mounted below a task is left alone, and said" {
	local unshare=(unshare -m) kinds=(bind tmpfs)

	[ "$(id -u)" = 0 ] || unshare=(unshare -rm)
	# POSIX does not list what is mounted: only another device is seen.
	[ "${FALLBACK:-0}" != 1 ] || kinds=(tmpfs)
	task claude mnt
	wrap
	mkdir -p "$T/the data" "$ROOM/precious"
	echo years >"$ROOM/precious/work"
	cat >"$ROOM/script" <<-'END'
		[ "$1" = bind ] && mount --bind "$ROOM/precious" "$T/the data"
		[ "$1" = tmpfs ] && mount -t tmpfs none "$T/the data" && touch "$T/the data/work"
		rca-reap -r "$T" 2>"$ROOM/err"
		echo "$?" >"$ROOM/code"
		# where it is met while the directory is emptied, that has its hidden name by then
		ls "$T/the data/work" "${T%/*}"/.gone-*/"the data/work" 2>/dev/null | grep -q work
	END
	export ROOM T
	for kind in "${kinds[@]}"; do
		"${unshare[@]}" bash "$ROOM/script" "$kind"
		[ "$(<"$ROOM/code")" = 111 ]
		grep -F "not removed: $T/the data is mounted in it: umount that first" "$ROOM/err" \
			||
			grep -F "Invalid cross-device link" "$ROOM/err"
	done
	[ "$(<"$ROOM/precious/work")" = years ]
}

@test "-a is all that have ended, and no living one" {
	for n in a b c; do
		task claude $n
		wrap
	done
	running living
	task claude waiting
	run rca-reap -a -r
	[ "$status" = 0 ]
	[ "$(ls "$TASKS" | tr '\n' ' ')" = "claude-living claude-waiting " ]
	T=$TASKS/claude-living
	is_status running
	rca-reap -a -k -r
	[ -z "$(ls -A "$TASKS")" ]
}

@test "-a passes over what is no task" {
	task claude fix
	wrap
	mkdir "$TASKS/notes"
	echo mine >"$TASKS/notes/file"
	rca-reap -a -r
	[ "$(ls -A "$TASKS")" = notes ]
	[ "$(cat "$TASKS/notes/file")" = mine ]
}

@test "an abandoned task is cleaned up, too" {
	running fix
	MONITOR_DEADLINE=1 rca-monitor "$T" || :
	is_status abandoned
	rca-reap -r "$T"
	[ ! -e "$T" ]
}

@test "one bad name does not keep it from the others" {
	task claude fix
	wrap
	run rca-reap -r claude-none claude-fix
	[ "$status" = 102 ]
	[[ "$output" == *"claude-none: no such task"* ]]
	[ ! -e "$TASKS/claude-fix" ]
}

@test "a task that is not there, or not to be trusted, is refused" {
	complains 102 "no such task" rca-reap claude-none
	complains 100 "not a task name" rca-reap -r ..
	complains 102 "no such task" rca-reap -r "$ROOM/none"
	complains 102 "not a task" rca-reap -r "$HOME/"
	task claude fix
	wrap
	ln -s "$T" "$TASKS/link"
	complains 100 "is a symlink" rca-reap -r link
	chmod 722 "$T"
	complains 100 "others can write it" rca-reap -r "$T"
	chmod 700 "$T"
	[ -d "$T" ]
	[ -d "$HOME" ]
}

@test "a manifest that is none is said, and nothing is removed" {
	task claude fix
	wrap
	: >"$T/manifest"
	complains 100 "manifest" rca-reap -r "$T"
	[ -e "$T/result" ]
}

@test "what cannot be taken away is said, and a wrong config is" {
	task claude fix
	wrap
	mkdir "$T/.manifest.new"
	complains 111 "claude-fix: " rca-reap "$T"
	ended completed
	echo nonsense >"$XDG_CONFIG_HOME/rca/config"
	rmdir "$T/.manifest.new"
	complains 100 "line 1" rca-reap "$T"
}

@test "a stop that cannot be written ends nothing" {
	running fix
	rm -f "$T/stop"
	ln -s nowhere "$T/stop"
	complains 111 "write stop" rca-reap -k "$T"
	is_status running
	rm "$T/stop"
	rca-reap -k "$T"
}

@test "-V is its name and version" {
	run rca-reap -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-reap\ [0-9]+\.[0-9] ]]
}

@test "a wrong option, no task, or -a with one, is answered with the usage" {
	usage_of rca-reap
	usage_of rca-reap -x
	usage_of rca-reap -a fix
	usage_of rca-reap -o
}
