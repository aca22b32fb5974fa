# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

tm() { tmux -S "$RCA_HOME/tmux.sock" "$@"; }

ppid_of() { ps -o ppid= -p "$1" | tr -d ' '; }

# Nothing of a launch that failed is left: no session, no environment, no lock, and the task is as
# it was.
nothing_started()
{
	[ "$(status_of)" = created ]
	unlocked "$T/lock"
	[ ! -e "$T/env" ]
	[ ! -e "$T/done" ]
	[ ! -e "$T/started" ]
	[ ! -e "$FAKE_DIR/log" ]
	[ -z "$(tm list-sessions -F '#{session_name}' 2>/dev/null)" ]
	manifest_ok
}

# server_ends: once the wrappers have gone; the SIGCONT of a hangup stops LeakSanitizer's look at
# one that is just ending, for good.
server_ends()
{
	wait_for 5 none_of_ours rca-wrap
	tm kill-server
}

@test "it prints the session's name once the wrapper holds its lock" {
	task claude fix
	fake hold:2
	run rca-launch "$T"
	[ "$status" = 0 ]
	[ "$output" = claude-fix ]
	locked "$T/lock"
	held
	is_status running
	go_on
	wait_done
	ended completed
}

@test "the pane's own process is rca-wrap, and a pane is all that the session has" {
	task claude fix
	fake hold:2
	rca-launch "$T"
	held
	[ "$(tm list-panes -a -F '#{session_name} #{pane_pid}')" = "claude-fix $(wrap_pid)" ]
	[ "$(cat "/proc/$(wrap_pid)/comm")" = rca-wrap ]
	[ "$(ppid_of "$(cat "$T/pid")")" = "$(wrap_pid)" ]
	go_on
	wait_done
}

@test "the pane shows what the agent does" {
	task claude fix
	fake hold:5
	rca-launch "$T"
	held
	shown() { tm capture-pane -p -t '=claude-fix:' | grep -q "$1"; }
	wait_for 5 shown 'all done by claude'
	shown 'make all'
	go_on
	wait_done
}

@test "a task that an orchestrator wrote the prompt of itself is launched" {
	T=$(rca-mktask -a claude -n fix -d "$PROJECT")
	S=$FAKE_DIR/claude-fix
	echo "written by hand" >"$T/prompt"
	rca-launch claude-fix
	wait_done
	ended completed
	[ "$(cat "$S/prompt.1")" = "written by hand" ]
}

@test "under the engine none there is no terminal, and no tmux" {
	task claude fix
	fake hold:2
	[ "$(rca-launch -e none "$T")" = claude-fix ]
	held
	[ "$(get engine)" = none ]
	[ ! -S "$RCA_HOME/tmux.sock" ]
	[ "$(ps -o tty= -p "$(wrap_pid)")" = '?' ]
	[ "$(ps -o sid= -p "$(wrap_pid)" | tr -d ' ')" != "$(ps -o sid= -p $$ | tr -d ' ')" ]
	go_on
	wait_done
	ended completed
}

# --- the environment

@test "the agent sees the environment of whoever launched it" {
	for e in tmux none; do
		task claude env-$e
		export WORDS=$'two\nlines "quoted" $HOME `x` \\ é' EMPTY="" SECRET_TOKEN=s3cr3t-$e
		rca-launch -e $e "$T"
		wait_done
		grep -qx 'two' "$RCA_HOME/../f/claude-env-$e/env.1" ||
			grep -q '^WORDS=two' "$S/env.1"
		grep -qxF 'lines "quoted" $HOME `x` \ é' "$S/env.1"
		grep -qx 'EMPTY=' "$S/env.1"
		grep -qx "SECRET_TOKEN=s3cr3t-$e" "$S/env.1"
		grep -qx "PATH=$PATH" "$S/env.1"
	done
}

@test "an older tmux server's environment is not the agent's" {
	OLD_ONLY=1 WHO=old task claude first
	fake hold:2
	OLD_ONLY=1 WHO=old rca-launch "$T"
	held
	go_on
	wait_done
	tm list-sessions >/dev/null 2>&1 || tm start-server
	task claude second
	export WHO=new NEW_ONLY=1 PATH=$ROOM/more:$PATH
	rca-launch "$T"
	wait_done
	grep -qx WHO=new "$S/env.1"
	grep -qx NEW_ONLY=1 "$S/env.1"
	grep -q "^PATH=$ROOM/more:" "$S/env.1"
	not grep -q OLD_ONLY "$S/env.1"
}

@test "marks of the agent or terminal that launched it are taken out" {
	task claude fix
	export CLAUDECODE=1 CLAUDE_CODE_ENTRYPOINT=cli TMUX=/nowhere,1,0 TMUX_PANE=%7 STY=1.x \
		OPENCLAW_SHELL=exec RCA_TASK=/other TASK_TMPDIR=/other TMUX_TMPDIR=$ROOM
	rca-launch "$T"
	wait_done
	ended completed
	not grep -qE '^(CLAUDECODE|CLAUDE_CODE_ENTRYPOINT|STY|OPENCLAW_SHELL|TMUX|TMUX_PANE)=' \
		"$S/env.1"
	grep -qx "RCA_TASK=$T" "$S/env.1"
	grep -qx "TASK_TMPDIR=$T" "$S/env.1"
	# where the user's own tmux is to be found stays
	grep -qx "TMUX_TMPDIR=$ROOM" "$S/env.1"
}

@test "the environment lies in a file for the caller alone, in no argv, and goes at the end" {
	umask 0
	task claude fix
	fake hold:2
	export SECRET_TOKEN=s3cr3t-xyzzy
	rca-launch "$T"
	held
	[ "$(stat -c %a "$T/env")" = 600 ]
	grep -qz '^SECRET_TOKEN=s3cr3t-xyzzy$' "$T/env"
	[ "$(grep -lz "s3cr3t-xyzz[y]" /proc/[0-9]*/cmdline 2>/dev/null | wc -l)" = 0 ]
	not grep -q s3cr3t "$T/manifest" "$T/history"
	go_on
	wait_done
	[ ! -e "$T/env" ]
}

# --- getting away clean

@test "nothing that is left holds a descriptor of the caller" {
	for e in tmux none; do
		task claude fd-$e
		fake hold:2
		exec 251>"$ROOM/held-$e" 9>"$ROOM/held9-$e"
		rca-launch -e $e "$T"
		exec 251>&- 9>&-
		held
		[ -z "$(find /proc/[0-9]*/fd -lname "$ROOM/held*" 2>/dev/null)" ]
		go_on
		wait_done
	done
}

@test "a caller that reads its output is not kept waiting for the task's end" {
	for e in tmux none; do
		task claude pipe-$e
		fake hold:2
		run timeout 10 sh -c "rca-launch -e $e '$T' 2>&1 | cat"
		[ "$status" = 0 ]
		[ "$output" = "claude-pipe-$e" ]
		held
		go_on
		wait_done
	done
}

@test "the end of the caller's process group is not the task's" {
	for e in tmux none; do
		task claude grp-$e
		fake hold:2
		setsid sh -c 'rca-launch -e '$e' "$1" >/dev/null; echo $$ >"$2"; sleep 1000' sh \
			"$T" "$ROOM/leader" 3>&- >/dev/null 2>&1 &
		wait_for 10 test -s "$ROOM/leader"
		held
		kill -HUP -- "-$(cat "$ROOM/leader")"
		kill -KILL -- "-$(cat "$ROOM/leader")" || :
		rm "$ROOM/leader"
		go_on
		wait_done
		ended completed
	done
}

@test "inside a service it leaves the control group where systemd-run works" {
	mkdir "$ROOM/bin"
	cat >"$ROOM/bin/systemd-run" <<-END
		#!/bin/sh
		echo "\$*" >>"$ROOM/systemd-run"
		[ ! -e "$ROOM/broken" ] || { echo "Failed to connect to bus" >&2; exit 1; }
		for a; do
			case \$1 in -*) shift ;; *) break ;; esac
		done
		exec "\$@"
	END
	chmod +x "$ROOM/bin/systemd-run"
	PATH=$ROOM/bin:$PATH
	export INVOCATION_ID=0123456789abcdef0123456789abcdef XDG_RUNTIME_DIR=$ROOM/run
	task claude works
	rca-launch "$T"
	wait_done
	ended completed
	grep -q -e '--[us][a-z]* --scope' "$ROOM/systemd-run"
	server_ends
	: >"$ROOM/broken"
	task claude broken
	rca-launch "$T"
	wait_done
	ended completed
}

# --- what is wrong is said before anything is started

@test "an agent program that is not there is 127" {
	task claude fix
	mkdir "$ROOM/bin"
	for p in sh tmux env sleep cat date mkfifo rm sed grep id uname dirname basename mkdir \
		setsid tr head; do
		ln -s "$(command -v $p)" "$ROOM/bin/$p"
	done
	PATH=$ROOM/bin complains 127 "claude: not found" "$TOP/bin/rca-launch" "$T"
	nothing_started
}

@test "an agent program that cannot be executed is 126" {
	: >"$ROOM/prog"
	T=$(rca-mktask -n x -- "$ROOM/prog" arg)
	complains 126 "$ROOM/prog: Permission denied" rca-launch "$T"
	nothing_started
	T=$(rca-mktask -n y -- "$ROOM/none")
	complains 127 "$ROOM/none: not found" rca-launch "$T"
	nothing_started
}

@test "a command that is named relative to the project directory is found there" {
	printf '#!/bin/sh\necho ran\n' >"$PROJECT/tool"
	chmod +x "$PROJECT/tool"
	cd /
	T=$(rca-mktask -n x -d "$PROJECT" -- ./tool)
	rca-launch -e none "$T"
	wait_done
	ended completed
}

@test "a project directory that is gone is said" {
	task claude fix
	cd /
	rmdir "$PROJECT"
	complains 100 "project directory $PROJECT: No such file or directory" rca-launch "$T"
	nothing_started
}

@test "a prompt that is missing, empty or too big is said" {
	T=$(rca-mktask -a claude -n fix)
	complains 100 "no prompt" rca-launch "$T"
	nothing_started
	printf ' \n' >"$T/prompt"
	complains 100 "is empty" rca-launch "$T"
	nothing_started
	head -c 11000000 /dev/zero | tr '\0' a >"$T/prompt"
	complains 100 "larger than 10 MiB" rca-launch "$T"
	nothing_started
	rm "$T/prompt"
	complains 100 "No such file" rca-launch -p "$ROOM/none" "$T"
	nothing_started
}

@test "without tmux the way out is named" {
	task claude fix
	mkdir "$ROOM/bin"
	for p in sh env sleep cat date mkfifo rm sed grep id uname dirname basename mkdir setsid \
		claude tr head flock; do
		ln -s "$(command -v $p)" "$ROOM/bin/$p"
	done
	PATH=$ROOM/bin complains 127 "tmux" "$TOP/bin/rca-launch" "$T"
	grep -q 'another engine' "$ROOM/err"
	[ "$(status_of)" != running ]
	[ ! -e "$FAKE_DIR/log" ]
}

@test "a tmux that is too old is said" {
	task claude fix
	mkdir "$ROOM/bin"
	printf '#!/bin/sh\necho "tmux 1.8"\n' >"$ROOM/bin/tmux"
	chmod +x "$ROOM/bin/tmux"
	PATH=$ROOM/bin:$PATH
	run rca-launch "$T"
	[ "$status" = 100 ] || [ "$status" = 111 ] || [ "$status" = 127 ]
	[[ "$output" == *"tmux"*"1.8"* ]]
	unlocked "$T/lock"
	[ ! -e "$FAKE_DIR/log" ]
}

# user_engine BODY: an engine of the user's own, whose start does this with the program in "$@".
user_engine()
{
	mkdir -p "$XDG_CONFIG_HOME/rca/engines"
	printf '#!/bin/sh\nverb=$1\nshift 2\ncase $verb in\nstart) %s ;;\nalive) exit 2 ;;\nesac\n' "$1" >"$XDG_CONFIG_HOME/rca/engines/own"
	chmod +x "$XDG_CONFIG_HOME/rca/engines/own"
}

@test "it returns when the wrapper runs, not when the engine says so" {
	user_engine '(sleep 0.7; exec setsid "$@") </dev/null >/dev/null 2>&1 &'
	task claude fix
	fake hold:2
	[ "$(rca-launch -e own "$T")" = claude-fix ]
	locked "$T/lock"
	[ "$(get engine)" = own ]
	held
	go_on
	wait_done
	ended completed
}

@test "a wrapper that does not come is said after dispatch_wait" {
	user_engine ':'
	task claude fix
	export MONITOR_DISPATCH_WAIT=1
	before=$(now_ms)
	complains 99 "did not start in time" rca-launch -e own "$T"
	[ $(($(now_ms) - before)) -ge 900 ]
	within 5 "$before"
	is_status created
	history_has ' launch_failed '
	[ ! -e "$T/started" ]
	rca-launch -e none "$T"
	wait_done
	ended completed
}

@test "an engine that fails is said with its words" {
	user_engine 'echo "own: no room today" >&2; exit 3'
	task claude fix
	complains 111 "no room today" rca-launch -e own "$T"
	is_status created
	unlocked "$T/lock"
}

@test "an engine that fails late, or a late wrapper: what the wrapper has written stays" {
	user_engine '"$@" >/dev/null 2>&1; echo "own: no room after all" >&2; exit 3'
	task claude fix
	complains 111 "no room after all" rca-launch -e own "$T"
	ended completed
	history_has ' launch_failed '
}

@test "while -r undoes an end nobody writes it again: a wrapper that comes then leaves" {
	task claude fix
	rca-launch -e none "$T"
	wait_done
	wait_for 5 unlocked "$T/lock"
	echo "and one more thing" >"$ROOM/next"
	# It takes the lock, and then has to wait before it can write anything.
	hold "$T/manifest.lock"
	rca-launch -e none -r -p "$ROOM/next" "$T" >"$ROOM/out" 2>"$ROOM/err" 3>&- &
	pid=$!
	wait_for 5 locked "$T/lock"
	run rca-wrap "$T"
	[ "$status" = 0 ]
	[[ "$output" == *"already running"* ]]
	touch "$ROOM/let_go"
	wait "$pid"
	wait_done
	ended completed
	[ "$(get attempt)" = 2 ]
}

@test "what the system refuses is said with its words" {
	task claude a
	rm -f "$T/launch.lock"
	mkdir "$T/launch.lock"
	complains 111 "lock launch.lock: not a regular file" rca-launch -e none "$T"
	task claude c
	mkdir "$T/manifest.lock"
	complains 111 "not a regular file" rca-launch -e none "$T"
	task claude d
	mkdir "$T/env"
	complains 111 "env" rca-launch -e none "$T"
	task claude e
	mkdir "$T/lock"
	complains 111 "ask lock: not a regular file" rca-launch -e none "$T"
	task command f -- true
	rm "$T/command"
	mkdir "$T/command"
	complains 111 "open command" rca-launch -e none "$T"
	[ ! -e "$FAKE_DIR/log" ]
}

@test "an engine nobody knows is refused" {
	task claude fix
	complains 100 "engine" rca-launch -e screen "$T"
	nothing_started
	complains 100 "engine" rca-launch -e ../agent/claude "$T"
	nothing_started
}

@test "a manifest that is none is refused, and kept" {
	task claude fix
	head -c 60 "$T/manifest" >"$ROOM/cut"
	cp "$ROOM/cut" "$T/manifest"
	complains 100 "manifest" rca-launch "$T"
	cmp "$ROOM/cut" "$T/manifest"
	[ ! -e "$T/env" ]
}

@test "a task that is not there, or not to be trusted, is refused" {
	complains 102 "no such task" rca-launch claude-none
	complains 100 "not a task name" rca-launch ..
	task claude fix
	ln -s "$T" "$TASKS/link"
	complains 100 "is a symlink" rca-launch link
	chmod 777 "$T"
	complains 100 "others can write it" rca-launch "$T"
	chmod 700 "$T"
	[ ! -e "$T/env" ]
}

@test "a manifest whose socket is no path, and an agent without a command line, are refused" {
	task claude fix
	sed -i 's/^socket=.*/socket=relative/' "$T/manifest"
	complains 100 "socket relative: not an absolute path" rca-launch -e tmux "$T"
	nothing_started
	printf 'prompt=none\nsession=none\nread=pty\n' >"$XDG_CONFIG_HOME/rca/agents/idle"
	T=$(rca-mktask -a idle -n x)
	complains 100 "no start= line" rca-launch "$T"
	nothing_started
}

@test "an agent file with an error is said, with its line" {
	task claude fix
	printf 'start=claude\nnonsense\n' >"$XDG_CONFIG_HOME/rca/agents/claude"
	complains 100 "line 2" rca-launch "$T"
	nothing_started
}

# --- again

@test "one that runs is said to run, and stays one" {
	task claude fix
	fake hold:2
	rca-launch "$T"
	held
	pid=$(wrap_pid)
	run rca-launch "$T"
	[ "$status" = 0 ]
	[[ "$output" == *"already running"* ]]
	[ "$(wrap_pid)" = "$pid" ]
	go_on
	wait_done
	[ "$(starts)" = 1 ]
}

@test "a prompt for one that runs is not swallowed" {
	task claude fix
	fake hold:2
	rca-launch "$T"
	held
	complains 1 "prompt" rca-launch -p "$ROOM/prompt" "$T" || grep -q "not taken" "$ROOM/err"
	go_on
	wait_done
}

@test "launched ten times at once it runs once" {
	task claude fix
	fake hold:2
	for i in {1..10}; do
		rca-launch -e none "$T" >>"$ROOM/said" 2>>"$ROOM/said2" 3>&- &
		pids="${pids-} $!"
	done
	for p in $pids; do wait "$p"; done
	[ "$(grep -cx claude-fix "$ROOM/said")" = 10 ]
	held
	go_on
	wait_done
	[ "$(starts)" = 1 ]
}

@test "one that has ended is not started again without -r" {
	task claude fix
	rca-launch -e none "$T"
	wait_done
	cp -r "$T" "$ROOM/before"
	complains 1 "has ended (completed)" rca-launch "$T"
	diff -r -x '*lock' "$ROOM/before" "$T"
	[ "$(starts)" = 1 ]
}

@test "-r carries a finished task on in its session, -p says with what" {
	for a in claude codex opencode pi; do
		task $a fix
		rca-launch -e none "$T"
		wait_done
		ended completed
		echo "now the tests" >"$ROOM/next"
		rca-launch -r -p "$ROOM/next" -e none "$T"
		wait_done
		ended completed
		[ "$(cat "$S/prompt.2")" = "now the tests" ]
		[ "$(starts resume)" = 1 ]
		[ "$(get attempt)" = 2 ]
		[ "$(cat "$T/result")" = "all done by $a, attempt 2" ]
	done
}

@test "-r without a prompt, and -p from standard input" {
	task claude fix
	rca-launch -e none "$T"
	wait_done
	rca-launch -r "$T"
	wait_done
	grep -qi continue "$S/prompt.2"
	echo "from here" | rca-launch -r -p - "$T"
	wait_done
	[ "$(cat "$S/prompt.3")" = "from here" ]
	ended completed
}

@test "-p -: while somebody thinks about the prompt nothing is locked" {
	task claude fix
	wrap
	ended completed
	mkfifo slow
	rca-launch -e none -r -p - "$T" <slow >/dev/null 3>&- &
	launch=$!
	exec 9>slow
	printf 'from a slow ' >&9
	wait_for 5 grep -q '^rca-launch$' "/proc/$launch/comm"
	wait_for 5 grep -q 'State:.S' "/proc/$launch/status" # it reads
	for lock in lock launch.lock manifest.lock; do unlocked "$T/$lock"; done
	timeout 5 rca-watchdog
	timeout 5 rca-launch -e none -r "$T" >/dev/null
	wait_done
	echo writer >&9
	exec 9>&-
	wait $launch
	wait_done
	ended completed
	[ "$(tail -n 1 "$S/prompt.3")" = "from a slow writer" ]
	rca-mktask -a claude -n other -p - <slow >/dev/null 3>&- &
	exec 9>slow
	sleep 0.1
	[ "$(ls -A "$TASKS")" = claude-fix ] # nothing is made yet, either
	echo hello >&9
	exec 9>&-
	wait $!
}

@test "-p, like the paths of rca-run, is relative to where it is called" {
	mkdir app here
	cd here
	echo first >prompt.txt
	echo next >next.txt
	T=$(rca-run -a claude -n rel -d ../app -p prompt.txt -t ..)
	[ "$T" = "$PROJECT/claude-rel" ]
	S=$FAKE_DIR/claude-rel
	wait_done
	[ "$(cat "$S/prompt.1")" = first ]
	echo wrong >../app/next.txt
	rca-launch -r -p next.txt ../claude-rel
	wait_done
	[ "$(cat "$S/prompt.2")" = next ]
	for tool in "rca-monitor" "rca-wait" "rca-probe -s" "rca-log" "rca-wrap" "rca-reap -r"; do
		$tool ../claude-rel
	done
}

@test "the monitor ends a launch that is stopped while it holds the task, and goes on" {
	mkdir "$XDG_CONFIG_HOME/rca/engines"
	printf '#!/bin/sh\n[ "$1" = start ] || exit 3\n[ -e "%s" ] || { touch "%s"; sleep 1000; }\nexec "%s/lib/plugins/engines/none" "$@"\n' "$ROOM/starting" "$ROOM/starting" "$TOP" >"$XDG_CONFIG_HOME/rca/engines/own"
	chmod +x "$XDG_CONFIG_HOME/rca/engines/own"
	export MONITOR_DISPATCH_WAIT=1
	quick
	task claude fix
	rca-launch -e own "$T" >/dev/null 2>&1 3>&- &
	pid=$!
	wait_for 10 test -e "$ROOM/starting"
	kill -STOP $pid
	before=$(now_ms)
	rca-monitor "$T" 2>/dev/null
	within 45 "$before"
	ended completed
	history_has " launch_ended pid=$pid because="
	wait $pid || :
}

@test "-r with a bad prompt leaves the finished task finished" {
	task claude fix
	rca-launch -e none "$T"
	wait_done
	cp -r "$T" "$ROOM/before"
	: >"$ROOM/empty"
	complains 100 "is empty" rca-launch -r -p "$ROOM/empty" "$T"
	rm -f "$T/launch.lock" "$ROOM/before/launch.lock"
	diff -r -x lock "$ROOM/before" "$T"
}

@test "-p is the prompt of a task that has none yet" {
	T=$(rca-mktask -a claude -n fix)
	S=$FAKE_DIR/claude-fix
	echo "given at launch" | rca-launch -p - -e none "$T"
	wait_done
	ended completed
	[ "$(cat "$S/prompt.1")" = "given at launch" ]
	[ "$(starts fresh)" = 1 ]
}

@test "-r takes the environment of whoever continues it" {
	task claude fix
	WHO=one rca-launch -e none "$T"
	wait_done
	WHO=two rca-launch -r -e none "$T"
	wait_done
	grep -qx WHO=one "$S/env.1"
	grep -qx WHO=two "$S/env.2"
}

@test "one that crashed goes on without -r, with its own environment" {
	task claude fix
	fake crash:4
	WHO=one rca-launch -e none "$T"
	wait_status crashed
	wait_for 5 unlocked "$T/lock"
	WHO=two rca-launch "$T"
	wait_done
	ended completed
	[ "$(starts resume)" = 1 ]
	grep -qx WHO=one "$S/env.2"
}

# --- tmux

@test "names that begin alike do not meet" {
	task claude fix-2
	fake hold:2
	rca-launch "$T"
	held
	task claude fix
	[ "$(rca-launch "$T")" = claude-fix ]
	wait_done
	ended completed
	tm has-session -t '=claude-fix-2'
	T=$TASKS/claude-fix-2 S=$FAKE_DIR/claude-fix-2
	go_on
	wait_done
}

@test "two tasks of one name in two places have two sessions" {
	mkdir "$ROOM/else"
	task claude fix
	fake hold:2
	rca-launch "$T"
	held
	one=$S
	echo "do it" >"$ROOM/p2"
	U=$(rca-mktask -a claude -n fix -t "$ROOM/else" -p "$ROOM/p2")
	FAKE_DIR=$ROOM/f2
	mkdir "$FAKE_DIR"
	name=$(rca-launch "$U")
	[ "$name" = "$(get session_name "$U")" ]
	[ "$name" != claude-fix ]
	wait_for 10 test -e "$U/done"
	S=$one
	go_on
	wait_done
}

@test "a task made elsewhere is launched, whatever its path is made of" {
	dir="$ROOM/a b;c'd\"e#{pid}\$HOME é;"
	mkdir "$dir"
	task claude fix -t "$dir"
	fake hold:2
	rca-launch "$T"
	held
	[ "$(tm list-panes -a -F '#{pane_pid}')" = "$(wrap_pid)" ]
	go_on
	wait_done
	ended completed
	grep -qxF "RCA_TASK=$T" "$S/env.1"
	[ "$(stat -c %a "$RCA_HOME")" = 700 ]
}

@test "the longest RCA_HOME that is allowed works" {
	stem=$ROOM/$(printf 'x%.0s' {1..120})
	export RCA_HOME=${stem:0:97}
	TASKS=$RCA_HOME/tasks
	task claude fix
	rca-launch "$T"
	wait_done
	ended completed
	server_ends
}

@test "the session closed by hand is a stop, not a crash" {
	task claude fix
	fake hang:2
	rca-launch "$T"
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	tm kill-session -t '=claude-fix'
	wait_done
	ended stopped
	[ -z "$(marked "$T")" ]
}

@test "the tmux server's death is not the task's: it goes on without a pane" {
	task claude fix
	fake hold:4
	rca-launch "$T"
	held
	wrap=$(wrap_pid)
	kill -9 "$(tm display-message -p '#{pid}')"
	wait_for 5 grep -q ' pane_lost because=engine_gone' "$T/history"
	[ "$(wrap_pid)" = "$wrap" ]
	go_on
	wait_done
	ended completed
	[ "$(starts)" = 1 ]
	rca-launch -r "$T"
	wait_done
	ended completed
	[ "$(starts resume)" = 1 ]
}

@test "Ctrl-C in the pane stops the task" {
	task claude fix
	fake hang:2
	rca-launch "$T"
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	tm send-keys -t '=claude-fix:' C-c
	wait_done
	ended stopped
}

@test "during the check Ctrl-C, Ctrl-\\ and a closed session stop it; a dead server does not" {
	for how in C-c C-\\ closed gone; do
		task claude fix -k check='echo $$ >>checking; [ ! -e wait ] || sleep 1000'
		: >"$PROJECT/wait"
		rca-launch "$T"
		wait_for 10 test -s checking
		case $how in
		closed) tm kill-session -t '=claude-fix' ;;
		gone) kill -9 "$(tm display-message -p '#{pid}')" ;;
		*) tm send-keys -t '=claude-fix:' "$how" ;;
		esac
		if [ $how = gone ]; then
			wait_for 5 grep -q ' pane_lost because=engine_gone' "$T/history"
			rm wait
			kill "$(cat checking)" # by hand: a check that fails
			wait_done
			ended completed
		else
			wait_done
			ended stopped
			[ "$(get exit_code)" != 0 ]
			[ "$(starts)" = 1 ]
		fi
		rca-reap -r "$T"
		rm -rf checking "$S" "$FAKE_DIR/log"
	done
}

@test "a command in a pane has the pane's size, keys reach it, and its end is seen" {
	T=$(rca-mktask -n ask -- sh -c 'stty size; printf "name? "; read -r x; echo "hello $x"')
	rca-launch "$T"
	shown() { tm capture-pane -p -t '=command-ask:' | grep -q "$1"; }
	wait_for 5 shown 'name?'
	size=$(tm display-message -p -t '=command-ask:' '#{pane_height} #{pane_width}')
	tm capture-pane -p -t '=command-ask:' | grep -qx "$size"
	tm send-keys -t '=command-ask:' -l world
	tm send-keys -t '=command-ask:' Enter
	wait_done
	ended completed
	grep -q 'hello world' "$T/output.log"
}

@test "the user's own tmux settings and server are left alone" {
	echo 'set -g default-command "echo WRONG"; set -g remain-on-exit off' >"$HOME/.tmux.conf"
	export TMUX_TMPDIR=$ROOM/tmp
	mkdir "$TMUX_TMPDIR"
	task claude fix
	rca-launch "$T"
	wait_done
	ended completed
	[ -z "$(ls -A "$TMUX_TMPDIR")" ]
}

@test "a removed socket does not stop the next launch" {
	task claude one
	fake hold:2
	rca-launch "$T"
	held
	pid=$(tm display-message -p '#{pid}')
	rm "$RCA_HOME/tmux.sock"
	task claude two
	rca-launch "$T"
	wait_done
	ended completed
	T=$TASKS/claude-one S=$FAKE_DIR/claude-one
	go_on
	wait_done
	wait_for 5 none_of_ours rca-wrap
	kill "$pid" 2>/dev/null || :
}

# --- the tool itself

@test "an answer that cannot be written is an error" {
	task claude fix
	run sh -c "rca-launch -e none '$T' >/dev/full"
	[ "$status" = 111 ]
	[[ "$output" == *"write standard output: No space left on device"* ]]
	wait_done
}

@test "-V is its name and version" {
	run rca-launch -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-launch\ [0-9]+\.[0-9] ]]
}

@test "a wrong option, no task or two are answered with the usage" {
	usage_of rca-launch
	usage_of rca-launch -x
	usage_of rca-launch a b
	usage_of rca-launch -e
}

@test "-p adds to the words that wait already" {
	task claude fix
	fake crash:2 ok
	rca-wrap "$T" >/dev/null 2>&1 </dev/null 3>&- || :
	echo first | rca-launch -e none -p /dev/stdin "$T" >/dev/null 2>&1 || :
	wait_for 5 test -e "$T/done"
	rca-launch -e none -r -p - "$T" <<<'second' >/dev/null
	wait_for 5 test -e "$T/done"
	[ ! -e "$T/next" ]
	grep -qx first "$S"/prompt.*
	grep -qx second "$S"/prompt.*
	printf 'kept' >"$T/resume"
	rca-launch -e none -r -p - "$T" <<<'added' >/dev/null
	wait_for 5 test -e "$T/done"
	[ "$(cat "$S/prompt.$(ls "$S" | sed -n 's/^prompt\.//p' | sort -n | tail -n 1)")" \
		= $'kept\n\nadded' ]
}

@test "-n says what stands in the way, and changes nothing" {
	own_agent
	task my fix
	before=$(md5sum <"$T/manifest"; ls -A "$T")
	run rca-launch -n "$T"
	[ "$status" = 0 ]
	[ -z "$output" ]
	mv "$ROOM/my" "$ROOM/away"
	complains 127 "agent program $ROOM/my: not found" rca-launch -n "$T"
	mv "$ROOM/away" "$ROOM/my"
	cd /
	mv "$PROJECT" "$ROOM/q"
	complains 100 "project directory" rca-launch -n "$T"
	mv "$ROOM/q" "$PROJECT"
	mv "$T/prompt" "$ROOM/q"
	complains 100 "prompt" rca-launch -n "$T"
	mv "$ROOM/q" "$T/prompt"
	[ "$(md5sum <"$T/manifest"; ls -A "$T")" = "$before" ]
	: >"$T/stop"
	complains 1 "has ended" rca-launch -n "$T"
	rca-launch -n -r "$T"
}

@test "-r right after done carries on: a wrapper that has yet to let go is waited for" {
	task claude fix
	fake ok
	rca-launch -e none "$T" >/dev/null
	for i in 1 2 3 4 5 6 7 8; do
		while [ ! -e "$T/done" ]; do :; done # no pause at all: the moment is what is tried
		rca-launch -e none -r "$T" >/dev/null 2>"$ROOM/err"
		not grep -q 'already running' "$ROOM/err"
	done
	wait_done
	[ "$(starts)" = 9 ]
}

@test "where no fifo can be made, the lock alone tells that it has started" {
	task claude a
	fake hold:3
	mkdir "$T/started"
	rca-launch -e none "$T" >/dev/null
	held
	go_on
	wait_done
	ended completed
}
