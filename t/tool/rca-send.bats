#!/usr/bin/env bats
# shellcheck disable=SC1003,SC2016,SC2030,SC2031
# rca-send: what is typed arrives as it is, what is queued is the next prompt, and it looks first
load ../harness/lib

setup()
{
	rca_setup
	quick
}

teardown()
{
	rca_teardown
}

# reader NAME PRINTF: a task that prints that, then writes all it is typed to ROOM/got
reader()
{
	T=$(rca-mktask -n "$1" -d "$PROJECT" -- sh \
		-c "stty raw -echo; printf '$2'; echo ready; exec cat >$ROOM/got")
	rca-launch "$T" >/dev/null
	wait_for 5 grep -qs ready "$T/output.log"
}

# got FILE: exactly that was typed
got()
{
	wait_for 10 cmp -s "$1" "$ROOM/got" || {
		cmp "$1" "$ROOM/got"
		tail -c 200 "$ROOM/got" | od -c
		return 1
	}
}

@test "a wrong call is 100 and prints the usage" {
	usage_of rca-send
	usage_of rca-send -x a
	complains 102 'no such task' rca-send nothing hello
	rca-send -V >/dev/null
	reader a ''
	complains 100 'text: empty' rca-send "$T" ''
	complains 100 'text: empty' rca-send "$T" '  '
	complains 100 'control character 27' rca-send "$T" $'a\033[201~b'
	complains 100 'control character 155' rca-send "$T" $'a\302\233201~b'
	complains 100 '1 to' rca-send "$T" -K
	complains 100 "not the name of a key" rca-send "$T" -K Enter Entr
	complains 100 "not the name of a key" rca-send "$T" -K 'F5;'
	[ ! -s "$ROOM/got" ]
}

@test "text that looks like an option, a key or a shell's arrives as it is, each with one Enter" {
	local word

	reader a ''
	for word in -l -- -f -V -- Enter C-c Up ';' 'a;' '#{pane_id}' '$(id)' '`id`' "it's" \
		'"two"  blanks' 'back\slash\n' 'é 漢 😀 👩‍🚀' '%s%n' '~' '!!'; do
		rca-send "$T" "$word"
		printf '%s\r' "$word" >>"$ROOM/want"
	done
	rca-send "$T" several words -K
	printf 'several words -K\r' >>"$ROOM/want"
	got "$ROOM/want"
}

@test "-n: no Enter follows, in a shell neither; the next call goes on behind it" {
	reader a ''
	rca-send -n "$T" 'one\'
	rca-send -n "$T" ' two'
	printf 'one\\ two' >"$ROOM/want"
	got "$ROOM/want"
	rca-send "$T" -K Enter
	printf '\r' >>"$ROOM/want"
	got "$ROOM/want"
	complains 100 'only a text' rca-send -n "$T" -K Enter
	got "$ROOM/want"
	task claude b
	complains 100 'without -n the text is its next prompt' rca-send -n "$T" hello
	[ ! -e "$T/resume" ]
}

@test "many lines and 100 kB from standard input are one paste where the program asks for that" {
	reader a '\033[?2004h'
	seq -f 'line %g: "quoted" \$HOME é 😀' 100000 | head -c 100000 |
		iconv -c -f utf-8 -t utf-8 >"$ROOM/text"
	{ cat "$ROOM/text"; printf '\n\n'; } | rca-send "$T"
	{ printf '\033[200~'; cat "$ROOM/text"; printf '\033[201~\r'; } >"$ROOM/want"
	got "$ROOM/want"
}

@test "the same without paste marks where it does not" {
	reader a ''
	seq 20000 | head -c 100000 >"$ROOM/text"
	rca-send "$T" <"$ROOM/text"
	{ cat "$ROOM/text"; printf '\r'; } >"$ROOM/want"
	got "$ROOM/want"
}

@test "keys go by tmux's names" {
	reader a ''
	rca-send "$T" -K C-c Up x M-a Escape Enter ^d - ';' 'M-;'
	printf '\003\033[Ax\033a\033\r\004-;\033;' >"$ROOM/want"
	got "$ROOM/want"
}

@test "a control character is no key" {
	reader a ''
	for key in $'\001' $'\302\201' $'C-\302\201' $'\177'; do
		not rca-send "$T" -K "$key" 2>/dev/null
	done
	printf '' >"$ROOM/want"
	got "$ROOM/want"
}

@test "two senders at once do not mix" {
	local pid=()

	reader a ''
	for i in 1 2 3; do
		rca-send "$T" "sender $i says this" 3>&- &
		pid+=($!)
	done
	wait "${pid[@]}"
	all_three()
	{
		[ "$(tr '\r' '\n' <"$ROOM/got" | sort |
			tr '\n' ,)" = 'sender 1 says this,sender 2 says this,sender 3 says this,' ]
	}
	wait_for 5 all_three
}

@test "a shell and python3 can be talked to" {
	T=$(rca-mktask -n sh -d "$PROJECT" -- bash --norc -i)
	rca-launch "$T"
	wait_for 5 grep -qs '\$\|#' "$T/output.log"
	rca-send "$T" 'for i in 1 2; do echo "$i"; done >one'
	wait_for 5 grep -qsx 2 one
	rca-send "$T" 'exec python3 -q'
	wait_for 10 grep -q '>>>' "$T/output.log"
	rca-send "$T" "open('two', 'w').write('it\\'s' + chr(10))"
	wait_for 5 grep -qsx "it's" two
	rca-send "$T" -K C-d
	wait_done
	ended completed
}

@test "a command's question is answered; into an agent's it does not type, but with -f" {
	asks()
	{
		[[ "$(rca-probe -k "$T")" == *screen=waiting* ]]
	}
	T=$(rca-mktask -n a -d "$PROJECT" -- sh -c "stty -echo; printf 'Really delete all? (y/N) '; read -r x; echo \"\$x\" >$ROOM/said")
	rca-launch "$T"
	wait_for 5 asks
	rca-send "$T" n
	wait_for 5 grep -qx n "$ROOM/said"
	wait_done
	complains 1 'nothing is running (completed)' rca-send "$T" hello
	complains 1 'its program has ended' rca-send -f "$T" hello
	rm "$ROOM/said"
	printf '%s\n' read=pty prompt=none session=none "start=sh -c {dir}/ask" \
		>"$XDG_CONFIG_HOME/rca/agents/asker"
	T=$(rca-mktask -a asker -n b -d "$PROJECT")
	printf '#!/bin/sh\nprintf "Really delete all? (y/N) "; read -r x; echo "$x" >%s\n' \
		"$ROOM/said" >"$T/ask"
	chmod +x "$T/ask"
	rca-launch "$T"
	wait_for 5 asks
	complains 1 'it asks: Really delete all? (y/N)' rca-send "$T" hello
	complains 1 'it asks' rca-send "$T" -K y
	rca-send -f "$T" n
	wait_for 5 grep -qx n "$ROOM/said"
	wait_done
}

@test "a task without a terminal is said to have none" {
	T=$(rca-mktask -n a -d "$PROJECT" -- sleep 100)
	rca-launch -e none "$T"
	complains 1 'no terminal' rca-send "$T" hello
	complains 1 'no terminal' rca-send -f "$T" hello
	rca-reap -k "$T"
}

@test "what is said to a headless agent is its next prompt, once it has ended its turn" {
	task claude a
	fake hold:2 ok
	rca-launch "$T"
	rca-monitor -d "$T" 3>&-
	held
	rca-send "$T" 'And now' "the 'other' thing."
	printf 'Line one\n-l\n\n' | rca-send "$T"
	[ "$(cat "$T/resume")" = $'And now the \'other\' thing.\n\nLine one\n-l' ]
	complains 100 '-K' rca-send "$T" -K C-c
	go_on
	wait_done
	ended completed
	[ "$(cat "$S/prompt.1")" = 'do the work' ]
	[ "$(cat "$S/prompt.2")" = $'And now the \'other\' thing.\n\nLine one\n-l' ]
	[ "$(starts)" = 2 ]
	[ "$(starts 'attempt=2 resume')" = 1 ]
	complains 1 'has ended (completed): rca-launch -r -p' rca-send "$T" more
}

@test "what is said to a headless agent that is killed meanwhile is not lost, nor is its work" {
	task claude a
	fake hold:3 ok ok
	rca-launch "$T"
	rca-monitor -d "$T" 3>&-
	held
	rca-send "$T" 'And now the other thing.'
	kill -9 "$(cat "$T/pid")"
	wait_done 20
	ended completed
	grep -q '^Your work on this task was interrupted' "$S/prompt.2"
	grep -qx 'And now the other thing.' "$S/prompt.2"
	[ "$(cat "$FAKE_DIR"/*/prompt.* | grep -c 'the other thing')" = 1 ]
}

@test "what is said before an agent has begun waits for the end of its first turn" {
	task claude a
	rca-send "$T" 'And now the other thing.'
	rca-launch "$T"
	wait_done
	ended completed
	[ "$(cat "$S/prompt.1")" = 'do the work' ]
	[ "$(cat "$S/prompt.2")" = 'And now the other thing.' ]
}

@test "what is said while a next prompt is being taken is said once" {
	task claude a
	fake hold:2 hold:1 ok
	rca-launch "$T"
	held
	rca-send "$T" first
	go_on
	wait_for 5 test -e "$S/prompt.2"
	held
	rca-send "$T" second
	[ "$(cat "$T/resume")" = $'first\n\nsecond' ]
	go_on
	wait_done
	ended completed
	[ "$(cat "$S/prompt.2")" = first ]
	[ "$(cat "$S/prompt.3")" = second ]
}

@test "of many that speak to a headless agent at once, all are heard once" {
	local pid=() i
	: >"$ROOM/refused"

	task claude a
	fake hold:2 ok
	rca-launch "$T"
	held
	for i in $(seq 20); do
		rca-send "$T" "word $i." 3>&- &
		pid+=($!)
	done
	sleep 0.02
	go_on
	for i in "${pid[@]}"; do
		wait "$i" || echo refused >>"$ROOM/refused"
	done
	wait_done
	[ "$(cat "$S"/prompt.* | grep -c '^word')" = $((20 - $(grep -c . "$ROOM/refused" || :))) ]
	[ "$(cat "$S"/prompt.* | grep '^word' | sort | uniq -d)" = '' ]
}

@test "a next prompt that becomes too large is refused, and what waited is kept" {
	task claude a
	rca-send "$T" first
	head -c 10485700 /dev/zero | tr '\0' x >"$ROOM/big"
	rca-send "$T" <"$ROOM/big" # 10 MiB less 60
	cksum "$T/resume" >"$ROOM/sum"
	complains 100 'larger than 10 MiB' rca-send "$T" "$(head -c 1000 "$ROOM/big")"
	[ "$(cksum "$T/resume")" = "$(cat "$ROOM/sum")" ]
	head -c 200 "$ROOM/big" >>"$ROOM/big.more"
	cat "$ROOM/big" >>"$ROOM/big.more"
	complains 100 'larger than 10 MiB' rca-send "$T" <"$ROOM/big.more"
	[ "$(cksum "$T/resume")" = "$(cat "$ROOM/sum")" ]
}

@test "box: the input box of each agent is found on its screens" {
	run "$TOP/t/unit/engine/input_box_test" "$TOP/t/data/screens"
	echo "$output"
	[ "$output" = 'input_box: ok' ]
}
