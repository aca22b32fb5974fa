# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# Each notifier, as a deliverer calls it: to a real HTTP server, or to a program that writes down
# what it was given.
load ../harness/lib
bats_require_minimum_version 1.5.0

TEXT=$'say "hi" & <b>bye</b> \\ $(id) `id` %s 🎉\n-second line'
LINE='say "hi" & <b>bye</b> \ $(id) `id` %s 🎉 -second line'

setup()
{
	rca_setup
	mkdir -p "$ROOM/bin"
	ALL=$PATH
	PATH=$ROOM/bin:$PATH
	echo "do the work" >"$ROOM/prompt"
	task claude job
}

teardown()
{
	PATH=$ALL
	rca_teardown
}

# program NAME: writes its words, one a file, to ROOM/NAME.N, and its standard input to
# ROOM/NAME.in; it stays out of a shell's sight in PATH but for this.
program()
{
	cat >"$ROOM/bin/$1" <<-END
		#!/bin/sh
		n=0
		for word in "\$@"; do
			n=\$((n + 1))
			printf '%s' "\$word" >"$ROOM/$1.\$n"
		done
		echo "\$n" >"$ROOM/$1.words"
		cat >"$ROOM/$1.in"
	END
	chmod +x "$ROOM/bin/$1"
}

# tell CONFIG-LINE [rca-notify options]: to that notifier, and it has arrived.
tell()
{
	config "$1"
	shift
	rca-notify "$@" "$T" "$TEXT"
	wait_for 10 outbox_empty || { cat "$T/history"; return 1; }
}

# fails CONFIG-LINE REASON: the history says why.
fails()
{
	config "$1"
	rca-notify "$T" "$TEXT"
	wait_for 10 grep -qF -e "reason=\"$2" "$T/history" || { cat "$T/history"; return 1; }
	sed -i /notify=/d "$XDG_CONFIG_HOME/rca/config"
	rca-notify -d "$T"
}

# The line as it is to arrive; $1 the verdict, $2 the event.
line() { printf '%s' "rca: $1 | $2 | task=claude-job | cwd=$PROJECT | $LINE"; }

# nowhere PROGRAM...: a PATH that has none of these, but all that sh needs.
nowhere()
{
	mkdir -p "$ROOM/some"
	ln -sf /usr/bin/* /bin/* "$ROOM/some" 2>/dev/null || :
	(cd "$ROOM/some" && rm -f "$@")
	PATH=$TOP/bin:$ROOM/bin:$ROOM/some
}

# --- by HTTP

@test "webhook: the object, whole, with its id" {
	httpd
	tell "notify=webhook $URL?a=b&c[]={d}" -v DONE -e completed
	[ "$(requests '.method + " " + .path')" = 'POST /in?a=b&c[]={d}' ]
	[ "$(requests '.body | fromjson | .text')" = "$TEXT" ]
	[ "$(requests '.body | fromjson | .line')" = "$(line DONE completed)" ]
	[ "$(requests '.headers["idempotency-key"]')" = "$(requests '.body | fromjson | .id')" ]
	[ "$(requests '.headers | has("authorization")')" = false ]
}

@test "slack: a text, its own marks escaped" {
	httpd
	echo "$URL" >"$ROOM/address"
	tell "notify=slack @$ROOM/address" -v STUCK
	[ "$(requests '.body | fromjson | keys | join(" ")')" = text ]
	[ "$(requests '.body | fromjson | .text')" = "$(line STUCK note |
		sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')" ]
}

@test "ntfy: the line, a title, a priority after the verdict, a token" {
	httpd
	echo s3cret >"$ROOM/token"
	tell "notify=ntfy $URL token-file=$ROOM/token" -v STUCK -e hung
	[ "$(requests .body)" = "$(line STUCK hung)" ]
	[ "$(requests '.headers | [.title, .priority, .tags, .authorization] | join(", ")')" \
		= "STUCK claude-job, 4, warning, Bearer s3cret" ]
	for v in FINE DONE ESCALATE; do
		rca-notify -v "$v" "$T" x
		wait_for 10 outbox_empty
	done
	[ "$(requests .headers.priority | xargs)" = "4 2 3 5" ]
}

@test "openclaw: the gateway's hook, with its token" {
	httpd
	tell "notify=openclaw ${URL%/in} token=s3\"cr\\et" -v ESCALATE -e Stop
	[ "$(requests '.method + " " + .path')" = "POST /hooks/wake" ]
	[ "$(requests .headers.authorization)" = 'Bearer s3"cr\et' ]
	[ "$(requests '.headers["content-type"]')" = application/json ]
	[ "$(requests '.body | fromjson | keys | join(" ")')" = "mode text" ]
	[ "$(requests '.body | fromjson | .mode')" = now ]
	[[ "$(requests '.body | fromjson | .text')" == "$(line ESCALATE Stop) | goal"* ||
		"$(requests '.body | fromjson | .text')" == "$(line ESCALATE Stop) | status"* ]]
}

@test "openclaw: an address of its own for the hook" {
	httpd
	tell "notify=openclaw $URL/my/wake token=x"
	[ "$(requests .path)" = /in/my/wake ]
}

@test "no token and no address is in an argument list while it is delivered" {
	httpd
	echo hang >"$HTTP/mode"
	echo s3cret-in-file >"$ROOM/token"
	config "notify=webhook $URL/secret-path token=s3cret-in-line" \
		"notify=ntfy $URL/secret-path token-file=$ROOM/token" notify_timeout=20
	rca-notify "$T" "$TEXT"
	wait_for 10 tried 2
	printf 's3cret-in\nsecret-path\n' >"$ROOM/secrets"
	grep -azqF -f "$ROOM/secrets" /proc/[0-9]*/environ # they are there
	for i in {1..5}; do
		run ! grep -alzF -f "$ROOM/secrets" /proc/[0-9]*/cmdline
		rca-notify -d "$T"
	done
	run ! grep -r 's3cret-in' "$T"
	run ! grep -r 'secret-path' "$T"
	kill "$HTTPD"
}

@test "an answer that is not 2xx is a failure, also a redirection" {
	httpd
	for status in 301 404 503; do
		echo "$status" >"$HTTP/mode"
		fails "notify=webhook $URL" "exit 1: webhook: the answer is HTTP $status"
	done
	[ "$(requests .path | sort -u)" = /in ]
}

@test "what is wrong with a line of the config is said" {
	fails notify=webhook "exit 100: webhook: notify=webhook: no address"
	fails 'notify=ntfy ntfy.example.org/x' \
		'exit 100: ntfy: notify=ntfy ntfy.example.org/x...: neither an address'
	fails "notify=slack @$ROOM/nothing" \
		"exit 100: slack: $ROOM/nothing: cannot be read, or is empty"
	fails notify=command "exit 100: command: no program"
	fails 'notify=command no-such-program x' 'exit 127: command: no-such-program: not found'
}

@test "a program that is not installed is said in one line, and tried again" {
	nowhere curl notify-send osascript openclaw
	fails 'notify=webhook http://127.0.0.1:9' 'exit 127: webhook: curl: not found'
	fails notify=desktop 'exit 127: desktop: neither notify-send nor osascript found'
	fails notify=openclaw 'exit 127: openclaw: openclaw: not found'
	fails 'notify=openclaw event' 'exit 127: openclaw: openclaw: not found'
	program openclaw
	tell notify=openclaw
}

# --- by a program

@test "openclaw: through the gateway's call, or as a system event of a session" {
	program openclaw
	tell notify=openclaw
	[ "$(cat "$ROOM"/openclaw.[1-4])" = "gatewaycallwake--params" ]
	[ "$(jq -r '.text + " " + .mode' "$ROOM/openclaw.5")" = "$(line FINE note) now" ]
	sed -i 's/^notify=.*/notify=openclaw event agent:main:my "key"/' \
		"$XDG_CONFIG_HOME/rca/config"
	rca-notify "$T" "$TEXT"
	wait_for 10 outbox_empty
	[ "$(cat "$ROOM/openclaw.words")" = 8 ]
	[ "$(cat "$ROOM/openclaw.1") $(cat "$ROOM/openclaw.2") $(cat "$ROOM/openclaw.3")" \
		= "system event --text" ]
	[ "$(cat "$ROOM/openclaw.4")" = "$(line FINE note)" ]
	[ "$(cat "$ROOM/openclaw.5") $(cat "$ROOM/openclaw.6")" = '--mode now' ]
	[ "$(cat "$ROOM/openclaw.7")" = --session-key ]
	[ "$(cat "$ROOM/openclaw.8")" = 'agent:main:my "key"' ]
}

@test "command: the line is the last argument, the object is on standard input" {
	program receive
	tell 'notify=command receive -x *' -v DONE -e completed
	[ "$(cat "$ROOM/receive.words") $(cat "$ROOM/receive.1") $(cat "$ROOM/receive.2")" \
		= "3 -x *" ]
	[ "$(cat "$ROOM/receive.3")" = "$(line DONE completed)" ]
	[ "$(jq -r .text "$ROOM/receive.in")" = "$TEXT" ]
}

@test "command: a path with blanks in it" {
	program receive
	mkdir "$ROOM/a b"
	mv "$ROOM/bin/receive" "$ROOM/a b/my program"
	tell "notify=command $ROOM/a b/my program"
	[ "$(cat "$ROOM/receive.1")" = "$(line FINE note)" ]
}

@test "command -j: what older supervisors' hooks take, under their prefix" {
	program openclaw
	config notify_prefix=cc-supervisor:
	tell 'notify=command -j openclaw gateway call wake --params' -v STUCK -e Stop
	[ "$(cat "$ROOM"/openclaw.[1-4])" = "gatewaycallwake--params" ]
	[ "$(jq -r .text "$ROOM/openclaw.5")" \
		= "cc-supervisor: STUCK | stopped:end_turn:prompt_back | cwd=$PROJECT | $LINE" ]
	[ "$(jq -r 'keys | join(" ")' "$ROOM/openclaw.5")" = "mode text" ]
}

@test "desktop: a message, urgent if it is, its body without markup" {
	program notify-send
	tell notify=desktop -v ESCALATE -e Stop
	[ "$(cat "$ROOM"/notify-send.[1-3])" = "--app-name=rca--urgency=critical--" ]
	[ "$(cat "$ROOM/notify-send.4")" = "rca: ESCALATE claude-job" ]
	[[ "$(cat "$ROOM/notify-send.5")" == \
		'rca: ESCALATE | Stop | '*'say "hi" &amp; &lt;b&gt;bye&lt;/b&gt; \ $(id)'* ]]
	rca-notify "$T" x
	wait_for 10 outbox_empty
	[ "$(cat "$ROOM/notify-send.2")" = --urgency=normal ]
}

@test "desktop: on macOS the texts are arguments of a script, not part of it" {
	nowhere notify-send
	program osascript
	tell notify=desktop -v DONE
	[ "$(cat "$ROOM/osascript.1") $(cat "$ROOM/osascript.2")" = "- rca: DONE claude-job" ]
	[ "$(cat "$ROOM/osascript.3")" = "$(line DONE note)" ]
	grep -q 'display notification (item 2 of argv)' "$ROOM/osascript.in"
	run ! grep -q bye "$ROOM/osascript.in"
}
