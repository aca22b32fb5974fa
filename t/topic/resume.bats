# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# How rca-wrap continues a session: after a death, a limit, or with a next prompt.
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

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
		claude | codex | opencode) \
			[ "$(starts "resume session=$(cat "$T/session_id") ")" = 1 ] ;;
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
			[ "$(sed -n "s/.* task=${T##*/} .*session=\([^ ]*\).*/\1/p" \
				"$FAKE_DIR/log" | grep . | sort -u | wc -l)" = 1 ]
		done
	done
}

@test "totals go on over attempts" {
	task claude x
	fake crash:4
	wrap
	wrap
	ended completed
	# one finished message of text and one of a tool call in the first, the end's own sums in
	# the second
	[ "$(progress tokens_in)" = 400 ]
	[ "$(progress tokens_out)" = 80 ]
}

@test "an agent that sums over its whole session is not counted twice" {
	cat >"$ROOM/whole" <<-'END'
	#!/bin/sh
	echo '{"type":"session","id":"s1"}'
	if [ ! -e "$RCA_TASK/second" ]; then
		: >"$RCA_TASK/second"
		echo '{"type":"usage","in":100,"out":10}'
		exit 3
	fi
	echo '{"type":"end","text":"fine","in":250,"out":25}'
	END
	chmod +x "$ROOM/whole"
	printf '%s\n' "start=$ROOM/whole" "resume=$ROOM/whole" prompt=stdin session=capture \
		sums=session 'event.session=type=session : id=id' \
		'event.usage=type=usage : in=in out=out' \
		'event.end=type=end : result=text in=in out=out' \
		>"$XDG_CONFIG_HOME/rca/agents/whole"
	task whole x
	wrap
	wrap
	ended completed
	[ "$(progress tokens_in)" = 250 ]
	[ "$(progress tokens_out)" = 25 ]
}

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
