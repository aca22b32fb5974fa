# lib.bash - what tests on the real agent programs share: a scripted server, a home for the
# programs, waiting
#
# Needs REAL_BIN (what ./install printed) and REAL_PATH (the PATH to put it before). Everything the
# programs read or write is below the home that real_home makes; their models are the scripted
# server's.

REAL_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# real_server_start DIR - starts the server; log in DIR/requests.jsonl, sets REAL_PORT,
# REAL_SERVER_PID, REAL_LOG
real_server_start()
{
	REAL_LOG=$1/requests.jsonl
	: >"$REAL_LOG"
	node "$REAL_DIR/server.js" "$REAL_LOG" "$1/port" >"$1/server.log" 2>&1 </dev/null 3>&- &
	REAL_SERVER_PID=$!
	real_wait 10 test -s "$1/port" || return 1
	REAL_PORT=$(cat "$1/port")
}

# real_begin BIN - for setup_file: the programs (the newest, or REAL_SET=older), our tools in BIN
# and a server are in reach of all tests of the file
real_begin()
{
	REAL_BIN=$("$REAL_DIR/install" ${REAL_SET:+"$REAL_SET"})
	REAL_PATH=$1:$PATH
	real_server_start "$BATS_FILE_TMPDIR"
	export REAL_BIN REAL_PATH REAL_PORT REAL_LOG REAL_SERVER_PID
}

# real_server_stop
real_server_stop()
{
	kill "$REAL_SERVER_PID" 2>/dev/null || return 0
	wait "$REAL_SERVER_PID" 2>/dev/null || true
}

# real_wait SECONDS COMMAND... - until the command succeeds; 1 when the time is over (WAIT_SCALE
# times as much where all is slow)
real_wait()
{
	local end=$((SECONDS + $1 * ${WAIT_SCALE:-1}))

	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# real_home DIR SCENARIO KEY - makes DIR a home in which all four programs talk to that scenario,
# and exports what they need
real_home()
{
	local home=$1 url=http://127.0.0.1:$REAL_PORT/s/$2~$3

	mkdir -p "$home/.codex" "$home/.pi/agent"
	export HOME=$home XDG_CONFIG_HOME=$home/.config XDG_STATE_HOME=$home/.local/state \
		XDG_CACHE_HOME=$home/.cache XDG_DATA_HOME=$home/.local/share
	PATH=${REAL_BIN:?}:${REAL_PATH:?}
	# npm: opencode would fetch 60 MB of plugin code in each new home
	export npm_config_offline=true
	# this very test may be run by an agent
	unset "${!CLAUDE_CODE_@}" "${!ANTHROPIC_@}" "${!OPENAI_@}" "${!OPENCODE@}" CLAUDECODE \
		CLAUDE_CONFIG_DIR \
		TMUX TMUX_PANE OPENCLAW_SHELL
	# usage limits are told only to who logs in with a token; an API key gets a plain 429
	export ANTHROPIC_BASE_URL=$url CLAUDE_CODE_OAUTH_TOKEN=sk-ant-oat01-test \
		DISABLE_AUTOUPDATER=1 \
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 CLAUDE_CODE_MAX_RETRIES=4
	if [ "$(id -u)" = 0 ]; then
		export IS_SANDBOX=1
	fi
	real_codex "$url/v1"
	real_opencode "$url/v1"
	real_pi "$url/v1"
}

real_codex()
{
	export CODEX_HOME=$HOME/.codex STUB_KEY=sk-test
	cat >"$CODEX_HOME/config.toml" <<-END
		model = "stub-model"
		model_provider = "stub"
		check_for_update_on_startup = false
		[model_providers.stub]
		name = "stub"
		base_url = "$1"
		env_key = "STUB_KEY"
		wire_api = "responses"
	END
}

real_opencode()
{
	export OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_MODELS_FETCH=1 \
		OPENCODE_DISABLE_LSP_DOWNLOAD=1 \
		OPENCODE_DISABLE_DEFAULT_PLUGINS=1
	export OPENCODE_CONFIG_CONTENT='{"autoupdate":false,"share":"disabled",
		"model":"stub/stub-model","small_model":"stub/stub-model",
		"provider":{"stub":{"npm":"@ai-sdk/openai-compatible","name":"stub",
		"options":{"baseURL":"'$1'","apiKey":"sk-test"},
		"models":{"stub-model":{"name":"stub","limit":{"context":100000,"output":8000}}}}},
		"permission":{"*":"allow"}}'
}

real_pi()
{
	export PI_CODING_AGENT_DIR=$HOME/.pi/agent PI_OFFLINE=1 PI_TELEMETRY=0 \
		PI_SKIP_VERSION_CHECK=1
	cat >"$PI_CODING_AGENT_DIR/models.json" <<-END
		{"providers":{"stub":{"baseUrl":"$1","apiKey":"sk-test","api":"openai-completions",
		"models":[{"id":"stub-model","name":"stub","input":["text"],
		"contextWindow":100000,"maxTokens":8000,
		"reasoning":false,"cost":{"input":1,"output":1,"cacheRead":0,"cacheWrite":0}}]}}}
	END
	echo '{"defaultProvider":"stub","defaultModel":"stub-model","retry":{"enabled":true,"maxRetries":2,"baseDelayMs":500}}' \
		>"$PI_CODING_AGENT_DIR/settings.json"
}

# real_log KEY FILTER - what jq's FILTER gives for each conversation request (not titles) with that
# key, in order
real_log()
{
	jq -c "select(.key == \"$1\" and .kind == \"main\") | $2" "$REAL_LOG"
}

# real_turns KEY - how many such requests there were
real_turns()
{
	real_log "$1" .n | wc -l
}

in_session()
{
	grep -qs "$1" "$HOME"/.claude/projects/*/"$(cat "$T/session_id")".jsonl
}

# real_written AGENT - T's session has what its tool said: claude writes in batches, and goes on
# without it if it is killed before
real_written()
{
	[ "$1" != claude ] || real_wait 10 in_session tool-output
}

# kill_all PID...: with SIGKILL, and all at once: an agent that sees its tool die asks its model
# once more. One that has ended meanwhile is no failure.
kill_all()
{
	local pid

	kill -STOP "$@" 2>/dev/null || :
	for pid; do
		kill -KILL "$pid" 2>/dev/null || [ ! -e "/proc/$pid" ] || return 1
	done
}

# real_tree PID - that process, before all it started, as far as parentage tells
real_tree()
{
	local child

	echo "$1"
	for child in $(pgrep -P "$1"); do
		real_tree "$child"
	done
}

# real_marked TASKDIR - the processes that carry the task's mark
real_marked()
{
	grep -lszxF "RCA_TASK=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
}

# real_named TASKDIR - tools of ours that were given the directory (the tmux server was, too: it was
# there first, and stays)
real_named()
{
	local pid
	for pid in $(pgrep '^rca-'); do
		! tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -e "$1" || echo "$pid"
	done
}

# real_gone PID - no such process; one that only waits for its parent's look is gone, too
real_gone()
{
	case $(ps -o stat= -p "$1") in
	''|Z*) ;;
	*) return 1 ;;
	esac
}

# real_clean TASKDIR - nothing of the task is running: no marked process, no wrapper, no monitor
real_clean()
{
	[ -z "$(real_marked "$1")$(real_named "$1")" ]
}

# real_left TASKDIR - shows what real_clean objects to
real_left()
{
	local pid
	for pid in $(real_marked "$1") $(real_named "$1"); do
		ps -o pid=,ppid=,sid=,stat=,etime=,args= -p "$pid" || true
	done
}

# real_get TASKDIR KEY - a manifest's value
real_get()
{
	sed -n "s/^$2=//p" "$1/manifest"
}
