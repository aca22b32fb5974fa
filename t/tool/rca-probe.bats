# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

# probe CODE [option]: its answer is in ROOM/out; said KEY is what it says.
probe()
{
	local want=$1 got=0

	shift
	rca-probe "$@" "$T" >"$ROOM/out" 2>"$ROOM/err" || got=$?
	[ "$got" = "$want" ] || {
		echo "exit $got, wanted $want"
		cat "$ROOM/out" "$ROOM/err"
		return 1
	}
}

said() { sed -n "s/^$1=//p" "$ROOM/out"; }

@test "a task that nobody has launched is created, and wants attention" {
	task claude fix
	probe 1
	[ "$(said status)" = created ]
	[ "$(said lock)" = free ]
	[ "$(said monitor)" = none ]
}

@test "a working one is ok, and that rests on the lock" {
	task claude fix
	fake hold:3
	wrap_bg
	held
	probe 0
	[ "$(said status)" = running ]
	[ "$(said health)" = ok ]
	[ "$(said rests_on)" = lock ]
	[ "$(said lock)" = held ]
	go_on
	wrap_end
}

@test "it says what the agent is at" {
	task claude fix
	fake hold:3
	wrap_bg
	held
	seen() { [ "$(progress phase)" = tool ]; }
	wait_for 3 seen
	probe 0
	[ "$(said phase)" = tool ]
	[ "$(said open_tools)" = 1 ]
	said tool | grep -q 'make all'
	said text | grep -q 'working on it'
	go_on
	wrap_end
}

@test "a completed one is ok, and that rests on done" {
	task claude fix
	wrap
	probe 0
	[ "$(said status)" = completed ]
	[ "$(said health)" = ok ]
	[ "$(said rests_on)" = "done" ]
	[ "$(said exit_code)" = 0 ]
}

@test "a failed one and a stopped one want attention" {
	task claude fix
	fake error:401
	wrap
	probe 1
	[ "$(said status)" = failed ]
	said reason | grep -q 401
	task claude stop
	: >"$T/stop"
	wrap
	probe 1
	[ "$(said status)" = stopped ]
}

@test "one whose wrapper is gone and that nobody watches is lost" {
	task claude fix
	fake hang:2
	wrap_bg
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	kill -9 "$WRAP"
	wrap_end
	probe 1
	[ "$(said health)" = lost ]
	[ "$(said lock)" = free ]
}

@test "one whose wrapper is gone and that a monitor watches is being taken care of" {
	task claude fix
	fake limit:3600
	wrap
	not_done limited
	probe 1
	[ "$(said health)" = lost ]
	[ -n "$(said resume_at)" ]
	rca-monitor -d "$T"
	probe 0
	[ "$(said monitor)" = watching ]
	[ "$(said health)" = ok ]
	kill "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
}

@test "silence makes it quiet, then stale" {
	export MONITOR_GRACE_PERIOD=2
	task claude fix -k silence=1
	fake hang:2
	wrap_bg
	wait_for 5 grep -q 'working on it' "$T/events.jsonl"
	is() { probe "$2" && [ "$(said health)" = "$1" ]; } >/dev/null
	wait_for 5 is quiet 0
	[ "$(said rests_on)" = silence ]
	wait_for 5 is stale 1
	[ "$(said silent_s)" -ge 2 ]
	kill "$WRAP"
	wrap_end
}

@test "how long an agent may be silent its file says, where nobody has set another" {
	sed 's/^silence=.*/silence=1/' "$TOP/lib/plugins/agents/claude" \
		>"$XDG_CONFIG_HOME/rca/agents/claude"
	task claude fix
	fake hang:2
	wrap_bg
	is() { rca-probe "$T" >"$ROOM/out"; [ "$(said health)" = "$1" ]; }
	wait_for 5 is quiet
	export MONITOR_BASE_INTERVAL=100
	probe 0
	[ "$(said health)" = ok ]
	kill "$WRAP"
	wrap_end
}

@test "an open tool call excuses silence" {
	export MONITOR_GRACE_PERIOD=1
	task claude fix -k silence=1
	fake hang:3
	wrap_bg
	wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
	silent() { rca-probe "$T" >"$ROOM/out" || return 1; [ "$(said silent_s)" -ge 3 ]; }
	wait_for 8 silent
	probe 0
	[ "$(said health)" = quiet ]
	[ "$(said rests_on)" = "open tool" ]
	kill "$WRAP"
	wrap_end
}

@test "a question on the screen is waiting_for_input" {
	T=$(rca-mktask -n ask -- sh -c 'printf "Overwrite the file? (y/N) "; read -r x')
	rca-launch "$T"
	is() { rca-probe "$T" >"$ROOM/out"; [ "$(said health)" = "$1" ]; }
	wait_for 5 is waiting_for_input
	probe 1
	[ "$(said rests_on)" = screen ]
	said screen_line | grep -q 'Overwrite the file'
	person
	sees 'command-ask  waits for an answer' '  asks     Overwrite the file? (y/N)' \
		'  next     an answer: rca-send command-ask TEXT, or' \
		'           rca-attach -w command-ask'
	rca-reap -k "$T"
}

@test "-s prints the status word alone, with the same code" {
	task claude fix
	probe 1 -s
	[ "$(cat "$ROOM/out")" = created ]
	wrap
	probe 0 -s
	[ "$(cat "$ROOM/out")" = completed ]
}

@test "-j prints one JSON object a line, with the manifest's keys" {
	T=$(rca-mktask -a claude -n fix -k goal='say "hi" \ é' -p - <<<work)
	wrap
	probe 0 -j
	[ "$(wc -l <"$ROOM/out")" = 1 ]
	jq -e '.cost_usd == 0.0020 and .tokens_out == 40 and .status == "completed" and .health == "ok" and .task == "claude-fix" and .attempt == 1 and .exit_code == 0 and .agent == "claude"' "$ROOM/out"
	[ "$(jq -r .goal "$ROOM/out")" = 'say "hi" \ é' ]
	[ "$(jq -r .project_dir "$ROOM/out")" = "$PROJECT" ]
}

@test "what an agent wrote cannot break the answer" {
	task claude fix
	cat >"$ROOM/claude" <<-'END'
		#!/bin/sh
		printf '{"type":"assistant","message":{"content":[{"type":"text","text":"a\\u001b[31m\\u0000b\\nstatus=completed\\u009b \377\376 \\"q\\""}]}}\n'
		: >"$HOME/said"
		exec sleep 1000
	END
	chmod +x "$ROOM/claude"
	PATH=$ROOM:$PATH
	wrap_bg
	wait_for 5 test -e "$HOME/said"
	has_text() { [ -n "$(progress text)" ]; }
	wait_for 5 has_text
	probe 0
	[ "$(said status)" = running ]
	not grep -q $'[\001-\010\013-\037\177]' "$ROOM/out"
	[ "$(grep -c '^status=' "$ROOM/out")" = 1 ]
	probe 0 -j
	jq -e . "$ROOM/out"
	iconv -f UTF-8 -t UTF-8 "$ROOM/out" >/dev/null
	person
	sees 'claude-fix  running'
	not grep -q '\^[^M]\|M-\^' "$ROOM/out"
	kill "$WRAP"
	wrap_end
}

@test "many tasks are answered one after the other, with the worst code" {
	task claude one
	wrap
	task claude two
	run rca-probe -s claude-one claude-two
	[ "$status" = 1 ]
	[ "${lines[0]}" = completed ]
	[ "${lines[1]}" = created ]
	run sh -c 'rca-probe -s claude-one claude-none 2>/dev/null'
	[ "$status" = 102 ]
	[ "$output" = completed ]
	[ "$(rca-probe -j claude-one claude-two | jq -r .task |
		tr '\n' ' ')" = "claude-one claude-two " ]
}

@test "-k prints the lines for scripts, also on a terminal" {
	task claude fix
	probe 1
	cp "$ROOM/out" "$ROOM/plain"
	probe 1 -k
	cmp "$ROOM/out" "$ROOM/plain"
	on_terminal rca-probe -k "$T" >"$ROOM/out" || :
	cmp "$ROOM/out" "$ROOM/plain"
}

# person [COLUMNS]: what a person sees of T, without colours, is in ROOM/out.
person()
{
	NO_COLOR=1 on_terminal sh -c "stty cols ${1:-80}; exec rca-probe '${T##*/}'" \
		>"$ROOM/out" || :
}

# sees LINE...: each stands in it, in this order, and nothing is wider than 80 columns.
sees()
{
	local line text

	not grep -E '^.{81}' "$ROOM/out"
	text=$(<"$ROOM/out")
	for line; do
		[[ $'\n'$text$'\n' == *$'\n'$line$'\n'* ]] || {
			echo "not seen: $line"
			cat "$ROOM/out"
			return 1
		}
		text=${text#*"$line"}
	done
}

# stands STATUS [LINE...]: how it ended, as its manifest would have it.
stands()
{
	sed -i.old '/^\(status\|attempt\|reason\|abandon_reason\|resume_at\)=/d' "$T/manifest"
	printf '%s\n' "status=$1" attempt=2 "${@:2}" >>"$T/manifest"
}

@test "a person sees how a task is, what it does, what it used, and what to do next" {
	task claude fix
	fake hold:3
	wrap_bg
	held
	seen() { [ "$(progress phase)" = tool ]; }
	wait_for 3 seen
	person
	sees 'claude-fix  running' '  does     Bash: make all' \
		'  says     working on it, attempt 1' \
		'  used     2 turns, 240 tokens' '  next     rca-monitor -d claude-fix'
	grep -Eq '^  active   [0-9]+ s ago$' "$ROOM/out"
	grep -Eq '^  started  [0-9:]{5}, [0-9]+ s ago; attempt 1$' "$ROOM/out"
	grep -qx "  in       $PROJECT" "$ROOM/out"
	go_on
	wrap_end
	HOME=${PROJECT%/*} person
	sees 'claude-fix  completed' '  says     all done by claude, attempt 1' '  in       ~/p' \
		'  next     rca-log claude-fix'
	grep -Eq '^  ended    .*; 1 attempt$' "$ROOM/out"
}

@test "a person sees the whole reason, and commands that can be copied" {
	local said="expected 3, got 4, and a reason that is as long as this one stands whole"

	task claude fix -k max_nudges=0 -k check="echo '$said, on several lines'; false"
	wrap
	person 60
	sees 'claude-fix  failed' \
		'  why      check failed (exit 1): expected 3, got 4, and a' \
		'           reason that is as long as this one stands whole,' \
		'           on several lines' \
		'  next     look at check.log, write what to do to a file,' '           then' \
		'           rca-launch -r -p FILE claude-fix' '           rca-monitor -d claude-fix'
	not grep -E '^.{61}' "$ROOM/out"
}

@test "what to do next follows from how a task stands" {
	task claude fix
	person
	sees 'claude-fix  never launched' '  next     rca-monitor -d claude-fix'
	stands abandoned abandon_reason=deadline
	person
	sees 'claude-fix  given up' '  why      deadline' '           rca-launch -r claude-fix' \
		'           rca-monitor -d claude-fix'
	stands abandoned abandon_reason=signal
	person
	sees '  next     rca-monitor -d claude-fix'
	stands running
	person
	sees 'claude-fix  lost: no process works on it any more' \
		'  next     rca-monitor -d claude-fix'
	stands limited reason=limit resume_at=2027-01-31T12:00:00Z
	hold "$T/monitor.lock"
	TZ=CET-1 person
	: >"$ROOM/let_go"
	sees "claude-fix  limited; resumes "* '  why      limit' '  next     rca-log -f claude-fix'
	grep -q 'resumes .*13:00, in [0-9]* days' "$ROOM/out"
	: >"$T/done"
	stands stopped
	person
	sees 'claude-fix  stopped' '  next     rca-launch -r claude-fix' \
		'           rca-monitor -d claude-fix'
	stands failed reason='401 authentication_failed'
	person
	sees '  why      401 authentication_failed' '  next     log the agent in, then' \
		'           rca-launch -r claude-fix'
}

@test "colours and a person's lines are for a terminal that has them" {
	task claude fix
	[[ "$(on_terminal rca-probe "$T")" == *'^[[1mclaude-fix^[[m  '* ]]
	for how in NO_COLOR=1 TERM=dumb; do
		not grep -qF '^[' <<<"$(on_terminal env "$how" rca-probe "$T")"
	done
	[[ "$(on_terminal rca-probe "$T" claude-fix)" == *$'-d claude-fix\n\n'*'claude-fix'* ]]
}

# from KEY: where its value comes from.
from() { sed -n "s/^$1=.*	# //p" "$ROOM/out"; }

@test "-c prints each setting of rca-config(5) with its value, and where that comes from" {
	local conf=$XDG_CONFIG_HOME/rca/config

	printf '# mine\n\nlinger=1\nlinger=2\nmax_retries=4\nnotify=desktop\n' >"$conf"
	export MONITOR_BASE_INTERVAL=7 MONITOR_MAX_RETRIES=3
	task claude fix -k check='make test # all' -k max_retries=5
	probe 0 -c
	sed -n 's/^\.It \(Cm\|Ic\) \([a-z_]*\).*/\2/p' "$TOP/man/rca-config.5" |
		sort -u >"$ROOM/page"
	sed 's/=.*//' "$ROOM/out" | sort | diff "$ROOM/page" -
	not grep -v '^[a-z_]*=[^	]*	# [^	]*[^	 ]$' "$ROOM/out"
	grep -qx 'base=7	# environment MONITOR_BASE_INTERVAL' "$ROOM/out"
	grep -qx 'max_retries=3	# environment MONITOR_MAX_RETRIES' "$ROOM/out"
	grep -qx 'check=make test # all	# manifest' "$ROOM/out"
	grep -qx "linger=1	# $conf line 3" "$ROOM/out"
	grep -qx 'max_log=67108864	# default' "$ROOM/out"
	grep -qx 'silence=21	# 3 x base' "$ROOM/out"
	unset MONITOR_BASE_INTERVAL MONITOR_MAX_RETRIES
	probe 0 -c
	[ "$(from max_retries)" = manifest ]
	[ "$(from silence)" = "$TOP/lib/plugins/agents/claude" ]
}

@test "-c says what the kind of a task does to a setting" {
	T=$(rca-mktask -n web -k restart=always -- true)
	probe 0 -c
	grep -qx 'deadline=	# none by default for such a task' "$ROOM/out"
	grep -qx 'silence=	# none by default for such a task' "$ROOM/out"
	T=$(rca-mktask -n db -k restart=always -k deadline=9 -k silence=8 -- true)
	probe 0 -c
	grep -qx 'deadline=9	# manifest' "$ROOM/out"
	grep -qx 'silence=8	# manifest' "$ROOM/out"
}

@test "-c shows all notifiers, and no argument of them" {
	printf 'notify=ntfy https://ntfy.example.org/topic token=abc\nbase=5\nnotify=desktop\n' \
		>"$XDG_CONFIG_HOME/rca/config"
	task claude fix
	probe 0 -c
	[ "$(grep ^notify= "$ROOM/out")" = "notify=ntfy ...	# $XDG_CONFIG_HOME/rca/config line 1
notify=desktop	# $XDG_CONFIG_HOME/rca/config line 3" ]
	not grep -q 'topic\|abc' "$ROOM/out"
}

@test "-c refuses a setting that is wrong, as all tools do" {
	task claude fix
	MONITOR_GRACE_PERIOD=soon complains 100 \
		'claude-fix: environment MONITOR_GRACE_PERIOD: grace=soon' rca-probe -c "$T"
}

@test "it changes nothing" {
	task claude fix
	fake crash:3
	wrap
	cp -r "$T" "$ROOM/before"
	probe 1
	probe 1 -j
	diff -r "$ROOM/before" "$T"
}

@test "it disturbs no lock: a wrapper started at the same moment runs" {
	task claude fix
	fake slow:0.05
	(while [ ! -e "$T/done" ]; do rca-probe -s "$T" >/dev/null; done) 3>&- &
	looker=$!
	wrap
	wait $looker || :
	ended completed
	[ "$(starts)" = 1 ]
}

@test "a manifest that is none is said" {
	task claude fix
	printf 'version=1\nstatus' >"$T/manifest"
	complains 100 "manifest" rca-probe "$T"
}

@test "a task that is not there, or not to be trusted, is refused" {
	complains 102 "no such task" rca-probe claude-none
	complains 100 "not a task name" rca-probe ..
	task claude fix
	ln -s "$T" "$TASKS/link"
	complains 100 "is a symlink" rca-probe link
	chmod 722 "$T"
	complains 100 "others can write it" rca-probe "$T"
	chmod 700 "$T"
}

@test "a lock that cannot be asked is no answer" {
	task claude fix
	mkdir "$T/lock"
	complains 111 "ask lock: not a regular file" rca-probe "$T"
}

@test "an answer that cannot be written is an error" {
	task claude fix
	for form in -k -c; do
		run sh -c "rca-probe $form '$T' >/dev/full"
		[ "$status" = 111 ]
		[[ "$output" == *"write standard output: No space left on device"* ]]
	done
}

@test "-V is its name and version" {
	run rca-probe -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-probe\ [0-9]+\.[0-9] ]]
}

@test "a wrong option, or no task, is answered with the usage" {
	usage_of rca-probe
	usage_of rca-probe -x
	usage_of rca-probe -j -k x
	usage_of rca-probe -sc x
}
