# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# What rca-wrap makes of what an agent prints: events, log, pane, progress, result.
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

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
	T=$(rca-mktask -n x -d "$PROJECT" -k max_log=5000 -- sh \
		-c 'seq -f "first %04g" 1 380; sleep 0.3; seq -f "then %04g" 1 100; echo FINAL')
	wrap
	ended completed
	[ -s "$T/output.log.1" ]
	[ "$(wc -c <"$T/output.log")" -lt 2000 ]
	cat "$T"/output.log.1 "$T"/output.log | grep -v -e '^---' -e '^== ' | tail -c 4096 |
		sed 1d | diff - "$T/result"
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
