# shellcheck shell=sh disable=SC2154
# What the fake agents share; each program reads its argv, defines how its events look, and calls `act`.
#
# FAKE_DIR/log gets a line for each start, FAKE_DIR/TASK/ holds what was seen: starts, prompt.N, argv.N, env.N, printed (all bytes that went to stdout).
# FAKE (or the file FAKE_DIR/TASK/fake) holds one word an attempt; past the last it is `ok`, or the last one again if `...` ends the list.
#
#   ok                        text, a tool call, text, end
#   crash:N hang:N deaf:N     SIGKILL / sleep / sleep and ignore TERM after step N: 0 started, 1 init, 2 text, 3 tool open, 4 tool ended, 5 last text, 6 end
#   hold:N                    after step N make TASK/held and wait until somebody writes to the fifo TASK/go
#   busy:S quiet:S retry:S    S seconds of silence after step 2: with processor time, without, after a retry notice
#   tool:S                    the tool takes S seconds
#   slow:S                    S seconds between steps
#   child stay                a shell of the tool outlives the end; the program itself does
#   limit:S error:CODE exit:N usage limit for S more seconds (none: it does not say until when); an API error; an exit without an end event, mute:N without any event
#   dwell:CODE                an API error, and no exit
#   bigline:B bigresult:B     an event, a final text (TASK/result.raw) of B bytes
#   many:N                    N texts
#   garbage half              noise between the events; death in the middle of a line
#   check                     does what the check complained of (FIX:file), only when told
#   script:FILE               after its init, what FILE says in sh, in the words of the agent's fake
#   replay:BASE               BASE.stdout.jsonl, BASE.stderr, and the exit of BASE.exit
set -eu

: "${FAKE_DIR:?}" "${RCA_TASK:?}"
trap '' XFSZ # a full disk is the wrapper's concern
state=$FAKE_DIR/${RCA_TASK##*/}
resumed=''

say()
{
	printf '%s\n' "$1" >>"$FAKE_DIR/log"
}

# Everything for stdout passes here (printf format first), so that tests know what was printed.
out()
{
	# shellcheck disable=SC2059
	printf "$@" || exit 1
	# shellcheck disable=SC2059
	printf "$@" >>"$state/printed" 2>/dev/null || :
}

out_file()
{
	cat "$1" || exit 1
	cat "$1" >>"$state/printed" 2>/dev/null || :
}

# A child without the lock of the agent itself (8), but with the one of its tree (9).
nap()
{
	sleep "$1" 8>&-
}

rest()
{
	while :; do nap 1000; done
}

die()
{
	kill -9 "${victim:-$$}"
	rest
}

begin()
{
	[ -d "$state" ] || mkdir -p "$state"
	n=1
	if [ -e "$state/starts" ]; then
		while read -r _; do n=$((n + 1)); done <"$state/starts"
	fi
	exec 8>>"$state/lock" 9>>"$state/tree.lock"
	seen=0
	"${0%/*}/seen" "$state" "$n" "$@" || seen=$?
	[ "$seen" -le 3 ] || { echo "t/fake/seen ends with $seen: has make units been run?" >&2; exit 111; }
	[ $((seen % 2)) = 0 ] || say "DOUBLE task=${RCA_TASK##*/} pid=$$ attempt=$n"
	[ "$seen" -lt 2 ] || say "LEFTOVER task=${RCA_TASK##*/} pid=$$ attempt=$n"
	echo "$$" >>"$state/starts"
	[ -z "${FAKE_LOOK-}" ] || ls -l "/proc/$$/fd" >"$state/fd.$n"
	choose
}

choose()
{
	word=ok last=ok i=0
	[ ! -e "$state/fake" ] || read -r FAKE <"$state/fake"
	for w in ${FAKE-}; do
		i=$((i + 1))
		[ "$w" != ... ] || { word=$last; return; }
		[ "$i" -ne "$n" ] || { word=$w; return; }
		last=$w
	done
}

# The line in the log.
started()
{
	first=''
	[ -e "$state/prompt.$n" ] || cat >"$state/prompt.$n"
	read -r first <"$state/prompt.$n" || :
	say "START agent=$agent task=${RCA_TASK##*/} attempt=$n ${resumed:-fresh} session=$session pid=$$ word=$word prompt=$first"
}

refuse()
{
	say "REFUSED agent=$agent task=${RCA_TASK##*/} attempt=$n $1"
	printf '%s\n' "$1" >&2
	exit "${2:-1}"
}

is()
{
	case $word in "$1":*) arg=${word#*:} ;; *) return 1 ;; esac
}

step()
{
	case $word in
	crash:"$1") die ;;
	hang:"$1") rest ;;
	deaf:"$1") trap '' TERM INT HUP; rest ;;
	hold:"$1") mkfifo "$state/go"; : >"$state/held"; read -r _ <"$state/go" || :; rm -f "$state/held" "$state/go" ;;
	slow:*) nap "${word#*:}" ;;
	esac
}

tool_shell()
{
	case $word in
	*:3) setsid sleep 1000 8>&- & ;;
	tool:*) setsid sleep "${word#*:}" 8>&- & wait $! ;;
	child) setsid sh -c 'sleep 1000; :' 8>&- >/dev/null 2>&1 & ;;
	esac
}

silence()
{
	if is quiet; then
		nap "$arg"
	elif is retry; then
		ev_retry 529 overloaded
		nap "$arg"
	elif is busy; then
		end=$(($(date +%s) + arg))
		while [ "$(date +%s)" -lt "$end" ]; do
			i=0
			while [ $i -lt 20000 ]; do i=$((i + 1)); done
		done
	fi
}

garbage()
{
	out '\000\000\001\377\376 noise \300\200 \355\240\200\n'
	out '{not json at all\n'
	out '{"type":"assistant","message":{"content":[{"type":"text","text":\n'
	out '[1,2,3]\n"just a string"\nnull\n\n'
	out '{"type":"result","subtype":7,"is_error":"maybe","result":{"a":[]}}\n'
	out '{"type":"text","part":[],"item":3,"message":"none"}\n'
	out '{"type":"unheard_of","text":"bad \377\376 utf-8 \\ud800 \033[31mred\033[0m"}\n'
}

# B bytes of text that has all that is hard in it, and its JSON form.
big_text()
{
	awk -v b="$arg" 'BEGIN {
		for (n = i = 0; n < b; n += length(s) + 1) { s = sprintf("line %d: \"quoted\" back\\slash \303\251 \346\274\242 \360\237\230\200 tab\tend", ++i); print s }
	}' | head -c "$arg" | sed '$s/[^ -~]*$/!/' >"$state/result.raw"
	tab=$(printf '\t')
	LC_ALL=C sed 's/[\\"]/\\&/g; s/'"$tab"'/\\t/g; s/é/\\u00e9/g; s/😀/\\ud83d\\ude00/g' "$state/result.raw" | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }' >"$state/result.json"
}

replay()
{
	[ ! -e "$arg.stderr" ] || cat "$arg.stderr" >&2
	out_file "$arg.stdout.jsonl"
	code=$(sed -n 's/.*"exit": *\(-\{0,1\}[0-9]*\).*/\1/p' "$arg.exit")
	case $code in
	-*) kill -"${code#-}" "${victim:-$$}" ;;
	*) exit "$code" ;;
	esac
	exit 0
}

limit()
{
	if [ "$arg" = none ]; then
		ev_limit_unsaid
	elif [ "$arg" -gt 1000000000 ]; then
		ev_limit "$arg"
	else
		ev_limit $(($(date +%s) + arg))
	fi
}

finish()
{
	ev_end "$1"
	step 6
	[ "$word" != stay ] || rest
	exit 0
}

act()
{
	step 0
	is replay && replay
	is mute && exit "$arg"
	ev_init
	step 1
	# shellcheck disable=SC1090
	is script && { . "$arg"; exit 0; }
	is dwell && { ev_error "$arg"; rest; }
	is error && { ev_error "$arg"; exit "$error_exit"; }
	is limit && { limit; exit "$error_exit"; }
	ev_text "working on it, attempt $n"
	step 2
	is exit && exit "$arg"
	silence
	[ "$word" != garbage ] || garbage
	! is many || for i in $(seq "$arg"); do ev_text "text number $i"; done
	[ "$word" != half ] || { out '{"type":"assistant","message":{"id":"half'; die; }
	if is bigline; then
		ev_big "$arg"
	else
		ev_tool "call_$n" 'make all'
		tool_shell
		step 3
		if [ "$word" = check ] && grep -q '^FIX:' "$state/prompt.$n"; then
			: >"$(sed -n 's/^FIX://p;' "$state/prompt.$n" | head -1)"
		fi
		ev_toolend "call_$n" 'tool-ran'
	fi
	step 4
	final="all done by $agent, attempt $n"
	if is bigresult; then
		big_text
		finish @big
	fi
	ev_text "$final"
	step 5
	finish "$final"
}
