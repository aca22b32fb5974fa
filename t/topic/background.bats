#!/usr/bin/env bats
# Work that an agent leaves open in the background when its turn ends: it goes on once that is over,
# and only then it has ended.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../harness/lib

setup()
{
	rca_setup
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
}

teardown() { rca_teardown; }

# scene [WORD...] - what the agent's first attempt does is on standard input, in the words of
# t/fake/claude; WORDS what those after it do
scene()
{
	cat >"$ROOM/scene"
	fake "script:$ROOM/scene" "$@"
}

wrap()
{
	W=0
	rca-wrap "$T" >/dev/null 2>"$ROOM/err" 3>&- || W=$?
}

@test "a task in the background is waited for beyond linger, and the second result counts" {
	task claude bg -k check='cat bg.txt'
	scene <<-'END'
		ev_text 'I start it'
		ev_background b1
		ev_started b1
		ev_turn 2 200 40 0.0008 'I go on when it is done'
		nap 3
		echo fin >bg.txt
		ev_notified b1 completed
		ev_background
		ev_init
		ev_text 'really done'
		ev_turn 1 100 20 0.0012 'really done'
	END
	wrap
	ended completed
	[ "$(cat "$T/result")" = "really done" ]
	[ "$(get attempt)" = 1 ]
	[ -z "$(get nudge_count)" ]
	# tokens and turns of a result are its own, the cost is the sum
	[ "$(progress turns)" = 3 ]
	[ "$(progress tokens_in)" = 300 ]
	[ "$(progress tokens_out)" = 60 ]
	[ "$(progress cost_usd)" = 0.0012 ]
	[ "$(progress background)" = 0 ]
	grep -q '^= goes on in the background: 2 turns' "$T/output.log"
	grep -q '^= turn ended: 3 turns' "$T/output.log"
	not grep -q background_ "$T/history"
}

@test "of several tasks each is waited for: those of a list, and those told one by one" {
	task claude list
	scene <<-'END'
		ev_background b1 b2 b3
		ev_turn 1 1 1 0 first
		nap 1.5; ev_notified b2 completed; ev_background b1 b3
		nap 1.5; ev_background b3
		nap 1.5; echo all >all.txt; ev_background
		ev_init; ev_turn 1 1 1 0 second
	END
	wrap
	ended completed
	[ -e "$PROJECT/all.txt" ]
	[ "$(cat "$T/result")" = second ]
	task claude one
	scene <<-'END'
		ev_started b1; ev_started b2; ev_started b3 false
		ev_turn 1 1 1 0 first
		nap 1.5; ev_notified b1 failed
		nap 1.5; echo two >two.txt; ev_notified b2 completed
		ev_init; ev_turn 1 1 1 0 second
	END
	wrap
	ended completed
	[ -e "$PROJECT/two.txt" ]
	[ "$(cat "$T/result")" = second ]
}

@test "watches and wakeups known by their calls are waited for, failed or cancelled ones are not" {
	task claude watch
	scene <<-'END'
		ev_call c1 Monitor '{"command":"tail -f x","description":"x","timeout_ms":300000}'
		ev_turn 1 1 1 0 first
		nap 2.5
		ev_init; ev_text 'an event'; ev_turn 1 1 1 0 second
		nap 2.5
		ev_init; ev_text over; ev_turn 1 1 1 0 third
	END
	wrap
	ended completed
	[ "$(cat "$T/result")" = third ]
	task claude wakeup
	scene <<-'END'
		ev_call c1 ScheduleWakeup \
			'{"delaySeconds":60,"reason":"the CI runs","prompt":"go on"}'
		ev_background b1
		ev_turn 1 1 1 0 first
		ev_background; ev_init; ev_turn 1 1 1 0 'b1 is over, the wakeup is not'
		nap 2.5
		out '{"type":"command_lifecycle","state":"started","wakeup_source":"loop_wakeup"}\n'
		ev_init; ev_turn 1 1 1 0 third
		rest
	END
	wrap
	ended completed
	[ "$(cat "$T/result")" = third ]
	task claude none
	scene <<-'END'
		ev_call c1 ScheduleWakeup \
			'{"delaySeconds":60,"reason":"the CI runs","prompt":"go on"}'
		ev_call c2 ScheduleWakeup '{"stop":true}'
		assistant '{"type":"tool_use","id":"c3","name":"Monitor","input":{"description":"x","timeout_ms":1000}}'
		out '{"type":"user","message":{"role":"user","content":[{"tool_use_id":"c3","type":"tool_result","content":"no","is_error":true}]}}\n'
		ev_turn 1 1 1 0 first
		rest
	END
	before=$(now_ms)
	wrap
	within 6 "$before"
	ended completed
}

@test "work whose end wakes nobody leaves the linger from then on" {
	task claude bg
	scene <<-'END'
		ev_background b1
		ev_turn 1 1 1 0 first
		nap 2; ev_notified b1 failed; ev_background
		date +%s%3N >emptied
		rest
	END
	wrap
	ended completed
	[ "$(cat "$T/result")" = first ]
	[ $(($(now_ms) - $(cat "$PROJECT/emptied"))) -ge 900 ]
	within 6 "$(cat "$PROJECT/emptied")"
	not grep -q background_ "$T/history"
}

@test "work that never ends is ended after background_timeout, and history says so" {
	task claude bg -k background_timeout=2
	scene <<-'END'
		ev_background b1
		ev_turn 1 1 1 0 first
		setsid sleep 1000 8>&- &
		while :; do
			out '{"type":"system","subtype":"task_progress","task_id":"b1"}\n'
			nap 0.3
		done
	END
	before=$(now_ms)
	wrap
	within 8 "$before"
	[ $(($(now_ms) - before)) -ge 2000 ]
	ended completed
	[ "$(cat "$T/result")" = first ]
	history_has ' background_timeout open=1 waited_s=2 work="task: step b1"'
	[ -z "$(marked "$T")" ]
}

@test "a turn that began meanwhile is no end, however long it takes" {
	task claude bg -k background_timeout=1
	scene <<-'END'
		ev_background b1
		ev_turn 1 1 1 0 first
		ev_init
		nap 2.5
		ev_turn 1 1 1 0 second
		ev_background
	END
	wrap
	ended completed
	[ "$(cat "$T/result")" = second ]
	not grep -q background_ "$T/history"
}

@test "an agent that exits while work is open has ended; one that is killed or fails has not" {
	task claude leaves
	scene <<-'END'
		ev_background b1
		ev_turn 1 1 1 0 first
		exit 0
	END
	wrap
	ended completed
	for how in 'die' 'exit 143' 'exit 1' 'ev_notified b1 killed; ev_background; exit 143'; do
		task claude "killed-$((++n))"
		scene <<-END
			ev_background b1
			ev_turn 1 1 1 0 first
			$how
		END
		wrap
		not_done crashed
		history_has ' background_lost open=1'
	done
}

@test "the wrapper killed while work is open, the task is resumed, not completed" {
	quick
	task claude bg
	scene ok <<-'END'
		ev_text 'I start it'
		ev_background b1
		ev_turn 1 1 1 0 first
		rest
	END
	rca-launch -e none "$T" >/dev/null 3>&-
	rca-monitor -d "$T" 3>&-
	wait_for 10 grep -qx background=1 "$T/progress"
	kill -9 "$(wrap_pid)"
	wait_done 20
	ended completed
	[ "$(get attempt)" = 2 ]
	[ "$(starts resume)" = 1 ]
	[ "$(cat "$T/result")" = "all done by claude, attempt 2" ]
}

@test "a stop while work is open is a stop" {
	quick
	task claude bg
	scene <<-'END'
		ev_background b1
		ev_turn 1 1 1 0 first
		rest
	END
	rca-launch -e none "$T" >/dev/null 3>&-
	wait_for 10 grep -qx background=1 "$T/progress"
	rca-reap -k "$T"
	ended stopped
	[ "$(cat "$T/exit_code")" != 0 ]
}

@test "silence while work is open is no hang, and everybody is told what is waited for" {
	quick
	task claude bg -k silence=2
	scene <<-'END'
		ev_background b1
		ev_turn 1 1 1 0 first
		nap 9
		ev_background
		ev_init; ev_turn 1 1 1 0 second
	END
	rca-launch -e none "$T" >/dev/null 3>&-
	rca-monitor -d "$T" 3>&-
	wait_for 20 grep -q ' busy .*background=1' "$T/history"
	[ "$(progress phase)" = background ]
	[ "$(progress tool)" = "task: step b1" ]
	run -0 rca-probe -k "$T"
	[[ "$output" == *'rests_on=background work'* && "$output" == *background=1* ]]
	run -0 rca-probe -j "$T"
	[[ "$output" == *'"background":1'* && "$output" == *'"phase":"background"'* ]]
	run -0 rca-list -j
	[[ "$output" == *'"background":1'* ]]
	wait_done 20
	ended completed
	[ "$(get attempt)" = 1 ]
	[ "$(cat "$T/result")" = second ]
}

@test "a hang check is held up by open work for background_timeout, not longer" {
	quick
	task claude bg -k silence=1 -k background_timeout=1
	scene ok <<-'END'
		ev_background b1
		ev_text 'and now it asks its model, which never answers'
		rest
	END
	rca-launch -e none "$T" >/dev/null 3>&-
	rca-monitor -d "$T" 3>&-
	wait_done 30
	history_has ' hung '
	[ "$(get attempt)" = 2 ]
}
