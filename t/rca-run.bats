# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load lib

setup()
{
	rca_setup
	quick
	echo "do the work" >"$ROOM/prompt"
}

teardown() { rca_teardown; }

# run_task: the arguments for a task of claude; its directory is in T.
run_task()
{
	T=$(rca-run -a claude -n "$1" -d "$PROJECT" -p "$ROOM/prompt" "${@:2}")
	S=$FAKE_DIR/${T##*/}
}

@test "it makes, launches and watches a task, and prints its directory" {
	export FAKE=hold:2
	run_task fix
	[ "$T" = "$TASKS/claude-fix" ]
	held
	is_status running
	[ "$(cat "/proc/$(monitor_pid)/comm")" = rca-monitor ]
	go_on
	wait_done
	ended completed
}

@test "the three steps by hand are the same" {
	T=$(rca-mktask -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt") && rca-launch "$T" && rca-monitor -d "$T"
	wait_done
	ended completed
	[ "$(cat "$T/result")" = "all done by claude, attempt 1" ]
}

@test "what it starts survives the death of its whole session" {
	export FAKE=hold:2
	setsid sh -c 'rca-run -a claude -n fix -d "$1" -p "$2" >"$3.tmp"; mv "$3.tmp" "$3"; sleep 1000' sh "$PROJECT" "$ROOM/prompt" "$ROOM/made" 3>&- >/dev/null 2>&1 &
	leader=$!
	wait_for 10 test -s "$ROOM/made"
	T=$(cat "$ROOM/made")
	S=$FAKE_DIR/claude-fix
	held
	kill -KILL -- "-$(ps -o pgid= -p $leader | tr -d ' ')"
	go_on
	wait_done
	ended completed
	wait_for 5 unlocked "$T/monitor.lock"
}

@test "a crash is carried over without anybody there" {
	export FAKE=crash:4
	run_task fix
	wait_done
	ended completed
	[ "$(starts resume)" = 1 ]
}

@test "a command is run likewise" {
	T=$(rca-run -n build -- sh -c 'echo built')
	wait_done
	ended completed
	grep -qx built "$T/output.log"
}

@test "a caller that reads its output is not kept waiting" {
	export FAKE=hold:2
	run timeout 10 sh -c "rca-run -a claude -n fix -p '$ROOM/prompt' 2>&1 | cat"
	[ "$status" = 0 ]
	T=$output S=$FAKE_DIR/claude-fix
	held
	go_on
	wait_done
}

@test "-f follows the log and ends with the task's code" {
	run rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt"
	[ "$status" = 0 ]
	[[ "$output" == *"working on it, attempt 1"* ]]
	[[ "$output" == *"all done by claude, attempt 1"* ]]
	run rca-run -f -n bad -- sh -c 'echo no; exit 7'
	[ "$status" = 7 ]
	[[ "$output" == *no* ]]
}

@test "-f follows over attempts" {
	export FAKE=crash:4
	run rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt"
	[ "$status" = 0 ]
	[[ "$output" == *"working on it, attempt 1"*"working on it, attempt 2"*"all done by claude, attempt 2"* ]]
}

@test "-f ends when the task is given up" {
	export FAKE=hang:2 MONITOR_DEADLINE=2
	run timeout 20 rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt"
	[ "$status" = 1 ]
	T=$TASKS/claude-fix
	is_status abandoned
}

@test "an interrupted -f leaves the task running" {
	export FAKE=hold:2
	rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" >"$ROOM/log" 3>&- &
	follower=$!
	T=$TASKS/claude-fix S=$FAKE_DIR/claude-fix
	held
	wait_for 5 locked "$T/monitor.lock"
	kill $follower
	wait $follower || :
	go_on
	wait_done
	ended completed
}

@test "what rca-mktask refuses is refused with its words and code" {
	run rca-run -a claude -n 'a b'
	[ "$status" = 100 ]
	[[ "$output" == "rca-mktask: name "* ]]
	run rca-run -a nobody -n x
	[ "$status" = 100 ]
	run rca-run -a claude -n x -p "$ROOM/none"
	[ "$status" = 100 ]
	no_task_made
}

@test "what cannot be launched is not left behind" {
	mkdir "$ROOM/bin"
	for p in sh tmux env sleep cat date mkfifo rm sed grep id uname dirname basename mkdir setsid tr head tail; do
		ln -s "$(command -v $p)" "$ROOM/bin/$p"
	done
	PATH=$ROOM/bin run "$TOP/bin/rca-run" -a claude -n x -p "$ROOM/prompt"
	[ "$status" = 127 ]
	[[ "$output" == *"claude: not found"* ]]
	run rca-run -a claude -n x
	[ "$status" = 100 ]
	[[ "$output" == *"no prompt"* ]]
	no_task_made
	none_of_ours
}

@test "it works from another directory, and through a symlink to its own" {
	ln -s "$TOP/bin" "$ROOM/tools"
	cd /
	T=$("$ROOM/tools/rca-run" -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt")
	wait_done
	ended completed
}

@test "-V is a version" {
	run rca-run -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-[a-z]+\ [0-9]+\.[0-9] ]]
}

@test "no argument, or a wrong option, is answered with a usage" {
	run rca-run
	[ "$status" = 100 ]
	[[ "$output" == "usage: rca-run "* ]]
	run rca-run -x
	[ "$status" = 100 ]
	[[ "$output" == *"usage: "* ]]
	no_task_made
}
