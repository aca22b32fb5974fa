#!/usr/bin/env bats
# rca-hook: what an agent's hooks call, and how they get into its settings. Whom it calls is played
# by stand-ins beside a copy of it.
# shellcheck disable=SC2030,SC2031,SC2016

bats_require_minimum_version 1.5.0
load ../harness/lib

setup()
{
	rca_setup
	HOOK="$ROOM/our tools/bin/rca-hook"
	mkdir -p "${HOOK%/*}"
	cp "$TOP/bin/rca-hook" "$HOOK"
	for p in rca-triage rca-notify; do
		# name, arguments; their environment and standard input in files of their own
		printf '#!/bin/sh\nenv >"%s/env.$$"\ncat >"%s/words.$$"\necho "${0##*/} $*" >>"%s/calls"\n%s\n' "$ROOM" "$ROOM" "$ROOM" ':' >"${HOOK%/*}/$p"
		chmod +x "${HOOK%/*}/$p"
	done
	task command hooked -- true
	export RCA_TASK=$T
}

teardown()
{
	rca_teardown
}

# hook [JSON]: the event as an agent gives it (none: standard input as it is); the agent sees
# nothing of it.
hook()
{
	if [ $# -gt 0 ]; then
		"$HOOK" <<<"$1" >"$ROOM/out" 2>"$ROOM/err"
	else
		"$HOOK" >"$ROOM/out" 2>"$ROOM/err"
	fi
	[ ! -s "$ROOM/out" ]
}

# event NAME [MORE]: a payload.
event()
{
	echo "{\"session_id\":\"s-1\",\"cwd\":\"$PROJECT\",\"hook_event_name\":\"$1\"${2:+,$2}}"
}

calls()
{
	cat "$ROOM/calls" 2>/dev/null
}

called()
{
	[ "$(calls | wc -l)" = "$1" ]
}

last_hook()
{
	grep ' hook ' "$T/history" | tail -n 1 | cut -d' ' -f3-
}

@test "the decision table: every row, every recorded payload; failures counted" {
	cd "$TOP"
	run timeout 60 t/unit/hook/policy_test
	echo "$output"
	[ "${lines[-1]}" = "policy: ok" ]
}

@test "settings: what is put in is taken out without a trace, in many files" {
	run timeout 60 "$TOP/t/unit/agent/settings_test"
	echo "$output"
	[ "${lines[-1]}" = "settings: ok" ]
}

@test "all that was recorded of claude and codex goes into history, and to whom it concerns" {
	cat "$RECORDINGS"/claude-hooks/*.jsonl "$RECORDINGS"/codex-hooks/*fail.jsonl >"$ROOM/all"
	while read -r line; do
		hook "$line"
	done <"$ROOM/all"
	[ "$(grep -c ' hook event=' "$T/history")" = "$(wc -l <"$ROOM/all")" ]
	wait_for 5 called 6
	[ "$(calls | sort)" = "$(sort <<-END
		rca-notify -v ESCALATE -e StopFailure:authentication_failed $T -
		rca-notify -v ESCALATE -e StopFailure:invalid_request $T -
		rca-triage -x $T StopFailure:server_error
		rca-triage -x $T PostToolUseFailure:Bash
		rca-triage -x $T Notification:permission_prompt
		rca-triage -x $T Notification:idle_prompt
	END
	)" ]
	history_has 'hook event=PostToolUseFailure:Read decision=later tool=Read text="File does not exist'
	history_has 'hook event=SessionStart:startup decision=record session=6c5d8b8a-e5a8-4729-b621-0cf8e4aff02a$'
}

@test "codex's notify: the event is its argument" {
	"$HOOK" "$(cat "$RECORDINGS/codex-hooks/notify.jsonl")" </dev/null
	[ "$(last_hook)" = 'event=Stop decision=record text="Stub answer: the tool failed."' ]
}

@test "a notice says what failed and what is needed; hooks do nothing for a notifier's claude" {
	CLAUDECODE=1 CLAUDE_CODE_ENTRYPOINT=cli hook \
		"$(event StopFailure '"error":"authentication_failed","error_details":"401 bad key",
		"last_assistant_message":"Please run /login"')"
	wait_for 5 called 1
	[ "$(cat "$ROOM"/words.*)" = "StopFailure:authentication_failed: 401 bad key / Please run /login; needed: a login or a valid key, then rca-launch -r" ]
	grep -qx RCA_TASK= "$ROOM"/env.*
	grep -qx RCA_NO_HOOKS=1 "$ROOM"/env.*
	run ! grep -E '^CLAUDE_?CODE' "$ROOM"/env.*
}

@test "he is not waited for, and outlives the agent" {
	printf '#!/bin/sh\necho $$ >"%s/pid"\nread -r x <"%s/go"\necho done >>"%s/calls"\n' \
		"$ROOM" "$ROOM" "$ROOM" >"${HOOK%/*}/rca-triage"
	mkfifo "$ROOM/go"
	hook "$(event Notification '"notification_type":"permission_prompt"')"
	wait_for 5 test -s "$ROOM/pid"
	# in a session of its own, and nothing a sweep would take for the task's
	[ "$(ps -o sid= -p "$(cat "$ROOM/pid")" | tr -d ' ')" = "$(cat "$ROOM/pid")" ]
	[ -z "$(marked "$T")" ]
	echo >"$ROOM/go"
	wait_for 5 called 1
}

@test "a turn's end is the wrapper's when headless, triage's in an interface or a registered one" {
	hook "$(event Stop)"
	[ "$(last_hook)" = 'event=Stop decision=record' ]
	echo interactive=1 >>"$T/manifest"
	hook "$(event Stop '"stop_hook_active":false')"
	[ "$(last_hook)" = 'event=Stop decision=triage' ]
	sed -i 's/^interactive=1/adopted=1/' "$T/manifest"
	hook "$(event Stop '"stop_hook_active":true')"
	wait_for 5 called 2
}

@test "tool failures: triage at most once a minute, the third of the same is told as stuck" {
	for i in 1 2 3 4 5; do
		hook "$(event PostToolUseFailure '"tool_name":"Bash","tool_use_id":"'"$i"'",
			"error":"Exit code 1\nno such file"')"
	done
	grep -o 'decision=[a-z]*' "$T/history" | tr '\n' ' '
	[ "$(grep -o 'decision=[a-z]*' "$T/history" | cut -d= -f2 |
		tr '\n' ' ')" = "triage later stuck later later " ]
	wait_for 5 called 2
	calls | grep -qx "rca-notify -v STUCK -e PostToolUseFailure:Bash $T -"
	# a minute later
	sed -i 's/^triage_at=.*/triage_at=1000/' "$T/hooks.seen"
	hook "$(event PostToolUseFailure '"tool_name":"Read","error":"another"')"
	[ "$(last_hook)" = "event=PostToolUseFailure:Read decision=triage tool=Read text=another" ]
	hook \
		"$(event PostToolUseFailure \
		'"tool_name":"Bash","error":"Stopped","is_interrupt":true')"
	[ "$(last_hook)" \
		= "event=PostToolUseFailure:interrupt decision=record tool=Bash text=Stopped" ]
}

@test "two settings files name us: the event is recorded twice and acted on once" {
	local e pids=()
	e=$(event PostToolUseFailure '"tool_name":"Bash","error":"x","tool_use_id":"1"')
	for i in 1 2 3 4 5 6 7 8; do
		"$HOOK" <<<"$e" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	[ "$(grep -c decision=twice "$T/history")" = 7 ]
	grep -qx count=1 "$T/hooks.seen"
	wait_for 5 called 1
}

@test "nothing can make it fail or print: no JSON, cut, empty, unknown, hostile, 10 MB" {
	hook 'not JSON'
	[ "$(last_hook)" = 'event=unknown decision=record text="not JSON: not JSON"' ]
	hook ''
	hook '[1,2]'
	hook '{"hook_event_name":"StopFailure","error":"billing_error","error_details":"$(touch x) `id` \u001b[31mred\u0007'
	wait_for 5 called 1
	grep -q 'StopFailure:billing_error decision=escalate' "$T/history"
	hook '{"hook_event_name":"A \"new\n one","tool_name":"../x","message":"\u001b]0;title\u0007a\u001b[31mb\r\nc"}'
	[ "$(last_hook)" = 'event=A__new__one decision=record tool=.._x text="ab c"' ]
	hook "$(printf '{"a":%0200d' 0 | tr 0 '[')"
	{
		printf '{"tool_response":"'
		head -c 10000000 /dev/zero | tr '\0' x
		printf '","hook_event_name":"PostToolUse"}'
	} | hook
	[ "$(last_hook)" = 'event=PostToolUse decision=record' ]
	head -c 3000000 /dev/urandom | hook
	[ "$(LC_ALL=C grep -c '[[:cntrl:]]' "$T/history")" = 0 ]
	[ ! -e x ]
}

@test "whoever falls silent in the middle is not waited for" {
	mkfifo "$ROOM/in"
	{ echo '{"hook_event_name":"SessionEnd",'; exec sleep 60; } >"$ROOM/in" 3>&- &
	before=$(now_ms)
	hook <"$ROOM/in"
	within 8 "$before"
	kill "$!" # %1 is the clock that bats has set for this test
	[ "$(last_hook)" = 'event=SessionEnd decision=record' ]
}

@test "RCA_NO_HOOKS: it does nothing" {
	RCA_NO_HOOKS=1 hook "$(event StopFailure '"error":"billing_error"')"
	run ! grep -q ' hook ' "$T/history"
	[ ! -s "$ROOM/err" ]
}

@test "no task, no directory, no room, no programs: a complaint that no agent reads, and 0" {
	RCA_TASK=$ROOM/nowhere hook "$(event Stop)"
	grep -q '^rca-hook: .*no such task$' "$ROOM/err"
	RCA_TASK='' RCA_HOME=$ROOM/none hook "$(event Stop)"
	grep -q 'does not belong to a task' "$ROOM/err"
	env -i "$HOOK" </dev/null 2>"$ROOM/err"
	mkdir "$ROOM/lines"
	mv "$T/history" "$ROOM/history"
	ln -s /dev/full "$T/history" # no symlink is followed
	hook "$(event StopFailure '"error":"billing_error"')"
	grep -q 'write history:' "$ROOM/err"
	wait_for 5 called 1
	rm "$T/history" "$ROOM/our tools/bin/rca-notify"
	hook "$(event StopFailure '"error":"billing_error","n":2')"
	grep -q 'start rca-notify:' "$ROOM/err"
	history_has 'hook_failed event=StopFailure:billing_error program=rca-notify error="No such file or directory"'
	echo broken >"$T/manifest"
	hook "$(event Stop '"n":3')"
	[ "$(last_hook)" = 'event=Stop decision=record' ]
}

@test "a full disk: what cannot be written is acted on all the same" {
	mkfifo "$ROOM/told"
	printf '#!/bin/sh\necho "$4" >"%s/told"\n' "$ROOM" >"${HOOK%/*}/rca-notify"
	# no file may grow; ignored, the signal that says so is an error like a full disk's
	(trap '' XFSZ; ulimit -f 0; "$HOOK") <<<"$(event StopFailure '"error":"billing_error"')" \
		2>/dev/null
	read -r -t 5 line <>"$ROOM/told"
	[ "$line" = StopFailure:billing_error ]
	run ! grep ' hook ' "$T/history"
}

@test "a lock that is never let go, and a broken memory, are no reason to wait or to fail" {
	printf 'count=x\n\0\n' >"$T/hooks.seen"
	hook "$(event Notification '"notification_type":"idle_prompt"')"
	python3 -c 'import fcntl,sys,time; f=open(sys.argv[1],"a"); fcntl.lockf(f,fcntl.LOCK_EX); print("held",flush=True); time.sleep(60)' "$T/hooks.lock" >"$ROOM/held" 3>&- &
	wait_for 5 test -s "$ROOM/held"
	hook "$(event Notification '"notification_type":"idle_prompt","n":2')"
	kill "$!"
	wait_for 5 called 2
}

@test "without RCA_TASK: by session, else the nearest registered directory" {
	unset RCA_TASK
	local far near
	mkdir -p "$PROJECT/sub/deeper"
	task command far -- true
	far=$T
	printf 'adopted=1\n' >>"$T/manifest"
	near=$(rca-mktask -n near -d "$PROJECT/sub" -- true)
	printf 'adopted=1\n' >>"$near/manifest"
	# not registered: its directory means nothing
	rca-mktask -n plain -d "$PROJECT/sub/deeper" -- true
	hook "{\"hook_event_name\":\"SessionStart\",\"cwd\":\"$PROJECT/sub/deeper\"}"
	T=$near history_has 'hook event=SessionStart'
	hook "{\"hook_event_name\":\"SessionEnd\",\"cwd\":\"$PROJECT/subway\"}"
	T=$far history_has 'hook event=SessionEnd'
	CLAUDE_PROJECT_DIR=$PROJECT/sub hook '{"hook_event_name":"Stop","cwd":"/"}'
	T=$near history_has 'hook event=Stop decision=triage'
	echo "id-7" >"$TASKS/command-plain/session_id"
	hook "{\"hook_event_name\":\"PreCompact\",\"cwd\":\"$PROJECT\",\"session_id\":\"id-7\"}"
	T=$TASKS/command-plain history_has 'hook event=PreCompact'
	touch "$TASKS/command-plain/done"
	hook "{\"hook_event_name\":\"PostCompact\",\"cwd\":\"/\",\"session_id\":\"id-7\"}"
	grep -q 'does not belong to a task' "$ROOM/err"
}

@test "a registered session: its hooks find it by its directory, and its turn's end is looked at" {
	unset RCA_TASK
	tmux -S "$ROOM/s" -f /dev/null new-session -d -s work -c "$PROJECT" -- sleep 1000
	T=$(rca-mktask -A "$ROOM/s:work" -a claude -d "$PROJECT" -n theirs)
	mkdir "$PROJECT/lib"
	hook "{\"session_id\":\"any\",\"cwd\":\"$PROJECT/lib\",\"hook_event_name\":\"Stop\",\"last_assistant_message\":\"Shall I?\"}"
	history_has 'hook event=Stop decision=triage text="Shall I\?"'
	wait_for 5 called 1
	[ "$(calls)" = "rca-triage -x $T Stop" ]
	tmux -S "$ROOM/s" kill-server
}

@test "an agent that the agent started is another conversation: recorded, no more" {
	echo "mine" >"$T/session_id"
	hook "$(event StopFailure '"error":"billing_error"')"
	grep -q 'event=StopFailure:billing_error decision=record session=s-1' "$T/history"
	hook "$(event StopFailure '"error":"billing_error"' | sed s/s-1/mine/)"
	wait_for 5 called 1
}

settings()
{
	cat "$PROJECT/.claude/settings.json"
}

@test "-i and -u: in, once, and out again; the file keeps its bytes and its mode" {
	mkdir "$PROJECT/.claude"
	printf '{\r\n\t"model": "opus",\r\n\t"hooks": {"Stop": [ {"hooks":[{"type":"command","command":"mine \\"x\\""}]} ]},\r\n\t"z": [1,  2]\r\n}' >"$PROJECT/.claude/settings.json"
	chmod 640 "$PROJECT/.claude/settings.json"
	cp -p "$PROJECT/.claude/settings.json" "$ROOM/was"
	"$HOOK" -i "$PROJECT"
	jq -e --arg h "$HOOK" '[.hooks[][].hooks[] | select(.command == $h and .args == [] and .type == "command")] | length == 6' "$PROJECT/.claude/settings.json"
	jq -e '.hooks.Stop | length == 2 and .[0].hooks[0].command == "mine \"x\""' \
		"$PROJECT/.claude/settings.json"
	jq -e '.hooks | keys == ["Notification","PostToolUseFailure","SessionEnd","SessionStart","Stop","StopFailure"]' "$PROJECT/.claude/settings.json"
	settings >"$ROOM/once"
	(cd / && "$HOOK" -i "$PROJECT/")
	cmp "$ROOM/once" "$PROJECT/.claude/settings.json"
	"$HOOK" -u "$PROJECT"
	cmp "$ROOM/was" "$PROJECT/.claude/settings.json"
	[ "$(stat -c %a "$PROJECT/.claude/settings.json")" = 640 ]
	[ "$(ls -A "$PROJECT/.claude")" = settings.json ]
}

@test "-i makes what is missing; -u makes nothing" {
	"$HOOK" -u "$PROJECT"
	[ ! -e "$PROJECT/.claude" ]
	"$HOOK" -i "$PROJECT"
	jq -e '.hooks | length == 6' "$PROJECT/.claude/settings.json"
	"$HOOK" -u "$PROJECT"
	[ "$(settings)" = "{}" ]
}

@test "a directory named in any way: blanks, quotes, a newline, relative" {
	local d="$ROOM/a \"b\" 'c' \$(d)"$'\n'"e"
	mkdir "$d"
	cd "$d"
	"$HOOK" -i .
	jq -e '.hooks | length == 6' .claude/settings.json
	cd /
	"$HOOK" -u "$d"
	[ "$(cat "$d/.claude/settings.json")" = "{}" ]
}

@test "settings that cannot be edited are left alone: one line says why, exit 100" {
	mkdir "$PROJECT/.claude"
	for bad in '{"a":1,}' '[]' '{"hooks":[]}' '{"hooks":{"Stop":{}}}' $'{\n// why\n}'; do
		printf '%s' "$bad" >"$PROJECT/.claude/settings.json"
		complains 100 "left alone" "$HOOK" -i "$PROJECT"
		[ "$(settings)" = "$bad" ]
	done
	complains 100 "settings.json: line 2: not JSON" "$HOOK" -u "$PROJECT"
	[ "$(ls -A "$PROJECT/.claude")" = settings.json ]
	rm "$PROJECT/.claude/settings.json"
	mkdir "$PROJECT/.claude/settings.json"
	complains 100 "not a regular file" "$HOOK" -i "$PROJECT"
	complains 100 "no such directory" "$HOOK" -i "$PROJECT/none"
	complains 100 "no such directory" "$HOOK" -u "$ROOM/prompt"
	usage_of rca-hook -i "$PROJECT" -u "$PROJECT"
	usage_of rca-hook -F
	usage_of rca-hook a b
	usage_of rca-hook -i "$PROJECT" more
}

@test "a symlink stays one and is followed within the project, not out of it; -F goes anywhere" {
	mkdir "$PROJECT/.claude" "$PROJECT/dot" "$ROOM/else"
	echo '{"a":1}' >"$PROJECT/dot/s.json"
	ln -s ../dot/s.json "$PROJECT/.claude/settings.json"
	"$HOOK" -i "$PROJECT"
	[ -L "$PROJECT/.claude/settings.json" ]
	jq -e '.hooks | length == 6' "$PROJECT/dot/s.json"
	echo '{"a":1}' >"$ROOM/else/s.json"
	ln -sf "$ROOM/else/s.json" "$PROJECT/.claude/settings.json"
	complains 100 "leads out of $PROJECT, to $ROOM/else/s.json" "$HOOK" -i "$PROJECT"
	[ "$(cat "$ROOM/else/s.json")" = '{"a":1}' ]
	complains 100 "rca-hook -F -u $PROJECT/.claude/settings.json edits it there" "$HOOK" \
		-u "$PROJECT"
	"$HOOK" -F -i "$PROJECT/.claude/settings.json"
	jq -e '.hooks | length == 6' "$ROOM/else/s.json"
	"$HOOK" -F -u "$PROJECT/.claude/settings.json"
	[ "$(cat "$ROOM/else/s.json")" = '{"a":1}' ]
	rm "$ROOM/else/s.json"
	complains 100 "a dangling symlink" "$HOOK" -i "$PROJECT"
	rm -r "$PROJECT/.claude"
	ln -s "$ROOM/else" "$PROJECT/.claude"
	complains 100 "leads out of" "$HOOK" -i "$PROJECT"
	[ -z "$(ls -A "$ROOM/else")" ]
}

@test "-F: codex's hooks.json gets what codex knows, for a shell" {
	"$HOOK" -F -i "$ROOM/h/hooks.json"
	jq -e '.hooks | keys == ["SessionEnd","SessionStart","Stop"]' "$HOME/hooks.json"
	sh -c "$(jq -r '.hooks.Stop[0].hooks[0].command' "$HOME/hooks.json")" \
		<"$RECORDINGS/codex-hooks/notify.jsonl"
	[ "$(last_hook)" = 'event=Stop decision=record text="Stub answer: the tool failed."' ]
	"$HOOK" -F -u "$HOME/hooks.json"
	[ "$(cat "$HOME/hooks.json")" = "{}" ]
}

@test "-F looks at what the file is: claude's settings by any name get claude's hooks" {
	mkdir -p "$PROJECT/.claude" "$ROOM/.codex" "$ROOM/dot"
	"$HOOK" -F -i "$PROJECT/.claude/settings.local.json" 2>"$ROOM/err"
	jq -e '.hooks | length == 6' "$PROJECT/.claude/settings.local.json"
	"$HOOK" -F -i "$ROOM/.codex/hooks.json" 2>>"$ROOM/err"
	jq -e '.hooks | length == 3' "$ROOM/.codex/hooks.json"
	ln -s "$ROOM/.codex/hooks.json" "$ROOM/dot/linked"
	"$HOOK" -F -i "$ROOM/dot/linked" 2>>"$ROOM/err"
	jq -e '.hooks | length == 3' "$ROOM/.codex/hooks.json"
	[ ! -s "$ROOM/err" ]
	echo '{}' >"$ROOM/dot/s.json"
	"$HOOK" -F -i "$ROOM/dot/s.json" 2>"$ROOM/err"
	jq -e '.hooks | length == 6' "$ROOM/dot/s.json"
	grep -q "s.json: treated as claude's settings; codex's file is named hooks.json" "$ROOM/err"
}

@test "an empty file is as good as none; a byte order mark and CRLF stay" {
	mkdir "$PROJECT/.claude"
	for empty in '' ' ' $'\n' $' \r\n\t\n' $'\xef\xbb\xbf'; do
		printf '%s' "$empty" >"$PROJECT/.claude/settings.json"
		"$HOOK" -u "$PROJECT"
		[ "$(wc -c <"$PROJECT/.claude/settings.json")" = "$(printf '%s' "$empty" | wc -c)" ]
		"$HOOK" -i "$PROJECT"
		sed '1s/^\xef\xbb\xbf//' "$PROJECT/.claude/settings.json" |
			jq -e '.hooks | length == 6'
		"$HOOK" -u "$PROJECT"
		[ "$(sed '1s/^\xef\xbb\xbf//' "$PROJECT/.claude/settings.json")" = '{}' ]
	done
	printf '\357\273\277{\r\n  "a": 1\r\n}\r\n' >"$ROOM/bom"
	cp "$ROOM/bom" "$PROJECT/.claude/settings.json"
	"$HOOK" -i "$PROJECT"
	[ "$(head -c 3 "$PROJECT/.claude/settings.json" | od -An -tx1)" = ' ef bb bf' ]
	tail -c +4 "$PROJECT/.claude/settings.json" | jq -e '.a == 1 and (.hooks | length == 6)'
	"$HOOK" -u "$PROJECT"
	cmp "$ROOM/bom" "$PROJECT/.claude/settings.json"
}

@test "comments and what is read-only are left alone, and the line says so" {
	mkdir "$PROJECT/.claude"
	printf '{\n  // mine\n  "a": 1\n}\n' >"$PROJECT/.claude/settings.json"
	complains 100 "line 2: not JSON (it has comments)" "$HOOK" -i "$PROJECT"
	printf '{"a": 1}\n' >"$PROJECT/.claude/settings.json"
	chmod 444 "$PROJECT/.claude/settings.json"
	complains 100 "is read-only: left alone" "$HOOK" -i "$PROJECT"
	[ "$(settings)" = '{"a": 1}' ]
	[ "$(ls -A "$PROJECT/.claude")" = settings.json ]
}

@test "that hooks are turned off is mentioned, with the file that says so" {
	mkdir -p "$PROJECT/.claude" "$HOME/.claude"
	off()
	{
		"$HOOK" -i "$PROJECT" 2>"$ROOM/err"
		grep -q "^rca-hook: $1: disableAllHooks is true" "$ROOM/err"
	}
	on() { "$HOOK" -i "$PROJECT" 2>"$ROOM/err"; [ ! -s "$ROOM/err" ]; }
	echo '{"disableAllHooks": true}' >"$PROJECT/.claude/settings.json"
	off "$PROJECT/.claude/settings.json"
	jq -e '.hooks | length == 6' "$PROJECT/.claude/settings.json"
	"$HOOK" -u "$PROJECT" 2>"$ROOM/err"
	[ ! -s "$ROOM/err" ]
	echo '{"disableAllHooks": false}' >"$PROJECT/.claude/settings.local.json"
	on
	echo '{"disableAllHooks":true}' >"$PROJECT/.claude/settings.local.json"
	off "$PROJECT/.claude/settings.local.json"
	rm "$PROJECT"/.claude/*
	echo '{"disableAllHooks":true}' >"$HOME/.claude/settings.json"
	off "$HOME/.claude/settings.json"
}

@test "many at once: no hook is lost, none is there twice, nothing is left" {
	local pids=() i
	mkdir "$PROJECT/.claude"
	printf '{"n":0}\n' >"$PROJECT/.claude/settings.json"
	for i in 1 2 3 4 5 6 7 8; do
		mkdir -p "$ROOM/v$i/bin"
		"$HOOK" -i "$PROJECT" 3>&- &
		pids+=($!)
		"$HOOK" -u "$PROJECT" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	"$HOOK" -i "$PROJECT"
	jq -e '.n == 0 and ([.hooks[][].hooks[]] | length == 6)' "$PROJECT/.claude/settings.json"
	[ "$(ls -A "$PROJECT/.claude")" = settings.json ]
}

@test "killed in the middle, it leaves the old file or the new one, and the next one goes on" {
	mkdir "$PROJECT/.claude"
	for i in $(seq 20); do
		printf '{"n":0}\n' >"$PROJECT/.claude/settings.json"
		timeout -s KILL "0.00$((i % 10))$i" "$HOOK" -i "$PROJECT" 2>/dev/null || :
		jq -e '.n == 0' "$PROJECT/.claude/settings.json" >/dev/null
	done
	"$HOOK" -i "$PROJECT"
	jq -e '.hooks | length == 6' "$PROJECT/.claude/settings.json"
	[ "$(ls -A "$PROJECT/.claude")" = settings.json ]
}

# given: what the fake agent got after --settings
given()
{
	tr '\0' '\n' <"$S/argv.1" | sed -n '/^--settings$/{n;p;}'
}

@test "a task of claude gets hooks of this installation; the project is not touched" {
	unset RCA_TASK
	mkdir -p "$ROOM/moved here"
	cp -R "$TOP/bin" "$TOP/lib" "$ROOM/moved here"
	task claude own
	fake ok
	"$ROOM/moved here/bin/rca-wrap" "$T" >/dev/null </dev/null
	ended completed
	[ "$(given)" = "$T/settings.json" ]
	jq -e --arg h "$ROOM/moved here/bin/rca-hook" \
		'[.hooks[][].hooks[] | select(.command == $h)] | length == 6' "$T/settings.json"
	[ "$(stat -c %a "$T/settings.json")" = 600 ]
	[ -z "$(ls -A "$PROJECT")" ]
}

@test "hooks=no, or no rca-hook to be found: the agent works without" {
	unset RCA_TASK
	task claude without -k hooks=no
	fake ok
	wrap
	ended completed
	[ -z "$(given)" ]
	[ ! -e "$T/settings.json" ]
	mkdir -p "$ROOM/part"
	cp -R "$TOP/bin" "$TOP/lib" "$ROOM/part"
	rm "$ROOM/part/bin/rca-hook"
	task claude lost
	fake ok
	"$ROOM/part/bin/rca-wrap" "$T" >/dev/null </dev/null
	ended completed
	[ -z "$(given)" ]
	history_has 'hook_failed program=rca-hook error="find rca-hook: No such file or directory"'
	task codex other
	fake ok
	wrap
	[ ! -e "$T/settings.json" ]
}

@test "a hook's errand that outlives the agent is not taken for something it left behind" {
	unset RCA_TASK
	mkdir -p "$ROOM/mine"
	cp -R "$TOP/bin" "$TOP/lib" "$ROOM/mine"
	printf '#!/bin/sh\necho $$ >"%s/pid"\nread -r x <"%s/go"\necho "$x" >>"%s/calls"\n' \
		"$ROOM" "$ROOM" "$ROOM" >"$ROOM/mine/bin/rca-triage"
	chmod +x "$ROOM/mine/bin/rca-triage"
	mkfifo "$ROOM/go"
	T=$("$ROOM/mine/bin/rca-mktask" -n errand -d "$PROJECT" -- sh -c 'echo "$1" | "$2"' \
		- "$(event Notification '"notification_type":"idle_prompt"')" \
		"$ROOM/mine/bin/rca-hook")
	"$ROOM/mine/bin/rca-wrap" "$T" >/dev/null </dev/null
	ended completed
	history_has 'Notification:idle_prompt decision=triage'
	wait_for 5 test -s "$ROOM/pid"
	kill -0 "$(cat "$ROOM/pid")" # the sweep has left it alone
	timeout 5 sh -c 'echo on >"$1"' - "$ROOM/go"
	wait_for 5 grep -qx on "$ROOM/calls"
}

@test "the version, and the usage is the synopsis" {
	[ "$(rca-hook -V)" = "rca-hook $(sed -n 's/^VERSION = //p' "$TOP/Makefile")" ]
	usage_of rca-hook -%
	run -111 sh -c 'rca-hook -V >/dev/full'
}

@test "in a box it leaves the event as a file, cut at a bound, and says if it cannot" {
	export RCA_BOX=bwrap
	hook "$(event Stop)"
	line_in "rca-hook: $T: write into hooks: No such file" "$ROOM/err"
	mkdir "$T/hooks"
	hook "$(event Stop)"
	[ ! -s "$ROOM/err" ]
	[ "$(cat "$T/hooks"/*)" = "$(event Stop)" ]
	rm "$T/hooks"/*
	head -c 3000000 /dev/zero | hook
	[ "$(stat -c %s "$T/hooks"/*)" = 1048576 ]
	[ "$(find "$T/hooks" -type f | wc -l)" = 1 ]
	not history_has hook
	RCA_NO_HOOKS=1 hook "$(event Stop)"
	[ "$(find "$T/hooks" -type f | wc -l)" = 1 ]
}
