#!/usr/bin/env bats
# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
# Sessions that somebody else started, in a tmux server of his own with settings of his own, where
# we are guests
load ../harness/lib

setup()
{
	rca_setup
	quick
	export TMUX_TMPDIR=$ROOM
	mkdir "$ROOM/bin"
	SOCK=$ROOM/theirs
	# the interface: shows the screen that is named in ROOM/screen, and what is typed to it,
	# until Enter; keeps that in ROOM/typed
	echo idle >"$ROOM/screen"
	cat >"$ROOM/bin/claude" <<-END
		#!/bin/bash
		show()
		{
			printf '\033[2J\033[H'
			sed 's/\$/\r/' "$TOP/t/data/screens/claude-\$1.txt" | tail -n 40 |
				head -c -2
		}
		stty raw -echo icrnl # read makes it so, and takes it back
		while :; do
			now=\$(<"$ROOM/screen")
			if [ "\$now" != "\${was-}" ] || [ "\${c-}" = \$'\n' ]; then
				show "\$now"
				was=\$now
			fi
			# a time-out of read may come with a key, which would be lost
			read -r -t 0 || { c=; sleep 0.05; continue; }
			IFS= read -r -n 1 -d '' c || exit
			printf %s "\$c" >>"$ROOM/typed"
			case \$c in [[:print:]]) printf %s "\$c" ;; esac
		done
	END
	chmod +x "$ROOM/bin/claude"
	cat >"$ROOM/tmux.conf" <<-END
		set -g base-index 5
		set -g pane-base-index 3
		set -g remain-on-exit off
		set -g renumber-windows on
		set -gw automatic-rename off
		set -g status-right "mine"
	END
}

teardown()
{
	tmux -S "$SOCK" kill-server 2>/dev/null || :
	rca_teardown
}

theirs() { tmux -S "$SOCK" "$@"; }

# A server with two sessions of two windows and two panes each; the agent is in the second pane of
# work's second window.
serve()
{
	env -u RCA_HOME tmux -S "$SOCK" -f "$ROOM/tmux.conf" new-session -d -s other -x 120 -y 45 \
		-c "$PROJECT" 'exec sleep 1000' 3>&-
	theirs new-session -d -s work -x 120 -y 45 -c "$PROJECT" 'exec sleep 1000'
	theirs new-window -t =work: -c "$PROJECT" 'exec sleep 1000'
	PANE=$(theirs split-window -v -l 42 -t =work: -c "$PROJECT" -P -F '#{pane_id}' \
		"exec -a claude $ROOM/bin/claude")
	settled
}

settled() { wait_for 5 idle_there; }
idle_there() { [[ "$(theirs capture-pane -p -t "$PANE")" == *shortcuts* ]]; }

# What of the server must not change: all options, sessions, windows, panes, buffers.
all_of_theirs()
{
	theirs show -s
	theirs show -g
	theirs show -gw
	theirs list-panes -a -F '#{session_id} #{session_name} #{window_id} #{window_name} #{pane_id} #{pane_pid} #{pane_dead} #{pane_pipe} #{window_width}x#{window_height}'
	theirs list-panes -a -F '#{session_name}' | sort -u | while read -r s; do
		theirs show -t "=$s:"
	done
	theirs list-buffers
	theirs show-environment -g | grep -v '^_='
}

adopted()
{
	serve
	T=$(rca-mktask -A "$SOCK:work" -d "$PROJECT" -a claude "$@")
}

says() { [[ "$(rca-probe -k "$T" || :)" == *"$1"* ]]; }

# --- making

@test "a session of somebody else's server is registered, with all by which it is known again" {
	serve
	all_of_theirs >"$ROOM/before"
	run rca-mktask -A "$SOCK:work" -d "$PROJECT" -a claude -k goal='tidy up'
	[ "$status" = 0 ]
	T=$output
	[ "$T" = "$TASKS/claude-work" ]
	[ "$(get adopted)-$(get status)-$(get engine)-$(get session_name)" = 1-running-tmux-work ]
	[ "$(get socket)" = "$SOCK" ]
	[ "$(get pane)" = "$PANE" ]
	[[ "$(get server)" == "$(theirs display -p '#{pid}')".* ]]
	[ "$(get goal)" = 'tidy up' ]
	[ ! -e "$T/session_id" ]
	manifest_ok
	history_has \
		" created agent=claude project_dir=$PROJECT socket=$SOCK session=work pane=$PANE"
	all_of_theirs | diff - "$ROOM/before"
}

@test "by the name of a socket, by a pane, and by what runs where, if nobody says" {
	serve
	mkdir -p "$ROOM/tmux-$(id -u)"
	ln -s "$SOCK" "$ROOM/tmux-$(id -u)/main"
	T=$(rca-mktask -A "main:$PANE" -a claude -n one)
	[ "$(get socket)" = "$SOCK" ]
	[ "$(get session_name)-$(get pane)" = "work-$PANE" ]
	[ "$(get project_dir)" = "$PROJECT" ]
	complains 100 "-A main:other: sleep runs there: say with -a which agent that is" \
		rca-mktask -A main:other
	# any program will do, as a command that we did not start
	T=$(rca-mktask -A main:other -a command)
	[ "${T##*/}" = command-other ]
	says health=ok
	theirs new-session -d -s 'My Work' -c "$PROJECT" \
		"cp /bin/sleep $ROOM/claude; exec $ROOM/claude 1000"
	wait_for 5 eval \
		'[ "$(theirs display -p -t "=My Work:" "#{pane_current_command}")" = claude ]'
	T=$(rca-mktask -A 'main:My Work')
	[[ "${T##*/}" == claude-20* ]]
	[ "$(get session_name)" = 'My Work' ]
}

@test "what is not there is refused, and nothing is left behind" {
	complains 100 "socket $ROOM/none: " rca-mktask -A "$ROOM/none:work" -a claude
	complains 100 "socket $ROOM/tmux-$(id -u)/none: " rca-mktask -A none:work -a claude
	complains 100 "-A work: not socket:session" rca-mktask -A work -a claude
	complains 100 "-A work:: not socket:session" rca-mktask -A work: -a claude
	serve
	complains 100 "can't find session" rca-mktask -A "$SOCK:wor" -a claude
	complains 100 "-A $SOCK:%99: " rca-mktask -A "$SOCK:%99" -a claude
	complains 100 "agent none: " rca-mktask -A "$SOCK:work" -a none
	complains 100 "-A: somebody else has started it" rca-mktask -A "$SOCK:work" -a claude \
		-p /dev/null
	complains 100 "-A: somebody else has started it" rca-mktask -A "$SOCK:work" -- true
	complains 100 "project directory $ROOM/gone" rca-mktask -A "$SOCK:work" -a claude \
		-d "$ROOM/gone"
	theirs kill-server
	complains 100 "-A $SOCK:work: " rca-mktask -A "$SOCK:work" -a claude
	no_task_made
}

# --- looking and talking

@test "list, probe, wait and log know that it lives though nobody holds its lock" {
	adopted
	says status=running
	says health=ok
	says rests_on=session
	says screen=idle
	rca-probe -k "$T" >/dev/null || code=$?
	[ "${code:-0}" = 0 ]
	[[ "$(rca-list | grep claude-work)" == claude-work*running*ok* ]]
	rca-list -j | grep -q '"health":"ok"'
	rca-wait -t 1 -s running "$T"
	run rca-wait -t 1 "$T"
	[ "$status" = 99 ]
	run rca-log "$T"
	[ "$status" = 0 ]
	[ -z "$output" ]
	[[ "$(rca-log -e "$T")" == *created* ]]
	echo permission >"$ROOM/screen"
	wait_for 20 says health=waiting_for_input
}

@test "rca-send types into it, after its looks, and leaves everything else as it is" {
	adopted
	all_of_theirs >"$ROOM/before"
	rca-send "$T" "please say 'hello; world'"
	wait_for 5 grep -qx "please say 'hello; world'" "$ROOM/typed"
	rca-send "$T" -K Escape
	echo permission >"$ROOM/screen"
	wait_for 20 says screen=waiting
	complains 1 "not typed, it asks" rca-send "$T" yes
	not grep -q yes "$ROOM/typed"
	all_of_theirs | diff - "$ROOM/before"
	# other windows and panes come to the front, the session is renamed: it is the pane that
	# counts
	echo idle >"$ROOM/screen"
	theirs select-window -t =work:5 \; rename-session -t =work renamed \; new-session \
		-d -s work 'exec sleep 1000'
	wait_for 20 says screen=idle
	rca-send "$T" again
	wait_for 5 grep -q 'again$' "$ROOM/typed"
}

# --- nothing there is ours

@test "launch, wrap and reap refuse to own it; -r forgets it, and it goes on" {
	adopted
	rca-monitor -d "$T"
	all_of_theirs >"$ROOM/before"
	complains 100 "registered: somebody else started its session" rca-launch "$T"
	complains 100 "registered: somebody else started its session" rca-launch -r "$T"
	complains 100 "registered: somebody else started its session" rca-wrap "$T"
	complains 100 "is not ended here: -r alone removes the task" rca-reap -k "$T"
	complains 100 "is not ended here: -r alone removes the task" rca-reap -kr "$T"
	complains 1 "is not ended here: -r alone removes the task" rca-reap "$T"
	rca-reap -ak
	rca-reap -ar
	[ -d "$T" ]
	locked "$T/monitor.lock"
	for verb in stop 'start true'; do
		# shellcheck disable=SC2086
		run "$TOP/lib/plugins/engines/tmux" ${verb%% *} "$T" ${verb#* }
	done
	all_of_theirs | diff - "$ROOM/before"
	is_status running
	rca-reap -r "$T"
	[ ! -e "$T" ]
	wait_for 5 none_of_ours rca-monitor
	all_of_theirs | diff - "$ROOM/before"
}

@test "its deadline is the end of our watching, and nothing is ended" {
	adopted -k deadline=1
	run timeout 20 rca-monitor "$T"
	[ "$status" = 1 ]
	is_status abandoned
	idle_there
	rca-reap "$T"
	rca-reap -r "$T"
	[ ! -e "$T" ]
	idle_there
}

# --- watching

@test "it is watched the same way: a question is seen, and its end is told once" {
	told
	adopted
	rca-watchdog >"$ROOM/out"
	[ "$(cat "$ROOM/out")" = "claude-work: no monitor: started one" ]
	locked "$T/monitor.lock"
	run rca-watchdog
	[ -z "$output" ]
	rca-wait -t 10 "$T" >/dev/null 2>&1 3>&- &
	waiter=$!
	echo permission >"$ROOM/screen"
	wait_for 20 grep -q ' waiting_for_input ' "$T/history"
	[ ! -e "$ROOM/typed" ] # nor is it answered
	wait_for 10 grep -qs 'ESCALATE waiting_for_input' "$ROOM/told"
	theirs kill-session -t =work
	wait_done
	[ "$(get status)-$(get reason)" = stopped-session_closed ]
	[ "$(cat "$T/exit_code")" = 129 ]
	wait_for 5 unlocked "$T/monitor.lock"
	wait_for 10 grep -qs 'ESCALATE stopped' "$ROOM/told"
	code=0
	wait $waiter || code=$?
	[ "$code" = 1 ]
	wait_for 10 none_of_ours
	[ "$(cut -d ' ' -f 1-2 "$ROOM/told")" = $'ESCALATE waiting_for_input\nESCALATE stopped' ]
	theirs has-session -t =other
	run rca-watchdog
	[ -z "$output" ]
	complains 1 "its session is gone" rca-send "$T" hello
	rca-reap -r "$T"
}

@test "the server's end is its end; a new server with the same names is another" {
	told
	adopted
	rca-monitor -d "$T"
	pid=$(theirs display -p '#{pid}')
	theirs kill-server
	wait_for 5 not test -e "/proc/$pid"
	serve
	[ "$PANE" = "$(get pane)" ]
	[ "$(theirs display -p -t "$PANE" '#{session_name}')" = work ]
	wait_done
	[ "$(get reason)" = session_closed ]
	wait_for 10 grep -qsx 'ESCALATE stopped session_closed' "$ROOM/told"
	idle_there
	complains 1 "its session is gone" rca-send "$T" hello
	[ ! -e "$ROOM/typed" ]
}

# told: each notice as "VERDICT EVENT TEXT", in ROOM/told
told()
{
	printf '#!/bin/sh\nprintf "%%s %%s %%s\\n" "$RCA_VERDICT" "$RCA_EVENT" "$RCA_TEXT" >>"%s"\n' "$ROOM/told" >"$ROOM/notify"
	chmod +x "$ROOM/notify"
	config "notify=command $ROOM/notify"
}

# shell_there: the agent's pane is a shell's, into which it is typed
shell_there()
{
	serve
	PANE=$(theirs split-window -l 30 -t =work: -c "$PROJECT" -P -F '#{pane_id}' \
		"PS1='there> ' exec bash --norc --noprofile")
	cp /bin/sleep "$ROOM/claude"
	theirs send-keys -t "$PANE" "$ROOM/claude 1000" Enter
	wait_for 5 runs_there claude
}
runs_there() { [ "$(theirs display -p -t "$PANE" '#{pane_current_command}')" = "$1" ]; }
agent_there() { ps -o pid= --ppid "$(theirs display -p -t "$PANE" '#{pane_pid}')"; }

@test "an agent typed into a shell that dies is gone, though the shell stays; somebody is told" {
	told
	shell_there
	T=$(rca-mktask -A "$SOCK:$PANE" -n one -a claude)
	[ "$(get agent_pid)" -eq "$(agent_there)" ]
	says health=ok
	kill -9 "$(agent_there)"
	wait_for 5 runs_there bash
	says health=lost
	run rca-triage "$T"
	[[ "$output" == 'ESCALATE its session, or the agent in it, is gone'* ]]
	rca-watchdog >/dev/null
	wait_done
	[ "$(get status)-$(get reason)" = stopped-agent_gone ]
	wait_for 10 grep -qsx 'ESCALATE stopped agent_gone' "$ROOM/told"
	runs_there bash
}

@test "an agent suspended or restarted by its owner is not gone; one that comes later is found" {
	shell_there
	kill -9 "$(agent_there)"
	wait_for 5 runs_there bash
	T=$(rca-run -A "$SOCK:$PANE" -n late -a claude)
	[ -z "$(get agent_pid)" ]
	theirs send-keys -t "$PANE" "$ROOM/claude 1001" Enter
	known() { [ -n "$(get agent_pid)" ]; }
	wait_for 10 known
	theirs send-keys -t "$PANE" C-z
	wait_for 5 runs_there bash
	says health=ok
	theirs send-keys -t "$PANE" fg Enter
	wait_for 5 runs_there claude
	theirs send-keys -t "$PANE" C-c
	wait_for 5 runs_there bash
	theirs send-keys -t "$PANE" "$ROOM/claude 1002" Enter
	wait_for 5 runs_there claude
	says health=ok
	theirs send-keys -t "$PANE" C-c
	wait_done
	[ "$(get reason)" = agent_gone ]
}

@test "a monitor that was told to go is followed by one that goes on" {
	adopted
	rca-monitor -d "$T"
	kill "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	rca-watchdog >/dev/null
	wait_status running
	locked "$T/monitor.lock"
	rca-reap -r "$T"
}

@test "rca-run registers and watches in one" {
	serve
	T=$(rca-run -A "$SOCK:work" -d "$PROJECT" -a claude)
	is_status running
	locked "$T/monitor.lock"
	rca-reap -r claude-work
}

@test "triage reads its screen and nudges it, and asks no model once its session is gone" {
	printf '#!/bin/sh\ncat >%s/asked\necho NEEDS_NUDGE\n' "$ROOM" >"$ROOM/model"
	chmod +x "$ROOM/model"
	echo "triage=$ROOM/model" >>"$XDG_CONFIG_HOME/rca/config"
	adopted -k act=nudge -k nudge='Do go on.'
	run rca-triage -x "$T" Stop
	[ "$status" = 0 ]
	[[ "$output" == NEEDS_NUDGE* ]]
	grep -q '^| .*for shortcuts' "$ROOM/asked"
	wait_for 5 grep -q 'Do go on\.' "$ROOM/typed"
	[ "$(get nudge_count)" = 1 ]
	rm "$ROOM/asked"
	theirs kill-session -t =work
	run rca-triage "$T" Stop
	[[ "$output" == 'ESCALATE its session, or the agent in it, is gone; needed: '* ]]
	[ ! -e "$ROOM/asked" ]
}

@test "from within its own pane" {
	serve
	theirs send-keys -t "$PANE" x # it lives
	TMUX="$SOCK,1,0" TMUX_PANE=$PANE
	export TMUX TMUX_PANE
	T=$(rca-mktask -A "${TMUX%%,*}:$TMUX_PANE" -a claude)
	[ "$(get pane)-$(get project_dir)" = "$PANE-$PROJECT" ]
	says health=ok
}

@test "hooks of the agent there find the task by its directory" {
	adopted
	printf '{"session_id":"1","cwd":"%s","hook_event_name":"SessionEnd","reason":"other"}' \
		"$PROJECT" >"$ROOM/payload"
	rca-hook <"$ROOM/payload"
	history_has ' hook .*SessionEnd'
}
