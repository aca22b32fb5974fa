# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# News that nobody has to call for: each is told once, with its id, whoever dies in between.
load ../harness/lib
bats_require_minimum_version 1.5.0

setup()
{
	rca_setup
	quick
	mkdir -p "$XDG_CONFIG_HOME/rca/notifiers"
	cat >"$XDG_CONFIG_HOME/rca/notifiers/tell" <<-END
		#!/bin/sh
		printf '%s\n' "\$RCA_JSON" >>"$ROOM/told"
	END
	chmod +x "$XDG_CONFIG_HOME/rca/notifiers/tell"
	config notify=tell
}

teardown() { rca_teardown; }

told() { [ -e "$ROOM/told" ] && [ "$(wc -l <"$ROOM/told")" -ge "$1" ]; }

no_deliverer() { none_of_ours rca-notify; }

# told_of EVENT: such a notice of T has come.
told_of()
{
	[ -e "$ROOM/told" ] && jq -e -s --arg n "${T##*/}" --arg e "$1" \
		'any(.[]; .task == $n and .event == $e)' "$ROOM/told" >/dev/null
}

# news EVENT VERDICT TEXT: of T exactly one such notice comes, with this in its text, and an id that
# says which attempt. How many came says nothing of which, so it waits for this one.
news()
{
	wait_for 10 told_of "$1"
	wait_for 10 no_deliverer
	jq -e --arg e "$1" --arg v "$2" --arg t "$3" --arg n "${T##*/}" -s '
		[.[] | select(.task == $n and .event == $e)] |
			length == 1 and .[0].verdict == $v and (.[0].text | contains($t)) and
			(.[0].id | startswith($n + ".")) and
			(.[0].line | startswith("rca: \($v) | \($e) | task=\($n) | cwd="))
	' "$ROOM/told" >/dev/null || {
		cat "$ROOM/told" "$T/history"
		return 1
	}
}

how_many() { jq -s length "$ROOM/told"; }

@test "completed: told once, with the agent's last words, and the notice is there before done" {
	task claude fix
	fake ok
	wrap
	ended completed
	told 1 || wait_for 5 told 1
	news completed DONE "all done by claude"
	[ "$(jq -r '.id' "$ROOM/told")" = "claude-fix.$(get created_at | tr -d ':-').1.completed" ]
	[ "$(how_many)" = 1 ]
	rca-wrap "$T"
	rca-monitor "$T" 2>/dev/null
	wait_for 5 no_deliverer
	[ "$(how_many)" = 1 ]
	history_has ' notice id=claude-fix\.[^ ]*\.1\.completed verdict=DONE event=completed '
}

@test "failed: told with its reason, and what is needed" {
	task claude fix
	fake error:401
	wrap
	ended failed
	wait_for 5 told 1
	news failed ESCALATE 401
	[[ "$(jq -r .line "$ROOM/told")" == \
		*'| status: failed (401'*'| needed: log the agent in, then rca-launch -r'* ]]
	[ "$(how_many)" = 1 ]
}

@test "a command that fails is told, too, and one that is lost" {
	T=$(rca-mktask -n boom -- sh -c 'echo "make: *** no rule"; exit 3')
	wrap
	wait_for 5 told 1
	news failed ESCALATE exit:3
	[[ "$(jq -r .last "$ROOM/told")" == *'no rule'* ]]
}

@test "stopped: told" {
	task claude fix
	fake hang:3
	rca-launch -e none "$T" >/dev/null
	wait_for 5 grep -q tool_use "$T/events.jsonl"
	rca-reap -k "$T"
	ended stopped
	wait_for 5 told 1
	news stopped FINE stop
	[ "$(how_many)" = 1 ]
}

@test "limited: told until when, each time; and then its end" {
	task claude fix
	fake limit:2 limit:2 ok
	rca-launch -e none "$T" >/dev/null
	timeout 20 rca-monitor "$T" 2>/dev/null
	ended completed
	wait_for 5 told 3
	news completed DONE ""
	[ "$(jq -r '[.verdict, .event] | join(" ")' "$ROOM/told" |
		xargs)" = "FINE limited FINE limited DONE completed" ]
	[[ "$(jq -r .text "$ROOM/told" | head -n 1)" == "usage limit, until 20"* ]]
	[ "$(jq -r .id "$ROOM/told" | sort -u | wc -l)" = 3 ]
}

@test "limited without a time: told once when it is looked at again, not at each look" {
	task claude fix -k limit_retry=2
	fake limit:none limit:none ok
	rca-launch -e none "$T" >/dev/null
	timeout 20 rca-monitor "$T" 2>/dev/null
	ended completed
	wait_for 5 told 2
	[ "$(jq -r '[.verdict, .event] | join(" ")' "$ROOM/told" |
		xargs)" = "FINE limited DONE completed" ]
	[[ "$(jq -r .text "$ROOM/told" | head -n 1)" == "usage limit, looked at again at 20"* ]]
}

@test "hung: told with what that rests on, before the attempt is resumed" {
	export MONITOR_GRACE_PERIOD=1
	task claude fix -k silence=1
	fake hang:2 ok
	rca-launch -e none "$T" >/dev/null
	timeout 30 rca-monitor "$T" 2>/dev/null
	ended completed
	wait_for 5 told 2
	news hung STUCK "silent"
	news completed DONE ""
	[ "$(how_many)" = 2 ]
}

@test "a shutdown ends the monitor: no notice, and the watchdog goes on with the task silently" {
	task claude fix
	fake hold:3
	rca-launch -e none "$T" >/dev/null
	rca-monitor -d "$T"
	held
	for sig in TERM HUP; do
		kill -$sig "$(monitor_pid)"
		wait_for 5 unlocked "$T/monitor.lock"
		is_status abandoned
		history_has " abandoned reason=signal detail=\"signal $(kill -l $sig)\""
		rca-watchdog
		wait_for 5 is_status running
	done
	kill -TERM "$(monitor_pid)" "$(wrap_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	wait_for 5 unlocked "$T/lock"
	fake hold:3 ok
	rca-watchdog
	wait_done
	ended completed
	wait_for 5 eval 'jq -r .event "$ROOM/told" | grep -q completed'
	[ "$(jq -r 'select(.verdict == "ESCALATE" or .event == "abandoned").line' "$ROOM/told")" \
		= "" ]
}

@test "abandoned: told why" {
	export MONITOR_MAX_RETRIES=0
	task claude fix
	fake crash:4
	rca-launch -e none "$T" >/dev/null
	run timeout 20 rca-monitor "$T"
	is_status abandoned
	wait_for 5 told 1
	news abandoned ESCALATE max_retries_exceeded
	[[ "$(jq -r .line "$ROOM/told")" == *'| status: abandoned (max_retries_exceeded)'* ]]
	[ "$(jq -r .id "$ROOM/told")" = "claude-fix.$(get created_at |
		tr -d ':-').1.abandoned.$(get abandoned_at | tr -d ':-')" ]
	# the next monitor finds it told
	run timeout 20 rca-monitor "$T"
	wait_for 5 no_deliverer
	[ "$(how_many)" = 1 ]
}

@test "a question that nobody can answer: told with the question, as the task is abandoned" {
	T=$(rca-mktask -n ask -- sh -c 'printf "Overwrite config? (y/N) "; exec sleep 60')
	rca-launch -e none "$T" >/dev/null
	run timeout 20 rca-monitor "$T"
	is_status abandoned
	wait_for 5 told 1
	news abandoned ESCALATE "waiting_for_input: Overwrite config? (y/N)"
	[[ "$(jq -r .line "$ROOM/told")" == *'| needed: an answer: rca-send'* ]]
	[ "$(how_many)" = 1 ]
}

@test "a question of a command: told while it waits, and its end when it is answered" {
	T=$(rca-mktask -n ask -- sh \
		-c 'printf "Overwrite config? (y/N) "; read -r x; echo "said $x"')
	rca-launch "$T" >/dev/null
	rca-monitor -d "$T"
	wait_for 15 told 1
	news waiting_for_input ESCALATE "Overwrite config? (y/N)"
	is_status running
	rca-send "$T" y
	wait_done
	wait_for 5 told 2
	news completed DONE ""
	[ "$(how_many)" = 2 ]
}

@test "without a notifier nothing is put, and nobody is started" {
	sed -i /notify=/d "$XDG_CONFIG_HOME/rca/config"
	task claude fix
	fake ok
	wrap
	ended completed
	[ ! -e "$T/outbox" ]
	run ! grep -q ' notice ' "$T/history"
}

@test "a config that was broken meanwhile does not keep a task from its end" {
	task claude fix
	fake hold:4
	rca-launch -e none "$T" >/dev/null
	held
	config 'no equals sign'
	go_on
	wait_done
	sed -i '/no equals/d' "$XDG_CONFIG_HOME/rca/config"
	ended completed
}

@test "who is told can be named while the job runs" {
	sed -i /notify=/d "$XDG_CONFIG_HOME/rca/config"
	task claude fix
	fake hold:4
	rca-launch -e none "$T" >/dev/null
	held
	config notify=tell
	go_on
	wait_done
	wait_for 5 told 1
	news completed DONE ""
}

# --- deaths

@test "a wrapper killed at its end leaves the news to the next one" {
	task claude all
	traced "$ROOM/killat" 0 rca-wrap "$T"
	read -r _ calls <"$ROOM/killat"
	for ((n = calls - 110; n < calls && n > 0; n += 9)); do
		task claude "n$n"
		traced "$ROOM/killat" "$n" rca-wrap "$T"
		[ ! -e "$T/done" ] || [ -n "$(find "$T/outbox" -name '*.json')" ] ||
			grep -q ' told id=' "$T/history" ||
			grep -q "\"task\":\"${T##*/}\"" "$ROOM/told"
		drive 3
		rca-notify -f "$T" || { cat "$T/history"; return 1; }
		[ "$(jq -r --arg n "claude-n$n" 'select(.task == $n and .event == "completed").id' \
			"$ROOM/told" | sort -u | wc -l)" = 1 ] || {
			cat "$T/history"
			return 1
		}
	done
}

@test "a deliverer that was killed is replaced by the task's monitor" {
	mv "$XDG_CONFIG_HOME/rca/notifiers/tell" "$ROOM/tell"
	task claude fix
	fake hold:4
	rca-launch -e none "$T" >/dev/null
	rca-monitor -d "$T"
	held
	rca-notify -e note "$T" "some news"
	wait_for 5 grep -q ' not_told ' "$T/history"
	# shellcheck disable=SC2046
	kill -9 $(ours rca-notify | cut -d' ' -f1)
	wait_for 5 no_deliverer
	mv "$ROOM/tell" "$XDG_CONFIG_HOME/rca/notifiers/tell"
	wait_for 10 told 1
	news note FINE "some news"
	go_on
	wait_done
	wait_for 5 told 2
}

@test "a monitor killed after a hang or a giving up is no reason for silence" {
	task claude fix
	fake hang:3
	wrap_bg
	wait_for 5 grep -q tool_use "$T/events.jsonl"
	kill -9 "$WRAP"
	wrap_end
	# what it wrote last, before it could tell
	sed -i 's/^status=.*/status=abandoned/' "$T/manifest"
	printf 'abandon_reason=deadline\nabandoned_at=2026-01-01T00:00:00Z\n' >>"$T/manifest"
	run rca-monitor "$T"
	wait_for 5 told 1
	news abandoned ESCALATE deadline
}

# --- what is removed

@test "rca-reap -r delivers what is left first, and does not remove what is not yet told" {
	mv "$XDG_CONFIG_HOME/rca/notifiers/tell" "$ROOM/tell"
	task claude fix
	fake ok
	wrap
	wait_for 5 grep -q ' not_told ' "$T/history"
	run rca-reap -r "$T"
	[ "$status" = 1 ]
	[[ "$output" == *"rca-reap: claude-fix: not removed: it has undelivered notices (rm -r its outbox to drop them)" ]]
	[ -e "$T/manifest" ]
	mv "$ROOM/tell" "$XDG_CONFIG_HOME/rca/notifiers/tell"
	rca-reap -r "$T"
	[ ! -e "$T" ]
	[ "$(jq -r .event "$ROOM/told")" = completed ]
	wait_for 5 no_deliverer
}

@test "rca-reap -r removes a task whose outbox nobody is named for, or that was put aside" {
	mv "$XDG_CONFIG_HOME/rca/notifiers/tell" "$ROOM/tell"
	task claude a
	wrap
	wait_for 5 grep -q ' not_told ' "$T/history"
	sed -i /notify=/d "$XDG_CONFIG_HOME/rca/config"
	rca-notify -d "$T"
	rca-reap -r "$T"
	[ ! -e "$T" ]
	wait_for 5 no_deliverer
	config notify=tell
	task claude b
	wrap
	wait_for 5 grep -q ' not_told ' "$T/history"
	rm -r "$T/outbox"
	rca-reap -r "$T"
	[ ! -e "$T" ]
	wait_for 15 no_deliverer
}
