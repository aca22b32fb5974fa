#!/usr/bin/env bats
# shellcheck disable=SC1003,SC2016,SC2030,SC2031
# Agents in their own interface (rca-mktask -i): a script in the place of each, which shows a screen
# of t/data/screens and does what is typed to it
load ../harness/lib

setup()
{
	rca_setup
	quick
	mkdir "$ROOM/bin"
	PATH=$ROOM/bin:$PATH
	SCREENS=$TOP/t/data/screens
	export SCREENS ROOM
}

teardown()
{
	rca_teardown
}

# tui AGENT: puts a program of that name into PATH. Its argv is in ROOM/argv.N, what is typed to it
# in ROOM/typed.N; ROOM/screen.N names its first screen,
# with ROOM/restless it writes all the time,
# after Enter it shows the idle one; "quit N" ends it.
tui()
{
	cat >"$ROOM/bin/$1" <<'END'
#!/bin/bash
n=$(($(cat "$ROOM/count" 2>/dev/null || echo 0) + 1))
echo "$n" >"$ROOM/count"
echo "$TERM" >"$ROOM/term.$n"
printf '%s\n' "$@" >"$ROOM/argv.new"
mv "$ROOM/argv.new" "$ROOM/argv.$n" # whole when it is there: who waits for it reads it at once
agent=${0##*/}
show()
{
	printf '\033[2J\033[H'
	sed 's/$/\r/' "$SCREENS/$1.txt" | tail -n 40 | head -c -2
}
stty raw -echo
if [ -e "$ROOM/restless" ]; then
	while :; do
		printf '\0337\0338'
		sleep 0.3
	done &
fi
next=$(cat "$ROOM/screen.$n" 2>/dev/null || echo "$agent-idle")
show "$next"
# bash reads a single character in a mode of its own, where Enter is a newline
while IFS= read -r -n 1 -d '' c; do
	printf %s "$c" >>"$ROOM/typed.$n"
	case $next:$c in
	claude-trust:1) next=claude-bypass-warning; show "$next" ;;
	claude-bypass-warning:2) next=claude-idle; show "$next" ;;
	claude-bypass-warning:1 | claude-trust:2 | *-warning:$'\n' | *-trust:$'\n') exit 1 ;;
	*:$'\n') show "$agent-idle"; line='' ;;
	*) line=$line$c; printf %s "$c" ;;
	esac
	case $line in quit\ [0-9]) exit "${line#quit }" ;; esac
done
END
	chmod +x "$ROOM/bin/$1"
}

# it_runs AGENT [mktask option...]: a task of that agent, launched; waits until its program runs
it_runs()
{
	tui "$1"
	task "$1" a -i "${@:2}"
	rca-launch "$T"
	started_times 1
}

started_times()
{
	wait_for 10 test -e "$ROOM/argv.$1"
}

shows()
{
	[[ "$(rca-probe -k "$T")" == *"screen=$1"* ]]
}

# argv N: its words, each in < >
argv()
{
	sed 's/.*/<&>/' "$ROOM/argv.$1" | tr -d '\n'
}

stamp()
{
	get created_at
}

@test "claude is started in its own interface, told only where its prompt is" {
	it_runs claude -m opus
	[ "$(argv 1)" = "<--dangerously-skip-permissions><--settings><$T/settings.json><--session-id><$(cat "$T/session_id")><--model><claude-opus-4-6><Read $T/prompt and do what it says (task of $(stamp)).>" ]
	[ "$(cat "$ROOM/term.1")" = screen-256color ]
	wait_for 5 shows idle
	rca-send "$T" -K q u i t Space 0
	wait_done
	ended completed
}

@test "codex, opencode and pi, too" {
	local a

	for a in codex opencode pi; do
		rm -f "$ROOM"/argv.* "$ROOM"/screen.* "$ROOM/count"
		tui "$a"
		[ "$a" != opencode ] || echo opencode-finished >"$ROOM/screen.1"
		task "$a" a -i
		rca-launch "$T"
		started_times 1
		tail -n 1 "$ROOM/argv.1" |
			grep -Fx "Read $T/prompt and do what it says (task of $(stamp))."
		case $a in
		codex) [ "$(argv 1)" = "<--no-daemon><--dangerously-bypass-approvals-and-sandbox><Read $T/prompt and do what it says (task of $(stamp)).>" ] ;;
		opencode) [[ "$(argv 1)" == '<--prompt><Read '* ]] ;;
		pi) [[ "$(argv 1)" == "<--session><$T/session.jsonl><Read "* ]] ;;
		esac
		wait_for 5 shows idle
		rca-send -f "$T" -K q u i t Space 0
		wait_done
		ended completed
	done
}

@test "without a prompt it is started without one, and a later one is given when it goes on" {
	tui claude
	T=$(rca-mktask -i -a claude -n a -d "$PROJECT")
	rca-launch "$T"
	started_times 1
	[ "$(argv 1)" = "<--dangerously-skip-permissions><--settings><$T/settings.json><--session-id><$(cat "$T/session_id")>" ]
	wait_for 5 shows idle
	rca-send "$T" -K q u i t Space 0
	wait_done
	mkdir -p "$HOME/.claude/projects/x"
	echo '{}' >"$HOME/.claude/projects/x/$(cat "$T/session_id").jsonl"
	echo 'the prompt' | rca-launch -r -p - "$T"
	started_times 2
	wait_for 5 shows idle
	rca-send "$T" -K q u i t Space 0
	wait_done
	ended completed
}

@test "killed, it is resumed in its session and told to go on" {
	it_runs claude
	mkdir -p "$HOME/.claude/projects/x"
	echo '{}' >"$HOME/.claude/projects/x/$(cat "$T/session_id").jsonl"
	rca-monitor -d "$T" 3>&-
	kill -9 "$(cat "$T/pid")"
	started_times 2
	[ "$(argv 2)" \
		= "<--dangerously-skip-permissions><--settings><$T/settings.json><--resume><$(cat \
		"$T/session_id")><Read $T/input and do what it says (task of $(stamp)).>" ]
	grep -q '^Your work on this task was interrupted' "$T/input"
	wait_for 5 shows idle
	rca-send "$T" -K q u i t Space 3
	started_times 3
	wait_for 5 shows idle
	rca-send "$T" -K q u i t Space 0
	wait_done
	ended completed
	history_has 'crashed reason=exit:3'
}

@test "one that ends at once again and again has failed" {
	tui claude
	printf '#!/bin/sh\nexit 1\n' >"$ROOM/bin/claude"
	task claude a -i
	rca-launch "$T"
	rca-monitor -d "$T" 3>&-
	wait_done 20
	ended failed
	[ "$(get attempt)" = 3 ]
}

# Two conversations that hold the path, one of which is ours.
rollouts()
{
	local d=$HOME/.codex/sessions/2026/11/21 words id

	mkdir -p "$d"
	words="Read $T/prompt and do what it says (task of"
	id=01a1fc1f-a9e0-7b43-b11d
	echo '{"type":"response_item","payload":{"content":[{"text":"'"$words $(stamp)"')."}]}}' \
		>"$d/rollout-2026-11-21T03-21-35-$id-$1.jsonl"
	echo '{"output":"rca says: \"'"$words $(stamp)"').\""}' \
		>"$d/rollout-2026-11-21T03-22-35-$id-222222222222.jsonl"
	echo '{"text":"'"$words"' 2020-01-01T00:00:00Z)."}' \
		>"$d/rollout-2026-11-21T03-23-35-$id-333333333333.jsonl"
}

@test "codex' session is the one that holds this task's first words, not the latest" {
	it_runs codex
	rollouts 111111111111
	rca-monitor -d "$T" 3>&-
	kill -9 "$(cat "$T/pid")"
	started_times 2
	[ "$(argv 2)" = "<resume><--no-daemon><--dangerously-bypass-approvals-and-sandbox><01a1fc1f-a9e0-7b43-b11d-111111111111><Read $T/input and do what it says (task of $(stamp)).>" ]
	rca-reap -k "$T"
}

@test "where it cannot be known, it is begun anew, and history says so" {
	it_runs codex
	rollouts 111111111111
	rollouts 111111111112
	rca-monitor -d "$T" 3>&-
	kill -9 "$(cat "$T/pid")"
	started_times 2
	[[ "$(argv 2)" == \
		"<--no-daemon>"*"<Read $T/input and do what it says (task of $(stamp)).>" ]]
	grep -q 'conversation is lost' "$T/input"
	grep -qx 'do the work' "$T/input"
	history_has 'session_lost .*because='
	rca-reap -k "$T"
}

@test "opencode's session is found in its database" {
	tui opencode
	mkdir -p "$HOME/.local/share/opencode"
	task opencode a -i
	echo opencode-finished >"$ROOM/screen.2"
	rca-launch "$T"
	started_times 1
	{
		head -c 300000 /dev/zero
		printf 'ses_other","text":"something else"}'
		head -c 2000 /dev/zero
		printf 'x"sessionID":"ses_e03e0fe7effexAwFKcu0RxYAkl","messageID":"msg_1","type":"text","text":"Read %s/prompt and do what it says (task of %s)."}' "$T" "$(stamp)"
		head -c 70000 /dev/zero
		printf 'ses_later","text":"something else"}'
	} >"$HOME/.local/share/opencode/opencode.db-wal"
	rca-monitor -d "$T" 3>&-
	kill -9 "$(cat "$T/pid")"
	started_times 2
	[ "$(argv 2)" = '<-s><ses_e03e0fe7effexAwFKcu0RxYAkl>' ]
	# which leaves its words to be typed
	said()
	{
		[ "$(head -n 1 "$ROOM/typed.2" 2>/dev/null)" \
			= "Read $T/input and do what it says (task of $(stamp))." ]
	}
	wait_for 10 said
	wait_for 5 history_has '^[^ ]* said '
	[ -z "$(get say)" ]
	rca-reap -k "$T"
}

@test "claude's trust and bypass dialogs are answered by the number of what accepts" {
	tui claude
	echo claude-trust >"$ROOM/screen.1"
	: >"$ROOM/restless" # never still, as opencode's
	task claude a -i
	rca-launch "$T"
	started_times 1
	wait_for 5 shows waiting
	rca-monitor -d "$T" 3>&-
	wait_for 20 shows idle
	[ "$(cat "$ROOM/typed.1")" = 12 ]
	history_has 'answered dialog=trust key=1'
	history_has 'answered dialog=bypass-warning key=2'
	rca-reap -k "$T"
}

@test "any other dialog is for the user" {
	tui claude
	echo claude-permission >"$ROOM/screen.1"
	task claude a -i
	rca-launch "$T"
	started_times 1
	rca-monitor -d "$T" 3>&-
	wait_for 20 history_has waiting_for_input
	[ ! -s "$ROOM/typed.1" ]
	complains 1 'it asks' rca-send "$T" hello
	complains 1 'it asks' rca-send "$T" -K Enter
	[ ! -s "$ROOM/typed.1" ]
	rca-send -f "$T" -K 2
	wait_for 5 grep -qx 2 "$ROOM/typed.1"
	is_status running
	rca-reap -k "$T"
}

@test "rca-send keeps its words from an agent at work, and from a screen it does not know" {
	tui claude
	echo claude-working >"$ROOM/screen.1"
	task claude a -i
	rca-launch "$T"
	started_times 1
	wait_for 5 shows working
	complains 1 'it is at work' rca-send "$T" hello
	[ ! -s "$ROOM/typed.1" ]
	rca-send "$T" -K Escape
	wait_for 5 test -s "$ROOM/typed.1"
	rca-reap -k "$T"
	rm -rf "$ROOM"/argv.* "$ROOM"/typed.* "$ROOM/count"
	echo ../README >"$ROOM/screen.1"
	task claude b -i
	rca-launch "$T"
	started_times 1
	complains 1 'not recognised' rca-send "$T" hello
	[ ! -s "$ROOM/typed.1" ]
	rca-reap -k "$T"
}

# boxed: a claude whose input box shows what is typed
boxed()
{
	cat >"$ROOM/bin/claude" <<'END'
#!/bin/bash
echo 1 >"$ROOM/argv.1"
stty raw -echo
rule=$(printf '─%.0s' $(seq 100))
draw()
{
	printf '\033[2J\033[Hhello\r\n\r\n%s\r\n❯ %s\r\n%s\r\n  ? for shortcuts' "$rule" "$line" "$rule"
}
line=''
draw
while IFS= read -r -n 1 -d '' c; do
	[ ! -e "$ROOM/dead" ] || continue
	if [ "$c" = $'\n' ]; then
		# as in claude: a backslash before Enter begins a new line, @ opens a menu of names
		case $line in
		*\\) line=${line%?}$'\r\n  ' ;;
		*@REA) line=${line}DME.md\  ;;
		*) [ -e "$ROOM/stuck" ] || { printf '<%s>\n' "$line" >>"$ROOM/said"; line=''; } ;;
		esac
	else
		line=$line$c
	fi
	draw
done
END
	chmod +x "$ROOM/bin/claude"
	task claude a -i
	rca-launch "$T"
	started_times 1
	wait_for 5 shows idle
}

@test "rca-send says if the text did not appear, or is still in the input box" {
	boxed
	rca-send "$T" one
	wait_for 5 grep -qsx '<one>' "$ROOM/said"
	: >"$ROOM/stuck"
	complains 1 'is still in its input box' rca-send "$T" two
	[ "$(cat "$ROOM/said")" = '<one>' ]
	rm "$ROOM/stuck"
	rca-send "$T" -K Enter
	wait_for 5 grep -qx '<two>' "$ROOM/said"
	: >"$ROOM/dead"
	complains 1 'did not appear' rca-send "$T" three
	rca-reap -k "$T"
}

@test "rca-send -n leaves its words in the input box, seen, for whoever presses Enter" {
	box() { tmux -S "$RCA_HOME/tmux.sock" capture-pane -p -t =claude-a: | grep -qxF "❯ $1"; }
	boxed
	rca-send -n "$T" 'see @REA'
	wait_for 5 box 'see @REA'
	[ ! -e "$ROOM/said" ]
	rca-send "$T" ' twice'
	wait_for 5 grep -qsxF '<see @REA twice>' "$ROOM/said"
	: >"$ROOM/dead"
	complains 1 'did not appear in its input box' rca-send -n "$T" three
	rca-reap -k "$T"
	rm "$ROOM/dead" "$ROOM"/argv.*
	rm -rf "$ROOM/count"
	tui claude
	echo claude-working >"$ROOM/screen.1"
	task claude c -i
	rca-launch "$T"
	started_times 1
	wait_for 5 shows working
	complains 1 'it is at work' rca-send -n "$T" hello
	[ ! -s "$ROOM/typed.1" ]
	rca-reap -k "$T"
}

@test "a text whose end would hold back Enter gets a blank, as the agent's file says" {
	boxed
	for text in 'C:\src\' '\\' 'see @REA' 'second'; do
		rca-send "$T" "$text"
	done
	printf '%s\n' one 'two\' | rca-send "$T"
	printf '%s\n' '<C:\src\ >' '<\\ >' '<see @REA >' '<second>' >"$ROOM/want"
	wait_for 5 grep -q two "$ROOM/said"
	head -n 4 "$ROOM/said" | diff "$ROOM/want" -
	grep -v '^blank_after=' "$TOP/lib/plugins/agents/claude" \
		>"$XDG_CONFIG_HOME/rca/agents/claude"
	complains 1 'is still in its input box' rca-send "$T" 'C:\src\'
	rca-send "$T" -K x Enter
	wait_for 5 grep -q 'x>' "$ROOM/said"
	complains 1 'is still in its input box' rca-send "$T" 'see @REA'
	rca-reap -k "$T"
}

@test "rca-wait -p waits until the interface is back at its input box" {
	for agent in claude codex; do
		rm -rf "$ROOM"/argv.* "$ROOM"/typed.* "$ROOM/count"
		tui "$agent"
		echo "$agent-working" >"$ROOM/screen.1"
		task "$agent" a -i
		rca-launch "$T"
		started_times 1
		wait_for 5 shows working
		timeout 30 rca-wait -p "$T" >"$ROOM/out" 3>&- &
		run rca-wait -p -t 2 "$T"
		[ "$status" = 99 ]
		[ ! -s "$ROOM/out" ]
		rca-send "$T" -K Enter
		wait $!
		[ "$(<"$ROOM/out")" = "$agent-a prompt" ]
		rca-reap -k "$T"
	done
}

@test "rca-wait -p: a dialog is no prompt, nor is what a task leaves that ends first" {
	tui claude
	echo claude-permission >"$ROOM/screen.1"
	task claude a -i
	rca-launch "$T"
	started_times 1
	wait_for 5 shows waiting
	run rca-wait -p -t 2 "$T"
	[ "$status" = 99 ]
	timeout 30 rca-wait -p "$T" >"$ROOM/out" 3>&- &
	rca-reap -k "$T"
	code=0
	wait $! || code=$?
	[ "$code" = 1 ]
	[ "$(<"$ROOM/out")" = 'claude-a stopped' ]
	run rca-wait -p "$T"
	[ "$status" = 1 ]
}

@test "an idle interface is not hung, has no deadline, and a monitor leaves it alone" {
	it_runs claude
	wait_for 5 shows idle
	echo 'watched_since=2020-01-01T00:00:00Z' >>"$T/manifest"
	rca-monitor -d "$T" 3>&-
	wait_for 10 history_has 'pane state=idle'
	touch -d '2 hours ago' "$T/output.log" "$T/pid"
	# longer than its first checks would need to call it so
	WAIT_SCALE=1 not wait_for 4 history_has 'quiet|hung|abandoned' >/dev/null
	is_status running
	locked "$T/monitor.lock"
	[ "$(get attempt)" = 1 ]
	rca-reap -k "$T"
	ended stopped
}
