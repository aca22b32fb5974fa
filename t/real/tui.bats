#!/usr/bin/env bats
# The four real agent programs in their own interfaces: started, read from their screens, spoken to,
# lost and resumed A file of its own: a new version of a program may draw itself differently, and
# then it is lib/engine/screen.c that has to follow.
# shellcheck disable=SC1003,SC2016,SC2030,SC2031

bats_require_minimum_version 1.5.0
load lib

setup_file()
{
	real_begin "$(cd "$BATS_TEST_DIRNAME/../../bin" && pwd)"
}

teardown_file()
{
	real_server_stop
}

teardown()
{
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		tail -n 30 "$T/manifest" "$T/history" "$T/monitor.log" || true
		look || true
	fi
	rca-reap -k "$T" >/dev/null 2>&1 || true
	tmux -S "$RCA_HOME/tmux.sock" kill-server 2>/dev/null || true
	real_wait 10 rm -rf "$RCA_HOME" # a hook that it did not wait for may still write there
}

look()
{
	tmux -S "$RCA_HOME/tmux.sock" capture-pane -p -t "=${T##*/}:" | grep -v '^ *$'
}

# begin AGENT SCENARIO - a task in the agent's own interface, watched
begin()
{
	KEY=tui$BATS_TEST_NUMBER
	real_home "$BATS_TEST_TMPDIR/home" "$2" "$KEY"
	# claude asks for a colour scheme and a login first; neither is our matter
	echo '{"hasCompletedOnboarding":true,"theme":"dark"}' >"$HOME/.claude.json"
	RCA_HOME=$(mktemp -d /tmp/rca.XXXXXX)
	export RCA_HOME MONITOR_BASE_INTERVAL=2
	mkdir "$BATS_TEST_TMPDIR/project"
	cd "$BATS_TEST_TMPDIR/project" || return 1
	echo PROMPT-ONE >../prompt
	T=$(rca-mktask -i -a "$1" -n tui -d "$PWD" -p ../prompt)
	rca-launch "$T" >/dev/null 3>&-
	rca-monitor -d "$T" 3>&-
}

shows()
{
	rca-probe -k "$T" | grep -qx "screen=$1"
}

# asked TEXT - the model was asked, last of all, something with that text
asked()
{
	real_log "$KEY" '.conv | map(select(.role == "user")) | .[-1].text // ""' | grep -qF -e "$1"
}

talk()
{
	begin "$1" text
	real_wait 60 asked "Read $T/prompt and do what it says"
	real_wait 20 shows idle
	rca-send "$T" $'-l PROMPT-TWO \'$HOME\' "é 😀"\nC-c'
	real_wait 20 asked 'PROMPT-TWO '"'"'$HOME'"'"' \"é 😀\"\nC-c'
	real_wait 20 shows idle
	[ "$(real_get "$T" attempt)" = 1 ]
}

@test "claude: asked about trust, spoken to" {
	talk claude
	grep -q 'answered dialog=trust' "$T/history"
	grep -q 'answered dialog=bypass-warning' "$T/history"
}

# each TEXT: sent on its own, as it is; Enter would have continued its line, or taken what a menu
# offers
each()
{
	for text; do
		rca-send "$T" "$text"
		real_wait 20 asked "$(printf %s "$text" | sed 's/\\/\\\\/g')"
		real_wait 20 shows idle
	done
}

@test "claude: a text that ends in a backslash or the start of a file's name is sent whole" {
	talk claude
	touch README.md
	each 'C:\src\' '\\' 'see @REA' '@README.md' '/nosuch/x is no command'
	rca-send "$T" /nosuchcommand
	unknown() { look | grep -q 'Unknown command: /nosuchcommand'; }
	real_wait 20 unknown
}

@test "pi: a text that ends in a backslash, or in the beginning of a file's name, is sent whole" {
	talk pi
	each 'C:\src\' '\\' 'see @REA' '/nosuch/x is no command'
}

@test "codex: spoken to" { talk codex; }
@test "opencode: spoken to" { talk opencode; }
@test "pi: spoken to" { talk pi; }

in_tool()
{
	[ -s tool-pid.txt ]
}

lost()
{
	begin "$1" toolslow-60
	real_wait 60 in_tool
	real_wait 10 shows working
	run -1 rca-send "$T" PROMPT-TWO
	real_written "$1"
	# shellcheck disable=SC2046 # words are wanted
	kill_all $(real_tree "$(cat "$T/pid")")
	real_wait 60 asked "Read $T/input and do what it says"
	# in the same conversation
	[ -n "$(real_log "$KEY" . | tail -n 1 |
		jq -c '.conv[] | select(.result // "" | contains("tool-output"))')" ]
	real_wait 20 shows idle
	[ "$(real_get "$T" attempt)" = 2 ]
}

@test "claude: killed in a tool call, it is resumed in its session" { lost claude; }
@test "codex: killed in a tool call, it is resumed in its session" { lost codex; }
@test "opencode: killed in a tool call, it is resumed in its session" { lost opencode; }
@test "pi: killed in a tool call, it is resumed in its session" { lost pi; }

told()
{
	[ "$(grep -c . "$BATS_TEST_TMPDIR/told" 2>/dev/null || :)" = "$1" ]
}

@test "claude: after its turn the hook asks another claude, which nudges it, then escalates" {
	printf '#!/bin/sh\nfor line; do :; done\nprintf "%%s\\n" "$line" >>%s/told\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/tell"
	chmod +x "$BATS_TEST_TMPDIR/tell"
	mkdir -p "$BATS_TEST_TMPDIR/home/.config/rca"
	url=http://127.0.0.1:$REAL_PORT/s/say-NEEDS_NUDGE~judge
	ask='claude -p --no-session-persistence --model haiku --tools='
	cat >"$BATS_TEST_TMPDIR/home/.config/rca/config" <<-END
		act=nudge
		max_nudges=1
		nudge=Do go on, PROMPT-THREE.
		notify=command $BATS_TEST_TMPDIR/tell
		triage=env ANTHROPIC_BASE_URL=$url $ask
	END
	begin claude text
	real_wait 60 asked 'Do go on, PROMPT-THREE.'
	real_wait 60 told 1
	grep -q '^rca: ESCALATE | Stop | task=claude-tui | .*nudged 1 times already.*nudges: 1/1' \
		"$BATS_TEST_TMPDIR/told"
	grep -q ' nudge count=1 max=1$' "$T/history"
	[ "$(real_get "$T" nudge_count)" = 1 ]
	[ "$(real_turns judge)" = 2 ]
	[ "$(real_turns "$KEY")" = 2 ]
	real_wait 20 shows idle
}
