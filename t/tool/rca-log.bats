# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	quick
}

teardown() { rca_teardown; }

service()
{
	T=$(rca-mktask -n "$1" "${@:2}")
	S=$FAKE_DIR/${T##*/}
}

start()
{
	rca-launch -e none "$T" >/dev/null
	rca-monitor -d "$T"
}

# following [options]: rca-log -f of T in the background; its output is in ROOM/log, its complaints
# in ROOM/err, its pid in LOG.
following()
{
	: >"$ROOM/log"
	command timeout $((20 * ${WAIT_SCALE:-1})) rca-log -f "$@" "$T" >"$ROOM/log" 2>"$ROOM/err" \
		</dev/null 3>&- &
	LOG=$!
}

# It ends with CODE.
followed()
{
	local got=0

	wait "$LOG" || got=$?
	[ "$got" = "$1" ] && return
	echo "exit $got, wanted $1"
	cat "$ROOM/log" "$ROOM/err" "$T/history"
	return 1
}

shows()
{
	grep -q -e "$1" "$ROOM/log"
}

# The output is TEXT, to the byte.
prints()
{
	local want=$1

	shift
	rca-log "$@" "$T" >"$ROOM/out"
	printf %b "$want" | diff - "$ROOM/out"
}

@test "the log as it is, what was rotated away first" {
	service one -- true
	prints ''
	printf 'c\nd\n' >"$T/output.log"
	prints 'c\nd\n'
	printf 'a\nb\n' >"$T/output.log.1"
	prints 'a\nb\nc\nd\n'
}

@test "-n: the last lines, across rotation" {
	service one -- true
	prints '' -n 3
	printf 'a\nb\n' >"$T/output.log.1"
	printf 'c\nd' >"$T/output.log"
	prints '' -n 0
	prints 'd' -n 1
	prints 'c\nd' -n 2
	prints 'b\nc\nd' -n 3
	prints 'a\nb\nc\nd' -n 1000000000
}

@test "what stands in the files cannot drive the terminal" {
	service one -- true
	printf 'plain\033[31mred\033[0m\n\033]0;title\007x\r\nbell\007 \302\233 \377 \033Pdcs\n' \
		>"$T/output.log"
	printf '%s \033[2Jevent a=\033]52;c;evil\007b\n' 2026-01-31T12:00:00Z >>"$T/history"
	printf 'no event \033[H at all\n' >>"$T/history"
	rca-log "$T" >"$ROOM/out"
	rca-log -e "$T" >>"$ROOM/out"
	rca-log -f -n 2 "$T" >>"$ROOM/out" 3>&- &
	log=$!
	grep -qx plainred "$ROOM/out"
	grep -q 'event *a=b' "$ROOM/out"
	grep -qx 'no event *at all' "$ROOM/out"
	wrap
	wait $log
	[ "$(tr -d '\t\n -~' <"$ROOM/out" | iconv -f UTF-8 -t UTF-32LE | od -An -tx4 |
		tr -s ' ' '\n' | sort -u | tr -d '\n')" = 0000fffd ]
}

# noted FILE OFFSET TIME: an entry of output.log.times.
noted()
{
	local ino

	ino=$(ls -i "$T/$1")
	echo "${ino%% *} $2 $3" >>"$T/output.log.times"
}

@test "-t: the local time before each line, the date where it changes, blanks where none is known" {
	export TZ=XST-1
	service one -- true
	printf 'a\nb\n' >"$T/output.log"
	prints '          a\n          b\n' -t
	noted output.log 0 1769860799
	noted output.log 2 1769860800
	noted output.log 4 1769900000
	printf '\nx\n' >>"$T/output.log.times"
	prints '2026-01-31\n12:59:59  a\n13:00:00  b\n' -t
	prints '2026-01-31\n13:00:00  b\n' -t -n 1
	mv "$T/output.log" "$T/output.log.1"
	printf 'c\nd\nno end' >"$T/output.log"
	noted output.log 2 1769904000
	prints '2026-01-31\n12:59:59  a\n13:00:00  b\n          c\n2026-02-01\n01:00:00  d\n01:00:00  no end' -t
	prints '2026-02-01\n01:00:00  no end' -t -n 1
	printf 'go on\n' >>"$T/output.log.1" # another rotation: the old number comes again
	noted output.log.1 0 1769860801
	prints "2026-01-31\n13:00:01  a\n13:00:01  b\n13:00:01  go on\n          c\n$(
		)2026-02-01\n01:00:00  d\n01:00:00  no end" -t
	ln -sf /etc/passwd "$T/output.log.times"
	prints '          no end' -t -n 1
}

@test "-t: what rca-wrap, a check and the end write has times, also in a log that is followed" {
	task claude fix -k check='echo looking'
	fake hold:3
	following -t
	start
	held
	wait_for 5 shows '[0-9]  working on it'
	go_on
	followed 0
	sed 1d "$ROOM/log" | not grep -vqE '^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]  '
	sed '1d; s/^..........//' "$ROOM/log" | diff "$T/output.log" -
	rca-log -t "$T" | diff - "$ROOM/log"
	tail -n 1 "$ROOM/log" | grep -q "$(date +%H:).*== completed"
	service two -k max_log=3000 -- seq 2000
	wrap
	[ -e "$T/output.log.1" ]
	rca-log -t "$T" | sed 1d | not grep -v '^..:..:..  '
}

@test "-t: a text that is longer than all before it, and rotates the log, has a time" {
	service long -k max_log=3000 -- sh -c 'echo a; sleep 1; printf "%02980d\nb\n" 0'
	wrap
	[ "$(wc -c <"$T/output.log")" -gt "$(wc -c <"$T/output.log.1")" ]
	rca-log -t "$T" | sed 1d | not grep -v '^..:..:..  '
}

@test "-1: the last attempt, also after rotation, and on from there with -f" {
	service one -- true
	prints '' -1
	printf 'a\n' >"$T/output.log"
	prints 'a\n' -1
	printf -- '--- attempt 1, fresh\nb\n--- attempt 2, resume\n  --- attempt 3\n' >>"$T/output.log"
	prints '--- attempt 2, resume\n  --- attempt 3\n' -1
	mv "$T/output.log" "$T/output.log.1"
	printf 'c\n' >"$T/output.log"
	prints '--- attempt 2, resume\n  --- attempt 3\nc\n' -1
	printf -- '--- attempt 3, resume\nd\n' >>"$T/output.log"
	prints '--- attempt 3, resume\nd\n' -1
	task claude fix
	fake crash:4 hold:3 ok
	start
	held
	following -1
	wait_for 5 shows 'working on it, attempt 2'
	kill -KILL "$(wrap_pid)"
	followed 0
	head -n 1 "$ROOM/log" | grep -q '^--- attempt 2, '
	shows '^--- attempt 3, '
	tail -n 1 "$ROOM/log" | grep -q '^== completed '
	usage_of rca-log -1 -n 3 "$T"
	usage_of rca-log -1 -e "$T"
}

@test "on a terminal the tools' own lines, tool calls and errors are coloured, and nothing else" {
	service one -- true
	cat >"$T/output.log" <<-'END'
		--- attempt 1, fresh
		text, not = or == inside
		> Bash ls
		  output
		! error
		~ retry
		=no mark
		= turn ended
		== check: make
		== check failed (exit 1):
		== stopped after 3 s
		== completed in 3 s
	END
	printf 'evil \033[32mred\033[m\n> end\n' >>"$T/output.log"
	on_terminal rca-log "$T" >"$ROOM/out"
	diff - "$ROOM/out" <<-'END'
		^[[1m--- attempt 1, fresh^[[m
		text, not = or == inside
		^[[35m> Bash ls^[[m
		  output
		^[[31m! error^[[m
		^[[33m~ retry^[[m
		=no mark
		^[[2m= turn ended^[[m
		^[[1m== check: make^[[m
		^[[31m== check failed (exit 1):^[[m
		^[[1m== stopped after 3 s^[[m
		^[[32m== completed in 3 s^[[m
		evil red
		^[[35m> end^[[m
	END
	for how in NO_COLOR=1 TERM=dumb TERM=; do
		not grep -qF '^[' <<<"$(on_terminal env "$how" rca-log "$T")"
	done
	grep -qF '^[[' <<<"$(on_terminal env NO_COLOR= rca-log "$T")"
	not grep -qF '^[' <<<"$(on_terminal rca-log -e "$T")"
}

@test "-e: the history with local times and in columns" {
	service one -- true
	cat >"$T/history" <<-'END'
		2026-01-31T12:00:00Z created agent=command project_dir="/a b"
		2026-07-31T12:00:05Z waiting_for_input line="go on? (y/N)"
		2026-07-31T12:00:05Z next_prompt
		2026-02-31T12:00:00Z never a=b
		cut
	END
	export TZ=XST-1XDT,M3.5.0,M10.5.0/3
	prints "$(cat <<-'END'
		2026-01-31 13:00:00  created       agent=command project_dir="/a b"
		2026-07-31 14:00:05  waiting_for_input line="go on? (y/N)"
		2026-07-31 14:00:05  next_prompt
		2026-02-31T12:00:00Z never a=b
		cut
	END
	)\n" -e
	TZ=UTC prints '2026-07-31 12:00:05  next_prompt\n2026-02-31T12:00:00Z never a=b\ncut\n' \
		-e -n 3
}

@test "-f: what comes, as it comes, to the task's end" {
	task claude fix
	fake hold:3
	following
	start
	held
	wait_for 5 shows 'working on it, attempt 1'
	kill -0 $LOG
	go_on
	followed 0
	diff "$T/output.log" "$ROOM/log"
	following -n 1
	followed 0
	tail -n 1 "$T/output.log" | diff - "$ROOM/log"
}

@test "-f: over attempts, also when all of it is killed" {
	task claude fix
	fake crash:4 hold:3 hold:3
	start
	following
	held
	wait_for 5 shows 'working on it, attempt 2'
	kill -KILL "$(wrap_pid)" "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	rm "$S/held" "$S/go"
	rca-monitor -d "$T"
	wait_for 5 shows 'working on it, attempt 3'
	held
	go_on
	followed 0
	diff "$T/output.log" "$ROOM/log"
	shows 'all done by claude, attempt 3'
}

@test "-f: over rotation, nothing lost and nothing twice" {
	service many -k max_log=30000 -- sh -c 'i=0; while [ $i -lt 20 ]; do seq $((i * 1000)) $((i * 1000 + 999)); i=$((i + 1)); sleep 0.1; done'
	following
	wrap_bg
	followed 0
	[ -e "$T/output.log.1" ]
	[ "$(wc -c <"$T/output.log")" -le 30000 ]
	sed '1d;$d' "$ROOM/log" | diff - <(seq 0 19999)
	wrap_end
}

@test "-f: a prompt that has no end yet" {
	service repl -- sh -c 'printf "name? "; exec sleep 100'
	following
	wrap_bg
	wait_for 5 shows '^name? $'
	rca-reap -k "$T"
	followed 0
	[ "$(tail -n 2 "$ROOM/log" | head -n 1)" = 'name? ' ]
	tail -n 1 "$ROOM/log" | grep -q '^== stopped after ' 
}

@test "-f -e: the history to the end" {
	task claude fix
	fake hold:3
	following -e
	start
	held
	wait_for 5 shows 'running  '
	go_on
	followed 0
	rca-log -e "$T" | diff - "$ROOM/log"
	tail -n 1 "$ROOM/log" | grep -q 'completed  '
}

@test "-f: a task that is given up, or lost, has ended, and that is said" {
	export MONITOR_DEADLINE=1
	task claude fix
	fake hang:2
	start
	following
	followed 0
	[ "$(tail -n 1 "$ROOM/log")" = '== abandoned: deadline; rca-launch -r carries it on' ]
	diff "$T/output.log" "$ROOM/log"
	service two -- sleep 100
	wrap_bg
	following
	wait_for 5 shows attempt
	kill -KILL "$WRAP"
	followed 0
	tail -n 1 "$ROOM/log" | grep -qxF \
		'== lost: no process works on it any more (running); rca-monitor -d carries it on'
	rca-log -f -e "$T" 2>&1 >/dev/null | grep -qF 'no process works on it any more (running)'
}

@test "-f: a task that is removed is gone" {
	service one -- true
	following
	wait_for 5 pgrep -P $LOG -x rca-log
	rm -rf "$T"
	followed 102
	grep -q 'the task is gone' "$ROOM/err"
}

@test "-f: it sleeps while nothing happens" {
	service quiet -- sh -c 'echo up; exec sleep 100'
	wrap_bg
	following
	wait_for 5 shows up
	wait_for 5 grep -q 'phase=thinking' "$T/progress"
	pid=$(pgrep -P $LOG -x rca-log)
	before=$(sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$pid/status")
	sleep 2
	after=$(sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$pid/status")
	echo "$before $after"
	# Where the system gives no notice, it is as many slow looks.
	[ $((after - before)) -le 8 ]
	rca-reap -k "$T"
	followed 0
}

@test "output that cannot be written is an error, a reader that leaves is none" {
	service one -- true
	seq 100000 >"$T/output.log"
	for how in '' -f -e; do
		run sh -c 'rca-log $1 "$2" 2>"$3" >/dev/full' sh "$how" "$T" "$ROOM/err"
		[ "$status" = 111 ]
		grep -q 'write standard output: No space' "$ROOM/err"
	done
	run sh -c 'rca-log "$1" | head -n 1' sh "$T"
	[ "$output" = 1 ]
}

@test "-V prints the version, a wrong call the usage, a wrong number or task the reason" {
	run rca-log -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-log\ [0-9]+\.[0-9] ]]
	usage_of rca-log
	usage_of rca-log -x
	usage_of rca-log a b
	for n in '' -1 x 99999999999999999999; do
		complains 100 'not a number of lines' rca-log -n "$n" x
	done
	complains 102 'no such task' rca-log none
	service one -- true
	ln -s /etc/passwd "$T/output.log"
	complains 111 'open output.log' rca-log "$T"
}

# outcome REGEX: the last line of the log, and of one that is followed, says so.
outcome()
{
	tail -n 1 "$T/output.log" | grep -qE "^== $1\$" || { tail "$T/output.log"; return 1; }
	[ "$(rca-log -f "$T" 2>/dev/null | tail -n 1)" = "$(tail -n 1 "$T/output.log")" ]
}

@test "a log ends with how the task ended, in words of ours that are not the agent's" {
	task claude a
	wrap
	outcome 'completed in [0-9]+ s, 1 attempt(, \$[0-9.]+)?'
	grep -q '^= turn ended: 1 turn' "$T/output.log" || grep -q '^= turn ended: ' "$T/output.log"
	run ! grep -q '^= completed' "$T/output.log"
	T=$(rca-mktask -n b -- sh -c 'echo hi; exit 3')
	wrap
	outcome 'failed: exit:3; rca-launch -r carries it on'
	[ "$(rca-list "$T" | cut -f 8)" = '(exit:3) hi' ]
	task claude c
	fake crash:4
	wrap
	[ "$(tail -n 1 "$T/output.log")" = '== attempt 1 crashed: signal:9' ]
	touch "$T/stop"
	wrap
	outcome 'stopped after [0-9]+ s; rca-launch -r carries it on'
	rm "$T/done"
	wrap
	[ "$(grep -c '^== stopped' "$T/output.log")" = 1 ]
}

@test "a check's start, failure and output stand in the log, and what it said last in the outcome" {
	task claude a -k check='printf "looking\nexpected \033[31m3\033[m, got 4\n"; exit 7' \
		-k max_nudges=1
	wrap
	outcome 'failed: check failed \(exit 7\): expected 3, got 4; rca-launch -r carries it on'
	[ "$(grep -c '^== check: printf' "$T/output.log")" = 2 ]
	[ "$(grep -c -A2 '^== check failed (exit 7):$' "$T/output.log")" -ge 2 ]
	grep -qx '  looking' "$T/output.log"
	grep -qx '  expected 3, got 4' "$T/output.log"
	[ "$(get reason)" = 'check_failed: exit 7' ]
	task claude b -k check=true
	wrap
	grep -qx '== check passed' "$T/output.log"
	outcome 'completed in .*'
}

# once REGEX: one line of the log begins with ==, and says so.
once()
{
	grep '^== ' "$T/output.log" >"$ROOM/marks" || :
	[ "$(wc -l <"$ROOM/marks")" = 1 ] && grep -qE "^== $1\$" "$ROOM/marks" && return
	cat "$ROOM/marks"
	return 1
}

@test "whoever writes the end writes its line, once" {
	task claude a # rca-reap, where no wrapper lives
	rca-reap -k "$T"
	once 'stopped after 0 s; rca-launch -r carries it on'
	task claude b # a monitor that gives up, with what the agent asked
	fake hang:2
	MONITOR_DEADLINE=1 start
	wait_status abandoned
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(grep -c '^== abandoned: deadline; ' "$T/output.log")" = 1 ]
	outcome 'abandoned: deadline; rca-launch -r carries it on'
	fake hang:2 hold:3 # taken up again, it has an end of its own
	rca-launch -r -e none "$T" >/dev/null
	held
	wrapper=$(wrap_pid)
	kill -KILL "$wrapper" # rca-wrap -e, after the death of the wrapper
	wait_for 5 unlocked "$T/lock"
	rca-reap -k "$T"
	[ "$(grep -c '^== stopped after ' "$T/output.log")" = 1 ]
	outcome 'stopped after [0-9]+ s; rca-launch -r carries it on'
	task claude c # a monitor that finds the wrapper dead
	fake hold:3 ok
	start
	held
	kill -KILL "$(wrap_pid)"
	wait_done
	grep -qx '== attempt 1 crashed: wrapper_gone' "$T/output.log"
	outcome 'completed in [0-9]+ s, 2 attempts(, .*)?'
}

@test "a task that is given up because it asks says what it asked" {
	printf 'start=sh -c {dir}/ask\nread=pipe\nprompt=none\nsession=none\n' \
		>"$XDG_CONFIG_HOME/rca/agents/asker"
	task asker a
	printf '#!/bin/sh\nprintf "Overwrite \\033[31mconfig? (y/N) "\nexec sleep 1000\n' >"$T/ask"
	chmod +x "$T/ask"
	start
	wait_status abandoned
	wait_for 5 unlocked "$T/monitor.lock"
	outcome 'abandoned: waiting_for_input: Overwrite config\? \(y/N\); rca-launch -r carries it on'
}

@test "an outcome that the log lacks is made from the task's other files" {
	service a -- sh -c 'printf "no newline"; exit 3'
	wrap
	printf 'no newline' >"$T/output.log"
	for how in '' -f '-n 1'; do
		# shellcheck disable=SC2086
		prints 'no newline\n== failed: exit:3; rca-launch -r carries it on\n' $how
	done
	[ "$(rca-log -e "$T" | grep -c ==)" = 0 ]
	rm "$T/output.log"
	prints '== failed: exit:3; rca-launch -r carries it on\n'
}
