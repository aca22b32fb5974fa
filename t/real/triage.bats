#!/usr/bin/env bats
# rca-triage with its default model, the real claude -p, against a scripted model server
# shellcheck disable=SC2030,SC2031

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

# A task that runs, of which no rule says anything; as if the agent in it had called our tools.
setup()
{
	RCA_HOME=$(mktemp -d /tmp/rca.XXXXXX)
	KEY=triage$BATS_TEST_NUMBER
	real_home "$BATS_TEST_TMPDIR/home" text none
	export RCA_HOME CLAUDECODE=1 CLAUDE_CODE_ENTRYPOINT=cli
	mkdir "$BATS_TEST_TMPDIR/project"
	cd "$BATS_TEST_TMPDIR/project" || return 1
	T=$(rca-mktask -n a -k goal='the goal of PROMPT-ONE' -d "$PWD" -- sh \
		-c 'echo log-line; exec sleep 1000')
	rca-launch -e none "$T" >/dev/null 3>&-
	real_wait 10 grep -qs log-line "$T/output.log"
}

teardown()
{
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		cat "$T/history" "$T/triage.log" || true
	fi
	rca-reap -k "$T" >/dev/null 2>&1 || true
	real_wait 10 rm -rf "$RCA_HOME" # a hook that it did not wait for may still write there
}

# model_says WORD - the model does, from now on
model_says()
{
	export ANTHROPIC_BASE_URL=http://127.0.0.1:$REAL_PORT/s/say-$1~$KEY
}

@test "the default model gives the verdict, sees the question, has no tools, leaves no session" {
	local word

	for word in FINE NEEDS_NUDGE STUCK DONE ESCALATE; do
		model_says "$word"
		run -0 --separate-stderr rca-triage "$T" Stop
		[[ "$output" == "$word the model judges"* ]]
	done
	[ "$(real_turns "$KEY")" = 5 ]
	[ "$(real_log "$KEY" .tools | sort -u)" = 0 ]
	[ "$(real_log "$KEY" .model | sort -u | grep -c haiku)" = 1 ]
	real_log "$KEY" '.conv[-1].text' | head -n 1 | grep -qF '| the goal of PROMPT-ONE\n'
	real_log "$KEY" '.conv[-1].text' | head -n 1 | grep -qF '| log-line\n'
	[ -z "$(find "$HOME/.claude/projects" -name '*.jsonl' 2>/dev/null)" ]
	[ ! -e "$T/triage.log" ]
}

@test "a model service that refuses is ESCALATE, and triage.log says why" {
	model_says 401
	export CLAUDE_CODE_MAX_RETRIES=0
	run -0 --separate-stderr rca-triage -x "$T" Stop
	[[ "$output" == ESCALATE*'the model failed: claude: exit code 1'* ]]
	grep -qi '401\|authenticat' "$T/triage.log"
}

@test "the model's own hooks do not call triage again" {
	model_says FINE
	rca-hook -i "$HOME"
	grep -q rca-hook "$HOME/.claude/settings.json"
	run -0 rca-triage -x "$T" Stop
	[ "$(real_turns "$KEY")" = 1 ]
	run ! grep -q ' hook ' "$T/history"
	# they would: the same program, called by somebody else
	unset CLAUDECODE CLAUDE_CODE_ENTRYPOINT
	echo hello | RCA_TASK=$T claude -p --no-session-persistence >/dev/null
	real_wait 10 grep -q ' hook event=Stop' "$T/history"
}
