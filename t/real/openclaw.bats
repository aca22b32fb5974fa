#!/usr/bin/env bats
# A real OpenClaw is woken: its gateway runs, its model is the scripted server, and what its agent
# is asked holds our line. `make -C t check-openclaw`; a minute's installation keeps it out of CI.
# shellcheck disable=SC2030,SC2031

bats_require_minimum_version 1.5.0
load lib

setup_file()
{
	REAL_BIN=$("$BATS_TEST_DIRNAME/install" openclaw)
	REAL_PATH=$BATS_TEST_DIRNAME/../../bin:$PATH
	real_server_start "$BATS_FILE_TMPDIR"
	real_home "$BATS_FILE_TMPDIR/home" text openclaw
	GATEWAY_PORT=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
	HOOK_TOKEN=$(printf 'hook%s' "$RANDOM$RANDOM$RANDOM$RANDOM$RANDOM")
	mkdir "$HOME/.openclaw"
	cat >"$HOME/.openclaw/openclaw.json" <<-END
		{"gateway":{"mode":"local","port":$GATEWAY_PORT,"bind":"loopback",
		"auth":{"mode":"token","token":"gateway-token"}},
		"hooks":{"enabled":true,"token":"$HOOK_TOKEN","path":"/hooks"},
		"models":{"providers":{"stub":{
		"baseUrl":"http://127.0.0.1:$REAL_PORT/s/text~openclaw/v1",
		"apiKey":"sk-test","api":"openai-completions",
		"models":[{"id":"stub-model","name":"stub","input":["text"],
		"contextWindow":200000,"maxTokens":1000}]}}},
		"agents":{"defaults":{"model":{"primary":"stub/stub-model"}}}}
	END
	openclaw gateway run >"$BATS_FILE_TMPDIR/gateway.log" 2>&1 </dev/null 3>&- &
	GATEWAY_PID=$!
	real_wait 120 grep -q 'http server listening' "$BATS_FILE_TMPDIR/gateway.log"
	export REAL_LOG REAL_SERVER_PID GATEWAY_PORT GATEWAY_PID HOOK_TOKEN
}

teardown_file()
{
	# shellcheck disable=SC2046
	kill_all $(real_tree "$GATEWAY_PID")
	real_server_stop
}

teardown()
{
	[ -n "${BATS_TEST_COMPLETED:-}" ] || tail -n 30 "$BATS_FILE_TMPDIR/gateway.log" "$T/history"
}

# What OpenClaw is told it quotes once more, as data; jq quotes all of it.
asked()
{
	real_log openclaw '.conv[] | select(.role == "user") | .text' | grep -F "$1" |
		grep -qF 's \\\"fine\\\" 🦞'
}

told() { grep -q ' told .*notifier=openclaw' "$T/history"; }

# woken NOTIFIER NAME - a job ends, and its line arrives in a question to OpenClaw's model, whole
woken()
{
	export RCA_HOME=$BATS_TEST_TMPDIR/r
	mkdir -p "$XDG_CONFIG_HOME/rca"
	echo "notify=openclaw $1" >"$XDG_CONFIG_HOME/rca/config"
	T=$(rca-mktask -n "$2" -d "$BATS_TEST_TMPDIR" -- echo "it's \"fine\" 🦞")
	rca-launch -e none "$T"
	real_wait 60 told
	real_wait 60 asked "rca: DONE | completed | task=command-$2 | "
}

@test "by its gateway's hook, the token from a file" {
	echo "$HOOK_TOKEN" >"$BATS_TEST_TMPDIR/token"
	woken "http://127.0.0.1:$GATEWAY_PORT token-file=$BATS_TEST_TMPDIR/token" hook
}

@test "by openclaw gateway call wake" {
	woken wake wake
}

@test "by openclaw system event" {
	woken event event
}

@test "a wrong token is a failure, and the notice waits" {
	export RCA_HOME=$BATS_TEST_TMPDIR/r
	echo "notify=openclaw http://127.0.0.1:$GATEWAY_PORT token=wrong" \
		>"$XDG_CONFIG_HOME/rca/config"
	T=$(rca-mktask -n wrong -d "$BATS_TEST_TMPDIR" -- true)
	rca-launch -e none "$T"
	real_wait 20 grep -qE ' not_told .*401' "$T/history"
	run ! told
	[ -n "$(ls "$T"/outbox/*.json)" ]
	# shellcheck disable=SC2046
	kill_all $(real_marked "$T") $(real_named "$T")
}

@test "the published skill is one that OpenClaw takes, with what it needs, and builds from its text" {
	# A home without a gateway, which would look with its own PATH.
	skills=$BATS_TEST_TMPDIR/home/.openclaw/workspace/skills
	mkdir -p "$skills" "$BATS_TEST_TMPDIR/bin"
	"$BATS_TEST_DIRNAME/../release/skill" "$skills"
	[ "$(find "$skills/rca" -type f | wc -l)" -le 256 ]
	[ -z "$(find "$skills/rca" -type f -perm -100)" ]
	ln -s "$(type -P true)" "$BATS_TEST_TMPDIR/bin/claude"
	HOME=$BATS_TEST_TMPDIR/home PATH=$BATS_TEST_TMPDIR/bin:$PATH openclaw skills check --json |
		jq -e '.eligible | index("rca")'
	make -s -C "$skills/rca"
	RCA_HOME=$BATS_TEST_TMPDIR/r "$skills/rca/bin/rca-run" -f -n x -- echo it runs |
		grep -q 'it runs'
	tmux -S "$BATS_TEST_TMPDIR/r/tmux.sock" kill-server
}
