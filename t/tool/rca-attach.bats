# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# rca-attach: a person in a real terminal looks into a task, and types only with -w
load ../harness/lib
bats_require_minimum_version 1.5.0

setup()
{
	rca_setup
	quick
}

teardown() { rca_teardown; }

mux() { tmux -S "$ROOM/o" "$@"; }
shows() { mux capture-pane -p -t =t: | grep -qE -e "$1"; }
type_in() { mux send-keys -t =t: -l "$1"; mux send-keys -t =t: Enter; }

# person ARG...: calls rca-attach in a terminal, and says how it ended.
person()
{
	tmux -S "$ROOM/o" -f /dev/null new-session -d -s t -x 100 -y 30 -- \
		sh -c 'rca-attach "$@"; echo "left with $?"; exec sleep 1000' sh "$@" 3>&- 4>&-
}

# reader NAME: a task that says what it hears
reader()
{
	T=$(rca-mktask -n "$1" -d "$PROJECT" -- \
		sh -c 'echo this is the task; while read -r x; do echo "heard $x"; done')
	rca-launch "$T" >/dev/null
	wait_for 5 grep -qs 'this is' "$T/output.log"
}

@test "it shows the terminal, nothing that is typed reaches the task, and leaving ends nothing" {
	reader a
	person command-a
	wait_for 5 shows 'this is the task'
	type_in 'not for you'
	mux send-keys -t =t: C-c
	rca-send "$T" 'from elsewhere'
	wait_for 5 shows 'heard from elsewhere'
	mux send-keys -t =t: C-b d
	wait_for 5 shows 'left with 0'
	is_status running
	run ! grep 'not for you' "$T/output.log"
	rca-reap -k "$T"
}

@test "with -w what is typed reaches the task" {
	reader a
	person -w "$T"
	wait_for 5 shows 'this is the task'
	type_in 'you there'
	wait_for 5 shows 'heard you there'
	mux send-keys -t =t: C-b d
	wait_for 5 shows 'left with 0'
	is_status running
	rca-reap -k "$T"
}

@test "a session that somebody else started is shown until it is gone" {
	tmux -S "$ROOM/s" -f /dev/null new-session -d -s work -- \
		sh -c 'echo theirs; exec sleep 1000' 3>&- 4>&-
	T=$(rca-mktask -A "$ROOM/s:work" -a command -n guest -d "$PROJECT")
	person command-guest
	wait_for 5 shows theirs
	mux send-keys -t =t: C-b d
	wait_for 5 shows 'left with 0'
	tmux -S "$ROOM/s" kill-server
	complains 1 'command-guest: no terminal to look into: tmux: ' rca-attach "$T"
	rca-monitor "$T" || :
	complains 1 'command-guest: its session is gone' rca-attach "$T"
}

@test "where there is nothing to look into, it says which tool helps" {
	T=$(rca-mktask -n b -- true)
	complains 1 'was never launched: rca-launch starts it' rca-attach command-b
	rca-launch -e none "$T" >/dev/null
	rca-wait -t 20 "$T" >/dev/null
	complains 1 'has ended (completed): rca-log shows what it did, rca-launch -r' rca-attach "$T"
	T=$(rca-mktask -n c -- sleep 1000)
	rca-launch -e none "$T" >/dev/null
	complains 1 'no terminal to look into: rca-log -f follows it' rca-attach "$T"
	rca-reap -k "$T"
}

@test "a task that runs elsewhere is looked into there" {
	T=$(rca-mktask -n far -- sleep 1000)
	sed -i 's/^status=.*/status=running/; s/^attempt=.*/attempt=1/' "$T/manifest"
	hold "$T/lock"
	echo other.example boot 1 1 >"$T/lock"
	complains 1 'runs on host other.example: run rca-attach there' rca-attach "$T"
	: >"$ROOM/let_go"
}

@test "a wrong call says what is wrong" {
	usage_of rca-attach
	usage_of rca-attach -x a
	usage_of rca-attach a b
	complains 102 'no such task' rca-attach nothing
	reader a
	complains 100 'not called from a terminal: rca-log -f follows' rca-attach "$T"
	mkdir "$XDG_CONFIG_HOME/rca/engines"
	printf '#!/bin/sh\n[ "$1" != screen ] || exit 0\necho "mine: $*"\n' \
		>"$XDG_CONFIG_HOME/rca/engines/tmux"
	chmod 755 "$XDG_CONFIG_HOME/rca/engines/tmux"
	person "$T"
	wait_for 5 shows "mine: attach $T -r"
	chmod 777 "$XDG_CONFIG_HOME/rca/engines/tmux"
	complains 100 'engines/tmux' rca-attach "$T"
	rm "$XDG_CONFIG_HOME/rca/engines/tmux"
	sed -i 's/^engine=.*/engine=other/' "$T/manifest"
	complains 100 'no such engine' rca-attach "$T"
	sed -i 's/^engine=.*/engine=tmux/' "$T/manifest"
	rca-reap -k "$T"
	echo x >"$T/manifest"
	rm "$T/done"
	complains 100 'manifest' rca-attach "$T"
}
