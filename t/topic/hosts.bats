# shellcheck shell=bash disable=SC2154
# Many hosts over one task directory: what happens on a and b is seen on both.
load ../harness/lib
load ../harness/hosts

setup()
{
	rca_setup
	hosts_setup a b
}

teardown()
{
	hosts_teardown
	rca_teardown
}

@test "an agent that dies on b is resumed by a monitor on a, and each tool says where it is" {
	task claude far
	fake crash:3 hold:3
	on b rca-launch -e none "$T" >/dev/null
	on a rca-monitor -d "$T"
	held
	[ "$(get retry_count)" = 1 ]
	# The monitor launches where it is.
	[ "$(cut -d' ' -f1 "$T/lock") $(cut -d' ' -f1 "$T/monitor.lock")" = 'a a' ]
	[ "$(on b rca-probe -k "$T" | grep ^elsewhere=)" = elsewhere=a ]
	on b rca-list "$T" | grep -q '(on a'
	go_on
	wait_done
	ended completed
	[ "$(starts)" = 2 ]
}

@test "a silent agent on b that computes is not hung for a monitor on a, one that idles is" {
	# ps tells processor time in whole seconds
	task claude far -k grace=3
	fake busy:9 hang:2 ok
	on b rca-launch -e none "$T" >/dev/null
	on a rca-monitor -d "$T"
	wait_for 15 grep -q ' busy ' "$T/history"
	grep -qE '^at=[0-9]+$' "$T/vitals"
	wait_done
	ended completed
	not grep -q ' hung ' "$T/history"
	[ ! -e "$T/vitals" ]

	fake ok hang:2 hold:3
	on b rca-launch -r -e none "$T" >/dev/null
	on a rca-monitor -d "$T"
	held 30
	# Found by what its wrapper says, and ended by its wrapper.
	history_has ' hung silent_s=[0-9]+ cpu_ms=[0-9]+ open_tools=0'
	history_has ' hung reason=hung exit_code=143'
	[ ! -e "$T/end" ]
	go_on
	wait_done
	ended completed
}

@test "with old vitals nobody is called hung" {
	local wrap old

	task claude far
	fake hang:2 hold:3
	on b rca-launch -e none "$T" >/dev/null
	on a rca-monitor -d "$T"
	wrap=$(lock_pid "$T/lock")
	wait_for 10 test -e "$T/vitals"
	kill -STOP "$wrap"
	old=$(<"$T/vitals")
	wait_for 10 grep -q ' quiet' "$T/history"
	nap 3
	[ "$old" = "$(<"$T/vitals")" ]
	not grep -q ' hung ' "$T/history"
	kill -CONT "$wrap"
	held 20
	go_on
	wait_done
	ended completed
}

@test "rca-reap -k on a ends a task on b, in its agent and in its check" {
	task claude far
	fake hang:3
	on b rca-launch -e none "$T" >/dev/null
	wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
	on a rca-reap -k "$T"
	ended stopped

	task claude check -k check='sleep 1000'
	on b rca-launch -e none "$T" >/dev/null
	wait_for 5 grep -q '^== check: ' "$T/output.log"
	on a rca-reap -k "$T"
	ended stopped
}

@test "a wrapper that dies on b is not followed on a while its agent lives, and there by itself" {
	task claude far
	fake hang:2 hold:3
	on b rca-launch -e none "$T" >/dev/null
	wait_for 5 grep -q '"text"' "$T/events.jsonl"
	on a rca-monitor -d "$T"
	kill -9 "$(lock_pid "$T/lock")"
	wait_for 10 grep -q 'crashed reason=wrapper_gone' "$T/history"
	wait_for 10 grep -q 'not_run .*still lives on host b: rca-watchdog there' "$T/history"
	[ "$(starts)" = 1 ]
	# A pass on b ends what is left there.
	[ "$(on b rca-watchdog)" = 'claude-far: no wrapper, but its agent lives here: ended it' ]
	history_has ' ended pid=[0-9]+ what='
	held 30
	[ "$(starts)" = 2 ]
	[ "$(cut -d' ' -f1 "$T/lock")" = a ]
	go_on
	wait_done
	ended completed
}

@test "what a wrapper that died on b has left keeps the task from being called stopped on a" {
	local n

	for n in agent command; do
		if [ "$n" = agent ]; then
			task claude far
			fake hang:2
		else
			T=$(rca-mktask -n "$n" -d "$PROJECT" -- nohup sleep 1000)
		fi
		on b rca-launch -e none "$T" >/dev/null
		wait_for 5 test -s "$T/pid"
		kill -9 "$(lock_pid "$T/lock")"
		[ "$n" = agent ] || on a rca-wrap "$T" 2>&1 | grep -q 'still lives on host b'
		not on a rca-reap -k "$T" 2>"$ROOM/err"
		grep -q 'not stopped yet: process [0-9]* still lives on host b' "$ROOM/err"
		[ ! -e "$T/done" ]
		on b rca-watchdog
		wait_done
		ended stopped
		[ -z "$(marked "$T")" ]
	done
}

@test "done is believed, and not an older manifest beside it" {
	local end

	for end in ok:0:completed exit:3:3:failed; do
		task claude "old-${end##*:}" -k max_retries=0
		fake hold:3 "${end%%:*}"
		[ "${end##*:}" = completed ] || fake hold:3
		rca-launch -e none "$T" >/dev/null
		held
		cp "$T/manifest" "$ROOM/manifest"
		[ "${end##*:}" = completed ] || printf '{"type":"result","is_error":true}
' >/dev/null
		go_on
		wait_done
		break
	done
	ended completed
	[ "$(<"$T/done")" = 'completed 0' ]
	# As GlusterFS shows it for a second.
	cp "$ROOM/manifest" "$T/manifest"
	grep -qx status=running "$T/manifest"
	[ "$(rca-probe -s "$T")" = completed ]
	[ "$(rca-list -j "$T" | jq -r .status)" = completed ]
	rca-list -a | grep -q 'claude-old.*completed'
	timeout 10 rca-wait -s completed "$T"
	rca-monitor "$T" 2>/dev/null
	rca-wrap "$T"
	printf 'failed 3\n' >"$T/done"
	cp "$ROOM/manifest" "$T/manifest"
	[ "$(rca-probe -s "$T")" = failed ]
	rca-wrap "$T" || [ $? = 3 ]
	not rca-monitor "$T" 2>/dev/null
	# An older one says nothing.
	: >"$T/done"
	cp "$ROOM/manifest" "$T/manifest"
	[ "$(rca-probe -s "$T")" = running ]
}

@test "a wrapper that does not see the lock of the rca-launch that started it refuses to run" {
	local engine=$XDG_CONFIG_HOME/rca/engines/far

	# An engine whose tasks run on b, where the file is another one for the kernel.
	mkdir "${engine%/*}"
	cat >"$engine" <<-END
		#!/bin/sh
		case \$1 in
		about) echo terminal=no remote=yes queue=no ;;
		alive) echo unknown; exit 3 ;;
		start)
			cp -r "\$2" "$ROOM/copy"
			! nsenter ${user:+--user --preserve-credentials} -t ${init[b]} \
				--uts --pid --mount "\$3" "$ROOM/copy" || exit 1
			cp "$ROOM/copy/manifest" "\$2/manifest"
			;;
		esac
	END
	chmod +x "$engine"
	task claude far -k dispatch_wait=1
	not rca-launch -e far "$T" 2>"$ROOM/err"
	grep -q "^rca-launch: .*the lock of rca-launch on $(uname -n) is not seen here: the file \
system (.*) does not share locks" "$ROOM/err"
	not_done crashed
	[ "$(starts)" = 0 ]
}
