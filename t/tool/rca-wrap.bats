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
	export CLAUDECODE=1 CLAUDE_CODE_ENTRYPOINT=cli CLAUDE_CODE_SSE_PORT=1 TMUX=/tmp/x,1,0 TMUX_PANE=%1 STY=1 OPENCLAW_SHELL=1
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

@test "the agent has a process group of its own, default signals, and no descriptor of ours" {
	printf 'start=sleep 1000\nprompt=stdin\nsession=none\nread=pipe\nevent.end=type=end\n' >"$XDG_CONFIG_HOME/rca/agents/sleeper"
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
	[ "$(echo "/proc/$pid/fd"/*)" = "/proc/$pid/fd/0 /proc/$pid/fd/1 /proc/$pid/fd/2" ]
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

@test "a task that was given up is nobody's to run: a wrapper that comes late leaves, but not where only its monitor was told to go" {
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
	[ ! -e "$T/output.log" ]
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

# --- the end is judged by evidence: recordings of the real programs

# What stays of a stream: all but what pi's drop= takes.
kept() { sed '/^{"type":"message_update"/d'; }

# judged AGENT STATUS CODE REASON SCENARIO...: CODE `=` is what the program exited with, `!0` anything but 0; REASON a pattern.
judged()
{
	local agent=$1 want=$2 code=$3 reason=$4 s real bad=0

	shift 4
	for s; do
		real=$(sed -n 's/.*"exit": *\(-\{0,1\}[0-9]*\).*/\1/p' "$RECORDINGS/$agent/$s.exit")
		[ "${real#-}" = "$real" ] || real=$((128 - real))
		task "$agent" "$(echo "$s" | tr 'A-Z_' 'a-z-')"
		fake "replay:$RECORDINGS/$agent/$s"
		wrap
		kept <"$RECORDINGS/$agent/$s.stdout.jsonl" | cmp - "$T/events.jsonl"
		if [ "$(status_of)" != "$want" ] || ! get reason | grep -qE -e "$reason" || ! code_is "$code" "$real"; then
			echo "$agent $s: $(status_of) reason=$(get reason) exit_code=$(get exit_code) exit $W; wanted $want $code (real $real) $reason"
			bad=1
		fi
		case $want in
		completed | failed) [ -e "$T/done" ] ;;
		*) [ ! -e "$T/done" ] ;;
		esac
	done
	return $bad
}

# unfinished AGENT SCENARIO...: whatever it is called, completed it is not.
unfinished()
{
	local agent=$1 s

	shift
	for s; do
		task "$agent" "$(echo "$s" | tr 'A-Z_' 'a-z-')"
		fake "replay:$RECORDINGS/$agent/$s"
		wrap
		kept <"$RECORDINGS/$agent/$s.stdout.jsonl" | cmp - "$T/events.jsonl"
		case $(status_of) in
		crashed) [ ! -e "$T/done" ] ;;
		failed) [ -e "$T/done" ] ;;
		*) status_of; return 1 ;;
		esac
		[ "$W" != 0 ]
		[ "$(get exit_code)" = "$W" ]
		[ -n "$(get reason)" ]
	done
}

code_is()
{
	[ "$(get exit_code)" = "$W" ] || return 1
	case $1 in
	=) [ "$W" = "$2" ] ;;
	!0) [ "$W" != 0 ] ;;
	*) [ "$W" = "$1" ] ;;
	esac
}

@test "claude: what ended well is completed" {
	judged claude completed 0 '^end$' text tool toolfail e529x2 e429x1 empty hook-tool partial resumeA-2
}

@test "claude: what only a person can mend is failed" {
	judged claude failed = 401 e401-full
}

@test "claude: what passes by itself is crashed, with the error in its reason" {
	judged claude crashed = 500 e500-full
	judged claude crashed = 529 e529-full
	judged claude crashed = 'ECONNREFUSED|onnect' refused-full
	judged claude crashed = ECONNRESET reset
	judged claude crashed = . hitlimit-apikey
	[ -z "$(get resume_at)" ]
}

@test "claude: a usage limit is limited, and says until when" {
	judged claude limited = limit hitlimit-oauth
	[ "$(get resume_at)" = 2026-11-21T03:03:47Z ]
}

@test "claude: a death by signal is crashed" {
	judged claude crashed = '^signal:9$' resumeA-1 resumeC-3-early timing-toolhang
	[ "$(get term_signal)" = 9 ]
	judged claude crashed = . sigTERM-stream sigTERM-tool
}

@test "claude: success with is_error, a limit of turns, money or tokens, an interruption: none is completed" {
	unfinished claude maxtok maxturns budget sigINT-tool emptyprompt noroot noverbose resumeA-3-sameid resumeA-4-nosuch resumeC-4
}

@test "codex: what ended well is completed" {
	judged codex completed 0 '^end$' text tool toolfail e529x2 e429x1 resetx1 empty resumeA-2 resumeA-5-notuuid
}

@test "codex: what only a person can mend is failed" {
	judged codex failed = 401 e401
	judged codex failed 2 . fullauto
}

@test "codex: what passes by itself is crashed" {
	judged codex crashed = 'high demand' e500
	judged codex crashed = . reset closedout live-2-resume
	judged codex crashed = '^signal:9$' refused resumeA-1 resume-orphan
	judged codex crashed = '^signal:15$' sigTERM-stream sigTERM-tool
}

@test "codex: a usage limit is read from its words" {
	export TZ=UTC
	judged codex limited = 'usage limit' usagelimit
	[ "$(get resume_at)" = 2030-03-17T17:46:00Z ]
}

@test "codex: an answer cut by the token limit, or a thread that is not there, is not completed" {
	unfinished codex maxtok resumeA-4-nosuch
}

@test "opencode: what ended well is completed" {
	judged opencode completed 0 '^end$' text tool toolfail e529x2 auto empty resumeA-2
}

@test "opencode: what only a person can mend is failed" {
	judged opencode failed = 401 e401
}

@test "opencode: what passes by itself is crashed" {
	judged opencode crashed = 500 e500
	judged opencode crashed = . refused reset
	judged opencode crashed = '^signal:9$' resumeA-1 printlogs
	judged opencode crashed = '^signal:15$' sigTERM-tool
}

@test "opencode: exit 0 after a step that is not the last is not completed" {
	unfinished opencode noauto maxtok emptyprompt resumeA-4-nosuch
}

@test "pi: what ended well is completed" {
	judged pi completed 0 '^end$' text tool toolfail e529x2 e429x1 empty resumeA-2 resumeA-3-missingfile resumeC-2
}

@test "pi: exit 0 on an API error is no success" {
	judged pi failed '!0' 401 e401
	judged pi crashed '!0' 500 e500
	judged pi crashed '!0' 'onnection' refused
	judged pi crashed '!0' . reset
}

@test "pi: a stream cut clean, an answer cut short, an empty run: exit 0, and none is completed" {
	unfinished pi eof maxtok emptyprompt
}

@test "pi: a death by signal is crashed" {
	judged pi crashed = '^signal:9$' resumeA-1 resumeC-1-hang
	judged pi crashed = . sigTERM-tool
}

@test "the final text of each recording is the result" {
	for a in claude codex opencode pi; do
		task $a t
		fake "replay:$RECORDINGS/$a/tool"
		wrap
		[ "$(cat "$T/result")" = "Stub answer: file written." ]
	done
}

@test "an exit without an end event is not completed, whatever its code" {
	for a in claude codex opencode pi; do
		for code in 0 1; do
			task $a cut$code
			fake exit:$code
			wrap
			not_done crashed
			[ "$W" != 0 ]
			[ -n "$(get reason)" ]
		done
	done
}

@test "a refused option is the caller's mistake, not a crash to repeat" {
	printf 'start=claude -p --nonsense\nprompt=stdin\nsession=none\nread=pipe\nevent.end=type=result is_error=false result=result\n' >"$XDG_CONFIG_HOME/rca/agents/odd"
	task odd x
	drive 3
	ended failed
}

@test "three attempts in a row that bring no event are failed" {
	task claude x
	fake exit:1 ...
	printf '#!/bin/sh\nexit 1\n' >"$ROOM/claude"
	chmod +x "$ROOM/claude"
	PATH=$ROOM:$PATH
	wrap
	not_done crashed
	wrap
	not_done crashed
	wrap
	ended failed
	[ "$(get reason)" = no_progress:\ exit:1 ]
	[ "$W" != 0 ]
}

@test "attempts that bring events are no such row" {
	task claude x
	fake crash:2 ...
	for i in 1 2 3 4; do
		wrap
		not_done crashed
	done
	[ "$(get attempt)" = 4 ]
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
		setsid sh -c 'trap "" TERM; echo >up1; while :; do sleep 1000; done' >/dev/null 2>&1 &
		( ( setsid sh -c 'echo >up2; sleep 1000; :' >/dev/null 2>&1 & ) & )
		until [ -e up1 ] && [ -e up2 ]; do sleep 0.02; done
	END
	chmod +x "$ROOM/leave"
	T=$(rca-mktask -n x -- "$ROOM/leave")
	wrap
	ended completed
	[ -z "$(marked "$T")" ]
}

@test "one that has shaken off its parent, its session, its mark and its name, and holds our pipe, is gone, too" {
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

# --- resume

@test "after a death the next attempt continues the same session" {
	for a in claude codex opencode pi; do
		task $a x
		fake crash:4
		wrap
		not_done crashed
		[ "$W" = 137 ]
		wrap
		ended completed
		[ "$(get attempt)" = 2 ]
		[ "$(starts fresh)" = 1 ]
		[ "$(starts resume)" = 1 ]
		[ "$(cat "$T/result")" = "all done by $a, attempt 2" ]
		case $a in
		claude | codex | opencode) [ "$(starts "resume session=$(cat "$T/session_id") ")" = 1 ] ;;
		esac
		grep -qi continue "$S/prompt.2"
		not grep -q 'do the work' "$S/prompt.2"
		not grep -q session_lost "$T/history"
	done
}

@test "the content of resume is the next prompt, and is consumed" {
	task claude x
	fake crash:4
	wrap
	echo "use the other file" >"$T/resume"
	wrap
	[ "$(cat "$S/prompt.2")" = "use the other file" ]
	[ ! -e "$T/resume" ]
	ended completed
}

@test "a next prompt that waits when the agent ends is done before the task is" {
	task claude x
	fake hold:4
	wrap_bg
	held
	echo "and one more thing" >"$T/resume"
	go_on
	wrap_end
	ended completed
	[ "$(cat "$S/prompt.2")" = "and one more thing" ]
	[ "$(starts resume)" = 1 ]
}

@test "a session that died before it was on disk is started anew under its own name" {
	task claude x
	fake crash:1
	wrap
	not_done crashed
	wrap
	ended completed
	[ "$(starts fresh)" = 2 ]
	[ "$(starts "session=$(cat "$T/session_id")")" = 2 ]
}

@test "a session that is gone from disk is said, and the task starts over with its prompt" {
	for a in claude codex pi; do
		task $a x
		fake crash:4
		wrap
		find "$HOME" "$T" -name '*.jsonl' ! -name events.jsonl -exec rm {} +
		wrap
		ended completed
		[ "$(starts fresh)" = 2 ]
		[ "$(starts resume)" = 0 ]
		history_has ' session_lost'
		head -1 "$S/prompt.2" | grep -qi 'earlier attempt.* cut off'
		grep -qx "do the work" "$S/prompt.2"
	done
}

@test "a session that only the agent knows to be gone is found out from its words" {
	task opencode x
	fake crash:4
	wrap
	rm -r "$HOME/.local/share/opencode"
	drive 3
	ended completed
	[ "$(starts fresh)" = 2 ]
	history_has ' session_lost'
	grep -qi 'earlier attempt.* cut off' "$S/prompt.$(wc -l <"$S/starts")"
	grep -qx "do the work" "$S/prompt.$(wc -l <"$S/starts")"
}

@test "two tasks in one directory continue each its own session" {
	for a in claude codex opencode pi; do
		task $a one
		fake crash:4
		wrap
		T1=$T
		task $a two
		fake crash:4
		wrap
		T2=$T
		[ "$(starts fresh)" = 1 ]
		T=$T1
		wrap
		T=$T2
		wrap
		for T in "$T1" "$T2"; do
			S=$FAKE_DIR/${T##*/}
			ended completed
			[ "$(starts resume)" = 1 ]
			[ "$(sed -n "s/.* task=${T##*/} .*session=\([^ ]*\).*/\1/p" "$FAKE_DIR/log" | grep . | sort -u | wc -l)" = 1 ]
		done
	done
}

@test "totals go on over attempts" {
	task claude x
	fake crash:4
	wrap
	wrap
	ended completed
	# one finished message of text and one of a tool call in the first, the end's own sums in the second
	[ "$(progress tokens_in)" = 400 ]
	[ "$(progress tokens_out)" = 80 ]
}

@test "an agent that sums over its whole session is not counted twice" {
	cat >"$ROOM/whole" <<-'END'
	#!/bin/sh
	echo '{"type":"session","id":"s1"}'
	[ -e "$RCA_TASK/second" ] || { : >"$RCA_TASK/second"; echo '{"type":"usage","in":100,"out":10}'; exit 3; }
	echo '{"type":"end","text":"fine","in":250,"out":25}'
	END
	chmod +x "$ROOM/whole"
	printf '%s\n' "start=$ROOM/whole" "resume=$ROOM/whole" prompt=stdin session=capture sums=session 'event.session=type=session : id=id' \
		'event.usage=type=usage : in=in out=out' 'event.end=type=end : result=text in=in out=out' >"$XDG_CONFIG_HOME/rca/agents/whole"
	task whole x
	wrap
	wrap
	ended completed
	[ "$(progress tokens_in)" = 250 ]
	[ "$(progress tokens_out)" = 25 ]
}

# --- what cannot run

@test "a program that is not there is 127, and says which" {
	printf 'start=no-such-agent-program\nprompt=stdin\nsession=none\nread=pipe\n' >"$XDG_CONFIG_HOME/rca/agents/ghost"
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

@test "a want that may pass ends no first attempt either, and a command that has not begun is begun" {
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

# --- usage limit

@test "limited keeps the time, and the next attempt goes on in the session" {
	at=$(($(date +%s) + 7200))
	for a in claude codex; do
		task $a x
		fake limit:$at
		wrap
		not_done limited
		got=$(date -d "$(get resume_at)" +%s)
		[ "$got" -ge $((at - 60)) ]
		[ "$got" -le $((at + 60)) ]
		[ "$W" != 0 ]
		wrap
		ended completed
		[ -z "$(get resume_at)" ]
	done
}

@test "a 429 without a reset time is transient" {
	for a in claude codex opencode pi; do
		task $a x
		fake error:429
		wrap
		not_done crashed
		[ -z "$(get resume_at)" ]
	done
}

# --- the acceptance gate

@test "only a passing check completes the task, and a failing one is the next prompt" {
	task claude x -k check='echo looking; test -e fixed || { echo FIX:fixed; exit 3; }'
	fake ok check
	drive 3
	ended completed
	[ -e "$PROJECT/fixed" ]
	[ "$(starts)" = 2 ]
	[ "$(starts resume)" = 1 ]
	[ "$(get nudge_count)" = 1 ]
	grep -q '^FIX:fixed$' "$S/prompt.2"
	grep -q 'test -e fixed' "$S/prompt.2"
	[ "$(cat "$T/check.log")" = looking ]
	[ "$(cat "$T/result")" = "all done by claude, attempt 2" ]
}

@test "a check that passes at once costs no second attempt" {
	task claude x -k check=true
	wrap
	ended completed
	[ "$(starts)" = 1 ]
	[ -z "$(get nudge_count)" ] || [ "$(get nudge_count)" = 0 ]
}

@test "a check that never passes fails the task after max_nudges" {
	task claude x -k check='echo never; false' -k max_nudges=2
	drive 5
	ended failed
	[ "$(starts)" = 3 ]
	[ "$(get nudge_count)" = 2 ]
	get reason | grep -q check
	[ "$W" != 0 ]
}

@test "with max_nudges=0 the first failing check fails the task" {
	task claude x -k check=false -k max_nudges=0
	drive 2
	ended failed
	[ "$(starts)" = 1 ]
}

@test "only the tail of a long check goes into the prompt, without control sequences" {
	task claude x -k check='test -e fixed && exit; seq 1 100000; printf "\033[31mred\033[0m\n"; echo FIX:fixed; exit 1'
	fake ok check
	drive 3
	ended completed
	[ "$(wc -c <"$S/prompt.2")" -lt 10000 ]
	grep -qx red "$S/prompt.2"
	grep -qx 100000 "$S/prompt.2"
	not grep -qx 500 "$S/prompt.2"
}

@test "what a check leaves behind is ended, and it sees the agent's environment" {
	export SECRET_WORD=xyzzy
	task claude x -k check='test "$SECRET_WORD" = xyzzy || exit 1; test "$PWD" = "'"$PROJECT"'" || exit 2; (setsid sleep 1000 &) ; exit 0'
	wrap
	ended completed
	[ -z "$(marked "$T")" ]
}

@test "a failed agent's work is not checked" {
	task claude x -k check='touch checked'
	fake error:401
	wrap
	ended failed
	[ ! -e "$PROJECT/checked" ]
}

@test "a stop in the middle of the check is a stop: it is ended, nothing goes on, and the code is not 0" {
	for how in INT QUIT stop; do
		task claude "x-${how,,}" -k check='echo $$ >>checking; sleep 1000'
		wrap_bg
		wait_for 10 test -s checking
		case $how in
		stop) rca-reap -k "$T" ;;
		*) kill -"$how" "$WRAP" ;;
		esac
		wrap_end
		ended stopped
		[ "$W" != 0 ]
		[ "$(get exit_code)" = "$W" ]
		not kill -0 "$(cat checking)"
		rm checking
		history_has ' check_ended because=stop$'
		wrap
		ended stopped
		[ "$(starts)" = 1 ]
		[ "$W" != 0 ]
	done
}

@test "TERM in the middle of the check is a crash, and the next attempt is checked again" {
	task claude x -k check='echo $$ >>checking; [ ! -e wait ] || sleep 1000'
	: >"$PROJECT/wait"
	wrap_bg
	wait_for 10 test -s checking
	kill -TERM "$WRAP"
	wrap_end
	not_done crashed
	[ "$W" = 143 ]
	[ "$(get reason)" = terminated ]
	rm wait
	wrap
	ended completed
	[ "$(wc -l <checking)" = 2 ]
}

@test "a stop that comes when the work is done, before it was checked, is a stop" {
	for how in INT stop; do
		rm -f ended go
		task claude "x-${how,,}" -k check='touch checked'
		fake stay
		echo linger=1000 >>"$XDG_CONFIG_HOME/rca/config"
		wrap_bg
		wait_for 10 grep -q '"type":"result"' "$T/events.jsonl"
		case $how in
		stop) rca-reap -k "$T" ;;
		*) kill -"$how" "$WRAP" ;;
		esac
		wrap_end
		ended stopped
		[ "$W" != 0 ]
		[ ! -e checked ]
	done
}

@test "a wrapper that is killed while it ends a stopped task leaves a stop, not a crash" {
	task claude x
	fake deaf:2
	echo kill_grace=1000 >>"$XDG_CONFIG_HOME/rca/config"
	wrap_bg
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	kill -INT "$WRAP"
	wait_for 5 test -e "$T/stop"
	kill -9 "$WRAP"
	wrap_end
	wrap
	ended stopped
	[ "$(starts)" = 1 ]
}

@test "a check works for a command, too" {
	T=$(rca-mktask -n x -k check='test -e made' -- sh -c 'touch made')
	wrap
	ended completed
	rm made
	T=$(rca-mktask -n y -k check='test -e made' -- true)
	drive 2
	ended failed
	get reason | grep -q check
}

# --- events, output, progress

@test "output.log and the pane show what a person wants to read, and nothing else" {
	for a in claude codex opencode pi; do
		task $a x
		wrap
		for f in "$T/output.log" "$ROOM/pane"; do
			grep -q "working on it, attempt 1" "$f"
			grep -qi "make all" "$f"
			grep -q "tool-ran" "$f"
			grep -q "all done by $a, attempt 1" "$f"
			not grep -qF '"type"' "$f"
			not grep -q $'[\001-\010\013-\037\177]' "$f"
		done
	done
	task claude cost
	wrap
	grep -qE '0\.002|0\.00' "$T/output.log"
}

@test "a text is shown once" {
	for a in claude codex opencode pi; do
		task $a x
		wrap
		[ "$(grep -c 'working on it' "$T/output.log")" = 1 ]
		[ "$(grep -c 'all done by' "$T/output.log")" = 1 ]
	done
}

@test "failures are shown" {
	task claude x
	fake error:401
	wrap
	grep -q 'Invalid API key' "$T/output.log"
	task codex y
	fake error:401
	wrap
	grep -q '401 Unauthorized' "$T/output.log"
}

@test "attempts are told apart in output.log" {
	task claude x
	fake crash:4
	wrap
	wrap
	first=$(grep -n 'attempt 1$' "$T/output.log" | tail -1 | cut -d: -f1)
	second=$(grep -n 'working on it, attempt 2$' "$T/output.log" | head -1 | cut -d: -f1)
	[ $((second - first)) -ge 2 ]
	sed -n "$first,${second}p" "$T/output.log" | grep -qE '^[^a-z]*attempt 2|2'
}

@test "what the agent says on standard error is kept and shown" {
	printf 'start=sh -c "echo oops-on-stderr >&2; echo bye"\nprompt=none\nsession=none\nread=pipe\nevent.end=type=end\n' >"$XDG_CONFIG_HOME/rca/agents/loud"
	task loud x
	wrap
	grep -q oops-on-stderr "$T/output.log"
}

@test "progress is right at every moment" {
	task claude x
	fake hold:2
	wrap_bg
	held
	seen() { [ "$(progress "$1")" = "$2" ]; }
	wait_for 3 seen phase thinking
	wait_for 3 seen tokens_in 100
	seen tokens_out 20
	seen open_tools 0
	seen text 'working on it, attempt 1'
	[ -n "$(progress last_event_at)" ]
	go_on
	wrap_end
	seen phase ended
	seen open_tools 0
	seen turns 2
	seen tokens_in 200
	seen tokens_out 40
	[ "$(progress cost_usd | sed 's/0*$//')" = 0.002 ]
	seen text 'all done by claude, attempt 1'
}

@test "an open tool call stands in progress, with its command, until it ends" {
	seen() { [ "$(progress "$1")" = "$2" ]; }
	for a in claude codex pi; do
		task $a x
		fake hold:3
		wrap_bg
		held
		wait_for 3 seen phase tool
		seen open_tools 1
		progress tool | grep -q 'make all'
		go_on
		wrap_end
		seen open_tools 0
		seen tool ''
		ended completed
	done
}

@test "before the first answer the phase is starting, and in a retry it is retrying" {
	seen() { [ "$(progress "$1")" = "$2" ]; }
	task claude x
	fake hold:0
	wrap_bg
	held
	wait_for 3 seen phase starting
	go_on
	wrap_end
	for a in claude codex pi; do
		task $a r
		fake retry:3
		wrap_bg
		wait_for 5 seen phase retrying
		kill -9 "$WRAP" "$(cat "$T/pid")"
		wrap_end
		fake ok ok ok
		wrap
		ended completed
	done
}

@test "tokens and cost of all four are added up" {
	for a in claude opencode pi; do
		task $a x
		wrap
		[ "$(progress tokens_in)" = 200 ]
		[ "$(progress tokens_out)" = 40 ]
		[ "$(progress cost_usd | sed 's/0*$//')" = 0.002 ]
		[ "$(progress turns)" = 2 ]
	done
	task codex x
	wrap
	[ "$(progress tokens_in)" = 200 ]
	[ "$(progress tokens_out)" = 40 ]
}

@test "an event of 50 MB goes through whole, in bounded memory" {
	task claude x
	fake bigline:52428800
	wrap
	ended completed
	cmp "$S/printed" "$T/events.jsonl"
	[ "$(wc -c <"$T/events.jsonl")" -gt 52428800 ]
	[ "$(wc -c <"$T/output.log")" -lt 1000000 ]
	rm -f "$S/printed" "$S/big" "$T/events.jsonl"
}

@test "its memory does not grow with what the agent prints" {
	task claude x
	cat >"$ROOM/claude" <<-'END'
		#!/bin/sh
		exec 2>/dev/null
		printf '{"type":"user","message":{"content":[{"tool_use_id":"b","type":"tool_result","content":"'
		head -c 40000000 /dev/zero | tr '\0' x
		printf '"}]}}\n'
		i=0
		while [ $i -lt 2000 ]; do
			i=$((i + 1))
			printf '{"type":"assistant","message":{"id":"m%s","content":[{"type":"tool_use","id":"t%s","name":"Bash","input":{"command":"x"}}]}}\n' $i $i
		done
		: >"$HOME/printed"
		exec sleep 1000
	END
	chmod +x "$ROOM/claude"
	PATH=$ROOM:$PATH
	wrap_bg
	wait_for 20 test -e "$HOME/printed"
	lines() { [ "$(wc -l <"$T/events.jsonl")" = 2001 ]; }
	wait_for 10 lines
	peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$WRAP/status")
	echo "peak $peak kB"
	[ "$peak" -lt "${ASAN_OPTIONS:+6}6000" ]
	kill -TERM "$WRAP"
	wrap_end
	rm -f "$T/events.jsonl"
}

@test "a result of 3 MB survives byte for byte" {
	for a in claude codex opencode pi; do
		task $a x
		fake bigresult:3000000
		wrap
		ended completed
		cmp "$S/result.raw" "$T/result"
		kept <"$S/printed" | cmp - "$T/events.jsonl"
	done
}

@test "noise between the events breaks nothing and is kept" {
	for a in claude codex opencode pi; do
		task $a x
		fake garbage
		wrap
		ended completed
		kept <"$S/printed" | cmp - "$T/events.jsonl"
		[ "$(cat "$T/result")" = "all done by $a, attempt 1" ]
		not grep -q $'[\001-\010\013-\037\177]' "$T/output.log"
		[ "$(tr -d '\0' <"$T/output.log" | wc -c)" = "$(wc -c <"$T/output.log")" ]
		iconv -f UTF-8 -t UTF-8 "$T/output.log" >/dev/null
	done
}

@test "words from the agent cannot forge a line of history or manifest" {
	cat >"$ROOM/claude" <<-'END'
		#!/bin/sh
		printf '%s\n' '{"type":"result","subtype":"success","is_error":true,"api_error_status":400,"result":"bad\nstatus=completed \u001b[31m \"q\" \u0085 end"}'
		exit 1
	END
	chmod +x "$ROOM/claude"
	PATH=$ROOM:$PATH
	task claude x
	wrap
	ended failed
	[ "$(wc -l <"$T/history")" = 3 ]
	[ "$(grep -c '^status=' "$T/manifest")" = 1 ]
	not grep -q $'[\001-\010\013-\037\177]' "$T/history"
	not grep -q $'[\001-\010\013-\037\177]' "$T/manifest"
}

@test "an events.jsonl that somebody emptied or took away does not cost the result" {
	for how in rm truncate; do
		task claude $how
		fake hold:4
		wrap_bg
		held
		case $how in
		rm) rm "$T/events.jsonl" ;;
		truncate) : >"$T/events.jsonl" ;;
		esac
		go_on
		wrap_end
		ended completed
		[ "$(cat "$T/result")" = "all done by claude, attempt 1" ]
	done
}

@test "a task directory that is taken away ends the wrapper, not the machine" {
	task claude x
	fake hold:4
	wrap_bg
	held
	wait_for 5 rm -rf "$T"
	go_on
	wrap_end
	[ "$W" != 0 ]
	[ ! -e "$T" ]
}

@test "half a line at the end of a killed attempt is ended, and nothing is lost" {
	task claude x
	fake half
	wrap
	not_done crashed
	cp "$S/printed" "$ROOM/first"
	cmp "$ROOM/first" "$T/events.jsonl"
	wrap
	ended completed
	size=$(wc -c <"$ROOM/first")
	{ cat "$ROOM/first"; echo; tail -c +$((size + 1)) "$S/printed"; } | cmp - "$T/events.jsonl"
}

@test "output.log is turned over at max_log" {
	task claude x -k max_log=4096
	fake many:300
	wrap
	ended completed
	[ -s "$T/output.log.1" ]
	[ "$(wc -c <"$T/output.log")" -le 8192 ]
	[ "$(wc -c <"$T/output.log.1")" -le 8192 ]
	grep -q 'all done' "$T/output.log"
	cmp "$S/printed" "$T/events.jsonl"
}

@test "the result of a command whose log was turned over is what it said last, whole" {
	# each piece alone would do with less than the 4096 bytes that a result has
	T=$(rca-mktask -n x -d "$PROJECT" -k max_log=5000 -- sh -c 'seq -f "first %04g" 1 380; sleep 0.3; seq -f "then %04g" 1 100; echo FINAL')
	wrap
	ended completed
	[ -s "$T/output.log.1" ]
	[ "$(wc -c <"$T/output.log")" -lt 2000 ]
	cat "$T"/output.log.1 "$T"/output.log | grep -v -e '^---' -e '^== ' | tail -c 4096 | sed 1d | diff - "$T/result"
	# of what an earlier attempt said there is nothing in it
	T=$(rca-mktask -n y -d "$PROJECT" -k max_log=5000 -k restart=on-failure -- sh -c "[ ! -e $ROOM/2nd ] || { seq -f 'second %04g' 1 170; sleep 0.3; seq -f 'then %04g' 1 90; exit; }; touch $ROOM/2nd; seq -f 'first %04g' 1 200; exit 1")
	wrap
	wrap
	ended completed
	[ -s "$T/output.log.1" ]
	{ seq -f 'second %04g' 1 170; seq -f 'then %04g' 1 90; } | diff - "$T/result"
}

@test "a pane that is gone does not kill the agent" {
	task claude x
	fake many:500
	rca-wrap "$T" 2>/dev/null 3>&- | head -c 1 >/dev/null
	wait_done
	ended completed
	grep -q 'text number 500' "$T/output.log"
}

@test "a pane that nobody reads does not stop the agent" {
	task claude x
	fake many:3000
	mkfifo "$ROOM/pipe"
	exec 7<>"$ROOM/pipe"
	rca-wrap "$T" >"$ROOM/pipe" 2>/dev/null </dev/null 3>&- 7>&- &
	WRAP=$!
	wait_done 20
	exec 7>&-
	wrap_end
	ended completed
	grep -q 'text number 3000' "$T/output.log"
}

@test "a standard output that is closed, or full, does not matter" {
	task claude a
	rca-wrap "$T" >&- 2>&- 3>&-
	ended completed
	task claude b
	rca-wrap "$T" >/dev/full 2>/dev/full 3>&-
	ended completed
}

@test "a full disk does not kill the agent, and is said" {
	task claude x
	fake many:2000
	trap '' XFSZ
	(
		ulimit -f 128
		W=0
		rca-wrap "$T" >"$ROOM/pane" 2>"$ROOM/err" </dev/null 3>&- || W=$?
		echo $W >"$ROOM/code"
	)
	[ "$(cat "$ROOM/code")" = 0 ]
	ended completed
	[ "$(cat "$T/result")" = "all done by claude, attempt 1" ]
	grep -qiE 'too large|no space|lost|dropped' "$T/history" "$ROOM/err"
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
	T=$(rca-mktask -n x -- sh -c 'for a; do printf "<%s>\n" "$a"; done' sh 'a b' '' '*' '$HOME' $'x\ty' "it's")
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
	T=$(rca-mktask -n a -k restart=on-failure -- sh -c 'echo run >>"$HOME/a"; [ $(wc -l <"$HOME/a") -ge 3 ]')
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

@test "lines that an agent's file drops are not kept, count as life, and cost no result" {
	agents=$XDG_CONFIG_HOME/rca/agents
	cat >"$agents/noisy" <<-END
		start=sh $ROOM/noisy
		session=none
		drop={"t":"part"
		event.text=t=text : text=s
		event.end=t=end : result=s
	END
	cat >"$ROOM/noisy" <<-'END'
		echo '{"t":"part","s":"a"}'
		echo '{"t":"text","s":"one"}'
		for i in 1 2 3; do printf '{"t":"pa'; printf 'rt","s":"%s"}\n' "$i"; done
		printf '{"t":"part'
		printf '%s\n' '"}' '{"t":"parts"}' '{"t":"end","s":"the answer"}'
		printf '{"t":"par'
	END
	task noisy fix
	wrap
	ended completed
	[ "$(cat "$T/events.jsonl")" = '{"t":"text","s":"one"}
{"t":"parts"}
{"t":"end","s":"the answer"}
{"t":"par' ]
	[ "$(cat "$T/result")" = 'the answer' ]
	[ -n "$(progress last_event_at)" ]
}
