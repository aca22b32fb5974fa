# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

# --- one attempt, from its start to done

@test "a fresh attempt does the work and leaves everything where it belongs" {
	task claude fix -m my-model
	wrap
	[ "$W" = 0 ]
	ended completed
	[ "$(get reason)" = end ]
	[ "$(get attempt)" = 1 ]
	[ "$(cat "$T/exit_code")" = 0 ]
	[ "$(cat "$T/result")" = "all done by claude, attempt 1" ]
	cmp "$S/printed" "$T/events.jsonl"
	[ ! -e "$T/pid" ]
	[ -n "$(get started_at)" ]
	history_has ' completed reason=end'
	[ "$(starts)" = 1 ]
	[ "$(starts fresh)" = 1 ]
}

@test "the agent is started as its file says, with the session that was pinned" {
	task claude fix -m my-model
	wrap
	id=$(cat "$T/session_id")
	tr '\0' '\n' <"$S/argv.1" >"$ROOM/argv"
	grep -qx -e "$id" "$ROOM/argv"
	grep -A1 -x -e --session-id "$ROOM/argv" | grep -qx -e "$id"
	grep -A1 -x -e --model "$ROOM/argv" | grep -qx my-model
	for a in codex opencode pi; do
		task $a fix -m p/my-model
		wrap
		ended completed
		tr '\0' '\n' <"$S/argv.1" | grep -qx p/my-model
	done
}

@test "without a model the option for it is gone, too" {
	for a in claude codex opencode pi; do
		task $a fix
		wrap
		ended completed
		not grep -qxz -e -m -e --model "$S/argv.1"
	done
}

@test "the agent reads the prompt, whole, on standard input" {
	head -c 300000 /dev/urandom >"$ROOM/prompt"
	for a in claude codex opencode pi; do
		task $a fix
		wrap
		ended completed
		cmp "$ROOM/prompt" "$S/prompt.1"
	done
}

@test "a prompt that begins with a dash or looks like an option is only text" {
	echo '--resume -x --dangerous' >"$ROOM/prompt"
	task claude fix
	wrap
	ended completed
	cmp "$ROOM/prompt" "$S/prompt.1"
}

@test "the captured session is kept as soon as it is known" {
	for a in codex opencode; do
		task $a fix
		fake hold:2
		wrap_bg
		held
		id=$(sed -n "s/^CAPTURE agent=$a .*session=//p" "$FAKE_DIR/log")
		wait_for 3 grep -qx -e "$id" "$T/session_id"
		go_on
		wrap_end
		ended completed
	done
}

@test "opencode's session is known before its first answer" {
	task opencode fix
	fake hold:1
	wrap_bg
	held
	id=$(sed -n "s/^CAPTURE agent=opencode .*session=//p" "$FAKE_DIR/log")
	wait_for 3 grep -qx -e "$id" "$T/session_id"
	go_on
	wrap_end
}

@test "it works in the project directory, marked, with a clean environment" {
	task claude fix
	export CLAUDECODE=1 CLAUDE_CODE_ENTRYPOINT=cli CLAUDE_CODE_SSE_PORT=1 TMUX=/tmp/x,1,0 \
		TMUX_PANE=%1 STY=1 OPENCLAW_SHELL=1
	export KEPT='a b' CLAUDE_CODE_MAX_RETRIES=3
	wrap
	ended completed
	grep -qx "RCA_TASK=$T" "$S/env.1"
	grep -qx "TASK_TMPDIR=$T" "$S/env.1"
	grep -qx "PWD=$PROJECT" "$S/env.1"
	grep -qx "KEPT=a b" "$S/env.1"
	grep -qx "CLAUDE_CODE_MAX_RETRIES=3" "$S/env.1"
	not grep -qE '^(CLAUDECODE|CLAUDE_CODE_ENTRYPOINT|CLAUDE_CODE_SSE_PORT|TMUX|TMUX_PANE|STY|OPENCLAW_SHELL)=' "$S/env.1"
}

@test "the agent has a process group of its own, default signals, and no descriptor but a lock" {
	printf 'start=sleep 1000\nprompt=stdin\nsession=none\nread=pipe\nevent.end=type=end\n' \
		>"$XDG_CONFIG_HOME/rca/agents/sleeper"
	task sleeper fix
	exec 251>"$ROOM/held-by-the-orchestrator"
	(
		trap '' HUP INT QUIT USR1 PIPE
		exec rca-wrap "$T" >"$ROOM/pane" 2>&1 </dev/null 3>&-
	) &
	WRAP=$!
	exec 251>&-
	wait_for 5 test -s "$T/pid"
	pid=$(cat "$T/pid")
	[ "$(cat "/proc/$pid/comm")" = sleep ]
	[ "$(ps -o pgid= -p "$pid" | tr -d ' ')" = "$pid" ]
	# 32 and 33 are the C library's own: it lets nobody else set them, and sets them itself
	[ $((0x$(sed -n 's/^SigIgn:\t//p' "/proc/$pid/status") & ~0x180000000)) = 0 ]
	[ "$(sed -n 's/^SigBlk:\t//p' "/proc/$pid/status")" = 0000000000000000 ]
	# Besides these it has the lock by which other hosts see that it lives, to read only.
	lock=$(readlink -v "/proc/$pid/fd"/* | grep -nx "$T/agent.lock")
	[ "$(echo "/proc/$pid/fd"/*)" = "$(echo "/proc/$pid/fd"/{0,1,2,5})" ]
	[ "$lock" = "4:$T/agent.lock" ]
	grep -q '^flags:.*00000$' "/proc/$pid/fdinfo/5"
	[ "$(readlink "/proc/$pid/fd/0")" = "$T/prompt" ]
	kill "$WRAP"
	wrap_end
}

@test "while it runs the manifest says so, and the lock is held by it" {
	task claude fix
	fake hold:2
	wrap_bg
	held
	is_status running
	[ "$(wrap_pid)" = "$WRAP" ]
	[ "$(get pid)" = "$(cat "$T/pid")" ]
	[ "$(get attempt)" = 1 ]
	[ ! -e "$T/done" ]
	go_on
	wrap_end
	unlocked "$T/lock"
	ended completed
}

@test "a second wrapper of the same task leaves at once and says who runs" {
	task claude fix
	fake hold:2
	wrap_bg
	held
	run rca-wrap "$T"
	[ "$status" = 0 ]
	[[ "$output" == *"already running, process $WRAP"* ]]
	go_on
	wrap_end
	[ "$(starts)" = 1 ]
	ended completed
}

@test "a late wrapper does not run a task that was given up, unless only its monitor was ended" {
	task claude fix
	sed -i 's/^status=.*/status=abandoned/' "$T/manifest"
	echo abandon_reason=launch_failed >>"$T/manifest"
	complains 1 'given up (launch_failed): rca-launch -r carries it on' rca-wrap "$T"
	is_status abandoned
	[ ! -e "$T/output.log" ]
	sed -i 's/^abandon_reason=.*/abandon_reason=signal/' "$T/manifest"
	wrap
	ended completed
	[ "$(starts)" = 1 ]
}

@test "-e writes an end that is missing, and runs nothing" {
	task claude fix
	wrap -e
	[ "$W" = 1 ]
	is_status created
	touch "$T/resume"
	wrap -e
	[ "$W" = 1 ]
	[ ! -e "$T/output.log" ]
	wrap
	rm "$T/done"
	wrap -e
	ended completed
	[ "$(starts)" = 1 ]
	task claude stopped
	touch "$T/stop"
	wrap -e
	ended stopped
	cat "$T/output.log"
	[[ "$(cat "$T/output.log")" == "== stopped"* ]]
}

@test "a terminal status without done is finished, and the history says so" {
	task claude fix
	wrap
	rm "$T/done"
	grep -v ' completed ' "$T/history" >"$ROOM/history"
	cp "$ROOM/history" "$T/history"
	wrap
	ended completed
	history_has ' completed reason=end exit_code=0 repaired=yes$'
	[ "$(starts)" = 1 ]
}

@test "a line of history that a full disk or a power cut tore stands alone" {
	task claude fix
	printf 2026-01 >>"$T/history"
	wrap
	ended completed
	grep -qx 2026-01 "$T/history"
	history_has '^20[^ ]*Z running attempt=1 mode=fresh'
}

@test "once done, running it again does nothing and gives the same code" {
	task claude fix
	wrap
	cp -r "$T" "$ROOM/before"
	wrap
	[ "$W" = 0 ]
	diff -r -x lock "$ROOM/before" "$T" # which says who held it last
	task claude bad
	fake error:401
	wrap
	code=$W
	[ "$code" != 0 ]
	wrap
	[ "$W" = "$code" ]
	[ "$(starts)" = 1 ]
}

@test "a task may be named by its name or by a path" {
	task claude a
	rca-wrap claude-a >/dev/null
	ended completed
	task claude b
	cd "$TASKS"
	rca-wrap ./claude-b/ >/dev/null
	ended completed
}

# --- the end event and the process

@test "an end event counts when the program will not exit, after linger" {
	for a in claude codex opencode pi; do
		task $a x
		fake stay
		before=$(now_ms)
		wrap
		within 5 "$before"
		[ $(($(now_ms) - before)) -ge 900 ]
		ended completed
		[ "$W" = 0 ]
	done
}

@test "one that will not exit and ignores TERM goes, too" {
	task claude x
	fake deaf:6
	wrap
	ended completed
	[ "$W" = 0 ]
}

@test "a shell that a tool left behind is gone when the task is done" {
	for a in claude codex opencode pi; do
		task $a x
		fake child
		wrap
		ended completed
		[ -z "$(marked "$T")" ]
	done
}

@test "a leftover that ignores TERM, or hides from its parent, is gone, too" {
	cat >"$ROOM/leave" <<-'END'
		#!/bin/sh
		setsid sh -c 'trap "" TERM; echo >up1; while :; do sleep 1000; done' \
			>/dev/null 2>&1 &
		( ( setsid sh -c 'echo >up2; sleep 1000; :' >/dev/null 2>&1 & ) & )
		until [ -e up1 ] && [ -e up2 ]; do sleep 0.02; done
	END
	chmod +x "$ROOM/leave"
	T=$(rca-mktask -n x -- "$ROOM/leave")
	wrap
	ended completed
	[ -z "$(marked "$T")" ]
}

@test "a process without its parent, session, mark and name that holds our pipe is ended, too" {
	cat >"$ROOM/claude" <<-'END'
		#!/bin/sh
		( setsid env -i sh -c 'echo $$ >up; exec /bin/sleep 1000' & )
		until [ -s up ]; do sleep 0.02; done
		echo '{"type":"result","subtype":"success","is_error":false,"result":"fine"}'
	END
	chmod +x "$ROOM/claude"
	PATH=$ROOM:$PATH
	task claude x
	wrap
	ended completed
	# without a subreaper nothing tells that it is ours, but nobody waits for it either
	if [ "${FALLBACK-}" = 1 ] || [ "$(uname -s)" != Linux ]; then
		kill "$(cat "$PROJECT/up")"
	else
		not kill -0 "$(cat "$PROJECT/up")"
	fi
}

@test "what a dead attempt left is ended before the next one starts" {
	for a in claude codex opencode pi; do
		task $a x
		fake crash:3
		wrap
		not_done crashed
		wrap
		ended completed
	done
	# the fakes say LEFTOVER and DOUBLE, and teardown looks for it
}

# --- what cannot run

@test "a program that is not there is 127, and says which" {
	printf 'start=no-such-agent-program\nprompt=stdin\nsession=none\nread=pipe\n' \
		>"$XDG_CONFIG_HOME/rca/agents/ghost"
	task ghost x
	wrap
	ended failed
	[ "$W" = 127 ]
	grep -q no-such-agent-program "$ROOM/err" "$ROOM/pane" "$T/history"
}

@test "a program that cannot be executed is 126" {
	printf '#!/bin/sh\n' >"$ROOM/claude"
	chmod -x "$ROOM/claude"
	export PATH=$ROOM:/usr/bin:/bin
	task=$("$TOP/bin/rca-mktask" -n x -- "$ROOM/claude")
	T=$task S=$FAKE_DIR/${T##*/}
	W=0
	"$TOP/bin/rca-wrap" "$T" >"$ROOM/pane" 2>"$ROOM/err" 3>&- || W=$?
	ended failed
	[ "$W" = 126 ]
}

@test "a project directory that is gone is said" {
	task claude x
	cd /
	rmdir "$PROJECT"
	wrap
	[ "$W" != 0 ]
	grep -qF "$PROJECT" "$ROOM/err" "$ROOM/pane" "$T/history"
	[ "$(starts)" = 0 ] || [ ! -e "$FAKE_DIR/log" ]
	[ "$(status_of)" != completed ]
}

# cannot_start: this attempt is not the end.
cannot_start()
{
	wrap
	[ "$W" != 0 ]
	not_done crashed && [ "$(get start_failed)" = yes ] || return
	get reason >>"$ROOM/reasons"
}

@test "a program that was there before is waited for, whatever is wrong with it now" {
	own_agent
	task my x
	wrap_bg
	wait_for 5 grep -q step "$T/events.jsonl"
	kill -9 "$(cat "$T/pid")"
	wrap_end
	mv "$ROOM/my" "$ROOM/away"
	cannot_start # not there
	[ "$(get unbegun)" = 2 ]
	: >"$ROOM/my"
	chmod +x "$ROOM/my"
	cannot_start # empty
	chmod -x "$ROOM/my"
	cannot_start # not executable yet
	printf '#!/no/such/interpreter\n' >"$ROOM/my"
	chmod +x "$ROOM/my"
	cannot_start
	printf '#!/usr/bin/env no-such-interpreter\n' >"$ROOM/my"
	cannot_start
	head -c 3000 "$(command -v cat)" >"$ROOM/my"
	cannot_start # half of it
	printf '#!/bin/sh\nif' >"$ROOM/my"
	cannot_start
	printf '#!/bin/sh\nexit 1' >"$ROOM/my" # what node says where half of its modules are
	cannot_start
	cannot_start
	cannot_start
	cat "$ROOM/reasons"
	cd /
	mv "$PROJECT" "$ROOM/q"
	cannot_start
	[ "$(get reason)" = "project directory: No such file or directory" ]
	mv "$ROOM/q" "$PROJECT"
	mv "$ROOM/away" "$ROOM/my"
	exec 8>>"$ROOM/my"
	cannot_start # being written
	[[ "$(get reason)" == *"Text file busy" ]]
	exec 8>&-
	wrap
	ended completed
	[ -z "$(get start_failed)$(get unbegun)" ]
}

@test "a lack that may pass does not end a first attempt; a command not begun is begun" {
	printf '#!/bin/sh\necho run >>"$HOME/runs"\n' >"$ROOM/once"
	chmod +x "$ROOM/once"
	T=$(rca-mktask -n x -- "$ROOM/once")
	exec 8>>"$ROOM/once"
	cannot_start
	[ "$(get unbegun)" = 1 ]
	cannot_start
	exec 8>&-
	wrap
	ended completed
	[ "$(wc -l <"$HOME/runs")" = 1 ]
	# one of which the next attempt has died is not run again
	T=$(rca-mktask -n y -- "$ROOM/once")
	exec 8>>"$ROOM/once"
	cannot_start
	exec 8>&-
	sed -i 's/^status=.*/status=running/; s/^attempt=.*/attempt=2/' "$T/manifest"
	wrap
	ended failed
	[ "$(get reason)" = lost ]
	[ "$(wc -l <"$HOME/runs")" = 1 ]
}

@test "logs that cannot be opened are no end, and what was launched for nothing says why" {
	task claude x
	mkdir "$T/output.log"
	cannot_start
	[[ "$(get reason)" == "open output.log: "* ]]
	rmdir "$T/output.log"
	sed -i 's/^status=.*/status=launching/' "$T/manifest"
	mv "$T/prompt" "$ROOM/q"
	cannot_start
	[[ "$(get reason)" == *prompt* ]]
	mv "$ROOM/q" "$T/prompt"
	wrap
	ended completed
}

@test "no prompt, an empty one, a blank one, one that is too big: refused, and nothing is started" {
	T=$(rca-mktask -a claude -n x)
	complains 100 "prompt" rca-wrap "$T"
	: >"$T/prompt"
	complains 100 "is empty" rca-wrap "$T"
	history_has ' not_run because="[^"]*is empty'
	printf ' \n\n' >"$T/prompt"
	complains 100 "is empty" rca-wrap "$T"
	head -c 11000000 /dev/zero | tr '\0' a >"$T/prompt"
	complains 100 "larger than 10 MiB" rca-wrap "$T"
	[ ! -e "$FAKE_DIR/log" ]
	[ ! -e "$T/done" ]
	echo "now there is one" >"$T/prompt"
	S=$FAKE_DIR/${T##*/}
	wrap
	ended completed
}

@test "a manifest that is cut, has a key twice or a control character is refused, and kept" {
	task claude x
	cp "$T/manifest" "$ROOM/good"
	spoil()
	{
		cp "$T/manifest" "$ROOM/bad"
		complains 100 "$1" rca-wrap "$T"
		cmp "$ROOM/bad" "$T/manifest"
		[ ! -e "$FAKE_DIR/log" ]
	}
	head -c 100 "$ROOM/good" >"$T/manifest"
	spoil manifest
	head -n 4 "$ROOM/good" >"$T/manifest"
	spoil manifest
	{ cat "$ROOM/good"; echo "status=completed"; } >"$T/manifest"
	spoil "twice"
	{ cat "$ROOM/good"; printf 'goal=a\033[31mb\n'; } >"$T/manifest"
	spoil "control character"
	{ cat "$ROOM/good"; printf 'goal=a\000b\n'; } >"$T/manifest"
	spoil "manifest"
	{ cat "$ROOM/good"; echo 'no equals sign'; } >"$T/manifest"
	spoil "manifest line $(wc -l <"$T/manifest")"
	: >"$T/manifest"
	spoil manifest
	cp "$ROOM/good" "$T/manifest"
	wrap
	ended completed
}

@test "keys nobody knows are kept" {
	task claude x
	echo 'my_own_key=some value' >>"$T/manifest"
	wrap
	ended completed
	[ "$(get my_own_key)" = "some value" ]
}

@test "a setting that is wrong in the environment or the config is said, with its place" {
	task claude x
	MONITOR_DEADLINE=soon complains 100 "MONITOR_DEADLINE" rca-wrap "$T"
	echo 'linger=long' >"$XDG_CONFIG_HOME/rca/config"
	complains 100 "config" rca-wrap "$T"
	printf '# fine\n\nnonsense\n' >"$XDG_CONFIG_HOME/rca/config"
	complains 100 "line 3" rca-wrap "$T"
	[ ! -e "$FAKE_DIR/log" ]
}

@test "a lock that cannot be taken is no other wrapper" {
	task claude x
	mkdir "$T/lock"
	complains 111 "lock claude-x: not a regular file" rca-wrap "$T"
	[ ! -e "$FAKE_DIR/log" ]
}

@test "a task that is not there, or not to be trusted, is refused" {
	complains 102 "no such task" rca-wrap claude-none
	complains 102 "no such task" rca-wrap "$ROOM/none"
	complains 102 "not a task" rca-wrap ./
	complains 100 "not a task name" rca-wrap ''
	complains 100 "not a task name" rca-wrap ..
	task claude x
	ln -s "$T" "$TASKS/claude-link"
	complains 100 "is a symlink" rca-wrap claude-link
	complains 100 "is a symlink" rca-wrap "$TASKS/claude-link/"
	chmod 770 "$T"
	complains 100 "others can write it" rca-wrap "$T"
	chmod 702 "$T"
	complains 100 "others can write it" rca-wrap "$T"
	chmod 700 "$T"
	if [ "$(id -u)" = 0 ]; then
		chown 65534 "$T"
		complains 100 "another user" rca-wrap "$T"
		chown 0 "$T"
	fi
	[ ! -e "$FAKE_DIR/log" ]
}

# --- being told to end

@test "TERM ends the agent's tree, and the task can go on" {
	task claude x
	fake hang:3
	wrap_bg
	wait_for 5 test -s "$S/starts"
	wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
	kill -TERM "$WRAP"
	wrap_end
	[ "$W" != 0 ]
	not_done crashed
	[ -z "$(marked "$T")" ]
	wrap
	ended completed
	[ "$(starts resume)" = 1 ]
}

@test "INT, as Ctrl-C in the pane sends it, stops the task for good" {
	task claude x
	fake deaf:2
	wrap_bg
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	kill -INT "$WRAP"
	wrap_end
	ended stopped
	[ "$W" != 0 ]
	[ -z "$(marked "$T")" ]
	wrap
	[ "$(starts)" = 1 ]
	ended stopped
}

@test "a stop that was asked for while nobody ran is a stop" {
	task claude x
	: >"$T/stop"
	wrap
	ended stopped
	[ ! -e "$FAKE_DIR/log" ]
}

# --- commands

@test "a command that exits with 0 is completed, its last output the result" {
	T=$(rca-mktask -n x -- sh -c 'echo one; echo two')
	wrap
	[ "$W" = 0 ]
	ended completed
	[ "$(grep -c . "$T/result")" = 2 ]
	grep -qx two "$T/result"
	grep -qx one "$T/output.log"
	grep -q one "$ROOM/pane"
}

@test "a command that exits with 3 is failed with 3" {
	T=$(rca-mktask -n x -- sh -c 'exit 3')
	wrap
	[ "$W" = 3 ]
	ended failed
	[ "$(get reason)" = exit:3 ]
}

@test "a command that dies by a signal is failed, and says which" {
	T=$(rca-mktask -n x -- sh -c 'kill -9 $$')
	wrap
	[ "$W" = 137 ]
	ended failed
	[ "$(get reason)" = signal:9 ]
	[ "$(get term_signal)" = 9 ]
}

@test "a command needs no prompt, and does not mind one" {
	task command x -- sh -c 'test -t 0 && test -t 1 && test -t 2 && echo a terminal'
	wrap
	ended completed
	grep -qx "a terminal" "$T/output.log"
}

@test "a command is given a terminal, and its log is free of control" {
	T=$(rca-mktask -n x -- sh -c 'tty; printf "\033[31mred\033[0m\r\n"; printf "10%%\r50%%\r100%%\n"; printf "\033]0;title\007end\n"')
	wrap
	ended completed
	grep -q '^/dev/pts/' "$T/output.log"
	grep -qx red "$T/output.log"
	grep -qx '100%' "$T/output.log"
	grep -qx end "$T/output.log"
	not grep -q $'[\001-\010\013-\037\177]' "$T/output.log"
}

@test "a command's arguments arrive as they were given" {
	T=$(rca-mktask -n x -- sh -c 'for a; do printf "<%s>\n" "$a"; done' sh \
		'a b' '' '*' '$HOME' $'x\ty' "it's")
	wrap
	ended completed
	for w in '<a b>' '<>' '<*>' '<$HOME>' "<it's>"; do
		grep -qxF -e "$w" "$T/output.log"
	done
}

@test "a command whose wrapper was lost is not run a second time" {
	T=$(rca-mktask -n x -- sh -c 'echo run >>"$HOME/runs"; exec sleep 1000')
	wrap_bg
	wait_for 5 test -s "$HOME/runs"
	kill -9 "$WRAP"
	wrap_end
	[ ! -e "$T/done" ]
	wrap
	ended failed
	[ "$(get reason)" = lost ]
	[ "$(wc -l <"$HOME/runs")" = 1 ]
	[ -z "$(marked "$T")" ]
}

@test "restart=on-failure runs a failed command again, restart=always any" {
	T=$(rca-mktask -n a -k restart=on-failure -- sh \
		-c 'echo run >>"$HOME/a"; [ $(wc -l <"$HOME/a") -ge 3 ]')
	drive 5
	ended completed
	[ "$(wc -l <"$HOME/a")" = 3 ]
	T=$(rca-mktask -n b -k restart=always -- sh -c 'echo run >>"$HOME/b"')
	wrap
	wrap
	[ ! -e "$T/done" ]
	[ "$(wc -l <"$HOME/b")" = 2 ]
}

# --- the tool itself

@test "-V is its name and version" {
	run rca-wrap -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-wrap\ [0-9]+\.[0-9] ]]
}

@test "a wrong option, no task or two are answered with the usage" {
	usage_of rca-wrap
	usage_of rca-wrap -x
	usage_of rca-wrap a b
}

@test "-x executes a program whose signals are not ignored any more" {
	(trap '' HUP INT QUIT TERM PIPE; umask 027; exec rca-wrap -x -- sh -c 'umask; kill $$') \
		>"$ROOM/out" 2>&1 || code=$?
	[ "$code" = 143 ]
	[ "$(<"$ROOM/out")" = 0027 ]
	complains 127 'rca-wrap: no-such-program: ' rca-wrap -x no-such-program
	complains 126 'rca-wrap: /: ' rca-wrap -x /
	usage_of rca-wrap -x
	usage_of rca-wrap -e -x true
}
