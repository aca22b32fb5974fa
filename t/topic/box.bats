#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031
# Boxes: what an agent in the box of bubblewrap cannot do, and what it still can; how a box is
# called, and that an agent never runs without the one that was asked for.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup()
{
	rca_setup
	quick
	mkdir "$HOME/.ssh" "$HOME/own"
	echo KEY >"$HOME/.ssh/id"
	trap '' PIPE
}

teardown() { rca_teardown; }

# boxed SCRIPT [mktask options]: a task in a box, which runs the script; its files are in $PROJECT.
boxed()
{
	printf '%s\n' "$1" >"$PROJECT/job"
	shift
	task command boxed -k box=bwrap "$@" -- sh ./job
}

# done_in_box SCRIPT [...]: the same, run to its good end.
done_in_box()
{
	boxed "$@"
	wrap
	[ "$W" = 0 ] || { cat "$ROOM/pane" "$ROOM/err" "$T/output.log"; return 1; }
}

# box NAME SCRIPT: one of the user's own.
box()
{
	mkdir -p "$XDG_CONFIG_HOME/rca/boxes"
	printf '#!/bin/sh\n%s\n' "$2" >"$XDG_CONFIG_HOME/rca/boxes/$1"
	chmod +x "$XDG_CONFIG_HOME/rca/boxes/$1"
}

# What it cannot

@test "an agent in a box cannot write the home, but for its project and what box_write names" {
	mkdir "$ROOM/more dir"
	done_in_box 'for f in ~/.profile ~/own/x ~/.ssh/id /etc/x '"'$ROOM/x' '$TOP/bin/x'"'; do
		echo x >"$f"
	done
	echo mine >here; echo mine >"'"$ROOM"'/more dir/there"; echo mine >~/own/there; :' \
		-k "box_write=$ROOM/more dir:~/own"
	[ "$(<"$PROJECT/here")" = mine ]
	[ "$(<"$ROOM/more dir/there")" = mine ]
	[ "$(<"$HOME/own/there")" = mine ]
	[ ! -e "$HOME/.profile" ]
	[ ! -e "$ROOM/x" ]
	[ ! -e /etc/x ]
	[ ! -e "$TOP/bin/x" ]
	[ "$(<"$HOME/.ssh/id")" = KEY ]
}

@test "an agent in a box cannot read keys, nor use the sockets of programs that hold some" {
	export XDG_CONFIG_HOME=$HOME/.config
	mkdir -p "$XDG_CONFIG_HOME"/{gh,rca} "$ROOM/dots"
	config goal=SECRET
	for f in .netrc .aws .pgpass .git-credentials; do echo KEY >"$HOME/$f"; done
	echo KEY >"$XDG_CONFIG_HOME/gh/hosts"
	echo KEY >"$ROOM/dots/npmrc"
	ln -s "$ROOM/dots/npmrc" "$HOME/.npmrc"
	echo visible >"$HOME/.gitconfig"
	for f in "$HOME/agent.sock" "$ROOM/tmux.sock"; do
		python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$f"
	done
	SSH_AUTH_SOCK=$HOME/agent.sock done_in_box '
		cat ~/.gitconfig ~/.ssh/* ~/.netrc ~/.aws ~/.pgpass ~/.git-credentials ~/.npmrc \
			"$XDG_CONFIG_HOME/gh/hosts" "$XDG_CONFIG_HOME"/rca/* \
			'"'$ROOM/dots/npmrc'"' >seen
		! test -S ~/agent.sock || echo sock >>seen
		! test -e '"'$ROOM/tmux.sock'"' || echo tmp >>seen
		echo own >/tmp/own && cat /tmp/own >>seen
		echo "${SSH_AUTH_SOCK-unset}" >>seen
		ls /run/user /tmp/tmux* /tmp/.X11-unix >>seen; :'
	[ "$(<"$PROJECT/seen")" = $'visible\nown\nunset' ]
	[ ! -e /tmp/own ]
}

@test "an agent in a box cannot rewrite its task, nor make a false done, nor hold its locks" {
	done_in_box 'D=$RCA_TASK
		sed -i s/status=running/status=completed/ "$D/manifest"
		touch "$D/done"; echo 0 >"$D/exit_code"; rm -rf "$D"; mv "$D" "$D.old"; mkdir "$D"
		for f in "$D"/*lock; do
			test ! -s "$f" || echo "$f"; flock -n -s "$f" echo "$f"
		done >locks
		ls -A "$D" >seen; touch go; until [ -e on ]; do sleep 0.02; done' 3>&- &
	pid=$!
	wait_for 5 test -e "$PROJECT/go"
	T=$TASKS/command-boxed
	[ ! -e "$T/done" ]
	is_status running
	[ -d "$T" ]
	[ "$(ls "$TASKS")" = command-boxed ]
	touch "$PROJECT/on"
	wait "$pid"
	ended completed
	line_in '^manifest$' "$PROJECT/seen"
	[ ! -s "$PROJECT/locks" ]
}

@test "an agent in a box sees no process outside, and cannot signal one" {
	sleep 100 3>&- &
	done_in_box "
		for pid in $! $$; do kill -0 \$pid || kill -9 \$pid || echo no >>seen; done
		cat /proc/[0-9]*/comm | grep -x -e rca-wrap -e bats >>seen
		cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep MARK_OF >>seen; :"
	kill %1
	[ "$(<"$PROJECT/seen")" = $'no\nno' ]
}

@test "an agent in a box cannot read the file of its environment, nor what is another task's" {
	export RCA_HOME=$HOME/r TASKS=$HOME/r/tasks
	other=$(rca-mktask -n other -d "$PROJECT" -- true)
	boxed "echo \$WORD >seen; cat \$RCA_TASK/env $other/manifest >>seen
		ls ${other%/*} '$RCA_HOME' >>seen; :"
	WORD=given rca-launch -e none "$T" 3>&-
	wait_done
	ended completed
	[ "$(<"$PROJECT/seen")" = $'given\n'"$RCA_HOME:"$'\ntasks\n\n'"$TASKS:"$'\ncommand-boxed' ]
}

@test "as root, too, nothing that hides or protects can be taken off in a box" {
	done_in_box 'umount ~/.ssh; umount "$RCA_TASK"; mount -o remount,rw "$RCA_TASK"
		unshare -m -U -r sh -c "umount ~/.ssh; mount -o remount,bind,rw \"$RCA_TASK\"; cat ~/.ssh/id >seen; touch \"$RCA_TASK/x\""
		cat ~/.ssh/id >>seen; touch "$RCA_TASK/x"; grep CapEff /proc/self/status >caps; :'
	[ ! -s "$PROJECT/seen" ]
	[ ! -e "$T/x" ]
	[ "$(<"$PROJECT/caps")" = $'CapEff:\t0000000000000000' ]
}

# What it can

@test "an agent in a box keeps its session: killed, it is resumed" {
	export DISABLE_AUTOUPDATER=1
	config box=bwrap "box_write=$FAKE_DIR:$TOP/t/fake"
	task claude kept
	fake crash:3 ok
	rca-launch "$T" 3>&- >/dev/null
	rca-monitor "$T" 3>&-
	ended completed
	[ "$(starts resume)" = 1 ]
	[ "$(get attempt)" = 2 ]
	history_has 'crashed reason=.*137|crashed reason=signal:9'
	ls "$HOME"/.claude/projects/*/"$(<"$T/session_id")".jsonl
}

@test "an agent in a box commits in a working tree of its own" {
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a
	git init -q
	echo 'echo 2 >file && git add file && git commit -qm two && echo x >"$1/x"; :' >job
	git add job
	git commit -qm one
	task command tree -k box=bwrap -k worktree=yes -- sh ./job "$PROJECT"
	wrap
	ended completed
	[ "$(git log --format=%s rca/command-tree)" = $'two\none' ]
	[ ! -e x ]
}

@test "an agent in a box has the network" {
	httpd
	done_in_box "curl -fsS -d word '$URL'"
	received 1
}

@test "an agent in a box that is asked to end has the time for it" {
	boxed 'trap "echo end >ended; exit 0" TERM; touch up; while :; do sleep 0.05; done'
	wrap_bg
	wait_for 5 test -e "$PROJECT/up"
	run -0 rca-reap -k "$T"
	wrap_end
	ended stopped
	[ "$(<"$PROJECT/ended")" = end ]
}

@test "a box does not outlive its wrapper" {
	boxed 'setsid sleep 1000 & echo $$ >up; exec sleep 1000'
	wrap_bg
	wait_for 5 test -e "$PROJECT/up"
	[ -n "$(marked "$T")" ]
	kill -9 "$WRAP"
	wrap_end
	wait_for 5 no_process
	[ ! -e "$T/done" ]
}

no_process() { [ -z "$(marked "$T")" ]; }

@test "what an agent in a box does is seen from outside: its processor time is the task's" {
	boxed 'touch up; while :; do :; done'
	wrap_bg
	wait_for 5 test -e "$PROJECT/up"
	pid=$(<"$T/pid")
	wait_for 5 busy
	kill -TERM "$WRAP"
	wrap_end
	not kill -0 "$pid"
}

# utime of the one that spins
busy()
{
	local p stat

	for p in $(marked "$T"); do
		read -ra stat <"/proc/$p/stat"
		((stat[13] < 5)) || return 0
	done
	return 1
}

@test "Ctrl-C and a new size of the terminal reach an agent in a box" {
	boxed 'trap "echo int >>seen; exit 130" INT; trap "stty size >>seen" WINCH
		stty size >seen; touch up; while :; do sleep 0.05; done'
	timeout 20 python3 -c '
import fcntl, os, pty, struct, sys, termios, time
def size(*to): fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", *to, 0, 0))
def until(word):
    while word not in (open("seen").read() if os.path.exists("seen") else ""): time.sleep(0.02)
pid, fd = pty.fork()
if not pid: os.execvp("rca-wrap", ["rca-wrap", sys.argv[1]])
while not os.path.exists("up"): time.sleep(0.02)
size(33, 99); until("33 99")
os.write(fd, b"\x03"); until("int")
try:
    while os.read(fd, 4096): pass
except OSError: pass
os.waitpid(pid, 0)' "$T" 3>&-
	ended stopped
}

@test "the check runs in the box, too" {
	boxed : -k 'check=cat ~/.ssh/id; ls /proc | grep -c "^[0-9]*$"; echo x >~/x'
	wrap
	ended failed
	run -1 grep -q KEY "$T/check.log"
	line_in '^[1-9]$' "$T/check.log"
	[ ! -e "$HOME/x" ]
}

# hooks

@test "hooks reach the task from a box, in their order" {
	done_in_box 'for e in SessionStart Stop SessionEnd; do
		echo "{\"hook_event_name\":\"$e\",\"session_id\":\"s\"}" | '"'$TOP/bin/rca-hook'"'
	done; rca-hook "{\"hook_event_name\":\"Other\"}"; ls -A "$RCA_TASK/hooks" >seen'
	[ "$(sed -n 's/.* hook event=\([A-Za-z]*\).*/\1/p' "$T/history" | paste -sd ' ')" = \
		'SessionStart Stop SessionEnd Other' ]
	[ -z "$(ls -A "$T/hooks")" ]
}

@test "an event from a box is taken up while the agent is silent" {
	boxed 'touch up; until [ -e on ]; do sleep 0.02; done
		rca-hook "{\"hook_event_name\":\"Stop\"}"; exec sleep 1000'
	wrap_bg
	wait_for 5 test -e "$PROJECT/up"
	touch "$PROJECT/on"
	wait_for 5 grep -q 'hook event=Stop' "$T/history"
	kill -TERM "$WRAP"
	wrap_end
}

@test "nothing but events comes out of a box through hooks" {
	echo '{"hook_event_name":"Outside"}' >"$HOME/own/event"
	done_in_box 'cd "$RCA_TASK/hooks"
		ln -s ~/own/event 1; mkfifo 2; mkdir 3; ln -s /dev/zero 4; ln -s ../manifest 5
		truncate -s 5000000 .6; mv .6 6; ln ~/own/event 7
		put() { cat >.put; mv .put "$1"; }
		printf "{\"hook_event_name\":\"One\\\\u001b[31m\"}" | put 8
		echo "; rm -rf /" | put 9
		printf "{\"hook_event_name\":\"$(printf %05000d 1)\"}" | put "; touch x"; :'
	[ "$(<"$HOME/own/event")" = '{"hook_event_name":"Outside"}' ]
	history_has 'hook event=One'
	run -1 grep -aq $'Outside\\|\033' "$T/history"
	[ "$(grep -c ' hook ' "$T/history")" -le 3 ]
	[ "$(ls -A "$T/hooks")" = 3 ]
	manifest_ok
}

@test "a flood of events from a box is bounded" {
	local began=$((SECONDS - 1))

	done_in_box 'cd "$RCA_TASK/hooks"; i=0
		until [ $((i += 1)) -gt 2000 ]; do echo "{\"hook_event_name\":\"E\"}" >$i; done'
	[ "$(grep -c ' hook ' "$T/history")" -le $((100 + 20 * (SECONDS - began))) ]
	[ "$(grep -c ' hook ' "$T/history")" -ge 10 ]
}

# how it is called

@test "a box is called with project, task and the agent's words, and told what is the agent's own" {
	box mine 'printf "%s\n" "$@" >'"'$ROOM/argv'"'; env | sort >'"'$ROOM/env'"'
		shift 3; exec "$@"'
	config "box_write=/a b:~/c"
	task claude look -k box=mine
	CLAUDE_CONFIG_DIR=$HOME/cc wrap
	ended completed
	mapfile -t argv <"$ROOM/argv"
	[ "${argv[0]} ${argv[1]} ${argv[2]} ${argv[3]}" = "$PROJECT $T -- claude" ]
	grep -qx RCA_BOX=mine "$ROOM/env"
	grep -qxF "RCA_BOX_HIDE=$RCA_HOME" "$ROOM/env"
	grep -qxF "$TASKS" "$ROOM/env"
	grep -qxF "$XDG_CONFIG_HOME/rca" "$ROOM/env"
	grep -qxF "RCA_BOX_STATE=$HOME/cc/" "$ROOM/env"
	grep -qxF "$HOME/.claude.json" "$ROOM/env"
	grep -qxF 'RCA_BOX_WRITE=/a b' "$ROOM/env"
	grep -qxF "$HOME/c" "$ROOM/env"
}

@test "a user's own box comes before ours" {
	box bwrap 'echo mine; shift 3; exec "$@"'
	done_in_box :
	[ "$(head -n 2 "$T/output.log" | tail -n 1)" = mine ]
}

@test "a box that does not work is a failed launch, and nothing has changed" {
	boxed 'touch ran'
	before=$(cat "$T/manifest"; ls -A "$T")
	complains 100 'box no: no such box: there are bwrap sandbox-exec' \
		rca-launch "$(rca-mktask -n no -k box=no -d "$PROJECT" -- true)"
	mkdir "$ROOM/bin"
	for p in sh sort sed realpath sleep; do ln -s "$(command -v $p)" "$ROOM/bin/$p"; done
	PATH=$ROOM/bin complains 127 'box bwrap: not found: install bubblewrap' \
		"$TOP/bin/rca-launch" "$T"
	printf '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n' \
		>"$ROOM/bin/bwrap"
	chmod +x "$ROOM/bin/bwrap"
	PATH=$ROOM/bin complains 126 'box bwrap: No permissions to create new namespace: if user' \
		"$TOP/bin/rca-launch" "$T"
	PATH=$ROOM/bin complains 126 'No permissions' "$TOP/bin/rca-launch" -n "$T"
	rm -f "$T/lock"
	diff <(cat "$T/manifest"; ls -A "$T") - <<<"$before"
	[ ! -e "$PROJECT/ran" ]
}

@test "a task that was boxed stays so, whatever becomes of the config" {
	config box=bwrap
	printf 'echo x >~/x\nexit 1\n' >"$PROJECT/job"
	task command pinned -- sh ./job
	rca-launch -e none "$T" 3>&-
	wait_done
	[ "$(get box)" = bwrap ]
	for line in '' 'box=;' 'box=none' 'boxes=bwrap'; do
		printf 'kill_grace=1\n%s\n' "$line" >"$XDG_CONFIG_HOME/rca/config"
		rm -f "$T/done"
		sed -i '/^finished_at/d; s/^status=.*/status=crashed/' "$T/manifest"
		touch "$T/resume"
		wrap
		[ "$(get box)" = bwrap ]
	done
	[ "$(get attempt)" -gt 2 ]
	[ ! -e "$HOME/x" ]
	config() { :; }
	echo box=bwrap >"$XDG_CONFIG_HOME/rca/config"
	printf 'echo x >~/x\n' >"$PROJECT/job"
	task command free -k box=none -- sh ./job
	wrap
	[ -e "$HOME/x" ]
}

@test "wrong settings of a box are refused, and so is a place from which the task could be replaced" {
	complains 100 'box=../x: not a name' rca-mktask -k 'box=../x' -d "$PROJECT" -- true
	complains 100 'box_write=x:/y: not absolute' rca-mktask -k box_write=x:/y -- true
	no_task_made
	config box=bwrap
	complains 100 'holds the task' rca-launch "$(rca-mktask -n a -d "$ROOM" -- true)"
	task command b -k "box_write=$TASKS" -- true
	complains 100 'holds the task' rca-launch "$T"
	task command c -k "box_write=$ROOM/none" -- true
	complains 100 "$ROOM/none: no such file" rca-launch "$T"
}

@test "the box for macOS writes a profile in which the longest path comes last" {
	mkdir "$ROOM/bin"
	printf '%s\n' '#!/bin/sh' 'printf "%s\n" "$2" >"${0%/*}/../profile"' 'shift 2' 'exec "$@"' \
		>"$ROOM/bin/sandbox-exec"
	chmod +x "$ROOM/bin/sandbox-exec"
	mv "$PROJECT" "$ROOM/a \"\\p"
	PROJECT=$ROOM/'a "\p'
	printf 'echo ran; exit 3\n' >"$PROJECT/job"
	task command mac -k box=sandbox-exec -- sh ./job
	PATH=$ROOM/bin:$PATH
	wrap
	[ "$W" = 3 ]
	python3 - "$ROOM/profile" <<-'END'
		import re, sys
		s = open(sys.argv[1]).read()
		s = re.sub(r'"(\\.|[^"\\])*"', 'S', s)
		depth = 0
		for c in s:
		    depth += (c == "(") - (c == ")")
		    assert depth >= 0
		assert depth == 0
		assert re.fullmatch(r"[-a-z0-9*() S\n]*", s), s
	END
	grep -qxF "(allow file-read* file-write* (subpath \"$ROOM/a \\\"\\\\p\"))" "$ROOM/profile"
	read="(allow file-read* (subpath \"$T\")) (deny file-write* (subpath \"$T\"))"
	[[ $(<"$ROOM/profile") == *"write* (subpath \"$RCA_HOME\"))"*"$read"* ]]
	grep -qF "(deny file-read-data file-write* (subpath \"$HOME/.ssh\"))" "$ROOM/profile"
	grep -qxF "(allow file-read* file-write* (subpath \"$T/hooks\"))" "$ROOM/profile"
}
