# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# How rca-wrap judges the end of an attempt, by recordings of the real programs.
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

# judged AGENT STATUS CODE REASON SCENARIO...: CODE `=` is what the program exited with, `!0`
# anything but 0; REASON a pattern.
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
		if [ "$(status_of)" != "$want" ] || ! get reason | grep -qE -e "$reason" ||
			! code_is "$code" "$real"; then
			echo "$agent $s: $(status_of) reason=$(get reason), exit $W"
			echo "wanted $want $code (real $real) $reason"
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
	judged claude completed 0 '^end$' text tool toolfail e529x2 e429x1 empty hook-tool partial \
		resumeA-2
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

@test "claude: success with is_error, limits of turns, money, tokens: not completed" {
	unfinished claude maxtok maxturns budget sigINT-tool emptyprompt noroot noverbose \
		resumeA-3-sameid resumeA-4-nosuch resumeC-4
}

@test "codex: what ended well is completed" {
	judged codex completed 0 '^end$' text tool toolfail e529x2 e429x1 resetx1 empty resumeA-2 \
		resumeA-5-notuuid
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
	judged pi completed 0 '^end$' text tool toolfail e529x2 e429x1 empty resumeA-2 \
		resumeA-3-missingfile resumeC-2
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
