#!/usr/bin/env bats
# The hooks of claude, and of codex, as the real programs call them: ours beside the project's, from
# an installation and for a project with blanks and quotes in their paths
# shellcheck disable=SC2016,SC2030,SC2031,SC2089,SC2090

bats_require_minimum_version 1.5.0
load lib

setup_file()
{
	# what has blanks in its path is what a hook has to live with
	TOOLS="$BATS_FILE_TMPDIR/our 'tools'"
	mkdir "$TOOLS"
	cp -R "$BATS_TEST_DIRNAME/../../bin" "$BATS_TEST_DIRNAME/../../lib" "$TOOLS"
	real_begin "$TOOLS/bin"
	export TOOLS
}

teardown_file()
{
	real_server_stop
}

teardown()
{
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		tail -n 40 "$T/manifest" "$T/history" "$T/output.log" || true
		tmux -S "$RCA_HOME/tmux.sock" capture-pane -p -t "=${T##*/}:" | grep -v '^ *$' ||
			true
	fi
	rca-reap -k "$T" >/dev/null 2>&1 || true
	tmux -S "$RCA_HOME/tmux.sock" kill-server 2>/dev/null || true
	real_wait 10 rm -rf "$RCA_HOME" # a hook that it did not wait for may still write there
}

# begin SCENARIO [OPTION...] - a task of claude in a project that has a hook of its own
begin()
{
	KEY=hooks$BATS_TEST_NUMBER
	real_home "$BATS_TEST_TMPDIR/home" "$1" "$KEY"
	shift
	echo '{"hasCompletedOnboarding":true,"theme":"dark"}' >"$HOME/.claude.json"
	export CLAUDE_CODE_MAX_RETRIES=1
	RCA_HOME=$(mktemp -d /tmp/rca.XXXXXX)
	export RCA_HOME
	mkdir -p "$XDG_CONFIG_HOME/rca" "$BATS_TEST_TMPDIR/a \"project\" of 'his'/.claude"
	echo 'triage=echo FINE' >"$XDG_CONFIG_HOME/rca/config"
	cd "$BATS_TEST_TMPDIR/a \"project\" of 'his'" || return 1
	for event in Stop StopFailure PostToolUseFailure Notification; do
		echo "{\"$event\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"echo $event >>'$BATS_TEST_TMPDIR/his-own'\"}]}]}"
	done | jq -s '{hooks: add}' >.claude/settings.json
	cp .claude/settings.json "$BATS_TEST_TMPDIR/his.json"
	echo PROMPT-ONE >../prompt
	T=$(rca-mktask -a claude -n hooked -d "$PWD" -p ../prompt "$@")
}

# wrap STATUS - one attempt, in the foreground
wrap()
{
	rca-wrap "$T" >/dev/null 2>&1 </dev/null 3>&- || true
	[ "$(real_get "$T" status)" = "$1" ]
	cmp .claude/settings.json "$BATS_TEST_TMPDIR/his.json"
}

# told EVENT DECISION - the history has it, once; the project's own hook has run, too
told()
{
	grep -E " hook event=$1 decision=$2" "$T/history"
	[ "$(grep -cE " hook event=$1 " "$T/history")" = 1 ]
	case $1 in
	Session*) ;;
	*) [ "$(grep -cx "${1%%:*}" "$BATS_TEST_TMPDIR/his-own")" = 1 ] ;;
	esac
}

@test "a task that goes well: begun, done, ended; the project's hooks run beside ours" {
	begin tool
	wrap completed
	told SessionStart:startup record
	told Stop record
	told SessionEnd:other record
	[ "$(grep -c ' hook ' "$T/history")" = 3 ]
	[ ! -e "$T/hooks" ]
}

@test "a tool that fails" {
	begin toolfail
	wrap completed
	told PostToolUseFailure:Bash triage
	grep -q 'tool=Bash text="Exit code 3 oops"' "$T/history"
}

@test "401: somebody is needed" {
	begin e401
	wrap failed
	told StopFailure:authentication_failed escalate
}

@test "400: likewise, though claude has no word for it" {
	begin e400
	wrap failed
	told StopFailure:400 escalate
}

@test "500: a model is asked" {
	begin e500
	wrap crashed
	told StopFailure:server_error triage
}

@test "a project in which rca-hook is installed, too: each event is acted on once" {
	begin toolfail
	rca-hook -i .
	cp .claude/settings.json "$BATS_TEST_TMPDIR/his.json"
	wrap completed
	grep " hook " "$T/history"
	[ "$(grep -c 'PostToolUseFailure:Bash decision=triage' "$T/history")" = 1 ]
}

@test "hooks=no: none of ours" {
	begin text -k hooks=no
	wrap completed
	run ! grep ' hook ' "$T/history"
	grep -qx Stop "$BATS_TEST_TMPDIR/his-own"
}

@test "in its own interface: it asks for permission, and its turn ends" {
	# as somebody would have it who does not trust the task with everything
	begin tool -i
	mkdir -p "$XDG_CONFIG_HOME/rca/agents"
	sed 's/--dangerously-skip-permissions/--permission-mode default/' \
		"$TOOLS/lib/plugins/agents/claude" >"$XDG_CONFIG_HOME/rca/agents/claude"
	export MONITOR_BASE_INTERVAL=2
	rca-launch "$T" >/dev/null 3>&-
	rca-monitor -d "$T" 3>&-
	real_wait 90 grep -q 'Notification:permission_prompt decision=triage' "$T/history"
	rca-send -f "$T" -K Enter
	real_wait 30 grep -q 'hook event=Stop decision=triage' "$T/history"
	grep -qx Notification "$BATS_TEST_TMPDIR/his-own"
}

@test "a session begun by hand is known by its directory once it is registered" {
	begin text
	rca-reap -k -r "$T"
	rca-hook -i .
	# Its question about trust draws itself anew while it starts, and loses the mark's place and
	# keys.
	jq --arg dir "$PWD" '.projects[$dir].hasTrustDialogAccepted = true' "$HOME/.claude.json" \
		>../claude.json
	mv ../claude.json "$HOME/.claude.json"
	tmux -S "$RCA_HOME/tmux.sock" -f /dev/null new-session -d -x 120 -y 40 -s his -c "$PWD" -- \
		sh -c 'until [ -e ../go ]; do sleep 0.1; done; exec claude'
	T=$(rca-mktask -A "$RCA_HOME/tmux.sock:his" -a claude -d "$PWD" -n his)
	touch ../go
	real_wait 30 grep -q 'hook event=SessionStart:startup decision=record' "$T/history"
	real_wait 30 sh -c 'rca-probe "$1" | grep -qx screen=idle' - "$T"
	rca-send "$T" 'PROMPT-TWO'
	real_wait 30 grep -q 'hook event=Stop decision=triage' "$T/history"
	tmux -S "$RCA_HOME/tmux.sock" kill-session -t =his
}

@test "as a plugin: the validators take it, claude lists the skill, and its hooks reach rca" {
	begin text -k hooks=no
	rca-reap -k -r "$T"
	cp -R "$BATS_TEST_DIRNAME"/../../{.claude-plugin,SKILL.md,README.md} "$TOOLS"
	run -0 claude plugin validate --strict "$TOOLS"
	[[ "$output" == *"skills: rca:rca"* && "$output" != *warning*"rca:"* ]]
	ln -s "$TOOLS" ../rca
	skills-ref validate ../rca
	tmux -S "$RCA_HOME/tmux.sock" -f /dev/null new-session -d -s his -- sleep 1000
	T=$(rca-mktask -A "$RCA_HOME/tmux.sock:his" -a claude -d "$PWD" -n his)
	claude -p --plugin-dir "$TOOLS" --output-format stream-json --verbose <../prompt >../events
	jq -se 'map(select(.subtype == "init"))[0].skills | index("rca:rca")' ../events
	real_wait 10 grep -q 'hook event=Stop ' "$T/history"
	tmux -S "$RCA_HOME/tmux.sock" kill-session -t =his
}

@test "codex: told by its notify program, and by its hooks.json where that is trusted" {
	begin toolfail
	rca-reap -k -r "$T"
	{
		printf 'notify = ["%s"]\n' "$TOOLS/bin/rca-hook"
		cat "$CODEX_HOME/config.toml"
	} >../config && mv ../config "$CODEX_HOME/config.toml"
	T=$(rca-mktask -a codex -n told -d "$PWD" -p ../prompt)
	wrap completed
	# codex does not wait for its hook
	real_wait 10 grep ' hook event=Stop decision=record text=' "$T/history"
	rca-hook -F -i "$CODEX_HOME/hooks.json"
	mkdir -p "$XDG_CONFIG_HOME/rca/agents"
	sed 's/^start=codex exec /&--dangerously-bypass-hook-trust /' \
		"$TOOLS/lib/plugins/agents/codex" >"$XDG_CONFIG_HOME/rca/agents/codex"
	sed -i '/^notify/d' "$CODEX_HOME/config.toml"
	T=$(rca-mktask -a codex -n hooked -d "$PWD" -p ../prompt)
	wrap completed
	grep ' hook event=SessionStart:startup decision=record' "$T/history"
	grep ' hook event=Stop decision=record' "$T/history"
}
