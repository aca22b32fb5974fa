# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# What is told: the notice, the outbox, its deliverers, quiet hours, kills.
load ../harness/lib
bats_require_minimum_version 1.5.0

setup()
{
	rca_setup
	echo "do the work" >"$ROOM/prompt"
}

teardown() { rca_teardown; }

job() { task claude "${1:-job}" -k goal='it "works"' -k max_nudges=3; }

# notifier NAME: one of the user's own, its sh on standard input.
notifier()
{
	mkdir -p "$XDG_CONFIG_HOME/rca/notifiers"
	{
		echo '#!/bin/sh'
		cat
	} >"$ROOM/notifier"
	chmod +x "$ROOM/notifier"
	mv "$ROOM/notifier" "$XDG_CONFIG_HOME/rca/notifiers/$1" # it may be running
}

# One that appends its line to ROOM/told.
teller()
{
	notifier "${1:-tell}" <<-END
		printf '%s\n' "\$RCA_TEXT" >>"$ROOM/told\$RCA_ARG"
	END
}

told() { [ -e "$ROOM/told${2-}" ] && [ "$(wc -l <"$ROOM/told${2-}")" -ge "$1" ]; }

tries() { [ "$(wc -l <"$ROOM/tries")" -ge "$1" ]; }

# How many files of that form are in the outbox of T.
in_outbox() { find "$T/outbox" -mindepth 1 -name "$1" | wc -l; }

deliverers() { ours rca-notify; }
no_deliverer() { [ -z "$(deliverers)" ]; }

# --- the notice

@test "a line and an object arrive whole, with quotes, newlines, emoji and control characters" {
	httpd
	config "notify=webhook $URL"
	began=$(now_ms)
	job
	text=$'say "hi" \\ | \'x\' $(touch '"$ROOM"$'/evil) `id`\n'
	text+=$'  two\ttabs \033[31mred\033[0m 🎉 ä\x01 \xff end'
	rca-notify -v DONE -e review "$T" "$text"
	took=$((($(now_ms) - began) / 1000 + 1))
	wait_for 10 received 1
	arrived="say \"hi\" \\ | 'x' \$(touch $ROOM/evil) \`id\`"
	[ "$(requests '.body | fromjson | .text')" \
		= "$arrived"$'\n  two\ttabs red 🎉 ä � end' ]
	[ "$(requests '.body | fromjson | .line')" \
		= "rca: DONE | review | task=claude-job | cwd=$PROJECT | $arrived   two tabs red 🎉 ä � end" ]
	[ "$(requests '.body | fromjson | [.verdict, .event, .task, .dir, .cwd, .status, .goal, .max_nudges, .duration_s <= '"$took"'] | @json')" = "[\"DONE\",\"review\",\"claude-job\",\"$T\",\"$PROJECT\",\"created\",\"it \\\"works\\\"\",3,true]" ]
	[ "$(requests '.headers["content-type"]')" = application/json ]
	[ "$(requests '.headers["idempotency-key"]')" = "$(requests '.body | fromjson | .id')" ]
	[ ! -e "$ROOM/evil" ]
	wait_for 5 outbox_empty
	history_has \
		' notice id=claude-job\.[0-9TZ]*\.0\.review\.[0-9a-f-]* verdict=DONE event=review'
	history_has ' told id=claude-job\.[0-9TZ]*\.0\.review\.[0-9a-f-]* notifier=webhook$'
}

@test "a text of 100 kB is cut, and what comes is whole" {
	httpd
	config "notify=webhook $URL"
	job
	python3 -c 'print("ä\"\\" * 25000)' | rca-notify -v ESCALATE -e long "$T" -
	wait_for 10 received 1
	[ "$(requests '.body | fromjson | .text | (length > 4000) and endswith("...")')" = true ]
	[ "$(requests '.body | fromjson | .text | utf8bytelength')" -le 8192 ]
	[ "$(requests '.body | fromjson | .line | utf8bytelength')" -le 4096 ]
	[[ "$(requests '.body | fromjson | .line')" == \
		*'... | goal: it "works" | status: created'* ]]
	[ "$(requests '.body | fromjson | .text | test("^(ä\"\\\\)*(ä\"?)?[.]{3}$")')" = true ]
}

@test "an escalation has goal, status, reason, nudges, duration, last lines and what is needed" {
	httpd
	config "notify=webhook $URL" 'notify_prefix=cc-supervisor:'
	job
	sed -i 's/^status=.*/status=abandoned/' "$T/manifest"
	printf 'abandon_reason=deadline\nstarted_at=2026-01-01T00:00:00Z\nnudge_count=2\n' \
		>>"$T/manifest"
	printf 'first\nbuild: 3 errors\n\nsecond | third\nlast words\n' >"$T/output.log"
	rca-notify -v ESCALATE -e look "$T" "it gave up"
	wait_for 10 received 1
	line=$(requests '.body | fromjson | .line')
	echo "$line"
	[[ "$line" == 'cc-supervisor: ESCALATE | look | cwd='*' | it gave up | goal: it "works" | status: abandoned (deadline) | nudges: 2/3 | duration: '*'h '*'m | last: first build: 3 errors second | third last words | needed: look with rca-log'* ]]
	[ "$(requests '.body | fromjson | .last')" \
		= $'first\nbuild: 3 errors\nsecond | third\nlast words' ]
	[ "$(requests '.body | fromjson | .duration_s > 86400')" = true ]
	# whoever says himself what is needed is not contradicted
	rca-notify -v ESCALATE -e look "$T" "it gave up; needed: a new key"
	wait_for 10 received 2
	line=$(requests '.body | fromjson | .line' | tail -n 1)
	[[ "$line" == *' | it gave up | goal: '*' | needed: a new key' ]]
}

@test "what would look like another field is not in the fields before the text" {
	teller
	config notify=tell
	mkdir "$PROJECT/a | task=other"
	T=$(rca-mktask -a claude -n x -d "$PROJECT/a | task=other" -p "$ROOM/prompt")
	notifier tell <<-END
		printf '%s\n' "\$RCA_LINE" >>"$ROOM/told"
	END
	rca-notify -e 'a | b' "$T" text
	wait_for 5 told 1
	[ "$(cat "$ROOM/told")" \
		= "rca: FINE | a / b | task=claude-x | cwd=$PROJECT/a / task=other | text" ]
}

@test "a notifier gets its variables, an object, no secrets, and belongs to no task" {
	notifier show <<-END
		cat >"$ROOM/stdin"
		env >"$ROOM/env"
		pwd >"$ROOM/pwd"
		ls -l /proc/self/fd >"$ROOM/fds"
	END
	config 'notify=show  two words '
	job
	SECRET=hush ANTHROPIC_API_KEY=hush RCA_TASK=$T rca-notify -e e "$T" $'a\nb'
	wait_for 5 outbox_empty
	run ! grep -q hush "$ROOM/env"
	grep -qx 'RCA_TASK=' "$ROOM/env"
	grep -qx 'RCA_ARG=two words ' "$ROOM/env"
	grep -qx 'RCA_VERDICT=FINE' "$ROOM/env"
	grep -qx 'RCA_EVENT=e' "$ROOM/env"
	grep -qx "RCA_NAME=claude-job" "$ROOM/env"
	grep -qx "RCA_DIR=$T" "$ROOM/env"
	grep -qx "RCA_CWD=$PROJECT" "$ROOM/env"
	grep -qx "RCA_STATUS=created" "$ROOM/env"
	grep -qx "RCA_ID=$(jq -r .id "$ROOM/stdin")" "$ROOM/env"
	[ "$(sed -n 's/^RCA_JSON=//p' "$ROOM/env")" = "$(cat "$ROOM/stdin")" ]
	[ "$(sed -n 's/^RCA_LINE_JSON=//p' "$ROOM/env" |
		jq -r .)" = "$(sed -n 's/^RCA_LINE=//p' "$ROOM/env")" ]
	[ "$(cat "$ROOM/pwd")" = / ]
}

# --- the call

@test "without a notifier nobody is told, and it says so" {
	job
	complains 1 "claude-job: not delivered: no notifier is configured" rca-notify -v DONE \
		-e x "$T" "some news"
	history_has ' notice verdict=DONE event=x text="some news"$'
	[ ! -e "$T/outbox" ]
	no_deliverer
}

@test "it does not wait for the notifier" {
	notifier tell <<<'sleep 60'
	config notify=tell
	job
	timeout 5 rca-notify "$T" x
	timeout 5 sh -c "rca-notify '$T' x | cat" # nor does a pipe stay open
}

@test "a wrong call is answered with the usage, a wrong word with what is right" {
	job
	usage_of rca-notify
	usage_of rca-notify "$T"
	usage_of rca-notify "$T" a b
	usage_of rca-notify -d
	usage_of rca-notify -d "$T" x
	usage_of rca-notify -d -f
	usage_of rca-notify -f -e x
	usage_of rca-notify -q
	complains 100 "-v MAYBE: not one of: FINE NEEDS_NUDGE STUCK DONE ESCALATE" rca-notify \
		-v MAYBE "$T" x
	complains 100 "-e : not a short word" rca-notify -e '' "$T" x
	complains 102 "no such task" rca-notify claude-none x
	complains 102 "no such task" rca-notify -f claude-none
	complains 102 "no such task" rca-notify -d claude-none
	config 'notify=Bad/Name x'
	complains 100 "notify=Bad/Name x: does not begin with a notifier's name" rca-notify "$T" x
	[ ! -e "$T/outbox" ]
}

@test "a text may look like an option" {
	teller
	config notify=tell
	job
	rca-notify "$T" -f
	wait_for 5 told 1
	[ "$(cat "$ROOM/told")" = -f ]
}

@test "an outbox that cannot be written is an error" {
	config notify=tell
	job
	: >"$T/outbox"
	complains 111 "write outbox/" rca-notify "$T" x
}

@test "-V is its name and version" {
	[ "$(rca-notify -V)" = "rca-notify $(sed -n "s,^VERSION = ,,p" "$TOP/Makefile")" ]
}

# --- delivery

@test "who fails is tried again until it has arrived, once" {
	httpd
	echo 'once 2' >"$HTTP/mode"
	config "notify=webhook $URL"
	job
	rca-notify "$T" x
	wait_for 15 tried 3
	[ "$(requests '.body | fromjson | .id' | sort -u | wc -l)" = 1 ]
	wait_for 5 outbox_empty
	wait_for 5 no_deliverer
	history_has ' not_told id=[^ ]* notifier=webhook reason="exit 1: webhook: the answer is HTTP 500"$'
	[ "$(grep -c not_told "$T/history")" = 1 ]
}

@test "a server that is not there, hangs, cuts, and comes back" {
	httpd
	config "notify=webhook $URL" notify_timeout=1
	job
	kill "$HTTPD"
	wait_for 5 not listening
	rca-notify "$T" x
	wait_for 5 grep -q 'not_told.*exit 7' "$T/history"
	echo hang >"$HTTP/mode"
	httpd
	rca-notify -d "$T"
	wait_for 10 grep -q 'not_told.*did not end in 1 s' "$T/history"
	echo cut >"$HTTP/mode"
	rca-notify -d "$T"
	wait_for 10 grep -q 'not_told.*exit 18' "$T/history"
	echo 200 >"$HTTP/mode"
	rca-notify -d "$T"
	wait_for 10 received 1
	wait_for 5 outbox_empty
	[ "$(requests '.body | fromjson | .id' | sort -u | wc -l)" = 1 ]
}

# place NAME AGE VERDICT EVENT: a notice as it lies in the outbox of T while no deliverer is there;
# its text is NAME.
place()
{
	[ -d "$T/outbox" ] || mkdir -m 700 "$T/outbox"
	jq -nc --arg n "$1" --arg v "$3" --arg e "$4" \
		'{id: $n, line: $n, text: $n, verdict: $v, event: $e}' >"$T/outbox/$1.json"
	touch -d "$2 ago" "$T/outbox/$1.json"
}

@test "the ends of tasks and what cannot wait go first, else the oldest" {
	teller
	config notify=tell
	job
	place third '1 minute' FINE note
	place first '3 minutes' FINE note
	place second '2 minutes' STUCK hung
	place help '10 seconds' ESCALATE StopFailure
	place end '20 seconds' DONE completed
	rca-notify -f "$T"
	[ "$(xargs <"$ROOM/told")" = "end help first second third" ]
}

@test "what has waited for somebody who comes back goes in its order" {
	notifier tell <<-END
		echo >>"$ROOM/tries"
		exit 1
	END
	config notify=tell
	job
	for i in 1 2 3 4 5; do place "n$i" "$((10 - i)) minutes" FINE note; done
	complains 1 "5 not delivered yet" rca-notify -f "$T"
	wait_for 5 tries 4 # its own, and the deliverer's that it has sent
	teller
	rca-notify -f "$T"
	[ "$(xargs <"$ROOM/told")" = "n1 n2 n3 n4 n5" ]
}

@test "a notice that is refused holds up no other" {
	httpd
	echo 'refuse poison' >"$HTTP/mode"
	config "notify=webhook $URL"
	job
	rca-notify "$T" "poison one"
	rca-notify "$T" "poison two"
	wait_for 5 tried 1
	for i in 1 2 3; do rca-notify "$T" "good $i"; done
	good()
	{
		[ "$(grep -c 'told id' "$T/history")" -ge 3 ] &&
			[ "$(requests '.body | fromjson | .text' | grep -c good)" -ge 3 ]
	}
	wait_for 20 good
	[ "$(requests '.body | fromjson | .text' | grep good | xargs)" = "good 1 good 2 good 3" ] ||
		[ "$(requests '.body | fromjson | .text' | grep good | sort -u | wc -l)" = 3 ]
	echo 200 >"$HTTP/mode"
	rca-notify -d "$T"
	wait_for 10 outbox_empty
}

@test "what is no notice in the outbox is put aside, and what is one goes out" {
	teller
	config notify=tell
	job
	mkdir -p "$T/outbox/5.dir.json" && chmod 700 "$T/outbox"
	echo '{"id":' >"$T/outbox/1.cut.json"
	: >"$T/outbox/2.empty.json"
	echo '[1,2]' >"$T/outbox/3.list.json"
	printf '{"id":"x\0y","line":"l","verdict":"DONE"}' >"$T/outbox/4.nul.json"
	ln -s /etc/passwd "$T/outbox/6.link.json"
	mkfifo "$T/outbox/7.fifo.json"
	head -c 100000 /dev/zero >"$T/outbox/8.large.json"
	echo '{"id":"a","line":"l","verdict":"PERHAPS"}' >"$T/outbox/9.verdict.json"
	rca-notify "$T" good
	wait_for 5 told 1
	wait_for 5 outbox_empty
	[ "$(cat "$ROOM/told")" = good ]
	[ "$(find "$T/outbox/dead" -mindepth 1 | wc -l)" = 9 ]
	[ "$(get undelivered)" = 9 ]
	[ -L "$T/outbox/dead/6.link.json" ]
	history_has ' undelivered id=1.cut reason="outbox/1.cut.json: not a notice"$'
	manifest_ok
}

@test "each of several notifiers gets it once, and one that fails keeps it from no other" {
	teller
	notifier bad <<-END
		[ -e "$ROOM/well" ] || { echo "no   luck" >&2; exit 3; }
		echo "\$RCA_ID" >>"$ROOM/bad"
	END
	config 'notify=bad' 'notify=tell .a' 'notify=tell .b'
	job
	rca-notify "$T" one
	wait_for 5 told 1 .a
	wait_for 5 told 1 .b
	wait_for 5 grep -q ' not_told id=[^ ]* notifier=bad reason="exit 3: no   luck"$' \
		"$T/history"
	[ "$(in_outbox '*.json')" = 1 ]
	run ! grep -q '[.][ab]$' "$T"/outbox/*.told # nothing of the line, which may hold secrets
	rca-notify "$T" two
	wait_for 5 told 2 .b
	: >"$ROOM/well"
	rca-notify -d "$T"
	wait_for 5 outbox_empty
	wait_for 5 no_deliverer
	[ "$(sort -u "$ROOM/bad" | wc -l)" = 2 ]
	[ "$(xargs <"$ROOM/told.a") $(xargs <"$ROOM/told.b")" = "one two one two" ]
	[ "$(in_outbox '*')" = "$(in_outbox '*.lock')" ]
}

@test "a notifier that hangs is ended with all it started, and the others do not wait for it" {
	teller
	notifier hang <<-END
		export HANG=$ROOM/hang
		echo here >&2
		setsid sh -c 'sleep 300 & sleep 300' &
		sleep 300
	END
	# It ends only after the others have told, so they cannot have waited for it.
	notifier slow <<-END
		until grep -qs . "$ROOM/told"; do sleep 0.1; done
		echo slow >>"$ROOM/told"
	END
	cp "$XDG_CONFIG_HOME/rca/notifiers/hang" "$XDG_CONFIG_HOME/rca/notifiers/hang2"
	config notify=slow notify=hang notify=tell notify=hang2 notify_timeout=3
	job
	rca-notify "$T" one
	wait_for 2 told 1
	wait_for 10 told 2
	wait_for 10 grep -q ' not_told id=[^ ]* notifier=hang2 reason="did not end in 3 s: here"' \
		"$T/history"
	run ! grep 'not_told.*notifier=\(slow\|tell\)' "$T/history"
	sed -i '/hang/d' "$XDG_CONFIG_HOME/rca/config"
	rca-notify -d "$T"
	wait_for 10 none_holding "HANG=$ROOM/hang"
	wait_for 5 outbox_empty
}

none_holding() { [ -z "$(holding "$1")" ]; }

@test "two deliverers never have the same notice at the same time" {
	notifier tell <<-END
		mkdir "$ROOM/busy" || echo "two at once" >>"$ROOM/bad"
		sleep 0.05
		rmdir "$ROOM/busy"
		printf '%s\n' "\$RCA_TEXT" >>"$ROOM/told"
	END
	config notify=tell
	job
	for i in {1..10}; do
		rca-notify "$T" "$i" &
		rca-notify -d "$T" &
		rca-notify -f "$T" 2>/dev/null &
	done
	wait_for 20 told 10
	wait_for 5 outbox_empty
	wait_for 5 no_deliverer
	[ ! -e "$ROOM/bad" ]
	[ "$(sort -n "$ROOM/told" | xargs)" = "1 2 3 4 5 6 7 8 9 10" ]
}

@test "in quiet hours only an escalation goes out, and the rest when they are over" {
	teller
	local now=$((10#$(date -u +%H) * 60 + 10#$(date -u +%M)))
	at() { printf '%02d:%02d' $(((now + 1440 + $1) / 60 % 24)) $(((now + 1440 + $1) % 60)); }
	config notify=tell "quiet_hours=$(at -60)-$(at 60) UTC0"
	job
	rca-notify -v DONE -e completed "$T" news
	rca-notify -v ESCALATE "$T" help
	wait_for 5 told 1
	complains 1 "1 not delivered yet" rca-notify -f "$T"
	wait_for 5 not no_deliverer # it waits
	[ "$(cat "$ROOM/told")" = help ]
	sed -i "s/^quiet_hours=.*/quiet_hours=$(at -120)-$(at -60) UTC0/" \
		"$XDG_CONFIG_HOME/rca/config"
	rca-notify -d "$T"
	wait_for 5 told 2
	[ "$(tail -n 1 "$ROOM/told")" = news ]
	wait_for 5 no_deliverer
}

@test "a task may have quiet hours of its own" {
	teller
	config notify=tell
	local now=$((10#$(date -u +%H) * 60 + 10#$(date -u +%M)))
	task claude job \
		-k "quiet_hours=$(printf '%02d:%02d-%02d:%02d' $(((now + 1380) / 60 % 24)) \
		$((now % 60)) $(((now + 60) / 60 % 24)) $((now % 60))) UTC0"
	rca-notify "$T" news
	complains 1 "1 not delivered yet" rca-notify -f "$T"
	[ ! -e "$ROOM/told" ]
}

@test "what is too old goes to outbox/dead, the list says so, and it can be put back" {
	notifier tell <<<'exit 1'
	config notify=tell notify_keep=1
	job
	rca-notify "$T" news
	wait_for 10 test -d "$T/outbox/dead"
	wait_for 5 outbox_empty
	wait_for 5 no_deliverer
	[ "$(get undelivered)" = 1 ]
	history_has ' undelivered id=claude-job\.[^ ]* reason="tell: exit 1"$'
	rca-list | grep -q '1 notice undelivered'
	rca-list -j | jq -e '.undelivered == 1'
	teller
	touch "$T"/outbox/dead/*.json
	mv "$T"/outbox/dead/*.json "$T/outbox"
	rca-notify -f "$T"
	[ "$(cat "$ROOM/told")" = news ]
	[ -z "$(get undelivered)" ]
	[[ "$(rca-list)" != *undelivered* ]]
}

@test "what is old has one more chance" {
	teller
	config notify=tell
	job
	place news '3 days' DONE completed
	rca-notify -f "$T"
	[ "$(cat "$ROOM/told")" = news ]
}

@test "a notice nobody is configured for any more is buried when its time is over" {
	notifier tell <<<'exit 1'
	config notify=tell notify_keep=86400
	job
	rca-notify "$T" news
	wait_for 5 grep -q not_told "$T/history"
	sed -i /notify=/d "$XDG_CONFIG_HOME/rca/config"
	complains 1 "1 not delivered yet: no notifier is configured" rca-notify -f "$T"
	touch -d '3 days ago' "$T"/outbox/*.json
	rca-notify -f "$T"
	[ "$(get undelivered)" = 1 ]
	history_has ' undelivered id=[^ ]* reason="no notifier is configured"$'
}

@test "-f delivers all that waits in all tasks, and says what is left" {
	notifier tell <<<'exit 1'
	config notify=tell
	job a
	rca-notify "$T" a
	job b
	rca-notify "$T" b
	job c
	wait_for 5 grep -q not_told "$T/../claude-b/history"
	wait_for 5 grep -q not_told "$T/../claude-a/history"
	run rca-notify -f
	[ "$status" = 1 ]
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[0]}" == "rca-notify: claude-"*": 1 not delivered yet: rca-log -e says why" ]]
	teller
	rca-notify -f
	[ "$(sort "$ROOM/told" | xargs)" = "a b" ]
	rca-notify -f
	rca-notify -f "$T"
	wait_for 5 no_deliverer
}

@test "the user's own notifier comes before ours, and one that is not there is said" {
	notifier webhook <<-END
		echo mine >"$ROOM/mine"
	END
	config notify=webhook
	job
	rca-notify "$T" x
	wait_for 5 test -e "$ROOM/mine"
	config notify=nobody
	rca-notify "$T" x
	wait_for 5 \
		grep -q \
		'not_told id=[^ ]* notifier=nobody reason="notifier nobody: no such notifier: there are ' \
		"$T/history"
}

@test "a deliverer leaves a task that is removed" {
	notifier tell <<<'exit 1'
	config notify=tell
	job
	rca-notify "$T" x
	wait_for 5 grep -q not_told "$T/history"
	rm -r "$T"
	wait_for 10 no_deliverer
}

# --- kills

count()
{
	traced "$ROOM/killat" 0 "$@"
	read -r _ calls <"$ROOM/killat"
}

@test "killed at any moment of a put, there is a whole notice or none" {
	teller
	config notify=tell
	job all
	count rca-notify "$T" x
	[ "$calls" -gt 20 ] || [ "$calls" = 0 ]
	step=$((calls / 12 + 1))
	for ((n = 1; n < calls; n += step)); do
		job "n$n"
		killed "$n" rca-notify "$T" "n$n" || continue
		for f in "$T"/outbox/*.json; do # a deliverer may be quicker
			[ ! -e "$f" ] || jq -e .line "$f" >/dev/null || [ ! -e "$f" ]
		done
		rca-notify "$T" "and n$n"
		wait_for 5 outbox_empty
		grep -qx "and n$n" "$ROOM/told"
		[ "$(in_outbox '*.json')" = 0 ]
	done
}

@test "killed at any moment of a delivery, nothing is lost" {
	teller a
	teller b
	config notify=a 'notify=b .b'
	job all
	place all '1 minute' DONE completed
	count rca-notify -f "$T"
	[ "$calls" -gt 50 ] || [ "$calls" = 0 ]
	step=$((calls / 20 + 1))
	for ((n = 1; n < calls; n += step)); do
		job "n$n"
		place "n$n" '1 minute' DONE completed
		killed "$n" rca-notify -f "$T" || continue
		rca-notify -f "$T" || { ls -R "$T/outbox"; return 1; }
		grep -qx "n$n" "$ROOM/told"
		grep -qx "n$n" "$ROOM/told.b"
		[ "$(in_outbox '*')" = "$(in_outbox '*.lock')" ]
	done
}

@test "killed at any moment of a burial, it is counted right in the end" {
	notifier tell <<<'exit 1'
	config notify=tell notify_keep=1
	job all
	place x '3 days' FINE note
	count rca-notify -f "$T"
	step=$((calls / 12 + 1))
	for ((n = 1; n < calls; n += step)); do
		job "n$n"
		place x '3 days' FINE note
		killed "$n" rca-notify -f "$T" || continue
		manifest_ok
		[ ! -e "$T/outbox/dead/x.json" ] || [ "$(get undelivered)" = 1 ]
		rca-notify -f "$T" || :
		[ -e "$T/outbox/dead/x.json" ]
		[ "$(get undelivered)" = 1 ]
		manifest_ok
	done
}
