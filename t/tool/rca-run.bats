# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

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
	T=$(rca-mktask -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt") && rca-launch "$T" &&
		rca-monitor -d "$T"
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

# systemd, as far as it is wanted here: what it runs is marked by OUTSIDE=1. With ROOM/broken there
# is none.
systemd()
{
	mkdir "$ROOM/bin"
	cat >"$ROOM/bin/systemd-run" <<-END
		#!/bin/sh
		[ ! -e "$ROOM/broken" ] || { echo "Failed to connect to bus" >&2; exit 1; }
		while [ "\$1" != -- ]; do shift; done
		shift
		OUTSIDE=1 exec "\$@"
	END
	cat >"$ROOM/bin/loginctl" <<-END
		#!/bin/sh
		echo "\$*" >>"$ROOM/asked"
		echo "KillUserProcesses=\$(cat "$ROOM/kills")"
	END
	chmod +x "$ROOM/bin/systemd-run" "$ROOM/bin/loginctl"
	PATH=$ROOM/bin:$PATH
	printf '#!/bin/sh\ntouch "%s"; exec sleep 1000\n' "$ROOM/telling" >"$ROOM/tell"
	chmod +x "$ROOM/tell"
	config "notify=command $ROOM/tell"
}

# What of ours runs inside and what outside of the caller's control group: "rca-monitor in", one a
# line.
where()
{
	local pid name

	while read -r pid name; do
		if tr '\0' '\n' <"/proc/$pid/environ" | grep -q '^OUTSIDE='; then
			echo "$name out"
		else
			echo "$name in"
		fi
	done < <(ours) | sort | uniq
}

all_out() { [ "$(where | tr '\n' ' ')" = "rca-monitor out rca-notify out rca-wrap out " ]; }

@test "inside a service or a login session, what is to stay leaves the control group" {
	systemd
	for engine in none tmux; do
		for because in service session; do
			unset INVOCATION_ID XDG_SESSION_ID
			case $because in
			service) export INVOCATION_ID=0123456789abcdef0123456789abcdef ;;
			session) export XDG_SESSION_ID=3; echo yes >"$ROOM/kills" ;;
			esac
			task claude $engine-$because
			fake hang:2
			rca-launch -e $engine "$T" >/dev/null
			rca-monitor -d "$T"
			rca-notify "$T" hello
			wait_for 10 test -e "$ROOM/telling"
			wait_for 10 grep -q 'working on it' "$T/events.jsonl"
			# systemd-run has our name until it has started us
			wait_for 5 all_out
			not history_has ' no_scope '
			rca-reap -k "$T"
			ended stopped
			for pid in $(ours rca-notify | cut -d' ' -f1); do kill -9 "$pid"; done
			rm -rf "$ROOM/telling" "$T"
			[ $engine = none ] || tmux -S "$RCA_HOME/tmux.sock" kill-server
		done
	done
}

@test "without a scope it goes on, and history says so where one was wanted" {
	systemd
	: >"$ROOM/broken"
	: >"$XDG_CONFIG_HOME/rca/config"
	task claude broken
	INVOCATION_ID=0123 rca-launch -e none "$T"
	wait_done
	INVOCATION_ID=0123 rca-launch -r -e tmux "$T"
	wait_done
	INVOCATION_ID=0123 rca-monitor -d "$T"
	ended completed
	[ "$(grep -c ' no_scope program=rca-wrap because=' "$T/history")" = 2 ]
	history_has ' no_scope program=rca-monitor because='
	rm "$ROOM/broken"
	tmux -S "$RCA_HOME/tmux.sock" kill-server
	echo no >"$ROOM/kills"
	XDG_SESSION_ID=3 rca-run -n quiet -- sleep 1000
	[ -s "$ROOM/asked" ]
	[ "$(where | tr '\n' ' ')" = "rca-monitor in rca-wrap in " ]
	rm "$ROOM/asked"
	rca-reap -k -r command-quiet
	rca-run -n quiet -- sleep 1000
	[ ! -e "$ROOM/asked" ]
	rca-reap -k command-quiet
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
	[ "$output" = "$(cat "$TASKS/claude-fix/output.log")" ]
	[[ "$output" == *"working on it, attempt 1"*"all done by claude, attempt 1"* ]]
	run rca-run -f -n bad -- sh -c 'echo no; exit 7'
	[ "$status" = 7 ]
	[[ "$output" == *no* ]]
	[ "${lines[-1]}" = '== failed: exit:7; rca-launch -r carries it on' ]
	run rca-run -f -n killed -- sh -c 'kill -KILL $$'
	[ "$status" = 137 ]
}

@test "-f follows over attempts" {
	export FAKE=crash:4
	run rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt"
	[ "$status" = 0 ]
	[[ "$output" == *"working on it, attempt 1"*"working on it, attempt 2"* ]]
	[[ "$output" == *"working on it, attempt 2"*"all done by claude, attempt 2"* ]]
}

@test "-f of a task that is stopped while its check runs is not 0" {
	rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" \
		-k check='touch checking; sleep 1000' >"$ROOM/log" 2>&1 3>&- &
	follower=$!
	wait_for 10 test -e checking
	rca-reap -k claude-fix
	code=0
	wait $follower || code=$?
	[ "$code" = 143 ]
}

@test "-f ends when the task is given up" {
	export FAKE=hang:2 MONITOR_DEADLINE=1
	run timeout 20 rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt"
	[ "$status" = 1 ]
	[ "${lines[-1]}" = '== abandoned: deadline; rca-launch -r carries it on' ]
	T=$TASKS/claude-fix
	[ "$(tail -n 1 "$T/output.log")" = "${lines[-1]}" ]
	is_status abandoned
}

@test "-f: a task that is removed under it is gone" {
	export FAKE=hold:2
	rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" >"$ROOM/log" 2>&1 3>&- &
	follower=$!
	T=$TASKS/claude-fix S=$FAKE_DIR/claude-fix
	held
	wait_for 5 locked "$T/monitor.lock"
	wait_for 5 grep -q 'working on it' "$ROOM/log"
	rca-reap -k -r "$T"
	code=0
	wait $follower || code=$?
	# It may have seen the end, or only that there is nothing any more.
	[ "$code" = 143 ] || [ "$code" = 102 ] || [ "$code" = 1 ]
}

@test "an interrupted -f dies of it, says so, and leaves the task running" {
	export FAKE=hold:2
	T=$TASKS/claude-fix S=$FAKE_DIR/claude-fix
	# As in a terminal: a group of its own, which gets the signal whole; jobs of a shell without
	# job control ignore it.
	perl -e 'setpgrp; $SIG{INT} = "DEFAULT"; exec @ARGV' rca-run -f -a claude -n fix \
		-d "$PROJECT" -p "$ROOM/prompt" >"$ROOM/log" 2>&1 3>&- &
	follower=$!
	held
	wait_for 5 grep -q 'working on it' "$ROOM/log"
	kill -INT -- -$follower
	code=0
	wait $follower || code=$?
	[ "$code" = 130 ]
	grep -q 'claude-fix: keeps running' "$ROOM/log"
	wait_for 5 sh -c '! pgrep -g "$1" >/dev/null' sh $follower
	locked "$T/lock"
	locked "$T/monitor.lock"
	go_on
	wait_done
	ended completed
}

@test "-f that is ended by another signal takes its rca-log along" {
	export FAKE=hold:2
	rca-run -f -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" >"$ROOM/log" 2>&1 3>&- &
	follower=$!
	T=$TASKS/claude-fix S=$FAKE_DIR/claude-fix
	held
	wait_for 5 pgrep -P $follower -x rca-log
	kill $follower
	code=0
	wait $follower || code=$?
	[ "$code" = 143 ]
	wait_for 5 none_of_ours rca-log
	go_on
	wait_done
	ended completed
}

@test "starting a task that runs says so, prints its directory and is 0" {
	web()
	{
		rca-run "$@" -n web -d "$PROJECT" -k restart=always -k ready='^Listening' -- sh \
			-c 'echo Listening; exec sleep 100'
	}
	T=$(web)
	rca-wait -t 10 -s ready "$T"
	attempt=$(get attempt)
	web >"$ROOM/out" 2>"$ROOM/err"
	[ "$(cat "$ROOM/out")" = "$T" ]
	[ "$(cat "$ROOM/err")" = 'rca-run: command-web: already running' ]
	# Between two attempts, too; what has no monitor any more gets one.
	kill -KILL "$(wrap_pid)"
	web >"$ROOM/out" 2>"$ROOM/err"
	[ "$(cat "$ROOM/out")" = "$T" ]
	rca-wait -t 10 -s ready "$T"
	kill -KILL "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(web 2>"$ROOM/err")" = "$T" ]
	locked "$T/monitor.lock"
	web -f >"$ROOM/log" 2>"$ROOM/err" 3>&- &
	follower=$!
	wait_for 5 grep -q Listening "$ROOM/log"
	rca-reap -k "$T"
	code=0
	wait $follower || code=$?
	[ "$code" = "$(cat "$T/exit_code")" ]
}

@test "two at once start one" {
	export FAKE=hold:2
	for i in 1 2 3; do
		rca-run -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" >"$ROOM/out.$i" \
			2>"$ROOM/err.$i" 3>&- &
		pid[i]=$!
	done
	for i in 1 2 3; do wait "${pid[i]}" || { cat "$ROOM/err.$i"; false; }; done
	T=$TASKS/claude-fix S=$FAKE_DIR/claude-fix
	for i in 1 2 3; do [ "$(cat "$ROOM/out.$i")" = "$T" ]; done
	[ "$(cat "$ROOM"/err.? | grep -c ': already running$')" = 2 ]
	held
	go_on
	wait_done
	[ "$(starts)" = 1 ]
}

@test "a task of that name that does not run is not started again, and what to do is said" {
	mkdir "$RCA_HOME"
	T=$(rca-mktask -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" -t "$ROOM")
	S=$FAKE_DIR/claude-fix
	again()
	{
		complains 100 "$1" rca-run -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" \
			-t "$ROOM"
	}
	mkdir "$S"
	echo hold:2 >"$S/fake"
	again 'claude-fix: exists and has no monitor (created): rca-monitor -d starts one'
	wrap_bg
	held
	kill -KILL "$WRAP"
	rm "$S/held" "$S/go"
	again 'claude-fix: exists and has no monitor (running): rca-monitor -d starts one'
	rca-monitor -d "$T"
	wait_done
	again 'claude-fix: has ended (completed): rca-launch -r and rca-monitor -d carry it on, rca-reap -r removes it'
	rm "$T/done"
	sed -i 's/^status=.*/status=abandoned/; $a abandon_reason=deadline' "$T/manifest"
	again 'claude-fix: was given up: rca-launch -r '
	[ "$(starts)" = 2 ]
}

@test "a task that cannot be watched runs, and its directory is printed" {
	mkdir "$ROOM/tools"
	ln -s "$TOP"/bin/rca-* "$ROOM/tools"
	rm "$ROOM/tools/rca-monitor"
	printf '#!/bin/sh\nexit 111\n' >"$ROOM/tools/rca-monitor"
	chmod +x "$ROOM/tools/rca-monitor"
	code=0
	T=$("$ROOM/tools/rca-run" -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt" 2>"$ROOM/err") ||
		code=$?
	[ "$code" = 111 ]
	grep -q 'claude-fix: no monitor' "$ROOM/err"
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
	for p in sh tmux env sleep cat date mkfifo rm sed grep id uname dirname basename mkdir ps \
		setsid tr head tail; do
		ln -s "$(command -v $p)" "$ROOM/bin/$p"
	done
	code=0
	PATH=$ROOM/bin "$TOP/bin/rca-run" -a claude -n x -p "$ROOM/prompt" >"$ROOM/out" 2>&1 ||
		code=$?
	[ "$code" = 127 ]
	grep -q 'claude: not found' "$ROOM/out"
	run rca-run -a claude -n x
	[ "$status" = 100 ]
	[[ "$output" == *"no prompt"* ]]
	no_task_made
	none_of_ours
	# nobody is told of what never ran, and a notifier that is down does not keep its name
	printf '#!/bin/sh\necho "$RCA_LINE" >>"%s"\nexit 1\n' "$ROOM/told" >"$ROOM/tell"
	chmod +x "$ROOM/tell"
	config "notify=command $ROOM/tell"
	code=0
	rca-run -n x -- nosuchprogram 2>"$ROOM/err" || code=$?
	[ "$code" = 127 ]
	[ "$(wc -l <"$ROOM/err")" = 1 ]
	no_task_made
	rm "$XDG_CONFIG_HOME/rca/config"
	T=$(rca-run -n x -- true)
	wait_done
	[ ! -e "$ROOM/told" ]
}

@test "what is said on standard error beside the answer is not taken for it" {
	printf '#!/bin/sh\necho "ERROR: ld.so: object cannot be preloaded: ignored." >&2\nexec "%s/rca-mktask" "$@"\n' "$TOP/bin" >"$ROOM/noisy"
	chmod +x "$ROOM/noisy"
	mkdir "$ROOM/tools"
	ln -s "$TOP"/bin/rca-* "$ROOM/tools"
	ln -sf "$ROOM/noisy" "$ROOM/tools/rca-mktask"
	T=$("$ROOM/tools/rca-run" -n x -- sleep 1000 2>"$ROOM/err")
	[ "$T" = "$TASKS/command-x" ]
	grep -q 'ld.so' "$ROOM/err"
	[ "$("$ROOM/tools/rca-run" -n x -- sleep 1000 2>"$ROOM/err")" = "$T" ]
	grep -q 'command-x: already running' "$ROOM/err"
	rca-reap -k "$T"
}

@test "told to end while it starts a task, it starts it whole or leaves nothing, and exits" {
	mkdir "$ROOM/tools"
	ln -s "$TOP"/bin/rca-* "$ROOM/tools"
	printf '#!/bin/sh\ntouch "%s"\nsleep 1\nexec "%s/rca-launch" "$@"\n' "$ROOM/launching" \
		"$TOP/bin" >"$ROOM/slow"
	chmod +x "$ROOM/slow"
	ln -sf "$ROOM/slow" "$ROOM/tools/rca-launch"
	"$ROOM/tools/rca-run" -n x -- sleep 1000 >/dev/null 2>&1 3>&- &
	run=$!
	wait_for 10 test -e "$ROOM/launching"
	kill -TERM $run
	code=0
	wait $run || code=$?
	[ "$code" = 143 ]
	T=$TASKS/command-x
	locked "$T/monitor.lock"
	rca-reap -k "$T"
}

@test "it works from another directory, and through a symlink to its own" {
	ln -s "$TOP/bin" "$ROOM/tools"
	cd /
	T=$("$ROOM/tools/rca-run" -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt")
	wait_done
	ended completed
}

@test "it may be called through symlinks of any name, whatever CDPATH is" {
	n=0
	runs()
	{
		n=$((n + 1))
		T=$("$@" -n "x$n" -d "$PROJECT" -- true)
		[ "$T" = "$TASKS/command-x$n" ]
	}
	odd="$ROOM/a -> b"$'\n'"c "
	mkdir -p "$ROOM/home/bin" "$odd/bin" "$ROOM/bin"
	ln -s "$TOP/bin/rca-run" "$ROOM/home/bin/rca-run"
	runs "$ROOM/home/bin/rca-run"
	ln -s ../home/bin/rca-run "$ROOM/bin/go"
	runs "$ROOM/bin/go"
	ln -s "$ROOM/bin/go" "$odd/bin/an other"
	runs "$odd/bin/an other"
	cd "$odd/bin"
	runs "./an other"
	runs sh "an other"
	ln -s "$TOP/bin" "$odd/tools"
	cd ../tools
	runs ./rca-run
	cd "$ROOM"
	PATH=home/bin:$PATH runs rca-run
	mkdir -p "$ROOM/trap/bin"
	cd "$TOP"
	CDPATH=$ROOM/trap runs bin/rca-run
	cd bin
	CDPATH=$ROOM/trap/bin runs sh rca-run
	for T in "$TASKS"/*; do wait_done; done
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
