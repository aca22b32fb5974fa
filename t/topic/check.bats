# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# The check that decides whether the work of an attempt is done.
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

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
	check='test "$SECRET_WORD" = xyzzy || exit 1; '
	check+='test "$PWD" = "'"$PROJECT"'" || exit 2; (setsid sleep 1000 &) ; exit 0'
	task claude x -k check="$check"
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

@test "a stop during the check ends it; nothing goes on, and the exit code is not 0" {
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
